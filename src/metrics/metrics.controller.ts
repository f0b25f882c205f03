import { All, Controller, Get, Header, Query } from '@nestjs/common';
import { CacheControl } from '../caching/cache-control.js';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { text } from '../openapi/schema.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { readParameters } from '../requests/read-parameters.js';
import { Costly, COSTLY_PROBLEMS } from '../security/costly.js';
import { ExplorerMetrics } from './explorer-metrics.js';

const EXAMPLE = `# HELP bedrock_discovery_inventory_age Age of what a region has listed; infinite once that may not be served any more.
# UNIT bedrock_discovery_inventory_age s
# TYPE bedrock_discovery_inventory_age gauge
bedrock_discovery_inventory_age{bedrock_discovery_registration="default",bedrock_discovery_listing="models",cloud_region="eu-west-1"} 61.034
`;

/** For Prometheus. How much the account calls is nobody's business who has no token, where there is one. */
@Controller('metrics')
@CacheControl('no-store')
export class MetricsController {
  constructor(private readonly metrics: ExplorerMetrics) {}

  @Get()
  @Costly()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiEndpoint('GET /metrics', {
    query: {},
    answer: text('In the text format of Prometheus.'),
    example: EXAMPLE,
    mediaType: 'text/plain',
    problems: COSTLY_PROBLEMS,
    etag: false,
  })
  read(@Query() query: unknown): Promise<string> {
    readParameters(query, {});
    return this.metrics.text();
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
