import type { RejectionCode, Route } from '../routing/route.types.js';
import type { ModelIndex } from './models/model-index.js';
import type { ModelLifecycle } from './models/model.types.js';
import { pair, type ProfileIndex } from './profiles/profile-index.js';
import type { DiscoveredProfile } from './profiles/profile.types.js';

/** Why a candidate is no route. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly reason: string;
}

/** A way to invoke a model as the regions list it, whether or not it is lawful or works. */
export interface RouteCandidate {
  /** Unique within a model: `region invocationId`. */
  readonly key: string;
  readonly modelId: string;
  readonly region: string;
  readonly invocationId: string;
  readonly arn: string;
  readonly via: Route['via'];
  readonly destinations: Route['destinations'];
  readonly lifecycle: ModelLifecycle;
  /** What the region lists that makes it a candidate. */
  readonly listing: 'models' | 'profiles';
  /** Of a profile. */
  readonly profileId?: string;
  /** Why it cannot be a route whatever the caller wants, as it is listed. */
  readonly flaw: Rejection | undefined;
  /** The region's own list of models has the model; undefined where that list is not known. */
  readonly modelListed: boolean | undefined;
  /** What does not depend on the moment, in words. */
  readonly description: string;
}

const UNKNOWN_LIFECYCLE: ModelLifecycle = Object.freeze({ status: 'UNKNOWN' });
const NOT_ON_DEMAND: Rejection = Object.freeze({
  code: 'NOT_ON_DEMAND',
  reason: 'The region lists no on-demand capacity: the bare id cannot be invoked.',
});

/** Every way to invoke a model that any region lists: its bare id, and each profile from each source region. */
export function routeCandidates(
  modelId: string,
  models: ModelIndex | undefined,
  profiles: ProfileIndex | undefined,
): readonly RouteCandidate[] {
  const model = models?.byId.get(modelId);
  const wrapping = profiles?.byModel.get(modelId) ?? [];
  const regions = new Set([...(model?.regions ?? []), ...wrapping.flatMap((profile) => profile.regions)]);
  const [anywhere] = Object.values(model?.availability ?? {});
  return [...regions].sort().flatMap((region): RouteCandidate[] => {
    const here = model?.availability[region];
    const lifecycle = here?.lifecycle ?? anywhere?.lifecycle ?? UNKNOWN_LIFECYCLE;
    const modelListed = models?.knownRegions.has(region) === true ? here !== undefined : undefined;
    const bare: RouteCandidate[] = here
      ? [
          {
            key: pair(region, modelId),
            modelId,
            region,
            invocationId: modelId,
            arn: here.modelArn,
            via: 'on-demand',
            destinations: Object.freeze([region]),
            lifecycle,
            listing: 'models',
            flaw: here.inferenceTypesSupported.includes('ON_DEMAND') ? undefined : NOT_ON_DEMAND,
            modelListed,
            description: `On demand, served in ${region} itself.`,
          },
        ]
      : [];
    const through = profiles?.byModelInRegion.get(pair(modelId, region)) ?? [];
    return [...bare, ...through.map((profile) => throughProfile(profile, modelId, region, lifecycle, modelListed))];
  });
}

function throughProfile(
  profile: DiscoveredProfile,
  modelId: string,
  region: string,
  lifecycle: ModelLifecycle,
  modelListed: boolean | undefined,
): RouteCandidate {
  const listed = profile.availability[region];
  const { inferenceProfileId: profileId, type, inferenceProfileName } = profile;
  const arn = listed?.inferenceProfileArn ?? '';
  const application = type === 'APPLICATION';
  // The runtime resolves the opaque id of an application profile only as part of its ARN.
  const invocationId = application && arn !== '' ? arn : profileId;
  const destinations = listed?.destinations ?? 'global';
  const name = application ? `Application profile "${inferenceProfileName}"` : `Profile ${profileId}`;
  return {
    key: pair(region, invocationId),
    modelId,
    region,
    invocationId,
    arn,
    via: application ? 'application-profile' : 'system-profile',
    destinations,
    lifecycle,
    listing: 'profiles',
    profileId,
    flaw: flawOf(listed?.status ?? 'UNKNOWN'),
    modelListed,
    description: `${name}, ${servedIn(destinations)}.`,
  };
}

function flawOf(profileStatus: string): Rejection | undefined {
  return profileStatus === 'ACTIVE'
    ? undefined
    : { code: 'PROFILE_INACTIVE', reason: `The profile's status is ${profileStatus}, not ACTIVE.` };
}

export function servedIn(destinations: Route['destinations']): string {
  if (destinations === 'global') {
    return 'served anywhere';
  }
  return destinations.length === 0 ? 'served nobody knows where' : `served in ${destinations.join(', ')}`;
}

/** By region, the models that can be invoked from there: on demand, or through a profile that is active. */
export function routableModels(
  models: ModelIndex | undefined,
  profiles: ProfileIndex | undefined,
): Map<string, readonly string[]> {
  const routable = new Map<string, Set<string>>();
  const add = (region: string, modelId: string): void => {
    const ofRegion = routable.get(region) ?? new Set();
    routable.set(region, ofRegion.add(modelId));
  };
  for (const { modelId, availability } of models?.models ?? []) {
    for (const [region, { inferenceTypesSupported }] of Object.entries(availability)) {
      if (inferenceTypesSupported.includes('ON_DEMAND')) {
        add(region, modelId);
      }
    }
  }
  for (const { inferenceProfileId, availability } of profiles?.profiles ?? []) {
    for (const [region, { status }] of Object.entries(availability)) {
      const modelId = profiles?.modelInRegion.get(pair(inferenceProfileId, region));
      if (status === 'ACTIVE' && modelId !== undefined) {
        add(region, modelId);
      }
    }
  }
  return new Map([...routable].map(([region, ids]) => [region, [...ids].sort()]));
}
