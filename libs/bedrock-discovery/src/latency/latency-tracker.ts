import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { timed } from '../aws/transport/timing.js';
import { classifyFailure } from '../errors/classify-failure.js';
import { AbortedError, InvalidArgumentError, RegionFailedError } from '../errors/errors.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { isRegionName, type RegionName } from '../regions/partitions.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { raceSignal, startDeadline } from '../util/deadline.js';
import { type LatencySample, LatencyStore, type RegionLatency } from './latency-store.js';

/**
 * Keeps each region's latency as a moving average that single spikes do not move, ranks regions by it and remembers it
 * between runs.
 *
 * @publicApi
 */
@Injectable()
export class LatencyTracker {
  /** @internal Nest makes it. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly store: LatencyStore,
    private readonly clients: AwsClientFactory,
  ) {}

  /**
   * Takes one observation into account.
   *
   * @throws InvalidArgumentError if `latencyMs` is not a number of at least 0.
   */
  record(region: RegionName, sample: LatencySample): void {
    this.store.record(region, sample);
  }

  /** What is known of the way to a region; undefined where nothing is. */
  get(region: RegionName): RegionLatency | undefined {
    return this.store.get(region);
  }

  /** Fastest first by the smoothed round trip of the control plane; unmeasured last, and ties, in the given order. */
  sortRegions(regions: Iterable<RegionName>): string[] {
    return this.store.sortRegions(regions);
  }

  /**
   * Measures a region now, by listing one inference profile.
   *
   * @throws RegionFailedError with the typed failure; AbortedError when `signal` ends it; InvalidArgumentError for what is
   * no name of a region.
   */
  async measure(region: RegionName, options: { signal?: AbortSignal } = {}): Promise<RegionLatency> {
    if (!isRegionName(region)) {
      throw new InvalidArgumentError(`region must be the name of a region such as eu-central-1, got '${region}'.`);
    }
    const deadline = startDeadline(this.clock, this.options.scan.regionTimeoutMs, { parent: options.signal });
    const { signal } = deadline;
    try {
      const { BedrockClient, ListInferenceProfilesCommand } = await bedrockSdk();
      const client = this.clients.getClient(BedrockClient, { region });
      const command = timed(new ListInferenceProfilesCommand({ maxResults: 1 }), {
        signal,
        onResponse: (timing, statusCode) => {
          if (statusCode < 300) {
            this.store.recordAttempt(region, timing);
          }
        },
      });
      await raceSignal(client.send(command, { abortSignal: signal }), signal);
    } catch (error) {
      if (options.signal?.aborted === true) {
        throw new AbortedError(options.signal);
      }
      this.record(region, { outcome: 'failed' });
      const at = new Date(this.clock.now()).toISOString();
      const failure = classifyFailure(error, { at, region, operation: 'ListInferenceProfiles' });
      throw new RegionFailedError(region, failure, { cause: error });
    } finally {
      deadline.end();
    }
    return this.get(region) ?? { region, samples: 0, failures: 0 };
  }

  /** All that is known, fastest first. */
  snapshot(): readonly RegionLatency[] {
    return this.store.snapshot();
  }

  /** Forgets one region, or all. */
  clear(region?: RegionName): void {
    this.store.clear(region);
  }
}
