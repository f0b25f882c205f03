import { afterEach, describe, expect, it } from '@jest/globals';
import {
  CreateInferenceProfileCommand,
  DeleteInferenceProfileCommand,
  ListGuardrailsCommand,
  ListInferenceProfilesCommand,
  ListModelCustomizationJobsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-bedrock';
import { ApplyGuardrailCommand, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { bedrock, runtime, signed, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const PROFILE = 'eu.amazon.nova-lite-v1:0';

describe('an application profile', () => {
  it('is made over the wire, tagged, called and deleted', async () => {
    const simulator = await start();
    const client = bedrock(simulator, 'eu-west-1');
    const { inferenceProfileArn: arn = '', ...made } = await client.send(
      new CreateInferenceProfileCommand({
        inferenceProfileName: 'team-a',
        modelSource: { copyFrom: `arn:aws:bedrock:eu-west-1:${simulator.accountId}:inference-profile/${PROFILE}` },
        tags: [{ key: 'team', value: 'a' }],
      }),
    );
    expect([arn, made]).toEqual([
      expect.stringMatching(/:application-inference-profile\/[a-z0-9]{12}$/),
      expect.objectContaining({ status: 'ACTIVE', $metadata: expect.objectContaining({ httpStatusCode: 201 }) }),
    ]);
    const listed = await client.send(new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION' }));
    expect(listed.inferenceProfileSummaries).toMatchObject([
      { inferenceProfileName: 'team-a', inferenceProfileArn: arn },
    ]);
    await client.send(new TagResourceCommand({ resourceARN: arn, tags: [{ key: 'cost', value: '7' }] }));
    await client.send(new UntagResourceCommand({ resourceARN: arn, tagKeys: ['team'] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceARN: arn }));
    expect(tags).toEqual([{ key: 'cost', value: '7' }]);
    const call = new ConverseCommand({ modelId: arn, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
    expect((await runtime(simulator, 'eu-west-1').send(call)).output?.message).toBeDefined();
    await client.send(new DeleteInferenceProfileCommand({ inferenceProfileIdentifier: arn }));
    await expect(client.send(new ListTagsForResourceCommand({ resourceARN: arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is not made of what the region does not have, nor twice under a name; AWS’s own is not deleted', async () => {
    const simulator = await start();
    const client = bedrock(simulator, 'eu-west-1');
    const create = (copyFrom: string) =>
      client.send(new CreateInferenceProfileCommand({ inferenceProfileName: 'team-a', modelSource: { copyFrom } }));
    // Through profiles only.
    const model = 'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0';
    await expect(create(model)).rejects.toMatchObject({ name: 'ValidationException' });
    const profile = `arn:aws:bedrock:eu-west-1:${simulator.accountId}:inference-profile/${PROFILE}`;
    await create(profile);
    await expect(create(profile)).rejects.toMatchObject({ name: 'ConflictException' });
    const remove = (id: string) => client.send(new DeleteInferenceProfileCommand({ inferenceProfileIdentifier: id }));
    await expect(remove(PROFILE)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(remove('nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('what is not played', () => {
  it('is empty where it is a list, and refused elsewhere, streams that go both ways among them', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    expect((await client.send(new ListGuardrailsCommand({}))).guardrails).toEqual([]);
    const jobs = await client.send(new ListModelCustomizationJobsCommand({}));
    expect(jobs.modelCustomizationJobSummaries).toEqual([]);
    const path = '/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream';
    const url = new URL(path, simulator.endpoint);
    const answer = await fetch(url, { method: 'POST', body: '', headers: await signed(simulator, { url, body: '' }) });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      404,
      expect.stringMatching(/^UnknownOperationException/),
    ]);
  });
});

describe('ApplyGuardrail', () => {
  it('lets everything pass', async () => {
    const simulator = await start();
    const guardrail = { guardrailIdentifier: 'abc123', guardrailVersion: 'DRAFT', source: 'INPUT' as const };
    const content = [{ text: { text: 'x'.repeat(1001) } }];
    expect(await runtime(simulator).send(new ApplyGuardrailCommand({ ...guardrail, content }))).toMatchObject({
      action: 'NONE',
      outputs: [],
      usage: { wordPolicyUnits: 2 },
    });
  });
});

describe('GetCallerIdentity', () => {
  it('tells the account of the credentials, as STS does', async () => {
    const simulator = await start({ accountId: '210987654321' });
    const { endpoint, credentials } = simulator;
    const client = new STSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:iam::210987654321:user/simulator',
    });
    const stranger = new STSClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    await expect(stranger.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: expect.stringMatching(/^UnrecognizedClient/),
      $metadata: { httpStatusCode: 403 },
    });
    client.destroy();
    stranger.destroy();
  });
});

describe('the lifecycles of the catalogue', () => {
  const ended = 'ai21.jamba-1-5-large-v1:0';
  const call = new ConverseCommand({ modelId: ended, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });

  it('are judged as of its own day, whatever the day is, unless asOf says otherwise', async () => {
    const systemClockOffset = 20 * 365 * 86_400_000;
    const now = (): number => Date.now() + systemClockOffset;
    const later = { systemClockOffset };
    await expect(runtime(await start({ now }), 'us-east-1', later).send(call)).resolves.toHaveProperty('output');
    const refusal = { name: 'ResourceNotFoundException', message: expect.stringContaining('end of its life') };
    const dated = await start({ asOf: '2026-12-01' });
    await expect(runtime(dated).send(call)).rejects.toMatchObject(refusal);
    dated.setLifecycle(ended, { status: 'ACTIVE' });
    await expect(runtime(dated).send(call)).resolves.toHaveProperty('output');
    const current = await start({ asOf: 'now', now });
    await expect(runtime(current, 'us-east-1', later).send(call)).rejects.toMatchObject(refusal);
    await expect(start({ asOf: 'then' })).rejects.toThrow(/asOf must be an ISO 8601 time or 'now'/);
  });
});
