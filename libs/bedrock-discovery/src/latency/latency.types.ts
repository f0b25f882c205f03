/**
 * What is known of the way to one region.
 *
 * @publicApi
 */
export interface RegionLatency {
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
