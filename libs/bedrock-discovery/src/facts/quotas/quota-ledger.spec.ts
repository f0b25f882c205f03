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
