import * as z from 'zod';
import { MalformedResponseError } from '../errors/errors.js';
import { redact } from '../errors/redact.js';
import { isRecord, isText } from '../util/guards.js';
import type { AccessState } from './access.types.js';

const AGREEMENTS = ['AVAILABLE', 'PENDING', 'NOT_AVAILABLE', 'ERROR'] as const;
const AUTHORIZATIONS = ['AUTHORIZED', 'NOT_AUTHORIZED'] as const;
const AVAILABILITIES = ['AVAILABLE', 'NOT_AVAILABLE'] as const;
const MAX_MESSAGE_LENGTH = 500;

/** What GetFoundationModelAvailability says of a model in a region, and how it is kept. */
export const AVAILABILITY = z
  .object({
    agreement: z.enum(AGREEMENTS),
    authorization: z.enum(AUTHORIZATIONS),
    entitlement: z.enum(AVAILABILITIES),
    region: z.enum(AVAILABILITIES),
    /** Of an agreement that failed. */
    message: z.string().min(1).max(MAX_MESSAGE_LENGTH).optional(),
  })
  .readonly();

export type Availability = z.infer<typeof AVAILABILITY>;

/**
 * Reads what GetFoundationModelAvailability answered. The id that comes back is left aside: it lacks its `:0`.
 *
 * @throws MalformedResponseError if a part is missing or has a value that is not known here: that is not a "no".
 */
export function parseAvailability(output: unknown): Availability {
  const answer = isRecord(output) ? output : {};
  const agreement = isRecord(answer['agreementAvailability']) ? answer['agreementAvailability'] : {};
  const message = agreement['errorMessage'];
  return Object.freeze({
    agreement: oneOf(AGREEMENTS, agreement['status'], 'agreementAvailability.status'),
    authorization: oneOf(AUTHORIZATIONS, answer['authorizationStatus'], 'authorizationStatus'),
    entitlement: oneOf(AVAILABILITIES, answer['entitlementAvailability'], 'entitlementAvailability'),
    region: oneOf(AVAILABILITIES, answer['regionAvailability'], 'regionAvailability'),
    // Cleaned before it is cut: half a token is no longer recognised.
    ...(isText(message) && { message: redact(message).slice(0, MAX_MESSAGE_LENGTH) }),
  });
}

/**
 * What the answer comes to. An agreement that is missing, or being concluded, is no denial: a first call begins the
 * subscription, and calls succeed while AWS concludes it.
 *
 * @param throughProfile for a call through an inference profile: that the region does not offer the model itself does not
 * matter then, since the profile is listed there and has it served elsewhere
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
 */
export function stateOfAvailability(availability: Availability, throughProfile: boolean): AccessState {
  const { agreement, authorization, entitlement, region } = availability;
  if (authorization === 'NOT_AUTHORIZED' || entitlement === 'NOT_AVAILABLE') {
    return 'denied';
  }
  if (region === 'NOT_AVAILABLE' && !throughProfile) {
    return 'denied';
  }
  if (agreement === 'ERROR') {
    return 'unknown';
  }
  return agreement === 'AVAILABLE' ? 'available' : 'obtainable';
}

function oneOf<T extends string>(accepted: readonly T[], value: unknown, field: string): T {
  if (!includes(accepted, value)) {
    const seen = isText(value) ? `'${redact(value).slice(0, 40)}'` : 'nothing that can be read';
    throw new MalformedResponseError(`The answer holds ${seen} as ${field}.`);
  }
  return value;
}

function includes<T extends string>(accepted: readonly T[], value: unknown): value is T {
  return (accepted as readonly unknown[]).includes(value);
}
