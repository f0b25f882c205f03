import { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { expect, it } from '@jest/globals';
import type { HttpRequest } from '@smithy/core/protocols';
import type { BedrockDiscoveryOptions } from '../../options/bedrock-discovery.options.js';
import { timed } from '../transport/timing.js';
import { AwsClientFactory } from './aws-client.factory.js';
import { CREDENTIALS, optionsOf } from './aws.spec.fixture.js';
import { RepeatedRequest } from './repeated-request.js';
import { RequestSignature } from './request-signature.js';

const { signal } = new AbortController();
const TEMPORARY = { ...CREDENTIALS, sessionToken: 'token' };
const QUESTIONS: readonly (() => object)[] = [
  () => new ListFoundationModelsCommand({}),
  () => new ListInferenceProfilesCommand({ typeEquals: 'SYSTEM_DEFINED', maxResults: 1000 }),
  () => new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION', maxResults: 1000 }),
];

type Config = NonNullable<ConstructorParameters<typeof BedrockClient>[0]>;

/** Clients whose requests go nowhere, and what they would have sent. */
function clients(credentials: NonNullable<BedrockDiscoveryOptions['credentials']> = TEMPORARY) {
  const factory = new AwsClientFactory(optionsOf({ credentials }));
  const sent: HttpRequest[] = [];
  /** Of the next answers; after that all is well. */
  const statuses: number[] = [];
  const requestHandler = {
    handle: (request: HttpRequest) => {
      sent.push(request);
      const body = new TextEncoder().encode('{}');
      return Promise.resolve({ response: { statusCode: statuses.shift() ?? 200, headers: {}, body } });
    },
  };
  const client = (region: string, config: Partial<Config> = {}): BedrockClient =>
    factory.getClient(BedrockClient, { region, config: { requestHandler: requestHandler as never, ...config } });
  return { client, sent, statuses, factory };
}

/** Asks as scans do; true where the SDK has not made the request. */
async function ask(client: BedrockClient, command: object): Promise<boolean> {
  const sending = { signal, take: () => Promise.resolve(true) };
  const { alike, made } = RepeatedRequest.expect(command, client, signal);
  const request = await alike;
  if (request === undefined) {
    timed(command, { ...sending, onMade: made });
  } else {
    request.serve(command, sending, () => undefined);
  }
  await client.send(command as ListFoundationModelsCommand).finally(() => made());
  return request !== undefined;
}

async function askAll(client: BedrockClient): Promise<boolean[]> {
  return Promise.all(QUESTIONS.map((command) => ask(client, command())));
}

/** All but what is another each time, and the scope that it is signed for. */
function shapeOf({ method, protocol, hostname, port, path, query, headers }: HttpRequest): object {
  const { authorization, 'amz-sdk-invocation-id': id, 'x-amz-date': date, ...others } = headers;
  const [, scope, names] = /\/\d{8}\/(\S+), SignedHeaders=(\S+),/.exec(authorization ?? '') ?? [];
  return { method, protocol, hostname, port, path, query, headers: others, scope, names, has: [id, date].map(Boolean) };
}

it.each<[string, Partial<Config>]>([
  ['us-east-1', {}],
  ['us-gov-west-1', {}],
  ['cn-north-1', {}],
  ['us-west-2', { useFipsEndpoint: true, customUserAgent: 'ours' }],
  ['ap-south-1', { endpoint: 'https://[::1]:8443/behind' }],
])('is the one that the SDK would make, and signed, in %s %j', async (region, config) => {
  const [told, made] = [clients(), clients()];
  expect(await askAll(told.client('eu-west-1', config))).toEqual([false, false, false]);
  told.sent.length = 0;
  expect(await askAll(told.client(region, config))).toEqual([false, true, true]);
  for (const command of QUESTIONS) {
    await made.client(region, config).send(command() as ListFoundationModelsCommand);
  }
  const byPath = (requests: HttpRequest[]): object[] =>
    [...requests].map(shapeOf).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  expect(byPath(told.sent)).toEqual(byPath(made.sent));
  expect(told.sent.every((request) => RequestSignature.of(request, TEMPORARY) !== undefined)).toBe(true);
});

it.each<[string, Partial<Config>]>([
  ['another user agent', { customUserAgent: 'ours' }],
  ['another path', { endpoint: 'https://proxy.example/bedrock' }],
  ['another port', { endpoint: 'https://bedrock.eu-west-3.amazonaws.com:8443' }],
])('is made by the SDK where this client asks with %s', async (_, config) => {
  const { client } = clients();
  await askAll(client('eu-west-1'));
  expect(await askAll(client('eu-west-3', config))).toEqual([false, false, false]);
});

it('is made by the SDK where an operation has an endpoint of its own', async () => {
  const { client, sent } = clients();
  client('eu-west-1').middlewareStack.add(
    (next) => (args) => {
      const request = args.request as HttpRequest;
      request.hostname = request.path === '/inference-profiles' ? 'profiles.example' : request.hostname;
      return next(args);
    },
    { step: 'build' },
  );
  await askAll(client('eu-west-1'));
  sent.length = 0;
  expect(await askAll(client('eu-west-3'))).toEqual([false, false, false]);
  expect(new Set(sent.map(({ hostname }) => hostname))).toEqual(new Set(['bedrock.eu-west-3.amazonaws.com']));
});

it('is not told from what several clients were asked', async () => {
  const { client, sent } = clients();
  const [models, profiles] = QUESTIONS as [() => object, () => object];
  await ask(client('eu-west-1'), models());
  await ask(client('eu-west-1', { customUserAgent: 'ours' }), profiles());
  sent.length = 0;
  expect([await ask(client('eu-west-3'), models()), await ask(client('eu-west-3'), profiles())]).toEqual([
    false,
    false,
  ]);
  expect(sent.filter(({ headers }) => headers['user-agent']?.includes('ours'))).toEqual([]);
});

it('is told again once the SDK can make what it is told from', async () => {
  let credentials = (): Promise<typeof TEMPORARY> => Promise.reject(new Error('none'));
  const { client } = clients(() => credentials());
  for (const region of ['eu-west-1', 'eu-west-3']) {
    await expect(askAll(client(region))).rejects.toThrow('none');
  }
  credentials = () => Promise.resolve(TEMPORARY);
  expect(await askAll(client('eu-west-1'))).toEqual([false, false, false]);
  expect(await askAll(client('eu-west-3'))).toEqual([false, true, true]);
});

it('is sent again by the SDK where it is refused, if it was answered before', async () => {
  const { client, sent, statuses } = clients();
  const [models, profiles] = QUESTIONS as [() => object, () => object];
  await askAll(client('eu-west-1'));
  await ask(client('eu-west-3'), models());
  const request = await RepeatedRequest.expect(profiles(), client('eu-west-3'), signal).alike;
  let asked = 0;
  const serve = async (): Promise<unknown> => {
    const command = profiles() as ListFoundationModelsCommand;
    request?.serve(command, { signal, take: () => Promise.resolve(true) }, () => (asked += 1));
    return client('eu-west-3').send(command);
  };
  sent.length = 0;
  statuses.push(403);
  await expect(serve()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect([sent.length, asked]).toEqual([1, 0]);
  await serve();
  statuses.push(403);
  await serve();
  expect([sent.length, asked]).toEqual([4, 1]);
});

it('is made by the SDK where credentials of another kind have come since', async () => {
  let credentials: typeof TEMPORARY | typeof CREDENTIALS = CREDENTIALS;
  const { client, sent, factory } = clients(() => Promise.resolve(credentials));
  await askAll(client('eu-west-1'));
  await askAll(client('eu-west-3'));
  credentials = TEMPORARY;
  factory.identity().invalidate();
  sent.length = 0;
  await askAll(client('eu-west-3'));
  const signed = sent.map(({ headers }) =>
    /SignedHeaders=\S*;x-amz-security-token;/.test(headers['authorization'] ?? ''),
  );
  expect(signed).toEqual([true, true, true]);
});
