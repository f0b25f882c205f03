import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RegionFailure } from '../errors/failure.js';
import { ManualClock } from '../util/manual-clock.spec.helper.js';
import { AccessBook } from './access-store.js';
import type { AccessFlip } from './access.types.js';
import type { Availability } from './availability.js';
import { restoreAccess, storeAccess } from './access-codec.js';

const MODEL = 'maker.model-v1:0';
const REGION = 'eu-west-1';
const BARE = { modelId: MODEL, region: REGION, invocationId: MODEL };
const PROFILE = { ...BARE, invocationId: `eu.${MODEL}` };
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
let book: AccessBook;

beforeEach(() => {
  clock = new ManualClock();
  flips = [];
  book = new AccessBook(clock, LIMITS, true, (flip) => flips.push(flip));
});

const stateOf = ({ modelId, region, invocationId } = BARE) => book.stateOf(modelId, region, invocationId);
const modelState = (askedAs = MODEL) => book.describe(MODEL, REGION, askedAs).state;

describe('evidence of real calls', () => {
  it('makes the route and the model observed, and the other routes available', () => {
    book.recordSuccess(PROFILE);
    expect([stateOf(PROFILE), stateOf(BARE), modelState()]).toEqual(['observed', 'available', 'observed']);
    expect(book.stateOf(MODEL, 'us-east-1', MODEL)).toBe('unknown');
    expect(book.explain(BARE).reason).toContain(PROFILE.invocationId);
  });

  it('takes precedence over what AWS says before and after it', () => {
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    book.recordSuccess(BARE);
    expect([stateOf(), modelState()]).toEqual(['observed', 'observed']);
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    expect([stateOf(), modelState()]).toEqual(['observed', 'observed']);
    book.recordAnswer(MODEL, REGION, GREEN);
    book.recordDenial(BARE, failure('no'), true);
    expect([stateOf(), modelState()]).toEqual(['denied', 'denied']);
  });

  it('keeps the denial of a policy to the route that was denied', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    book.recordDenial(BARE, failure('no'), false);
    expect([stateOf(BARE), stateOf(PROFILE), modelState('another')]).toEqual(['denied', 'available', 'available']);
    book.recordSuccess(PROFILE);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['denied', 'observed', 'observed']);
  });

  it('tells of a denial where the id is asked about that was denied, if there is nothing better', () => {
    book.recordDenial(BARE, failure('no'), false);
    expect(modelState(MODEL)).toBe('denied');
    expect(modelState(PROFILE.invocationId)).toBe('unknown');
  });

  it('denies every route where the model itself is denied', () => {
    book.recordSuccess(PROFILE);
    book.recordDenial(BARE, failure('no'), true);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['denied', 'denied', 'denied']);
  });

  it('is overridden at once by evidence of the contrary', () => {
    book.recordDenial(BARE, failure('no'), true);
    book.recordSuccess(PROFILE);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['available', 'observed']);
    book.recordDenial(PROFILE, failure('no'), false);
    expect([stateOf(BARE), stateOf(PROFILE), modelState()]).toEqual(['unknown', 'denied', 'unknown']);
    book.recordSuccess(PROFILE);
    expect(stateOf(PROFILE)).toBe('observed');
  });

  it('forgets a denial after ttlMs, to the millisecond', () => {
    book.recordDenial(BARE, failure('no'), true);
    book.recordDenial(PROFILE, failure('no'), false);
    clock.advance(LIMITS.ttlMs - 1);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['denied', 'denied']);
    clock.advance(1);
    expect([stateOf(BARE), stateOf(PROFILE)]).toEqual(['unknown', 'unknown']);
  });

  it('lets a success yield to a later answer after ttlMs, and else believes it as long as anything', () => {
    book.recordSuccess(BARE);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('observed');
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    expect(stateOf()).toBe('denied');
    book.recordSuccess(PROFILE);
    clock.advance(LIMITS.keepMs - 1);
    expect(stateOf(PROFILE)).toBe('observed');
    clock.advance(1);
    expect(stateOf(PROFILE)).toBe('unknown');
  });
});

describe('an answer of AWS about access', () => {
  it('is believed for ttlMs where it denies, and else until it is too old to be served', () => {
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    book.recordAnswer('maker.other', REGION, GREEN);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('unknown');
    clock.advance(LIMITS.keepMs - LIMITS.ttlMs - 1);
    expect(book.stateOf('maker.other', REGION, 'maker.other')).toBe('available');
    clock.advance(1);
    expect(book.stateOf('maker.other', REGION, 'maker.other')).toBe('unknown');
  });

  it('is asked for anew after ttlMs, and sooner while the agreement is being concluded', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    book.recordAnswer('maker.other', REGION, { ...GREEN, agreement: 'PENDING' });
    expect([book.isDue(MODEL, REGION), book.isDue('maker.other', REGION)]).toEqual([false, false]);
    clock.advance(15 * 60_000);
    expect([book.isDue(MODEL, REGION), book.isDue('maker.other', REGION)]).toEqual([false, true]);
    clock.advance(LIMITS.ttlMs);
    expect(book.isDue(MODEL, REGION)).toBe(true);
  });

  it('is kept when asking again fails, which is repeated after a pause that grows', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    clock.advance(LIMITS.ttlMs);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      book.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
      let pauseMs = 0;
      for (; !book.isDue(MODEL, REGION); pauseMs += 1_000) {
        clock.advance(1_000);
      }
      pauses.push(pauseMs);
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect(stateOf()).toBe('available');
  });

  it('is not asked for during a day where a region refuses it, which says nothing of access', () => {
    book.recordRefusal(REGION, failure('no policy allows it'));
    expect(book.isDue(MODEL, REGION)).toBe(false);
    expect(book.describe(MODEL, REGION, MODEL)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('no policy allows it'),
      remedy: 'Mend it.',
    });
    clock.advance(DAY_MS - 1);
    expect(book.isDue(MODEL, REGION)).toBe(false);
    clock.advance(1);
    expect(book.isDue(MODEL, REGION)).toBe(true);
  });
});

describe('a change of access', () => {
  it('is told once, between states that were known', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    book.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
    book.recordSuccess(BARE);
    expect(flips).toEqual([]);
    book.recordDenial(BARE, failure('no'), true);
    expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'observed', after: 'denied' }]);
    book.recordDenial(BARE, failure('no'), true);
    expect(flips).toHaveLength(1);
  });

  it('is not told where time passes, nor where asking fails then', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    book.recordDenial(BARE, failure('no'), true);
    flips.length = 0;
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('available');
    book.recordUnanswered(MODEL, REGION, failure('busy', 'throttled'));
    book.recordDenial(BARE, failure('no'), false);
    expect(flips).toEqual([]);
    book.recordAnswer(MODEL, REGION, GREEN);
    expect(flips).toEqual([expect.objectContaining({ before: 'denied', after: 'available' })]);
  });

  it('is told across a gap in which nothing was known', () => {
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    clock.advance(LIMITS.ttlMs);
    expect(stateOf()).toBe('unknown');
    book.recordAnswer(MODEL, REGION, GREEN);
    expect(flips).toEqual([expect.objectContaining({ before: 'denied', after: 'available' })]);
  });
});

describe('the version of what is known of access', () => {
  const START = new ManualClock().now();
  const LEARNT_ELSEWHERE = {
    standings: new Map([
      [
        REGION,
        new Map([[MODEL, { answer: { kind: 'answer' as const, at: START + DAY_MS, availability: NOT_ENTITLED } }]]),
      ],
    ]),
    refusals: new Map(),
  };
  type Act = (now: AccessBook) => void;
  const acts = fc.constantFrom<Act>(
    (now) => now.recordSuccess(BARE),
    (now) => now.recordSuccess(PROFILE),
    (now) => now.recordDenial(BARE, failure('no'), false),
    (now) => now.recordDenial(PROFILE, failure('no'), true),
    (now) => now.recordAnswer(MODEL, REGION, GREEN),
    (now) => now.recordAnswer(MODEL, REGION, NOT_ENTITLED),
    (now) => now.recordUnanswered(MODEL, REGION, failure('busy', 'throttled')),
    (now) => now.adopt(LEARNT_ELSEWHERE, false),
    (now) => now.clear(),
  );

  it('is another after every change, or the clock has passed nextExpiryAt, whatever happens in whatever order', () => {
    const steps = fc.array(fc.tuple(acts, fc.nat(96)), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const time = new ManualClock();
        const now = new AccessBook(time, LIMITS, true, () => undefined);
        const states = () => [BARE, PROFILE].map((route) => now.stateOf(MODEL, REGION, route.invocationId)).join();
        for (const [act, hours] of sequence) {
          const [before, version] = [states(), now.version];
          act(now);
          expect(states() === before || now.version !== version).toBe(true);
          const [held, expiresAt, kept] = [states(), now.nextExpiryAt, now.version];
          time.advance(hours * HOUR_MS);
          expect(states() === held || time.now() >= expiresAt).toBe(true);
          expect(states() === held || now.version !== kept).toBe(true);
        }
      }),
    );
  });
});

describe('access that is kept for another run', () => {
  it('is restored as it was', () => {
    book.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    book.recordSuccess(PROFILE);
    book.recordDenial(BARE, failure('no'), false);
    book.recordDenial({ ...BARE, modelId: 'maker.other' }, failure('never'), true);
    book.recordRefusal('us-east-1', failure('no policy allows it'));
    const text = JSON.stringify(storeAccess(book.record));
    const record = restoreAccess(JSON.parse(text), clock.now(), false);
    const next = new AccessBook(clock, LIMITS, true, (flip) => flips.push(flip));
    flips.length = 0;
    next.adopt(record as NonNullable<typeof record>, true);
    expect(next.explain(BARE)).toEqual(book.explain(BARE));
    expect(next.explain(PROFILE)).toEqual(book.explain(PROFILE));
    expect(next.describe('maker.other', REGION, 'x')).toEqual(book.describe('maker.other', REGION, 'x'));
    expect(next.isDue(MODEL, 'us-east-1')).toBe(false);
    expect(flips).toEqual([]);
  });

  it('does not replace what was learnt since, and a change in between is told', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    const text = JSON.stringify(storeAccess(book.record));
    const next = new AccessBook(clock, LIMITS, true, (flip) => flips.push(flip));
    next.recordDenial(BARE, failure('no'), true);
    const record = restoreAccess(JSON.parse(text), clock.now(), false);
    next.adopt(record as NonNullable<typeof record>, true);
    expect(next.stateOf(MODEL, REGION, MODEL)).toBe('denied');
    expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'available', after: 'denied' }]);
  });

  it('replaces what is known where another process learnt it later, and a change is told once', () => {
    book.recordAnswer(MODEL, REGION, GREEN);
    const other = new AccessBook(clock, LIMITS, true, () => undefined);
    clock.advance(1);
    other.recordAnswer(MODEL, REGION, NOT_ENTITLED);
    other.recordRefusal('us-east-1', failure('no policy allows it'));
    for (let n = 0; n < 2; n += 1) {
      book.adopt(other.record, false);
      expect(stateOf()).toBe('denied');
      expect(book.isDue(MODEL, 'us-east-1')).toBe(false);
      expect(flips).toEqual([{ modelId: MODEL, region: REGION, before: 'available', after: 'denied' }]);
    }
    clock.advance(1);
    book.recordSuccess(PROFILE);
    book.adopt(other.record, false);
    expect(stateOf(PROFILE)).toBe('observed');
    other.adopt(book.record, false);
    expect(other.stateOf(MODEL, REGION, MODEL)).toBe('available');
    other.recordDenial(BARE, failure('no'), true);
    clock.advance(1);
    book.recordSuccess(PROFILE);
    clock.advance(LIMITS.ttlMs / 10);
    book.recordSuccess(PROFILE);
    book.adopt(other.record, false);
    expect(stateOf(BARE)).toBe('available');
  });

  it('is believed only as far as it can have been stored here', () => {
    const now = clock.now();
    const answer = { kind: 'answer', at: now, availability: { ...GREEN, agreement: 'GRANTED' } };
    const future = { kind: 'answer', at: now + DAY_MS, availability: GREEN };
    const routes = [{ kind: 'success', at: 'yesterday', invocationId: MODEL }, null, { kind: 'success', at: now }];
    const models = { [REGION]: { a: { answer }, b: { answer: future }, c: { routes }, d: 7 }, '__proto__ ': { a: 1 } };
    const record = restoreAccess({ models, refusals: { [REGION]: { at: now } } }, now, false);
    expect([...(record?.standings.get(REGION) ?? [])]).toEqual([]);
    expect(record?.refusals.size).toBe(0);
  });

  it('is read without a throw, whatever a tier returns, and what is read can be stored', () => {
    const text = fc.constantFrom(REGION, MODEL, 'models', 'refusals', 'answer', 'routes', 'denial', 'kind', 'at');
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.object({ key: text, maxDepth: 6 })), (value) => {
        const record = restoreAccess(value, clock.now(), false);
        expect(record === undefined || typeof JSON.stringify(storeAccess(record)) === 'string').toBe(true);
      }),
    );
  });
});
