import {
  BedrockClient,
  type FoundationModelSummary,
  type InferenceProfileSummary,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import type { BedrockSimulator } from 'bedrock-simulator';

/** What the regions list, asked without the library: what its answers are compared with. */
export interface Listed {
  readonly models: ReadonlyMap<string, readonly FoundationModelSummary[]>;
  readonly profiles: ReadonlyMap<string, readonly InferenceProfileSummary[]>;
}

export async function askEveryRegion({ regions, endpoint, credentials }: BedrockSimulator): Promise<Listed> {
  const models = new Map<string, FoundationModelSummary[]>();
  const profiles = new Map<string, InferenceProfileSummary[]>();
  for (const region of regions) {
    const client = new BedrockClient({ region, endpoint, credentials });
    models.set(region, (await client.send(new ListFoundationModelsCommand({}))).modelSummaries ?? []);
    const listed: InferenceProfileSummary[] = [];
    for (const typeEquals of ['SYSTEM_DEFINED', 'APPLICATION'] as const) {
      const page = await client.send(new ListInferenceProfilesCommand({ typeEquals, maxResults: 1000 }));
      listed.push(...(page.inferenceProfileSummaries ?? []));
    }
    profiles.set(region, listed);
    client.destroy();
  }
  return { models, profiles };
}
