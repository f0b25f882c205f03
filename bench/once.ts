import { DiscoveryRefresher, ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { measure, type Measured } from './measure.js';
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
