import { Inject, Injectable } from '@nestjs/common';
import { AccessRegistry } from '../access/access-registry.js';
import type { Catalog, Subject } from '../catalog/catalog.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import { LISTINGS_OF } from '../catalog/vias.js';
import { missingFacts } from '../facts/fact-rules.js';
import { type AnyFact, describedBy, type KnownFacts, PATH_FACTS, type Purpose } from '../facts/path-fact.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { RegionNameWarnings } from '../regions/region-name-warnings.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { raceSignal, withDeadline } from '../util/deadline.js';
import { cheaperRoute, type LeftOut, type PricedPath, rejectedRoute, withoutChoice } from './cheaper-route.js';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.js';
import { refuseTwoProfiles, resolveConstraints, type RouteConstraints } from './constraints.js';
import { type Rejection, rejectionOf, type ResolvedConstraints } from './eligibility.js';
import { describeRoute, RouteResolution, type RouteState, withUnknownFacts } from './explanation.js';
import { LatencyRanking } from './latency-buckets.js';
import { compareListed, type RankedRoute, rankOf, type RouteRank, withReasons } from './ranking.js';
import type { FoundModel, ModelVerdict, Resolution, Route } from './route.types.js';
import { CIRCUIT_EVENTS } from './run-events.js';
import {
  type JudgedPath,
  listedVias,
  modelVerdict,
  type RegionStatuses,
  regionStatuses,
  regionVerdict,
  unknownRegions,
} from './verdict.js';

// Longer than other files: what is known at a moment, and whatever is worked out from it, belongs together.

export interface Ranking {
  readonly resolution: Resolution;
  /** The routes of the resolution, in its order. */
  readonly ranked: readonly RankedRoute[];
}

/** All that is known at one moment, and what was worked out from it: valid as long as all of it is the same. */
interface Moment {
  readonly basis: readonly unknown[];
  readonly catalog: Catalog;
  readonly statuses: RegionStatuses;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rankings: Map<string, Ranking>;
  readonly paths: Map<string, readonly KnownPath[]>;
}

/** A path with all that is known of it at a moment, whatever a caller may want. */
interface KnownPath extends RouteState {
  readonly path: InvocationPath;
  readonly known: KnownFacts;
  readonly circuit: CircuitState;
  /** As callers see it, by the constraints that its description speaks of. */
  readonly described: Map<string, Route>;
}

/** Questions of one moment whose answers are kept. */
const MAX_RANKINGS = 100;
/** An answer waits no longer for what is found out for it. */
const FACTS_TIMEOUT_MS = 2_000;
/** Ages and days in an answer may be this old. */
const MAX_AGE_MS = 1_000;

/** Judges and ranks the ways to invoke models from what is known; does no input or output once anything is. */
@Injectable()
export class RouteResolver {
  readonly circuits: CircuitBreaker;
  readonly #latencies: LatencyRanking;
  readonly #logger: DiscoveryLogger;
  #moment: Moment | undefined;
  /** What an earlier run knew of access and facts is with the first answer already. */
  #loaded = false;

  constructor(
    private readonly catalog: CatalogReader,
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    private readonly access: AccessRegistry,
    @Inject(PATH_FACTS) private readonly facts: readonly AnyFact[],
    private readonly latencies: LatencyStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly regionNames: RegionNameWarnings,
    reporter: Reporter,
  ) {
    this.#logger = reporter.logger('InvocationRouter');
    this.circuits = new CircuitBreaker(clock, (change) => reporter.publish(CIRCUIT_EVENTS, () => change));
    this.#latencies = new LatencyRanking(latencies, clock);
  }

  /**
   * The routes to one model. Facts that can matter and are not known are asked about, and waited for a little where the
   * answer rests on them.
   *
   * @throws InvalidArgumentError for constraints that make no sense; InventoryUnavailableError if nothing is known;
   * ModelNotFoundError for what names nothing, or several models
   */
  async rank(model: string, constraints: RouteConstraints, purpose: Purpose = 'resolve'): Promise<Ranking> {
    const moment = await this.#at(await this.catalog.ready());
    const key = keyOf(model, constraints);
    const known = key === undefined ? undefined : moment.rankings.get(key);
    if (known !== undefined) {
      return known;
    }
    const resolved = this.#resolved(constraints);
    const subject = this.catalog.subjectOf(model, moment.catalog) ?? { modelId: model.trim() };
    refuseTwoProfiles(subject, resolved);
    const informed = await this.#informed([subject.modelId], resolved, purpose, moment);
    const ranking = this.#rank(subject, resolved, informed);
    if (key !== undefined && informed.rankings.size < MAX_RANKINGS) {
      informed.rankings.set(key, ranking);
    }
    return ranking;
  }

  /**
   * The verdict on every model that any region lists, by id.
   *
   * @param waits whether to wait for regions where nothing is known
   */
  async verdicts(constraints: RouteConstraints, waits: boolean): Promise<readonly ModelVerdict[]> {
    const moment = await this.#at(waits ? await this.catalog.ready() : this.catalog.current);
    const resolved = this.#resolved(constraints);
    const { modelIds } = moment.catalog;
    const informed = await this.#informed(modelIds, resolved, waits ? 'resolve' : 'peek', moment);
    return Object.freeze(modelIds.map((modelId) => this.#verdict({ modelId }, resolved, informed)));
  }

  /** The models that a text names, each with the best route to it. */
  async find(text: string, constraints: RouteConstraints): Promise<readonly FoundModel[]> {
    const moment = await this.#at(await this.catalog.ready());
    const resolved = this.#resolved(constraints);
    const reference = moment.catalog.lookUp(text, moment.now);
    const found = reference.kind === 'family' ? undefined : this.catalog.subjectOf(text, moment.catalog);
    const subjects =
      reference.kind === 'family' ? reference.modelIds.map((modelId) => ({ modelId })) : found ? [found] : [];
    const modelIds = subjects.map(({ modelId }) => modelId);
    const informed = await this.#informed(modelIds, resolved, 'resolve', moment);
    return Object.freeze(
      subjects.map((subject) => {
        const [route] = this.#rank(subject, resolved, informed).resolution.routes;
        return Object.freeze({ ...this.#verdict(subject, resolved, informed), ...(route && { route }) });
      }),
    );
  }

  /** Ids of the models whose names are nearest to a text. */
  async nearest(text: string): Promise<readonly string[]> {
    return (await this.catalog.ready()).nearest(text, this.clock.now());
  }

  #resolved(constraints: RouteConstraints): ResolvedConstraints {
    return resolveConstraints(constraints, this.options, (names) => this.regionNames.check(names, this.#logger));
  }

  async #at(catalog: Catalog): Promise<Moment> {
    if (!this.#loaded) {
      await Promise.all([this.access.load(), ...this.facts.map(async (fact) => fact.open?.())]);
      this.#loaded = true;
    }
    const now = this.clock.now();
    const basis = [
      catalog,
      ...this.listings.map(({ states }) => states),
      this.access.current,
      ...this.facts.map(({ current }) => current),
      this.circuits.current,
      this.latencies.current,
      Math.floor(now / MAX_AGE_MS),
    ];
    if (this.#moment?.basis.every((part, index) => part === basis[index]) !== true) {
      const statuses = regionStatuses(this.listings);
      this.#moment = { basis, catalog, statuses, now, rankings: new Map(), paths: new Map() };
    }
    return this.#moment;
  }

  /** The moment once what the answer rests on was found out, as far as it could be in time. */
  async #informed(
    modelIds: readonly string[],
    constraints: ResolvedConstraints,
    purpose: Purpose,
    moment: Moment,
  ): Promise<Moment> {
    const [first = [], ...others] = modelIds.map((modelId) => moment.catalog.pathsTo(modelId));
    const paths = others.length === 0 ? first : [first, ...others].flat();
    const asked = this.facts.flatMap((fact) => fact.find?.(paths, constraints, purpose) ?? []);
    if (asked.length === 0 || purpose === 'peek') {
      return moment;
    }
    // What is not known in time is unknown.
    const found = Promise.all(asked).then(() => undefined);
    await withDeadline(this.clock, FACTS_TIMEOUT_MS, (limit) => raceSignal(found, limit)).catch(() => undefined);
    return this.#at(moment.catalog);
  }

  #pathsTo(modelId: string, { catalog, statuses, paths }: Moment): readonly KnownPath[] {
    const known = paths.get(modelId);
    if (known !== undefined) {
      return known;
    }
    const latencies = this.#latencies.of(modelId);
    const found = catalog.pathsTo(modelId).map((path): KnownPath => {
      const listings = LISTINGS_OF[path.via].map((name) => statuses.of.get(name)?.get(path.region));
      const facts: KnownFacts = Object.fromEntries(this.facts.map((fact) => [fact.name, fact.of(path)]));
      this.circuits.lift(path.key, facts.quotas?.raisedAt ?? 0);
      const troubled = this.#troubled(path);
      return {
        path,
        known: facts,
        access: this.access.stateOf(path),
        ageMs: Math.max(...listings.map((listing) => listing?.ageMs ?? Number.POSITIVE_INFINITY)),
        outdated: listings.some((listing) => listing?.status === 'failed'),
        latency: latencies.of(path.region),
        circuit: troubled === undefined ? 'closed' : this.circuits.stateOf(troubled),
        trouble: troubled === undefined ? undefined : this.circuits.explain(troubled),
        described: new Map(),
      };
    });
    paths.set(modelId, found);
    return found;
  }

  #rank(subject: Subject, constraints: ResolvedConstraints, moment: Moment): Ranking {
    const vias = listedVias(moment.catalog.viasTo(subject.modelId), constraints, moment.statuses);
    const asksForAccess = this.options.access.mode !== 'off';
    const eligible: (RankedRoute & PricedPath)[] = [];
    const leftOut: LeftOut<KnownPath>[] = [];
    for (const known of this.#pathsTo(subject.modelId, moment)) {
      const { path } = known;
      const rejection = judge(known, subject, constraints, moment);
      if (rejection === undefined) {
        const rank = rankOf(path, known, constraints, { asksForAccess });
        const route = this.#describe(known, rank, constraints, moment);
        eligible.push({ key: path.key, path, known: known.known, rank, route });
      } else {
        leftOut.push({ way: known, rejection });
      }
    }
    const ranked = withReasons(eligible.sort(compareListed));
    const routes = ranked.map(({ route }) => route);
    const rejected = leftOut.map(rejectedRoute);
    const unknown = unknownRegions(moment.statuses, constraints, vias);
    const unchosen = withoutChoice(constraints);
    const isLawful = (way: KnownPath): boolean => judge(way, subject, unchosen, moment) === undefined;
    const cheaper = cheaperRoute(ranked, leftOut, constraints.currency, isLawful);
    return { ranked, resolution: new RouteResolution(subject.modelId, routes, rejected, unknown, cheaper) };
  }

  /** The same for all questions of a moment that it speaks alike of. */
  #describe(known: KnownPath, { preferred }: RouteRank, constraints: ResolvedConstraints, { now }: Moment): Route {
    const frame = `${constraints.residencyName}\n${preferred === constraints.preferredRegions.length ? '' : preferred}`;
    let described = known.described.get(frame);
    if (described === undefined) {
      const facts = describedBy(this.facts, known.known, known.path);
      described = describeRoute(known.path, known, facts, constraints, now);
      known.described.set(frame, described);
    }
    return withUnknownFacts(described, missingFacts(known.known, constraints, known.path));
  }

  #verdict(subject: Subject, constraints: ResolvedConstraints, moment: Moment): ModelVerdict {
    const { catalog, statuses } = moment;
    const vias = listedVias(catalog.viasTo(subject.modelId), constraints, statuses);
    const byRegion = new Map<string, JudgedPath[]>(statuses.regions.map((region) => [region, []]));
    for (const known of this.#pathsTo(subject.modelId, moment)) {
      const { path } = known;
      const judged = { path, rejection: judge(known, subject, constraints, moment), known: known.known };
      const ofRegion = byRegion.get(path.region);
      if (ofRegion === undefined) {
        byRegion.set(path.region, [judged]);
      } else {
        ofRegion.push(judged);
      }
    }
    const regions = [...byRegion].map(([region, judged]) => regionVerdict(region, judged, statuses, constraints, vias));
    return modelVerdict(catalog.describe(subject.modelId), Object.freeze(regions));
  }

  /** Whose circuit keeps a route from being used like others: its own, or that of its region, which cannot be reached. */
  #troubled({ key, region }: InvocationPath): string | undefined {
    const [own, regional] = [this.circuits.stateOf(key), this.circuits.stateOf(region)];
    if (regional !== 'closed' && own !== 'open') {
      return region;
    }
    return own === 'closed' ? undefined : key;
  }
}

function judge(
  { path, known, access, ageMs }: KnownPath,
  { profileId }: Subject,
  constraints: ResolvedConstraints,
  { now }: Moment,
): Rejection | undefined {
  return rejectionOf(path, constraints, { access, ageMs, now, profileId, known });
}

/** One key for one question; none for what JSON leaves out or cannot hold, which is no constraint and is to be refused. */
function keyOf(model: string, constraints: RouteConstraints): string | undefined {
  const isData = Object.values(constraints ?? {}).every(
    (value: unknown) => !['function', 'symbol', 'bigint'].includes(typeof value),
  );
  return isData ? `${model}\n${JSON.stringify(constraints)}` : undefined;
}
