import type { CatalogueModel, Destinations } from '../catalogue/catalogue-types.js';
import type { QuotaScope } from '../quotas/quota-table.js';
import { modelIdOf } from '../operations/arns.js';
import { findProfile } from '../operations/inference-profiles.js';
import type { InvocationCall } from '../operations/operation.js';
import { notFound, validationError } from '../protocol/aws-error.js';

/** What a call is for. */
export interface InvocationTarget {
  readonly modelId: string;
  /** Undefined for a profile whose model is in no list: real lists have such ghosts. */
  readonly model: CatalogueModel | undefined;
  /** Where the call may be served. */
  readonly destinations: Destinations;
  /** Which quota it draws from; undefined for what has limits of its own, which are not played. */
  readonly scope: QuotaScope | undefined;
}

type Callable = Pick<InvocationCall, 'resource' | 'region' | 'accountId' | 'catalogue' | 'accountModels' | 'nowMs'>;

/**
 * What the `modelId` of a call names: the id or ARN of a model, of a system-defined profile or of the account's own, or the
 * ARN of whatever else the account owns.
 *
 * @throws AwsError as Bedrock answers where it names none, or one that can no longer or not so be called
 */
export function resolveTarget(call: Callable): InvocationTarget {
  const target = ofModel(call) ?? ofProfile(call) ?? ofAccount(call);
  if (target === undefined) {
    throw validationError('The provided model identifier is invalid.');
  }
  const { model } = target;
  if (model !== undefined && call.catalogue.hasEnded(model, call.region, call.nowMs)) {
    throw notFound(
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
    );
  }
  return target;
}

function ofModel({ resource, region, catalogue }: Callable): InvocationTarget | undefined {
  const modelId = modelIdOf(resource, region);
  const model = catalogue.model(modelId);
  const inferenceTypes = model?.inferenceTypes.get(region);
  if (inferenceTypes === undefined) {
    return undefined;
  }
  if (inferenceTypes.includes('ON_DEMAND')) {
    return { modelId, model, destinations: [region], scope: 'on-demand' };
  }
  throw validationError(
    `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ` +
      'ARN of an inference profile that contains this model.',
  );
}

function ofProfile({ resource, region, accountId, catalogue }: Callable): InvocationTarget | undefined {
  const profile = findProfile(catalogue, resource, region, accountId);
  if (profile === undefined) {
    return undefined;
  }
  const { modelId, type } = profile;
  const destinations = profile.routes.get(region) ?? [region];
  const isOfModel = type === 'APPLICATION' && destinations.length === 1 && destinations[0] === region;
  const scope = destinations === 'global' ? 'global' : isOfModel ? 'on-demand' : 'cross-region';
  return { modelId, model: catalogue.model(modelId), destinations, scope };
}

/** What the account owns runs the first of its models, or one that is in no list. */
function ofAccount(call: Callable): InvocationTarget | undefined {
  const { resource, region, accountId, accountModels } = call;
  const owned = accountModels.callable(resource, region, accountId);
  if (owned === undefined) {
    return undefined;
  }
  const [first] = owned.models;
  const through = first === undefined ? undefined : ofProfile({ ...call, resource: first });
  const modelId = through?.modelId ?? first ?? owned.arn;
  return {
    modelId,
    model: call.catalogue.model(modelId),
    destinations: through?.destinations ?? [region],
    scope: through?.scope,
  };
}

/**
 * What `bedrock-mantle` offers in the region by that id.
 *
 * @throws AwsError where it offers none
 */
export function resolveMantleTarget({ resource, region, catalogue, mantleModels }: InvocationCall): InvocationTarget {
  if (!mantleModels.in(region).some(({ id }) => id === resource)) {
    throw notFound(`The model '${resource}' does not exist`);
  }
  return { modelId: resource, model: catalogue.model(resource), destinations: [region], scope: undefined };
}
