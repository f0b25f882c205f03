import { Inject, Injectable } from '@nestjs/common';
import { ModelAccessService } from '../access/model-access.service.js';
import { RouteInventory, type Subject } from '../catalog/catalog.js';
import type { RouteCandidate } from '../catalog/invocation-paths.js';
import type { ModelIndex } from '../catalog/models/model-index.js';
import { ModelInventory } from '../catalog/models/model-inventory.js';
import type { ProfileIndex } from '../catalog/profiles/profile-index.js';
import { ProfileInventory } from '../catalog/profiles/profile-inventory.js';
import { InvalidArgumentError, ModelNotFoundError } from '../errors/errors.js';
import { LatencyTracker } from '../latency/latency-tracker.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../util/clock.js';
import { LruMap } from '../util/lru-map.js';
import { RouteHealth } from './circuit-breaker.js';
import { resolveConstraints, type ResolvedConstraints } from './constraints.js';
import { judgeCandidate, type RegionStatuses, regionStatuses, unknownRegions } from './eligibility.js';
import { describeRoute, RouteResolution } from './explanation.js';
import {
  compareNames,
  compareRanks,
  type LatencyBuckets,
  type LatencyRank,
  LatencyRanking,
  rankOf,
  type RouteRank,
} from './ranking.js';
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

interface Cached {
  readonly ranking: Ranking;
  readonly validity: Validity;
  readonly buckets: LatencyBuckets;
  readonly bucketsVersion: number;
}

/** What holds for all rankings of a moment. */
interface Moment extends RegionStatuses {
  readonly now: number;
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
/** Ages and days in a ranking may be this old. */
const MAX_AGE_MS = 1_000;

/** Finds and ranks the routes to a model from what is known; does no input or output once anything is. */
@Injectable()
export class RouteResolver {
  readonly health: RouteHealth;
  readonly #latencies: LatencyRanking;
  readonly #rankings = new LruMap<string, Cached>(MAX_RANKINGS);
  #known: RouteInventory | undefined;
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
    const key = keyOf(id, constraints);
    const known = await this.#inventories();
    if (!this.#accessLoaded) {
      await this.access.load();
      this.#accessLoaded = true;
    }
    const validity = this.#validity(known);
    const cached = key === undefined ? undefined : this.#rankings.get(key);
    if (cached !== undefined && isSame(cached.validity, validity)) {
      const { buckets, bucketsVersion, ranking } = cached;
      if (this.#latencies.of(ranking.resolution.modelId) === buckets && buckets.version === bucketsVersion) {
        return ranking;
      }
    }
    const resolved = resolveConstraints(constraints, this.options.preferredRegions);
    const subject = this.#subjectOf(id, known);
    refuseTwoProfiles(subject, resolved);
    const buckets = this.#latencies.of(subject.modelId);
    const ranking = this.#rank(subject, known, resolved, this.#momentOf(validity), buckets);
    if (key !== undefined) {
      this.#rankings.set(key, { ranking, validity, buckets, bucketsVersion: buckets.version });
    }
    return ranking;
  }

  // What is known

  async #inventories(): Promise<RouteInventory> {
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

  #knownFrom(models: ModelIndex | undefined, profiles: ProfileIndex | undefined): RouteInventory {
    if (this.#known === undefined || this.#known.models !== models || this.#known.profiles !== profiles) {
      this.#known = new RouteInventory(models, profiles);
    }
    return this.#known;
  }

  /** All that a ranking depends on, but for latencies. */
  #validity(known: RouteInventory): Validity {
    return [
      known,
      this.models.states,
      this.profiles.states,
      this.access.version,
      this.health.version,
      Math.floor(this.clock.now() / MAX_AGE_MS),
    ];
  }

  #momentOf(validity: Validity): Moment {
    if (this.#moment === undefined || !isSame(this.#moment.validity, validity)) {
      this.#moment = {
        ...regionStatuses(this.models.statuses(), this.profiles.statuses()),
        now: this.clock.now(),
        described: new Map(),
        validity,
      };
    }
    return this.#moment;
  }

  #subjectOf(id: string, known: RouteInventory): Subject {
    const subject = known.subjectOf(id);
    if ('modelId' in subject) {
      return subject;
    }
    const unknown = this.models.statuses().filter(({ scannedAt }) => scannedAt === undefined);
    throw new ModelNotFoundError(
      id,
      subject.nearest,
      subject.ambiguous,
      unknown.map((status) => status.region),
    );
  }

  // Which routes there are

  #rank(
    subject: Subject,
    inventories: RouteInventory,
    constraints: ResolvedConstraints,
    moment: Moment,
    buckets: LatencyBuckets,
  ): Ranking {
    const asksForAccess = this.options.access.mode !== 'off';
    const lawful: (RankedRoute & { candidate: RouteCandidate })[] = [];
    const rejected: RejectedRoute[] = [];
    // Constraints that a route's description speaks of.
    const frame = `${constraints.residencyName}\n`;
    for (const candidate of inventories.candidatesOf(subject.modelId)) {
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

  /** What keeps a route from being in good health: itself, or its region that cannot be reached. */
  #ailing({ key, region }: RouteCandidate): string | undefined {
    const [own, regional] = [this.health.grade(key), this.health.grade(region)];
    if (regional !== 'good' && own !== 'resting') {
      return region;
    }
    return own === 'good' ? undefined : key;
  }
}

/** One key for one question; none for what JSON leaves out or cannot hold, which is no constraint and is to be refused. */
function keyOf(id: string, constraints: RouteConstraints): string | undefined {
  const isData = Object.values(constraints ?? {}).every(
    (value: unknown) => !['function', 'symbol', 'bigint'].includes(typeof value),
  );
  return isData ? `${id}\n${JSON.stringify(constraints)}` : undefined;
}

function refuseTwoProfiles({ profileId }: Subject, { applicationProfile }: ResolvedConstraints): void {
  if (profileId !== undefined && applicationProfile !== undefined && profileId !== applicationProfile) {
    throw new InvalidArgumentError(
      `The id names the profile ${profileId}, and applicationProfile another: ${applicationProfile}. Name the model by its own id.`,
    );
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
