import type { RegionFailure } from '../errors/failure.js';
import type { InvokedRoute } from './access.types.js';
import type { Availability } from './availability.js';
import type { Denial, Fact } from './access-evidence.js';

export const OPERATION = 'GetFoundationModelAvailability';

/** Why a state is what it is, and what can be done about it. */
export interface AccessMessage {
  readonly reason: string;
  readonly remedy?: string;
}

/** What is asked about; without `invocationId` the model as such. */
export type MessageSubject = Omit<InvokedRoute, 'invocationId'> & Partial<Pick<InvokedRoute, 'invocationId'>>;

const NO_MODEL_ACCESS = /do(?:n['’]t| not) have access to the model with the specified model id/i;
const USE_CASE_FORM = /use[- ]case/i;
/** The subscription that a first call begins is the account's, whichever way the model is invoked. */
const SUBSCRIPTION = /aws marketplace|aws-marketplace:/i;
/** As policies word it; what they deny is one resource. */
const RESOURCE = /\bon resource: arn:/i;

/** Whether a denial speaks of the model as such, and so of every way to invoke it in the region. */
export function isOfModel({ message }: Pick<RegionFailure, 'message'>): boolean {
  return !RESOURCE.test(message) && [NO_MODEL_ACCESS, USE_CASE_FORM, SUBSCRIPTION].some((text) => text.test(message));
}

export function messageOfFact(fact: Fact, subject: MessageSubject): AccessMessage {
  switch (fact.kind) {
    case 'success':
      return { reason: `A call through ${fact.invocationId} in ${subject.region} succeeded.` };
    case 'denial':
      return messageOfDenial(fact, subject);
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

function messageOfDenial({ failure, invocationId }: Denial, subject: MessageSubject): AccessMessage {
  const reason = `A call through ${invocationId} in ${subject.region} was denied: ${failure.message}`;
  if (!isOfModel(failure)) {
    return { reason, remedy: failure.remedy };
  }
  if (USE_CASE_FORM.test(failure.message)) {
    return {
      reason,
      remedy:
        'Submit the use-case form of the model’s provider once for the account (Amazon Bedrock console, Model catalog, or ' +
        '`bedrock:PutUseCaseForModelAccess`); access follows within about 15 minutes.',
    };
  }
  return { reason, remedy: `${SUBSCRIBE} A use-case form may be missing as well.` };
}

const SUBSCRIBE =
  'Have the account subscribed to the model: call it once, or accept its agreement, as a principal that may ' +
  '`aws-marketplace:Subscribe` and `aws-marketplace:ViewSubscriptions`, with a valid payment method.';

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
