import {
  comparableRegions,
  compareRegions,
  type DiscoveryDifference,
  idsOf,
  type KnownRegions,
} from '../../inventory/changes.js';
import { deepFreeze } from '../../util/deep-freeze.js';

/** One model as `bedrock-mantle` lists it in one region. */
export interface ListedMantleModel {
  readonly modelId: string;
  readonly ownedBy?: string;
  /** The modes of data retention that it allows, where they are listed. */
  readonly allowedRetentionModes?: readonly string[];
}

/** A model of `bedrock-mantle` and the regions that list it. */
interface MantleModel {
  readonly modelId: string;
  readonly regions: readonly string[];
  readonly availability: Readonly<Record<string, ListedMantleModel>>;
}

export interface MantleIndex extends KnownRegions {
  readonly byId: ReadonlyMap<string, MantleModel>;
}

export function buildMantleIndex(
  lists: ReadonlyMap<string, readonly ListedMantleModel[]>,
  partialRegions: ReadonlySet<string>,
): MantleIndex {
  const availability = new Map<string, Record<string, ListedMantleModel>>();
  const regions = [...lists.keys()].sort();
  for (const region of regions) {
    for (const model of lists.get(region) ?? []) {
      availability.set(model.modelId, { ...availability.get(model.modelId), [region]: model });
    }
  }
  const models = [...availability].map(([modelId, by]) =>
    deepFreeze({ modelId, regions: Object.keys(by), availability: by }),
  );
  return {
    byId: new Map(models.map((model) => [model.modelId, model])),
    knownRegions: new Set(regions),
    partialRegions,
  };
}

export function diffMantleModels(before: MantleIndex, after: MantleIndex): DiscoveryDifference[] {
  const comparable = comparableRegions(before, after);
  return idsOf(before.byId, after.byId).flatMap((modelId) =>
    compareRegions(before.byId.get(modelId), after.byId.get(modelId), comparable).flatMap(
      (difference): DiscoveryDifference[] => {
        switch (difference.kind) {
          case 'appeared':
            return [{ type: 'mantle-model-appeared', modelId, after: difference.regions }];
          case 'gone':
            return [{ type: 'mantle-model-gone', modelId, before: difference.regions }];
          case 'gained':
            return [{ type: 'mantle-model-region-gained', modelId, region: difference.region }];
          case 'lost':
            return [{ type: 'mantle-model-region-lost', modelId, region: difference.region }];
          case 'kept':
            return [];
        }
      },
    ),
  );
}
