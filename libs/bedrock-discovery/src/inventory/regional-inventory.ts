import { Logger } from '@nestjs/common';
import type { Observable } from 'rxjs';
import {
  AbortedError,
  BedrockDiscoveryError,
  InvalidArgumentError,
  InventoryUnavailableError,
  RegionUnknownError,
} from '../errors/errors.js';
import type { FailureKind, RegionFailure } from '../errors/failure.js';
import { isCredentialFailure } from '../errors/failure-texts.js';
import { isRegionName } from '../regions/partitions.js';
import { raceSignal, startDeadline } from '../util/deadline.js';
import type { InventoryContext } from './inventory-context.js';
import type { InventorySpec } from './inventory-spec.js';
import { RegionAsker } from './region-scan.js';
import { isDeniedToday, nextDueAt, toStatus } from './region-state.js';
import { RegionRecords } from './region-store.js';
import type { DiscoveryProgress, RegionStatus, ScanOptions, ScanReport } from './scan.types.js';

/** Logs a region's failure once when it begins or changes its kind, all regions of a kind in one line. */
export class FailureLog {
  readonly #told = new Map<string, RegionFailure['kind']>();

  constructor(
    private readonly operation: string,
    private readonly logger: Logger,
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
      const line = `${this.operation} failed in ${where} (${failure.kind}): ${failure.message} ${failure.remedy}`;
      // Most accounts have most opt-in regions switched off; that is no trouble.
      if (failure.kind === 'region-not-enabled') {
        this.logger.debug(line);
      } else {
        this.logger.warn(line);
      }
    }
  }
}

/** Answers that refuse the identity itself in every region are not provoked again by queries for this long. */
const REFUSED_PAUSE_MS = 30_000;

/**
 * What is known of all regions from one operation: read from the cache, scanned once for all who ask, and published as
 * an immutable index. Queries never wait for the network if something that may be served is at hand.
 */
export class RegionalInventory<T, I> {
  readonly #logger: Logger;
  readonly #records: RegionRecords<T>;
  readonly #asker: RegionAsker<T>;
  readonly #failureLog: FailureLog;
  readonly #listeners: ((before: I, after: I) => void)[] = [];
  readonly #scanListeners: (() => void)[] = [];
  #index: I | undefined;
  #indexedVersion = 0;
  /** Until then the index may be served without looking. */
  #checkAt = 0;
  #loading: Promise<void> | undefined;
  #behind: Promise<unknown> | undefined;
  #refusedUntil = 0;
  #closed = false;

  constructor(
    private readonly spec: InventorySpec<T, I>,
    private readonly context: InventoryContext,
  ) {
    this.#logger = new Logger(spec.logContext);
    this.#records = new RegionRecords(spec, context, this.#logger);
    this.#asker = new RegionAsker(spec, context, this.#records);
    this.#failureLog = new FailureLog(spec.operation, this.#logger);
  }

  /**
   * The index to answer from.
   *
   * @throws InventoryUnavailableError if no region is known, at most `scan.deadlineMs` after asking.
   */
  ready(): I | Promise<I> {
    return this.#index !== undefined && this.context.clock.now() < this.#checkAt ? this.#index : this.#prepare();
  }

  /**
   * The index to answer from where one region matters: that region is waited for if it was never asked.
   *
   * @throws InventoryUnavailableError as {@link ready}; RegionUnknownError unless what the region lists is known.
   */
  async readyFor(region: string): Promise<I> {
    const index = await this.ready();
    const leftMs = this.context.options.scan.deadlineMs - this.#asker.elapsedMs(region);
    const neverAsked = this.#records.get(region) === undefined && this.#targets().includes(region);
    if (neverAsked && leftMs > 0 && this.#asksByItself(this.#asker.isAsking(region))) {
      await this.#within(leftMs, () => this.#refreshBehind()).catch(() => undefined);
    }
    this.#assertKnown(region);
    // What landed since must not be answered for by an index that lacks it.
    return this.#indexedVersion === this.#records.version ? (this.#index ?? index) : (this.#publish() ?? index);
  }

  /** Called whenever one index replaces another. */
  onReplaced(listener: (before: I, after: I) => void): void {
    this.#listeners.push(listener);
  }

  /** Called after every scan that asked a region, whether or not it changed anything. */
  onScanned(listener: () => void): void {
    this.#scanListeners.push(listener);
  }

  /** Each region as it has been asked, whoever had it asked. Ends with {@link close}. */
  get progress$(): Observable<DiscoveryProgress> {
    return this.#asker.progress$;
  }

  /** The index as it stands; undefined if nothing is known. */
  get current(): I | undefined {
    return this.#index;
  }

  #assertKnown(region: string): void {
    const state = this.#records.get(region);
    if (state?.data === undefined) {
      const scanned = state !== undefined || this.#asker.isAsking(region) || this.#targets().includes(region);
      throw new RegionUnknownError(region, state?.failure, scanned);
    }
  }

  /** Asks the regions that are not fresh, or all with `force`; regions that are being asked already are shared. */
  async scan(options: ScanOptions = {}): Promise<ScanReport> {
    const { signal = new AbortController().signal, regions: named } = options;
    this.#assertScannable(named, signal);
    this.context.regionNames.check(named ?? [], this.spec.logContext);
    const { clock } = this.context;
    const startedAt = new Date(clock.now()).toISOString();
    const started = clock.monotonic();
    try {
      await raceSignal(this.#load(), signal);
      const targets = named ? [...new Set(named)] : await this.#currentTargets(signal);
      const asked = await this.#asker.toAsk(targets, options, signal);
      const requests = await this.#asker.ask(asked, targets.length, options, signal);
      this.#assertOpen();
      this.#conclude(targets, asked);
      const durationMs = Math.round(clock.monotonic() - started);
      return Object.freeze({
        startedAt,
        durationMs,
        requests,
        regions: Object.freeze(targets.map((region) => this.#status(region))),
      });
    } catch (error) {
      throw signal.aborted ? new AbortedError(signal) : error;
    }
  }

  statuses(): readonly RegionStatus[] {
    const regions = new Set([...this.#targets(), ...this.#records.regions()]);
    return Object.freeze([...regions].sort().map((region) => this.#status(region)));
  }

  /** Changes whenever anything that is known of a region has. */
  get revision(): number {
    return this.#records.revision;
  }

  /** Data of all known regions with its age, for a snapshot. */
  entries(): readonly { region: string; scannedAt: number; items: readonly T[] }[] {
    return this.#records.regions().flatMap((region) => {
      const data = this.#records.get(region)?.data;
      return data === undefined ? [] : [{ region, scannedAt: data.scannedAt, items: data.items }];
    });
  }

  /** Forgets everything, in every tier of the owner's cache. */
  async clear(): Promise<void> {
    this.#index = undefined;
    this.#checkAt = 0;
    this.#refusedUntil = 0;
    await this.#records.clear();
  }

  /** Stops what is under way and hands all that was learnt to the cache. From now on only what is known is served. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#asker.abort(new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.'));
    await this.#behind?.catch(() => undefined);
    this.#asker.complete();
    await this.#records.flush();
  }

  // Answering

  async #prepare(): Promise<I> {
    let cause: unknown;
    try {
      await this.#within(this.context.options.scan.deadlineMs, () => this.#scanFirst());
    } catch (error) {
      cause = error;
    }
    const index = this.#publish();
    if (index === undefined) {
      throw this.#unavailable(cause);
    }
    if (!this.#closed && this.context.clock.now() >= this.#dueAt()) {
      this.#refreshBehind().catch((error: unknown) =>
        this.#logger.debug(`Refreshing behind a query failed: ${String(error)}`),
      );
    }
    return index;
  }

  async #scanFirst(): Promise<void> {
    if (!this.#closed) {
      await this.#load();
    }
    this.#records.expire();
    if (this.#mustScanFirst()) {
      await this.#refreshBehind();
    }
  }

  /** What is waited for goes on when the wait ends. */
  async #within<R>(timeoutMs: number, work: () => Promise<R>): Promise<R> {
    const deadline = startDeadline(this.context.clock, timeoutMs);
    try {
      return await raceSignal(work(), deadline.signal);
    } finally {
      deadline.end();
    }
  }

  /** Meanwhile queries answer from the index without looking whether it is due. */
  #refreshBehind(): Promise<unknown> {
    this.#behind ??= this.scan().finally(() => {
      this.#behind = undefined;
      this.#checkAt = 0;
    });
    this.#checkAt = this.#records.expiresAt;
    return this.#behind;
  }

  /**
   * Most regions were never asked, and asking may help: nothing is known, or an earlier run was ended in the middle of
   * its first scan. Regions that land one by one are not published before the others.
   */
  #mustScanFirst(): boolean {
    const now = this.context.clock.now();
    const targets = this.#targets();
    const answered = targets.filter((region) => this.#records.get(region)?.data !== undefined).length;
    const pending = targets.filter((region) => this.#records.get(region) === undefined).length;
    const mostPending = pending > targets.length / 2 && this.#asksByItself(this.#asker.isBusy);
    if (this.#closed || (this.#index !== undefined && !mostPending)) {
      return false;
    }
    if (this.#asker.isBusy || answered > 0) {
      return true;
    }
    const denied = targets.length > 0 && targets.every((region) => isDeniedToday(this.#records.get(region), now));
    return !denied && now >= this.#refusedUntil;
  }

  /** Where something is known, `refresh.mode: 'off'` leaves further asking to the user; what is under way is waited for. */
  #asksByItself(underWay: boolean): boolean {
    return !this.#closed && (underWay || this.context.options.refresh.mode !== 'off');
  }

  #unavailable(cause: unknown): InventoryUnavailableError {
    const failures: Record<string, RegionFailure> = {};
    for (const region of this.#records.regions()) {
      const failure = this.#records.get(region)?.failure;
      if (failure !== undefined) {
        failures[region] = failure;
      }
    }
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    const hint = this.#closed
      ? 'The application is closing, so that nothing is asked any more.'
      : timedOut
        ? 'The first scan was not done within scan.deadlineMs; it goes on, so ask again soon.'
        : 'Once the cause is gone, scanAllRegions({ regions, force: true }) asks at once.';
    return new InventoryUnavailableError(this.spec.operation, failures, hint, { cause });
  }

  /** Builds the index anew if what is known has changed. */
  #publish(): I | undefined {
    if (this.#indexedVersion !== this.#records.version) {
      this.#indexedVersion = this.#records.version;
      this.#replace(this.#records.lists());
    }
    this.#checkAt = this.#closed ? Number.POSITIVE_INFINITY : Math.min(this.#dueAt(), this.#records.expiresAt);
    return this.#index;
  }

  #replace(lists: ReadonlyMap<string, readonly T[]>): void {
    const before = this.#index;
    const after = lists.size === 0 ? undefined : this.spec.index(lists);
    this.#index = after;
    if (before !== undefined && after !== undefined) {
      this.#listeners.forEach((listener) => listener(before, after));
    }
  }

  /** When a query may cause regions to be asked again. */
  #dueAt(): number {
    const { cache, refresh } = this.context.options;
    if (refresh.mode === 'off') {
      return Number.POSITIVE_INFINITY;
    }
    return Math.min(...this.#targets().map((region) => nextDueAt(this.#records.get(region), cache.memoryTtlMs)));
  }

  // Scanning

  #assertScannable(regions: readonly string[] | undefined, signal: AbortSignal): void {
    this.#assertOpen();
    if (signal.aborted) {
      throw new AbortedError(signal);
    }
    const wrong = regions?.find((region) => !isRegionName(region));
    if (wrong !== undefined) {
      throw new InvalidArgumentError(`regions must be region names such as eu-central-1, got '${wrong}'.`);
    }
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing: nothing is scanned any more.');
    }
  }

  /** Reads what earlier runs and other processes know. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadAll().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #loadAll(): Promise<void> {
    const [regions] = await Promise.all([this.context.directory.remembered(), this.context.latencies.load()]);
    await this.#records.adopt(regions);
    this.#publish();
  }

  async #currentTargets(signal: AbortSignal): Promise<readonly string[]> {
    const former = this.context.directory.current ?? [];
    const targets = await this.context.directory.regions(signal);
    this.#records.drop(former.filter((region) => !targets.includes(region)));
    return targets;
  }

  #conclude(targets: readonly string[], asked: readonly string[]): void {
    this.#publish();
    if (asked.length === 0) {
      return;
    }
    this.#failureLog.announce(targets.map((region) => this.#status(region)));
    this.#records.keepDenials();
    this.#records.write(() => this.context.latencies.save());
    const refused = targets.every((region) => {
      const kind = this.#records.get(region)?.failure?.kind;
      return kind !== undefined && kind !== 'credentials-missing' && isCredentialFailure(kind);
    });
    this.#refusedUntil = refused ? this.context.clock.now() + REFUSED_PAUSE_MS : 0;
    this.#scanListeners.forEach((listener) => listener());
  }

  #targets(): readonly string[] {
    return this.context.directory.current ?? this.#records.regions();
  }

  #status(region: string): RegionStatus {
    const { clock, options } = this.context;
    return toStatus(region, this.#records.get(region), clock.now(), options.cache.memoryTtlMs);
  }
}
