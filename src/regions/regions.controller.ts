import { All, Controller, Get, Query } from '@nestjs/common';
import { LatencyTracker } from 'nestjs-bedrock-discovery';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { retryAfter } from '../problems/retry-after.js';
import { oneOf } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { type RegionOverview, RegionOverviews } from './region-overviews.js';

export type { RegionOverview };

const PARAMETERS = { sort: oneOf('latency', 'name') };

@Controller('regions')
export class RegionsController {
  constructor(
    private readonly overviews: RegionOverviews,
    private readonly latencies: LatencyTracker,
  ) {}

  /** Never waits for AWS: it is where to look when something does not answer. */
  @Get()
  list(@Query() query: unknown): readonly RegionOverview[] {
    const { sort = 'latency' } = readParameters(query, PARAMETERS);
    const regions = this.overviews.all();
    if (regions.length === 0) {
      const detail = 'The account has not said yet which regions it has enabled. Ask again in a few seconds.';
      throw new ProblemError('INVENTORY_UNAVAILABLE', detail, { headers: retryAfter([]) });
    }
    if (sort === 'name') {
      return regions;
    }
    const byName = new Map(regions.map((overview) => [overview.region, overview]));
    return this.latencies.sortRegions(byName.keys()).flatMap((region) => byName.get(region) ?? []);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
