import {
  type DiscoveredModel,
  type FoundModel,
  type InvocationRouter,
  ModelNotFoundError,
  type RouteConstraints,
} from 'nestjs-bedrock-discovery';

/** A model that was searched for, with the verdict on it and the best route to it. */
export interface FoundModelDocument
  extends DiscoveredModel, Pick<FoundModel, 'verdict' | 'code' | 'reason' | 'failure' | 'route'> {}

interface Among {
  /** Those that meet all other conditions. */
  readonly models: readonly DiscoveredModel[];
  /** Those among them that hold the text. */
  readonly matching: readonly DiscoveredModel[];
  readonly constraints: RouteConstraints;
}

/** What a text names comes first, in the order of the library; then what only holds it, by id. */
export async function findModels(
  router: InvocationRouter,
  text: string,
  { models, matching, constraints }: Among,
): Promise<readonly FoundModelDocument[]> {
  const named = await router.findModels(text, constraints).catch((error: unknown): readonly FoundModel[] => {
    if (error instanceof ModelNotFoundError) {
      return [];
    }
    throw error;
  });
  const ids = new Set(named.map(({ modelId }) => modelId));
  const others = matching.filter(({ modelId }) => !ids.has(modelId));
  const found = await Promise.all(others.map(({ modelId }) => router.findModels(modelId, constraints)));
  const byId = new Map(models.map((model) => [model.modelId, model]));
  return [...named, ...found.flat()].flatMap(({ modelId, verdict, code, reason, failure, route }) => {
    const model = byId.get(modelId);
    return model === undefined ? [] : [{ ...model, verdict, code, reason, failure, route }];
  });
}
