import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../testing/manual-clock.js';
import { AccessStore } from './access-store.js';
import type { AccessFlip } from './access.types.js';
import type { Availability } from './availability.js';
import { restoreAccess, storeAccess } from './principal-access.js';

const MODEL = 'maker.model-v1:0';
const REGION = 'eu-west-1';
const BARE = { modelId: MODEL, region: REGION, invocationId: MODEL };
const PROFILE = { ...BARE, invocationId: `eu.${MODEL}` };
const DAY_MS = 86_400_000;
const LIMITS = { ttlMs: DAY_MS / 4, keepMs: 3 * DAY_MS };
const CLOCK = new ManualClock();
const NOW = CLOCK.now();
const GREEN: Availability = {
  agreement: 'AVAILABLE',
  authorization: 'AUTHORIZED',
  entitlement: 'AVAILABLE',
  region: 'AVAILABLE',
};

const NO = {
  kind: 'access-denied',
  message: 'no',
  remedy: 'Mend it.',
  retryable: false,
  at: '2026-08-22T12:00:00Z',
} as const;

describe('access that a cache tier returns', () => {
  it('is restored as it was', () => {
    const flips: AccessFlip[] = [];
    const [store, next] = [
      new AccessStore(CLOCK, LIMITS, true, () => undefined),
      new AccessStore(CLOCK, LIMITS, true, (flip) => flips.push(flip)),
    ];
    store.recordAnswer(MODEL, REGION, { ...GREEN, entitlement: 'NOT_AVAILABLE' });
    store.recordSuccess(PROFILE);
    store.recordDenial(BARE, NO, false);
    store.recordDenial({ ...BARE, modelId: 'maker.other' }, NO, true);
    store.recordRefusal('us-east-1', NO);
    const record = restoreAccess(JSON.parse(JSON.stringify(storeAccess(store.current))), NOW, false);
    next.adopt(record as NonNullable<typeof record>, true);
    expect(next.explain(BARE)).toEqual(store.explain(BARE));
    expect(next.explain(PROFILE)).toEqual(store.explain(PROFILE));
    expect(next.describe('maker.other', REGION, 'x')).toEqual(store.describe('maker.other', REGION, 'x'));
    expect(next.isDue(MODEL, 'us-east-1')).toBe(false);
    expect(flips).toEqual([]);
  });

  it('is believed only as far as it can have been stored here', () => {
    const answer = { kind: 'answer', at: NOW, availability: { ...GREEN, agreement: 'GRANTED' } };
    const future = { kind: 'answer', at: NOW + DAY_MS, availability: GREEN };
    const routes = [{ kind: 'success', at: 'yesterday', invocationId: MODEL }, null, { kind: 'success', at: NOW }];
    const novel = { kind: 'answer', at: NOW, availability: { ...GREEN, message: 'x'.repeat(501) } };
    const damaged = { a: { answer }, b: { answer: future }, c: { routes }, d: 7, e: { answer: novel } };
    const models = { [REGION]: damaged, '__proto__ ': { a: 1 } };
    const record = restoreAccess({ models, refusals: { [REGION]: { at: NOW } } }, NOW, false);
    expect([...(record?.evidence.get(REGION) ?? [])]).toEqual([]);
    expect(record?.refusals.size).toBe(0);
  });

  it('is read entry by entry: what is well-formed is restored, whatever stands beside it', () => {
    const success = { kind: 'success', at: NOW, invocationId: MODEL };
    const denial = { kind: 'denial', at: NOW, invocationId: MODEL, failure: { kind: 'access-denied' } };
    const models = { [REGION]: { [MODEL]: { answer: 7, denial, routes: [null, success, denial], told: 'maybe' } } };
    const record = restoreAccess({ models, refusals: { [REGION]: null } }, NOW, false);
    const routes = new Map([[MODEL, success]]);
    expect(record?.evidence.get(REGION)?.get(MODEL)).toEqual({ routes, success });
  });

  it('is read without a throw, whatever a tier returns, and what is read can be stored', () => {
    const text = fc.constantFrom(REGION, MODEL, 'models', 'refusals', 'answer', 'routes', 'denial', 'kind', 'at');
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.object({ key: text, maxDepth: 6 })), (value) => {
        const record = restoreAccess(value, NOW, false);
        expect(record === undefined || typeof JSON.stringify(storeAccess(record)) === 'string').toBe(true);
      }),
    );
  });
});
