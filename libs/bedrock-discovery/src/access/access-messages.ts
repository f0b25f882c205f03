import type { RegionFailure } from '../errors/errors.js';
import { SUBSCRIBE } from '../errors/failure-texts.js';
import type { Fact } from './access-evidence.js';
import type { InvokedRoute } from './access.types.js';
import type { Availability } from './availability.js';

export const OPERATION = 'GetFoundationModelAvailability';

/** Why a state is what it is, and what can be done about it. */
export interface AccessMessage {
  readonly reason: string;
  readonly remedy?: string;
}

/** What is asked about; without `invocationId` the model as such. */
export type MessageSubject = Omit<InvokedRoute, 'invocationId'> & Partial<Pick<InvokedRoute, 'invocationId'>>;

export function messageOfFact(fact: Fact, subject: MessageSubject): AccessMessage {
  switch (fact.kind) {
    case 'success':
      return { reason: `A call through ${fact.invocationId} in ${subject.region} succeeded.` };
    case 'denial':
      return {
        reason: `A call through ${fact.invocationId} in ${subject.region} was denied: ${fact.failure.message}`,
        remedy: fact.failure.remedy,
      };
    case 'answer':
      return messageOfAvailability(fact.availability, subject);
    case 'unanswered':
      return {
        reason: `${OPERATION} failed in ${subject.region} (${fact.failure.kind}): ${fact.failure.message} That says nothing about invoking.`,
        remedy: fact.failure.remedy,
      };
  }
}

/** Where the region does not let this principal ask. */
export function messageOfRefusal(failure: RegionFailure, { region }: MessageSubject): AccessMessage {
  return {
    reason:
      `${region} does not let this principal ask (${failure.kind}): ${failure.message} ` +
      'That says nothing about invoking; it is asked again after a day.',
    remedy: failure.remedy,
  };
}

export function messageOfUnasked({ region }: MessageSubject, asks: boolean): AccessMessage {
  return asks
    ? {
        reason: `Nothing is known yet, or not any more, of access to the model in ${region}.`,
        remedy: 'getAccess() asks AWS; a call shows it too.',
      }
    : {
        reason: `No call has shown it, and with access.mode 'off' AWS is not asked.`,
        remedy: "Set access.mode to 'lazy' or 'eager' to have AWS asked; a call shows it too.",
      };
}

function messageOfAvailability(availability: Availability, subject: MessageSubject): AccessMessage {
  const { agreement } = availability;
  const obstacles = obstaclesOf(availability, subject);
  if (obstacles.length > 0) {
    return {
      reason: obstacles.map(({ reason }) => reason).join(' '),
      remedy: obstacles.map(({ remedy }) => remedy).join(' '),
    };
  }
  switch (agreement) {
    case 'ERROR':
      return {
        reason: `AWS reports that the agreement on the model failed: ${sentence(availability.message ?? 'it does not say why')}`,
        remedy: `See the message; if it persists, accept the model’s agreement anew in the Amazon Bedrock console, Model catalog.`,
      };
    case 'NOT_AVAILABLE':
      return {
        reason:
          'The account has not agreed to the provider’s terms yet. That is no denial: a first call accepts them for the account.' +
          useCaseForm(subject.modelId),
        remedy: SUBSCRIBE,
      };
    case 'PENDING':
      return {
        reason:
          'The agreement with the provider is being concluded, which takes up to 15 minutes; calls may succeed meanwhile.' +
          useCaseForm(subject.modelId),
        remedy: 'Wait, then ask again.',
      };
    case 'AVAILABLE':
      return {
        reason:
          'AWS reports agreement, authorisation and entitlement as in order' +
          (availability.region === 'AVAILABLE' ? ' and the region as available' : '') +
          '. That is evidence, not a promise.',
      };
  }
}

function obstaclesOf(
  { authorization, entitlement, region }: Availability,
  subject: MessageSubject,
): { reason: string; remedy: string }[] {
  const obstacles: { reason: string; remedy: string }[] = [];
  if (authorization === 'NOT_AUTHORIZED') {
    obstacles.push({
      reason: `The principal is not authorised to use the model in ${subject.region}.`,
      remedy:
        'Allow `bedrock:InvokeModel` on the model in the IAM policy of the principal and in the organisation’s policies.',
    });
  }
  if (entitlement === 'NOT_AVAILABLE') {
    obstacles.push({
      reason: `The account is not entitled to the model in ${subject.region}.`,
      remedy: `${SUBSCRIBE} If it is subscribed already, contact AWS Support or the provider.`,
    });
  }
  const throughProfile = subject.invocationId !== undefined && subject.invocationId !== subject.modelId;
  if (region === 'NOT_AVAILABLE' && !throughProfile) {
    obstacles.push({
      reason: `The model itself is not offered in ${subject.region}.`,
      remedy: 'Use another region, or an inference profile that is listed there.',
    });
  }
  return obstacles;
}

/** AWS has the form filled in once per account or organisation for Anthropic's models. */
function useCaseForm(modelId: string): string {
  return modelId.startsWith('anthropic.')
    ? ' Anthropic requires a use-case form once per account: without it calls are denied after about 15 minutes.'
    : ' Some providers require a use-case form as well.';
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
