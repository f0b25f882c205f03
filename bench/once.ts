import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DiscoveryRefresher, ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { getAll, newAgent, PlainSdk, type RecordedRequest } from './requests.js';
import type { Target } from './simulator-process.js';

/** What a fresh process is to do, once. */
export interface Task {
  readonly kind: 'floor' | 'peer' | 'library' | 'restart';
  readonly target: Target;
  readonly requests: readonly RecordedRequest[];
  /** Of the disk tier. */
  readonly directory?: string;
}

/** Milliseconds, and the longest stall of the event loop meanwhile. */
export interface Measured {
  readonly ms: number;
  readonly stallMs: number;
}

process.once(
  'message',
  (task: Task) => void run(task).then((measured) => process.send?.(measured, () => process.exit())),
);

async function run(task: Task): Promise<Measured> {
  switch (task.kind) {
    case 'floor': {
      const agent = newAgent(task.target);
      return measure(() => getAll(task.target, task.requests, agent));
    }
    case 'peer': {
      const peer = new PlainSdk(task.target);
      return measure(() => peer.list());
    }
    case 'library': {
      const application = await createApplication(task.target);
      const refresher = application.get(DiscoveryRefresher);
      return measure(() => refresher.refresh({ force: true }));
    }
    case 'restart':
      return measure(async () => {
        const application = await createApplication(task.target, { cache: { directory: task.directory } });
        const regions = await application.get(ModelDiscoveryService).getModelRegions('amazon.nova-lite-v1:0');
        if (regions.length === 0) {
          throw new Error('Nothing was restored.');
        }
      });
  }
}

async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await new Promise((resolve) => setImmediate(resolve));
  return { ms, stallMs: delay.max / 1e6 };
}
