import { All, Controller, Get, Header, Query } from '@nestjs/common';
import { ModelDiscoveryService, type RetiringModel } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { Answers } from '../lists/answers.js';
import { listExample, listOf } from '../lists/list.schemas.js';
import { PAGE_PARAMETERS, PAGE_PARAMETERS_ABOUT } from '../lists/list-parameters.js';
import { RETIRING_EXAMPLE, RETIRING_MODEL } from '../models/model.schemas.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { text } from '../openapi/schema.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { days, formerly, quarter, type Quarter, regionName } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { toCalendar } from './retirement-calendar.js';
import { toTable } from './retirement-table.js';

const PARAMETERS = { withinDays: formerly('days', days), region: regionName, quarter };
const ABOUT = {
  withinDays: 'Those that end within so many days; 180 unless given, or all where a quarter is.',
  region: 'Listed in this region.',
  quarter: 'Those that end in this quarter.',
};
const PROBLEMS = ['INVENTORY_UNAVAILABLE', 'REGION_UNKNOWN'] as const;
/** All that has a date. */
const ANY_TIME = 99_999;

/** Models that retire: as a list, as a table and as a calendar. */
@Controller('models')
export class RetirementsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly known: KnownRegions,
    private readonly answers: Answers,
  ) {}

  @Get('retiring')
  @ApiEndpoint('GET /models/retiring', {
    query: { ...PARAMETERS, ...PAGE_PARAMETERS },
    about: { ...ABOUT, ...PAGE_PARAMETERS_ABOUT },
    answer: listOf('RetiringModelList', RETIRING_MODEL),
    example: listExample(RETIRING_EXAMPLE),
    problems: PROBLEMS,
  })
  async list(@Query() query: unknown): Promise<ListAnswer<RetiringModel>> {
    const { limit, cursor, ...asked } = readParameters(query, { ...PARAMETERS, ...PAGE_PARAMETERS }, this.known.has);
    // One model retires at different times in different regions.
    const keyOf = ({ modelId, regions }: RetiringModel): string => `${modelId} ${regions[0]}`;
    return this.answers.list(await this.#retiring(asked), keyOf, { limit, cursor }, ['models']);
  }

  @Get('retiring.csv')
  @Header('Content-Type', 'text/csv; charset=utf-8; header=present')
  @Header('Content-Disposition', 'attachment; filename="retiring-models.csv"')
  @ApiEndpoint('GET /models/retiring.csv', {
    query: PARAMETERS,
    about: ABOUT,
    mediaType: 'text/csv',
    answer: text('As RFC 4180 has it, with a line of names.'),
    example: toTable([RETIRING_EXAMPLE]),
    problems: PROBLEMS,
  })
  async table(@Query() query: unknown): Promise<string> {
    return toTable(await this.#retiring(readParameters(query, PARAMETERS, this.known.has)));
  }

  @Get('retiring.ics')
  @Header('Content-Type', 'text/calendar; charset=utf-8')
  @Header('Content-Disposition', 'attachment; filename="retiring-models.ics"')
  @ApiEndpoint('GET /models/retiring.ics', {
    query: PARAMETERS,
    about: ABOUT,
    mediaType: 'text/calendar',
    answer: text('As RFC 5545 has it: a day for each model and end.'),
    example: toCalendar([RETIRING_EXAMPLE], '2026-08-22T12:00:00.000Z'),
    problems: PROBLEMS,
  })
  async calendar(@Query() query: unknown): Promise<string> {
    const models = await this.#retiring(readParameters(query, PARAMETERS, this.known.has));
    const { asOf = new Date(0).toISOString() } = await this.answers.provenance(['models']);
    return toCalendar(models, asOf);
  }

  @All(['retiring', 'retiring.csv', 'retiring.ics'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }

  async #retiring(asked: {
    withinDays?: number;
    region?: string;
    quarter?: Quarter;
  }): Promise<readonly RetiringModel[]> {
    const { region, quarter: when, withinDays = when && ANY_TIME } = asked;
    const retiring = await this.models.getRetiringModels({ withinDays, region });
    return when === undefined
      ? retiring
      : retiring.filter(({ endOfLifeTime: end }) => end !== undefined && isWithin(end, when));
  }
}

function isWithin(time: string, { from, to }: Quarter): boolean {
  const at = Date.parse(time);
  return at >= Date.parse(from) && at < Date.parse(to);
}
