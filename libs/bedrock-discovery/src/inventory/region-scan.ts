import { type Observable, Subject } from 'rxjs';
import type { RegionCall } from './region-client.js';
import { RetryBudget } from './retry-policy.js';
import type { DiscoveryProgress, ScanOptions } from './scan.types.js';
import { raceSignal } from '../util/deadline.js';
import type { InventoryContext } from './inventory-context.js';
import type { InventorySpec } from './inventory-spec.js';
import { type Landing, RegionFlights } from '../util/single-flight.js';
import type { RegionRecords } from './region-store.js';
import { isDeniedToday, isFresh } from './region-state.js';

/** A list that shrinks below this share of the former one is asked for twice before it is believed. */
const BELIEVABLE_SHARE = 2 / 3;

/** Asks regions for what they list, each once for all who want it, and has the answers recorded. */
export class RegionAsker<T> {
  readonly #flights: RegionFlights;
  readonly #progress$ = new Subject<DiscoveryProgress>();
  readonly #records: RegionRecords<T>;

  constructor(
    private readonly spec: Pick<InventorySpec<T, unknown>, 'name' | 'operation' | 'list'>,
    private readonly context: InventoryContext,
    records: RegionRecords<T>,
  ) {
    this.#records = records;
    this.#flights = new RegionFlights(context.options.scan.concurrency, context.clock, (landing) =>
      this.#tell(landing),
    );
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

  /** Of the regions of a scan, those that are to be asked, in this order. */
  async toAsk(targets: readonly string[], options: ScanOptions, signal: AbortSignal): Promise<readonly string[]> {
    const { clock, options: settings, latencies } = this.context;
    const force = options.force === true;
    const wanted = (region: string): boolean => {
      const state = this.#records.get(region);
      const insisted = force && options.regions !== undefined;
      const denied = isDeniedToday(state, clock.now()) && !insisted;
      return !denied && (force || !isFresh(state, clock.now(), settings.cache.memoryTtlMs));
    };
    let asked = targets.filter(wanted);
    if (!force && asked.length > 0) {
      await raceSignal(this.#records.adopt(asked), signal);
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
  ask(asked: readonly string[], total: number, options: ScanOptions, signal: AbortSignal): Promise<number> {
    const budget = new RetryBudget(asked.length);
    let done = total - asked.length;
    const onLanded = (region: string): void => {
      done += 1;
      options.onProgress?.({ done, total, region, status: this.#outcome(region) });
    };
    return this.#flights.ask(asked, (...flight) => this.#fly(budget, ...flight), onLanded, signal);
  }

  async #fly(budget: RetryBudget, region: string, signal: AbortSignal, onRequest: () => void): Promise<void> {
    const { operation } = this.spec;
    const former = this.#records.get(region)?.data?.items;
    const run = async (call: RegionCall): Promise<readonly T[]> => {
      const items = await this.spec.list(call);
      return hasShrunk(former, items) ? this.spec.list(call) : items;
    };
    const outcome = await this.context.scanner.run({ region, operation, budget, signal, onRequest, run });
    if (outcome.ok) {
      this.#records.succeed(region, outcome.value);
    } else if (!signal.aborted) {
      this.#records.fail(region, outcome.failure);
    }
  }

  #tell({ aborted, ...landing }: Landing): void {
    const status = aborted ? 'aborted' : this.#outcome(landing.region);
    this.#progress$.next(Object.freeze({ operation: this.spec.name, ...landing, status }));
  }

  #outcome(region: string): 'ok' | 'failed' {
    return this.#records.get(region)?.failure === undefined ? 'ok' : 'failed';
  }

  /** Ends what is under way; resolves when nothing is left. */
  abort(reason: Error): Promise<void> {
    return this.#flights.abort(reason);
  }

  /** No progress is to come any more. */
  complete(): void {
    this.#progress$.complete();
  }
}

function hasShrunk(former: readonly unknown[] | undefined, items: readonly unknown[]): boolean {
  return former !== undefined && items.length < former.length * BELIEVABLE_SHARE;
}
