import type { DiscoveredModel, DiscoveredProfile } from 'nestjs-bedrock-discovery';

/** A model as OpenAI's API describes one, and below what it does not know. */
export interface OpenAiModel {
  readonly id: string;
  readonly object: 'model';
  /** When its life began, in seconds since 1970; 0 where no region says. */
  readonly created: number;
  /** The provider. */
  readonly owned_by: string;
  readonly input_modalities: readonly string[];
  readonly output_modalities: readonly string[];
  /** What a call passes as `modelId`: the bare id where a region takes it on demand, and each active profile. */
  readonly invocation_ids: readonly string[];
}

/**
 * What the account can run: models, whatever they put out, that some region takes on demand or some active inference
 * profile wraps. Left out are those that only provisioned throughput runs. A profile counts even where no region lists its
 * model. What a region lists it is taken to run, also past the end of life that it states: its list is what it offers.
 */
export function runnableModels(
  models: readonly DiscoveredModel[],
  profiles: readonly DiscoveredProfile[],
): readonly OpenAiModel[] {
  const byId = new Map(models.map((model) => [model.modelId, model]));
  const wrapping = activeProfiles(profiles);
  const ids = [...new Set([...byId.keys(), ...wrapping.keys()])].sort();
  return ids.flatMap((id) => {
    const model = byId.get(id);
    const invocationIds = [...(model !== undefined && isOnDemand(model) ? [id] : []), ...(wrapping.get(id) ?? [])];
    return invocationIds.length === 0 ? [] : [describe(id, model, invocationIds)];
  });
}

/** Ids of profiles that are active somewhere, by the model that they wrap. */
function activeProfiles(profiles: readonly DiscoveredProfile[]): ReadonlyMap<string, readonly string[]> {
  const wrapping = new Map<string, string[]>();
  for (const { inferenceProfileId, modelIds, availability } of profiles) {
    if (Object.values(availability).some(({ status }) => status === 'ACTIVE')) {
      modelIds.forEach((modelId) => wrapping.set(modelId, [...(wrapping.get(modelId) ?? []), inferenceProfileId]));
    }
  }
  return wrapping;
}

function isOnDemand({ availability }: DiscoveredModel): boolean {
  return Object.values(availability).some(({ inferenceTypesSupported }) =>
    inferenceTypesSupported.includes('ON_DEMAND'),
  );
}

function describe(id: string, model: DiscoveredModel | undefined, invocationIds: readonly string[]): OpenAiModel {
  return {
    id,
    object: 'model',
    created: model === undefined ? 0 : startOfLife(model),
    owned_by: model?.providerName ?? (id.split('.', 1)[0] as string),
    input_modalities: model?.inputModalities ?? [],
    output_modalities: model?.outputModalities ?? [],
    invocation_ids: invocationIds,
  };
}

function startOfLife({ availability }: DiscoveredModel): number {
  const starts = Object.values(availability)
    .map(({ lifecycle }) => Date.parse(lifecycle.startOfLifeTime ?? ''))
    .filter((start) => start >= 0);
  return starts.length === 0 ? 0 : Math.floor(Math.min(...starts) / 1_000);
}
