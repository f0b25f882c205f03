import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import * as z from 'zod';
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

/** Turns each new inventory into the changes since the former one, tells them and those of access, and remembers them between runs. */
@Injectable()
export class ChangeLog {
  readonly #changes$ = new Subject<DiscoveryChange>();
  #changes: DiscoveryChange[] = [];
  #loading: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #lastMs = 0;
  #sequence = 0;

  constructor(
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly owner: AccountScope,
    private readonly cache: TieredCache,
    @Inject(LISTINGS) listings: readonly RegionalInventory[],
    access: AccessRegistry,
    private readonly reporter: Reporter,
  ) {
    listings.forEach((inventory) => inventory.onChanged((differences) => this.#add(differences)));
    access.onFlipped((flip) => this.#add([{ type: 'access-changed', ...flip }]));
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

  #add(differences: readonly DiscoveryDifference[]): void {
    if (differences.length === 0) {
      return;
    }
    const changes = differences.map((difference) => this.#stamp(difference));
    this.#changes = [...this.#changes, ...changes].slice(-MAX_CHANGES);
    this.#saving = this.#saving.then(() => this.#save());
    this.reporter
      .logger('DiscoveryRefresher')
      .log('changed', `${changes.length} changes: ${summary(changes)}.`, { count: changes.length });
    for (const change of changes) {
      this.#changes$.next(change);
    }
  }

  #stamp(difference: DiscoveryDifference): DiscoveryChange {
    const now = Math.max(this.clock.now(), this.#lastMs);
    this.#sequence = now === this.#lastMs ? this.#sequence + 1 : 0;
    this.#lastMs = now;
    return Object.freeze({ id: idOf(now, this.#sequence), at: new Date(now).toISOString(), ...difference });
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadAll();
    return this.#loading;
  }

  async #loadAll(): Promise<void> {
    const key = await this.#key();
    const stored = key === undefined ? undefined : await this.cache.get<unknown>(key);
    const remembered = Array.isArray(stored) ? stored.filter(isChange) : [];
    this.#changes = [...remembered, ...this.#changes].slice(-MAX_CHANGES);
  }

  async #save(): Promise<void> {
    await this.#load();
    const key = await this.#key();
    if (key !== undefined) {
      await this.cache.set(key, this.#changes);
    }
  }

  async #key(): Promise<string | undefined> {
    const prefix = await this.owner.prefix();
    return prefix && `${prefix}/changes`;
  }
}

const MAX_SEQUENCE = 99_999;

/** Sorts as text by time, then by sequence. */
function idOf(ms: number, sequence: number): string {
  return `${String(ms).padStart(13, '0')}-${String(Math.min(sequence, MAX_SEQUENCE)).padStart(5, '0')}`;
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
