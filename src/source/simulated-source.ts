import type { BedrockSimulator, SimulatorOptions } from 'bedrock-simulator';
import { BedrockDiscoveryModule, type BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import type { DiscoverySource } from './discovery-source.js';

export interface SimulatedSource extends DiscoverySource {
  readonly simulator: BedrockSimulator;
}

/**
 * A simulator in this process that plays Amazon Bedrock with all regions enabled.
 *
 * @param prepare is called before anything is asked; what it returns is called at the end
 */
export async function simulatedSource(
  simulatorOptions: SimulatorOptions = {},
  options: BedrockDiscoveryOptions = {},
  prepare?: (simulator: BedrockSimulator) => () => void,
): Promise<SimulatedSource> {
  // Not loaded where it is not used.
  const { BedrockSimulator } = await import('bedrock-simulator');
  const simulator = await BedrockSimulator.start({ optIn: 'all', ...simulatorOptions });
  const end = prepare?.(simulator);
  return {
    kind: 'simulator',
    note: `Simulated data: an embedded simulator answers in place of AWS${prepare === undefined ? '' : ', with made-up failures and changes'}. For real data: npm run start:aws.`,
    preferredRegions: options.preferredRegions ?? [],
    simulator,
    module: BedrockDiscoveryModule.forRoot({
      isGlobal: true,
      regions: simulator.regions,
      endpoint: simulator.endpoint,
      credentials: simulator.credentials,
      accountId: simulator.accountId,
      ...options,
      // The machine's own settings are about real AWS.
      client: { useFips: false, useDualstack: false, ...options.client },
      // Made-up data never gets among the real.
      cache: { directory: false, ...options.cache },
    }),
    stop: () => {
      end?.();
      return simulator.stop();
    },
  };
}
