import { Inject, Injectable } from '@nestjs/common';
import { LruMap } from '../aws/lru-map.js';
import { ModelAccessService } from '../discovery/access/model-access.service.js';
import { parseReference } from '../discovery/bedrock-arn.js';
import { modelOf, withoutGeography } from '../discovery/model-reference.js';
import type { ModelIndex } from '../discovery/models/model-index.js';
import { ModelInventory } from '../discovery/models/model-inventory.js';
import type { ProfileIndex } from '../discovery/profiles/profile-index.js';
import { ProfileInventory } from '../discovery/profiles/profile-inventory.js';
import { LatencyTracker } from '../latency/latency-tracker.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.js';
import type { RegionStatus } from '../scan/scan.types.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../time/clock.js';
import { describeRoute } from './describe-route.js';
import { explainResolution } from './explain-resolution.js';
import { isSourceAllowed, judgeCandidate } from './judge-candidate.js';
import type { LatencyBuckets, LatencyRank } from './latency-buckets.js';
import { LatencyRanking } from './latency-ranking.js';
import { ModelNames } from './model-names.js';
import { ModelNotFoundError } from './model-not-found.error.js';
import { compareNames, compareRanks, rankOf, type RouteRank } from './rank-routes.js';
import { type RouteCandidate, routeCandidates } from './route-candidates.js';
import { type ResolvedConstraints, resolveConstraints } from './route-constraints.js';
import { RouteHealth } from './route-health.js';
import type { RejectedRoute, Resolution, Route, RouteConstraints } from './route.types.js';

/** A route with what failover needs to know of it. */
export interface RankedRoute {
  readonly key: string;
  readonly route: Route;
  readonly rank: RouteRank;
}

export interface Ranking {
  readonly resolution: Resolution;
  /** The routes of the resolution, in its order. */
  readonly ranked: readonly RankedRoute[];
}

/** What the inventories know, with what was derived from it. */
interface Known {
  readonly models: ModelIndex | undefined;
  readonly profiles: ProfileIndex | undefined;
  readonly subjects: LruMap<string, Subject>;
  readonly candidates: Map<string, readonly RouteCandidate[]>;
  names?: ModelNames;
}

/** What an id names: a model, and a profile if it is that of one. */
interface Subject {
  readonly modelId: string;
  readonly profileId?: string;
}

interface Cached {
  readonly ranking: Ranking;
  readonly validity: Validity;
  readonly buckets: LatencyBuckets;
  readonly bucketsVersion: number;
}

/** What holds for all rankings of a moment. */
interface Moment {
  readonly now: number;
  readonly models: ReadonlyMap<string, RegionStatus>;
  readonly profiles: ReadonlyMap<string, RegionStatus>;
  /** Regions with an operation that failed or was not asked. */
  readonly unanswered: readonly string[];
  /** Routes as described already, for rankings under other constraints. */
  readonly described: Map<RouteCandidate, Map<string, Described>>;
  readonly validity: Validity;
}

interface Described {
  readonly latency: LatencyRank;
  readonly route: Route;
}

/** Versions of all that something rests on; while they are the same, so is it. */
type Validity = readonly unknown[];

const MAX_RANKINGS = 100;
const MAX_NAMES = 1_000;
/** Ages and days in a ranking may be this old. */
const MAX_AGE_MS = 1_000;

/** Finds and ranks the routes to a model from what is known; does no input or output once anything is. */
@Injectable()
export class RouteResolver {
  readonly health: RouteHealth;
  readonly #latencies: LatencyRanking;
  readonly #rankings = new LruMap<string, Cached>(MAX_RANKINGS);
  #known: Known | undefined;
  #moment: Moment | undefined;
  /** What an earlier run knew of access is with the first answer already. */
  #accessLoaded = false;

  constructor(
    private readonly models: ModelInventory,
    private readonly profiles: ProfileInventory,
    private readonly access: ModelAccessService,
    latencies: LatencyTracker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {
    this.health = new RouteHealth(clock);
    this.#latencies = new LatencyRanking(latencies, clock);
  }

  /**
   * @throws InvalidArgumentError for constraints that make no sense; InventoryUnavailableError if nothing is known;
   * ModelNotFoundError for what names no known model
   */
  async rank(id: string, constraints: RouteConstraints): Promise<Ranking> {
    const key = `${id}\n${JSON.stringify(constraints)}`;
    const known = await this.#inventories();
    if (!this.#accessLoaded) {
      await this.access.load();
      this.#accessLoaded = true;
    }
    const validity = this.#validity(known);
    const cached = this.#rankings.get(key);
    if (cached !== undefined && isSame(cached.validity, validity)) {
      const { buckets, bucketsVersion, ranking } = cached;
      if (this.#latencies.of(ranking.resolution.modelId) === buckets && buckets.version === bucketsVersion) {
        return ranking;
      }
    }
    const resolved = resolveConstraints(constraints, this.options.preferredRegions);
    const subject = this.#subjectOf(id, known);
    const buckets = this.#latencies.of(subject.modelId);
    const ranking = this.#rank(subject, known, resolved, this.#momentOf(validity), buckets);
    this.#rankings.set(key, { ranking, validity, buckets, bucketsVersion: buckets.version });
    return ranking;
  }

  // What is known

  async #inventories(): Promise<Known> {
    const [models, profiles] = [this.models.ready(), this.profiles.ready()];
    if (!(models instanceof Promise) && !(profiles instanceof Promise)) {
      return this.#knownFrom(models, profiles);
    }
    const [ofModels, ofProfiles] = await Promise.allSettled([models, profiles]);
    if (ofModels.status === 'rejected' && ofProfiles.status === 'rejected') {
      throw ofModels.reason;
    }
    return this.#knownFrom(
      ofModels.status === 'fulfilled' ? ofModels.value : undefined,
      ofProfiles.status === 'fulfilled' ? ofProfiles.value : undefined,
    );
  }

  #knownFrom(models: ModelIndex | undefined, profiles: ProfileIndex | undefined): Known {
    if (this.#known === undefined || this.#known.models !== models || this.#known.profiles !== profiles) {
      this.#known = { models, profiles, subjects: new LruMap(MAX_NAMES), candidates: new Map() };
    }
    return this.#known;
  }

  /** All that a ranking depends on, but for latencies. */
  #validity(known: Known): Validity {
    return [
      known,
      this.models.revision,
      this.profiles.revision,
      this.access.version,
      this.health.version,
      Math.floor(this.clock.now() / MAX_AGE_MS),
    ];
  }

  #momentOf(validity: Validity): Moment {
    if (this.#moment === undefined || !isSame(this.#moment.validity, validity)) {
      const [models, profiles] = [this.models.statuses(), this.profiles.statuses()];
      const unanswered = [...models, ...profiles].filter(({ status }) => status !== 'ok');
      this.#moment = {
        now: this.clock.now(),
        models: new Map(models.map((status) => [status.region, status])),
        profiles: new Map(profiles.map((status) => [status.region, status])),
        unanswered: [...new Set(unanswered.map(({ region }) => region))].sort(),
        described: new Map(),
        validity,
      };
    }
    return this.#moment;
  }

  // What an id names

  #subjectOf(id: string, known: Known): Subject {
    const remembered = known.subjects.get(id);
    if (remembered !== undefined) {
      return remembered;
    }
    const subject = this.#find(id.trim(), known);
    known.subjects.set(id, subject);
    return subject;
  }

  #find(idOrArn: string, known: Known): Subject {
    const { models, profiles } = known;
    const { id, kind, region } = parseReference(idOrArn);
    const isModel = (modelId: string): boolean =>
      models?.byId.has(modelId) === true || profiles?.byModel.has(modelId) === true;
    if (kind !== 'profile' && isModel(id)) {
      return { modelId: id };
    }
    const wrapped = profiles && kind !== 'model' ? modelOf(profiles, id, region) : undefined;
    if (wrapped !== undefined) {
      return { modelId: wrapped, profileId: id };
    }
    // A profile that no region lists, as guessed ids are: its model is known, and no route leads through it.
    const guessed = withoutGeography(id);
    if (kind !== 'model' && guessed !== id && isModel(guessed)) {
      return { modelId: guessed, profileId: id };
    }
    known.names ??= new ModelNames([...(models?.models ?? []), ...onlyWrapped(models, profiles)]);
    const match = known.names.match(id);
    if ('modelId' in match) {
      return match;
    }
    const unknown = this.models.statuses().filter(({ scannedAt }) => scannedAt === undefined);
    throw new ModelNotFoundError(
      idOrArn,
      match.nearest,
      match.ambiguous,
      unknown.map((status) => status.region),
    );
  }

  // Which routes there are

  #rank(
    subject: Subject,
    inventories: Known,
    constraints: ResolvedConstraints,
    moment: Moment,
    buckets: LatencyBuckets,
  ): Ranking {
    const asksForAccess = this.options.access.mode !== 'off';
    const lawful: (RankedRoute & { candidate: RouteCandidate })[] = [];
    const rejected: RejectedRoute[] = [];
    // Constraints that a route's description speaks of.
    const frame = `${constraints.residencyName}\n`;
    for (const candidate of this.#candidatesOf(subject.modelId, inventories)) {
      const { key, region, invocationId, modelId } = candidate;
      const access = this.access.stateOf(modelId, region, invocationId);
      const listing = moment[candidate.listing].get(region);
      const state = { access, ageMs: listing?.ageMs ?? 0 };
      const rejection = judgeCandidate(candidate, constraints, state, moment.now, subject.profileId);
      if (rejection !== undefined) {
        rejected.push(Object.freeze({ region, invocationId, ...rejection }));
        continue;
      }
      const latency = buckets.of(region);
      const ailing = this.#ailing(candidate);
      const health = ailing === undefined ? 'good' : this.health.grade(ailing);
      const rank = rankOf(candidate, { access, health, bucket: latency.bucket }, constraints, { asksForAccess });
      const place = rank.preferred === constraints.preferredRegions.length ? frame : `${frame}${rank.preferred}`;
      const describedFor = descriptionsOf(candidate, moment);
      const known = describedFor.get(place);
      let route = known?.route;
      if (route === undefined || known?.latency !== latency) {
        const trouble = ailing === undefined ? undefined : this.health.explain(ailing);
        const facts = { ...state, latency, trouble, stale: listing?.failure !== undefined };
        route = describeRoute(candidate, facts, constraints, moment.now);
        describedFor.set(place, { latency, route });
      }
      lawful.push({ key, candidate, rank, route });
    }
    lawful.sort((a, b) => compareRanks(a.rank, b.rank) || compareNames(a.candidate, b.candidate));
    return {
      ranked: lawful,
      resolution: new RouteResolution(
        subject.modelId,
        lawful.map(({ route }) => route),
        rejected,
        unknownRegions(moment, constraints),
      ),
    };
  }

  #candidatesOf(modelId: string, { candidates, models, profiles }: Known): readonly RouteCandidate[] {
    const known = candidates.get(modelId) ?? routeCandidates(modelId, models, profiles);
    candidates.set(modelId, known);
    return known;
  }

  /** What keeps a route from being in good health: itself, or its region that cannot be reached. */
  #ailing({ key, region }: RouteCandidate): string | undefined {
    const [own, regional] = [this.health.grade(key), this.health.grade(region)];
    if (regional !== 'good' && own !== 'resting') {
      return region;
    }
    return own === 'good' ? undefined : key;
  }
}

function descriptionsOf(candidate: RouteCandidate, { described }: Moment): Map<string, Described> {
  const known = described.get(candidate) ?? new Map<string, Described>();
  described.set(candidate, known);
  return known;
}

function isSame(a: Validity, b: Validity): boolean {
  return a.every((part, index) => part === b[index]);
}

class RouteResolution implements Resolution {
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

/** Models that profiles wrap and no region's list of models has. */
function onlyWrapped(models: ModelIndex | undefined, profiles: ProfileIndex | undefined) {
  return [...(profiles?.byModel.keys() ?? [])]
    .filter((modelId) => models?.byId.has(modelId) !== true)
    .map((modelId) => ({ modelId, modelName: modelId, providerName: '' }));
}

/**
 * Regions that may be called and did not answer, or were not asked, for something that matters: by their worse operation.
 */
function unknownRegions({ models, profiles, unanswered }: Moment, constraints: ResolvedConstraints): RegionStatus[] {
  const { via, sourceRegions, applicationProfile } = constraints;
  const onDemand = applicationProfile === undefined && via?.has('on-demand') !== false;
  const throughProfiles = via === undefined || via.has('system-profile') || via.has('application-profile');
  const mattering = [...(onDemand ? [models] : []), ...(throughProfiles ? [profiles] : [])];
  const neverScanned = [...(sourceRegions ?? [])].filter((region) => !models.has(region));
  return [...unanswered, ...neverScanned].flatMap((region) => {
    const unknown = mattering
      .map((statuses) => statuses.get(region) ?? notScanned(region))
      .filter(({ status }) => status !== 'ok' && isSourceAllowed(region, constraints));
    return unknown.find(({ scannedAt }) => scannedAt === undefined) ?? unknown.slice(0, 1);
  });
}

function notScanned(region: string): RegionStatus {
  return Object.freeze({ region, status: 'pending', stale: false, count: 0 });
}
