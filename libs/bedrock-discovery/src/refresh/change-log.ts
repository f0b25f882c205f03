import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import * as z from 'zod';
import { AccessRegistry } from '../access/access-registry.js';
import { AccountScope } from '../cache/account-scope.js';
import { InvalidArgumentError } from '../errors/errors.js';
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
  #since: string | undefined;
  #loading: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Until that save begins, what is noticed goes with it. */
  #isToBeSaved = false;

  constructor(
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly owner: AccountScope,
    private readonly cache: TieredCache,
    @Inject(LISTINGS) listings: readonly RegionalInventory[],
    access: AccessRegistry,
    private readonly reporter: Reporter,
  ) {
    listings.forEach((inventory) => {
      inventory.onChanged((differences, at) => this.#add(differences, at));
      inventory.onScanned(() => this.#begin());
    });
    access.onFlipped((flip) => this.#add([{ type: 'access-changed', ...flip }], () => this.clock.now()));
  }

  get changes$(): Observable<DiscoveryChange> {
    return this.#changes$.asObservable();
  }

  /**
   * Remembered changes, oldest first.
   *
   * @param since only those after this id or ISO 8601 time
   * @throws InvalidArgumentError where it is neither
   */
  async list(since?: string): Promise<readonly DiscoveryChange[]> {
    const after = since === undefined ? undefined : idAt(since);
    await this.#load();
    return Object.freeze(this.#changes.filter(({ id }) => after === undefined || id > after));
  }

  /**
   * Since when changes are noticed, ISO 8601: since the first scan whose answers were kept, or, where so many were noticed
   * that some are forgotten, since the oldest that is remembered. Undefined before the first scan.
   */
  async recordedSince(): Promise<string | undefined> {
    await this.#load();
    const [oldest] = this.#changes;
    return this.#changes.length < MAX_CHANGES ? (this.#since ?? oldest?.at) : oldest?.at;
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
    this.#saveSoon();
    this.reporter
      .logger('DiscoveryRefresher')
      .log('changed', `${changes.length} changes: ${summary(changes)}.`, { count: changes.length });
    for (const change of changes) {
      this.#changes$.next(change);
    }
  }

  /** What is scanned for the first time is what later scans are compared with. */
  #begin(): void {
    if (this.#since === undefined) {
      this.#since = new Date(this.clock.now()).toISOString();
      this.#saving = this.#saving.then(() => this.#keepBeginning());
    }
  }

  async #keepBeginning(): Promise<void> {
    const now = this.#since;
    await this.#load();
    const key = await this.#key('recorded-since');
    if (key !== undefined && this.#since === now) {
      // Of instances that begin at once the first counts.
      await this.cache.merge(key, (stored) => {
        const isEarlier = TIME.safeParse(stored).success && (stored as string) < (this.#since ?? '');
        return (this.#since = isEarlier ? (stored as string) : this.#since);
      });
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
    const changes = changesIn(await this.#stored('changes'));
    const since = await this.#stored('recorded-since');
    // Logs of before that was remembered begin with their first change.
    const [began] = TIME.safeParse(since).success ? [since as string] : changes.map(({ at }) => at);
    this.#since = began ?? this.#since;
    this.#merge(changes);
  }

  #saveSoon(): void {
    if (!this.#isToBeSaved) {
      this.#isToBeSaved = true;
      this.#saving = this.#saving.then(() => this.#save());
    }
  }

  async #save(): Promise<void> {
    this.#isToBeSaved = false;
    await this.#load();
    const key = await this.#key('changes');
    if (key !== undefined) {
      await this.cache.merge(key, (stored) => {
        this.#merge(changesIn(stored));
        return this.#changes;
      });
    }
  }

  async #stored(name: string): Promise<unknown> {
    const key = await this.#key(name);
    return key === undefined ? undefined : this.cache.get<unknown>(key, { anew: true });
  }

  async #key(name: string): Promise<string | undefined> {
    const prefix = await this.owner.prefix();
    return prefix && `${prefix}/${name}`;
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

const ID = /^\d{13}-\d{5}$/;
const TIME = z.iso.datetime({ offset: true });
const DAY = z.iso.date();

/** The id that changes come after that come after an id, or a time. */
function idAt(since: string): string {
  if (ID.test(since)) {
    return since;
  }
  if (!TIME.safeParse(since).success && !DAY.safeParse(since).success) {
    throw new InvalidArgumentError(`since must be the id of a change, or an ISO 8601 time, got '${since}'.`);
  }
  return idOf(Date.parse(since), MAX_SEQUENCE);
}

/** A tier is trusted no more than a response; what a later release noticed is left out. */
const CHANGE = z.looseObject({
  id: z.string().regex(ID),
  at: z.iso.datetime(),
  type: z.enum(DISCOVERY_CHANGE_TYPES),
  modelId: z.string().optional(),
  profileId: z.string().optional(),
  arn: z.string().optional(),
  region: z.string().optional(),
});

function changesIn(stored: unknown): readonly DiscoveryChange[] {
  return Array.isArray(stored) ? stored.filter((each): each is DiscoveryChange => CHANGE.safeParse(each).success) : [];
}

function summary(changes: readonly DiscoveryChange[]): string {
  const counts = new Map<string, number>();
  for (const { type } of changes) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
}
