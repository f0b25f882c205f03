import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import { closesRegion, type FailureKind } from '../errors/failure-texts.js';
import type { InventoryContext } from '../inventory/inventory-context.js';
import type { RegionCall, RegionOutcome } from '../inventory/region-client.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { raceSignal } from '../util/deadline.js';
import { SingleFlight } from '../util/single-flight.js';
import { OPERATION } from './access-messages.js';
import type { AccessStore } from './access-store.js';
import { type Availability, parseAvailability } from './availability.js';

/** Models of one region that are asked about at the same time. */
const PARALLEL_PER_REGION = 4;

/** Whoever may not ask about one model may not ask about any: the region is left alone for a day. */
const isRefusal = (kind: FailureKind): boolean => closesRegion(kind) || kind === 'unsupported-operation';

type Flights = SingleFlight<RegionFailure | undefined>;

export interface CheckOptions {
  /** Ends this caller's wait; the question itself is dropped when nobody is left who waits for it. */
  readonly signal: AbortSignal;
  /** Nobody waits for it. */
  readonly background?: boolean;
}

/** Asks AWS about one principal's access to models. One question at a time for a model in a region. */
export class AccessChecker {
  /** By region: the models that are being asked about. */
  readonly #flights = new Map<string, Flights>();

  /** @param store where the answers are entered */
  constructor(
    private readonly context: InventoryContext,
    private readonly store: AccessStore,
    private readonly logger: DiscoveryLogger,
  ) {}

  /**
   * Has the answer entered in the store, or else resolves with why there is none.
   *
   * @throws the signal's reason if that ends the wait
   */
  async check(modelId: string, region: string, options: CheckOptions): Promise<RegionFailure | undefined> {
    const flights: Flights = this.#flights.get(region) ?? new SingleFlight(PARALLEL_PER_REGION, this.context.clock);
    this.#flights.set(region, flights);
    const { landed, leave } = flights.join(modelId, (signal) => this.#fly(modelId, region, { ...options, signal }));
    try {
      return await raceSignal(landed, options.signal);
    } finally {
      leave();
    }
  }

  /** Ends all questions; resolves when none is left. */
  async abort(reason: Error): Promise<void> {
    await Promise.all([...this.#flights.values()].map((flights) => flights.abort(reason)));
  }

  async #fly(modelId: string, region: string, options: CheckOptions): Promise<RegionFailure | undefined> {
    const { store } = this;
    // While it waited for its turn, the region may have refused another, or somebody else's credentials come into use.
    const refusal = store.refusalOf(region);
    if (refusal !== undefined || !store.isOf(await this.context.owner.principal())) {
      return refusal;
    }
    const outcome = await this.#ask(modelId, region, options);
    if (options.signal.aborted) {
      return undefined;
    }
    this.context.evidence.observe(OPERATION, region, outcome.ok ? undefined : outcome.failure.kind);
    if (outcome.ok) {
      store.recordAnswer(modelId, region, outcome.value);
      return undefined;
    }
    const { failure } = outcome;
    if (!isRefusal(failure.kind)) {
      store.recordUnanswered(modelId, region, failure);
      return failure;
    }
    if (store.refusalOf(region) === undefined) {
      const { kind, message } = failure;
      this.logger.debug('access-refused', `${OPERATION} is refused in ${region} (${kind}): ${message}`, {
        region,
        kind,
      });
    }
    store.recordRefusal(region, failure);
    return failure;
  }

  async #ask(modelId: string, region: string, options: CheckOptions): Promise<RegionOutcome<Availability>> {
    const { signal, background = false } = options;
    const outcome = await this.context.scanner.run({
      region,
      operation: OPERATION,
      signal,
      // How long it takes depends on the model's provider more than on the way to the region.
      timed: false,
      background,
      run: (call) => availabilityOf(call, modelId),
    });
    // A refused token means a region that is not enabled, if another accepts the identity.
    return !outcome.ok && isTokenRefused(outcome.failure) && this.context.evidence.accepted
      ? { ...outcome, failure: asRegionNotEnabled(outcome.failure, region) }
      : outcome;
  }
}

/** Read outside of the sending: what is not understood once is not understood better when it is sent again. */
async function availabilityOf(call: RegionCall, modelId: string): Promise<Availability> {
  const { GetFoundationModelAvailabilityCommand } = await bedrockSdk();
  const output = await call.send((client, options) =>
    client.send(options.prepare(new GetFoundationModelAvailabilityCommand({ modelId })), options),
  );
  return parseAvailability(output);
}
