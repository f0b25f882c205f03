import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type BedrockClient,
  ListCustomModelDeploymentsCommand,
  ListImportedModelsCommand,
  ListMarketplaceModelEndpointsCommand,
  ListPromptRoutersCommand,
  ListProvisionedModelThroughputsCommand,
} from '@aws-sdk/client-bedrock';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import type { AccountModelKind } from '../catalogue/account-models.js';
import { bedrock, runtime, signed, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const NOVA = 'amazon.nova-lite-v1:0';
const REGION = 'us-east-1';

/** How each kind is listed: the ARN, the status, and what it is made of. */
const LISTS: [AccountModelKind, (client: BedrockClient, input: object) => Promise<unknown>, object][] = [
  [
    'provisioned-throughput',
    (client, input) => client.send(new ListProvisionedModelThroughputsCommand(input)),
    {
      provisionedModelSummaries: [
        {
          provisionedModelName: 'mine',
          provisionedModelArn: expect.stringMatching(/^arn:aws:bedrock:us-east-1:123456789012:provisioned-model\//),
          modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${NOVA}`,
          foundationModelArn: `arn:aws:bedrock:us-east-1::foundation-model/${NOVA}`,
          status: 'InService',
          creationTime: expect.any(Date),
        },
      ],
    },
  ],
  [
    'imported-model',
    (client, input) => client.send(new ListImportedModelsCommand(input)),
    { modelSummaries: [{ modelArn: expect.stringMatching(/:imported-model\/[a-z0-9]{12}$/), modelName: 'mine' }] },
  ],
  [
    'custom-deployment',
    (client, input) => client.send(new ListCustomModelDeploymentsCommand(input)),
    {
      modelDeploymentSummaries: [
        {
          customModelDeploymentArn: expect.stringContaining(':custom-model-deployment/'),
          modelArn: expect.stringContaining(':custom-model/'),
          status: 'Active',
        },
      ],
    },
  ],
  [
    'marketplace-endpoint',
    (client, input) => client.send(new ListMarketplaceModelEndpointsCommand(input)),
    {
      marketplaceModelEndpoints: [
        { endpointArn: 'arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine', status: 'REGISTERED' },
      ],
    },
  ],
  [
    'prompt-router',
    (client, input) => client.send(new ListPromptRoutersCommand(input)),
    {
      promptRouterSummaries: [
        {
          promptRouterArn: expect.stringContaining(':prompt-router/'),
          models: [{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${NOVA}` }],
          status: 'AVAILABLE',
          type: 'custom',
        },
      ],
    },
  ],
];

const converse = (simulator: BedrockSimulator, modelId: string, region = REGION) =>
  runtime(simulator, region).send(
    new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Where are you?' }] }] }),
  );

describe('what an account owns', () => {
  it.each(LISTS)(
    'is listed by the SDK, in its own region alone, and called by its ARN: %s',
    async (kind, list, expected) => {
      const simulator = await start();
      const arn = simulator.addAccountModel({ kind, region: REGION, name: 'mine', models: [NOVA] });
      expect(await list(bedrock(simulator), {})).toMatchObject(expected);
      expect(JSON.stringify(await list(bedrock(simulator, 'eu-west-1'), {}))).not.toContain('mine');
      await converse(simulator, arn);
      expect(simulator.executions.list()).toMatchObject([{ invocationId: arn, modelId: NOVA, destination: REGION }]);
      await expect(converse(simulator, arn, 'eu-west-1')).rejects.toMatchObject({ name: 'ValidationException' });
      simulator.setAccountModelStatus(arn, 'Failed');
      await expect(converse(simulator, arn)).rejects.toMatchObject({ name: 'ValidationException' });
      simulator.removeAccountModel(arn);
      expect(JSON.stringify(await list(bedrock(simulator), {}))).not.toContain('mine');
    },
  );

  it.each(LISTS)('is listed in pages: %s', async (kind, list) => {
    const simulator = await start({ pageSize: 2 });
    for (const name of ['one', 'two', 'three']) {
      simulator.addAccountModel({ kind, region: REGION, name, models: [NOVA] });
    }
    const first = (await list(bedrock(simulator), {})) as { nextToken?: string };
    const second = await list(bedrock(simulator), { nextToken: first.nextToken });
    expect(JSON.stringify(first)).toMatch(/one.*two/);
    expect(JSON.stringify(second)).toContain('three');
    expect(second).not.toHaveProperty('nextToken', expect.any(String));
  });

  it('is served where a profile goes that a router chooses', async () => {
    const simulator = await start();
    const arn = simulator.addAccountModel({
      kind: 'prompt-router',
      region: 'eu-west-1',
      name: 'router',
      models: [`eu.${NOVA}`],
    });
    await converse(simulator, arn, 'eu-west-1');
    expect(simulator.executions.list()[0]?.destination).toMatch(/^eu-/);
  });

  it('is refused where it makes no sense', async () => {
    const simulator = await start();
    const add = (model: object) => () => simulator.addAccountModel({ region: REGION, name: 'x', ...model } as never);
    expect(add({ kind: 'magic' })).toThrow(/kind must be/);
    expect(add({ kind: 'prompt-router' })).toThrow(/models must be/);
    expect(add({ kind: 'imported-model', region: 'mars-1' })).toThrow(/region must be/);
    expect(() => simulator.removeAccountModel('arn')).toThrow(/arn must be/);
  });
});

describe('bedrock-mantle', () => {
  const ask = async (simulator: BedrockSimulator, path: string, body?: object, service = 'bedrock-mantle') => {
    const url = new URL(path, simulator.endpoint);
    const [method, text] = body === undefined ? ['GET', ''] : ['POST', JSON.stringify(body)];
    const headers = await signed(simulator, { url, method, body: text }, REGION, service);
    return fetch(url, { method, headers, ...(body && { body: text }) });
  };
  const messages = [{ role: 'user', content: 'Where are you?' }];

  it('lists what was added, with the modes of retention where they were said', async () => {
    const simulator = await start();
    simulator.addMantleModel({ id: 'openai.gpt-5.5', allowedModes: ['none'] });
    simulator.addMantleModel({ id: 'xai.grok-4.3', regions: ['eu-west-1'] });
    simulator.addMantleModel({ id: NOVA, ownedBy: 'amazon' });
    expect(await (await ask(simulator, '/v1/models')).json()).toEqual({
      object: 'list',
      data: [
        {
          id: 'openai.gpt-5.5',
          object: 'model',
          created: expect.any(Number),
          owned_by: 'system',
          data_retention: { allowed_modes: ['none'] },
        },
        { id: NOVA, object: 'model', created: expect.any(Number), owned_by: 'amazon' },
      ],
    });
  });

  it('runs a model that is listed nowhere else, and none that it does not list', async () => {
    const simulator = await start();
    simulator.addMantleModel({ id: 'openai.gpt-5.5' });
    const answer = await ask(simulator, '/v1/chat/completions', { model: 'openai.gpt-5.5', messages });
    expect(await answer.json()).toMatchObject({ object: 'chat.completion', model: 'openai.gpt-5.5' });
    expect(simulator.executions.list()).toMatchObject([{ operation: 'MantleChatCompletions', destination: REGION }]);
    const refused = await ask(simulator, '/v1/chat/completions', { model: NOVA, messages });
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: { type: 'not_found_error' } }]);
  });

  it('takes signatures for its own service only', async () => {
    const simulator = await start();
    const answer = await ask(simulator, '/v1/models', undefined, 'bedrock');
    expect(answer.headers.get('x-amzn-errortype')).toContain('UnknownOperationException');
  });
});
