import https from 'node:https';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { BedrockDiscoveryOptions } from '../../options/bedrock-discovery.options.js';
import { timingOf } from './timing.js';
import {
  answer,
  type Listener,
  type LocalServer,
  optionsOf,
  sendTimed,
  startServer,
  TestClock,
} from '../clients/aws.spec.fixture.js';
import { AwsClientFactory } from '../clients/aws-client.factory.js';
import { LOCAL_CERTIFICATE } from '../clients/local-certificate.spec.fixture.js';

describe('the timing of an attempt', () => {
  const clock = new TestClock();
  let server: LocalServer;
  let factory: AwsClientFactory;
  let agent: https.Agent | undefined;

  afterEach(async () => {
    factory.destroy();
    agent?.destroy();
    await server.close();
    expect(clock.timers.size).toBe(0);
  });

  async function setUp(listener: Listener, client: BedrockDiscoveryOptions['client'] = {}) {
    server = await startServer(listener);
    factory = new AwsClientFactory(optionsOf({ endpoint: server.url, client }), clock);
    return factory.getClient(BedrockClient, { region: 'eu-west-1' });
  }

  const slowBy =
    (ms: number): Listener =>
    (_, response) => {
      clock.advance(ms);
      answer(response, 200, { modelSummaries: [] });
    };

  it('is the time that the far side took, told apart by whether its connection was new', async () => {
    const client = await setUp(slowBy(40));
    expect(await sendTimed(client)).toEqual({ latencyMs: 40, cold: true, reliable: true });
    expect(await sendTimed(client)).toEqual({ latencyMs: 40, cold: false, reliable: true });
  });

  it('leaves out the wait for a free socket', async () => {
    const client = await setUp(slowBy(40), { maxSockets: 1 });
    const timings = await Promise.all([sendTimed(client), sendTimed(client), sendTimed(client)]);
    expect(timings.map((timing) => timing?.latencyMs)).toEqual([40, 40, 40]);
    expect(timings.map((timing) => timing?.cold)).toEqual([true, false, false]);
  });

  it('leaves out the TLS handshake', async () => {
    agent = new https.Agent({ keepAlive: true, ca: LOCAL_CERTIFICATE.cert });
    const context = tls.createSecureContext(LOCAL_CERTIFICATE);
    const secure = {
      ...LOCAL_CERTIFICATE,
      SNICallback: (_: string, done: (error: null, found: tls.SecureContext) => void) => {
        clock.advance(500);
        done(null, context);
      },
    };
    server = await startServer(slowBy(30), (listener) => https.createServer(secure, listener));
    const endpoint = `https://localhost:${server.port}`;
    factory = new AwsClientFactory(optionsOf({ endpoint, client: { httpsAgent: agent } }), clock);
    const client = factory.getClient(BedrockClient, { region: 'eu-west-1' });
    expect(await sendTimed(client)).toEqual({ latencyMs: 30, cold: true, reliable: true });
    expect(await sendTimed(client)).toEqual({ latencyMs: 30, cold: false, reliable: true });
    expect(clock.monotonic()).toBeGreaterThan(500);
  });

  it.each<[string, () => void]>([
    ['still blocked', () => clock.block(50)],
    [
      'blocked until just before',
      () => {
        clock.block(50);
        clock.advance(0);
      },
    ],
  ])('is unreliable if the event loop was %s when the answer came in', async (_, stall) => {
    const client = await setUp((__, response) => {
      stall();
      answer(response, 200, {});
    });
    expect(await sendTimed(client)).toEqual({ latencyMs: 50, cold: true, reliable: false });
  });

  it('is reliable if the event loop was blocked long before', async () => {
    const client = await setUp((_, response) => {
      clock.block(50);
      clock.advance(50);
      answer(response, 200, {});
    });
    expect(await sendTimed(client)).toEqual({ latencyMs: 100, cold: true, reliable: true });
  });

  it('is known for answers that refuse as well', async () => {
    const client = await setUp((_, response) => {
      clock.advance(20);
      answer(response, 403, { message: 'no' });
    });
    const refusal = await sendTimed(client).catch((error: { $response: object }) => error);
    expect(timingOf((refusal as { $response: object }).$response)).toMatchObject({ latencyMs: 20 });
  });
});
