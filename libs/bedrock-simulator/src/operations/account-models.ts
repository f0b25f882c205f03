import type { AccountModel, AccountModelKind } from '../catalogue/account-models.js';
import { modelArn, profileArn } from './arns.js';
import { findProfile } from './inference-profiles.js';
import type { OperationCall, StateOperation } from './operation.js';
import { pageOf, pageSizeOf } from './paging.js';

const MAX_RESULTS = 1000;
const CREATED = '2025-11-01T00:00:00Z';

type Describe = (model: AccountModel, call: OperationCall) => object;

/** Lists what the account owns of a kind, page by page. */
function listing(kind: AccountModelKind, member: string, describe: Describe): StateOperation['handle'] {
  return (call) => {
    const { region, accountId, query, accountModels, pageSize } = call;
    const size = Math.min(pageSizeOf(query.get('maxResults') ?? undefined, MAX_RESULTS, 'maxResults'), pageSize);
    const models = accountModels.of(kind, region, accountId);
    const page = pageOf(models, size, query.get('nextToken') ?? undefined, `${accountId}|${region}|${kind}`);
    return { [member]: page.items.map((model) => describe(model, call)), nextToken: page.nextToken };
  };
}

export const listProvisionedModelThroughputs = listing(
  'provisioned-throughput',
  'provisionedModelSummaries',
  (model, { region }) => {
    const foundationModelArn = modelArn(model.models[0] ?? '', region);
    const served = model.customized ? customModelArn(model) : foundationModelArn;
    return {
      provisionedModelName: model.name,
      provisionedModelArn: model.arn,
      modelArn: served,
      desiredModelArn: served,
      foundationModelArn,
      modelUnits: 1,
      desiredModelUnits: 1,
      status: model.status,
      creationTime: model.createdAt,
      lastModifiedTime: model.createdAt,
    };
  },
);

export const listImportedModels = listing('imported-model', 'modelSummaries', (model) => ({
  modelArn: model.arn,
  modelName: model.name,
  creationTime: model.createdAt,
  instructSupported: true,
  modelArchitecture: 'llama',
}));

export const listCustomModelDeployments = listing('custom-deployment', 'modelDeploymentSummaries', (model) => ({
  customModelDeploymentArn: model.arn,
  customModelDeploymentName: model.name,
  modelArn: customModelArn(model),
  createdAt: model.createdAt,
  status: model.status,
  lastUpdatedAt: model.createdAt,
}));

export const listMarketplaceModelEndpoints = listing('marketplace-endpoint', 'marketplaceModelEndpoints', (model) => ({
  endpointArn: model.arn,
  modelSourceIdentifier: `arn:aws:sagemaker:${model.region}:aws:hub-content/SageMakerPublicHub/Model/${model.name}`,
  createdAt: model.createdAt,
  updatedAt: model.createdAt,
  status: model.status,
}));

export const listPromptRouters = listing('prompt-router', 'promptRouterSummaries', (model, call) => {
  const targets = model.models.map((id) => ({ modelArn: targetArn(id, call) }));
  return {
    promptRouterName: model.name,
    routingCriteria: { responseQualityDifference: 0 },
    promptRouterArn: model.arn,
    models: targets,
    fallbackModel: targets[0],
    status: model.status,
    type: 'custom',
    createdAt: model.createdAt,
    updatedAt: model.createdAt,
  };
});

/** `GET /v1/models` of `bedrock-mantle`: OpenAI's list, with what AWS adds. */
export function listMantleModels({ region, mantleModels }: OperationCall): object {
  return {
    object: 'list',
    data: mantleModels.in(region).map(({ id, ownedBy = 'system', allowedModes }) => ({
      id,
      object: 'model',
      created: Date.parse(CREATED) / 1_000,
      owned_by: ownedBy,
      ...(allowedModes && { data_retention: { allowed_modes: allowedModes } }),
    })),
  };
}

function customModelArn({ region, accountId, name, models: [base = 'base'] }: AccountModel): string {
  return `arn:aws:bedrock:${region}:${accountId}:custom-model/${base}/${name}`;
}

function targetArn(id: string, { catalogue, region, accountId }: OperationCall): string {
  const profile = findProfile(catalogue, id, region, accountId);
  return profile ? profileArn(profile, region, accountId) : modelArn(id, region);
}
