import { describe, expect, it, jest } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { SuspensionWatch } from './region-client.js';

describe('the watch for suspensions', () => {
  it('is silent while time passes as usual', () => {
    const clock = new ManualClock();
    const onGap = jest.fn();
    const unwatch = new SuspensionWatch(clock).watch(onGap);
    clock.advance(60_000);
    expect(onGap).not.toHaveBeenCalled();
    unwatch();
  });

  it('tells everybody once when the process did not run', () => {
    const clock = new ManualClock();
    const watch = new SuspensionWatch(clock);
    const first = jest.fn();
    const second = jest.fn();
    const unwatch = [watch.watch(first), watch.watch(second)];
    clock.jump(30_000);
    clock.advance(5_000);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).toHaveBeenCalledTimes(1);
    unwatch.forEach((stop) => stop());
  });

  it('sees the gap when asked, before its own beat is due', () => {
    const clock = new ManualClock();
    const watch = new SuspensionWatch(clock);
    const onGap = jest.fn();
    const unwatch = watch.watch(onGap);
    clock.jump(30_000);
    watch.check();
    expect(onGap).toHaveBeenCalledTimes(1);
    unwatch();
  });

  it('leaves no timer once nobody watches', () => {
    const clock = new ManualClock();
    const watch = new SuspensionWatch(clock);
    const unwatch = watch.watch(() => undefined);
    clock.advance(3_000);
    unwatch();
    expect(clock.pending).toBe(0);
  });
});
