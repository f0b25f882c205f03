import { All, Controller, Get, Query } from '@nestjs/common';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list, recordOf } from '../openapi/schema.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { LatencyHistory, type LatencyPoint } from './latency-history.js';

const POINT = { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'number' }], minItems: 2, maxItems: 2 };
const HISTORY = recordOf(list(POINT), 'By region: a time in milliseconds since 1970, and milliseconds; oldest first.');

@Controller('regions/history')
export class LatencyHistoryController {
  constructor(private readonly history: LatencyHistory) {}

  @Get()
  @ApiEndpoint('GET /regions/history', {
    query: {},
    answer: HISTORY,
    example: { 'eu-west-1': [[1_787_400_000_000, 21.4]] },
  })
  all(@Query() query: unknown): Readonly<Record<string, readonly LatencyPoint[]>> {
    readParameters(query, {});
    return this.history.all();
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
