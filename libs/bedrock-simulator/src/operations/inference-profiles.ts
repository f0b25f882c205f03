import type { Catalogue } from '../catalogue/catalogue.js';
import type { CatalogueProfile, Destinations } from '../catalogue/catalogue-types.js';
import { AwsError, notFound, validationError } from '../protocol/aws-error.js';
import { modelArn, modelIdOf, profileArn } from './arns.js';
import type { OperationCall } from './operation.js';
import { pageOf, pageSizeOf } from './paging.js';

const MAX_RESULTS = 1000;

/** Without `type` only SYSTEM_DEFINED come back. */
export function listInferenceProfiles({ region, accountId, query, catalogue, pageSize }: OperationCall): object {
  const type = query.get('type') ?? 'SYSTEM_DEFINED';
  const size = Math.min(pageSizeOf(query.get('maxResults') ?? undefined, MAX_RESULTS, 'maxResults'), pageSize);
  const profiles = catalogue.profilesIn(region, accountId).filter((profile) => profile.type === type);
  const page = pageOf(profiles, size, query.get('nextToken') ?? undefined, `${accountId}|${region}|${type}`);
  return {
    inferenceProfileSummaries: page.items.map((profile) => summary(profile, region, accountId)),
    nextToken: page.nextToken,
  };
}

export function getInferenceProfile({ region, accountId, resource, catalogue }: OperationCall): object {
  const profile = findProfile(catalogue, resource, region, accountId);
  if (profile === undefined) {
    throw notFound(`Inference profile ${resource} not found.`);
  }
  return summary(profile, region, accountId);
}

/** Its body has been checked against the service model. */
interface CreateBody {
  readonly inferenceProfileName: string;
  readonly description?: string | null;
  readonly modelSource: { readonly copyFrom: string };
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | null;
}

export function createInferenceProfile(call: OperationCall): object {
  const { region, accountId, catalogue, tags } = call;
  const {
    inferenceProfileName: name,
    description,
    modelSource,
    tags: given,
  } = call.body.object as unknown as CreateBody;
  const { copyFrom } = modelSource;
  if (
    catalogue
      .profilesIn(region, accountId)
      .some((each) => each.inferenceProfileName === name && each.type === 'APPLICATION')
  ) {
    throw new AwsError('ConflictException', 409, `The inference profile name ${name} is already in use.`);
  }
  const system = findProfile(catalogue, copyFrom, region, accountId);
  const modelId = modelIdOf(copyFrom, region);
  const onDemand = catalogue.model(modelId)?.inferenceTypes.get(region)?.includes('ON_DEMAND') ?? false;
  if (system?.type !== 'SYSTEM_DEFINED' && !onDemand) {
    throw validationError('The provided model source is invalid.');
  }
  const source = system === undefined ? { modelId } : { copyFrom: system.inferenceProfileId };
  const profile = { region, name, ...source, ...(description && { description }) };
  const added = catalogue.addApplicationProfile(profile, call.newId(), accountId, new Date(call.nowMs));
  const inferenceProfileArn = profileArn(added, region, accountId);
  tags.add(inferenceProfileArn, given ?? []);
  return { inferenceProfileArn, status: 'ACTIVE' };
}

export function deleteInferenceProfile({ region, accountId, resource, catalogue }: OperationCall): object {
  const profile = findProfile(catalogue, resource, region, accountId);
  if (profile === undefined) {
    throw notFound(`Inference profile ${resource} not found.`);
  }
  if (profile.type === 'SYSTEM_DEFINED') {
    throw validationError('A system-defined inference profile cannot be deleted.');
  }
  catalogue.removeProfile(profile.inferenceProfileId, region);
  return {};
}

/** The profile of that id or ARN, if the account sees it in that source region. */
export function findProfile(
  catalogue: Catalogue,
  idOrArn: string,
  region: string,
  accountId: string,
): CatalogueProfile | undefined {
  return catalogue
    .profilesIn(region, accountId)
    .find((profile) => [profile.inferenceProfileId, profileArn(profile, region, accountId)].includes(idOrArn));
}

/** In the order of fields that real answers have. */
function summary(profile: CatalogueProfile, region: string, accountId: string): object {
  const destinations = profile.routes.get(region) ?? [];
  return {
    inferenceProfileName: profile.inferenceProfileName,
    description: profile.type === 'APPLICATION' ? profile.description : describe(profile, destinations),
    createdAt: profile.createdAt,
    updatedAt: profile.updatedAt,
    inferenceProfileArn: profileArn(profile, region, accountId),
    models: (destinations === 'global' ? ['', region] : destinations).map((destination) => ({
      modelArn: modelArn(profile.modelId, destination),
    })),
    inferenceProfileId: profile.inferenceProfileId,
    status: 'ACTIVE',
    type: profile.type,
  };
}

function describe(profile: CatalogueProfile, destinations: Destinations): string {
  const [prefix = ''] = profile.inferenceProfileId.split('.');
  const name = profile.inferenceProfileName;
  const model = name.toLowerCase().startsWith(`${prefix} `) ? name.slice(prefix.length + 1) : name;
  if (destinations === 'global') {
    return `Routes requests to ${model} globally across all supported AWS Regions.`;
  }
  const others = destinations.slice(0, -1).join(', ');
  return `Routes requests to ${model} in ${others === '' ? '' : `${others} and `}${destinations.at(-1) ?? ''}.`;
}
