import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { BedrockClient, ListFoundationModelsCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import OpenAI from 'openai';
import { BedrockOpenAI } from 'openai/bedrock';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { collect, start, stopAll } from '../clients.spec.helper.js';

const MODEL = 'amazon.nova-lite-v1:0';
const ACCOUNT = '210987654321';
const NOW = Date.parse('2026-08-22T12:00:00Z');
const OTHER = { accessKeyId: 'OTHER', secretAccessKey: 'other-secret', accountId: ACCOUNT, sessionToken: 'a+b/c=' };
const INVALID = { name: 'AccessDeniedException', message: expect.stringContaining('make sure your API Key is valid') };
const EXPIRED = { name: 'AccessDeniedException', message: 'Bearer Token has expired' };

const messages = [{ role: 'user' as const, content: [{ text: 'Where are you?' }] }];
const list = new ListFoundationModelsCommand({});
const clients: { destroy(): void }[] = [];

beforeEach(() => {
  delete process.env['AWS_BEARER_TOKEN_BEDROCK'];
});

afterEach(async () => {
  delete process.env['AWS_BEARER_TOKEN_BEDROCK'];
  for (const client of clients.splice(0)) {
    client.destroy();
  }
  await stopAll();
});

/** A client of the AWS SDK that is given nothing but the environment, which it reads with each call. */
function clientOf<T extends { destroy(): void }>(
  type: new (config: { region: string; endpoint: string; maxAttempts: number }) => T,
  { endpoint }: Pick<BedrockSimulator, 'endpoint'>,
  token: string,
): T {
  process.env['AWS_BEARER_TOKEN_BEDROCK'] = token;
  const made = new type({ region: 'us-east-1', endpoint, maxAttempts: 1 });
  clients.push(made);
  return made;
}

/** As the token generators of AWS make it. */
async function generated({ credentials }: BedrockSimulator, region: string): Promise<string> {
  const hostname = 'bedrock.amazonaws.com';
  const query = { Action: 'CallWithBearerToken' };
  const signer = new SignatureV4({ service: 'bedrock', region, credentials, sha256: Sha256 });
  const request = { method: 'POST', protocol: 'https:', hostname, path: '/', query, headers: { host: hostname } };
  const signed = await signer.presign(request, { expiresIn: 43_200 });
  const url = `${hostname}/?${new URLSearchParams(signed.query as Record<string, string>)}&Version=1`;
  return `bedrock-api-key-${Buffer.from(url).toString('base64')}`;
}

const changed = (token: string, change: (url: string) => string): string => {
  const url = Buffer.from(token.slice('bedrock-api-key-'.length), 'base64').toString();
  return `bedrock-api-key-${Buffer.from(change(url)).toString('base64')}`;
};

describe('an API key', () => {
  it('takes the place of credentials on both ends of Bedrock, and says in which region', async () => {
    const simulator = await start();
    const token = simulator.apiKey({ region: 'eu-west-2' });
    expect((await clientOf(BedrockClient, simulator, token).send(list)).modelSummaries).not.toHaveLength(0);
    const runtime = clientOf(BedrockRuntimeClient, simulator, token);
    const { output } = await runtime.send(new ConverseCommand({ modelId: MODEL, messages }));
    expect(output?.message?.content?.[0]?.text).toContain('served in eu-west-2');
    const { stream } = await runtime.send(new ConverseStreamCommand({ modelId: MODEL, messages }));
    expect((await collect(stream)).error).toBeUndefined();
    const { accessKeyId } = simulator.credentials;
    expect(simulator.executions.list()).toMatchObject([{ accessKeyId }, { accessKeyId }]);
    expect(simulator.requests.list().map(({ region, accessKeyId: whose }) => [region, whose])).toEqual(
      Array.from({ length: 3 }, () => ['eu-west-2', accessKeyId]),
    );
  });

  it('is what the clients of OpenAI take', async () => {
    const simulator = await start();
    const settings = { apiKey: simulator.apiKey(), baseURL: `${simulator.endpoint}/openai/v1`, maxRetries: 0 };
    for (const openai of [new OpenAI(settings), new BedrockOpenAI(settings)]) {
      const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'Where are you?' }] };
      const { choices } = await openai.chat.completions.create(asked);
      expect(choices[0]?.message.content).toContain('served in us-east-1');
    }
    const wrong = new OpenAI({ ...settings, apiKey: 'sk-none' });
    await expect(wrong.chat.completions.create({ model: MODEL, messages: [] })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Must start with pre-defined prefix'),
    });
  });

  it('may come from a token generator of AWS', async () => {
    const simulator = await start({ credentials: OTHER });
    const bedrock = clientOf(BedrockClient, simulator, await generated(simulator, 'us-east-1'));
    const { inferenceProfileSummaries } = await bedrock.send(new ListInferenceProfilesCommand({ maxResults: 1 }));
    expect(inferenceProfileSummaries?.[0]?.inferenceProfileArn).toContain(`:${ACCOUNT}:`);
  });

  it('is refused at the endpoint of another region, unless it is a long-term one', async () => {
    const simulator = await start({ listenerPerRegion: true });
    const at = (region: string) => ({ endpoint: simulator.endpointFor(region) });
    const shortTerm = simulator.apiKey({ region: 'eu-west-1' });
    await expect(clientOf(BedrockClient, at('eu-west-1'), shortTerm).send(list)).resolves.toBeDefined();
    await expect(clientOf(BedrockClient, at('us-east-1'), shortTerm).send(list)).rejects.toMatchObject(INVALID);
    const longTerm = simulator.apiKey({ kind: 'long-term', region: 'eu-west-2' });
    expect(longTerm).toMatch(/^ABSK/);
    await clientOf(BedrockClient, at('us-east-1'), longTerm).send(list);
    await clientOf(BedrockClient, simulator, longTerm).send(list);
    expect(
      simulator.requests
        .list()
        .slice(-2)
        .map(({ region }) => region),
    ).toEqual(['us-east-1', 'eu-west-2']);
  });

  it.each(['short-term', 'long-term'] as const)(
    'of the %s kind ends by itself, and with its credentials',
    async (kind) => {
      let now = NOW;
      const simulator = await start({ now: () => now });
      const bedrock = clientOf(BedrockClient, simulator, simulator.apiKey({ kind, expiresInSeconds: 60 }));
      await expect(bedrock.send(list)).resolves.toBeDefined();
      now += 60_000;
      await expect(bedrock.send(list)).rejects.toMatchObject({ ...EXPIRED, $metadata: { httpStatusCode: 403 } });

      simulator.addCredentials({ ...OTHER, expiresAt: now + 1000 });
      const other = clientOf(BedrockClient, simulator, simulator.apiKey({ kind, accessKeyId: OTHER.accessKeyId }));
      await expect(other.send(list)).resolves.toBeDefined();
      now += 1000;
      await expect(other.send(list)).rejects.toMatchObject(EXPIRED);
      simulator.removeCredentials(OTHER.accessKeyId);
      await expect(other.send(list)).rejects.toMatchObject(INVALID);
    },
  );

  it.each([
    ['short-term', 'ends after twelve hours', 43_200_000, EXPIRED],
    ['long-term', 'lasts for years', 43_200_000 * 1000, undefined],
  ] as const)('of the %s kind %s', async (kind, _, lifeMs, end) => {
    let now = NOW;
    const simulator = await start({ now: () => now });
    const bedrock = clientOf(BedrockClient, simulator, simulator.apiKey({ kind }));
    now += lifeMs - 1;
    await expect(bedrock.send(list)).resolves.toBeDefined();
    now += 1;
    const asked = expect(bedrock.send(list));
    await (end ? asked.rejects.toMatchObject(end) : asked.resolves.toBeDefined());
  });

  it.each<[string, (token: string) => string]>([
    ['another region', (token) => changed(token, (url) => url.replace('us-east-1', 'eu-west-1'))],
    ['a longer life', (token) => changed(token, (url) => url.replace('Expires=60', 'Expires=600'))],
    [
      'a life of more than twelve hours',
      (token) => changed(token, (url) => url.replace('Expires=60', 'Expires=43201')),
    ],
    ['another key', (token) => changed(token, (url) => url.replace('SIMULATORKEYID', 'SOMEBODY'))],
    ['another host', (token) => changed(token, (url) => url.replace('bedrock.', 'sts.'))],
    ['another action', (token) => changed(token, (url) => url.replace('CallWithBearerToken', 'Call'))],
    ['another service', (token) => changed(token, (url) => url.replace('%2Fbedrock%2F', '%2Fsts%2F'))],
    ['a day that is not that of its scope', (token) => changed(token, (url) => url.replace('Date=2026', 'Date=2025'))],
    ['no signature', (token) => changed(token, (url) => url.replace(/&X-Amz-Signature=[^&]*/, ''))],
    ['nothing behind its prefix', () => 'bedrock-api-key-'],
    ['a long-term one that nobody has made', () => `ABSK${Buffer.from('BedrockAPIKey-0-at-1:x').toString('base64')}`],
  ])('with %s is refused, in words that do not show it', async (_, change) => {
    const simulator = await start({ now: () => NOW });
    const token = change(simulator.apiKey({ expiresInSeconds: 60 }));
    await expect(clientOf(BedrockClient, simulator, token).send(list)).rejects.toMatchObject(INVALID);
  });

  it('is for Bedrock alone', async () => {
    const simulator = await start();
    const { endpoint } = simulator;
    const headers = { authorization: `Bearer ${simulator.apiKey()}`, connection: 'close' };
    const response = await fetch(`${endpoint}/listRegions`, { method: 'POST', headers, body: '{}' });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      404,
      expect.stringMatching(/^UnknownOperationException/),
    ]);
    const account = new AccountClient({ region: 'us-east-1', endpoint, credentials: simulator.credentials });
    clients.push(account);
    await expect(account.send(new ListRegionsCommand({}))).resolves.toBeDefined();
  });

  it('is refused in a region that the account has not opted in to', async () => {
    const simulator = await start();
    const bedrock = clientOf(BedrockClient, simulator, simulator.apiKey({ region: 'eu-south-1' }));
    await expect(bedrock.send(list)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    simulator.optIn('eu-south-1');
    await expect(bedrock.send(list)).resolves.toBeDefined();
  });

  it('is made over HTTP too', async () => {
    const simulator = await start();
    const response = await fetch(`${simulator.endpoint}/_simulator/apiKey`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"region":"eu-west-1"}',
    });
    const { apiKey } = (await response.json()) as { apiKey: string };
    await expect(clientOf(BedrockClient, simulator, apiKey).send(list)).resolves.toBeDefined();
    expect(simulator.requests.count({ region: 'eu-west-1' })).toBe(1);
  });

  it.each<[object, string]>([
    [{ region: 'mars' }, 'region must be one of'],
    [{ kind: 'eternal' }, 'apiKey kind must be one of short-term, long-term'],
    [{ accessKeyId: 'NOBODY' }, 'apiKey accessKeyId must be that of known credentials'],
    [{ expiresInSeconds: 43_201 }, 'apiKey expiresInSeconds must be a number from 1 to 43200'],
    [{ expires: 1 }, 'apiKey has no "expires"'],
  ])('is not made from %j', async (key, message) => {
    const simulator = await start();
    expect(() => simulator.apiKey(key)).toThrow(message);
  });
});
