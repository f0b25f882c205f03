import { All, Controller, Get, Query } from '@nestjs/common';
import { LatencyTracker } from 'nestjs-bedrock-discovery';
import { retryAfter } from 'nestjs-bedrock-discovery/http';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample, listOf } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { oneOf } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { REGION_EXAMPLE, REGION_OVERVIEW } from './region.schemas.js';
import { type RegionOverview, RegionOverviews } from './region-overviews.js';

export type { RegionOverview };

const PARAMETERS = { sort: oneOf('latency', 'name'), ...PAGE_PARAMETERS };

@Controller('regions')
export class RegionsController {
  constructor(
    private readonly overviews: RegionOverviews,
    private readonly latencies: LatencyTracker,
    private readonly answers: Answers,
  ) {}

  /** Never waits for AWS: it is where to look when something does not answer. */
  @Get()
  @ApiEndpoint('GET /regions', {
    query: PARAMETERS,
    about: { sort: 'Fastest first, or by name.', ...PAGE_PARAMETERS_ABOUT },
    answer: listOf('RegionList', REGION_OVERVIEW),
    example: listExample(REGION_EXAMPLE),
    problems: ['INVENTORY_UNAVAILABLE'],
  })
  list(@Query() query: unknown): Promise<ListAnswer<RegionOverview>> {
    const { sort = 'latency', ...page } = readParameters(query, PARAMETERS);
    const regions = this.overviews.all();
    if (regions.length === 0) {
      const detail = 'The account has not said yet which regions it has enabled. Ask again in a few seconds.';
      throw new ProblemError('INVENTORY_UNAVAILABLE', detail, { headers: retryAfter([]) });
    }
    const byName = new Map(regions.map((overview) => [overview.region, overview]));
    const sorted =
      sort === 'name'
        ? regions
        : this.latencies.sortRegions(byName.keys()).flatMap((region) => byName.get(region) ?? []);
    return this.answers.list(sorted, ({ region }) => region, page);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
