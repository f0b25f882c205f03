import { All, Controller, Get, Query } from '@nestjs/common';
import { LatencyTracker } from 'nestjs-bedrock-discovery';
import { retryAfter } from 'nestjs-bedrock-discovery/http';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list } from '../openapi/schema.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { oneOf } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { REGION_EXAMPLE, REGION_OVERVIEW } from './region.schemas.js';
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
  @ApiEndpoint('GET /regions', {
    query: PARAMETERS,
    about: { sort: 'Fastest first, or by name.' },
    answer: list(REGION_OVERVIEW),
    example: [REGION_EXAMPLE],
    problems: ['INVENTORY_UNAVAILABLE'],
  })
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
