import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedResponseError } from '../errors/errors.js';
import type { AccessState } from './access.types.js';
import { AVAILABILITY, type Availability, parseAvailability, stateOfAvailability } from './availability.js';

const GREEN: Availability = {
  agreement: 'AVAILABLE',
  authorization: 'AUTHORIZED',
  entitlement: 'AVAILABLE',
  region: 'AVAILABLE',
};

function answerOf({ agreement, authorization, entitlement, region, message }: Availability): Record<string, unknown> {
  return {
    modelId: 'maker.model-v1',
    agreementAvailability: { status: agreement, errorMessage: message },
    authorizationStatus: authorization,
    entitlementAvailability: entitlement,
    regionAvailability: region,
  };
}

const availabilities = fc.record<Availability>({
  agreement: fc.constantFrom('AVAILABLE', 'PENDING', 'NOT_AVAILABLE', 'ERROR'),
  authorization: fc.constantFrom('AUTHORIZED', 'NOT_AUTHORIZED'),
  entitlement: fc.constantFrom('AVAILABLE', 'NOT_AVAILABLE'),
  region: fc.constantFrom('AVAILABLE', 'NOT_AVAILABLE'),
});

describe('reading what AWS answered about access', () => {
  it('takes every part of every answer that AWS documents', () => {
    fc.assert(
      fc.property(availabilities, (availability) => {
        const read = parseAvailability(answerOf(availability));
        expect(read).toEqual(availability);
        expect(AVAILABILITY.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
      }),
    );
  });

  it.each(['agreementAvailability', 'authorizationStatus', 'entitlementAvailability', 'regionAvailability'])(
    'takes an answer without %s, or with an unknown value there, as malformed',
    (field) => {
      for (const value of [undefined, null, 'SOMETHING_NEW', 7, [], { status: 'SOMETHING_NEW' }]) {
        expect(() => parseAvailability({ ...answerOf(GREEN), [field]: value })).toThrow(MalformedResponseError);
      }
      const told = (value: unknown) => () =>
        parseAvailability({ ...answerOf(GREEN), [field]: field.startsWith('agreement') ? { status: value } : value });
      expect(told('SOMETHING_NEW')).toThrow(`The answer holds 'SOMETHING_NEW' as ${field}`);
      expect(told('N'.repeat(41))).toThrow(`The answer holds '${'N'.repeat(40)}' as ${field}`);
      expect(told(7)).toThrow(`The answer holds nothing that can be read as ${field}`);
    },
  );

  it('throws nothing but a MalformedResponseError, whatever is answered', () => {
    fc.assert(
      fc.property(fc.anything(), (output) => {
        try {
          parseAvailability(output);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedResponseError);
        }
      }),
    );
  });

  it('keeps secrets and novels out of what a failed agreement says', () => {
    const message = `Authorization: Bearer sesame-${'x'.repeat(2_000)}`;
    const read = parseAvailability(answerOf({ ...GREEN, agreement: 'ERROR', message }));
    expect(read.message).not.toContain('sesame');
    const long = parseAvailability(answerOf({ ...GREEN, agreement: 'ERROR', message: 'no '.repeat(2_000) }));
    expect(long.message?.length).toBeLessThanOrEqual(500);
  });
});

describe('the access that an answer gives', () => {
  it.each<[Partial<Availability>, direct: AccessState, throughProfile: AccessState]>([
    [{}, 'available', 'available'],
    [{ agreement: 'NOT_AVAILABLE' }, 'obtainable', 'obtainable'],
    [{ agreement: 'PENDING' }, 'obtainable', 'obtainable'],
    [{ agreement: 'ERROR' }, 'unknown', 'unknown'],
    [{ authorization: 'NOT_AUTHORIZED' }, 'denied', 'denied'],
    [{ entitlement: 'NOT_AVAILABLE' }, 'denied', 'denied'],
    [{ entitlement: 'NOT_AVAILABLE', agreement: 'NOT_AVAILABLE' }, 'denied', 'denied'],
    [{ region: 'NOT_AVAILABLE' }, 'denied', 'available'],
    [{ region: 'NOT_AVAILABLE', agreement: 'NOT_AVAILABLE' }, 'denied', 'obtainable'],
    [{ region: 'NOT_AVAILABLE', authorization: 'NOT_AUTHORIZED' }, 'denied', 'denied'],
  ])('of %j is %s, and through a profile %s', (changes, direct, throughProfile) => {
    const availability = { ...GREEN, ...changes };
    expect(stateOfAvailability(availability, false)).toBe(direct);
    expect(stateOfAvailability(availability, true)).toBe(throughProfile);
  });

  it('is never denied for want of an agreement alone', () => {
    fc.assert(
      fc.property(availabilities, ({ agreement }) => {
        expect(stateOfAvailability({ ...GREEN, agreement }, false)).not.toBe('denied');
      }),
    );
  });
});
