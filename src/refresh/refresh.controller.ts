import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Body, Controller, HttpCode, Post, Query, Req, Res, UnsupportedMediaTypeException } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DiscoveryRefresher, type ScanReport } from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { flag, regionNames } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { REFRESH_EXAMPLE, REFRESH_REPORT, REFRESH_REQUEST } from './refresh.schemas.js';

const PARAMETERS = { regions: regionNames, force: flag };

@Controller('refresh')
export class RefreshController {
  constructor(private readonly refresher: DiscoveryRefresher) {}

  /** Parameters may stand in the query or in a JSON body; the query wins. A client that goes away stops waiting only. */
  @Post()
  @HttpCode(200)
  @ApiEndpoint('POST /refresh', {
    query: PARAMETERS,
    about: {
      regions: 'Asks these regions only, also those that have denied it today.',
      force: 'Whether to ask also for what is fresh, and where it was denied today; true unless given.',
    },
    answer: REFRESH_REPORT,
    example: REFRESH_EXAMPLE,
    problems: ['BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'SHUT_DOWN'],
  })
  @ApiBody({
    required: false,
    description: 'The parameters may stand here as well.',
    schema: REFRESH_REQUEST,
    examples: { someRegions: { summary: 'Two regions', value: { regions: ['eu-west-1', 'us-east-1'], force: false } } },
  })
  refresh(
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<{ models: ScanReport; profiles: ScanReport }> {
    if (body === undefined && Number(request.headers['content-length'] ?? 0) > 0) {
      throw new UnsupportedMediaTypeException('Send JSON as Content-Type: application/json, or use query parameters.');
    }
    const parameters = { ...readParameters(body ?? {}, PARAMETERS), ...readParameters(query, PARAMETERS) };
    return this.refresher.refresh({ force: true, ...parameters, signal: disconnectSignal(response) });
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('POST');
  }
}
