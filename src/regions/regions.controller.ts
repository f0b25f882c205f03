import { All, Controller, Get, Query } from '@nestjs/common';
import {
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RegionLatency,
  type RegionStatus,
} from 'nestjs-bedrock-discovery';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { retryAfter } from '../problems/retry-after.js';
import { oneOf } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';

export interface RegionOverview {
  readonly region: string;
  /** Outcome of listing models; absent where that was never to be asked. */
  readonly models?: RegionStatus;
  readonly profiles?: RegionStatus;
  /** Absent where it was never measured. */
  readonly latency?: RegionLatency;
}

@Controller('regions')
export class RegionsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    private readonly latencies: LatencyTracker,
  ) {}

  /** Never waits for AWS: it is where to look when something does not answer. */
  @Get()
  list(@Query() query: unknown): readonly RegionOverview[] {
    const { sort = 'latency' } = readParameters(query, { sort: oneOf('latency', 'name') });
    const models = byRegion(this.models.getRegionStatuses());
    const profiles = byRegion(this.profiles.getRegionStatuses());
    const names = [...new Set([...models.keys(), ...profiles.keys()])].sort();
    if (names.length === 0) {
      const detail = 'The account has not said yet which regions it has enabled. Ask again in a few seconds.';
      throw new ProblemError('INVENTORY_UNAVAILABLE', detail, { headers: retryAfter([]) });
    }
    return (sort === 'name' ? names : this.latencies.sortRegions(names)).map((region) => ({
      region,
      models: models.get(region),
      profiles: profiles.get(region),
      latency: this.latencies.get(region),
    }));
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}

function byRegion(statuses: readonly RegionStatus[]): ReadonlyMap<string, RegionStatus> {
  return new Map(statuses.map((status) => [status.region, status]));
}
