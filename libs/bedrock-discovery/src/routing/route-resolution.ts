import type { RegionStatus } from '../scan/scan.types.js';
import { explainResolution } from './explain-resolution.js';
import type { RejectedRoute, Resolution, Route } from './route.types.js';

/** A resolution is data; that it can explain itself is all that it does. */
export class RouteResolution implements Resolution {
  readonly routes: readonly Route[];
  readonly rejected: readonly RejectedRoute[];
  readonly unknownRegions: readonly RegionStatus[];

  constructor(
    readonly modelId: string,
    routes: readonly Route[],
    rejected: readonly RejectedRoute[],
    unknown: readonly RegionStatus[],
  ) {
    this.routes = Object.freeze(routes);
    this.rejected = Object.freeze(rejected);
    this.unknownRegions = Object.freeze(unknown);
    Object.freeze(this);
  }

  explain(): string {
    return explainResolution(this);
  }
}
