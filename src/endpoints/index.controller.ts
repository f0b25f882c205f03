import { All, Controller, Get } from '@nestjs/common';
import { methodNotAllowed } from '../problems/problem.error.js';
import { DiscoverySource } from '../source/discovery-source.js';
import { type Endpoint, ENDPOINTS } from './endpoints.js';

export interface ApplicationIndex {
  readonly name: string;
  readonly source: DiscoverySource['kind'];
  readonly note: string;
  readonly endpoints: readonly Endpoint[];
}

/** What there is, for programs; browsers get the page at `/`. */
@Controller()
export class IndexController {
  constructor(private readonly source: DiscoverySource) {}

  @Get(['', 'endpoints'])
  index(): ApplicationIndex {
    const { kind, note } = this.source;
    return { name: 'Bedrock Explorer', source: kind, note, endpoints: ENDPOINTS };
  }

  @All(['', 'endpoints'])
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}
