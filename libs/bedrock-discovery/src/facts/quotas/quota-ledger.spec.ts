import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../testing/manual-clock.js';
import { QuotaLedger } from './quota-ledger.js';

const KEY = 'eu-west-1 a.model on-demand';
const MINUTE_MS = 60_000;
const LIMITS = { tokensPerMinute: 1_000 };

function start() {
  const clock = new ManualClock();
  return { clock, ledger: new QuotaLedger(clock) };
}

const use = (ledger: QuotaLedger, tokens: number): void => ledger.reserve(KEY, tokens).settle([tokens]);

describe('the ledger of a quota', () => {
  it('holds what a call needs at most until it is over, and then what it took', () => {
    const { ledger } = start();
    const reservation = ledger.reserve(KEY, 400);
    expect(ledger.room(KEY, LIMITS)?.left).toBe(0.6);
    reservation.settle([100]);
    expect(ledger.room(KEY, LIMITS)?.left).toBe(0.9);
    reservation.settle([900]);
    expect(ledger.room(KEY, LIMITS)?.left).toBe(0.9);
  });

  it('gives all back of a call that was not executed, request included', () => {
    const { ledger } = start();
    ledger.reserve(KEY, 400).settle([]);
    expect(ledger.room(KEY, { ...LIMITS, requestsPerMinute: 1 })?.left).toBe(1);
  });

  it('counts every request of a call, and what was held for each whose use nobody knows', () => {
    const { ledger } = start();
    ledger.reserve(KEY, 100).settle([10, undefined, 20]);
    expect(ledger.room(KEY, LIMITS)?.left).toBeCloseTo(0.87);
    expect(ledger.room(KEY, { requestsPerMinute: 4 })?.left).toBe(0.25);
  });

  it('takes what calls took before for a call of which nobody says what it needs', () => {
    const { ledger } = start();
    expect(ledger.roomFor(KEY, LIMITS, undefined)?.left).toBe(1);
    use(ledger, 200);
    expect(ledger.roomFor(KEY, LIMITS, undefined)?.left).toBe(0.6);
    expect(ledger.roomFor(KEY, LIMITS, 900)?.left).toBeCloseTo(-0.1);
  });

  it('tells the scarcest of several limits, days included', () => {
    const { clock, ledger } = start();
    use(ledger, 500);
    clock.advance(2 * MINUTE_MS);
    const limits = { tokensPerMinute: 1_000, requestsPerMinute: 10, tokensPerDay: 2_000 };
    expect(ledger.room(KEY, limits)).toEqual({ measure: 'tokensPerDay', limit: 2_000, left: 0.75 });
    clock.advance(12 * 60 * MINUTE_MS);
    expect(ledger.room(KEY, limits)?.left).toBe(1);
  });

  it('has nothing left of a quota of 0', () => {
    expect(start().ledger.roomFor(KEY, { tokensPerMinute: 0 }, 0)?.left).toBe(-1);
  });

  it('learns from a refusal what went through in the minute before, and trusts that less with time', () => {
    const { clock, ledger } = start();
    use(ledger, 5_000);
    clock.advance(2 * MINUTE_MS);
    use(ledger, 300);
    ledger.throttled(KEY, 'tokensPerMinute');
    expect(ledger.learned(KEY).limits).toEqual({ tokensPerMinute: 300 });
    clock.advance(10 * MINUTE_MS);
    expect(ledger.learned(KEY).limits).toEqual({ tokensPerMinute: 600 });
    clock.advance(50 * MINUTE_MS);
    expect(ledger.learned(KEY).limits).toEqual({});
  });

  it('thinks of less when it is refused again, but not for calls that were refused together', () => {
    const { clock, ledger } = start();
    use(ledger, 1_000);
    ledger.throttled(KEY, 'tokensPerMinute');
    ledger.throttled(KEY, 'tokensPerMinute');
    expect(ledger.learned(KEY).limits.tokensPerMinute).toBe(1_000);
    clock.advance(10_000);
    ledger.throttled(KEY, 'tokensPerMinute');
    expect(ledger.learned(KEY).limits.tokensPerMinute).toBeLessThan(900);
  });

  it('learns nothing from a refusal before which nothing went through', () => {
    const { ledger } = start();
    ledger.throttled(KEY, 'requestsPerMinute');
    expect(ledger.learned(KEY).limits).toEqual({});
  });

  it('tells that something was learned by another object, and nothing else', () => {
    const { ledger } = start();
    const before = ledger.current;
    use(ledger, 10);
    expect(ledger.current).toBe(before);
    ledger.throttled(KEY, 'requestsPerMinute');
    expect(ledger.current).not.toBe(before);
  });

  it('learns of requests as of tokens, and when', () => {
    const { clock, ledger } = start();
    use(ledger, 300);
    use(ledger, 300);
    expect(ledger.learned(KEY)).toEqual({ limits: {}, at: 0 });
    ledger.throttled(KEY, 'requestsPerMinute');
    const at = clock.now();
    expect(ledger.learned(KEY)).toEqual({ limits: { requestsPerMinute: 2 }, at });
    clock.advance(1_000);
    ledger.throttled(KEY, 'tokensPerMinute');
    expect(ledger.learned(KEY).at).toBe(at + 1_000);
    expect(ledger.learned('another')).toEqual({ limits: {}, at: 0 });
  });

  it('takes refusals for those of one moment that come within five seconds', () => {
    const afterMs = (waitMs: number): number | undefined => {
      const { clock, ledger } = start();
      use(ledger, 1_000);
      ledger.throttled(KEY, 'tokensPerMinute');
      clock.advance(waitMs);
      ledger.throttled(KEY, 'tokensPerMinute');
      return ledger.learned(KEY).limits.tokensPerMinute;
    };
    expect(afterMs(4_999)).toBe(1_000);
    expect(afterMs(5_000)).toBe(Math.round(1_000 * 2 ** (5 / 600) * 0.85));
  });

  it('counts the request that a call would be', () => {
    const { ledger } = start();
    use(ledger, 1);
    expect(ledger.roomFor(KEY, { requestsPerMinute: 4 }, 0)?.left).toBe(0.5);
    expect(ledger.room(KEY, { requestsPerMinute: 4 })?.left).toBe(0.75);
    expect(ledger.roomFor(KEY, { tokensPerDay: 10 }, 4)?.left).toBe(0.5);
  });

  it('knows no room where no limit is known, and the first of limits that are as scarce', () => {
    const { ledger } = start();
    expect(ledger.room(KEY, {})).toBeUndefined();
    expect(ledger.room(KEY, { tokensPerMinute: 10, requestsPerMinute: 10 })?.measure).toBe('tokensPerMinute');
    use(ledger, 5);
    expect(ledger.room(KEY, { tokensPerMinute: 10, requestsPerMinute: 10 })?.measure).toBe('tokensPerMinute');
    expect(ledger.room(KEY, { requestsPerMinute: 1, tokensPerDay: 10 })?.measure).toBe('requestsPerMinute');
  });

  it('takes for what a call needs rather what the last ones took, of those that are known', () => {
    const { ledger } = start();
    ledger.reserve(KEY, 100).settle([200, undefined, 400]);
    ledger.reserve(KEY, 100).settle([undefined]);
    const before = ledger.room(KEY, LIMITS)?.left ?? 0;
    ledger.reserve(KEY, undefined);
    expect(before - (ledger.room(KEY, LIMITS)?.left ?? 0)).toBeCloseTo(0.24);
  });

  describe('by the clock', () => {
    /** At the beginning of a part of a minute, as the ledger counts them. */
    function startAt(now: number) {
      const clock = { time: now, now: (): number => clock.time };
      return { clock, ledger: new QuotaLedger(clock) };
    }
    const NOON = Date.parse('2026-06-01T12:00:00.000Z');
    const MIDNIGHT = Date.parse('2026-06-02T00:00:00.000Z');

    it('forgets what went through after a minute and the five seconds that it was counted with', () => {
      const { clock, ledger } = startAt(NOON);
      use(ledger, 100);
      clock.time = NOON + 64_999;
      expect(ledger.room(KEY, LIMITS)?.left).toBe(0.9);
      clock.time = NOON + 65_000;
      expect(ledger.room(KEY, LIMITS)?.left).toBe(1);
    });

    it('holds nothing against a call that went through later than now', () => {
      const { clock, ledger } = startAt(NOON);
      use(ledger, 100);
      clock.time = NOON - 5_000;
      expect(ledger.room(KEY, LIMITS)?.left).toBe(1);
    });

    it('counts what a long call took beyond what was held from when that is known, and nothing that it did not', () => {
      const settled = (lastedMs: number, used: number, laterMs = 0): number | undefined => {
        const { clock, ledger } = startAt(NOON);
        const reservation = ledger.reserve(KEY, 100);
        use(ledger, 10);
        clock.time = NOON + lastedMs;
        use(ledger, 10);
        reservation.settle([used]);
        clock.time += laterMs;
        return ledger.room(KEY, LIMITS)?.left;
      };
      // Its part of a minute still counts: 10 + 10, and all that it took.
      expect(settled(64_999, 300)).toBe(0.68);
      expect(settled(64_999, 50)).toBe(0.93);
      expect(settled(64_999, 300, 1)).toBe(0.99);
      // It is over, with what was held: 10, and what it took beyond.
      expect(settled(65_000, 300)).toBe(0.79);
      expect(settled(65_000, 50)).toBe(0.99);
    });

    it('rests until midnight in UTC once the day is used up, unless that is lifted', () => {
      const { clock, ledger } = startAt(NOON);
      const before = ledger.current;
      use(ledger, 70);
      ledger.exhausted(KEY);
      expect(ledger.current).not.toBe(before);
      expect(ledger.learned(KEY).at).toBe(NOON);
      use(ledger, 30);
      ledger.reserve('another', 1);
      clock.time = MIDNIGHT - 1;
      expect(ledger.restsUntil(KEY)).toBe(MIDNIGHT);
      expect(ledger.resting).toEqual([{ key: KEY, usedToday: 100 }]);
      expect([ledger.restsUntil('another'), ledger.restsUntil('unknown')]).toEqual([undefined, undefined]);
      clock.time = MIDNIGHT;
      expect([ledger.restsUntil(KEY), ledger.resting]).toEqual([undefined, []]);
      clock.time = NOON;
      const resting = ledger.current;
      ledger.lifted(KEY);
      expect([ledger.restsUntil(KEY), ledger.resting]).toEqual([undefined, []]);
      expect(ledger.current).not.toBe(resting);
      const lifted = ledger.current;
      ledger.lifted('unknown');
      expect(ledger.current).toBe(lifted);
    });
  });

  it('knows the quotas that calls have gone through', () => {
    const { ledger } = start();
    use(ledger, 1);
    ledger.room('another', LIMITS);
    expect([...ledger.keys]).toEqual([KEY]);
    expect([ledger.knows(KEY), ledger.knows('another')]).toEqual([true, false]);
  });

  it('never lets more through in any minute than the limit, whatever the calls took', () => {
    const call = fc.record({
      waitMs: fc.integer({ min: 0, max: 20_000 }),
      tokens: fc.integer({ min: 1, max: 400 }),
      usedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      lastsMs: fc.integer({ min: 0, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const { clock, ledger } = start();
        const started = clock.now();
        const sent: { at: number; tokens: number }[] = [];
        for (const { waitMs, tokens, usedShare, lastsMs } of calls) {
          clock.advance(waitMs);
          if ((ledger.roomFor(KEY, LIMITS, tokens)?.left ?? 0) >= 0) {
            const used = Math.floor(tokens * usedShare);
            const reservation = ledger.reserve(KEY, tokens);
            sent.push({ at: clock.now(), tokens: used });
            clock.schedule(() => reservation.settle([used]), lastsMs);
          }
        }
        for (let from = started; from <= clock.now(); from += 1_000) {
          const within = sent.filter(({ at }) => at >= from && at < from + MINUTE_MS);
          expect(within.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(LIMITS.tokensPerMinute);
        }
      }),
    );
  });
});
