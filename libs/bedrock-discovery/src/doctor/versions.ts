import type { AwsClientFactory } from '../aws/aws-client.factory.js';
import { bedrockSdk } from '../aws/bedrock-sdk.js';
import type { DiagnosedVersions } from './diagnosis.types.js';

/** That of the manifest, which is not at hand where the library is bundled or transformed; a test holds them together. */
export const LIBRARY_VERSION = '0.1.0';

interface UserAgentConfig {
  defaultUserAgentProvider(): Promise<readonly (readonly [name: string, version?: string])[]>;
}

/** The SDK states its version in the user agent of its requests. */
export async function versionsOf(clients: AwsClientFactory, region: string): Promise<DiagnosedVersions> {
  const { BedrockClient } = await bedrockSdk();
  const config = clients.getClient(BedrockClient, { region }).config as unknown as UserAgentConfig;
  const agent = await config.defaultUserAgentProvider();
  const [, sdk = 'unknown'] = agent.find(([name]) => name === 'aws-sdk-js') ?? [];
  return { library: LIBRARY_VERSION, node: process.version, sdk };
}

export const UNKNOWN_VERSIONS: DiagnosedVersions = {
  library: LIBRARY_VERSION,
  node: process.version,
  sdk: 'unknown',
};
