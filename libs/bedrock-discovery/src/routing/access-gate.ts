import type { AccessRegistry } from '../access/access-registry.js';
import { isStandardVia } from '../catalog/vias.js';
import { failureOf } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import { compareRanks, type RankedRoute } from './ranking.js';

/** A question about access must not hold a call up for longer. */
const TIMEOUT_MS = 2_000;
/** In one run. */
const MAX_QUESTIONS = 4;

/** What has to be known of access before a route is called. */
export class AccessGate {
  constructor(
    private readonly access: AccessRegistry,
    private readonly options: ResolvedOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Routes rank behind for want of an answer about access: those that would be better than the best are asked about first,
   * so that what happened to be called before does not go before what is preferred; those that would be as good are asked
   * about behind, so that later calls share the load.
   *
   * @param left the routes that were not tried, in order
   * @param asked keys of routes that were asked about in this run; those that are now are added
   * @returns whether something was found out that may have changed the ranking
   */
  async findOut(left: readonly RankedRoute[], asked: Set<string>, signal: AbortSignal): Promise<boolean> {
    const [best] = left;
    if (best === undefined || best.route.access === 'unknown' || this.options.access.mode === 'off') {
      return false;
    }
    const promising = left.filter(
      ({ key, route, rank }) =>
        route.access === 'unknown' &&
        isStandardVia(route.via) &&
        !asked.has(key) &&
        compareRanks({ ...rank, access: best.rank.access }, best.rank) <= 0,
    );
    const questions = promising.slice(0, MAX_QUESTIONS - asked.size);
    questions.forEach(({ key }) => asked.add(key));
    const isBetter = ({ rank }: RankedRoute): boolean =>
      compareRanks({ ...rank, access: best.rank.access }, best.rank) < 0;
    const answers = questions.map((route) => ({ better: isBetter(route), answer: this.#ask(route, signal) }));
    await Promise.all(answers.filter(({ better }) => better).map(({ answer }) => answer));
    return answers.some(({ better }) => better);
  }

  /** Why a route must not be called as things are: a first call could accept terms that nobody has agreed to. */
  async problemOf(ranked: RankedRoute, signal: AbortSignal): Promise<RegionFailure | undefined> {
    const { route } = ranked;
    if (route.access === 'unknown' && isStandardVia(route.via) && this.options.access.mode !== 'off') {
      await this.#ask(ranked, signal);
      signal.throwIfAborted();
    }
    const state = this.access.stateOf(route);
    if (state !== 'obtainable' && (state !== 'denied' || route.access === 'denied')) {
      return undefined;
    }
    const { reason, remedy } = this.access.explain(route);
    const at = new Date(this.clock.now()).toISOString();
    const failure = failureOf('access-denied', reason, { at, region: route.region, operation: 'InvokeModel' });
    const accept = state === 'obtainable' ? ' acceptAgreements: true lets a call accept the terms.' : '';
    return Object.freeze({ ...failure, remedy: `${remedy ?? failure.remedy}${accept}` });
  }

  async #ask({ route }: RankedRoute, signal: AbortSignal): Promise<void> {
    const { modelId, region } = route;
    // Not known is not "no".
    await withDeadline(this.clock, TIMEOUT_MS, (limit) => this.access.find(modelId, region, limit), signal).catch(
      () => undefined,
    );
  }
}
