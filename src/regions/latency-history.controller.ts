import { All, Controller, Get, Query } from '@nestjs/common';
import { methodNotAllowed } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { LatencyHistory, type LatencyPoint } from './latency-history.js';

@Controller('regions/history')
export class LatencyHistoryController {
  constructor(private readonly history: LatencyHistory) {}

  @Get()
  all(@Query() query: unknown): Readonly<Record<string, readonly LatencyPoint[]>> {
    readParameters(query, {});
    return this.history.all();
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
