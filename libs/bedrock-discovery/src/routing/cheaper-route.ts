import type { InvocationPath } from '../catalog/invocation-paths.js';
import type { KnownFacts } from '../facts/path-fact.js';
import { blendOf, type Price } from '../facts/pricing/price.types.js';
import type { Rejection, RejectionCode, ResolvedConstraints } from './eligibility.js';
import type { CheaperRoute, RejectedRoute } from './route.types.js';

/** What the caller has chosen, and can choose otherwise. */
const CHOSEN: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  'RETENTION',
  'OUTSIDE_RESIDENCY',
  'SOURCE_OUTSIDE_RESIDENCY',
  'GLOBAL_EXCLUDED',
  'SOURCE_EXCLUDED',
  'VIA_EXCLUDED',
]);

/** A way to invoke a model, with what is known of its price. */
export interface PricedPath {
  readonly path: InvocationPath;
  readonly known: KnownFacts;
}

/** One that is left out. */
export interface LeftOut<P extends PricedPath> {
  readonly way: P;
  readonly rejection: Rejection;
}

/**
 * What the caller's choice of regions, ways and data retention costs: the cheapest route that nothing else keeps out, if it is cheaper than all
 * that are eligible. Of equally cheap ones that from the region of the best, or else of a better route.
 *
 * @param eligible the best first
 * @param isLawful whether a way would be eligible but for what the caller has chosen
 */
export function cheaperRoute<P extends PricedPath>(
  eligible: readonly PricedPath[],
  leftOut: readonly LeftOut<P>[],
  currency: string,
  isLawful: (way: P) => boolean,
): CheaperRoute | undefined {
  const least = Math.min(...eligible.map(({ known }) => costOf(known.price, currency)));
  const cheaper = leftOut.filter(
    ({ way, rejection }) =>
      CHOSEN.has(rejection.code) &&
      // Its calls are billed to its tags, and it costs what the profile does that it was copied from.
      way.path.via !== 'application-profile' &&
      costOf(way.known.price, currency) < least &&
      isLawful(way),
  );
  if (cheaper.length === 0 || !Number.isFinite(least)) {
    return undefined;
  }
  const cost = ({ way }: LeftOut<P>): number => costOf(way.known.price, currency);
  const cheapest = Math.min(...cheaper.map(cost));
  const equals = cheaper.filter((each) => cost(each) === cheapest);
  const inRegion = (region: string): LeftOut<P> | undefined => equals.find(({ way }) => way.path.region === region);
  const found = eligible.map(({ path }) => inRegion(path.region)).find((each) => each !== undefined) ?? equals[0];
  const price = found?.way.known.price;
  return (
    found &&
    price &&
    Object.freeze({
      region: found.way.path.region,
      invocationId: found.way.path.invocationId,
      code: found.rejection.code,
      price,
      surchargePercent: Math.round((least / cheapest - 1) * 1_000) / 10,
    })
  );
}

/** What prices are compared by: one that is not known, or in another currency, is behind all. */
export function costOf(price: Price | undefined, currency: string): number {
  return price?.currency === currency ? blendOf(price) : Number.POSITIVE_INFINITY;
}

/** What is demanded where the caller chooses neither regions nor ways, nor what may be retained. */
export function withoutChoice(constraints: ResolvedConstraints): ResolvedConstraints {
  const {
    residency: _residency,
    sourceRegions: _sourceRegions,
    via: _via,
    retention: _retention,
    ...others
  } = constraints;
  return { ...others, residencyName: '', allowGlobal: true };
}

export function rejectedRoute({ way: { path }, rejection }: LeftOut<PricedPath>): RejectedRoute {
  const { region, invocationId } = path;
  return Object.freeze({ region, invocationId, code: rejection.code, reason: rejection.reason });
}
