import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Query, Req, Res } from '@nestjs/common';
import { methodNotAllowed } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { MatrixService } from './matrix.service.js';

@Controller('matrix')
export class MatrixController {
  constructor(private readonly matrix: MatrixService) {}

  @Get()
  async all(@Query() query: unknown, @Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    readParameters(query, {});
    (await this.matrix.response()).send(request, response);
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
