import type { Catalogue } from '../catalogue/catalogue.js';
import type { CatalogueProfile, Destinations } from '../catalogue/catalogue-types.js';
import { notFound } from '../protocol/aws-error.js';
import { modelArn, profileArn } from './arns.js';
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
