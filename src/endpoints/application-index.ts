import type { DiscoverySource } from '../source/discovery-source.js';
import type { Endpoint } from './endpoints.js';

export interface ApplicationIndex {
  readonly name: string;
  readonly source: DiscoverySource['kind'];
  readonly note: string;
  readonly endpoints: readonly Endpoint[];
}
