import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { MATRIX, MATRIX_EXAMPLE } from './matrix.schemas.js';
import { MatrixService } from './matrix.service.js';

@Controller('matrix')
export class MatrixController {
  constructor(private readonly matrix: MatrixService) {}

  @Get()
  @ApiEndpoint('GET /matrix', { query: {}, answer: MATRIX, example: MATRIX_EXAMPLE })
  async all(@Query() query: unknown, @Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    readParameters(query, {});
    (await this.matrix.response()).send(request, response);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
