import { All, Controller, Get, Query, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { BedrockDiscoveryHealthIndicator, type DiscoveryHealth } from 'nestjs-bedrock-discovery/health';
import { retryAfter } from 'nestjs-bedrock-discovery/http';
import { CacheControl } from '../caching/cache-control.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { LIVE, READY, READY_EXAMPLE } from './probes.schemas.js';

/** For whatever starts, restarts and balances instances of the application. */
@Controller('health')
@CacheControl('no-store')
export class ProbesController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly discovery: BedrockDiscoveryHealthIndicator,
  ) {}

  /** Says nothing of AWS: restarting the process would not mend it. */
  @Get('live')
  @ApiEndpoint('GET /health/live', { query: {}, answer: LIVE, example: { status: 'ok' }, etag: false })
  live(@Query() query: unknown): { status: 'ok' } {
    readParameters(query, {});
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiEndpoint('GET /health/ready', {
    query: {},
    answer: READY,
    example: READY_EXAMPLE,
    problems: ['INVENTORY_UNAVAILABLE', 'SHUT_DOWN'],
    etag: false,
  })
  async ready(@Query() query: unknown): Promise<HealthCheckResult> {
    readParameters(query, {});
    try {
      return await this.health.check([() => this.discovery.isHealthy('bedrock')]);
    } catch (error) {
      throw error instanceof ServiceUnavailableException ? notReady(error.getResponse() as HealthCheckResult) : error;
    }
  }

  @All(['live', 'ready'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}

function notReady({ status, details }: HealthCheckResult): ProblemError {
  const { message = 'Queries cannot be answered.' } = details['bedrock'] as Pick<DiscoveryHealth, 'message'>;
  // Probes ask again soon, whatever is wrong.
  const extras = { extensions: { details }, headers: retryAfter([]) };
  return status === 'shutting_down'
    ? new ProblemError('SHUT_DOWN', 'The application is closing.', extras)
    : new ProblemError('INVENTORY_UNAVAILABLE', message, extras);
}
