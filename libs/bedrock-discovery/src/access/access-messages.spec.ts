import { describe, expect, it } from '@jest/globals';
import { isOfModel, messageOfFact } from './access-messages.js';
import type { Availability } from './availability.js';

const GREEN: Availability = {
  agreement: 'AVAILABLE',
  authorization: 'AUTHORIZED',
  entitlement: 'AVAILABLE',
  region: 'AVAILABLE',
};
const SUBJECT = { modelId: 'maker.model-v1:0', region: 'eu-west-1' };

describe('the message of a denial', () => {
  it.each([
    "You don't have access to the model with the specified model ID.",
    'You don’t have access to the model with the specified model ID.',
    'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model.',
    'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.',
  ])('speaks of the model: %s', (message) => {
    expect(isOfModel({ message })).toBe(true);
  });

  it.each([
    'User: arn:aws:iam::111122223333:user/me is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0 because no identity-based policy allows the bedrock:InvokeModel action',
    'User: arn:aws:sts::111122223333:assumed-role/use-case/me is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.maker.model-v1:0 with an explicit deny in a service control policy',
    'Your account is not authorized to invoke this API operation.',
  ])('speaks of one way to call: %s', (message) => {
    expect(isOfModel({ message })).toBe(false);
  });
});

describe('the words for an answer about access', () => {
  it.each<[Partial<Availability>, reason: RegExp, remedy: RegExp]>([
    [{ agreement: 'NOT_AVAILABLE' }, /not agreed .* first call accepts/, /aws-marketplace:Subscribe/],
    [{ agreement: 'PENDING' }, /being concluded/, /Wait/],
    [{ agreement: 'ERROR', message: 'The card was declined' }, /The card was declined\./, /agreement/],
    [{ authorization: 'NOT_AUTHORIZED' }, /not authorised/, /IAM policy/],
    [{ entitlement: 'NOT_AVAILABLE' }, /not entitled/, /AWS Support/],
    [{ region: 'NOT_AVAILABLE' }, /not offered in eu-west-1/, /another region/],
  ])('give the reason and the remedy of %j', (changes, reason, remedy) => {
    const availability = { ...GREEN, ...changes };
    const message = messageOfFact({ kind: 'answer', at: 0, availability }, SUBJECT);
    expect(message.reason).toMatch(reason);
    expect(message.remedy).toMatch(remedy);
  });

  it('name every obstacle where there are several', () => {
    const availability: Availability = { ...GREEN, authorization: 'NOT_AUTHORIZED', region: 'NOT_AVAILABLE' };
    const { reason } = messageOfFact({ kind: 'answer', at: 0, availability }, SUBJECT);
    expect(reason).toMatch(/not authorised.*not offered/);
  });

  it('promise nothing where all is in order', () => {
    const message = messageOfFact({ kind: 'answer', at: 0, availability: GREEN }, SUBJECT);
    expect(message.reason).toContain('not a promise');
    expect(message.remedy).toBeUndefined();
  });

  it('tell of the use-case form that Anthropic requires', () => {
    const availability: Availability = { ...GREEN, agreement: 'NOT_AVAILABLE' };
    const subject = { modelId: 'anthropic.claude-opus-5', region: 'eu-west-1' };
    expect(messageOfFact({ kind: 'answer', at: 0, availability }, subject).reason).toMatch(
      /Anthropic requires a use-case/,
    );
  });
});
