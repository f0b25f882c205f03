import type { AccessState } from '../access/access.types.js';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import type { LatencyTracker } from '../latency/latency-tracker.js';
import type { LatencyReading } from '../latency/latency.types.js';
import type { Clock } from '../util/clock.js';
import { LruMap } from '../util/lru-map.js';
import type { CircuitState } from './circuit-breaker.js';
import type { ResolvedConstraints } from './constraints.js';

/** What an eligible path is ranked by, most important first; less is better. */
export interface RouteRank {
  readonly access: number;
  readonly preferred: number;
  /** Of its circuit. */
  readonly health: number;
  /** Whether its region's last scan has failed. */
  readonly outdated: number;
  readonly latency: number;
  readonly preference: number;
}

const ACCESS_RANK: Readonly<Record<AccessState, number>> = {
  observed: 0,
  available: 0,
  unknown: 1,
  obtainable: 2,
  denied: 3,
};
const CIRCUIT_RANK: Readonly<Record<CircuitState, number>> = { closed: 0, failing: 1, open: 2 };

export function rankOf(
  path: InvocationPath,
  state: { access: AccessState; circuit: CircuitState; outdated: boolean; bucket: number },
  constraints: ResolvedConstraints,
  { asksForAccess }: { asksForAccess: boolean },
): RouteRank {
  const preferred = constraints.preferredRegions.indexOf(path.region);
  return {
    // Where nobody asks, what happened to be called first must not go before what is preferred.
    access: state.access === 'unknown' && !asksForAccess ? ACCESS_RANK.available : ACCESS_RANK[state.access],
    preferred: preferred === -1 ? constraints.preferredRegions.length : preferred,
    health: CIRCUIT_RANK[state.circuit],
    outdated: state.outdated ? 1 : 0,
    latency: state.bucket,
    preference: preferenceOf(path, constraints),
  };
}

/**
 * The order of routes, a law: access, then the caller's preferred regions, then regions whose last scan has not failed, then circuits, then latency in
 * buckets, and what
 * `prefer` says. Routes for which this is 0 are equal: they share load, and are listed by name.
 */
export function compareRanks(a: RouteRank, b: RouteRank): number {
  return (
    a.access - b.access ||
    a.preferred - b.preferred ||
    a.outdated - b.outdated ||
    a.health - b.health ||
    difference(a.latency, b.latency) ||
    difference(a.preference, b.preference)
  );
}

/** By region, then by invocation id; total, since no two paths have both in common. */
export function compareNames(a: InvocationPath, b: InvocationPath): number {
  return compareTexts(a.region, b.region) || compareTexts(a.invocationId, b.invocationId);
}

function preferenceOf(
  { destinations, via }: InvocationPath,
  { prefer, applicationProfile, via: wanted }: ResolvedConstraints,
): number {
  // Its calls are billed to its tags: it is never first unasked.
  const unasked = via === 'application-profile' && applicationProfile === undefined && wanted?.has(via) !== true;
  const spread = destinations === 'global' ? Number.POSITIVE_INFINITY : destinations.length;
  switch (prefer) {
    case 'latency':
      return unasked ? 1 : 0;
    case 'single-region':
      return spread === Number.POSITIVE_INFINITY ? spread : spread * 2 + (unasked ? 1 : 0);
    case 'throughput':
      return spread === Number.POSITIVE_INFINITY ? -spread : -spread * 2 + (unasked ? 1 : 0);
  }
}

/** `Infinity - Infinity` is not a number. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What a region is ranked by. */
export interface LatencyRank {
  /** Regions of one bucket count as equally fast. */
  readonly bucket: number;
  readonly latencyMs?: number;
  readonly from: 'first-byte' | 'round-trip' | 'nothing';
}

const UNMEASURED: LatencyRank = Object.freeze({ bucket: Number.POSITIVE_INFINITY, from: 'nothing' });
/** Differences of a few milliseconds never matter; beyond, a bucket spans about a quarter of the latency. */
const SCALE_MS = 10;
const RATIO = 1.25;
/** How far a latency must be beyond the bounds of its region's bucket, as a share of a bucket, before the region leaves it. */
const HYSTERESIS = 0.35;

/**
 * Sorts regions into classes of latency that do not flicker: a region leaves its bucket only when its latency is clearly
 * outside, so that the ranking changes only for a real difference.
 *
 * Where real calls were timed in a region, their time to first byte counts, else the round trip. With two or more regions
 * timed by real calls, the least difference between both is what the models themselves take, and regions without such
 * calls are given it on top of their round trip; with fewer, nothing tells whether a region or its models are slow.
 */
export class LatencyBuckets {
  #ranks = new Map<string, LatencyRank>();
  #version = 0;

  /** Changes whenever a region has moved to another bucket. */
  get version(): number {
    return this.#version;
  }

  of(region: string): LatencyRank {
    return this.#ranks.get(region) ?? UNMEASURED;
  }

  /** Takes over what is known now. */
  update(readings: ReadonlyMap<string, LatencyReading>): void {
    const modelMs = modelShare([...readings.values()]);
    const ranks = new Map<string, LatencyRank>();
    for (const [region, reading] of readings) {
      const { roundTripMs, firstByteMs } = reading;
      const former = this.#ranks.get(region)?.bucket;
      const expectedMs = firstByteMs ?? (roundTripMs === undefined ? undefined : roundTripMs + modelMs);
      const bucket = expectedMs === undefined ? Number.POSITIVE_INFINITY : bucketOf(expectedMs, former);
      const latencyMs = firstByteMs ?? roundTripMs;
      ranks.set(region, {
        bucket,
        ...(latencyMs !== undefined && { latencyMs }),
        from: firstByteMs !== undefined ? 'first-byte' : roundTripMs !== undefined ? 'round-trip' : 'nothing',
      });
      if (bucket !== (former ?? Number.POSITIVE_INFINITY)) {
        this.#version += 1;
      }
    }
    if ([...this.#ranks.keys()].some((region) => !ranks.has(region))) {
      this.#version += 1;
    }
    this.#ranks = ranks;
  }
}

/** What the models take beyond the way there, at least; 0 where it cannot be told. */
function modelShare(readings: readonly LatencyReading[]): number {
  const shares = readings.flatMap(({ roundTripMs, firstByteMs }) =>
    roundTripMs === undefined || firstByteMs === undefined ? [] : [firstByteMs - roundTripMs],
  );
  return shares.length < 2 ? 0 : Math.max(0, Math.min(...shares));
}

/** @param former the bucket that the region is in, which it keeps while the latency is not clearly outside */
export function bucketOf(latencyMs: number, former?: number): number {
  const position = Math.log1p(latencyMs / SCALE_MS) / Math.log(RATIO);
  const inside = former !== undefined && position >= former - HYSTERESIS && position <= former + 1 + HYSTERESIS;
  return inside ? former : Math.floor(position);
}

interface Ranked {
  readonly buckets: LatencyBuckets;
  trackerVersion: number;
  at: number;
}

const MAX_MODELS = 1_000;
/** Latencies of real calls go out of date by themselves. */
const UPDATE_EVERY_MS = 60_000;

/** The regions by latency for each model: models differ in how long they take, and one must not be held against another. */
export class LatencyRanking {
  readonly #byModel = new LruMap<string, Ranked>(MAX_MODELS);

  constructor(
    private readonly latencies: Pick<LatencyTracker, 'version' | 'readings'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** As of now. */
  of(modelId: string): LatencyBuckets {
    const ranked = this.#byModel.getOrCreate(modelId, () => ({
      buckets: new LatencyBuckets(),
      trackerVersion: -1,
      at: Number.NEGATIVE_INFINITY,
    }));
    const now = this.clock.now();
    if (ranked.trackerVersion !== this.latencies.version || now - ranked.at >= UPDATE_EVERY_MS) {
      ranked.trackerVersion = this.latencies.version;
      ranked.at = now;
      ranked.buckets.update(this.latencies.readings(modelId));
    }
    return ranked.buckets;
  }
}
