import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';

/** Of nobody: the simulator accepts what it is told to accept. */
const CREDENTIALS = { accessKeyId: 'AKIASIMULATEDEXAMPLE', secretAccessKey: 'simulated' };
const ACCOUNT_ID = '123456789012';

/** Keeps what was made up apart from what is real. */
const SIMULATOR_NAMESPACE = 'simulator';

/** An embedded simulator with realistic latencies and all regions enabled, started when it is asked for the first time. */
export class SimulatedAws {
  #simulator: Promise<BedrockSimulator> | undefined;
  #endpoint: string | undefined;

  /** The options that lead to the simulator and not to AWS, whatever the environment says. */
  options(options: BedrockDiscoveryOptions): BedrockDiscoveryOptions {
    return {
      ...options,
      awsProfile: undefined,
      accountId: ACCOUNT_ID,
      credentials: CREDENTIALS,
      // A function, since the port differs from run to run, and latencies are remembered by endpoint.
      endpoint: () => this.#endpoint,
      client: { ...options.client, useFips: false, useDualstack: false },
      cache: { ...options.cache, namespace: SIMULATOR_NAMESPACE, sharedStore: undefined, seed: undefined },
    };
  }

  async start(): Promise<void> {
    this.#simulator ??= import('bedrock-simulator').then(({ BedrockSimulator: Simulator }) =>
      Simulator.start({ optIn: 'all', credentials: CREDENTIALS, accountId: ACCOUNT_ID }),
    );
    this.#endpoint = (await this.#simulator).endpoint;
  }

  async stop(): Promise<void> {
    await (await this.#simulator)?.stop();
  }
}
