import { All, Controller, Get, Query } from '@nestjs/common';
import { type DiscoveryChange, DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { CHANGE_EXAMPLE, CHANGE_LIST } from './change.schemas.js';

const PARAMETERS = { since: changeIdOrTime, ...PAGE_PARAMETERS };

export interface ChangeList extends ListAnswer<DiscoveryChange> {
  /** Absent before the first scan. */
  readonly recordedSince: string | undefined;
}

@Controller('changes')
export class ChangesController {
  constructor(
    private readonly refresher: DiscoveryRefresher,
    private readonly answers: Answers,
  ) {}

  @Get()
  @ApiEndpoint('GET /changes', {
    query: PARAMETERS,
    about: { since: 'Only changes after this one or this time.', ...PAGE_PARAMETERS_ABOUT },
    answer: CHANGE_LIST,
    example: { ...listExample(CHANGE_EXAMPLE), recordedSince: CHANGE_EXAMPLE.at },
  })
  async list(@Query() query: unknown): Promise<ChangeList> {
    const { since, ...page } = readParameters(query, PARAMETERS);
    const answer = await this.answers.list(await this.refresher.getChanges({ since }), ({ id }) => id, page);
    return { ...answer, recordedSince: await this.refresher.getRecordedSince() };
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
