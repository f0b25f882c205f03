import type { DiscoveredModel, ModelInRegion, RegionLatency, RegionStatus } from 'nestjs-bedrock-discovery';
import { unknownRegions } from '../regions/unknown-regions.js';

interface RankedRegion extends ModelInRegion {
  readonly region: string;
  /** It ranks here because it was preferred, and not by its latency. */
  readonly preferred: boolean;
  /** Absent where it was never measured. */
  readonly latency?: RegionLatency;
}

interface PreferredRegion {
  readonly region: string;
  /** Whether the region lists the model; `unknown` where its list is not known. */
  readonly model: 'listed' | 'not-listed' | 'unknown';
}

export interface BestRegions {
  readonly modelId: string;
  readonly preferred: readonly PreferredRegion[];
  /** Preferred ones first, then the fastest. */
  readonly regions: readonly RankedRegion[];
  /** Regions that might list the model as well, and why that is not known. */
  readonly unknownRegions: readonly RegionStatus[];
}

export function bestRegions(
  model: DiscoveredModel,
  ranking: readonly string[],
  preferredRegions: readonly string[],
  statuses: readonly RegionStatus[],
  latencyOf: (region: string) => RegionLatency | undefined,
): BestRegions {
  const unknown = unknownRegions(statuses);
  const lacking = new Set(statuses.filter((status) => !unknown.includes(status)).map(({ region }) => region));
  const isListed = (region: string): boolean => Object.hasOwn(model.availability, region);
  return {
    modelId: model.modelId,
    preferred: preferredRegions.map((region) => ({
      region,
      model: isListed(region) ? 'listed' : lacking.has(region) ? 'not-listed' : 'unknown',
    })),
    regions: ranking.flatMap((region) => {
      const here = model.availability[region];
      return here
        ? [{ region, preferred: preferredRegions.includes(region), latency: latencyOf(region), ...here }]
        : [];
    }),
    unknownRegions: unknown,
  };
}
