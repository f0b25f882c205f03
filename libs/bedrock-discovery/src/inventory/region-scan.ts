import { type Observable, Subject } from 'rxjs';
import { AbortedError, InvalidArgumentError } from '../errors/errors.js';
import { isCredentialFailure } from '../errors/failure-texts.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import { isRegionName } from '../regions/partitions.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { ageOf } from '../util/clock.js';
import { raceSignal } from '../util/deadline.js';
import { type Flight, SingleFlight } from '../util/single-flight.js';
import { AnswerMemory } from './answer-memory.js';
import type { KnownRegions } from './changes.js';
import { FailureLog } from './failure-log.js';
import type { InventoryContext } from './inventory-context.js';
import type { Listing, RegionList } from './listing.js';
import type { RegionOutcome } from './region-client.js';
import { isDeniedToday, isFresh, isLeftAlone } from './region-state.js';
import type { RegionStore } from './region-store.js';
import { RetryBudget } from './retry-policy.js';
import { patienceFor } from './scan-lease.js';
import { SCAN_EVENTS } from './scan-events.js';
import type { DiscoveryProgress, RegionStatus, ScanReport, ScanOptions } from './scan.types.js';

// Longer than other files: whom to ask, to wait for and to believe hangs on the options and the state of one scan.

/** A list that shrinks below this share of the former one is asked for twice before it is believed. */
const BELIEVABLE_SHARE = 2 / 3;
/** Answers that refuse the identity itself in every region are not provoked again by queries for this long. */
const REFUSED_PAUSE_MS = 30_000;

export interface InventoryScanOptions extends ScanOptions {
  /** Regions that denied the operation today are left out although all are asked: nobody waits who could have changed that. */
  readonly spareDenied?: boolean;
  /** Regions that answered after this time, in milliseconds since the epoch, are left out, and all others asked. */
  readonly since?: number;
  /** Called for each region that is asked for this scan: with the same object for all scans that share the asking. */
  readonly onAsked?: (landing: object) => void;
}

/** What became of asking one region, for all who wanted it asked. */
interface Landing {
  readonly status: DiscoveryProgress['status'];
  readonly requests: number;
}

/** Asks regions for what they list, each once for all who want it, and takes the outcomes over into the store. */
export class RegionScan<T> {
  readonly #flights: SingleFlight<Landing>;
  readonly #runs = new Set<Promise<unknown>>();
  readonly #failureLog: FailureLog;
  readonly #progress$ = new Subject<DiscoveryProgress>();
  readonly #memories = new Map<string, AnswerMemory>();
  /** Regions asked, and those with the ones still being asked, since none was. */
  #done = 0;
  #total = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(
    private readonly listing: Pick<Listing<T, KnownRegions>, 'name' | 'operation' | 'list' | 'timed'>,
    private readonly context: InventoryContext,
    private readonly store: RegionStore<T>,
    logger: DiscoveryLogger,
  ) {
    this.#failureLog = new FailureLog(listing.operation, logger);
    this.#flights = new SingleFlight(context.options.scan.concurrency, context.clock);
  }

  get progress$(): Observable<DiscoveryProgress> {
    return this.#progress$.asObservable();
  }

  /** Whether any region is being asked. */
  get isBusy(): boolean {
    return this.#flights.size > 0;
  }

  isAsking(region: string): boolean {
    return this.#flights.has(region);
  }

  /** How long a region has been asked for, in milliseconds; 0 if it is not being asked. */
  elapsedMs(region: string): number {
    return this.#flights.elapsedMs(region);
  }

  /** Whether asking can have another end than it just had: not where every region has refused the identity. */
  get mayHelp(): boolean {
    return ageOf(this.#refusedAt, this.context.clock.now()) >= REFUSED_PAUSE_MS;
  }

  /** Forgets how the last scan ended, and what was answered. */
  forget(): void {
    this.#memories.clear();
    this.#refusedAt = Number.NEGATIVE_INFINITY;
  }

  /** One scan for one caller; rejects only with the signal's reason. `asked`: how many regions were not left out. */
  run(options: InventoryScanOptions, signal: AbortSignal): Promise<ScanReport & { asked: number }> {
    const running = this.#report(options, signal).finally(() => this.#runs.delete(running));
    this.#runs.add(running);
    return running;
  }

  /** Ends what is under way, for good; resolves when nothing is left. */
  async abort(reason: Error): Promise<void> {
    this.#ended = true;
    this.context.lease.close(reason);
    await this.#flights.abort(reason);
    await Promise.allSettled(this.#runs);
  }

  /** No progress is to come any more. */
  complete(): void {
    this.#progress$.complete();
  }

  async #report(options: InventoryScanOptions, signal: AbortSignal): Promise<ScanReport & { asked: number }> {
    const { name: listing, operation } = this.listing;
    const trace = this.context.reporter.begin(SCAN_EVENTS, () => ({
      listing,
      operation,
      force: options.force === true,
    }));
    try {
      const scanned = await trace.run(() => this.#run(options, signal));
      const { asked, requests, regions } = scanned;
      trace.end(() => ({ asked, requests, failed: countFailed(regions) }));
      return scanned;
    } catch (error) {
      trace.end(() => ({ errorType: 'aborted' }));
      throw error;
    }
  }

  async #run(options: InventoryScanOptions, signal: AbortSignal): Promise<ScanReport & { asked: number }> {
    const { clock, kept, parts } = this.context;
    const startedAt = new Date(clock.now()).toISOString();
    const started = clock.monotonic();
    const letWrite = kept.hold();
    const leave = parts.enter();
    let lease: StoreLease | undefined;
    try {
      const targets = options.regions ? [...new Set(options.regions)] : await this.#currentTargets(signal);
      lease = await this.#takeTurn(targets, options, signal);
      if (lease !== undefined) {
        await this.#adopt(targets, options, signal);
      }
      const asked = this.#toAsk(targets, options);
      const requests = await this.#ask(asked, targets.length, options, signal);
      const durationMs = Math.round(clock.monotonic() - started);
      const regions = Object.freeze(targets.map((region) => this.store.status(region)));
      if (asked.length > 0 && !this.#ended) {
        this.#conclude(regions);
      }
      return { startedAt, durationMs, requests, regions, asked: asked.length };
    } finally {
      leave();
      this.store.write(() => this.store.keep().then(letWrite));
      if (lease !== undefined) {
        // Who gets it next is to find what was learnt.
        await this.store.flush();
        await lease.release();
      }
    }
  }

  /**
   * Takes over what others know, and waits while one of them scans for all; nothing is left to ask where that was enough. Who
   * demands that all be asked waits for nobody.
   */
  async #takeTurn(
    targets: readonly string[],
    options: InventoryScanOptions,
    signal: AbortSignal,
  ): Promise<StoreLease | undefined> {
    const { refresh, scan } = this.context.options;
    if (options.force === true && refresh.mode !== 'follow') {
      return undefined;
    }
    const isWanted = async (): Promise<boolean> => {
      await this.#adopt(targets, options, signal);
      return this.#toAsk(targets, options).length > 0;
    };
    if (!(await isWanted())) {
      return undefined;
    }
    return this.context.lease.take(isWanted, patienceFor(targets.length, scan, this.store.lists.size === 0), signal);
  }

  async #currentTargets(signal: AbortSignal): Promise<readonly string[]> {
    const { directory } = this.context;
    const former = directory.current ?? [];
    const isFollower = this.context.options.refresh.mode === 'follow';
    const targets = isFollower ? await directory.remembered() : await directory.regions(signal);
    const dropped = former.filter((region) => !targets.includes(region));
    dropped.forEach((region) => this.#memories.delete(region));
    this.store.drop(dropped);
    return targets;
  }

  /** Takes over what others know of the regions that a scan would ask. */
  async #adopt(targets: readonly string[], options: InventoryScanOptions, signal: AbortSignal): Promise<void> {
    const wanted = this.#wanted(targets, options);
    if (wanted.length > 0) {
      await raceSignal(this.store.adopt(wanted, options.since), signal);
    }
  }

  /** Of the regions of a scan, those of which nothing is known that is young enough. */
  #wanted(targets: readonly string[], { force = false, since, spareDenied = !force }: InventoryScanOptions): string[] {
    const { clock, options } = this.context;
    const [now, { memoryTtlMs }] = [clock.now(), options.cache];
    return targets.filter((region) => {
      const state = this.store.get(region);
      if (spareDenied && isDeniedToday(state, now)) {
        return false;
      }
      return since === undefined
        ? force || !isFresh(state, now, memoryTtlMs)
        : state?.failure !== undefined || !((state?.data?.scannedAt ?? -Infinity) > since);
    });
  }

  /** Of the regions of a scan, those that are to be asked, in this order: the slowest first, so that the whole is done soonest. */
  #toAsk(targets: readonly string[], options: InventoryScanOptions): readonly string[] {
    const { clock, latencies, options: resolved } = this.context;
    if (resolved.refresh.mode === 'follow' || this.#ended) {
      return [];
    }
    const isLeft = (region: string): boolean =>
      options.force !== true &&
      isLeftAlone(this.store.get(region), clock.now(), resolved.cache.memoryTtlMs, options.since);
    const wanted = this.#wanted(targets, options).filter((region) => !isLeft(region));
    return latencies.sortRegions(wanted).reverse();
  }

  /**
   * Asks regions, joining those that are being asked already.
   *
   * @param total regions of the scan, with those that need not be asked
   * @returns the requests that were sent
   */
  async #ask(
    asked: readonly string[],
    total: number,
    { onProgress, onAsked }: InventoryScanOptions,
    signal: AbortSignal,
  ): Promise<number> {
    const budget = new RetryBudget(asked.length);
    const flights = asked.map((region) => ({ region, ...this.#join(region, budget) }));
    flights.forEach(({ landed }) => onAsked?.(landed));
    let done = total - asked.length;
    const landings = flights.map(async ({ region, landed }) => {
      const { status, requests } = await landed;
      done += 1;
      if (!signal.aborted) {
        onProgress?.({ done, total, region, status: status === 'ok' ? 'ok' : 'failed' });
      }
      return requests;
    });
    try {
      const requests = await raceSignal(Promise.all(landings), signal);
      return requests.reduce((sum, sent) => sum + sent, 0);
    } finally {
      flights.forEach(({ leave }) => leave());
    }
  }

  #join(region: string, budget: RetryBudget): Flight<Landing> {
    if (!this.#flights.has(region)) {
      const isFirst = this.#done === this.#total;
      this.#done = isFirst ? 0 : this.#done;
      this.#total = isFirst ? 1 : this.#total + 1;
    }
    return this.#flights.join(region, (signal) => this.#land(region, budget, signal));
  }

  /** What was learnt is in the store before anybody is told. */
  async #land(region: string, budget: RetryBudget, signal: AbortSignal): Promise<Landing> {
    const outcome = await this.#askRegion(region, budget, signal);
    if (!signal.aborted) {
      this.store.take(region, outcome);
    }
    const status = signal.aborted ? 'aborted' : outcome.ok ? 'ok' : 'failed';
    this.#done += 1;
    const { listing } = this;
    const progress = { operation: listing.name, region, done: this.#done, total: this.#total, status } as const;
    this.#progress$.next(Object.freeze(progress));
    return { status, requests: outcome.requests };
  }

  #askRegion(region: string, budget: RetryBudget, signal: AbortSignal): Promise<RegionOutcome<RegionList<T>>> {
    const { operation, timed = true } = this.listing;
    const former = this.store.lists.get(region);
    return this.context.scanner.run({
      region,
      operation,
      budget,
      signal,
      timed,
      memory: this.#memoryOf(region),
      run: async (call) => {
        const list = await this.listing.list(call);
        return hasShrunk(former, list) ? this.listing.list(call) : list;
      },
    });
  }

  #memoryOf(region: string): AnswerMemory {
    const memory = this.#memories.get(region) ?? new AnswerMemory(() => this.context.parts.share);
    this.#memories.set(region, memory);
    return memory;
  }

  #conclude(statuses: readonly RegionStatus[]): void {
    this.#failureLog.announce(statuses);
    this.store.conclude(statuses.map(({ region }) => region));
    this.store.write(() => this.context.latencies.saveNowAndThen());
    const refused = statuses.every(
      ({ failure }) =>
        failure !== undefined && failure.kind !== 'credentials-missing' && isCredentialFailure(failure.kind),
    );
    this.#refusedAt = refused ? this.context.clock.now() : Number.NEGATIVE_INFINITY;
  }
}

/** Regions whose last answer was a failure. */
export function countFailed(statuses: readonly RegionStatus[]): number {
  return statuses.filter(({ status }) => status === 'failed').length;
}

function hasShrunk(former: RegionList<unknown> | undefined, { items }: RegionList<unknown>): boolean {
  return former !== undefined && items.length < former.items.length * BELIEVABLE_SHARE;
}

/** @throws InvalidArgumentError for what is no name of a region; AbortedError if the signal has aborted. */
export function assertScannable(regions: readonly string[] | undefined, signal: AbortSignal): void {
  if (signal.aborted) {
    throw new AbortedError(signal);
  }
  const wrong = regions?.find((region) => !isRegionName(region));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`regions must be region names such as eu-central-1, got '${wrong}'.`);
  }
}
