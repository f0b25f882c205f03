import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { BedrockClient, GetFoundationModelCommand, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import type { BedrockDiscoveryOptions } from '../../options/bedrock-discovery.options.js';
import {
  answer,
  CREDENTIALS,
  leftOf,
  LIST,
  type LocalServer,
  optionsOf,
  refuse,
  startServer,
  TestClock,
} from './aws.spec.fixture.js';
import { mayHaveExecuted } from '../../errors/classify-failure.js';
import { AwsClientFactory } from './aws-client.factory.js';

/** As BedrockRuntimeClient does, it speaks HTTP/2 unless given a handler. */
class Http2Client extends BedrockClient {
  constructor(config: ConstructorParameters<typeof BedrockClient>[0] & object) {
    const { requestHandler } = config;
    super({ ...config, requestHandler: NodeHttp2Handler.create(requestHandler as NodeHttp2Handler) });
  }
}

const REGION = 'eu-west-1';
const AMBIENT = ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

describe('AwsClientFactory', () => {
  const clean: (() => unknown)[] = [];

  beforeEach(() => {
    process.env['AWS_CONFIG_FILE'] = '/nonexistent/config';
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nonexistent/credentials';
  });

  afterEach(async () => {
    for (const step of clean.splice(0).reverse()) {
      await step();
    }
    AMBIENT.forEach((name) => delete process.env[name]);
  });

  async function serve(...args: Parameters<typeof startServer>): Promise<LocalServer> {
    const server = await startServer(...args);
    clean.push(() => server.close());
    return server;
  }

  function make(options: BedrockDiscoveryOptions = {}, clock = new TestClock()): AwsClientFactory {
    const factory = new AwsClientFactory(optionsOf(options), clock);
    clean.push(() => factory.destroy());
    return factory;
  }

  describe('clients that are kept', () => {
    it.each([undefined, {}, { region: ' ' }])(
      'refuses to make a client of no region, as with %j, in words',
      (target) => {
        const factory = make();
        expect(() => factory.getClient(BedrockClient, target as { region: string })).toThrow(
          /name it, as in getClient/,
        );
      },
    );

    it('gives the same client for the same class, region, identity, preset and overrides', () => {
      const factory = make();
      const client = factory.getClient(BedrockClient, { region: REGION });
      expect(client).toBeInstanceOf(BedrockClient);
      expect(factory.getClient(BedrockClient, { region: REGION, preset: 'standard', config: {} })).toBe(client);
      expect(factory.getClient(BedrockClient, { region: REGION, credentials: { ...CREDENTIALS } })).toBe(client);
      const config = { maxAttempts: 1, customUserAgent: [['a', 'b']] as [string, string][] };
      expect(factory.getClient(BedrockClient, { region: REGION, config })).toBe(
        factory.getClient(BedrockClient, { region: REGION, config: structuredClone(config) }),
      );
    });

    it('gives another client where anything differs', () => {
      const factory = make();
      const credentials = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'other' };
      const provider = async () => credentials;
      const clients = [
        factory.getClient(BedrockClient, { region: REGION }),
        factory.getClient(BedrockClient, { region: 'us-east-1' }),
        factory.getClient(BedrockClient, { region: REGION, preset: 'ai' }),
        factory.getClient(BedrockClient, { region: REGION, credentials }),
        factory.getClient(BedrockClient, { region: REGION, credentials: provider }),
        factory.getClient(BedrockClient, { region: REGION, credentials: async () => credentials }),
        factory.getClient(BedrockClient, { region: REGION, awsProfile: 'other' }),
        factory.getClient(BedrockClient, { region: REGION, config: { maxAttempts: 9 } }),
        factory.getClient(AccountClient, { region: REGION }),
      ];
      expect(new Set<unknown>(clients).size).toBe(clients.length);
      expect(factory.getClient(BedrockClient, { region: REGION, config: { credentials: provider } })).toBe(clients[4]);
      expect(factory.getClient(BedrockClient, { region: REGION, config: { profile: 'other' } })).toBe(clients[6]);
    });

    it('keeps clients until they are cleared, while calls in flight on them finish', async () => {
      const held: http.ServerResponse[] = [];
      const server = await serve((_, response) => held.push(response));
      const factory = make({ endpoint: server.url });
      const inEurope = factory.getClient(BedrockClient, { region: REGION });
      const inAmerica = factory.getClient(BedrockClient, { region: 'us-east-1' });
      const account = factory.getClient(AccountClient, { region: REGION });
      const pending = inEurope.send(LIST);
      while (held.length === 0) {
        await new Promise(setImmediate);
      }
      factory.clear({ client: BedrockClient, region: REGION });
      expect(factory.getClient(BedrockClient, { region: REGION })).not.toBe(inEurope);
      expect(factory.getClient(BedrockClient, { region: 'us-east-1' })).toBe(inAmerica);
      expect(factory.getClient(AccountClient, { region: REGION })).toBe(account);
      held.forEach((response) => answer(response, 200, { modelSummaries: [] }));
      await expect(pending).resolves.toMatchObject({ modelSummaries: [] });
      factory.clear();
      expect(factory.getClient(AccountClient, { region: REGION })).not.toBe(account);
    });
  });

  describe('the configuration of clients', () => {
    it('configures clients with the options, and with overrides before them', async () => {
      const factory = make({ client: { maxAttempts: 5, useFips: true, useDualstack: true } });
      const { config } = factory.getClient(BedrockClient, { region: REGION });
      expect(await config.maxAttempts()).toBe(5);
      expect(await config.useFipsEndpoint()).toBe(true);
      expect(await config.useDualstackEndpoint()).toBe(true);
      const overridden = factory.getClient(BedrockClient, { region: REGION, config: { maxAttempts: 2 } });
      expect(await overridden.config.maxAttempts()).toBe(2);
    });

    it('configures clients with the endpoint that the options state for a service and region', async () => {
      const endpoint = jest.fn(({ service }: { service: string; region: string }) =>
        service === 'bedrock' ? 'https://vpce.example/' : undefined,
      );
      const factory = make({ endpoint, client: { useFips: true } });
      const bedrock = factory.getClient(BedrockClient, { region: REGION });
      const account = factory.getClient(AccountClient, { region: 'us-east-1' });
      expect(endpoint.mock.calls).toEqual([
        [{ service: 'bedrock', region: REGION }],
        [{ service: 'account', region: 'us-east-1' }],
      ]);
      expect(await bedrock.config.endpoint?.()).toMatchObject({ hostname: 'vpce.example' });
      expect(await bedrock.config.useFipsEndpoint()).toBe(false);
      expect(account.config.endpoint).toBeUndefined();
      expect(await account.config.useFipsEndpoint()).toBe(true);
    });

    it("configures clients without the SDK's logging, unless there is a logger", () => {
      const factory = make();
      const logger = { ...console, trace: undefined };
      const logsOf = (config: object): string[] =>
        factory
          .getClient(BedrockClient, { region: REGION, config })
          .middlewareStack.identify()
          .filter((name) => name.startsWith('loggerMiddleware'));
      expect(logsOf({})).toEqual([]);
      expect(logsOf({ logger })).toHaveLength(1);
    });

    it('configures clients of the service and of the account alike', async () => {
      const server = await serve((request, response) =>
        answer(
          response,
          200,
          request.url === '/listRegions' ? { Regions: [{ RegionName: 'x' }] } : { modelSummaries: [] },
        ),
      );
      const factory = make({ endpoint: server.url });
      const account = factory.getClient(AccountClient, { region: 'us-east-1' });
      expect((await account.send(new ListRegionsCommand({}))).Regions).toHaveLength(1);
      expect((await factory.getClient(BedrockClient, { region: REGION }).send(LIST)).modelSummaries).toEqual([]);
    });
  });

  describe('the credentials of clients', () => {
    it('signs with the credentials given, even where a bearer token is in the environment', async () => {
      process.env['AWS_BEARER_TOKEN_BEDROCK'] = 'bedrock-api-key-ambient';
      const server = await serve();
      await make({ endpoint: server.url }).getClient(BedrockClient, { region: REGION }).send(LIST);
      const ambient = make({ endpoint: server.url, credentials: undefined });
      await ambient.getClient(BedrockClient, { region: REGION }).send(LIST);
      const [explicit, bearer] = server.requests.map(({ headers }) => headers.authorization);
      expect(explicit).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/);
      expect(bearer).toBe('Bearer bedrock-api-key-ambient');
      expect(ambient.identity().kind).toBe('bearer');
      expect(await ambient.identity().accountId()).toBeUndefined();
      expect(await ambient.identity().principalHash()).toMatch(/^[0-9a-f]{32}$/);
    });

    it('signs with the chain of the SDK where a service takes no bearer token', async () => {
      process.env['AWS_BEARER_TOKEN_BEDROCK'] = 'bedrock-api-key-ambient';
      process.env['AWS_ACCESS_KEY_ID'] = 'AKIAI44QH8DHBEXAMPLE';
      process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
      const server = await serve((_, response) => answer(response, 200, { Regions: [] }));
      const factory = make({ endpoint: server.url, credentials: undefined });
      await factory.getClient(AccountClient, { region: 'us-east-1' }).send(new ListRegionsCommand({}));
      expect(server.requests[0]?.headers.authorization).toContain('Credential=AKIAI44QH8DHBEXAMPLE');
    });

    it('asks a provider of credentials once for the clients of all regions', async () => {
      const credentials = jest.fn(async () => ({ ...CREDENTIALS, expiration: new Date('2026-03-01T12:00:00Z') }));
      const server = await serve();
      const factory = make({ endpoint: server.url, credentials });
      const regions = ['eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2'];
      await Promise.all(regions.map((region) => factory.getClient(BedrockClient, { region }).send(LIST)));
      expect(server.requests).toHaveLength(4);
      expect(credentials).toHaveBeenCalledTimes(1);
    });

    it('leaves the credentials that were handed in as they are', async () => {
      const server = await serve();
      const credentials = Object.freeze({ ...CREDENTIALS });
      await make({ endpoint: server.url, credentials }).getClient(BedrockClient, { region: REGION }).send(LIST);
      expect(credentials).toEqual(CREDENTIALS);
      const open = { ...CREDENTIALS };
      await make({ endpoint: server.url, credentials: open }).getClient(BedrockClient, { region: REGION }).send(LIST);
      expect(open).toEqual(CREDENTIALS);
      expect(Object.isFrozen(open)).toBe(false);
    });

    it('does not wait for a provider of credentials longer than the caller', async () => {
      const server = await serve();
      const factory = make({ endpoint: server.url, credentials: () => new Promise(() => undefined) });
      const caller = new AbortController();
      const pending = factory.getClient(BedrockClient, { region: REGION }).send(LIST, { abortSignal: caller.signal });
      caller.abort();
      await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
      expect(server.requests).toHaveLength(0);
    });
  });

  describe('a profile of the shared configuration files', () => {
    const profile = (accessKeyId: string): string =>
      `[work]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=x\n`;

    it('asks in the name of a profile, and sees a login that was renewed meanwhile', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'aws-profile-'));
      clean.push(() => rm(folder, { recursive: true }));
      const file = join(folder, 'credentials');
      process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
      process.env['AWS_BEARER_TOKEN_BEDROCK'] = 'bedrock-api-key-ambient';
      await writeFile(file, profile('AKIAOLD'));
      const server = await serve((request, response) => {
        if (request.headers.authorization?.includes('Credential=AKIANEW') === true) {
          answer(response, 200, { modelSummaries: [] });
        } else {
          writeFileSync(file, profile('AKIANEW'));
          refuse(response, 403, 'ExpiredTokenException');
        }
      });
      const factory = make({ endpoint: server.url, awsProfile: 'work' });
      await factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      expect(server.requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([
        'AKIAOLD',
        'AKIANEW',
      ]);
    });
  });

  describe('expired credentials', () => {
    const answers = (accepted: string) => (request: http.IncomingMessage, response: http.ServerResponse) =>
      request.headers.authorization?.includes(accepted) === true
        ? answer(response, 200, { modelSummaries: [] })
        : refuse(response, 403, 'ExpiredTokenException', 'The security token included in the request is expired');

    it('resolves expired credentials anew, once for all clients, and sends each call once more', async () => {
      const server = await serve(answers('AKIANEW'));
      const credentials = jest.fn(async () => ({ accessKeyId: 'AKIANEW', secretAccessKey: 'new' }));
      credentials.mockResolvedValueOnce({ accessKeyId: 'AKIAOLD', secretAccessKey: 'old' });
      const factory = make({ endpoint: server.url, credentials });
      const regions = ['eu-west-1', 'eu-west-2', 'us-east-1'];
      await Promise.all(regions.map((region) => factory.getClient(BedrockClient, { region }).send(LIST)));
      expect(credentials).toHaveBeenCalledTimes(2);
      expect(server.requests).toHaveLength(6);
    });

    it('fails as AWS did where there are no others than expired credentials', async () => {
      const server = await serve(answers('AKIANEW'));
      const credentials = jest.fn(async () => ({ accessKeyId: 'AKIAOLD', secretAccessKey: 'old' }));
      const factory = make({ endpoint: server.url, credentials });
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      await expect(sent).rejects.toMatchObject({ name: 'ExpiredTokenException' });
      expect(credentials).toHaveBeenCalledTimes(2);
      expect(server.requests).toHaveLength(1);
    });
  });

  it('does not blame the credentials for other refusals', async () => {
    const server = await serve((_, response) => refuse(response, 403, 'AccessDeniedException'));
    const credentials = jest.fn(async () => CREDENTIALS);
    const sent = make({ endpoint: server.url, credentials }).getClient(BedrockClient, { region: REGION }).send(LIST);
    await expect(sent).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  it('judges the expiry of credentials by the clock of AWS', async () => {
    const server = await serve((_, response) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
      answer(response, 200, { modelSummaries: [] });
    });
    const clock = new TestClock();
    const expiration = new Date(clock.now() + 30 * 60_000);
    const credentials = jest.fn(async () => ({ ...CREDENTIALS, expiration }));
    const factory = make({ endpoint: server.url, credentials }, clock);
    await factory.getClient(BedrockClient, { region: REGION }).send(LIST);
    clock.advance(45 * 60_000);
    await factory.identity().resolve();
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  it('lets all clients profit from what one learnt about the clock', async () => {
    const server = await serve((_, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      refuse(response, 403, 'RequestTimeTooSkewed');
    });
    const factory = make({ endpoint: server.url });
    expect(factory.clockOffsetMs).toBe(0);
    for (const region of ['eu-west-1', 'eu-west-2']) {
      await factory
        .getClient(BedrockClient, { region })
        .send(LIST)
        .catch(() => undefined);
    }
    expect(Math.round(factory.clockOffsetMs / 60_000)).toBe(60);
    const [first, second] = server.requests.map(({ headers }) => hourOf(headers['x-amz-date']));
    expect(((second ?? 0) - (first ?? 0) + 24) % 24).toBe(1);
  });

  describe('the end of calls', () => {
    it('ends calls that wait too long for an answer', async () => {
      const server = await serve(() => undefined);
      const factory = make({ endpoint: server.url, client: { requestTimeoutMs: 20 } });
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      await expect(sent).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
    });

    it('ends calls whose body falls silent for too long', async () => {
      const server = await serve((_, response) => response.writeHead(200).write('{"modelSummaries":['));
      const factory = make({ endpoint: server.url, client: { requestTimeoutMs: 20 } });
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' });
    });

    it('ends calls whose connection does not stand in time, its TLS handshake included', async () => {
      const clock = new TestClock();
      const sockets = new Set<net.Socket>();
      const mute = net.createServer((socket) => {
        sockets.add(socket);
        // The first bytes of the handshake: the connection beneath it stands.
        socket.once('data', () => clock.advance(3_000));
      });
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
      clean.push(() => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((resolve) => mute.close(resolve));
      });
      const factory = make({ endpoint: `https://127.0.0.1:${(mute.address() as AddressInfo).port}` }, clock);
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      await expect(sent).rejects.toMatchObject({ name: 'TimeoutError', syscall: 'connect' });
      expect(clock.timers.size).toBe(0);
    });

    it('ends calls at once when the caller aborts, also while a body is being read', async () => {
      const server = await serve((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"modelSummaries":[', () => caller.abort(new Error('enough')));
      });
      const caller = new AbortController();
      const factory = make({ endpoint: server.url });
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST, { abortSignal: caller.signal });
      await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
      expect(server.requests).toHaveLength(1);
    });

    it('tells those who read a body themselves of an abort, not of a lost connection', async () => {
      const server = await serve((_, response) => response.writeHead(200).flushHeaders());
      const { requestHandler } = make().getClient(BedrockClient, { region: REGION }).config;
      const caller = new AbortController();
      const request = {
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: server.port,
        method: 'GET',
        path: '/',
        headers: {},
      };
      const { response } = await requestHandler.handle(request as never, { abortSignal: caller.signal });
      const reading = (response.body as Readable).toArray();
      caller.abort(new Error('enough'));
      await expect(reading).rejects.toMatchObject({ name: 'AbortError', cause: new Error('enough') });
    });

    it('leaves nothing on the signal of a call that went well', async () => {
      const server = await serve();
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      await make({ endpoint: server.url })
        .getClient(BedrockClient, { region: REGION })
        .send(LIST, { abortSignal: signal });
      await new Promise(setImmediate);
      const listeners = (calls: readonly (readonly unknown[])[]): unknown[] => calls.map(([, listener]) => listener);
      expect(added).toHaveBeenCalled();
      expect(listeners(removed.mock.calls)).toEqual(expect.arrayContaining(listeners(added.mock.calls)));
    });
  });

  describe('repeated calls', () => {
    const failing = () => serve((_, response) => refuse(response, 500, 'InternalServerException'));

    it('repeats what failed at the far side, as often as the options say', async () => {
      const server = await failing();
      const factory = make({ endpoint: server.url, client: { maxAttempts: 2 } });
      const sent = factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      await expect(sent).rejects.toMatchObject({ name: 'InternalServerException' });
      expect(server.requests).toHaveLength(2);
    });

    it('repeats no model call that may have been executed', async () => {
      const server = await failing();
      const factory = make({ endpoint: server.url, client: { maxAttempts: 2 } });
      const client = factory.getClient(BedrockClient, { region: REGION, preset: 'ai' });
      await expect(client.send(LIST)).rejects.toMatchObject({ name: 'InternalServerException' });
      expect(server.requests).toHaveLength(1);
    });

    it('repeats a model call that AWS refused and says may be repeated', async () => {
      const server = await serve((_, response) =>
        server.requests.length === 1
          ? answer(response, 400, {}, { 'x-amzn-errortype': 'RequestTimeoutException' })
          : answer(response, 200, { modelSummaries: [] }),
      );
      const factory = make({ endpoint: server.url, client: { maxAttempts: 2 } });
      const client = factory.getClient(BedrockClient, { region: REGION, preset: 'ai' });
      await expect(client.send(LIST)).resolves.toMatchObject({ modelSummaries: [] });
    });
  });

  describe('shutting down', () => {
    it('ends its connections and the calls on them when it shuts down, and makes no more', async () => {
      const server = await serve((request, response) => {
        if (request.url?.endsWith('/hangs') !== true) {
          answer(response, 200, { modelSummaries: [] });
        }
      });
      const factory = make({ endpoint: server.url, client: { maxSockets: 2 } });
      const client = factory.getClient(BedrockClient, { region: REGION });
      await client.send(LIST);
      const hang = () => client.send(new GetFoundationModelCommand({ modelIdentifier: 'hangs' }));
      const hanging = Promise.allSettled([hang(), hang(), hang(), hang()]);
      while (server.requests.length < 3) {
        await new Promise(setImmediate);
      }
      factory.destroy();
      factory.destroy();
      for (const result of await hanging) {
        expect(result).toMatchObject({
          status: 'rejected',
          reason: { name: 'AbortError', cause: { code: 'SHUT_DOWN' } },
        });
      }
      await expect(client.send(LIST)).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      expect(() => factory.getClient(BedrockClient, { region: REGION })).toThrow(
        expect.objectContaining({ code: 'SHUT_DOWN' }),
      );
      expect(await leftOf(() => server.connections())).toBe(0);
      expect(server.requests).toHaveLength(3);
    });

    it('ends connections that are idle when it shuts down', async () => {
      const server = await serve();
      const factory = make({ endpoint: server.url });
      await factory.getClient(BedrockClient, { region: REGION }).send(LIST);
      expect(await server.connections()).toBe(1);
      factory.destroy();
      expect(await leftOf(() => server.connections())).toBe(0);
    });

    it('ends no agent of the user when it shuts down, nor when the user destroys a client', async () => {
      const server = await serve();
      const agent = new http.Agent({ keepAlive: true });
      clean.push(() => agent.destroy());
      const destroyed = jest.spyOn(agent, 'destroy');
      const factory = make({ endpoint: server.url, client: { httpsAgent: agent } });
      const client = factory.getClient(BedrockClient, { region: REGION });
      await client.send(LIST);
      client.destroy();
      await expect(client.send(LIST)).resolves.toMatchObject({ modelSummaries: [] });
      expect(server.requests[0]?.socket).toBe(server.requests[1]?.socket);
      factory.destroy();
      expect(destroyed).not.toHaveBeenCalled();
      expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    });

    it('ends connections of agents made for one client when it shuts down', async () => {
      const server = await serve();
      const factory = make({ endpoint: server.url });
      const config = { requestHandler: { httpAgent: { keepAlive: true, maxSockets: 1 } } };
      await factory.getClient(BedrockClient, { region: REGION, config }).send(LIST);
      expect(await server.connections()).toBe(1);
      factory.destroy();
      expect(await leftOf(() => server.connections())).toBe(0);
    });

    it('leaves a request handler of the user as it is when it shuts down', async () => {
      const handler = { handle: jest.fn(), destroy: jest.fn() };
      const factory = make();
      const config = { requestHandler: handler as never };
      expect(factory.getClient(BedrockClient, { region: REGION, config }).config.requestHandler).toBe(handler);
      factory.destroy();
      expect(handler.destroy).not.toHaveBeenCalled();
    });
  });

  it('leaves clients their HTTP/2, and ends its connections when it shuts down', async () => {
    const sessions = new Set<http2.ServerHttp2Session>();
    const server = http2.createServer((_, response) => response.end('{"modelSummaries":[]}'));
    server.on('session', (session) => {
      sessions.add(session);
      session.on('close', () => sessions.delete(session));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clean.push(() => new Promise((resolve) => server.close(resolve)));
    const factory = make({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    for (const region of ['eu-west-1', 'eu-west-2']) {
      const client = factory.getClient(Http2Client, { region });
      await expect(client.send(new ListFoundationModelsCommand({}))).resolves.toMatchObject({ modelSummaries: [] });
      client.destroy();
    }
    expect(sessions.size).toBe(1);
    factory.destroy();
    expect(await leftOf(() => sessions.size)).toBe(0);
  });

  it('gives up a connection over HTTP/2 that is not made in time, as one that was never made', async () => {
    const accepted: net.Socket[] = [];
    const silent = net.createServer((socket) => accepted.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    clean.push(() => new Promise((resolve) => silent.close(resolve)));
    const clock = new TestClock();
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const factory = make({ endpoint, client: { connectionTimeoutMs: 700 } }, clock);
    const sent = factory.getClient(Http2Client, { region: REGION }).send(LIST);
    const failed = sent.then(
      () => undefined,
      (error: unknown) => error,
    );
    while (accepted.length === 0) {
      await new Promise(setImmediate);
    }
    clean.push(() => accepted.forEach((socket) => socket.destroy()));
    clock.advance(700);
    const error = await failed;
    expect(String(error)).toContain('No connection was established within 700 ms.');
    expect(mayHaveExecuted(error)).toBe(false);
  });

  it('takes HTTP/1.1 instead of HTTP/2 where an agent is given, as a proxy wants', async () => {
    const agent = new http.Agent();
    clean.push(() => agent.destroy());
    const versions: string[] = [];
    const server = await serve((request, response) => {
      versions.push(request.httpVersion);
      response.end('{"modelSummaries":[]}');
    });
    const factory = make({ endpoint: server.url, client: { httpsAgent: agent } });
    await factory.getClient(Http2Client, { region: REGION }).send(LIST);
    expect(versions).toEqual(['1.1']);
  });
});

function hourOf(date: unknown): number {
  return Number(/T(\d\d)/.exec(String(date))?.[1]);
}
