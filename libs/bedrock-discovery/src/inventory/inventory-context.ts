import { Inject, Injectable } from '@nestjs/common';
import { CacheOwner } from '../cache/account-scope.js';
import { DiscoveryCache } from '../cache/discovery-cache.js';
import { LatencyTracker } from '../latency/latency-tracker.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { RegionDirectory } from './region-directory.js';
import { RegionClient } from './region-client.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../util/clock.js';
import { CredentialEvidence } from './credential-evidence.js';

/** What every inventory of regions works with. */
@Injectable()
export class InventoryContext {
  constructor(
    @Inject(RESOLVED_OPTIONS) readonly options: ResolvedOptions,
    @Inject(BEDROCK_DISCOVERY_CLOCK) readonly clock: Clock,
    readonly cache: DiscoveryCache,
    readonly owner: CacheOwner,
    readonly directory: RegionDirectory,
    readonly scanner: RegionClient,
    readonly latencies: LatencyTracker,
    readonly evidence: CredentialEvidence,
  ) {}
}
