import type { ModelIndex } from '../models/model-index.js';
import { pair, type ProfileIndex } from '../profiles/profile-index.js';

/** By region, the models that can be invoked from there: on demand, or through a profile that is active. */
export function routableModels(
  models: ModelIndex | undefined,
  profiles: ProfileIndex | undefined,
): Map<string, readonly string[]> {
  const routable = new Map<string, Set<string>>();
  const add = (region: string, modelId: string): void => {
    const ofRegion = routable.get(region) ?? new Set();
    routable.set(region, ofRegion.add(modelId));
  };
  for (const { modelId, availability } of models?.models ?? []) {
    for (const [region, { inferenceTypesSupported }] of Object.entries(availability)) {
      if (inferenceTypesSupported.includes('ON_DEMAND')) {
        add(region, modelId);
      }
    }
  }
  for (const { inferenceProfileId, availability } of profiles?.profiles ?? []) {
    for (const [region, { status }] of Object.entries(availability)) {
      const modelId = profiles?.modelInRegion.get(pair(inferenceProfileId, region));
      if (status === 'ACTIVE' && modelId !== undefined) {
        add(region, modelId);
      }
    }
  }
  return new Map([...routable].map(([region, ids]) => [region, [...ids].sort()]));
}
