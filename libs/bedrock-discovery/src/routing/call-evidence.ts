import type { AccessRegistry } from '../access/access-registry.js';
import type { WireRequest } from '../aws/transport/wire-request.js';
import { apiOf } from '../facts/apis/api-evidence.js';
import type { AnyFact, ObservedCall } from '../facts/path-fact.js';
import type { LatencyStore } from '../latency/latency-store.js';
import type { Clock } from '../util/clock.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { type FailureVerdict, judgeFailure } from './failure-verdict.js';
import type { Route } from './route.types.js';
import type { RunAttempt } from './run-attempt.js';

/** What calls show about routes: their circuits, the access to them, other facts and their latency, from what the transport saw alone. */
export class CallEvidence {
  constructor(
    private readonly circuits: CircuitBreaker,
    private readonly access: AccessRegistry,
    private readonly facts: readonly AnyFact[],
    private readonly latencies: LatencyStore,
    private readonly clock: Clock,
  ) {}

  /** Draws from the requests of an attempt what they show, each once. */
  learn(key: string, attempt: RunAttempt): void {
    const { route } = attempt;
    for (const request of attempt.news()) {
      const isOfRoute = attempt.isOfRoute(request);
      if (request.state === 'answered') {
        this.#learnSuccess(isOfRoute ? key : undefined, route, request);
      }
      const api = request.path === undefined ? undefined : apiOf(request.path);
      if (request.error !== undefined) {
        const judged = judgeFailure(request.error, route.region, this.clock.now());
        // What another model was refused says nothing about this one.
        this.learnFailure(
          key,
          route,
          isOfRoute || judged.regional ? judged : { ...judged, health: undefined, denied: false },
        );
        if (isOfRoute) {
          this.#tell({ path: { key, ...route }, api, failure: judged.failure });
        }
      } else if (isOfRoute && request.state === 'answered') {
        this.#tell({ path: { key, ...route }, api, failure: undefined });
      }
    }
  }

  #tell(call: ObservedCall): void {
    this.facts.forEach((fact) => fact.learn?.(call));
  }

  #learnSuccess(key: string | undefined, route: Route, request: WireRequest): void {
    const { firstByteMs, error, begunAt } = request;
    const { modelId, region } = route;
    this.circuits.record(region, { kind: 'ok' });
    if (key === undefined) {
      return;
    }
    this.circuits.record(key, { kind: 'ok', ...(begunAt !== undefined && { begunAt }) });
    this.access.recordSuccess(route);
    if (firstByteMs !== undefined && error === undefined) {
      this.latencies.record(region, { plane: 'runtime', latencyMs: firstByteMs, outcome: 'ok', modelId });
    }
  }

  /** @param key of the route */
  learnFailure(key: string, route: Route, { failure, health, regional, denied }: FailureVerdict): void {
    if (health !== undefined) {
      this.circuits.record(regional ? route.region : key, health);
    }
    if (denied) {
      this.access.recordDenial(route, failure);
    }
    if (health !== undefined || denied) {
      const outcome = failure.kind === 'throttled' ? 'throttled' : 'failed';
      this.latencies.record(route.region, { plane: 'runtime', outcome });
    }
  }
}
