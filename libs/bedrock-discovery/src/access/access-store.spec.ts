import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RegionFailure } from '../errors/errors.js';
import { ManualClock } from '../testing/manual-clock.js';
import { AccessStore } from './access-store.js';
import type { AccessFlip } from './access.types.js';
import type { Availability } from './availability.js';
import { restoreAccess, storeAccess } from './principal-access.js';

const MODEL = 'maker.model-v1:0';
const REGION = 'eu-west-1';
const BARE = { modelId: MODEL, region: REGION, invocationId: MODEL };
const PROFILE = { ...BARE, invocationId: `eu.${MODEL}` };
const OTHER = { ...BARE, modelId: 'maker.other', invocationId: 'maker.other' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIMITS = { ttlMs: 6 * HOUR_MS, keepMs: 3 * DAY_MS };
const GREEN: Availability = {
  agreement: 'AVAILABLE',
  authorization: 'AUTHORIZED',
  entitlement: 'AVAILABLE',
  region: 'AVAILABLE',
};
const NOT_ENTITLED: Availability = { ...GREEN, entitlement: 'NOT_AVAILABLE' };

function failure(message: string, kind: RegionFailure['kind'] = 'access-denied'): RegionFailure {
  return { kind, message, remedy: 'Mend it.', retryable: false, at: '2026-08-22T12:00:00.000Z' };
}

let clock: ManualClock;
let flips: AccessFlip[];
let store: AccessStore;

beforeEach(() => {
  clock = new ManualClock();
  flips = [];
  store = new AccessStore(clock, LIMITS, true, (flip) => flips.push(flip));
});

const stateOf = (route = BARE) => store.stateOf(route);
const modelState = (askedAs = MODEL) => store.describe(MODEL, REGION, askedAs).state;

describe('evidence of real calls', () => {
  it('makes the route and the model observed, and the other routes available', () => {
    store.recordSuccess(PROFILE);
    expect([stateOf(PROFILE), stateOf(BARE), modelState()]).toEqual(['observed', 'available', 'observed']);
    expect(stateOf({ ...BARE, region: 'us-east-1' })).toBe('unknown');
    expect(store.explain(BARE).reason).toContain(PROFILE.invocationId);
  });

  it('takes precedence over what AWS says before and after it', () => {
    store.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    store.recordSuccess(BARE);
    expect([stateOf(), modelState()]).toEqual(['observed', 'observed']);
    store.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    expect([stateOf(), modelState()]).toEqual(['observed', 'observed']);
    store.recordAnswer(MODEL, REGION, GREEN);
    store.recordDenial(BARE, failure('no'), true);
    expect([stateOf(), modelState()]).toEqual(['denied', 'denied']);
  });

  it('keeps the denial of a policy to the route that was denied', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    store.recordDenial(BARE, failure('no'), false);
    expect([stateOf(BARE), stateOf(PROFILE), modelState('another')]).toEqual(['denied', 'available', 'available']);
    store.recordSuccess(PROFILE);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['denied', 'observed', 'observed']);
  });

  it('tells of a denial where the id is asked about that was denied, if there is nothing better', () => {
    store.recordDenial(BARE, failure('no'), false);
    expect(modelState(MODEL)).toBe('denied');
    expect(modelState(PROFILE.invocationId)).toBe('unknown');
  });

  it('denies every route where the model itself is denied', () => {
    store.recordSuccess(PROFILE);
    store.recordDenial(BARE, failure('no'), true);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['denied', 'denied', 'denied']);
  });

  it('is overridden at once by evidence of the contrary', () => {
    store.recordDenial(BARE, failure('no'), true);
    store.recordSuccess(PROFILE);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['available', 'observed']);
    store.recordDenial(PROFILE, failure('no'), false);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['unknown', 'denied', 'unknown']);
    store.recordSuccess(PROFILE);
    expect(stateOf(PROFILE)).toBe('observed');
  });

  it('forgets a denial after ttlMs, to the millisecond', () => {
    store.recordDenial(BARE, failure('no'), true);
    store.recordDenial(PROFILE, failure('no'), false);
    clock.advance(LIMITS.ttlMs - 1);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['denied', 'denied']);
    clock.advance(1);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['unknown', 'unknown']);
  });

  it('lets a success yield to a later answer after ttlMs, and else believes it as long as anything', () => {
    store.recordSuccess(BARE);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('observed');
    store.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    expect(stateOf()).toBe('denied');
    store.recordSuccess(PROFILE);
    clock.advance(LIMITS.keepMs - 1);
    expect(stateOf(PROFILE)).toBe('observed');
    clock.advance(1);
    expect(stateOf(PROFILE)).toBe('unknown');
  });
});

describe('an answer of AWS about access', () => {
  it('is believed for ttlMs where it denies, and else until it is too old to be served', () => {
    store.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    store.recordAnswer('maker.other', REGION, GREEN);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('unknown');
    clock.advance(LIMITS.keepMs - LIMITS.ttlMs - 1);
    expect(stateOf(OTHER)).toBe('available');
    clock.advance(1);
    expect(stateOf(OTHER)).toBe('unknown');
  });

  it('is asked for anew after ttlMs, and sooner while the agreement is being concluded', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    store.recordAnswer('maker.other', REGION, { ...GREEN, agreement: 'PENDING' });
    expect([store.isDue(MODEL, REGION), store.isDue('maker.other', REGION)]).toEqual([false, false]);
    clock.advance(15 * 60_000);
    expect([store.isDue(MODEL, REGION), store.isDue('maker.other', REGION)]).toEqual([false, true]);
    clock.advance(LIMITS.ttlMs);
    expect(store.isDue(MODEL, REGION)).toBe(true);
  });

  it('is kept when asking again fails, which is repeated after a pause that grows', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    clock.advance(LIMITS.ttlMs);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      store.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
      let pauseMs = 0;
      for (; !store.isDue(MODEL, REGION); pauseMs += 1_000) {
        clock.advance(1_000);
      }
      pauses.push(pauseMs);
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect(stateOf()).toBe('available');
  });

  it('is not asked for during a day where a region refuses it, which says nothing of access', () => {
    store.recordRefusal(REGION, failure('no policy allows it'));
    expect(store.isDue(MODEL, REGION)).toBe(false);
    expect(store.describe(MODEL, REGION, MODEL)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('no policy allows it'),
      remedy: 'Mend it.',
    });
    clock.advance(DAY_MS - 1);
    expect(store.isDue(MODEL, REGION)).toBe(false);
    clock.advance(1);
    expect(store.isDue(MODEL, REGION)).toBe(true);
  });
});

describe('a change of access', () => {
  it('is told once, between states that were known', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    store.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
    store.recordSuccess(BARE);
    expect(flips).toEqual([]);
    store.recordDenial(BARE, failure('no'), true);
    expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'observed', after: 'denied' }]);
    store.recordDenial(BARE, failure('no'), true);
    expect(flips).toHaveLength(1);
  });

  it('is not told where time passes, nor where asking fails then', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    store.recordDenial(BARE, failure('no'), true);
    flips.length = 0;
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('available');
    store.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
    store.recordDenial(BARE, failure('no'), false);
    expect(flips).toEqual([]);
    store.recordAnswer(MODEL, REGION, GREEN);
    expect(flips).toEqual([expect.objectContaining({ before: 'denied', after: 'available' })]);
  });

  it('is told across a gap in which nothing was known', () => {
    store.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('unknown');
    store.recordAnswer(MODEL, REGION, GREEN);
    expect(flips).toEqual([expect.objectContaining({ before: 'denied', after: 'available' })]);
  });
});

describe('what is known of access', () => {
  const START = new ManualClock().now();
  const LEARNT_ELSEWHERE = {
    evidence: new Map([
      [
        REGION,
        new Map([[MODEL, { answer: { kind: 'answer' as const, at: START + DAY_MS, availability: NOT_ENTITLED } }]]),
      ],
    ]),
    refusals: new Map(),
  };
  type Act = (now: AccessStore) => void;
  const acts = fc.constantFrom<Act>(
    (now) => now.recordSuccess(BARE),
    (now) => now.recordSuccess(PROFILE),
    (now) => now.recordDenial(BARE, failure('no'), false),
    (now) => now.recordDenial(PROFILE, failure('no'), true),
    (now) => now.recordAnswer(MODEL, REGION, GREEN),
    (now) => now.recordAnswer(MODEL, REGION, NOT_ENTITLED),
    (now) => now.recordUnanswered(MODEL, REGION, failure('busy', 'throttled')),
    (now) => now.adopt(LEARNT_ELSEWHERE, false),
  );

  it('is another object after every change of a state, by time as well, whatever happens in whatever order', () => {
    const steps = fc.array(fc.tuple(acts, fc.nat(96)), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const time = new ManualClock();
        const now = new AccessStore(time, LIMITS, true, () => undefined);
        const states = () => [BARE, PROFILE].map((route) => now.stateOf(route)).join();
        for (const [act, hours] of sequence) {
          const [before, known] = [states(), now.current];
          act(now);
          expect(states() === before || now.current !== known).toBe(true);
          const [held, kept] = [states(), now.current];
          time.advance(hours * HOUR_MS);
          expect(states() === held || now.current !== kept).toBe(true);
        }
      }),
    );
  });

  it('is the same object while nothing has changed', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    const known = store.current;
    clock.advance(LIMITS.ttlMs - 1);
    stateOf();
    store.explain(BARE);
    expect(store.current).toBe(known);
  });
});

describe('access that is kept for another run', () => {
  it('does not replace what was learnt since, and a change in between is told', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    const text = JSON.stringify(storeAccess(store.current));
    const next = new AccessStore(clock, LIMITS, true, (flip) => flips.push(flip));
    next.recordDenial(BARE, failure('no'), true);
    const record = restoreAccess(JSON.parse(text), clock.now(), false);
    next.adopt(record as NonNullable<typeof record>, true);
    expect(next.stateOf(BARE)).toBe('denied');
    expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'available', after: 'denied' }]);
  });

  it('replaces what is known where another process learnt it later, and a change is told once', () => {
    store.recordAnswer(MODEL, REGION, GREEN);
    const other = new AccessStore(clock, LIMITS, true, () => undefined);
    clock.advance(1);
    other.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    other.recordRefusal('us-east-1', failure('no policy allows it'));
    for (let n = 0; n < 2; n += 1) {
      store.adopt(other.current, false);
      expect(stateOf()).toBe('denied');
      expect(store.isDue(MODEL, 'us-east-1')).toBe(false);
      expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'available', after: 'denied' }]);
    }
    clock.advance(1);
    store.recordSuccess(PROFILE);
    store.adopt(other.current, false);
    expect(stateOf(PROFILE)).toBe('observed');
    other.adopt(store.current, false);
    expect(other.stateOf(BARE)).toBe('available');
    other.recordDenial(BARE, failure('no'), true);
    clock.advance(1);
    store.recordSuccess(PROFILE);
    clock.advance(LIMITS.ttlMs / 10);
    store.recordSuccess(PROFILE);
    store.adopt(other.current, false);
    expect(stateOf(BARE)).toBe('available');
  });
});

describe('a clock that was ahead and is corrected', () => {
  const RESULTS = ['success', 'denial', 'denial of the model', 'answer', 'unanswered', 'refusal'] as const;
  const learn = (result: (typeof RESULTS)[number], route: typeof BARE, into: AccessStore): void => {
    switch (result) {
      case 'success':
        into.recordSuccess(route);
        return;
      case 'denial':
      case 'denial of the model':
        into.recordDenial(route, failure('no'), result === 'denial of the model');
        return;
      case 'answer':
        into.recordAnswer(route.modelId, route.region, GREEN);
        return;
      case 'unanswered':
        into.recordUnanswered(route.modelId, route.region, failure('late', 'timeout'));
        return;
      case 'refusal':
        into.recordRefusal(route.region, failure('no'));
    }
  };
  const route = fc.constantFrom(BARE, PROFILE, OTHER);
  const learnt = fc.array(fc.tuple(fc.constantFrom(...RESULTS), route), { maxLength: 6 });
  const YEAR_MS = 365 * DAY_MS;
  const aheadMs = fc.integer({ min: 60_001, max: YEAR_MS });

  it('leaves nothing known of what was learnt meanwhile, and has it asked again', () => {
    fc.assert(
      fc.property(learnt, aheadMs, (ahead, byMs) => {
        const ofNow = new ManualClock();
        const wrong = new AccessStore(ofNow, LIMITS, true, () => undefined);
        ofNow.jump(byMs);
        ahead.forEach(([result, subject]) => learn(result, subject, wrong));
        const before = wrong.current;
        ofNow.jump(-byMs);
        for (const subject of [BARE, PROFILE, OTHER]) {
          expect(wrong.stateOf(subject)).toBe('unknown');
          expect(wrong.describe(subject.modelId, REGION, subject.invocationId)).not.toHaveProperty('checkedAt');
          expect(wrong.isDue(subject.modelId, REGION)).toBe(true);
        }
        expect(wrong.refusalOf(REGION)).toBeUndefined();
        expect(ahead.length === 0 || wrong.current !== before).toBe(true);
      }),
    );
  });

  it('lets what is learnt afterwards count as if nothing had been learnt meanwhile', () => {
    fc.assert(
      fc.property(learnt, learnt, aheadMs, (ahead, then, byMs) => {
        const ofNow = new ManualClock();
        const [wrong, right] = [0, 1].map(() => new AccessStore(ofNow, LIMITS, true, () => undefined)) as [
          AccessStore,
          AccessStore,
        ];
        ofNow.jump(byMs);
        ahead.forEach(([result, subject]) => learn(result, subject, wrong));
        ofNow.jump(-byMs);
        for (const [result, subject] of then) {
          learn(result, subject, wrong);
          learn(result, subject, right);
        }
        for (const subject of [BARE, PROFILE, OTHER]) {
          expect(wrong.explain(subject)).toEqual(right.explain(subject));
          expect(wrong.describe(subject.modelId, REGION, subject.modelId)).toEqual(
            right.describe(subject.modelId, REGION, subject.modelId),
          );
          expect(wrong.isDue(subject.modelId, REGION)).toBe(right.isDue(subject.modelId, REGION));
        }
      }),
    );
  });

  it('keeps what was learnt before', () => {
    store.recordSuccess(PROFILE);
    clock.jump(YEAR_MS);
    store.recordDenial(BARE, failure('no'), false);
    clock.jump(-YEAR_MS);
    expect([stateOf(PROFILE), stateOf(BARE)]).toEqual(['observed', 'available']);
  });
});
