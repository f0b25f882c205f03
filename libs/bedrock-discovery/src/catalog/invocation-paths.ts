import { parseReference } from './arn.js';
import type { AccountModel } from './account/account-model.types.js';
import type { MantleIndex } from './account/mantle-index.js';
import type { ModelIndex } from './models/model-index.js';
import type { DiscoveredModel, ModelInRegion, ModelLifecycle } from './models/model.types.js';
import { type ProfileIndex, profilesInRegion } from './profiles/profile-index.js';
import type { DiscoveredProfile } from './profiles/profile.types.js';
import { pair } from '../util/pair.js';
import { type Destinations, servedIn, type Via, VIA_WORDS } from './vias.js';

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
  /** Whether the region takes calls this way, as it is listed: on demand at all, or through what is active. */
  readonly open: boolean;
  /** Of a profile. */
  readonly profile?: Pick<DiscoveredProfile, 'inferenceProfileId' | 'inferenceProfileName'> & {
    readonly status: string;
  };
  /** Of what the account owns. */
  readonly owned?: { readonly name: string; readonly status: string };
  /** Of a prompt router: ARNs of all that it may have a call answered by; profiles, and the models behind them. */
  readonly targetArns?: readonly string[];
  /** Of `bedrock-mantle`: the model is, or may be, to be had without it. */
  readonly elsewhere?: boolean;
  /** The region's own list of models has the model; undefined where that list is not known, or does not matter. */
  readonly modelListed: boolean | undefined;
  /** What does not depend on the moment, in words. */
  readonly description: string;
}

const UNKNOWN_LIFECYCLE: ModelLifecycle = Object.freeze({ status: 'UNKNOWN' });

/** What the regions list that leads to models. */
export interface Inventories {
  readonly models: ModelIndex | undefined;
  readonly profiles: ProfileIndex | undefined;
  readonly mantle?: MantleIndex | undefined;
}

/**
 * Every way to invoke a model that any region lists, by region: its bare id, each profile from each source region, what the
 * account owns, `bedrock-mantle`.
 *
 * @param owned what of the account's stands for the model
 */
export function invocationPaths(
  modelId: string,
  { models, profiles, mantle }: Inventories,
  owned: readonly AccountModel[],
): readonly InvocationPath[] {
  const model = models?.byId.get(modelId);
  const wrapping = profiles?.byModel.get(modelId) ?? [];
  const onMantle = mantle?.byId.get(modelId);
  const isKnown = models !== undefined && profiles !== undefined;
  const elsewhere = !isKnown || model !== undefined || wrapping.length > 0;
  const regions = new Set([
    ...(model?.regions ?? []),
    ...wrapping.flatMap((profile) => profile.regions),
    ...owned.map(({ region }) => region),
    ...(onMantle?.regions ?? []),
  ]);
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
    const through = profiles === undefined ? [] : profilesInRegion(profiles, modelId, region);
    return [
      ...(here ? [bareId(here, ofModel)] : []),
      ...through.map((profile) => throughProfile(profile, ofModel)),
      ...owned.filter((each) => each.region === region).map((each) => byArn(each, ofModel, profiles)),
      ...(onMantle?.availability[region] ? [onMantleItself(ofModel, elsewhere)] : []),
    ];
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

function byArn(owned: AccountModel, ofModel: OfModel, profiles: ProfileIndex | undefined): InvocationPath {
  const { arn, name, via, region, open, targetArns, status = 'UNKNOWN' } = owned;
  const targets = targetArns?.map((target) => behind(target, region, profiles));
  const destinations =
    targets === undefined ? Object.freeze([region]) : united(targets.map((each) => each.destinations));
  return Object.freeze({
    ...ofModel,
    key: pair(region, arn),
    invocationId: arn,
    arn,
    via,
    destinations,
    open,
    owned: Object.freeze({ name, status }),
    ...(targets && { targetArns: Object.freeze([...new Set(targets.flatMap(({ arns }) => arns))]) }),
    modelListed: undefined,
    description: `${capitalized(VIA_WORDS[via])} "${name}", ${servedIn(destinations)}.`,
  });
}

/** What a router may have a call answered by: a model, or a profile with the models behind it. */
function behind(
  arn: string,
  region: string,
  profiles: ProfileIndex | undefined,
): { destinations: Destinations; arns: readonly string[] } {
  const { id, kind, region: named } = parseReference(arn);
  if (kind === 'model') {
    return { destinations: named === undefined ? 'global' : [named], arns: [arn] };
  }
  const profile = profiles?.byId.get(id)?.availability[region];
  return { destinations: profile?.destinations ?? [], arns: [arn, ...(profile?.modelArns ?? [])] };
}

/** The call may go wherever any says; where one is not known, nothing is promised. */
function united(all: readonly Destinations[]): Destinations {
  if (all.includes('global')) {
    return 'global';
  }
  return Object.freeze(all.some(({ length }) => length === 0) ? [] : [...new Set((all as string[][]).flat())].sort());
}

function onMantleItself(ofModel: OfModel, elsewhere: boolean): InvocationPath {
  const { modelId, region } = ofModel;
  return Object.freeze({
    ...ofModel,
    key: pair(region, `mantle ${modelId}`),
    invocationId: modelId,
    arn: '',
    via: 'mantle',
    destinations: Object.freeze([region]),
    open: true,
    elsewhere,
    modelListed: undefined,
    description: `At the endpoint bedrock-mantle, which takes calls of OpenAI's and Anthropic's APIs; served in ${region} itself.`,
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Of a model that a region does not list itself: what the first region that does says. */
function lifecycleOf(model: DiscoveredModel | undefined): ModelLifecycle {
  const [anywhere] = Object.values(model?.availability ?? {});
  return anywhere?.lifecycle ?? UNKNOWN_LIFECYCLE;
}
