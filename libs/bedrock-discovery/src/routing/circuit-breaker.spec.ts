import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { CircuitBreaker } from './circuit-breaker.js';

const DAY_MS = 86_400_000;

describe('the health of a route', () => {
  let clock: ManualClock;
  let health: CircuitBreaker;

  beforeEach(() => {
    clock = new ManualClock();
    health = new CircuitBreaker(clock);
  });

  it('is good until something happens, and again after a success', () => {
    expect(health.stateOf('a')).toBe('closed');
    expect(health.explain('a')).toBeUndefined();
    health.record('a', { kind: 'trouble' });
    expect(health.stateOf('a')).toBe('failing');
    expect(health.explain('a')).toBe('failed at its last call; tried again in 30 s');
    expect(health.stateOf('b')).toBe('closed');
    health.record('a', { kind: 'ok' });
    expect(health.stateOf('a')).toBe('closed');
  });

  it('stays throttled when a call succeeds that had begun before, and no longer when one does that began later', () => {
    const begunAt = clock.now();
    clock.advance(1_000);
    health.record('a', { kind: 'throttled' });
    health.record('a', { kind: 'ok', begunAt });
    expect(health.stateOf('a')).toBe('open');
    health.record('a', { kind: 'ok', begunAt: begunAt + 1_001 });
    expect(health.stateOf('a')).toBe('closed');
  });

  it('is good again once the quota is raised that was used up', () => {
    health.record('a', { kind: 'exhausted', restMs: DAY_MS });
    health.record('b', { kind: 'throttled' });
    health.lift('a', clock.now());
    expect(health.stateOf('a')).toBe('open');
    clock.advance(1);
    health.lift('a', clock.now());
    health.lift('b', clock.now());
    expect([health.stateOf('a'), health.stateOf('b')]).toEqual(['closed', 'open']);
  });

  it('opens its circuit at the third failure in a row, for longer each time', () => {
    health.record('a', { kind: 'trouble' });
    health.record('a', { kind: 'trouble' });
    expect(health.stateOf('a')).toBe('failing');
    health.record('a', { kind: 'trouble' });
    expect(health.stateOf('a')).toBe('open');
    expect(health.explain('a')).toBe('failed 3 times in a row; tried again in 120 s');
    clock.advance(119_999);
    expect(health.stateOf('a')).toBe('open');
    clock.advance(1);
    expect(health.stateOf('a')).toBe('closed');
    for (let n = 0; n < 40; n += 1) {
      health.record('a', { kind: 'trouble' });
    }
    clock.advance(599_999);
    expect(health.stateOf('a')).toBe('open');
    clock.advance(1);
    expect(health.stateOf('a')).toBe('closed');
  });

  it('lets a single call probe an open circuit', () => {
    for (let n = 0; n < 3; n += 1) {
      health.record('a', { kind: 'trouble' });
    }
    clock.advance(120_000);
    const end = health.begin('a');
    expect(health.stateOf('a')).toBe('open');
    end();
    end();
    expect([health.inFlight('a'), health.stateOf('a')]).toEqual([0, 'closed']);
    health.record('a', { kind: 'trouble' });
    clock.advance(239_999);
    expect(health.stateOf('a')).toBe('open');
  });

  it('cools a throttled route down, for as long as the service asks', () => {
    health.record('a', { kind: 'throttled' });
    expect([health.stateOf('a'), health.explain('a')]).toEqual(['open', 'was throttled; tried again in 10 s']);
    clock.advance(10_000);
    expect(health.stateOf('a')).toBe('closed');
    health.record('a', { kind: 'throttled', retryAfterMs: 45_000 });
    clock.advance(44_999);
    expect(health.stateOf('a')).toBe('open');
    clock.advance(1);
    expect(health.stateOf('a')).toBe('closed');
  });

  it('leaves a route that has used up its quota alone for as long as that lasts, however long', () => {
    health.record('a', { kind: 'exhausted', restMs: 43_200_000 });
    clock.advance(43_199_000);
    expect([health.stateOf('a'), health.explain('a')]).toEqual([
      'open',
      'used up its quota of the day; tried again in 1 s',
    ]);
    clock.advance(1_000);
    expect(health.stateOf('a')).toBe('closed');
  });

  it('leaves a refused route alone for an hour', () => {
    health.record('a', { kind: 'refused' });
    clock.advance(3_599_999);
    expect([health.stateOf('a'), health.explain('a')]).toEqual(['open', 'was refused; tried again in 1 s']);
    clock.advance(1);
    expect(health.stateOf('a')).toBe('closed');
  });

  it('has another value whenever a ranking may change by it', () => {
    const values = [health.current];
    health.record('a', { kind: 'throttled' });
    values.push(health.current);
    health.record('a', { kind: 'ok' });
    values.push(health.current);
    expect(new Set(values).size).toBe(3);
    health.record('a', { kind: 'ok' });
    health.begin('a')();
    expect(health.current).toBe(values.at(-1));
  });

  it.each([
    { kind: 'refused' } as const,
    { kind: 'throttled' } as const,
    { kind: 'trouble' } as const,
    { kind: 'exhausted', restMs: DAY_MS } as const,
  ])('is tried again once the clock, which was ahead, is corrected: $kind', (outcome) => {
    health.record('a', outcome);
    expect(health.stateOf('a')).not.toBe('closed');
    clock.jump(-365 * DAY_MS);
    expect(health.stateOf('a')).toBe('closed');
    expect(health.explain('a')).toBeUndefined();
  });
});
