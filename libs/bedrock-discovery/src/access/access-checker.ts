import type { Logger } from '@nestjs/common';
import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import type { FailureKind, RegionFailure } from '../errors/failure.js';
import { closesRegion } from '../errors/failure-texts.js';
import type { RegionCall } from '../inventory/region-client.js';
import { RetryBudget } from '../inventory/retry-policy.js';
import type { InventoryContext } from '../inventory/inventory-context.js';
import { raceSignal } from '../util/deadline.js';
import { SingleFlight } from '../util/single-flight.js';
import type { AccessBook } from './access-store.js';
import { OPERATION } from './access-messages.js';
import { type Availability, parseAvailability } from './availability.js';

/** Models of one region that are asked about at the same time. */
const PARALLEL_PER_REGION = 4;

/** Whoever may not ask about one model may not ask about any: the region is left alone for a day. */
const isRefusal = (kind: FailureKind): boolean => closesRegion(kind) || kind === 'unsupported-operation';

type Flights = SingleFlight<RegionFailure | undefined>;

export interface AskOptions {
  /** Ends this caller's wait; the question itself is dropped when nobody is left who waits for it. */
  readonly signal: AbortSignal;
  /** Nobody waits for it. */
  readonly background?: boolean;
  readonly budget?: RetryBudget;
}

/** Asks AWS about access to models and enters the answers in the book. One question at a time for a model in a region. */
export class AccessAsker {
  /** By region: the models that are being asked about. */
  #flights = new Map<string, Flights>();
  readonly #outdated = new Set<Flights>();
  #epoch = 0;

  /** @param onLearnt called after each entry in the book */
  constructor(
    private readonly context: InventoryContext,
    private readonly book: AccessBook,
    private readonly logger: Logger,
    private readonly onLearnt: () => void,
  ) {}

  /** Resolves once the book knows the answer, or why there is none. Rejects with the signal's reason if that ends it. */
  async ask(modelId: string, region: string, options: AskOptions): Promise<RegionFailure | undefined> {
    const { epoch } = this.book;
    const { landed, leave } = this.#flightsOf(region).join(modelId, (signal) =>
      this.#fly(modelId, region, epoch, { ...options, signal }),
    );
    try {
      return await raceSignal(landed, options.signal);
    } finally {
      leave();
    }
  }

  /** Ends all questions; resolves when none is left. */
  async abort(reason: Error): Promise<void> {
    await Promise.all([...this.#flights.values(), ...this.#outdated].map((flights) => flights.abort(reason)));
  }

  /** What another principal is being asked is not asked for this one. */
  #flightsOf(region: string): Flights {
    if (this.#epoch !== this.book.epoch) {
      this.#epoch = this.book.epoch;
      [...this.#outdated].filter(({ size }) => size === 0).forEach((flights) => this.#outdated.delete(flights));
      this.#flights.forEach((flights) => this.#outdated.add(flights));
      this.#flights = new Map();
    }
    const flights =
      this.#flights.get(region) ?? new SingleFlight<RegionFailure | undefined>(PARALLEL_PER_REGION, this.context.clock);
    this.#flights.set(region, flights);
    return flights;
  }

  async #fly(modelId: string, region: string, epoch: number, options: AskOptions): Promise<RegionFailure | undefined> {
    const refusal = this.book.refusalOf(region);
    if (refusal !== undefined && this.book.epoch === epoch) {
      // It was refused while this question waited for its turn.
      return refusal;
    }
    const { signal, background = false, budget = new RetryBudget(0) } = options;
    const outcome = await this.context.scanner.run({
      region,
      operation: OPERATION,
      budget,
      signal,
      // How long it takes depends on the model's provider more than on the way to the region.
      timed: false,
      background,
      run: (call) => availabilityOf(call, modelId),
    });
    if (signal.aborted) {
      return undefined;
    }
    const failure = outcome.ok ? undefined : this.#understand(outcome.failure, region);
    this.context.evidence.observe(OPERATION, region, failure?.kind);
    if (this.book.epoch === epoch) {
      this.#enter(modelId, region, outcome.ok ? outcome.value : undefined, failure);
    }
    return failure;
  }

  #enter(modelId: string, region: string, availability: Availability | undefined, failure?: RegionFailure): void {
    if (availability !== undefined) {
      this.book.recordAnswer(modelId, region, availability);
    }
    if (failure !== undefined && isRefusal(failure.kind)) {
      if (this.book.refusalOf(region) === undefined) {
        this.logger.debug(`${OPERATION} is refused in ${region} (${failure.kind}): ${failure.message}`);
      }
      this.book.recordRefusal(region, failure);
    } else if (failure !== undefined) {
      this.book.recordUnanswered(modelId, region, failure);
    }
    this.onLearnt();
  }

  /** A refused token means a region that is not enabled, if another accepts the identity. */
  #understand(failure: RegionFailure, region: string): RegionFailure {
    return isTokenRefused(failure) && this.context.evidence.accepted ? asRegionNotEnabled(failure, region) : failure;
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
