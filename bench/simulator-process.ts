import { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BedrockSimulator, type ModelLifecycle, type SimulatorOptions } from 'bedrock-simulator';

/** The catalogue has 31 regions; the bounds are for 32. */
const ADDITIONAL_REGION = 'me-central-1';

/** What a measuring process needs to know of the simulator. */
export interface Target {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  readonly regions: readonly string[];
  /** PEM, with TLS. */
  readonly certificate?: string;
}

export interface Simulator extends Target {
  /** Has a region list another model in the place of the one that it listed since the last time. */
  change(region: string): Promise<void>;
  /** Requests that have come since it began. */
  requests(): Promise<number>;
  stop(): void;
}

/** Starts the simulator in a process of its own, so that its work is not measured. */
export async function startSimulator(options: SimulatorOptions & { copies?: number }): Promise<Simulator> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { execArgv: ['--no-warnings'] });
  const [target] = (await once(child, 'message')) as [Target];
  const ask = async (region: string): Promise<number> => {
    child.send(region);
    const [requests] = (await once(child, 'message')) as [number];
    return requests;
  };
  return {
    ...target,
    change: async (region) => void (await ask(region)),
    requests: () => ask(''),
    stop: () => child.kill(),
  };
}

/** Has each region list its models and profiles again under other ids, so many times. */
async function multiply(simulator: BedrockSimulator, copies: number): Promise<void> {
  const { endpoint, credentials, regions } = simulator;
  const routes = new Map<string, Record<string, readonly string[] | 'global'>>();
  for (const region of regions) {
    const client = new BedrockClient({ region, endpoint, credentials });
    const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand({}));
    const { inferenceProfileSummaries = [] } = await client.send(
      new ListInferenceProfilesCommand({ maxResults: 1000 }),
    );
    client.destroy();
    for (let copy = 1; copy < copies; copy += 1) {
      for (const { modelId = '', modelName, modelArn: _, modelLifecycle, ...others } of modelSummaries) {
        const names = { modelId: modelId.replace('.', `.c${copy}-`), modelName: `${modelName} ${copy}` };
        const lifecycle = JSON.parse(JSON.stringify(modelLifecycle ?? {})) as ModelLifecycle;
        simulator.addModel({ ...others, ...names, lifecycle, regions: [region] });
      }
      for (const { inferenceProfileId = '', models = [] } of inferenceProfileSummaries) {
        const id = inferenceProfileId.replace(/\.(?=[^.]*$)/, `.c${copy}-`);
        const destinations = models.map(({ modelArn = '' }) => modelArn.split(':')[3] ?? '');
        routes.set(id, { ...routes.get(id), [region]: destinations.includes('') ? 'global' : destinations });
      }
    }
  }
  for (const [inferenceProfileId, byRegion] of routes) {
    simulator.addProfile({ inferenceProfileId, routes: byRegion });
  }
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const { copies = 1, ...options } = JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions & { copies?: number };
  const simulator = await BedrockSimulator.start({
    ...options,
    additionalRegions: [ADDITIONAL_REGION],
  });
  simulator.setLatency(ADDITIONAL_REGION, 180);
  for (let model = 0; model < 30; model += 1) {
    simulator.addModel({ modelId: `maker.model-${model}-v1:0`, regions: [ADDITIONAL_REGION] });
  }
  if (copies > 1) {
    await multiply(simulator, copies);
  }
  let changes = 0;
  process.on('message', (region: string) => {
    if (region !== '') {
      if (changes > 0) {
        simulator.removeModel(`maker.change-${changes}-v1:0`, region);
      }
      simulator.addModel({ modelId: `maker.change-${(changes += 1)}-v1:0`, regions: [region] });
    }
    process.send?.(simulator.requests.count());
  });
  const { accessKeyId, secretAccessKey } = simulator.credentials;
  process.send({
    endpoint: simulator.endpoint,
    accessKeyId,
    secretAccessKey,
    accountId: simulator.accountId,
    regions: simulator.regions,
    certificate: simulator.certificate,
  } satisfies Target);
  process.on('disconnect', () => process.exit());
}
