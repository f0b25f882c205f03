import type { CatalogueProfile } from '../catalogue/catalogue-types.js';

/** @param region empty in the region-less ARN that a global profile lists */
export function modelArn(modelId: string, region: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
}

export function profileArn(profile: CatalogueProfile, region: string, accountId: string): string {
  const kind = profile.type === 'APPLICATION' ? 'application-inference-profile' : 'inference-profile';
  return `arn:aws:bedrock:${region}:${accountId}:${kind}/${profile.inferenceProfileId}`;
}

/** The id in a model id or in the ARN of a model of that region; otherwise the text itself, which no model has. */
export function modelIdOf(idOrArn: string, region: string): string {
  const prefix = modelArn('', region);
  return idOrArn.startsWith(prefix) ? idOrArn.slice(prefix.length) : idOrArn;
}
