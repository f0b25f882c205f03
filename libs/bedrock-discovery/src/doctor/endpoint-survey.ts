import type { AwsClientFactory } from '../aws/aws-client.factory.js';
import { bedrockSdk } from '../aws/bedrock-sdk.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import type { DiagnosedEndpoint } from './diagnosis.types.js';
import { describeEndpoint, endpointByRules, type EndpointRules } from './network-findings.js';

/** Where requests of each service go: asked of its client where that is installed, else by the same rules. */
export async function surveyEndpoints(
  clients: AwsClientFactory,
  { endpoint }: Pick<ResolvedOptions, 'endpoint'>,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly DiagnosedEndpoint[]> {
  const rulesOf = (service: string): EndpointRules => {
    const option = typeof endpoint === 'function' ? endpoint({ service, region }) : endpoint;
    return { service, region, ...(option !== undefined && { option }) };
  };
  const { BedrockClient, ListInferenceProfilesCommand } = await bedrockSdk();
  const bedrock = await clients.endpointOf(BedrockClient, region, new ListInferenceProfilesCommand({}));
  const runtime = endpointByRules(rulesOf('bedrock-runtime'), bedrock.byRules, environment);
  const account = await import('@aws-sdk/client-account').catch(() => undefined);
  return [
    describeEndpoint(rulesOf('bedrock'), bedrock, environment),
    runtime,
    ...(account
      ? [
          describeEndpoint(
            rulesOf('account'),
            await clients.endpointOf(account.AccountClient, region, new account.ListRegionsCommand({})),
            environment,
          ),
        ]
      : []),
  ];
}
