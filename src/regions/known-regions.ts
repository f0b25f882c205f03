import { Injectable } from '@nestjs/common';
import { KNOWN_REGIONS, ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { DiscoverySource } from '../source/discovery-source.js';

/**
 * The regions that a request may name: those of all partitions, and those that the options name or the account has enabled.
 * Any other name would cost requests to AWS, and stay.
 */
@Injectable()
export class KnownRegions {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly source: DiscoverySource,
  ) {}

  readonly has = (region: string): boolean =>
    KNOWN_REGIONS.has(region) ||
    this.source.preferredRegions.includes(region) ||
    this.models.getRegionStatuses().some((status) => status.region === region);
}
