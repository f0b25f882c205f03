import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { readParameters } from '../requests/read-parameters.js';
import { VERDICT_PARAMETERS, VERDICT_PARAMETERS_ABOUT } from '../routes/route-parameters.js';
import { MATRIX, MATRIX_EXAMPLE } from './matrix.schemas.js';
import { MatrixService } from './matrix.service.js';

@Controller('matrix')
export class MatrixController {
  constructor(
    private readonly matrix: MatrixService,
    private readonly known: KnownRegions,
  ) {}

  @Get()
  @ApiEndpoint('GET /matrix', {
    query: VERDICT_PARAMETERS,
    about: VERDICT_PARAMETERS_ABOUT,
    answer: MATRIX,
    example: MATRIX_EXAMPLE,
    problems: ['REGION_UNKNOWN'],
  })
  async all(@Query() query: unknown, @Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    const constraints = readParameters(query, VERDICT_PARAMETERS, this.known.has);
    (await this.matrix.response(constraints)).send(request, response);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
