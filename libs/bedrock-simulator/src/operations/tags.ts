import { notFound } from '../protocol/aws-error.js';
import { findProfile } from './inference-profiles.js';
import type { OperationCall } from './operation.js';

/** Bodies have been checked against the service model. */
interface TagBody {
  readonly resourceARN: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly tagKeys: readonly string[];
}

export function listTagsForResource(call: OperationCall): object {
  const { resourceARN } = bodyOf(call);
  return { tags: call.tags.of(resourceARN) };
}

export function tagResource(call: OperationCall): object {
  const { resourceARN, tags } = bodyOf(call);
  call.tags.add(resourceARN, tags);
  return {};
}

export function untagResource(call: OperationCall): object {
  const { resourceARN, tagKeys } = bodyOf(call);
  call.tags.remove(resourceARN, tagKeys);
  return {};
}

/** Of what can have tags, the simulator holds application profiles and what `addAccountModel` added. */
function bodyOf({ body, catalogue, region, accountId, accountModels }: OperationCall): TagBody {
  const parsed = body.object as unknown as TagBody;
  const { resourceARN } = parsed;
  const profile = findProfile(catalogue, resourceARN, region, accountId);
  if (profile?.type !== 'APPLICATION' && accountModels.callable(resourceARN, region, accountId) === undefined) {
    throw notFound(`The resource ${resourceARN} does not exist.`);
  }
  return parsed;
}
