import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BedrockSimulator, type SimulatorOptions } from 'bedrock-simulator';

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

/** Starts the simulator in a process of its own, so that its work is not measured. */
export async function startSimulator(options: SimulatorOptions): Promise<Target & { stop(): void }> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { execArgv: ['--no-warnings'] });
  const [target] = (await once(child, 'message')) as [Target];
  return { ...target, stop: () => child.kill() };
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const simulator = await BedrockSimulator.start({
    ...(JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions),
    additionalRegions: [ADDITIONAL_REGION],
  });
  simulator.setLatency(ADDITIONAL_REGION, 180);
  for (let model = 0; model < 30; model += 1) {
    simulator.addModel({ modelId: `maker.model-${model}-v1:0`, regions: [ADDITIONAL_REGION] });
  }
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
