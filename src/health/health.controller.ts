import { All, Controller, Get, Query } from '@nestjs/common';
import { ModelDiscoveryService, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import { retryAfter } from 'nestjs-bedrock-discovery/http';
import { CacheControl } from '../caching/cache-control.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed, ProblemError } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { failuresByRegion, type HealthReport, healthReport, summarize } from './health-report.js';
import { HEALTH, HEALTH_EXAMPLE } from './health.schemas.js';

@Controller('health')
@CacheControl('no-store')
export class HealthController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
  ) {}

  /** Never waits for AWS. Well enough to serve as long as anything is known. */
  @Get()
  @ApiEndpoint('GET /health', {
    query: {},
    answer: HEALTH,
    example: HEALTH_EXAMPLE,
    problems: ['INVENTORY_UNAVAILABLE'],
    etag: false,
  })
  check(@Query() query: unknown): HealthReport {
    readParameters(query, {});
    const [models, profiles] = [this.models.getRegionStatuses(), this.profiles.getRegionStatuses()];
    const report = healthReport(models, profiles);
    if (report.models.known + report.profiles.known === 0) {
      const failures = failuresByRegion(...models, ...profiles);
      const detail =
        summarize(failures) || 'No region has answered yet: the first scan is under way. Ask again in a few seconds.';
      const extensions = { models: report.models, profiles: report.profiles, failures };
      throw new ProblemError('INVENTORY_UNAVAILABLE', detail, {
        extensions,
        headers: retryAfter(Object.values(failures)),
      });
    }
    return report;
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
