import type { InvocationRouter, RegionStatus } from 'nestjs-bedrock-discovery';
import { ProblemError } from '../problems/problem.error.js';
import { unlessUnknown } from '../regions/unknown-regions.js';

/** What is answered about an id that is formed like that of a model, and that no known region lists. */
export async function unlistedModel(
  router: InvocationRouter,
  id: string,
  statuses: readonly RegionStatus[],
): Promise<ProblemError> {
  const nearest = await router.getNearestModels(id);
  const { hint, unknownRegions } = unlessUnknown(statuses);
  const meant = nearest.length === 0 ? '' : ` Did you mean ${nearest.join(', ')}?`;
  const [found] = await router.findModels(id).catch(() => []);
  const detail =
    found?.route === undefined
      ? `No region lists a model ${id}.${meant}${hint}`
      : `No region lists ${id} among its foundation models. It can be invoked: see GET /models/{id}/route.`;
  return new ProblemError('MODEL_NOT_FOUND', detail, { extensions: { nearest, ambiguous: false, unknownRegions } });
}
