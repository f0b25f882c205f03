import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { bedrockDiscoveryConfig, optionsFromEnvironment } from 'nestjs-bedrock-discovery/config';
import type { DiscoverySource } from './discovery-source.js';

/**
 * Amazon Bedrock, with options from the environment.
 *
 * @throws InvalidOptionsError naming the variable that is wrong
 */
export function awsSource(): DiscoverySource {
  const { preferredRegions = [] } = optionsFromEnvironment();
  return {
    kind: 'aws',
    note: 'Real data: Amazon Bedrock as the account of the current AWS credentials sees it.',
    preferredRegions,
    module: BedrockDiscoveryModule.forRootAsync({ ...bedrockDiscoveryConfig.asProvider(), isGlobal: true }),
    stop: () => Promise.resolve(),
  };
}
