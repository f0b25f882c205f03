import type { RegionFailure } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { oneLine } from '../util/guards.js';
import { LruMap } from '../util/lru-map.js';
import type { Route } from './route.types.js';

/** Ids that were passed in the place of a route's, and told of. */
const MAX_REMEMBERED = 100;

/** An attempt, and what it called in the place of its route's invocation id, if anything. */
interface CalledId {
  readonly route: Route;
  readonly otherId: string | undefined;
}

/** Warns once for each id that is called in the place of a route's: what was asked for, such as residency, holds for the route alone. */
export class OtherIdLog {
  readonly #told = new LruMap<string, true>(MAX_REMEMBERED);

  constructor(private readonly logger: DiscoveryLogger) {}

  note({ otherId, route }: CalledId): void {
    const key = `${otherId} ${route.invocationId}`;
    if (otherId !== undefined && this.#told.get(key) === undefined) {
      this.#told.set(key, true);
      const { region, invocationId } = route;
      this.logger.warn('other-id-called', textOf(otherId, route), { otherId: oneLine(otherId), region, invocationId });
    }
  }
}

/** Where the service has none such, what to do about it. The verdict stays as it is. */
export function withOtherId(failure: RegionFailure, { otherId, route }: CalledId): RegionFailure {
  if (otherId === undefined || failure.kind !== 'unsupported-operation') {
    return failure;
  }
  const remedy = textOf(otherId, route);
  return Object.freeze({ ...failure, message: `${failure.message} ${remedy}`, remedy });
}

function textOf(otherId: string, { invocationId }: Route): string {
  return oneLine(`The call used ${otherId}, the route is ${invocationId}: pass route.invocationId as the model.`);
}
