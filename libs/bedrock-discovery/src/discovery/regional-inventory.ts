import { Logger } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { isRegionName } from '../aws/regions.js';
import { AbortedError } from '../errors/aborted.error.js';
import { BedrockDiscoveryError } from '../errors/bedrock-discovery.error.js';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import type { FailureKind, RegionFailure } from '../errors/failure.js';
import { InvalidArgumentError } from '../errors/invalid-argument.error.js';
import { InventoryUnavailableError } from '../errors/inventory-unavailable.error.js';
import { RegionUnknownError } from '../errors/region-unknown.error.js';
import type { RegionCall } from '../scan/region-scanner.js';
import { RetryBudget } from '../scan/retry-policy.js';
import type { RegionStatus, ScanOptions, ScanReport } from '../scan/scan.types.js';
import { startDeadline } from '../time/deadline.js';
import { raceSignal } from '../time/race-signal.js';
import type { InventoryContext } from './inventory-context.js';
import { isRecord, isText } from './json.js';
import { failed, isDenied, isDeniedToday, isFresh, nextDueAt, type RegionState, succeeded, toStatus } from './region-state.js';

/** A list that shrinks below this share of the former one is asked for twice before it is believed. */
const BELIEVABLE_SHARE = 2 / 3;
/** Answers that say the whole identity is refused are not asked for again by queries for this long. */
const REFUSED_PAUSE_MS = 30_000;
const REFUSED: ReadonlySet<FailureKind> = new Set(['credentials-invalid', 'credentials-expired']);

/** What an inventory lists, and how it is read, kept and indexed. */
export interface InventorySpec<T, I> {
  /** Also the name of its entries in the cache. */
  readonly name: 'models' | 'profiles';
  /** The AWS operation behind it. */
  readonly operation: string;
  list(call: RegionCall): Promise<readonly T[]>;
  /** Reads what a cache tier returned; undefined if that is not what was stored. */
  restore(value: unknown): readonly T[] | undefined;
  index(lists: ReadonlyMap<string, readonly T[]>): I;
  /** The account that the items show, where they show one. */
  accountOf?(items: readonly T[]): string | undefined;
}

/** One region being asked, shared by everybody who waits for it. */
interface Flight {
  readonly landed: Promise<void>;
  readonly controller: AbortController;
  waiting: number;
  requests: number;
}

/**
 * What is known of all regions from one operation: read from the cache, scanned once for all who ask, and published as
 * an immutable index. Queries never wait for the network if something that may be served is at hand.
 */
export class RegionalInventory<T, I> {
  readonly #logger: Logger;
  readonly #limit: LimitFunction;
  readonly #states = new Map<string, RegionState<T>>();
  readonly #flights = new Map<string, Flight>();
  readonly #announced = new Map<string, string>();
  #index: I | undefined;
  /** The index holds exactly what is known, until this time. */
  #checkAt = 0;
  #dirty = false;
  #loading: Promise<void> | undefined;
  #loaded = false;
  #behind: Promise<unknown> | undefined;
  #refusedUntil = 0;
  #closed = false;

  constructor(
    private readonly spec: InventorySpec<T, I>,
    private readonly context: InventoryContext,
    loggerContext: string,
  ) {
    this.#logger = new Logger(loggerContext);
    this.#limit = pLimit(context.options.scan.concurrency);
    context.owner.onChange(() => this.#changeOwner());
  }

  /**
   * The index to answer from.
   *
   * @throws InventoryUnavailableError if no region is known, at most `scan.deadlineMs` after asking.
   */
  async ready(): Promise<I> {
    if (this.#index !== undefined && this.context.clock.now() < this.#checkAt) {
      return this.#index;
    }
    return this.#prepare();
  }

  /** The index as it stands; undefined if nothing is known. */
  get current(): I | undefined {
    return this.#index;
  }

  /** @throws RegionUnknownError unless what this region lists is known. */
  assertKnown(region: string): void {
    const state = this.#states.get(region);
    if (state?.data === undefined) {
      const scanned = state !== undefined || this.#flights.has(region) || this.#targets().includes(region);
      throw new RegionUnknownError(region, this.#failureOf(region), scanned);
    }
  }

  /** Asks the regions that are not fresh, or all with `force`; regions that are being asked already are shared. */
  async scan(options: ScanOptions = {}): Promise<ScanReport> {
    const { signal = new AbortController().signal, regions: named } = options;
    this.#assertScannable(named, signal);
    const { clock } = this.context;
    const startedAt = clock.now();
    const started = clock.monotonic();
    try {
      await raceSignal(this.#load(), signal);
      const targets = named ? [...new Set(named)] : await this.#currentTargets(signal);
      const asked = await this.#toAsk(targets, options, signal);
      const requests = await this.#ask(asked, targets.length, options, signal);
      this.#assertOpen();
      const report = {
        startedAt: new Date(startedAt).toISOString(),
        durationMs: Math.round(clock.monotonic() - started),
        requests,
        regions: Object.freeze(targets.map((region) => this.#status(region))),
      };
      this.#publish();
      if (asked.length > 0) {
        this.#announce(targets);
      }
      return Object.freeze(report);
    } catch (error) {
      throw signal.aborted ? new AbortedError(signal) : error;
    }
  }

  statuses(): readonly RegionStatus[] {
    const regions = new Set([...this.#targets(), ...this.#states.keys()]);
    return Object.freeze([...regions].sort().map((region) => this.#status(region)));
  }

  /** Data of all known regions with their age, for a snapshot. */
  entries(): readonly { region: string; scannedAt: number; items: readonly T[] }[] {
    return [...this.#states]
      .flatMap(([region, { data }]) => (data ? [{ region, scannedAt: data.scannedAt, items: data.items }] : []))
      .sort((a, b) => (a.region < b.region ? -1 : 1));
  }

  /** Forgets everything, in every tier of the owner's cache. */
  async clear(): Promise<void> {
    this.#states.clear();
    this.#index = undefined;
    this.#checkAt = 0;
    this.#refusedUntil = 0;
    const prefixes = await Promise.all([this.#dataPrefix(), this.#denialPrefix()]);
    await Promise.all(prefixes.map((prefix) => prefix && this.context.cache.clear(prefix)));
  }

  /** Stops what is under way; from now on only what is known is served. */
  async close(): Promise<void> {
    this.#closed = true;
    const flights = [...this.#flights.values()];
    flights.forEach(({ controller }) => controller.abort(new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.')));
    await Promise.allSettled([...flights.map(({ landed }) => landed), this.#behind]);
  }

  // ---------------------------------------------------------------- answering

  async #prepare(): Promise<I> {
    const { clock, options } = this.context;
    const deadline = startDeadline(clock, options.scan.deadlineMs);
    try {
      if (!this.#loaded && !this.#closed) {
        await raceSignal(this.#load(), deadline.signal);
      }
      this.#expire();
      if (this.#index === undefined && (this.#flights.size > 0 || (this.#known() === 0 && this.#worthAsking()))) {
        await raceSignal(this.#refreshBehind(), deadline.signal);
      }
    } catch (error) {
      this.#publish();
      if (this.#known() === 0) {
        throw this.#unavailable(error);
      }
    } finally {
      deadline.end();
    }
    const index = this.#publish();
    if (index === undefined) {
      throw this.#unavailable();
    }
    if (options.refresh.mode !== 'off' && !this.#closed && clock.now() >= this.#dueAt()) {
      this.#refreshBehind().catch((error: unknown) => this.#logger.debug(`Refreshing behind a query failed: ${String(error)}`));
    }
    return index;
  }

  #refreshBehind(): Promise<unknown> {
    this.#behind ??= this.scan().finally(() => {
      this.#behind = undefined;
    });
    return this.#behind;
  }

  #worthAsking(): boolean {
    const { clock } = this.context;
    const now = clock.now();
    if (this.#closed || now < this.#refusedUntil) {
      return false;
    }
    const targets = this.context.directory.current;
    return targets === undefined || targets.some((region) => !isDeniedToday(this.#states.get(region), now));
  }

  #unavailable(cause?: unknown): InventoryUnavailableError {
    const failures: Record<string, RegionFailure> = {};
    for (const region of this.#states.keys()) {
      const failure = this.#failureOf(region);
      if (failure !== undefined) {
        failures[region] = failure;
      }
    }
    const hint = this.#closed
      ? 'The application is closing, so that nothing is asked any more.'
      : cause instanceof DOMException && cause.name === 'TimeoutError'
        ? 'The first scan is not done within scan.deadlineMs; it goes on, so ask again soon.'
        : 'Once the cause is gone, scanAllRegions({ force: true }) asks at once.';
    return new InventoryUnavailableError(this.spec.operation, failures, hint, { cause });
  }

  /** Builds the index anew if what is known has changed. */
  #publish(): I | undefined {
    if (this.#dirty || (this.#index === undefined && this.#known() > 0)) {
      this.#dirty = false;
      const lists = new Map<string, readonly T[]>();
      for (const [region, { data }] of this.#states) {
        if (data !== undefined) {
          lists.set(region, data.items);
        }
      }
      this.#index = lists.size === 0 ? undefined : this.spec.index(lists);
    }
    this.#checkAt = this.#closed ? Number.POSITIVE_INFINITY : Math.min(this.#dueAt(), this.#expiresAt());
    return this.#index;
  }

  #known(): number {
    let known = 0;
    for (const { data } of this.#states.values()) {
      known += data === undefined ? 0 : 1;
    }
    return known;
  }

  #dueAt(): number {
    const { memoryTtlMs } = this.context.options.cache;
    if (this.context.options.refresh.mode === 'off') {
      return Number.POSITIVE_INFINITY;
    }
    return Math.min(...this.#targets().map((region) => this.#dueAtOf(region, memoryTtlMs)));
  }

  #dueAtOf(region: string, memoryTtlMs: number): number {
    const state = this.#states.get(region);
    return state === undefined ? 0 : nextDueAt({ ...state, failure: this.#failureOf(region) }, memoryTtlMs);
  }

  #expiresAt(): number {
    const { diskTtlMs } = this.context.options.cache;
    return Math.min(...[...this.#states.values()].map(({ data }) => (data?.scannedAt ?? Number.POSITIVE_INFINITY) + diskTtlMs));
  }

  /** Data past `cache.diskTtlMs` is not known any more. */
  #expire(): void {
    const now = this.context.clock.now();
    const { diskTtlMs } = this.context.options.cache;
    for (const [region, state] of this.#states) {
      if (state.data !== undefined && now - state.data.scannedAt > diskTtlMs) {
        const { data: _, ...rest } = state;
        this.#states.set(region, rest);
        this.#dirty = true;
      }
    }
  }

  // ---------------------------------------------------------------- scanning

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

  async #currentTargets(signal: AbortSignal): Promise<readonly string[]> {
    const former = this.context.directory.current ?? [];
    const targets = await this.context.directory.regions(signal);
    for (const region of former) {
      if (!targets.includes(region)) {
        this.#dirty = this.#states.delete(region) || this.#dirty;
      }
    }
    return targets;
  }

  async #toAsk(targets: readonly string[], options: ScanOptions, signal: AbortSignal): Promise<readonly string[]> {
    const { clock, options: { cache }, latencies } = this.context;
    const wanted = (region: string): boolean => {
      const denied = isDeniedToday({ failures: 0, ...this.#states.get(region), failure: this.#failureOf(region) }, clock.now());
      const named = options.regions !== undefined && options.force === true;
      const state = this.#states.get(region);
      return (!denied || named) && (options.force === true || !isFresh(state, clock.now(), cache.memoryTtlMs));
    };
    let asked = targets.filter(wanted);
    if (options.force !== true && asked.length > 0) {
      await raceSignal(this.#adopt(asked), signal);
      asked = asked.filter(wanted);
    }
    // The slowest first, so that the whole is done soonest.
    return latencies.sortRegions(asked).reverse();
  }

  /** Waits for all, joining those that are being asked already. */
  async #ask(asked: readonly string[], total: number, options: ScanOptions, signal: AbortSignal): Promise<number> {
    const budget = new RetryBudget(asked.length);
    let done = total - asked.length;
    const flights = asked.map((region) => {
      const flight = this.#flights.get(region) ?? this.#launch(region, budget);
      flight.waiting += 1;
      const landed = flight.landed.then(() => {
        done += 1;
        if (!signal.aborted) {
          const status = this.#states.get(region)?.failure === undefined ? 'ok' : 'failed';
          options.onProgress?.({ done, total, region, status });
        }
      });
      return { region, flight, landed };
    });
    try {
      await raceSignal(Promise.all(flights.map(({ landed }) => landed)), signal);
    } finally {
      flights.forEach(({ region, flight }) => this.#leave(region, flight));
    }
    return flights.reduce((sum, { flight }) => sum + flight.requests, 0);
  }

  #launch(region: string, budget: RetryBudget): Flight {
    const controller = new AbortController();
    const flight: Flight = {
      controller,
      waiting: 0,
      requests: 0,
      landed: this.#limit(() => this.#fly(region, budget, controller.signal, () => (flight.requests += 1))).finally(() =>
        this.#forget(region, flight),
      ),
    };
    this.#flights.set(region, flight);
    return flight;
  }

  /** Whoever asks for the region from now on starts a flight of their own. */
  #forget(region: string, flight: Flight): void {
    if (this.#flights.get(region) === flight) {
      this.#flights.delete(region);
    }
  }

  #leave(region: string, flight: Flight): void {
    flight.waiting -= 1;
    if (flight.waiting === 0) {
      this.#forget(region, flight);
      flight.controller.abort(new DOMException('Nobody is waiting any more.', 'AbortError'));
    }
  }

  async #fly(region: string, budget: RetryBudget, signal: AbortSignal, onRequest: () => void): Promise<void> {
    const { scanner, clock, evidence } = this.context;
    const { operation } = this.spec;
    const former = this.#states.get(region)?.data?.items;
    const run = async (call: RegionCall): Promise<readonly T[]> => {
      const items = await this.spec.list(call);
      return shrunk(former, items) ? this.spec.list(call) : items;
    };
    const outcome = await scanner.run({ region, operation, budget, signal, onRequest, run });
    if (!outcome.ok && signal.aborted) {
      return;
    }
    evidence.observe(operation, region, outcome.ok ? undefined : outcome.failure.kind);
    const now = clock.now();
    if (outcome.ok) {
      this.#states.set(region, succeeded(outcome.value, now));
      this.#dirty = true;
      this.#keep(region, outcome.value, now);
    } else {
      this.#states.set(region, failed(this.#states.get(region), outcome.failure, now));
      this.#keepDenial(region);
    }
  }

  // ---------------------------------------------------------------- keeping

  /** Reads what earlier runs and other processes know. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadAll()
      .then(() => {
        this.#loaded = true;
      })
      .catch((error: unknown) => {
        this.#loading = undefined;
        throw error;
      });
    return this.#loading;
  }

  async #loadAll(): Promise<void> {
    const [regions] = await Promise.all([this.context.directory.remembered(), this.context.latencies.load()]);
    await this.#adopt(regions);
    this.#publish();
  }

  /** Takes over what a cache tier has that is newer than what is known here. */
  async #adopt(regions: readonly string[]): Promise<void> {
    const [data, denials] = await Promise.all([this.#dataPrefix(), this.#denialPrefix()]);
    await Promise.all(
      regions.flatMap((region) => [data && this.#adoptData(`${data}${region}`, region), denials && this.#adoptDenial(`${denials}${region}`, region)]),
    );
  }

  async #adoptData(key: string, region: string): Promise<void> {
    const entry = await this.context.cache.getEntry<unknown>(key);
    if (entry === undefined) {
      return;
    }
    const state = this.#states.get(region);
    const scannedAt = Date.parse(entry.storedAt);
    if (state?.data !== undefined && state.data.scannedAt >= scannedAt) {
      return;
    }
    const items = this.spec.restore(entry.value);
    if (items === undefined) {
      this.#logger.warn(`${region}: the cached ${this.spec.name} are not what was stored there; they are ignored.`);
      return;
    }
    const data = { items, scannedAt, source: entry.tier };
    const outdated = state?.failedAt !== undefined && state.failedAt < scannedAt;
    this.#states.set(region, state === undefined || outdated ? { data, failures: 0 } : { ...state, data });
    this.#dirty = true;
  }

  async #adoptDenial(key: string, region: string): Promise<void> {
    const entry = await this.context.cache.getEntry<unknown>(key);
    const failure = entry && toFailure(entry.value);
    const state = this.#states.get(region);
    const failedAt = entry && Date.parse(entry.storedAt);
    if (failure === undefined || failedAt === undefined || state?.failure !== undefined || (state?.data?.scannedAt ?? 0) > failedAt) {
      return;
    }
    this.#states.set(region, failed(state, failure, failedAt));
  }

  #keep(region: string, items: readonly T[], scannedAt: number): void {
    this.#behindTheScenes(async () => {
      const account = this.spec.accountOf?.(items);
      if (account !== undefined) {
        await this.context.owner.learn(account);
      }
      const prefix = await this.#dataPrefix();
      if (prefix !== undefined) {
        await this.context.cache.setEntry(`${prefix}${region}`, items, scannedAt);
      }
    });
  }

  /** Kept only where other regions answer: a policy that denies everything is asked about again after a restart. */
  #keepDenial(region: string): void {
    this.#behindTheScenes(async () => {
      const prefix = await this.#denialPrefix();
      const failure = this.#failureOf(region);
      const failedAt = this.#states.get(region)?.failedAt;
      if (prefix !== undefined && failure !== undefined && failedAt !== undefined && isDenied(failure) && this.#known() > 0) {
        await this.context.cache.setEntry(`${prefix}${region}`, failure, failedAt);
      }
    });
  }

  readonly #writes = new Set<Promise<void>>();
  #behindTheScenes(write: () => Promise<void>): void {
    const writing = write()
      .catch((error: unknown) => this.#logger.debug(`Keeping ${this.spec.name} failed: ${String(error)}`))
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  /** Resolves once all that was learnt so far has been handed to the cache. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes);
  }

  /** The owner became known, or another: what was adopted belongs to somebody else, what was scanned is kept for it. */
  #changeOwner(): void {
    for (const [region, { data }] of this.#states) {
      if (data?.source === 'scan') {
        this.#keep(region, data.items, data.scannedAt);
      } else if (data !== undefined) {
        this.#states.delete(region);
        this.#dirty = true;
      }
    }
  }

  async #dataPrefix(): Promise<string | undefined> {
    const owner = await this.context.owner.prefix();
    return owner && `${owner}/${this.spec.name}/`;
  }

  async #denialPrefix(): Promise<string | undefined> {
    const [owner, principal] = await Promise.all([this.context.owner.prefix(), this.context.owner.principal()]);
    return owner && principal && `${owner}/denied/${principal}/${this.spec.name}/`;
  }

  // ---------------------------------------------------------------- telling

  #targets(): readonly string[] {
    return this.context.directory.current ?? [...this.#states.keys()];
  }

  #status(region: string): RegionStatus {
    const state = this.#states.get(region);
    const { clock, options } = this.context;
    return toStatus(region, state && { ...state, failure: this.#failureOf(region) }, clock.now(), options.cache.memoryTtlMs);
  }

  /** A refused token means a region that is not enabled, if any other region accepts the same identity. */
  #failureOf(region: string): RegionFailure | undefined {
    const failure = this.#states.get(region)?.failure;
    return failure !== undefined && isTokenRefused(failure) && this.context.evidence.accepted
      ? asRegionNotEnabled(failure)
      : failure;
  }

  /** One line for the scan, and each failure once when it begins. */
  #announce(targets: readonly string[]): void {
    const statuses = targets.map((region) => this.#status(region));
    const news = new Map<string, { regions: string[]; failure: RegionFailure }>();
    for (const { region, failure } of statuses) {
      const kind = failure?.kind;
      if (failure !== undefined && this.#announced.get(region) !== kind) {
        const group = news.get(failure.kind) ?? { regions: [], failure };
        group.regions.push(region);
        news.set(failure.kind, group);
      }
      if (kind === undefined) {
        this.#announced.delete(region);
      } else {
        this.#announced.set(region, kind);
      }
    }
    for (const { regions, failure } of news.values()) {
      const line = `${this.spec.operation} failed in ${regions.join(', ')} (${failure.kind}): ${failure.message} ${failure.remedy}`;
      if (failure.kind === 'region-not-enabled') {
        this.#logger.debug(line);
      } else {
        this.#logger.warn(line);
      }
    }
    if (statuses.length > 0 && statuses.every(({ failure }) => failure !== undefined && REFUSED.has(failure.kind))) {
      this.#refusedUntil = this.context.clock.now() + REFUSED_PAUSE_MS;
    }
  }
}

function shrunk(former: readonly unknown[] | undefined, items: readonly unknown[]): boolean {
  return former !== undefined && items.length < former.length * BELIEVABLE_SHARE;
}

function toFailure(value: unknown): RegionFailure | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { kind, message, remedy, at } = value;
  return [kind, message, remedy, at].every(isText)
    ? ({ kind, message, remedy, at, retryable: value['retryable'] === true } as RegionFailure)
    : undefined;
}
