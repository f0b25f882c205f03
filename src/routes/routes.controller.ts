import { All, Controller, Get, Param, Query } from '@nestjs/common';
import { InvocationRouter } from 'nestjs-bedrock-discovery';
import { Answers } from '../lists/answers.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';
import { unlistedModel } from '../models/unlisted-model.js';
import { DiscoverySource } from '../source/discovery-source.js';
import type { ExplainedResolution } from './explained-resolution.js';
import { RESOLUTION, RESOLUTION_EXAMPLE } from './route.schemas.js';
import { constraintsFrom, ROUTE_PARAMETERS, ROUTE_PARAMETERS_ABOUT } from './route-parameters.js';

/** Where, and under which id, a model can be invoked. */
@Controller('models')
export class RoutesController {
  constructor(
    private readonly router: InvocationRouter,
    private readonly source: DiscoverySource,
    private readonly known: KnownRegions,
    private readonly answers: Answers,
  ) {}

  @Get('*id/route')
  @ApiEndpoint('GET /models/{id}/route', {
    id: 'An id, an ARN or a name, such as Claude Opus 4.7; those of a profile stand for routes through it alone.',
    query: ROUTE_PARAMETERS,
    about: ROUTE_PARAMETERS_ABOUT,
    answer: RESOLUTION,
    example: RESOLUTION_EXAMPLE,
    problems: ['MODEL_NOT_FOUND', 'INVENTORY_UNAVAILABLE'],
  })
  async routes(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<ExplainedResolution> {
    const parameters = readParameters(query, ROUTE_PARAMETERS, this.known.has);
    const constraints = constraintsFrom(parameters, this.source.preferredRegions);
    const resolution = await this.router.resolve(id, constraints);
    const { routes, rejected } = resolution;
    if (routes.length + rejected.length === 0) {
      throw await unlistedModel(this.router, id, resolution.unknownRegions);
    }
    return { ...resolution, text: resolution.explain(), provenance: await this.answers.provenance() };
  }

  @All('*id/route')
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
