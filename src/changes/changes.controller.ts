import { All, Controller, Get, Query } from '@nestjs/common';
import { type DiscoveryChange, DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { list } from '../openapi/schema.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { CHANGE, CHANGE_EXAMPLE } from './change.schemas.js';

const PARAMETERS = { since: changeIdOrTime };

@Controller('changes')
export class ChangesController {
  constructor(private readonly refresher: DiscoveryRefresher) {}

  @Get()
  @ApiEndpoint('GET /changes', {
    query: PARAMETERS,
    about: { since: 'Only changes after this one or this time.' },
    answer: list(CHANGE),
    example: [CHANGE_EXAMPLE],
  })
  list(@Query() query: unknown): Promise<readonly DiscoveryChange[]> {
    return this.refresher.getChanges(readParameters(query, PARAMETERS));
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
