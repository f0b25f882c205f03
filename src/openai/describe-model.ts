import { type DiscoveredModel, type ModelVerdict, VIAS } from 'nestjs-bedrock-discovery';

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
  /** What a call passes as `modelId`, of every eligible way: the bare id first, then profiles. */
  readonly invocation_ids: readonly string[];
}

/** @param model undefined where no region lists it, though profiles lead to it */
export function describeModel(
  { modelId, providerName, regions }: ModelVerdict,
  model: DiscoveredModel | undefined,
): OpenAiModel {
  const eligible = regions.flatMap(({ paths }) => paths).filter(({ verdict }) => verdict === 'eligible');
  const ids = VIAS.flatMap((via) =>
    eligible
      .filter((path) => path.via === via)
      .map(({ invocationId }) => invocationId)
      .sort(),
  );
  return {
    id: modelId,
    object: 'model',
    created: model === undefined ? 0 : startOfLife(model),
    owned_by: providerName,
    input_modalities: model?.inputModalities ?? [],
    output_modalities: model?.outputModalities ?? [],
    invocation_ids: [...new Set(ids)],
  };
}

function startOfLife({ availability }: DiscoveredModel): number {
  const starts = Object.values(availability)
    .map(({ lifecycle }) => Date.parse(lifecycle.startOfLifeTime ?? ''))
    .filter((start) => start >= 0);
  return starts.length === 0 ? 0 : Math.floor(Math.min(...starts) / 1_000);
}
