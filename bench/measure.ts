import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds, and the longest stall of the event loop meanwhile. */
export interface Measured {
  readonly ms: number;
  readonly stallMs: number;
  /** The processor's time, of all threads. */
  readonly cpuMs: number;
  /** Where it is memory that is measured. */
  readonly bytes?: number;
}

/** Long enough for the observer to be at work: it misses a stall that begins before it does. */
const SETTLING_MS = 20;

export async function measure(work: () => Promise<unknown>): Promise<Measured> {
  globalThis.gc?.();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  delay.reset();
  const [started, used] = [performance.now(), process.cpuUsage()];
  await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(used);
  await new Promise((resolve) => setImmediate(resolve));
  delay.disable();
  return { ms, stallMs: delay.max / 1e6, cpuMs: (user + system) / 1_000 };
}
