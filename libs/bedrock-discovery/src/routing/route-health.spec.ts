import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../time/manual-clock.spec.helper.js';
import { RouteHealth } from './route-health.js';

describe('the health of a route', () => {
  let clock: ManualClock;
  let health: RouteHealth;

  beforeEach(() => {
    clock = new ManualClock();
    health = new RouteHealth(clock);
  });

  it('is good until something happens, and again after a success', () => {
    expect(health.grade('a')).toBe('good');
    expect(health.explain('a')).toBeUndefined();
    health.record('a', { kind: 'trouble' });
    expect(health.grade('a')).toBe('troubled');
    expect(health.explain('a')).toBe('failed at its last call; tried again in 30 s');
    expect(health.grade('b')).toBe('good');
    health.record('a', { kind: 'ok' });
    expect(health.grade('a')).toBe('good');
  });

  it('opens its circuit at the third failure in a row, for longer each time', () => {
    health.record('a', { kind: 'trouble' });
    health.record('a', { kind: 'trouble' });
    expect(health.grade('a')).toBe('troubled');
    health.record('a', { kind: 'trouble' });
    expect(health.grade('a')).toBe('resting');
    expect(health.explain('a')).toBe('failed 3 times in a row; tried again in 120 s');
    clock.advance(119_999);
    expect(health.grade('a')).toBe('resting');
    clock.advance(1);
    expect(health.grade('a')).toBe('good');
    for (let n = 0; n < 40; n += 1) {
      health.record('a', { kind: 'trouble' });
    }
    clock.advance(599_999);
    expect(health.grade('a')).toBe('resting');
    clock.advance(1);
    expect(health.grade('a')).toBe('good');
  });

  it('lets a single call probe an open circuit', () => {
    for (let n = 0; n < 3; n += 1) health.record('a', { kind: 'trouble' });
    clock.advance(120_000);
    const end = health.begin('a');
    expect(health.grade('a')).toBe('resting');
    end();
    end();
    expect([health.inFlight('a'), health.grade('a')]).toEqual([0, 'good']);
    health.record('a', { kind: 'trouble' });
    clock.advance(239_999);
    expect(health.grade('a')).toBe('resting');
  });

  it('cools a throttled route down, for as long as the service asks', () => {
    health.record('a', { kind: 'throttled' });
    expect([health.grade('a'), health.explain('a')]).toEqual(['resting', 'was throttled; tried again in 10 s']);
    clock.advance(10_000);
    expect(health.grade('a')).toBe('good');
    health.record('a', { kind: 'throttled', retryAfterMs: 45_000 });
    clock.advance(44_999);
    expect(health.grade('a')).toBe('resting');
    clock.advance(1);
    expect(health.grade('a')).toBe('good');
  });

  it('leaves a route that has used up its quota alone for as long as that lasts, however long', () => {
    health.record('a', { kind: 'exhausted', restMs: 43_200_000 });
    clock.advance(43_199_000);
    expect([health.grade('a'), health.explain('a')]).toEqual([
      'resting',
      'used up its quota of the day; tried again in 1 s',
    ]);
    clock.advance(1_000);
    expect(health.grade('a')).toBe('good');
  });

  it('leaves a refused route alone for an hour', () => {
    health.record('a', { kind: 'refused' });
    clock.advance(3_599_999);
    expect([health.grade('a'), health.explain('a')]).toEqual(['resting', 'was refused; tried again in 1 s']);
    clock.advance(1);
    expect(health.grade('a')).toBe('good');
  });

  it('has a new version whenever a ranking may change by it', () => {
    const versions = [health.version];
    const note = (): number => versions.push(health.version);
    health.record('a', { kind: 'throttled' });
    note();
    health.record('a', { kind: 'ok' });
    note();
    expect(new Set(versions).size).toBe(3);
    health.record('a', { kind: 'ok' });
    health.begin('a')();
    expect(health.version).toBe(versions.at(-1));
  });
});
