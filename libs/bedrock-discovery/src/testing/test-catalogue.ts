import type { AccessState } from '../access/access.types.js';
import type { Destinations } from '../catalog/vias.js';
import type { DiscoveredModel, ModelInRegion, ModelLifecycle } from '../catalog/models/model.types.js';
import type { DiscoveredProfile, ProfileInRegion } from '../catalog/profiles/profile.types.js';
import type { FailureKind } from '../errors/failure-texts.js';
import { partitionOf } from '../regions/partitions.js';

/** Owner of what a test catalogue lists, unless the options name another. */
export const TEST_ACCOUNT = '111122223333';

const LATENCY_MS = 50;

/**
 * A foundation model of a test: where it is listed, and what differs from a plain text model that is active, on demand. What
 * `getAllModels()` answers is one as well.
 *
 * @publicApi
 */
export interface TestModel extends Partial<Omit<DiscoveredModel, 'modelId' | 'regions' | 'availability'>> {
  /** Base id. */
  readonly modelId: string;
  /** Regions that list it. */
  readonly regions: readonly string[];
  /** In every region that `availability` does not say otherwise of. @default ['ON_DEMAND'] */
  readonly inferenceTypesSupported?: readonly string[];
  /** In every region that `availability` does not say otherwise of. @default { status: 'ACTIVE' } */
  readonly lifecycle?: ModelLifecycle;
  /** What differs by region. */
  readonly availability?: Readonly<Record<string, Partial<ModelInRegion>>>;
  /** What AWS says of access where it is asked; `unknown`: it does not say. @default 'available' */
  readonly access?: Exclude<AccessState, 'observed'>;
}

/**
 * An inference profile of a test: where it is listed, and where calls through it may be served. What `getAllProfiles()` answers
 * is one as well.
 *
 * @publicApi
 */
export interface TestProfile extends Partial<
  Omit<DiscoveredProfile, 'inferenceProfileId' | 'regions' | 'availability'>
> {
  /** As a call names it. */
  readonly inferenceProfileId: string;
  /** Source regions that list it. */
  readonly regions: readonly string[];
  /** Base ids of the models it wraps. @default the id without its geography */
  readonly modelIds?: readonly string[];
  /** In every region that `availability` does not say otherwise of. @default the source regions */
  readonly destinations?: Destinations;
  /** @default 'ACTIVE' */
  readonly status?: string;
  /** What differs by source region. */
  readonly availability?: Readonly<Record<string, Partial<ProfileInRegion>>>;
}

/**
 * What AWS lists in a test. It is read anew whenever AWS would be asked, so that a test may change it and refresh.
 *
 * @publicApi
 */
export interface TestCatalogue {
  /** Foundation models. Left out: none. */
  readonly models?: readonly TestModel[];
  /** Inference profiles. Left out: none. */
  readonly profiles?: readonly TestProfile[];
  /** Regions in which listing fails, and how: all of it, or one of the two. */
  readonly failures?: Readonly<Record<string, FailureKind | Partial<Record<'models' | 'profiles', FailureKind>>>>;
  /** How far away regions are, in milliseconds. @default 50 for each */
  readonly latencies?: Readonly<Record<string, number>>;
}

/** Every region that the catalogue speaks of, by name. */
export function regionsIn({ models = [], profiles = [], failures = {} }: TestCatalogue): readonly string[] {
  const listed = [...models, ...profiles].flatMap(({ regions }) => regions);
  return [...new Set([...listed, ...Object.keys(failures)])].sort();
}

export function failureIn(
  { failures }: TestCatalogue,
  region: string,
  listing: 'models' | 'profiles',
): FailureKind | undefined {
  const failure = failures?.[region];
  return typeof failure === 'object' ? failure[listing] : failure;
}

export function latencyOf({ latencies }: TestCatalogue, region: string): number {
  return latencies?.[region] ?? LATENCY_MS;
}

/** The body of ListFoundationModels. */
export function modelSummaries({ models = [] }: TestCatalogue, region: string): object {
  return {
    modelSummaries: models
      .filter(({ regions }) => regions.includes(region))
      .map((model) => ({
        modelArn: modelArn(model.modelId, region),
        modelId: model.modelId,
        modelName: model.modelName ?? model.modelId,
        providerName: model.providerName ?? '',
        inputModalities: model.inputModalities ?? ['TEXT'],
        outputModalities: model.outputModalities ?? ['TEXT'],
        responseStreamingSupported: model.responseStreamingSupported,
        customizationsSupported: model.customizationsSupported ?? [],
        inferenceTypesSupported: model.inferenceTypesSupported ?? ['ON_DEMAND'],
        modelLifecycle: model.availability?.[region]?.lifecycle ?? model.lifecycle ?? { status: 'ACTIVE' },
        ...withoutLifecycle(model.availability?.[region]),
      })),
  };
}

/** The body of ListInferenceProfiles. */
export function profileSummaries({ profiles = [] }: TestCatalogue, region: string, type: string): object {
  const listed = profiles.filter(({ regions }) => regions.includes(region)).map((profile) => asListed(profile, region));
  return { inferenceProfileSummaries: listed.filter((profile) => profile.type === type) };
}

/** The body of GetFoundationModelAvailability; undefined where AWS does not say. */
export function availabilityOf({ models = [] }: TestCatalogue, modelId: string, region: string): object | undefined {
  const model = models.find((each) => each.modelId === modelId);
  const access = model?.access ?? 'available';
  return model === undefined || access === 'unknown'
    ? undefined
    : {
        modelId,
        agreementAvailability: { status: access === 'obtainable' ? 'NOT_AVAILABLE' : 'AVAILABLE' },
        authorizationStatus: access === 'denied' ? 'NOT_AUTHORIZED' : 'AUTHORIZED',
        entitlementAvailability: 'AVAILABLE',
        regionAvailability: model.regions.includes(region) ? 'AVAILABLE' : 'NOT_AVAILABLE',
      };
}

function withoutLifecycle({ lifecycle: _lifecycle, ...others }: Partial<ModelInRegion> = {}): object {
  return others;
}

function asListed(profile: TestProfile, region: string) {
  const { inferenceProfileId: id, availability = {} } = profile;
  const here = availability[region] ?? {};
  const type = here.type ?? profile.type ?? 'SYSTEM_DEFINED';
  const kind = type === 'APPLICATION' ? 'application-inference-profile' : 'inference-profile';
  const modelIds = profile.modelIds ?? [id.slice(id.indexOf('.') + 1)];
  const destinations = here.destinations ?? profile.destinations ?? profile.regions;
  const modelArns = modelIds.flatMap((modelId) =>
    // As AWS lists what may be served anywhere: one ARN without a region.
    (destinations === 'global' ? ['', region] : destinations).map((served) => modelArn(modelId, served)),
  );
  return {
    inferenceProfileId: id,
    inferenceProfileName: profile.inferenceProfileName ?? id,
    description: profile.description,
    inferenceProfileArn:
      here.inferenceProfileArn ?? `arn:${partitionOf(region)}:bedrock:${region}:${TEST_ACCOUNT}:${kind}/${id}`,
    models: (here.modelArns ?? modelArns).map((arn) => ({ modelArn: arn })),
    status: here.status ?? profile.status ?? 'ACTIVE',
    type,
    createdAt: here.createdAt,
    updatedAt: here.updatedAt,
  };
}

function modelArn(modelId: string, region: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${modelId}`;
}
