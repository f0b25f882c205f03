import { All, Controller, Get, Query } from '@nestjs/common';
import { type DiscoveryChange, DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';

const PARAMETERS = { since: changeIdOrTime };

@Controller('changes')
export class ChangesController {
  constructor(private readonly refresher: DiscoveryRefresher) {}

  @Get()
  list(@Query() query: unknown): Promise<readonly DiscoveryChange[]> {
    return this.refresher.getChanges(readParameters(query, PARAMETERS));
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
