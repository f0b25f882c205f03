import { Injectable } from '@nestjs/common';
import {
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RegionLatency,
  type RegionStatus,
} from 'nestjs-bedrock-discovery';

export interface RegionOverview {
  readonly region: string;
  /** Outcome of listing models; absent where that was never to be asked. */
  readonly models?: RegionStatus;
  readonly profiles?: RegionStatus;
  /** Absent where it was never measured. */
  readonly latency?: RegionLatency;
}

/** What is known of each region. Never waits for AWS. */
@Injectable()
export class RegionOverviews {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly latencies: LatencyTracker,
  ) {}

  /** By name. */
  all(): readonly RegionOverview[] {
    const models = byRegion(this.models.getRegionStatuses());
    const profiles = byRegion(this.profiles.getRegionStatuses());
    return [...new Set([...models.keys(), ...profiles.keys()])].sort().map((region) => ({
      region,
      models: models.get(region),
      profiles: profiles.get(region),
      latency: this.latencies.get(region),
    }));
  }
}

function byRegion(statuses: readonly RegionStatus[]): ReadonlyMap<string, RegionStatus> {
  return new Map(statuses.map((status) => [status.region, status]));
}
