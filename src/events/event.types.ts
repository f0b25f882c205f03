import type { DiscoveryChange, DiscoveryProgress } from 'nestjs-bedrock-discovery';
import type { HealthReport } from '../health/health-report.js';
import type { RegionOverview } from '../regions/region-overviews.js';

/** Sent first on every connection. */
export interface Hello extends HealthReport {
  /** The change to go on after is not remembered any more: what is shown has to be read anew. */
  readonly gap: boolean;
}

/** What happens to all clients alike. */
export type ExplorerEvent =
  | { readonly type: 'change'; readonly data: DiscoveryChange }
  | { readonly type: 'scan-progress'; readonly data: DiscoveryProgress }
  | { readonly type: 'region'; readonly data: RegionOverview };
