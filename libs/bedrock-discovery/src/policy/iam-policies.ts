import { type BedrockArn, parseBedrockArn } from '../catalog/arn.js';
import { ACCOUNT_OPERATIONS, viaOfArn } from '../catalog/account/account-listings.js';
import { InvalidArgumentError } from '../errors/errors.js';
import type { OptionalListing } from '../options/optional-listings.js';
import { isStandardVia } from '../catalog/vias.js';
import { isRegionName, type RegionName } from '../regions/partitions.js';
import type { Route } from '../routing/route.types.js';
import { deepFreeze } from '../util/deep-freeze.js';

/**
 * An IAM policy as AWS takes it. Plain, frozen data: `JSON.stringify` makes the document.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @publicApi
 */
export interface IamPolicyDocument {
  /** Of the policies' language. */
  readonly Version: '2012-10-17';
  /** What is allowed or denied, one by one. */
  readonly Statement: readonly IamStatement[];
}

/** What is allowed or denied, on what, and when. @publicApi */
export interface IamStatement {
  /** What it is for, in one word. */
  readonly Sid: string;
  /** `Deny` goes before any `Allow`. */
  readonly Effect: 'Allow' | 'Deny';
  /** Such as `bedrock:InvokeModel`. */
  readonly Action: readonly string[];
  /** ARNs, with `*` for any part. */
  readonly Resource: '*' | readonly string[];
  /** By operator, such as `StringEquals`, then by condition key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function policyOf(statements: readonly IamStatement[]): IamPolicyDocument {
  return deepFreeze({ Version: '2012-10-17', Statement: statements });
}

/** Whether a text can stand in an ARN without a wildcard or a variable in it, which would widen the policy. */
export function isPlainId(id: string): boolean {
  return /^[\w.:-]+$/.test(id);
}

/** What is scanned, and how. @publicApi */
export interface DiscoveryPolicyOptions {
  /** Regions that may be scanned, as in the `regions` option. @default all */
  regions?: readonly RegionName[];
  /** Whether access to models is found out. @default true */
  access?: boolean;
  /** Whether data retention modes are found out. @default true */
  retention?: boolean;
  /** Whether quotas are listed, as `quotas.mode: 'listed'` does. @default false */
  quotas?: boolean;
  /** Whether the account may be asked for its regions, as `regions: 'auto'` does. @default true unless `regions` are given */
  accountRegions?: boolean;
  /** What is listed besides, as in the `listings` option. @default none */
  listings?: readonly OptionalListing[];
  /** Whether providers' offers are asked for, as `pricing.offers: 'lazy'` does. @default false */
  offers?: boolean;
  /** Whether calls are made with a Bedrock API key (`AWS_BEARER_TOKEN_BEDROCK`). @default false */
  bearerToken?: boolean;
}

/**
 * What a principal needs for scanning. The list operations know no resources, so that only their regions can be limited.
 *
 * @throws InvalidArgumentError for `regions` that are empty or hold what is no name of a region.
 * @publicApi
 */
export function discoveryPolicy(options: DiscoveryPolicyOptions = {}): IamPolicyDocument {
  const {
    regions,
    access = true,
    retention = true,
    quotas = false,
    accountRegions = regions === undefined,
    listings = [],
    offers = false,
    bearerToken = false,
  } = options;
  if (regions !== undefined && (regions.length === 0 || !regions.every(isRegionName))) {
    throw new InvalidArgumentError(
      `regions must be names of regions such as eu-central-1, got [${regions.join(', ')}].`,
    );
  }
  const actions = [
    'bedrock:ListFoundationModels',
    'bedrock:ListInferenceProfiles',
    ...(access ? ['bedrock:GetFoundationModelAvailability'] : []),
    ...ACCOUNT_OPERATIONS.filter(({ name }) => listings.includes(name)).map(({ operation }) => `bedrock:${operation}`),
    ...(retention ? ['bedrock:GetAccountDataRetention'] : []),
    ...(offers ? ['bedrock:ListFoundationModelAgreementOffers'] : []),
    ...(quotas ? ['servicequotas:ListServiceQuotas'] : []),
    ...(bearerToken ? ['bedrock:CallWithBearerToken'] : []),
  ];
  const condition = regions && { Condition: { StringEquals: { 'aws:RequestedRegion': [...regions] } } };
  return policyOf([
    {
      Sid: 'DiscoverBedrock',
      Effect: 'Allow',
      Action: actions,
      Resource: '*',
      ...condition,
    },
    ...(listings.includes('mantle') ? [{ ...LIST_MANTLE, Action: mantleActions(bearerToken), ...condition }] : []),
    ...(accountRegions
      ? [{ Sid: 'ListRegions', Effect: 'Allow' as const, Action: ['account:ListRegions'], Resource: '*' as const }]
      : []),
  ]);
}

const LIST_MANTLE = { Sid: 'DiscoverBedrockMantle', Effect: 'Allow', Resource: '*' } as const;

/** As in AWS's own policy AmazonBedrockMantleInferenceAccess. */
function mantleActions(bearerToken: boolean): string[] {
  const reading = ['bedrock-mantle:Get*', 'bedrock-mantle:List*'];
  return bearerToken ? [...reading, 'bedrock-mantle:CallWithBearerToken'] : reading;
}

/**
 * What of a route the policy is for.
 *
 * @publicApi
 */
export interface InvocationPolicyOptions {
  /** Whether answers are streamed as well, by `ConverseStream` or `InvokeModelWithResponseStream`. @default true */
  streaming?: boolean;
  /** Twelve digits: the account that calls, where it is another one than the route was listed for. */
  accountId?: string;
}

/** The parts of a route that decide what must be allowed. */
export type PolicyRoute = Pick<Route, 'modelId' | 'region' | 'arn' | 'via' | 'destinations' | 'targetArns'>;

type Condition = Readonly<Record<string, string>>;

/** The region of a request that has not been assigned to one yet. */
const ANYWHERE = 'unspecified';

/**
 * The least that a principal needs to invoke a model by a route; it authorises Converse and ConverseStream too.
 *
 * - on demand: the model in the source region
 * - by a geographic or application profile: the profile, and the model in the source and in every destination region
 * - where destinations are global: the profile, the model in the source region, and the model's ARN without a region
 * - by what the account owns: its ARN; by a router also all that it may have a call answered by, and by a marketplace endpoint
 *   what Bedrock does to it in the caller's name
 * - by `bedrock-mantle`: inference there, in the region
 *
 * By a profile the models are allowed through this profile alone, so that neither its residency nor its cost tags can be
 * passed by. Destinations change now and then: make the policy anew when a change of them is told.
 *
 * @throws InvalidArgumentError for a route whose ARN or destinations cannot be read, and for a wrong `accountId`.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 * @publicApi
 */
export function invocationPolicy(route: PolicyRoute, options: InvocationPolicyOptions = {}): IamPolicyDocument {
  const { streaming = true, accountId } = options;
  const allow = statementsFor(
    streaming ? ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'] : ['bedrock:InvokeModel'],
  );
  if (!isStandardVia(route.via)) {
    return policyOf(ownStatements(route, options, allow));
  }
  const arn = arnOf(route);
  const modelIn = (region: string): string =>
    `arn:${arn.partition}:bedrock:${region}::foundation-model/${route.modelId}`;
  if (route.via === 'on-demand') {
    return policyOf([allow('InvokeModel', [modelIn(route.region)])]);
  }
  const profileArn = withAccount(arn, accountId);
  const through: Condition = { 'bedrock:InferenceProfileArn': profileArn };
  if (route.destinations !== 'global') {
    const regions = [...new Set([route.region, ...route.destinations])];
    return policyOf([
      allow('InvokeProfile', [profileArn]),
      allow('InvokeModelThroughProfile', regions.map(modelIn), through),
    ]);
  }
  const here: Condition = { 'aws:RequestedRegion': route.region };
  return policyOf([
    allow('InvokeGlobalProfile', [profileArn], here),
    allow('InvokeModelHereThroughProfile', [modelIn(route.region)], { ...here, ...through }),
    allow('InvokeModelAnywhereThroughProfile', [modelIn('')], { 'aws:RequestedRegion': ANYWHERE, ...through }),
  ]);
}

/** Of what the account owns, and of `bedrock-mantle`. */
function ownStatements(
  { via, arn, region, destinations, targetArns = [] }: PolicyRoute,
  { streaming = true, accountId }: InvocationPolicyOptions,
  allow: ReturnType<typeof statementsFor>,
): readonly IamStatement[] {
  if (!isRegionName(region)) {
    throw new InvalidArgumentError(`The route's region must be the name of a region, got '${region}'.`);
  }
  if (via === 'mantle') {
    const Condition = { StringEquals: { 'aws:RequestedRegion': region } };
    return [
      { Sid: 'InvokeAtMantle', Effect: 'Allow', Action: ['bedrock-mantle:CreateInference'], Resource: '*', Condition },
    ];
  }
  const own = ownArn(arn, via, accountId);
  if (via === 'marketplace-endpoint') {
    const [, partition = '', , , account = ''] = own.split(':');
    const invoking = streaming
      ? ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream']
      : ['sagemaker:InvokeEndpoint'];
    const Condition = { StringEquals: { 'aws:CalledViaLast': 'bedrock.amazonaws.com' } };
    return [
      allow('InvokeMarketplaceEndpoint', [
        `arn:${partition}:bedrock:${region}:${account}:marketplace/model-endpoint/all-access`,
      ]),
      { Sid: 'InvokeEndpointThroughBedrock', Effect: 'Allow', Action: invoking, Resource: [own], Condition },
    ];
  }
  if (via === 'prompt-router') {
    const isPlain = targetArns.every((target) => isPlainId(target.replaceAll('/', '')));
    if (destinations.length === 0 || targetArns.length === 0 || !isPlain) {
      throw new InvalidArgumentError(
        "What the route's router chooses among is not known: refresh, and resolve it anew.",
      );
    }
    return [allow('InvokeRouter', [own]), allow('InvokeWhatTheRouterChooses', targetArns)];
  }
  return [allow('InvokeOwnModel', [own])];
}

/** Routes may come from outside: whatever is not plain would widen the policy. */
function ownArn(arn: string, via: PolicyRoute['via'], accountId: string | undefined): string {
  if (viaOfArn(arn) !== via || !isPlainId(arn.replaceAll('/', ''))) {
    throw new InvalidArgumentError(`The route's arn must name what the account owns, got '${arn}'.`);
  }
  const parts = arn.split(':');
  const account = accountId ?? parts[4] ?? '';
  if (!/^\d{12}$/.test(account)) {
    throw new InvalidArgumentError(`accountId must be twelve digits, got '${account}'.`);
  }
  return [...parts.slice(0, 4), account, ...parts.slice(5)].join(':');
}

function statementsFor(actions: readonly string[]) {
  return (sid: string, resources: readonly string[], condition?: Condition): IamStatement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: [...actions],
    Resource: resources,
    ...(condition && { Condition: { StringEquals: condition } }),
  });
}

/** Routes may come from outside: whatever is not plain would widen the policy. */
function arnOf({ arn, modelId, region, destinations, via }: PolicyRoute): BedrockArn {
  const parsed = parseBedrockArn(arn);
  if (parsed === undefined || !isPlainId(parsed.resourceId) || !isPlainId(modelId)) {
    throw new InvalidArgumentError(
      `The route's arn and modelId must name a profile or model, got '${arn}', '${modelId}'.`,
    );
  }
  const regions = destinations === 'global' ? [region] : [region, ...destinations];
  const odd = regions.find((name) => !isRegionName(name));
  if (odd !== undefined) {
    throw new InvalidArgumentError(`The route's region and destinations must be names of regions, got '${odd}'.`);
  }
  if (via !== 'on-demand' && destinations.length === 0) {
    throw new InvalidArgumentError(`The route's destinations are not known: refresh, and resolve it anew.`);
  }
  return parsed;
}

function withAccount(arn: BedrockArn, accountId = arn.accountId): string {
  if (!/^\d{12}$/.test(accountId)) {
    throw new InvalidArgumentError(`accountId must be twelve digits, got '${accountId}'.`);
  }
  return `arn:${arn.partition}:bedrock:${arn.region}:${accountId}:${arn.resourceType}/${arn.resourceId}`;
}
