import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { HOUR } from './cache.spec.fixture.js';
import { TierGuard } from './lower-tiers.js';

const fails = () => Promise.reject(new Error('full'));
const SHORT = { timeoutMs: 10, pauseMs: 100 };
const works = () => Promise.resolve('ok');

describe('TierGuard', () => {
  it('warns of a tier that works and fails by turns once an hour', async () => {
    const [clock, warned] = [new ManualClock(), [] as string[]];
    const guard = new TierGuard(clock, (problem) => warned.push(problem), { ...SHORT, pausesAfter: 'silence' });
    for (const operation of [fails, works, fails, works, fails, works]) {
      await guard.run(operation);
    }
    expect(warned).toEqual(['full']);
    clock.advance(HOUR);
    await guard.run(fails);
    expect(warned).toEqual(['full', 'full']);
  });

  it('does not warn again of a tier that has failed ever since, whatever succeeds without proving anything', async () => {
    const [clock, warned] = [new ManualClock(), [] as string[]];
    const guard = new TierGuard(clock, (problem) => warned.push(problem), { ...SHORT, pausesAfter: 'silence' });
    await guard.run(fails);
    expect(await guard.run(works, { proves: false })).toBe('ok');
    clock.advance(2 * HOUR);
    await guard.run(fails);
    expect(warned).toEqual(['full']);
  });

  it('leaves a limited tier alone for its pause, and cancels its timers', async () => {
    const clock = new ManualClock();
    const guard = new TierGuard(clock, () => undefined, { ...SHORT, pausesAfter: 'failure' });
    const hanging = guard.run(() => new Promise(() => undefined));
    clock.advance(10);
    expect(await hanging).toBeUndefined();
    expect(await guard.run(works)).toBeUndefined();
    clock.advance(100);
    expect(await guard.run(works)).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  it('leaves a tier alone for longer each time, up to a limit, and from the start again once it has worked', async () => {
    const clock = new ManualClock();
    const limits = { ...SHORT, longestPauseMs: 400, pausesAfter: 'failure' } as const;
    const guard = new TierGuard(clock, () => undefined, limits);
    const pauses: number[] = [];
    for (const operation of [fails, fails, fails, fails, works, fails]) {
      const running = [guard.run(operation), guard.run(operation)];
      await Promise.all(running);
      let pause = 0;
      for (; (await guard.run(works, { proves: false })) === undefined; pause += 100) {
        clock.advance(100);
      }
      pauses.push(pause);
    }
    expect(pauses).toEqual([100, 200, 400, 400, 0, 100]);
  });

  it('ends a pause when it is told that the tier is there again', async () => {
    const guard = new TierGuard(new ManualClock(), () => undefined, { ...SHORT, pausesAfter: 'failure' });
    await guard.run(fails);
    expect(await guard.run(works)).toBeUndefined();
    guard.resume();
    expect(await guard.run(works)).toBe('ok');
  });

  it('leaves one that is to be left alone after silence at work after any other failure', async () => {
    const clock = new ManualClock();
    const guard = new TierGuard(clock, () => undefined, { ...SHORT, pausesAfter: 'silence' });
    await guard.run(fails);
    expect(await guard.run(works)).toBe('ok');
    const hanging = guard.run(() => new Promise(() => undefined));
    clock.advance(10);
    await hanging;
    expect(await guard.run(works)).toBeUndefined();
    clock.advance(100);
    expect(await guard.run(works)).toBe('ok');
  });

  it('does not hold it against a tier that the process was stopped while it answered', async () => {
    const timers: (() => void)[] = [];
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      schedule: (late: () => void) => (timers.push(late), () => undefined),
    };
    const warned: string[] = [];
    const guard = new TierGuard(clock, (problem) => warned.push(problem), { ...SHORT, pausesAfter: 'silence' });
    let answer: (value: string) => void = () => undefined;
    const running = guard.run(() => new Promise<string>((resolve) => (answer = resolve)));
    timers.forEach((late) => late());
    answer('ok');
    expect(await running).toBe('ok');
    expect(warned).toEqual([]);
  });

  it('takes an operation that throws at once as one that fails', async () => {
    const guard = new TierGuard(new ManualClock(), () => undefined, { ...SHORT, pausesAfter: 'failure' });
    const throwing = (): Promise<never> => {
      throw new Error('no');
    };
    expect(await guard.run(throwing)).toBeUndefined();
  });
});
