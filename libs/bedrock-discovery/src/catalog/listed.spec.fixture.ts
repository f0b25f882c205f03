import { deepFreeze } from '../util/deep-freeze.js';
import type { ListedModel } from './models/model.types.js';
import type { ListedProfile } from './profiles/profile.types.js';

/** What a region lists, with what holds there alone beside the rest. */
type Listed = { readonly described: object; readonly here: object };
export type Flat<T extends Listed> = T['described'] & T['here'];

export function flat<T extends Listed>({ described, here }: T): Flat<T> {
  return { ...described, ...here };
}

export function listedModel(model: Flat<ListedModel>): ListedModel {
  const { modelArn, inferenceTypesSupported, lifecycle, ...described } = model;
  return deepFreeze({ described, here: { modelArn, inferenceTypesSupported, lifecycle } });
}

export function listedProfile(profile: Flat<ListedProfile>): ListedProfile {
  const { type, inferenceProfileArn, modelArns, destinations, status, createdAt, updatedAt, ...described } = profile;
  const times = { ...(createdAt !== undefined && { createdAt }), ...(updatedAt !== undefined && { updatedAt }) };
  return deepFreeze({ described, here: { type, inferenceProfileArn, modelArns, destinations, status, ...times } });
}
