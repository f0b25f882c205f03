import type { Attributes, Meter } from '@opentelemetry/api';
import { ACCESS_EVENTS } from '../access/access-events.js';
import { CACHE_EVENTS } from '../cache/cache-events.js';
import { REGION_EVENTS } from '../inventory/region-events.js';
import { REFRESH_EVENTS } from '../refresh/refresh-events.js';
import type { DiagnosticEvent } from '../reporting/event-channel.js';
import { ATTEMPT_EVENTS, type AttemptEvent, CIRCUIT_EVENTS, RUN_EVENTS } from '../routing/run-events.js';
import { BoundedAttributes, KEY, originOf, PREFIX } from './attributes.js';
import type { Registration } from './registrations.js';
import { StateGauges } from './state-gauges.js';

/** In seconds: of the control plane, and of models, which take their time. */
const SCAN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const RUN_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Numbers of what happens, by the events, and of what is known, read when they are collected. */
export class DiscoveryMetrics {
  readonly #closing: (() => void)[] = [];

  /**
   * @param isOurs whether an event is of this application
   * @param maxModels different models that have series of their own
   */
  constructor(
    private readonly meter: Meter,
    registrations: readonly Registration[],
    private readonly isOurs: (event: DiagnosticEvent) => boolean,
    maxModels: number,
  ) {
    const bounded = new BoundedAttributes(maxModels);
    this.#followScans(bounded);
    this.#followCalls(bounded);
    this.#followRest(bounded);
    const gauges = new StateGauges(meter, registrations, bounded);
    this.#closing.push(() => gauges.close());
  }

  close(): void {
    this.#closing.forEach((close) => close());
  }

  #followScans(bounded: BoundedAttributes): void {
    const refreshes = this.#duration('refresh.duration', 'Time that a pass over all listings took.', SCAN_BUCKETS);
    const scans = this.#duration('scan.duration', 'Time that a region took to answer an operation.', SCAN_BUCKETS);
    const requests = this.#counter('requests', '{request}', 'Requests sent to AWS, retries included.');
    this.#on(REFRESH_EVENTS, ({ durationMs = 0, errorType }, origin) =>
      refreshes.record(durationMs / 1_000, { ...origin, ...errorOf(errorType) }),
    );
    this.#on(REGION_EVENTS, ({ region, operation, durationMs = 0, requests: sent = 0, errorType }, origin) => {
      const outcome = { ...origin, [KEY.rpcMethod]: operation, ...errorOf(errorType) };
      scans.record(durationMs / 1_000, { ...outcome, [KEY.region]: bounded.region(region) });
      requests.add(sent, outcome);
    });
    this.#on(ATTEMPT_EVENTS, ({ api = 'unknown', requests: sent = 0, errorType }, origin) =>
      requests.add(sent, { ...origin, [KEY.rpcMethod]: api, ...errorOf(errorType) }),
    );
  }

  #followCalls(bounded: BoundedAttributes): void {
    const runs = this.#duration('run.duration', 'Time that a call took, failover included.', RUN_BUCKETS);
    const routes = this.#counter('routes', '{call}', 'Calls by the route that carried them.');
    const attempts = this.#counter('attempts', '{attempt}', 'Calls through one route.');
    const failovers = this.#counter('failovers', '{failover}', 'Attempts after which another route was tried.');
    const throttles = this.#counter('throttles', '{attempt}', 'Attempts that were throttled, or met a used-up quota.');
    this.#on(RUN_EVENTS, ({ modelId, route, durationMs = 0, errorType }, origin) => {
      const ofModel = { ...origin, [KEY.model]: bounded.model(modelId) };
      runs.record(durationMs / 1_000, { ...ofModel, ...errorOf(errorType) });
      if (route !== undefined) {
        routes.add(1, { ...ofModel, [KEY.region]: bounded.region(route.region), [KEY.via]: route.via });
      }
    });
    this.#on(ATTEMPT_EVENTS, ({ route, errorType, failedOver }: AttemptEvent, origin) => {
      const there = { ...origin, [KEY.region]: bounded.region(route.region), ...errorOf(errorType) };
      attempts.add(1, { ...there, [KEY.via]: route.via });
      const ofModel = { ...there, [KEY.model]: bounded.model(route.modelId) };
      if (failedOver === true) {
        failovers.add(1, ofModel);
      }
      if (errorType === 'throttled' || errorType === 'quota-exhausted') {
        throttles.add(1, ofModel);
      }
    });
  }

  #followRest(bounded: BoundedAttributes): void {
    const circuits = this.#counter('circuit.changes', '{change}', 'Circuits that a call brought into another state.');
    const access = this.#counter('access.changes', '{change}', 'Models whose access turned out to be otherwise.');
    const lookups = this.#counter('cache.lookups', '{lookup}', 'Look-ups in the cache, by where an entry was found.');
    const failures = this.#counter('cache.failures', '{failure}', 'Operations that a tier of the cache failed at.');
    this.#on(CIRCUIT_EVENTS, ({ region, after }, origin) =>
      circuits.add(1, { ...origin, [KEY.region]: bounded.region(region), [KEY.circuitState]: after }),
    );
    this.#on(ACCESS_EVENTS, ({ region, after }, origin) =>
      access.add(1, { ...origin, [KEY.region]: bounded.region(region), [KEY.accessState]: after }),
    );
    this.#on(CACHE_EVENTS, ({ outcome, tier = 'none' }, origin) => {
      if (outcome === 'failed') {
        failures.add(1, { ...origin, [KEY.cacheTier]: tier });
      } else {
        lookups.add(1, { ...origin, [KEY.cacheTier]: tier, [KEY.cacheOutcome]: outcome });
      }
    });
  }

  #on<E extends DiagnosticEvent>(
    channel: { subscribe(listener: (event: E) => void): () => void },
    listener: (event: E, origin: Attributes) => void,
  ): void {
    const unsubscribe = channel.subscribe((event) => {
      if (this.isOurs(event)) {
        listener(event, originOf(event));
      }
    });
    this.#closing.push(unsubscribe);
  }

  #counter(name: string, unit: string, description: string) {
    return this.meter.createCounter(PREFIX + name, { unit, description });
  }

  #duration(name: string, description: string, explicitBucketBoundaries: number[]) {
    return this.meter.createHistogram(PREFIX + name, { unit: 's', description, advice: { explicitBucketBoundaries } });
  }
}

function errorOf(errorType: string | undefined): Attributes {
  return errorType === undefined ? {} : { [KEY.error]: errorType };
}
