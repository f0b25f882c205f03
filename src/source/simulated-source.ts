import type { BedrockSimulator, SimulatorOptions } from 'bedrock-simulator';
import { BedrockDiscoveryModule, type BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';
import type { DiscoverySource } from './discovery-source.js';

export interface SimulatedSource extends DiscoverySource {
  readonly simulator: BedrockSimulator;
}

/** A simulator in this process that plays Amazon Bedrock with all regions enabled. */
export async function simulatedSource(
  simulatorOptions: SimulatorOptions = {},
  options: BedrockDiscoveryOptions = {},
): Promise<SimulatedSource> {
  // Not loaded where it is not used.
  const { BedrockSimulator } = await import('bedrock-simulator');
  const simulator = await BedrockSimulator.start({ optIn: 'all', ...simulatorOptions });
  return {
    kind: 'simulator',
    note: 'Simulated data: an embedded simulator answers in place of AWS. For real data: npm run start:aws.',
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
    stop: () => simulator.stop(),
  };
}
