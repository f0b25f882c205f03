import type { Observable } from 'rxjs';
import {
  AbortedError,
  BedrockDiscoveryError,
  InventoryUnavailableError,
  RegionUnknownError,
} from '../errors/errors.js';
import { nearestRegion } from '../regions/nearest-region.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { isFuture } from '../util/clock.js';
import { raceSignal, withDeadline } from '../util/deadline.js';
import type { DiscoveryDifference, KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import { indexOf, type Listing, type RegionList } from './listing.js';
import { assertScannable, type InventoryScanOptions, RegionScan } from './region-scan.js';
import { isDeniedToday, type RegionState } from './region-state.js';
import { RegionStore, type StoredList } from './region-store.js';
import type { DiscoveryProgress, RegionStatus, ScanReport } from './scan.types.js';

// Longer than other files: when to serve, to wait and to ask is one decision, and hangs on the same state.

/** With `refresh.mode: 'follow'`, at the earliest. */
const LOOK_AGAIN_MS = 10_000;

/** `shownAt`: when AWS answered what shows a difference, in milliseconds since the epoch. */
type ChangeListener = (
  differences: readonly DiscoveryDifference[],
  shownAt: (difference: DiscoveryDifference) => number,
) => void;

/**
 * What is known of all regions from one operation: read from the cache, scanned once for all who ask, and published as
 * an immutable index. Queries never wait for the network if something that may be served is at hand.
 */
export class RegionalInventory<T = unknown, I extends KnownRegions = KnownRegions> {
  readonly #logger: DiscoveryLogger;
  readonly #store: RegionStore<T>;
  readonly #scan: RegionScan<T>;
  readonly #listeners: ChangeListener[] = [];
  readonly #scanListeners: (() => void)[] = [];
  #index: I | undefined;
  /** What the index was made of. */
  #indexed: ReadonlyMap<string, RegionList<T>> | undefined;
  /** Of a first scan that is under way. */
  #landed: { readonly lists: ReadonlyMap<string, RegionList<T>>; readonly index: I } | undefined;
  /** Until then the index may be served without looking. */
  #checkAt = 0;
  /** When that was worked out. */
  #checkedAt = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #unevennessMs = Math.random() * LOOK_AGAIN_MS;
  #loading: Promise<void> | undefined;
  #behind: Promise<unknown> | undefined;
  #closed = false;

  constructor(
    readonly listing: Listing<T, I>,
    private readonly context: InventoryContext,
  ) {
    this.#logger = context.reporter.logger(listing.logContext);
    this.#store = new RegionStore(listing, context, this.#logger);
    this.#scan = new RegionScan(listing, context, this.#store, this.#logger);
  }

  /**
   * The index to answer from.
   *
   * @throws InventoryUnavailableError if no region is known, at most `scan.deadlineMs` after asking.
   */
  ready(): I | Promise<I> {
    const now = this.context.clock.now();
    const isChecked = now < this.#checkAt && !isFuture(this.#checkedAt, now);
    return this.#index !== undefined && isChecked ? this.#index : this.#prepare();
  }

  /** As {@link ready}; undefined where all that were asked have failed: they are asked again behind, and nobody waits. */
  readyUnlessFailed(): I | Promise<I> | undefined {
    const hasFailed = this.#store.lists.size === 0 && this.#store.states.size > 0 && !this.#scan.isBusy;
    if (!hasFailed) {
      return this.ready();
    }
    this.#refreshIfDue();
    return undefined;
  }

  /**
   * The index to answer from where one region matters: that region is waited for if it was never asked.
   *
   * @throws InventoryUnavailableError as {@link ready}; RegionUnknownError unless what the region lists is known.
   */
  async readyFor(region: string): Promise<I> {
    const index = await this.ready();
    const leftMs = this.context.options.scan.deadlineMs - this.#scan.elapsedMs(region);
    const neverAsked = this.#store.get(region) === undefined && this.#targets().includes(region);
    if (neverAsked && leftMs > 0 && this.#asksByItself(this.#scan.isAsking(region))) {
      await withDeadline(this.context.clock, leftMs, () => this.#refreshBehind()).catch(() => undefined);
    }
    this.#assertKnown(region);
    // What landed since must not be answered for by an index that lacks it.
    return this.#indexed === this.#store.lists ? (this.#index ?? index) : (this.#publish() ?? index);
  }

  /**
   * To be called before it is said that a region does not list something.
   *
   * @throws RegionUnknownError where the region's list could not be read to the full, so that what it lacks is unknown.
   */
  assertComplete(region: string): void {
    const unreadable = this.#store.lists.get(region)?.unreadable ?? 0;
    if (unreadable > 0) {
      throw new RegionUnknownError(region, this.#store.get(region)?.failure, true, unreadable);
    }
  }

  /** Called with what has changed whenever one index replaces another. */
  onChanged(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Called after every scan that asked a region, whether or not it changed anything. */
  onScanned(listener: () => void): void {
    this.#scanListeners.push(listener);
  }

  /** Each region as it has been asked, whoever had it asked. Ends with {@link close}. */
  get progress$(): Observable<DiscoveryProgress> {
    return this.#scan.progress$;
  }

  /**
   * The index as it stands, during a first scan of what has landed so far; undefined if nothing is known. For those who do not
   * wait: answers that were waited for are never made of it.
   */
  get current(): I | undefined {
    return this.#index ?? this.#landedIndex();
  }

  /**
   * Asks the regions that are not fresh, or all with `force`; regions that are being asked already are shared.
   *
   * @throws AbortedError when the signal ends this caller's wait; BedrockDiscoveryError `SHUT_DOWN` once it is closed.
   */
  async scan(options: InventoryScanOptions = {}): Promise<ScanReport> {
    const { signal = new AbortController().signal } = options;
    this.#assertOpen();
    assertScannable(options.regions, signal);
    this.context.regionNames.check(options.regions ?? [], this.#logger);
    try {
      await raceSignal(this.#load(), signal);
      const { asked, ...report } = await this.#scan.run(options, signal);
      this.#lookedAt = this.context.clock.now();
      this.#unevennessMs = Math.random() * LOOK_AGAIN_MS;
      this.#assertOpen();
      this.#publish();
      if (asked > 0) {
        this.#scanListeners.forEach((listener) => listener());
      }
      return Object.freeze(report);
    } catch (error) {
      throw signal.aborted ? new AbortedError(signal) : error;
    }
  }

  /** Takes over what others have scanned, where anything was ever asked for. */
  async lookAgain(): Promise<void> {
    if (this.#loading === undefined || this.#closed) {
      return;
    }
    await this.#load();
    await this.#store.adopt(this.#targets());
    // Regions that land one by one are published at the end of their scan.
    if (!this.#scan.isBusy) {
      this.#publish();
    }
  }

  /** What is past its time counts as unknown, also where nobody has asked for anything since. */
  statuses(): readonly RegionStatus[] {
    this.#store.expire();
    const regions = [...new Set([...this.#targets(), ...this.#store.regions()])].sort();
    return Object.freeze(regions.map((region) => this.#store.status(region)));
  }

  /** All that is known of the regions at this moment; another value whenever anything is learnt or forgotten. */
  get states(): ReadonlyMap<string, RegionState<T>> {
    return this.#store.states;
  }

  /** What all known regions list, as it is stored, with its age: for a snapshot. */
  entries(): readonly StoredList[] {
    return this.#store.entries();
  }

  /** Forgets everything, in every tier of the owner's cache. */
  async clear(): Promise<void> {
    this.#index = undefined;
    this.#indexed = undefined;
    this.#checkAt = 0;
    this.#scan.forget();
    await this.#store.clear();
  }

  /** Stops what is under way and hands all that was learnt to the cache. From now on only what is known is served. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#scan.abort(new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.'));
    await this.#behind?.catch(() => undefined);
    this.#scan.complete();
    await this.#store.flush();
  }

  async #prepare(): Promise<I> {
    let cause: unknown;
    try {
      // What is waited for goes on when the wait ends.
      await withDeadline(this.context.clock, this.context.options.scan.deadlineMs, () => this.#scanFirst());
    } catch (error) {
      cause = error;
    }
    const index = this.#publish();
    if (index === undefined) {
      throw this.#unavailable(cause);
    }
    this.#refreshIfDue();
    return index;
  }

  async #scanFirst(): Promise<void> {
    if (!this.#closed) {
      await this.#load();
    }
    this.#store.expire();
    if (this.#mustScanFirst()) {
      await this.#refreshBehind();
    }
  }

  #refreshIfDue(): void {
    if (!this.#closed && this.context.clock.now() >= this.#dueAt()) {
      this.#refreshBehind().catch((error: unknown) =>
        this.#logger.debug('refresh-failed', `Refreshing failed: ${String(error)}`),
      );
    }
  }

  /** Meanwhile queries answer from the index without looking whether it is due. */
  #refreshBehind(): Promise<unknown> {
    this.#behind ??= this.scan().finally(() => {
      this.#behind = undefined;
      this.#checkAt = 0;
    });
    this.#checkUntil(this.#store.expiresAt);
    return this.#behind;
  }

  /**
   * Most regions were never asked, and asking may help: nothing is known, or an earlier run was ended in the middle of
   * its first scan. Regions that land one by one are not published before the others.
   */
  #mustScanFirst(): boolean {
    const targets = this.#targets();
    const answered = targets.filter((region) => this.#store.get(region)?.data !== undefined).length;
    const pending = targets.filter((region) => this.#store.get(region) === undefined).length;
    const mostPending = pending > targets.length / 2 && this.#asksByItself(this.#scan.isBusy);
    const isKnown = this.#index !== undefined && this.#store.lists.size > 0;
    if (this.#closed || (isKnown && !mostPending)) {
      return false;
    }
    if (this.#scan.isBusy || answered > 0) {
      return true;
    }
    const isDenied = (region: string): boolean => isDeniedToday(this.#store.get(region), this.context.clock.now());
    const denied = targets.length > 0 && targets.every(isDenied);
    return !denied && this.#scan.mayHelp;
  }

  /** Where something is known, `refresh.mode: 'off'` leaves further asking to the user; what is under way is waited for. */
  #asksByItself(underWay: boolean): boolean {
    return !this.#closed && (underWay || this.context.options.refresh.mode !== 'off');
  }

  #unavailable(cause: unknown): InventoryUnavailableError {
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    const hint = this.#closed
      ? 'The application is closing, so that nothing is asked any more.'
      : this.context.options.refresh.mode === 'follow'
        ? "With refresh.mode 'follow' no region is asked from here: let another instance scan for this account into the same store."
        : timedOut
          ? 'The first scan was not done within scan.deadlineMs; it goes on, so ask again soon.'
          : 'Once the cause is gone, scanAllRegions({ force: true }) asks at once.';
    return new InventoryUnavailableError(this.listing.operation, this.#store.failures(), hint, { cause });
  }

  /** Builds the index anew if what is known has changed. */
  #publish(): I | undefined {
    const { lists } = this.#store;
    if (this.#indexed !== lists) {
      const before = this.#index;
      const former = before && this.#indexed && { index: before, lists: this.#indexed };
      const after = lists.size === 0 ? undefined : indexOf(this.listing, lists, former);
      this.#index = after;
      this.#indexed = lists;
      this.#landed = undefined;
      if (before !== undefined && after !== undefined) {
        const differences = this.listing.diff(before, after);
        this.#listeners.forEach((listener) => listener(differences, (difference) => this.#shownAt(difference)));
      }
    }
    this.#checkUntil(this.#closed ? Number.POSITIVE_INFINITY : Math.min(this.#dueAt(), this.#store.expiresAt));
    return this.#index;
  }

  #landedIndex(): I | undefined {
    const { lists } = this.#store;
    if (this.#landed?.lists !== lists) {
      this.#landed = lists.size === 0 ? undefined : { lists, index: indexOf(this.listing, lists) };
    }
    return this.#landed?.index;
  }

  /** When AWS answered what shows a difference: the same for all instances that share the answer. */
  #shownAt({ region, before, after }: DiscoveryDifference): number {
    const named: readonly unknown[] = region === undefined ? [after ?? before].flat() : [region];
    const times = named.map((name) => (typeof name === 'string' ? this.#store.get(name)?.data?.scannedAt : undefined));
    const now = this.context.clock.now();
    return Math.min(now, Math.max(...times.map((at) => at ?? now)));
  }

  #checkUntil(at: number): void {
    this.#checkAt = at;
    this.#checkedAt = this.context.clock.now();
  }

  #assertKnown(region: string): void {
    const state = this.#store.get(region);
    if (state?.data === undefined) {
      const scanned = state !== undefined || this.#scan.isAsking(region) || this.#targets().includes(region);
      throw new RegionUnknownError(region, state?.failure, scanned, 0, nearestRegion(region));
    }
  }

  /** When a query may cause regions to be asked again. */
  #dueAt(): number {
    const { mode } = this.context.options.refresh;
    if (mode === 'off') {
      return Number.POSITIVE_INFINITY;
    }
    const dueAt = this.#store.dueAt(this.#targets());
    // What others are to scan may not be there yet, and all who follow them wait for it.
    return mode === 'follow' ? Math.max(dueAt, this.#lookedAt + LOOK_AGAIN_MS) + this.#unevennessMs : dueAt;
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
    // All at once: each look at a shared store is a way to it and back.
    await Promise.all([this.#store.adopt(this.context.directory.remembered()), this.context.latencies.load()]);
    this.#publish();
  }

  #targets(): readonly string[] {
    return this.context.directory.current ?? this.#store.regions();
  }
}
