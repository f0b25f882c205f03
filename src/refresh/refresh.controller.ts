import { All, Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { flag, regionNames } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { Costly, COSTLY_PROBLEMS } from '../security/costly.js';
import { RefreshGate, type RefreshReport } from './refresh-gate.js';
import { REFRESH_EXAMPLE, REFRESH_REPORT, REFRESH_REQUEST } from './refresh.schemas.js';

const PARAMETERS = { regions: regionNames, force: flag };

@Controller('refresh')
export class RefreshController {
  constructor(
    private readonly gate: RefreshGate,
    private readonly known: KnownRegions,
  ) {}

  /** Parameters may stand in the query or in a JSON body; the query wins. A client that goes away stops waiting only. */
  @Post()
  @Costly()
  @HttpCode(200)
  @ApiEndpoint('POST /refresh', {
    query: PARAMETERS,
    about: {
      regions: 'Asks these regions only, also those that have denied it today.',
      force: 'Whether to ask also for what is fresh, and where it was denied today; true unless given.',
    },
    answer: REFRESH_REPORT,
    example: REFRESH_EXAMPLE,
    problems: [
      'BAD_REQUEST',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'TOO_SOON',
      'SHUT_DOWN',
      ...COSTLY_PROBLEMS,
    ],
  })
  @ApiBody({
    required: false,
    description: 'The parameters may stand here as well.',
    schema: REFRESH_REQUEST,
    examples: { someRegions: { summary: 'Two regions', value: { regions: ['eu-west-1', 'us-east-1'], force: false } } },
  })
  refresh(@Query() query: unknown, @Body() body: unknown): Promise<RefreshReport> {
    const [ofBody, ofQuery] = [body ?? {}, query].map((given) => readParameters(given, PARAMETERS, this.known.has));
    return this.gate.refresh({ force: true, ...ofBody, ...ofQuery });
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('POST');
  }
}
