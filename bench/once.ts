import { DiscoveryRefresher, ModelDiscoveryService, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { measure, type Measured } from './measure.js';
import { getAll, newAgent, PlainSdk, type RecordedRequest } from './requests.js';
import type { Target } from './simulator-process.js';

/** What a fresh process is to do, once. */
export interface Task {
  readonly kind: 'floor' | 'peer' | 'library' | 'restart' | 'memory';
  readonly target: Target;
  readonly requests: readonly RecordedRequest[];
  /** Of the disk tier. */
  readonly directory?: string;
}

process.once(
  'message',
  (task: Task) => void run(task).then((measured) => process.send?.(measured, () => process.exit())),
);

/** Bytes on the heap that go once nothing is known any more: what is kept for the catalogue. */
async function keptBytes(target: Target): Promise<number> {
  const application = await createApplication(target);
  const [models, profiles] = [application.get(ModelDiscoveryService), application.get(ProfileDiscoveryService)];
  const settled = async (): Promise<number> => {
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      globalThis.gc?.();
    }
    return process.memoryUsage().heapUsed;
  };
  await application.get(DiscoveryRefresher).refresh({ force: true });
  const full = await settled();
  await models.clearCache();
  await profiles.clearCache();
  return full - (await settled());
}

async function run(task: Task): Promise<Measured> {
  switch (task.kind) {
    case 'floor': {
      const agent = newAgent(task.target);
      return measure(() => getAll(task.target, task.requests, agent));
    }
    case 'peer': {
      // The library makes its clients when it first needs them.
      return measure(() => new PlainSdk(task.target).list());
    }
    case 'library': {
      const application = await createApplication(task.target);
      const refresher = application.get(DiscoveryRefresher);
      return measure(() => refresher.refresh({ force: true }));
    }
    case 'memory':
      return { ms: 0, stallMs: 0, cpuMs: 0, bytes: await keptBytes(task.target) };
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
