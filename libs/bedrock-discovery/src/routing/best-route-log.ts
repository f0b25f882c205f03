import type { AccessRegistry } from '../access/access-registry.js';
import type { AccessState } from '../access/access.types.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { LruMap } from '../util/lru-map.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { FailedAttempt } from './errors.js';
import type { Route } from './route.types.js';

/** Models, each with the constraints of its calls, of which it is remembered that calls are off their best route. */
const MAX_REMEMBERED = 1_000;

/** Routes with such access are not called unasked. */
const WITHOUT_ACCESS: ReadonlySet<AccessState> = new Set<AccessState>(['denied', 'obtainable']);

/** A call that was carried, and what it met on its way. */
export interface CarriedCall {
  /** Base id of the model. */
  readonly modelId: string;
  readonly constraints: object;
  readonly key: string;
  readonly route: Route;
  /** Of the first route that failed or was passed over; undefined where none was. */
  readonly leftKey: string | undefined;
  /** What failed or was passed over, in order. */
  readonly failed: readonly FailedAttempt[];
}

/** A route, and the key that it is known by. */
type KeyedRoute = Pick<CarriedCall, 'key' | 'route'>;

/**
 * Warns when calls of a model leave their best route, and tells when they are back on it: once per change, however many calls
 * there are in between.
 */
export class BestRouteLog {
  /** By model and constraints, the best route that was left. */
  readonly #left = new LruMap<string, KeyedRoute>(MAX_REMEMBERED);

  constructor(
    private readonly logger: DiscoveryLogger,
    private readonly circuits: Pick<CircuitBreaker, 'stateOf'>,
    private readonly access: Pick<AccessRegistry, 'stateOf'>,
  ) {}

  note(call: CarriedCall): void {
    const { modelId, constraints, leftKey, failed } = call;
    const [first] = failed;
    if (first === undefined && this.#left.size === 0) {
      return;
    }
    const question = `${modelId}\n${JSON.stringify(constraints)}`;
    const left = this.#left.get(question);
    if (left === undefined) {
      if (first !== undefined && leftKey !== undefined && leftKey !== call.key) {
        this.#left.set(question, { key: leftKey, route: first.route });
        this.#warn(call, first);
      }
    } else if (left.key === call.key || (first === undefined && this.#isUsable(left))) {
      // What is as good as the best is chosen by turns.
      this.#left.delete(question);
      const text = `Calls of ${modelId} are back on their best route: ${nameOf(call.route)}.`;
      this.logger.log('best-route-regained', text, fieldsOf(call));
    }
  }

  /** Whether nothing is known any more that keeps calls from a route. */
  #isUsable({ key, route }: KeyedRoute): boolean {
    const isClosed = [key, route.region].every((each) => this.circuits.stateOf(each) === 'closed');
    return isClosed && !WITHOUT_ACCESS.has(this.access.stateOf(route));
  }

  #warn(call: CarriedCall, { route, failure, called }: FailedAttempt): void {
    const what = called ? `failed (${failure.kind})` : `is passed over (${failure.kind})`;
    this.logger.warn(
      'best-route-left',
      `Calls of ${call.modelId} go by ${nameOf(call.route)}: their best route, ${nameOf(route)}, ${what}: ${failure.message} ${failure.remedy}`,
      { ...fieldsOf(call), leftRegion: route.region, leftInvocationId: route.invocationId, kind: failure.kind },
    );
  }
}

function nameOf({ region, invocationId }: Route): string {
  return `${region} ${invocationId}`;
}

function fieldsOf({ modelId, route: { region, invocationId } }: CarriedCall): Record<string, string> {
  return { modelId, region, invocationId };
}
