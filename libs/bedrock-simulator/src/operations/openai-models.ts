import type { CatalogueModel } from '../catalogue/catalogue-types.js';
import { notFound } from '../protocol/aws-error.js';
import type { OperationCall } from './operation.js';

/** `GET /openai/v1/models`: what Chat Completions and Responses take in the region, models and profiles. */
export function listOpenAiModels({ region, accountId, catalogue }: OperationCall): object {
  const models = catalogue
    .modelsIn(region)
    .filter((model) => writes(model) && model.inferenceTypes.get(region)?.includes('ON_DEMAND'))
    .map((model) => describe(model.modelId, model));
  const profiles = catalogue
    .profilesIn(region, accountId)
    .map(({ inferenceProfileId, modelId }) => ({ inferenceProfileId, model: catalogue.model(modelId) }))
    .flatMap(({ inferenceProfileId, model }) => (model && writes(model) ? describe(inferenceProfileId, model) : []));
  return { object: 'list', data: [...models, ...profiles] };
}

/** @throws AwsError where the region's list has none by that id */
export function getOpenAiModel(call: OperationCall): object {
  const { data } = listOpenAiModels(call) as { data: readonly { id: string }[] };
  const model = data.find(({ id }) => id === call.resource);
  if (model === undefined) {
    throw notFound(`The model '${call.resource}' does not exist`);
  }
  return model;
}

function writes({ outputModalities }: CatalogueModel): boolean {
  return outputModalities.includes('TEXT');
}

function describe(id: string, { lifecycle, providerName }: CatalogueModel): object {
  const created = Math.floor(Date.parse(lifecycle.startOfLifeTime ?? '1970-01-01') / 1000);
  return { id, object: 'model', created, owned_by: providerName };
}
