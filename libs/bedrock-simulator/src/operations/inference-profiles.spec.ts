import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetInferenceProfileCommand,
  type InferenceProfileSummary,
  ListInferenceProfilesCommand,
  type ListInferenceProfilesCommandInput,
} from '@aws-sdk/client-bedrock';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, start, stopAll, wireBody } from '../clients.spec.helper.js';

afterEach(stopAll);

const GROK = 'us.xai.grok-4.6';
const GLOBAL = 'global.anthropic.claude-opus-5';

async function pages(simulator: BedrockSimulator, input: ListInferenceProfilesCommandInput, region = 'us-east-1') {
  const client = bedrock(simulator, region);
  const result: InferenceProfileSummary[][] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListInferenceProfilesCommand({ ...input, nextToken }));
    result.push(page.inferenceProfileSummaries ?? []);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return result;
}

const profile = async (simulator: BedrockSimulator, id: string, region = 'us-east-1') =>
  bedrock(simulator, region).send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: id }));

const regionsOf = (summary: Pick<InferenceProfileSummary, 'models'>) =>
  summary.models?.map((model) => model.modelArn?.split(':')[3]);

describe('ListInferenceProfiles', () => {
  it('answers with the fields of real answers, in their order', async () => {
    const body = await wireBody(bedrock(await start()), (client) =>
      client.send(new ListInferenceProfilesCommand({ maxResults: 1 })),
    );
    expect(body).toMatch(/^\{"inferenceProfileSummaries":\[\{.*\}\],"nextToken":"[\w-]+"\}$/);
    const [first] = (JSON.parse(body) as { inferenceProfileSummaries: object[] }).inferenceProfileSummaries;
    expect(Object.keys(first ?? {})).toEqual([
      'inferenceProfileName',
      'description',
      'createdAt',
      'updatedAt',
      'inferenceProfileArn',
      'models',
      'inferenceProfileId',
      'status',
      'type',
    ]);
  });

  it('cuts pages of maxResults that add up to the whole list', async () => {
    const simulator = await start();
    const [all = []] = await pages(simulator, {});
    const cut = await pages(simulator, { maxResults: 30 });
    expect(cut.map((page) => page.length)).toEqual([30, 30, 11]);
    expect(cut.flat()).toEqual(all);
  });

  it('may cut shorter pages than were asked for', async () => {
    const simulator = await start({ pageSize: 40 });
    expect((await pages(simulator, { maxResults: 1000 })).map((page) => page.length)).toEqual([40, 31]);
    simulator.setPageSize(71);
    expect(await pages(simulator, { maxResults: 1000 })).toHaveLength(1);
  });

  it.each([0, 1001])('refuses %d maxResults', async (maxResults) => {
    await expect(pages(await start(), { maxResults })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('rejects a token when told to, and takes it again afterwards', async () => {
    const simulator = await start({ pageSize: 40 });
    simulator.rejectNextToken();
    await expect(pages(simulator, {})).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided pagination token is no longer valid. Please retry without a token.',
    });
    expect(await pages(simulator, {})).toHaveLength(2);
  });

  it('rejects the token of another region', async () => {
    const simulator = await start({ pageSize: 10 });
    const { nextToken } = await bedrock(simulator).send(new ListInferenceProfilesCommand({}));
    const elsewhere = bedrock(simulator, 'eu-west-1').send(new ListInferenceProfilesCommand({ nextToken }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('lists application profiles only when asked for that type', async () => {
    const simulator = await start();
    const added = simulator.addApplicationProfile({ region: 'us-east-1', name: 'billing', copyFrom: GROK });
    const [system = []] = await pages(simulator, {});
    const [application = []] = await pages(simulator, { typeEquals: 'APPLICATION' });
    expect(system.every((summary) => summary.type === 'SYSTEM_DEFINED')).toBe(true);
    expect(application).toMatchObject([{ ...added, inferenceProfileName: 'billing', type: 'APPLICATION' }]);
    expect(application[0] && regionsOf(application[0])).toEqual(['us-east-1', 'us-east-2', 'us-west-2']);
    expect(await pages(simulator, { typeEquals: 'APPLICATION' }, 'us-west-2')).toEqual([[]]);
  });
});

describe('GetInferenceProfile', () => {
  it('answers for an id or an ARN', async () => {
    const simulator = await start();
    const byId = await profile(simulator, GROK);
    const byArn = await profile(simulator, byId.inferenceProfileArn ?? '');
    expect(byId.inferenceProfileArn).toBe(`arn:aws:bedrock:us-east-1:123456789012:inference-profile/${GROK}`);
    expect(byArn.inferenceProfileId).toBe(GROK);
  });

  it('names the destinations of the source region in the description', async () => {
    const simulator = await start();
    expect((await profile(simulator, GROK)).description).toBe(
      'Routes requests to xAI Grok 4.6 in us-east-1, us-east-2 and us-west-2.',
    );
    expect((await profile(simulator, GROK, 'us-west-1')).description).toBe(
      'Routes requests to xAI Grok 4.6 in us-east-1, us-east-2, us-west-1 and us-west-2.',
    );
  });

  it('gives a global profile one ARN without a region and that of the source region', async () => {
    const answer = await profile(await start(), GLOBAL, 'eu-west-1');
    expect(answer.models).toEqual([
      { modelArn: 'arn:aws:bedrock:::foundation-model/anthropic.claude-opus-5' },
      { modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-5' },
    ]);
    expect(answer.description).toMatch(/^Routes requests to .* globally across all supported AWS Regions\.$/);
  });

  it('makes opaque application profiles, of a single model too, seen by their account alone', async () => {
    const simulator = await start();
    const stranger = { accessKeyId: 'OTHER', secretAccessKey: 'secret', accountId: '210987654321' };
    simulator.addCredentials(stranger);
    const { inferenceProfileId, inferenceProfileArn } = simulator.addApplicationProfile({
      region: 'eu-west-1',
      name: 'team',
      modelId: 'amazon.nova-pro-v1:0',
      description: 'costs of the team',
    });
    expect(inferenceProfileId).toMatch(/^[0-9a-z]{12}$/);
    expect(inferenceProfileArn).toBe(
      `arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/${inferenceProfileId}`,
    );
    const answer = await profile(simulator, inferenceProfileArn, 'eu-west-1');
    expect(answer).toMatchObject({ type: 'APPLICATION', description: 'costs of the team' });
    expect(regionsOf(answer)).toEqual(['eu-west-1']);
    const asStranger = bedrock(simulator, 'eu-west-1', { credentials: stranger });
    await expect(
      asStranger.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: inferenceProfileId })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    simulator.removeProfile(inferenceProfileId);
    await expect(profile(simulator, inferenceProfileId, 'eu-west-1')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
