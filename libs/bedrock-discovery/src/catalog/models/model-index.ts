import { isDeepStrictEqual } from 'node:util';
import {
  comparableRegions,
  compareRegions,
  type DiscoveryDifference,
  idsOf,
  type KnownRegions,
} from '../../inventory/changes.js';
import { changedIds, type Former } from '../../inventory/listing.js';
import { sharing, type Sharing } from '../../util/sharing.js';
import { listedCapabilities } from '../figures/figures.js';
import { isSameList, mostSaid, voters } from '../most-said.js';
import { lackOf, openQuestion } from './capabilities.js';
import type { DiscoveredModel, ListedModel, ModelFilter, ModelInRegion } from './model.types.js';
import { idOfModel } from './parse-models.js';

/** Everything that queries need, built once from what the regions list. */
export interface ModelIndex extends KnownRegions {
  /** By id, in order. */
  readonly models: readonly DiscoveredModel[];
  readonly byId: ReadonlyMap<string, DiscoveredModel>;
  /** Regions whose list is known, whatever it holds. */
  readonly knownRegions: ReadonlySet<string>;
  /** Those of them whose list held entries that could not be read: what is missing from it may be there. */
  readonly partialRegions: ReadonlySet<string>;
}

type ListedIn = readonly [region: string, model: ListedModel];

/**
 * Joins the lists of the regions. What describes a model is what most regions say; what belongs to a region stays with it. A
 * model that every region lists as in the former lists is that of the former index.
 */
export function buildModelIndex(
  lists: ReadonlyMap<string, readonly ListedModel[]>,
  partialRegions: ReadonlySet<string> = new Set(),
  former?: Former<ListedModel, ModelIndex>,
): ModelIndex {
  const changed = former && changedIds(former.lists, lists, idOfModel);
  const listings = new Map<string, ListedIn[]>();
  const regions = [...lists.keys()].sort();
  const share = sharing();
  for (const region of regions) {
    for (const model of lists.get(region) ?? []) {
      const id = idOfModel(model);
      const listed = listings.get(id);
      if (listed === undefined) {
        listings.set(id, [[region, model]]);
      } else {
        listed.push([region, model]);
      }
    }
  }
  const models = [...listings.keys()].sort().map((id) => {
    const known = changed?.has(id) === false ? former?.index.byId.get(id) : undefined;
    return known ?? join(id, listings.get(id) ?? [], share);
  });
  return {
    models: Object.freeze(models),
    byId: new Map(models.map((model) => [model.modelId, model])),
    knownRegions: new Set(regions),
    partialRegions,
  };
}

const NONE: readonly string[] = Object.freeze([]);

function join(modelId: string, listings: readonly ListedIn[], share: Sharing): DiscoveredModel {
  // Added one by one, so many regions would take five times the memory.
  const availability: Record<string, ModelInRegion> = Object.fromEntries(
    listings.map(([region, { here }]) => [region, here]),
  );
  const said = voters(
    listings.map(([, { described }]) => described),
    isAlike,
  );
  const name = mostSaid(said, ({ modelName }) => (modelName === modelId ? undefined : modelName));
  const streaming = mostSaid(said, (model) => model.responseStreamingSupported);
  const capabilities = listedCapabilities(modelId);
  return Object.freeze({
    modelId,
    modelName: name ?? modelId,
    providerName: mostSaid(said, (model) => model.providerName) ?? '',
    inputModalities: mostSaid(said, (model) => model.inputModalities) ?? NONE,
    outputModalities: mostSaid(said, (model) => model.outputModalities) ?? NONE,
    ...(streaming !== undefined && { responseStreamingSupported: streaming }),
    customizationsSupported: mostSaid(said, (model) => model.customizationsSupported) ?? NONE,
    ...(capabilities !== undefined && { capabilities }),
    regions: share(Object.freeze(listings.map(([region]) => region))),
    availability: Object.freeze(availability),
  });
}

type Described = ListedModel['described'];

function isAlike(first: Described, other: Described): boolean {
  if (first === other) {
    return true;
  }
  return (
    first.modelName === other.modelName &&
    first.providerName === other.providerName &&
    first.responseStreamingSupported === other.responseStreamingSupported &&
    isSameList(first.inputModalities, other.inputModalities) &&
    isSameList(first.outputModalities, other.outputModalities) &&
    isSameList(first.customizationsSupported, other.customizationsSupported)
  );
}

/** Whether a model meets every condition of a filter. */
export function matchesModel(model: DiscoveredModel, filter: ModelFilter): boolean {
  const { region, search } = filter;
  if (region !== undefined && !Object.hasOwn(model.availability, region)) {
    return false;
  }
  const here = region === undefined ? Object.values(model.availability) : [model.availability[region] as ModelInRegion];
  return (
    equals(model.providerName, filter.provider ?? filter.providerName) &&
    includes(model.inputModalities, filter.inputModality) &&
    includes(model.outputModalities, filter.outputModality) &&
    here.some((at) => includes(at.inferenceTypesSupported, filter.inferenceType)) &&
    here.some((at) => equals(at.lifecycle.status, filter.lifecycle)) &&
    (filter.streaming === undefined || model.responseStreamingSupported === filter.streaming) &&
    lackOf(model.capabilities, filter) === undefined &&
    (filter.unknownFacts !== 'reject' || openQuestion(model.capabilities, filter) === undefined) &&
    (search === undefined || hasWords(`${model.modelId} ${model.modelName} ${model.providerName}`, search))
  );
}

function equals(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value.toLowerCase() === wanted.toLowerCase();
}

function includes(values: readonly string[], wanted: string | undefined): boolean {
  return wanted === undefined || values.some((value) => equals(value, wanted));
}

function hasWords(text: string, search: string): boolean {
  const searched = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

/** What changed about the models between two inventories. */
export function diffModels(before: ModelIndex, after: ModelIndex): DiscoveryDifference[] {
  const comparable = comparableRegions(before, after);
  return idsOf(before.byId, after.byId).flatMap((modelId) =>
    compareRegions(before.byId.get(modelId), after.byId.get(modelId), comparable).flatMap((difference) => {
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
