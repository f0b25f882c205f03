import type { RegionFailure } from '../errors/errors.js';
import { failureOf } from '../errors/classify-failure.js';
import type { FailureKind } from '../errors/failure-texts.js';
import { partitionOf, type RegionName } from '../regions/partitions.js';
import type { Route } from '../routing/route.types.js';
import { deepFreeze } from '../util/deep-freeze.js';
import { FAILURE_ANSWERS } from './failure-answers.js';

const AT = '2026-08-22T12:00:00.000Z';

/**
 * A route as `resolve()` answers one, for code that takes one: on demand and served where it is called, unless told otherwise.
 *
 * @publicApi
 */
export function aRoute(differing: Partial<Route> = {}): Route {
  const { modelId = 'amazon.nova-lite-v1:0', region = 'us-east-1' } = differing;
  const route: Route = {
    modelId,
    region,
    invocationId: modelId,
    arn: `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${modelId}`,
    via: 'on-demand',
    destinations: [region],
    latencyMs: 50,
    access: 'available',
    lifecycle: { status: 'ACTIVE' },
    ageMs: 0,
    reasons: [`A route of a test, to ${modelId} in ${region}.`],
    ...differing,
  };
  // What was handed in is the caller's, and stays as it is.
  return deepFreeze(structuredClone(route));
}

/**
 * A failure as statuses, attempts and errors carry it, with the words and the remedy that its kind has.
 *
 * @param where what it was seen in and on; the operation as in the API reference. By default ListFoundationModels in us-east-1
 * @publicApi
 */
export function aFailure(
  kind: FailureKind,
  where: {
    readonly region?: RegionName;
    readonly operation?: string;
    readonly message?: string;
    readonly at?: string;
  } = {},
): RegionFailure {
  const { region = 'us-east-1', operation = 'ListFoundationModels', message = messageOf(kind), at = AT } = where;
  return failureOf(kind, message, { region, operation, at });
}

function messageOf(kind: FailureKind): string {
  const answer = FAILURE_ANSWERS[kind];
  return 'thrown' in answer
    ? answer.thrown.message
    : 'text' in answer
      ? 'Not the JSON of the service.'
      : answer.message;
}
