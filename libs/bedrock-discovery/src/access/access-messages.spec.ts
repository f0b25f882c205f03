import { describe, expect, it } from '@jest/globals';
import { messageOfFact } from './access-messages.js';
import type { Availability } from './availability.js';

const GREEN: Availability = {
  agreement: 'AVAILABLE',
  authorization: 'AUTHORIZED',
  entitlement: 'AVAILABLE',
  region: 'AVAILABLE',
};
const SUBJECT = { modelId: 'maker.model-v1:0', region: 'eu-west-1' };

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
