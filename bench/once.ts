import { gunzipSync } from 'node:zlib';
import { DiscoveryRefresher, ModelDiscoveryService, ProfileDiscoveryService } from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { createApplication } from './application.js';
import { measure, type Measured } from './measure.js';
import { getAll, newAgent, PlainSdk, type RecordedRequest } from './requests.js';
import type { Target } from './simulator-process.js';

/** What a fresh process is to do, once. */
export interface Task {
  readonly kind: 'floor' | 'peer' | 'library' | 'restart' | 'memory' | 'newcomer' | 'redis-floor';
  readonly target: Target;
  readonly requests: readonly RecordedRequest[];
  /** Of the disk tier. */
  readonly directory?: string;
  readonly redisUrl?: string;
  /** What Redis has. */
  readonly keys?: readonly string[];
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

/** What one would write oneself who knows the keys: the manifest, then all that it names, unpacked and parsed. */
async function readRedis(url: string, keys: readonly string[]): Promise<void> {
  const { createClient } = await import('@redis/client');
  const client = createClient({ url });
  await client.connect();
  await client.get(keys.find((key) => key.endsWith('/manifest')) ?? '');
  const values = await client.mGet(keys.filter((key) => key.includes('/content/')));
  const read = values.map((value) => {
    const packed = value?.slice(value.indexOf(':') + 1) ?? '';
    const text = packed.startsWith('gzip:') ? gunzipSync(Buffer.from(packed.slice(5), 'base64')).toString() : packed;
    return JSON.parse(text.slice(text.indexOf('\n') + 1)) as unknown;
  });
  if (read.length === 0) {
    throw new Error('Redis has nothing.');
  }
  client.destroy();
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
    case 'redis-floor':
      return measure(() => readRedis(task.redisUrl ?? '', task.keys ?? []));
    case 'newcomer':
      return measure(async () => {
        const sharedStore = redisSharedStore(task.redisUrl ?? '');
        const application = await createApplication(task.target, { cache: { directory: false, sharedStore } });
        const [models, profiles] = [application.get(ModelDiscoveryService), application.get(ProfileDiscoveryService)];
        await Promise.all([models.getAllModels(), profiles.getAllProfiles()]);
      });
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
