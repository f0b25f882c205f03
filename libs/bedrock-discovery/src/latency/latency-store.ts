import { Inject, Injectable } from '@nestjs/common';
import type { AttemptTiming } from '../aws/transport/timing.js';
import { AccountScope } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { InvalidArgumentError } from '../errors/errors.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { ageOf, type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { isText } from '../util/guards.js';
import { addSample, isAverage, type MovingAverage, type SampleGrade, type Smoothing } from './moving-average.js';

/**
 * What is known of the way to one region.
 *
 * @publicApi
 */
export interface RegionLatency {
  /** Its name. */
  readonly region: string;
  /** Smoothed round trip of the control plane, in milliseconds. */
  readonly latencyMs?: number;
  /** Smoothed time to first byte of real calls, in milliseconds. */
  readonly runtimeMs?: number;
  /** Samples that were taken into account for both averages. */
  readonly samples: number;
  /** Calls that failed or were throttled. */
  readonly failures: number;
  /** When the last sample was taken that counts by now, ISO 8601. */
  readonly updatedAt?: string;
}

/**
 * One observation of a call to a region.
 *
 * @publicApi
 */
export interface LatencySample {
  /** Milliseconds from the request being written to the first byte of the answer. Counts only where the call succeeded. */
  latencyMs?: number;
  /** @default 'ok' */
  outcome?: 'ok' | 'failed' | 'throttled';
  /** `control`: listing and probing; `runtime`: real calls of models. They are never mixed. @default 'control' */
  plane?: 'control' | 'runtime';
  /** Base id of the model that a real call went to. Routes to a model are ranked by its own calls, where it is given. */
  modelId?: string;
}

/** What a region is ranked by for one model, in milliseconds. */
export interface LatencyReading {
  /** Smoothed round trip of the control plane. */
  readonly roundTripMs: number | undefined;
  /** Smoothed time to first byte of real calls, where there are enough recent ones. */
  readonly firstByteMs: number | undefined;
}

/** Fewer real calls than this may have been chance. */
const RUNTIME_MIN_SAMPLES = 3;
/** A region that was slow once and is avoided since must get another chance. */
const RUNTIME_MAX_AGE_MS = 3_600_000;
/** Estimates move a little with each refresh, and a run that ends in order saves them then. */
const SAVE_EVERY_MS = 6 * 3_600_000;

interface Track {
  /** Of real calls by the model that they went to, and of those of which that is not known. */
  readonly models?: Readonly<Record<string, MovingAverage>>;
  readonly unattributed?: MovingAverage;
  readonly control?: MovingAverage;
  readonly runtime?: MovingAverage;
  readonly failures: number;
}

/** The latencies behind `LatencyTracker`, with what the library itself needs of them. */
@Injectable()
export class LatencyStore {
  readonly #smoothing: Smoothing;
  /** Elsewhere regions are as far away as they are from there. */
  readonly #isShared: boolean;
  readonly #key: () => Promise<string>;
  #loading: Promise<void> | undefined;
  readonly #tracks = new Map<string, Track>();
  /** What is kept of these is forgotten as well. */
  readonly #forgotten = new Set<string>();
  /** A copy of the tracks, until they change. */
  #shown: ReadonlyMap<string, Track> | undefined;
  #saved = this.current;
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly cache: TieredCache,
    owner: AccountScope,
    private readonly reporter: Reporter,
  ) {
    this.#smoothing = { weight: options.latency.smoothing, halfLifeMs: options.latency.halfLifeMs };
    const { location } = options;
    this.#isShared = location !== undefined;
    this.#key = async () => ['latency', await owner.network(), location].filter(isText).join('/');
  }

  /**
   * Takes one observation into account.
   *
   * @throws InvalidArgumentError if `latencyMs` is not a number of at least 0.
   */
  record(region: string, sample: LatencySample): void {
    const { latencyMs, outcome = 'ok', plane = 'control', modelId } = sample;
    if (latencyMs !== undefined && !(Number.isFinite(latencyMs) && latencyMs >= 0)) {
      throw new InvalidArgumentError(`latencyMs must be a number of at least 0, got ${String(latencyMs)}.`);
    }
    this.#update(region, (track) => {
      if (outcome !== 'ok') {
        return { ...track, failures: track.failures + 1 };
      }
      if (latencyMs === undefined) {
        return track;
      }
      return plane === 'control'
        ? this.#sampled(track, plane, latencyMs, 'warm')
        : this.#called(track, latencyMs, modelId);
    });
  }

  /**
   * An attempt of the control plane timed at the transport. Those taken while the event loop lagged are dropped
   * as soon as there is a better one.
   */
  recordAttempt(region: string, timing: AttemptTiming | undefined): void {
    if (timing !== undefined) {
      const grade = timing.reliable ? (timing.cold ? 'cold' : 'warm') : 'lagging';
      this.#update(region, (track) => this.#sampled(track, 'control', timing.latencyMs, grade));
    }
  }

  get(region: string): RegionLatency | undefined {
    const track = this.#tracks.get(region);
    return track && toRegionLatency(region, track);
  }

  /** Fastest first by the smoothed round trip of the control plane; unmeasured last, and ties, in the given order. */
  sortRegions(regions: Iterable<string>): string[] {
    return [...regions].sort((a, b) => compare(this.roundTripMs(a), this.roundTripMs(b)));
  }

  /** All that is known, fastest first. */
  snapshot(): readonly RegionLatency[] {
    return this.sortRegions([...this.#tracks.keys()].sort()).map((region) =>
      toRegionLatency(region, this.#tracks.get(region) as Track),
    );
  }

  /** Forgets one region, or all. */
  clear(region?: string): void {
    for (const name of region === undefined ? [...this.#tracks.keys()] : [region]) {
      this.#tracks.delete(name);
      this.#forgotten.add(name);
    }
    this.#shown = undefined;
  }

  /** All that is known now: another object whenever any of it has changed. */
  get current(): ReadonlyMap<string, Track> {
    this.#shown ??= new Map(this.#tracks);
    return this.#shown;
  }

  /**
   * What routes to a model are ranked by. Real calls count once there are enough, and the last is not too old:
   * those of the model itself, else those of which it is not known where they went to.
   */
  readings(modelId: string): Map<string, LatencyReading> {
    const readings = new Map<string, LatencyReading>();
    for (const [region, { control, models, unattributed }] of this.#tracks) {
      const calls = [models?.[modelId], unattributed].find((each) => this.#isEnough(each));
      readings.set(region, { roundTripMs: control?.value, firstByteMs: calls?.value });
    }
    return readings;
  }

  /** Time to first byte of a model's own recent calls, where there are enough: that of its slowest region. */
  slowestFirstByteMs(modelId: string): number | undefined {
    const values = [...this.#tracks.values()].flatMap(({ models }) => {
      const calls = models?.[modelId];
      return calls !== undefined && this.#isEnough(calls) ? [calls.value] : [];
    });
    return values.length === 0 ? undefined : Math.max(...values);
  }

  /** Brings back what an earlier run measured; what was measured since is kept. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Keeps what is known for the next run, if it changed. */
  async save(): Promise<void> {
    if (this.#saved !== this.#shown) {
      await this.load();
      const merge = (stored: unknown): object => {
        this.#adopt(stored);
        return Object.fromEntries(this.#tracks);
      };
      this.#saved = this.current;
      this.#savedAt = this.clock.now();
      await this.cache.merge(await this.#key(), merge, { shared: this.#isShared });
    }
  }

  /** As {@link save}, where a run that ends without notice would lose more than a few hours of smoothing. */
  async saveNowAndThen(): Promise<void> {
    const isKept = [...this.#tracks.keys()].every((region) => this.#saved.has(region));
    return isKept && ageOf(this.#savedAt, this.clock.now()) < SAVE_EVERY_MS ? undefined : this.save();
  }

  async #load(): Promise<void> {
    const count = this.#adopt(await this.cache.get<unknown>(await this.#key(), { shared: this.#isShared }));
    this.#saved = this.current;
    this.#savedAt = this.clock.now();
    this.reporter
      .logger('LatencyTracker')
      .debug('latencies-remembered', `${count} region latencies remembered.`, { count });
  }

  /** Takes over what was kept of regions of which nothing is known; how many are kept is returned. */
  #adopt(stored: unknown): number {
    const kept = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
    for (const [region, track] of kept) {
      if (isTrack(track) && !this.#tracks.has(region) && !this.#forgotten.has(region)) {
        this.#set(region, track);
      }
    }
    return kept.length;
  }

  #update(region: string, change: (track: Track) => Track): void {
    this.#set(region, change(this.#tracks.get(region) ?? { failures: 0 }));
  }

  #set(region: string, track: Track): void {
    this.#tracks.set(region, track);
    this.#shown = undefined;
  }

  #sampled(track: Track, plane: 'control' | 'runtime', value: number, grade: SampleGrade): Track {
    const sample = { value, at: this.clock.now(), grade };
    return { ...track, [plane]: addSample(track[plane], sample, this.#smoothing) };
  }

  #called(track: Track, value: number, modelId: string | undefined): Track {
    const all = this.#sampled(track, 'runtime', value, 'warm');
    const sample = { value, at: this.clock.now(), grade: 'warm' } as const;
    if (modelId === undefined) {
      return { ...all, unattributed: addSample(track.unattributed, sample, this.#smoothing) };
    }
    const former =
      track.models !== undefined && Object.hasOwn(track.models, modelId) ? track.models[modelId] : undefined;
    return { ...all, models: { ...track.models, [modelId]: addSample(former, sample, this.#smoothing) } };
  }

  #isEnough(calls: MovingAverage | undefined): boolean {
    return (
      calls !== undefined &&
      calls.samples >= RUNTIME_MIN_SAMPLES &&
      ageOf(calls.at, this.clock.now()) <= RUNTIME_MAX_AGE_MS
    );
  }

  /** Smoothed, of the control plane, in milliseconds; infinity where nothing is known. */
  roundTripMs(region: string): number {
    return this.#tracks.get(region)?.control?.value ?? Number.POSITIVE_INFINITY;
  }
}

/** `Infinity - Infinity` is not a number, hence no subtraction. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function toRegionLatency(region: string, { control, runtime, failures }: Track): RegionLatency {
  const at = Math.max(control?.at ?? 0, runtime?.at ?? 0);
  return Object.freeze({
    region,
    ...(control && { latencyMs: control.value }),
    ...(runtime && { runtimeMs: runtime.value }),
    samples: (control?.samples ?? 0) + (runtime?.samples ?? 0),
    failures,
    ...(at > 0 && { updatedAt: new Date(at).toISOString() }),
  });
}

function areAverages(values: object | null): boolean {
  return values !== null && Object.values(values).every(isAverage);
}

function isTrack(value: unknown): value is Track {
  const track = value as Partial<Track> | null;
  return (
    typeof track === 'object' &&
    track !== null &&
    Number.isSafeInteger(track.failures) &&
    [track.control, track.runtime, track.unattributed].every(
      (average) => average === undefined || isAverage(average),
    ) &&
    (track.models === undefined || (typeof track.models === 'object' && areAverages(track.models)))
  );
}
