import { type Observable, Subject } from 'rxjs';
import { AbortedError, InvalidArgumentError, type RegionFailure } from '../errors/errors.js';
import { isCredentialFailure } from '../errors/failure-texts.js';
import { isRegionName } from '../regions/partitions.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { ageOf } from '../util/clock.js';
import { raceSignal } from '../util/deadline.js';
import { type Flight, SingleFlight } from '../util/single-flight.js';
import type { KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import type { Listing, RegionList } from './listing.js';
import type { RegionOutcome } from './region-client.js';
import { isDeniedToday, isFresh } from './region-state.js';
import type { RegionStore } from './region-store.js';
import { RetryBudget } from './retry-policy.js';
import { SCAN_EVENTS } from './scan-events.js';
import type { DiscoveryProgress, RegionStatus, ScanReport, ScanOptions } from './scan.types.js';

/** A list that shrinks below this share of the former one is asked for twice before it is believed. */
const BELIEVABLE_SHARE = 2 / 3;
/** Answers that refuse the identity itself in every region are not provoked again by queries for this long. */
const REFUSED_PAUSE_MS = 30_000;

export interface InventoryScanOptions extends ScanOptions {
  /** Regions that denied the operation today are left out although all are asked: nobody waits who could have changed that. */
  readonly spareDenied?: boolean;
}

/** What became of asking one region, for all who wanted it asked. */
interface Landing {
  readonly status: DiscoveryProgress['status'];
  readonly requests: number;
}

/** Asks regions for what they list, each once for all who want it, and takes the outcomes over into the store. */
export class RegionScan<T> {
  readonly #flights: SingleFlight<Landing>;
  readonly #failureLog: FailureLog;
  readonly #progress$ = new Subject<DiscoveryProgress>();
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

  /** Forgets how the last scan ended. */
  forget(): void {
    this.#refusedAt = Number.NEGATIVE_INFINITY;
  }

  /** One scan for one caller; rejects only with the signal's reason. `asked`: how many regions were not left out. */
  async run(options: InventoryScanOptions, signal: AbortSignal): Promise<ScanReport & { asked: number }> {
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
    const { clock } = this.context;
    const startedAt = new Date(clock.now()).toISOString();
    const started = clock.monotonic();
    const targets = options.regions ? [...new Set(options.regions)] : await this.#currentTargets(signal);
    const asked = await this.#toAsk(targets, options, signal);
    const requests = await this.#ask(asked, targets.length, options, signal);
    const durationMs = Math.round(clock.monotonic() - started);
    const regions = Object.freeze(targets.map((region) => this.store.status(region)));
    if (asked.length > 0 && !this.#ended) {
      this.#conclude(regions);
    }
    return { startedAt, durationMs, requests, regions, asked: asked.length };
  }

  /** Ends what is under way, for good; resolves when nothing is left. */
  abort(reason: Error): Promise<void> {
    this.#ended = true;
    return this.#flights.abort(reason);
  }

  /** No progress is to come any more. */
  complete(): void {
    this.#progress$.complete();
  }

  async #currentTargets(signal: AbortSignal): Promise<readonly string[]> {
    const { directory } = this.context;
    const former = directory.current ?? [];
    const targets = await directory.regions(signal);
    this.store.drop(former.filter((region) => !targets.includes(region)));
    return targets;
  }

  /** Of the regions of a scan, those that are to be asked, in this order. */
  async #toAsk(
    targets: readonly string[],
    { force = false, spareDenied = !force }: InventoryScanOptions,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { clock, options, latencies } = this.context;
    const wanted = (region: string): boolean => {
      const state = this.store.get(region);
      const spared = spareDenied && isDeniedToday(state, clock.now());
      return !spared && (force || !isFresh(state, clock.now(), options.cache.memoryTtlMs));
    };
    let asked = targets.filter(wanted);
    if (!force && asked.length > 0) {
      await raceSignal(this.store.adopt(asked), signal);
      asked = asked.filter(wanted);
    }
    // The slowest first, so that the whole is done soonest.
    return latencies.sortRegions(asked).reverse();
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
    { onProgress }: ScanOptions,
    signal: AbortSignal,
  ): Promise<number> {
    const budget = new RetryBudget(asked.length);
    const flights = asked.map((region) => ({ region, ...this.#join(region, budget) }));
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
      run: async (call) => {
        const list = await this.listing.list(call);
        return hasShrunk(former, list) ? this.listing.list(call) : list;
      },
    });
  }

  #conclude(statuses: readonly RegionStatus[]): void {
    this.#failureLog.announce(statuses);
    this.store.keepDenials();
    this.store.write(() => this.context.latencies.save());
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

/** Logs a region's failure once when it begins or changes its kind, all regions of a kind in one line. */
class FailureLog {
  readonly #told = new Map<string, RegionFailure['kind']>();

  constructor(
    private readonly operation: string,
    private readonly logger: DiscoveryLogger,
  ) {}

  announce(statuses: readonly RegionStatus[]): void {
    const news = new Map<RegionFailure['kind'], { regions: string[]; failure: RegionFailure }>();
    for (const { region, failure } of statuses) {
      if (failure === undefined) {
        this.#told.delete(region);
      } else if (this.#told.get(region) !== failure.kind) {
        this.#told.set(region, failure.kind);
        const group = news.get(failure.kind) ?? { regions: [], failure };
        group.regions.push(region);
        news.set(failure.kind, group);
      }
    }
    for (const { regions, failure } of news.values()) {
      const all = regions.length === statuses.length && regions.length > 1;
      const where = all ? `all ${regions.length} regions` : regions.join(', ');
      const { kind, message, remedy } = failure;
      const line = `${this.operation} failed in ${where} (${kind}): ${message} ${remedy}`;
      const fields = { operation: this.operation, kind, regions, message, remedy };
      // Most accounts have most opt-in regions switched off; that is no trouble.
      if (kind === 'region-not-enabled') {
        this.logger.debug('regions-failed', line, fields);
      } else {
        this.logger.warn('regions-failed', line, fields);
      }
    }
  }
}
