import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { DebouncedWrite } from './debounced-write.js';

let clock: ManualClock;
let state: number;
let written: number[];
let finish: (() => void)[];

beforeEach(() => {
  clock = new ManualClock();
  state = 0;
  written = [];
  finish = [];
});

function coalesced(delayMs: number): DebouncedWrite {
  return new DebouncedWrite(clock, delayMs, async () => {
    written.push(state);
    await new Promise<void>((resolve) => finish.push(resolve));
  });
}

function change(write: DebouncedWrite): void {
  state += 1;
  write.request();
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a coalesced write', () => {
  it('writes once for all that changed until its time, and waits for no later change', async () => {
    const write = coalesced(1_000);
    for (let n = 0; n < 10; n += 1) {
      change(write);
      clock.advance(100);
    }
    await settle();
    expect(written).toEqual([10]);
    expect(clock.pending).toBe(0);
  });

  it('follows the one before it, so that an older state never comes last', async () => {
    const write = coalesced(0);
    change(write);
    await settle();
    change(write);
    change(write);
    await settle();
    expect(written).toEqual([1]);
    finish.shift()?.();
    await settle();
    expect(written).toEqual([1, 3]);
  });

  it('writes at once when flushed, and flushing waits for it', async () => {
    const write = coalesced(1_000);
    change(write);
    let flushed = false;
    const flushing = write.flush().then(() => (flushed = true));
    await settle();
    expect([written, flushed, clock.pending]).toEqual([[1], false, 0]);
    finish.shift()?.();
    await flushing;
    await write.flush();
    expect(written).toEqual([1]);
  });
});
