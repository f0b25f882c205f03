import { isDeepStrictEqual } from 'node:util';
import type { DiscoveryDifference } from '../change.types.js';
import { comparableIn, compareRegions, idsOf } from '../compare-regions.js';
import type { ModelIndex } from './model-index.js';
import type { ModelInRegion } from './model.types.js';

/** What changed about the models between two inventories. */
export function diffModels(before: ModelIndex, after: ModelIndex): DiscoveryDifference[] {
  const isComparable = comparableIn(before.knownRegions, after.knownRegions);
  return idsOf(before.byId, after.byId).flatMap((modelId) =>
    compareRegions(before.byId.get(modelId), after.byId.get(modelId), isComparable).flatMap((difference) => {
      switch (difference.kind) {
        case 'appeared':
          return [{ type: 'model-appeared', modelId, after: difference.regions } as const];
        case 'gone':
          return [{ type: 'model-gone', modelId, before: difference.regions } as const];
        case 'gained':
          return [{ type: 'model-region-gained', modelId, region: difference.region } as const];
        case 'lost':
          return [{ type: 'model-region-lost', modelId, region: difference.region } as const];
        case 'kept':
          return diffInRegion(modelId, difference.region, difference.before, difference.after);
      }
    }),
  );
}

function diffInRegion(modelId: string, region: string, was: ModelInRegion, is: ModelInRegion): DiscoveryDifference[] {
  const differences: DiscoveryDifference[] = [];
  const [before, after] = [was.inferenceTypesSupported, is.inferenceTypesSupported];
  // AWS lists them in either order.
  if (!isDeepStrictEqual([...before].sort(), [...after].sort())) {
    differences.push({ type: 'model-inference-types-changed', modelId, region, before, after });
  }
  if (!isDeepStrictEqual(was.lifecycle, is.lifecycle)) {
    differences.push({ type: 'model-lifecycle-changed', modelId, region, before: was.lifecycle, after: is.lifecycle });
  }
  return differences;
}
