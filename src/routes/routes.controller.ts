import { All, Controller, Get, Param, Query } from '@nestjs/common';
import { InvocationRouter, type Resolution } from 'nestjs-bedrock-discovery';
import { methodNotAllowed } from '../problems/problem.error.js';
import { PathIdPipe } from '../requests/path-id.pipe.js';
import { readParameters } from '../requests/read-parameters.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { constraintsFrom, ROUTE_PARAMETERS } from './route-parameters.js';

/** The routes to a model, with the same as a text for people. */
export interface ExplainedResolution extends Omit<Resolution, 'explain'> {
  readonly text: string;
}

/** Where, and under which id, a model can be invoked. */
@Controller('models')
export class RoutesController {
  constructor(
    private readonly router: InvocationRouter,
    private readonly source: DiscoverySource,
  ) {}

  @Get('*id/route')
  async routes(@Param('id', PathIdPipe) id: string, @Query() query: unknown): Promise<ExplainedResolution> {
    const constraints = constraintsFrom(readParameters(query, ROUTE_PARAMETERS), this.source.preferredRegions);
    const resolution = await this.router.resolve(id, constraints);
    return { ...resolution, text: resolution.explain() };
  }

  @All('*id/route')
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
