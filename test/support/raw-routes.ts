import type { FoundationModelSummary, InferenceProfileSummary } from '@aws-sdk/client-bedrock';
import type { RouteConstraints } from 'nestjs-bedrock-discovery';
import type { Listed } from './listed.js';

/** A way to invoke a model as AWS lists it, read with plain loops: what the library's routes are compared with. */
export interface RawRoute {
  readonly region: string;
  readonly arn: string;
  readonly via: 'on-demand' | 'system-profile' | 'application-profile';
  readonly profileId: string | undefined;
  readonly usable: boolean;
  /** An empty text stands for anywhere. */
  readonly destinations: readonly string[];
  readonly endOfLife: Date | undefined;
}

/** The places that the documentation of residency promises, written down a second time. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3', 'eusc-de-east-1'],
  europe: [
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eusc-de-east-1',
  ],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  ca: ['ca-central-1', 'ca-west-1'],
  in: ['ap-south-1', 'ap-south-2'],
};

export function rawRoutes({ models, profiles }: Listed): Map<string, RawRoute[]> {
  const routes = new Map<string, RawRoute[]>();
  const add = (modelId: string, route: RawRoute): void => {
    routes.set(modelId, [...(routes.get(modelId) ?? []), route]);
  };
  const ends = new Map<string, Date | undefined>();
  for (const [region, list] of [...models].sort()) {
    for (const model of list) {
      const id = model.modelId ?? '';
      ends.set(`${id} ${region}`, model.modelLifecycle?.endOfLifeTime);
      if (!ends.has(id)) {
        ends.set(id, model.modelLifecycle?.endOfLifeTime);
      }
    }
  }
  const endOf = (id: string, region: string): Date | undefined =>
    ends.has(`${id} ${region}`) ? ends.get(`${id} ${region}`) : ends.get(id);
  for (const [region, list] of models) {
    for (const model of list) {
      add(model.modelId ?? '', onDemand(model, region));
    }
  }
  for (const [region, list] of profiles) {
    for (const profile of list) {
      const arns = (profile.models ?? []).map(({ modelArn = '' }) => modelArn);
      for (const id of new Set(arns.map((arn) => arn.slice(arn.indexOf('/') + 1)))) {
        add(id, throughProfile(profile, arns, region, endOf(id, region)));
      }
    }
  }
  return routes;
}

function onDemand(model: FoundationModelSummary, region: string): RawRoute {
  return {
    region,
    arn: model.modelArn ?? '',
    via: 'on-demand',
    profileId: undefined,
    usable: model.inferenceTypesSupported?.includes('ON_DEMAND') === true,
    destinations: [region],
    endOfLife: model.modelLifecycle?.endOfLifeTime,
  };
}

function throughProfile(
  profile: InferenceProfileSummary,
  arns: readonly string[],
  region: string,
  endOfLife: Date | undefined,
): RawRoute {
  return {
    region,
    arn: profile.inferenceProfileArn ?? '',
    via: profile.type === 'APPLICATION' ? 'application-profile' : 'system-profile',
    profileId: profile.inferenceProfileId,
    usable: profile.status === 'ACTIVE',
    destinations: arns.map((arn) => arn.split(':')[3] ?? ''),
    endOfLife,
  };
}

/** Whether a raw route is lawful, decided by one condition after the other, as the documentation states them. */
export function isLawful(route: RawRoute, constraints: RouteConstraints, now: number): boolean {
  const { residency, sourceRegions, allowGlobal, via, applicationProfile, minDaysToEndOfLife = 0 } = constraints;
  if (!route.usable) {
    return false;
  }
  if (applicationProfile !== undefined && route.profileId !== applicationProfile) {
    return false;
  }
  if (via !== undefined && !via.includes(route.via)) {
    return false;
  }
  if (sourceRegions !== undefined && !sourceRegions.includes(route.region)) {
    return false;
  }
  if (residency !== undefined) {
    const places = typeof residency === 'string' ? (PLACES[residency] ?? []) : residency;
    if (sourceRegions === undefined && !places.includes(route.region)) {
      return false;
    }
    for (const destination of route.destinations) {
      if (!places.includes(destination)) {
        return false;
      }
    }
  }
  if (allowGlobal === false && route.destinations.includes('')) {
    return false;
  }
  if (route.endOfLife !== undefined) {
    const days = (route.endOfLife.getTime() - now) / 86_400_000;
    if (days < minDaysToEndOfLife) {
      return false;
    }
  }
  return true;
}

export const GEOGRAPHY_NAMES = Object.keys(PLACES);
