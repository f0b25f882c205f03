import { All, Controller, Get, Header } from '@nestjs/common';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { DiscoverySource } from '../source/discovery-source.js';
import type { ApplicationIndex } from './application-index.js';
import { INDEX, INDEX_EXAMPLE } from './endpoint.schemas.js';
import { ENDPOINTS } from './endpoints.js';

export type { ApplicationIndex };

@Controller()
export class IndexController {
  constructor(private readonly source: DiscoverySource) {}

  /** Where the description is for programs and for people, as RFC 8631 has it. */
  @Get()
  @Header('Link', '</openapi.json>; rel="service-desc", </docs>; rel="service-doc"')
  @ApiEndpoint('GET /', { summary: 'lists the endpoints', answer: INDEX, example: INDEX_EXAMPLE })
  index(): ApplicationIndex {
    const { kind, note } = this.source;
    return { name: 'Bedrock Explorer', source: kind, note, endpoints: ENDPOINTS };
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
