import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { z } from 'zod';
import { AccessRegistry } from '../access/access-registry.js';
import { AccountScope } from '../cache/account-scope.js';
import { Reporter } from '../reporting/reporter.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { DISCOVERY_CHANGE_TYPES, type DiscoveryChange, type DiscoveryDifference } from '../inventory/changes.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';

/** Changes that are remembered; older ones are forgotten first. */
const MAX_CHANGES = 1_000;

/**
 * Turns each new inventory into the changes since the former one, tells them and those of access, and remembers them between runs.
 * What several instances notice in the same answers of AWS is one change, with one id.
 */
@Injectable()
export class ChangeLog {
  readonly #changes$ = new Subject<DiscoveryChange>();
  #changes: DiscoveryChange[] = [];
  #loading: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly owner: AccountScope,
    private readonly cache: TieredCache,
    @Inject(LISTINGS) listings: readonly RegionalInventory[],
    access: AccessRegistry,
    private readonly reporter: Reporter,
  ) {
    listings.forEach((inventory) => inventory.onChanged((differences, at) => this.#add(differences, at)));
    access.onFlipped((flip) => this.#add([{ type: 'access-changed', ...flip }], () => this.clock.now()));
  }

  get changes$(): Observable<DiscoveryChange> {
    return this.#changes$.asObservable();
  }

  /**
   * Remembered changes, oldest first.
   *
   * @param since only those after this id or ISO 8601 time
   */
  async list(since?: string): Promise<readonly DiscoveryChange[]> {
    await this.#load();
    const time = since === undefined || /^\d{13}-/.test(since) ? Number.NaN : Date.parse(since);
    const after = Number.isNaN(time) ? since : idOf(time, MAX_SEQUENCE);
    return Object.freeze(this.#changes.filter(({ id }) => after === undefined || id > after));
  }

  /** Ends the stream; resolves once everything is with the cache. */
  async close(): Promise<void> {
    this.#changes$.complete();
    await this.#saving;
  }

  #add(differences: readonly DiscoveryDifference[], shownAt: (difference: DiscoveryDifference) => number): void {
    if (differences.length === 0) {
      return;
    }
    const known = new Map(this.#changes.map((change) => [change.id, change]));
    const changes = differences.map((difference) => {
      const change = stamp(difference, shownAt(difference), known);
      known.set(change.id, change);
      return change;
    });
    this.#merge(changes);
    this.#saving = this.#saving.then(() => this.#save());
    this.reporter
      .logger('DiscoveryRefresher')
      .log('changed', `${changes.length} changes: ${summary(changes)}.`, { count: changes.length });
    for (const change of changes) {
      this.#changes$.next(change);
    }
  }

  /** Those that are not remembered yet. */
  #merge(others: readonly DiscoveryChange[]): void {
    const byId = new Map([...others, ...this.#changes].map((change) => [change.id, change]));
    this.#changes = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-MAX_CHANGES);
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadAll();
    return this.#loading;
  }

  async #loadAll(): Promise<void> {
    const key = await this.#key();
    this.#merge(key === undefined ? [] : await this.#stored(key));
  }

  /** What another instance has noticed since is not to be lost either. */
  async #stored(key: string): Promise<readonly DiscoveryChange[]> {
    const stored = await this.cache.get<unknown>(key, { anew: true });
    return Array.isArray(stored) ? stored.filter(isChange) : [];
  }

  async #save(): Promise<void> {
    await this.#load();
    const key = await this.#key();
    if (key !== undefined) {
      this.#merge(await this.#stored(key));
      await this.cache.set(key, this.#changes);
    }
  }

  async #key(): Promise<string | undefined> {
    const prefix = await this.owner.prefix();
    return prefix && `${prefix}/changes`;
  }
}

const MAX_SEQUENCE = 99_999;

/** Sorts as text by time, then by a number. */
function idOf(ms: number, number: number): string {
  return `${String(ms).padStart(13, '0')}-${String(number).padStart(5, '0')}`;
}

/**
 * Gives a difference its time and an id, which follow from what it says, and so are those that any other instance gives it.
 *
 * @param known by id: what has the same id by chance leaves the next one
 */
function stamp(
  difference: DiscoveryDifference,
  at: number,
  known: ReadonlyMap<string, DiscoveryChange>,
): DiscoveryChange {
  const content = JSON.stringify(difference);
  let number = Number.parseInt(hash('sha256', content).slice(0, 8), 16) % MAX_SEQUENCE;
  for (;;) {
    const change = Object.freeze({ id: idOf(at, number), at: new Date(at).toISOString(), ...difference });
    const other = known.get(change.id);
    if (other === undefined || JSON.stringify(other) === JSON.stringify(change)) {
      return change;
    }
    number = (number + 1) % MAX_SEQUENCE;
  }
}

/** A tier is trusted no more than a response; what a later release noticed is left out. */
const CHANGE = z.looseObject({
  id: z.string().regex(/^\d{13}-\d{5}$/),
  at: z.iso.datetime(),
  type: z.enum(DISCOVERY_CHANGE_TYPES),
  modelId: z.string().optional(),
  profileId: z.string().optional(),
  arn: z.string().optional(),
  region: z.string().optional(),
});

function isChange(value: unknown): value is DiscoveryChange {
  return CHANGE.safeParse(value).success;
}

function summary(changes: readonly DiscoveryChange[]): string {
  const counts = new Map<string, number>();
  for (const { type } of changes) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
}
