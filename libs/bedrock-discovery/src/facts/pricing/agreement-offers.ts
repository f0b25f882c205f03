import * as z from 'zod';
import { bedrockSdk } from '../../aws/clients/bedrock-sdk.js';
import type { RegionFailure } from '../../errors/errors.js';
import { isDenial } from '../../errors/failure-texts.js';
import type { InventoryContext } from '../../inventory/inventory-context.js';
import type { RegionCall } from '../../inventory/region-client.js';
import { ageOf } from '../../util/clock.js';
import { SingleFlight } from '../../util/single-flight.js';
import { KeptEvidence } from '../kept-record.js';
import { parseRateCards, RATE, type Rate } from './rate-card.js';

const OPERATION = 'ListFoundationModelAgreementOffers';
/** Models that are asked about at the same time. */
const PARALLEL = 4;
/** Not asked about again for so long after an answer that failed. */
const REST_MS = 5 * 60_000;
/** What AWS says of models that it bills itself. */
const NO_OFFER = /agreement not supported for this model/i;

/** What was answered about one model, at a time in milliseconds since the epoch; without rates where there is no offer. */
const OFFER = z.object({ modelId: z.string(), at: z.number(), rates: z.array(RATE).readonly() }).readonly();
type Offer = z.infer<typeof OFFER>;

/** The rates that providers offer to the account, by model: the same in all regions, so that one of them is asked. */
export class AgreementOffers {
  readonly #offers: KeptEvidence<Offer>;
  /** Models that are left alone until then. */
  readonly #resting = new Map<string, number>();
  readonly #flights: SingleFlight<void>;
  /** Whoever may not ask about one model may not ask about any. */
  #denial: { readonly failure: RegionFailure; readonly until: number } | undefined;

  constructor(private readonly context: InventoryContext) {
    this.#flights = new SingleFlight(PARALLEL, context.clock);
    const { pricing, cache } = context.options;
    this.#offers = new KeptEvidence(context, 'offers', {
      schema: OFFER,
      keyOf: ({ modelId }) => modelId,
      keepMs: Math.max(pricing.ttlMs, cache.diskTtlMs),
    });
  }

  /** Another object whenever an answer of {@link of} may have changed, by time as well. */
  get current(): object {
    return this.#offers.current;
  }

  /** Why nobody is asked, where that is not permitted. */
  get denial(): RegionFailure | undefined {
    const { failure, until } = this.#denial ?? { until: 0 };
    return this.context.clock.now() < until ? failure : undefined;
  }

  of(modelId: string): Offer | undefined {
    return this.#offers.get(modelId);
  }

  /**
   * Asks about a model, if nothing fresh is known of it and it may be asked about. Never rejects.
   *
   * @param regions that list it
   * @returns undefined where nothing is asked
   */
  find(modelId: string, regions: readonly string[]): Promise<void> | undefined {
    const now = this.context.clock.now();
    const [region] = this.context.latencies.sortRegions(regions);
    const offer = this.#offers.get(modelId);
    const isFresh = offer !== undefined && ageOf(offer.at, now) < this.context.options.pricing.ttlMs;
    const rests = this.denial !== undefined || now < (this.#resting.get(modelId) ?? 0);
    return region === undefined || isFresh || rests
      ? undefined
      : this.#flights.join(modelId, (signal) => this.#ask(modelId, region, signal)).landed;
  }

  open(): Promise<void> {
    return this.#offers.open();
  }

  async close(): Promise<void> {
    await this.#flights.abort(new Error('The application is closing.'));
    await this.#offers.close();
  }

  async #ask(modelId: string, region: string, signal: AbortSignal): Promise<void> {
    if (this.denial !== undefined) {
      return;
    }
    const outcome = await this.context.scanner.run({
      region,
      operation: OPERATION,
      signal,
      timed: false,
      background: true,
      run: (call) => ratesOf(call, modelId),
    });
    const at = this.context.clock.now();
    if (signal.aborted) {
      return;
    }
    if (outcome.ok || NO_OFFER.test(outcome.failure.message)) {
      this.#resting.delete(modelId);
      this.#offers.set({ modelId, at, rates: outcome.ok ? outcome.value : [] });
    } else if (isDenial(outcome.failure.kind)) {
      this.#denial = { failure: outcome.failure, until: at + this.context.options.pricing.ttlMs };
    } else {
      this.#resting.set(modelId, at + REST_MS);
    }
  }
}

async function ratesOf(call: RegionCall, modelId: string): Promise<readonly Rate[]> {
  const { ListFoundationModelAgreementOffersCommand } = await bedrockSdk();
  const output = await call.send((client, options) =>
    client.send(options.prepare(new ListFoundationModelAgreementOffersCommand({ modelId })), options),
  );
  return parseRateCards(output);
}
