import type { ListingName } from '../inventory/listing.js';
import type { ModelIndex } from './models/model-index.js';
import type { DiscoveredModel, ModelInRegion, ModelLifecycle } from './models/model.types.js';
import type { ProfileIndex } from './profiles/profile-index.js';
import type { DiscoveredProfile } from './profiles/profile.types.js';
import { pair } from '../util/pair.js';

/**
 * The ways to invoke a model, with their words.
 *
 * @publicApi
 */
export const VIAS = ['on-demand', 'system-profile', 'application-profile'] as const;

/** How a model is invoked: by its bare id, or through an inference profile of AWS or of the account. @publicApi */
export type Via = (typeof VIAS)[number];

/** Each way in words. @publicApi */
export const VIA_WORDS: Readonly<Record<Via, string>> = {
  'on-demand': 'on demand',
  'system-profile': 'cross-region profile',
  'application-profile': 'application profile',
};

/** Which listing shows that a model can be invoked so. */
export const LISTING_OF: Readonly<Record<Via, ListingName>> = {
  'on-demand': 'models',
  'system-profile': 'profiles',
  'application-profile': 'profiles',
};

/** Regions that may serve a call; `'global'`: anywhere. Empty where none is listed, which promises nothing. @publicApi */
export type Destinations = readonly string[] | 'global';

/** One concrete way to invoke a model as a region lists it, whether or not it is eligible. */
export interface InvocationPath {
  /** Unique within a model: `region invocationId`. */
  readonly key: string;
  readonly modelId: string;
  /** Source region: whose endpoint is called. */
  readonly region: string;
  /** To be passed as `modelId` of a call. */
  readonly invocationId: string;
  readonly arn: string;
  readonly via: Via;
  readonly destinations: Destinations;
  readonly lifecycle: ModelLifecycle;
  /** When its life ends, milliseconds since the epoch; infinite where no time is listed. */
  readonly endsAt: number;
  /** Whether the region takes calls this way, as it is listed: on demand at all, or through a profile that is active. */
  readonly open: boolean;
  /** Of a profile. */
  readonly profile?: Pick<DiscoveredProfile, 'inferenceProfileId' | 'inferenceProfileName'> & {
    readonly status: string;
  };
  /** The region's own list of models has the model; undefined where that list is not known. */
  readonly modelListed: boolean | undefined;
  /** What does not depend on the moment, in words. */
  readonly description: string;
}

const UNKNOWN_LIFECYCLE: ModelLifecycle = Object.freeze({ status: 'UNKNOWN' });

/** Every way to invoke a model that any region lists, by region: its bare id, and each profile from each source region. */
export function invocationPaths(
  modelId: string,
  models: ModelIndex | undefined,
  profiles: ProfileIndex | undefined,
): readonly InvocationPath[] {
  const model = models?.byId.get(modelId);
  const wrapping = profiles?.byModel.get(modelId) ?? [];
  const regions = new Set([...(model?.regions ?? []), ...wrapping.flatMap((profile) => profile.regions)]);
  return [...regions].sort().flatMap((region) => {
    const here = model?.availability[region];
    const known = models?.knownRegions.has(region) === true && !models.partialRegions.has(region);
    const lifecycle = here?.lifecycle ?? lifecycleOf(model);
    const ofModel = {
      modelId,
      region,
      lifecycle,
      endsAt: lifecycle.endOfLifeTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(lifecycle.endOfLifeTime),
      modelListed: here !== undefined ? true : known ? false : undefined,
    };
    const through = profiles?.byModelInRegion.get(pair(modelId, region)) ?? [];
    return [...(here ? [bareId(here, ofModel)] : []), ...through.map((profile) => throughProfile(profile, ofModel))];
  });
}

type OfModel = Pick<InvocationPath, 'modelId' | 'region' | 'lifecycle' | 'endsAt' | 'modelListed'>;

function bareId({ modelArn, inferenceTypesSupported }: ModelInRegion, ofModel: OfModel): InvocationPath {
  const { modelId, region } = ofModel;
  return Object.freeze({
    ...ofModel,
    key: pair(region, modelId),
    invocationId: modelId,
    arn: modelArn,
    via: 'on-demand',
    destinations: Object.freeze([region]),
    open: inferenceTypesSupported.includes('ON_DEMAND'),
    description: `On demand, served in ${region} itself.`,
  });
}

function throughProfile(profile: DiscoveredProfile, ofModel: OfModel): InvocationPath {
  const { region } = ofModel;
  const { inferenceProfileId, inferenceProfileName, availability } = profile;
  const listed = availability[region];
  const type = listed?.type ?? profile.type;
  const arn = listed?.inferenceProfileArn ?? '';
  const status = listed?.status ?? 'UNKNOWN';
  // The runtime resolves the opaque id of an application profile only as part of its ARN.
  const invocationId = type === 'APPLICATION' && arn !== '' ? arn : inferenceProfileId;
  const destinations = listed?.destinations ?? 'global';
  const name =
    type === 'APPLICATION' ? `Application profile "${inferenceProfileName}"` : `Profile ${inferenceProfileId}`;
  return Object.freeze({
    ...ofModel,
    key: pair(region, invocationId),
    invocationId,
    arn,
    via: type === 'APPLICATION' ? 'application-profile' : 'system-profile',
    destinations,
    open: status === 'ACTIVE',
    profile: { inferenceProfileId, inferenceProfileName, status },
    description: `${name}, ${servedIn(destinations)}.`,
  });
}

/** Of a model that a region does not list itself: what the first region that does says. */
function lifecycleOf(model: DiscoveredModel | undefined): ModelLifecycle {
  const [anywhere] = Object.values(model?.availability ?? {});
  return anywhere?.lifecycle ?? UNKNOWN_LIFECYCLE;
}

/** Where a call may be served, in words. */
export function servedIn(destinations: Destinations): string {
  if (destinations === 'global') {
    return 'served anywhere';
  }
  return destinations.length === 0 ? 'served nobody knows where' : `served in ${destinations.join(', ')}`;
}
