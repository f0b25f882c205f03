import { All, Controller, Get, Query } from '@nestjs/common';
import {
  changesByDay,
  type DayOfChanges,
  type DiscoveryChange,
  DiscoveryRefresher,
  ModelDiscoveryService,
} from 'nestjs-bedrock-discovery';
import type { ChangesAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { changeIdOrTime, timeZone } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { CHANGE_EXAMPLE, CHANGE_LIST, DAY_EXAMPLE, DAY_LIST } from './change.schemas.js';

const PARAMETERS = { since: changeIdOrTime, ...PAGE_PARAMETERS };
const DAY_PARAMETERS = { since: changeIdOrTime, timeZone, ...PAGE_PARAMETERS };
const ABOUT = { since: 'Only changes after this one or this time.', ...PAGE_PARAMETERS_ABOUT };

@Controller('changes')
export class ChangesController {
  constructor(
    private readonly refresher: DiscoveryRefresher,
    private readonly models: ModelDiscoveryService,
    private readonly answers: Answers,
  ) {}

  @Get()
  @ApiEndpoint('GET /changes', {
    query: PARAMETERS,
    about: ABOUT,
    answer: CHANGE_LIST,
    example: { ...listExample(CHANGE_EXAMPLE), recordedSince: CHANGE_EXAMPLE.at },
  })
  async list(@Query() query: unknown): Promise<ChangesAnswer<DiscoveryChange>> {
    const { since, ...page } = readParameters(query, PARAMETERS);
    const answer = await this.answers.list(await this.refresher.getChanges({ since }), ({ id }) => id, page);
    return { ...answer, recordedSince: await this.refresher.getRecordedSince() };
  }

  @Get('days')
  @ApiEndpoint('GET /changes/days', {
    query: DAY_PARAMETERS,
    about: { ...ABOUT, timeZone: 'Where days begin at midnight; UTC unless given.' },
    answer: DAY_LIST,
    example: { ...listExample(DAY_EXAMPLE), recordedSince: CHANGE_EXAMPLE.at },
  })
  async days(@Query() query: unknown): Promise<ChangesAnswer<DayOfChanges>> {
    const { since, timeZone: zone, ...page } = readParameters(query, DAY_PARAMETERS);
    const modelNames = new Map(this.models.peekAllModels().map(({ modelId, modelName }) => [modelId, modelName]));
    const days = changesByDay(await this.refresher.getChanges({ since }), { modelNames, timeZone: zone });
    const answer = await this.answers.list(days, ({ day }) => day, page);
    return { ...answer, recordedSince: await this.refresher.getRecordedSince() };
  }

  @All(['', 'days'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
