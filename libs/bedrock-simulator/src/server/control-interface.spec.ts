import { afterEach, describe, expect, it } from '@jest/globals';
import { ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, runtime, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';
const call = new ConverseCommand({ modelId: MODEL, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
const list = new ListFoundationModelsCommand({});

async function control(
  { endpoint }: BedrockSimulator,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
) {
  const answer = await fetch(new URL(`/_simulator/${path}`, endpoint), {
    method,
    headers: { connection: 'close', ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('the control interface of a simulator', () => {
  it('says that it is there, and what a program needs in its environment', async () => {
    const simulator = await start();
    expect((await control(simulator, 'GET', 'health')).body).toMatchObject({
      status: 'ok',
      endpoint: simulator.endpoint,
    });
    expect((await control(simulator, 'GET', 'environment')).body).toMatchObject({
      AWS_ENDPOINT_URL: simulator.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
    });
  });

  it('adds faults and answers, and removes each again', async () => {
    const simulator = await start();
    const { body: fault } = await control(simulator, 'POST', 'addFault', { kind: 'throttled', operation: 'Converse' });
    await expect(runtime(simulator).send(call)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await control(simulator, 'DELETE', `addFault/${String(fault['id'])}`)).toEqual({ status: 200, body: {} });
    expect((await control(simulator, 'DELETE', `addFault/${String(fault['id'])}`)).status).toBe(404);
    await control(simulator, 'POST', 'addAnswer', { text: 'Rain.' });
    expect((await runtime(simulator).send(call)).output?.message?.content).toEqual([{ text: 'Rain.' }]);
  });

  it('changes what is offered and how far it is, as the methods do', async () => {
    const simulator = await start();
    await control(simulator, 'POST', 'addModel', { modelId: 'maker.new', regions: ['us-east-1'] });
    await control(simulator, 'POST', 'setAccess', { modelId: MODEL, access: { authorization: 'NOT_AUTHORIZED' } });
    await control(simulator, 'POST', 'setLatency', { region: '*', latencyMs: 1 });
    const { modelSummaries } = await bedrock(simulator).send(list);
    expect(modelSummaries?.map(({ modelId }) => modelId)).toContain('maker.new');
    await expect(runtime(simulator).send(call)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const added = await control(simulator, 'POST', 'addAccountModel', {
      kind: 'imported-model',
      region: 'us-east-1',
      name: 'mine',
    });
    expect(added.body).toEqual({ arn: expect.stringMatching(/^arn:aws:bedrock:us-east-1:\d{12}:imported-model\//) });
  });

  it('tells what arrived and what was executed, filtered, and forgets it', async () => {
    const simulator = await start();
    await bedrock(simulator).send(list);
    await runtime(simulator).send(call);
    const requests = await control(simulator, 'GET', 'requests?operation=Converse');
    expect(requests.body).toEqual({ count: 2, items: [expect.objectContaining({ operation: 'Converse' })] });
    expect((await control(simulator, 'GET', 'executions')).body['count']).toBe(1);
    await control(simulator, 'POST', 'addFault', { kind: 'throttled' });
    await control(simulator, 'POST', 'reset', {});
    expect((await control(simulator, 'GET', 'executions')).body['count']).toBe(0);
    await expect(runtime(simulator).send(call)).resolves.toHaveProperty('output');
  });

  it('has everything as it was at the start again, but for who may call', async () => {
    const simulator = await start({ optIn: ['eu-south-1'], pageSize: 500 });
    const removal = await control(simulator, 'POST', 'addFault', { kind: 'throttled' });
    const { body: key } = await control(simulator, 'POST', 'apiKey', { kind: 'long-term' });
    simulator.addCredentials({ accessKeyId: 'OTHER', secretAccessKey: 'other' });
    const owned = () =>
      Promise.all(
        ['eu-west-1', 'eu-south-1'].map(async (region) => {
          const [{ modelSummaries }, { inferenceProfileSummaries, nextToken }] = await Promise.all([
            bedrock(simulator, region).send(list),
            bedrock(simulator, region).send(new ListInferenceProfilesCommand({ maxResults: 1000 })),
          ]);
          return { modelSummaries, inferenceProfileSummaries, nextToken };
        }),
      );
    await control(simulator, 'POST', 'clearFaults', {});
    const before = await owned();
    simulator.addModel({ modelId: 'acme.one-v1:0' });
    simulator.removeModel('amazon.nova-lite-v1:0');
    simulator.setLifecycle('amazon.nova-pro-v1:0', { status: 'LEGACY' });
    simulator.setDestinations('eu.amazon.nova-lite-v1:0', 'eu-west-1', 'global');
    simulator.setPageSize(3);
    simulator.setAccess('amazon.nova-micro-v1:0', { authorization: 'NOT_AUTHORIZED' });
    expect(await owned()).not.toEqual(before);
    simulator.optOut('eu-south-1');
    await control(simulator, 'POST', 'reset', {});
    expect(simulator.requests.count()).toBe(0);
    expect(await owned()).toEqual(before);
    expect((await control(simulator, 'DELETE', `addFault/${String(removal.body['id'])}`)).status).toBe(404);
    const other = { accessKeyId: 'OTHER', secretAccessKey: 'other' };
    await expect(bedrock(simulator, 'us-east-1', { credentials: other }).send(list)).resolves.toBeDefined();
    const bearer = { token: { token: String(key['apiKey']) }, authSchemePreference: ['httpBearerAuth'] };
    await expect(bedrock(simulator, 'us-east-1', bearer).send(list)).resolves.toBeDefined();
  });

  it.each([
    ['POST', 'addFault', { kind: 'explosion' }, 400, /fault kind must be one of/],
    [
      'POST',
      'setLatency',
      { region: 'us-east-1', ms: 5 },
      400,
      /setLatency has no "ms"; accepted are region, latencyMs/,
    ],
    ['POST', 'addFault', '{', 400, /JSON/],
    ['POST', 'addFault', '7', 400, /must be an object/],
    ['POST', 'explode', {}, 404, /There is no "explode"; there are health,/],
    ['GET', 'explode', undefined, 404, /There is no "explode"/],
    ['PUT', 'addFault', {}, 405, /GET reads, POST does/],
  ])('refuses %s %s with %j', async (method, path, body, status, message) => {
    const refused = await control(await start(), method, path, body);
    expect(refused).toEqual({ status, body: { message: expect.stringMatching(message) } });
  });

  it('does nothing for a page of a browser, which can send no JSON unasked', async () => {
    const simulator = await start();
    const refused = await control(simulator, 'POST', 'addFault', { kind: 'throttled' }, 'text/plain');
    expect(refused.status).toBe(415);
    await expect(runtime(simulator).send(call)).resolves.toHaveProperty('output');
  });

  it('describes itself by OpenAPI, one path for each thing that can be done', async () => {
    const simulator = await start();
    const { body } = await control(simulator, 'GET', 'openapi.json');
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(simulator)).filter((name) =>
      /^(add|set|remove|clear|optIn|optOut|reject|rotate)/.test(name),
    );
    expect(Object.keys(body['paths'] as object)).toEqual(
      expect.arrayContaining(methods.map((name) => `/_simulator/${name}`)),
    );
  });
});
