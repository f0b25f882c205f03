import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, collect, runtime, signed, start, stopAll, TRANSPORTS } from '../clients.spec.helper.js';
import { Wire } from '../wire.spec.helper.js';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
  await stopAll();
});

const REFUSED = constants.NGHTTP2_REFUSED_STREAM;
const MODEL = 'amazon.nova-lite-v1:0';
const input: ConverseCommandInput = {
  modelId: MODEL,
  messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
};
const call = new ConverseCommand(input);

/** One connection of a client that speaks HTTP/2 as Node does, and the frames that it gets. */
async function wired(simulator: BedrockSimulator) {
  const wire = await Wire.to(simulator.endpoint);
  const session = connect(wire.endpoint).on('error', () => undefined);
  const closed = new Promise((resolve) => session.once('close', resolve));
  ends.push(() => {
    session.destroy();
    return Promise.all([closed, wire.close()]);
  });
  const ask = async (operation = 'converse') => {
    const url = new URL(`/model/${encodeURIComponent(MODEL)}/${operation}`, wire.endpoint);
    const body = JSON.stringify({ messages: input.messages });
    const stream = session.request({
      ':method': 'POST',
      ':path': url.pathname,
      ...(await signed(simulator, { url, body })),
    });
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('error', () => undefined);
    stream.end(body);
    await new Promise((resolve) => stream.once('close', resolve));
    return { code: stream.rstCode, text };
  };
  return { wire, ask, closed };
}

async function streamed(client: BedrockRuntimeClient) {
  return collect((await client.send(new ConverseStreamCommand(input))).stream);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(setImmediate);
  }
}

describe.each(TRANSPORTS)('faults of a connection over %s', (name, tls, configOf) => {
  const http2 = name.startsWith('HTTP/2');
  const refusal = http2 ? /NGHTTP2_REFUSED_STREAM/ : /socket hang up|ECONNRESET/;

  it.each(['refused-stream', 'goaway'] as const)('%s refuses a request before the model runs', async (kind) => {
    const simulator = await start({ tls });
    simulator.addFault({ kind, times: 1 });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    await expect(client.send(call)).rejects.toThrow(refusal);
    expect([simulator.requests.count(), simulator.executions.count()]).toEqual([1, 0]);
    await expect(client.send(call)).resolves.toHaveProperty('output');
    expect(simulator.executions.count()).toBe(1);
  });

  it.each(['stream-cut', 'stream-drop'] as const)(
    '%s ends a stream of a model that ran, under HTTP/2 like a good end',
    async (kind) => {
      const simulator = await start({ tls });
      simulator.addFault({ kind, afterEvents: 3 });
      const { events, error } = await streamed(runtime(simulator, 'us-east-1', configOf(simulator)));
      expect(events).toHaveLength(3);
      expect(error).toEqual(http2 ? undefined : expect.objectContaining({ message: 'aborted' }));
      expect(simulator.executions.count()).toBe(1);
    },
  );

  it.each([
    ['Converse', () => new ConverseCommand(input)],
    ['ConverseStream', () => new ConverseStreamCommand(input)],
  ])('headers-hang sends the headers of %s and nothing more', async (_, command) => {
    const simulator = await start({ tls });
    simulator.addFault({ kind: 'headers-hang' });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const caller = new AbortController();
    const hanging = new Promise((resolve) => {
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          resolve((result.response as { statusCode: number }).statusCode);
          return result;
        },
        { step: 'deserialize', priority: 'low' },
      );
      client.send(command() as ConverseCommand, { abortSignal: caller.signal }).catch(() => undefined);
    });
    expect(await hanging).toBe(200);
    expect(simulator.executions.count()).toBe(1);
    caller.abort();
  });
});

describe('frames of HTTP/2 on the wire', () => {
  it('refused-stream resets the stream and keeps the connection', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'refused-stream', times: 1 });
    const { wire, ask } = await wired(simulator);
    expect(await ask()).toEqual({ code: REFUSED, text: '' });
    expect(wire.endings()).toEqual(['RST_STREAM 1 code 7']);
    expect(await ask()).toMatchObject({ code: 0, text: expect.stringContaining('Simulated answer') });
  });

  it('goaway names the stream before the request as the last, and ends the connection', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'goaway', times: 2 });
    const { wire, ask, closed } = await wired(simulator);
    const outcomes = await Promise.all([ask(), ask(), ask()]);
    expect(outcomes.map(({ code }) => code)).toEqual([REFUSED, REFUSED, REFUSED]);
    await closed;
    expect(wire.endings()).toEqual(['GOAWAY after 0 code 0']);
    expect(simulator.executions.count()).toBe(0);
    // Those that went with the first took no fault of their own.
    const another = await wired(simulator);
    expect(await another.ask()).toMatchObject({ code: REFUSED });
  });

  it('goaway lets what came before it be answered, and executes nothing that comes behind it', async () => {
    const simulator = await start();
    const { wire, ask, closed } = await wired(simulator);
    simulator.addFault({ kind: 'slow-body', delayMs: 100, times: 1 });
    const before = ask();
    await until(() => simulator.executions.count() === 1);
    simulator.addFault({ kind: 'goaway', times: 1 });
    const outcomes = await Promise.all([before, ask(), ask()]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, REFUSED, REFUSED]);
    await closed;
    expect(new Set(wire.endings())).toEqual(new Set(['GOAWAY after 1 code 0', 'END_STREAM 1']));
    expect(simulator.executions.count()).toBe(1);
  });

  it('stream-cut resets the stream without an error and without its end', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'stream-cut', afterEvents: 0 });
    const { wire, ask } = await wired(simulator);
    expect(await ask('converse-stream')).toEqual({ code: 0, text: '' });
    expect(wire.endings()).toEqual(['RST_STREAM 1 code 0']);
  });

  it('stream-drop says goodbye without an error before the connection is reset', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'stream-drop' });
    const { wire, ask, closed } = await wired(simulator);
    expect(await ask('converse-stream')).toEqual({ code: 0, text: expect.stringContaining('messageStart') });
    await closed;
    expect(new Set(wire.endings())).toEqual(new Set(['GOAWAY after 1 code 0']));
  });

  it('stream-end ends the stream', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'stream-end' });
    const { wire, ask } = await wired(simulator);
    expect(await ask('converse-stream')).toEqual({ code: 0, text: expect.stringContaining('messageStart') });
    expect(wire.endings()).toEqual(['END_STREAM 1']);
  });
});

describe('rotateConnections', () => {
  it('ends connections once what is under way on them is answered', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'slow-body', delayMs: 100, times: 1 });
    const { wire, ask, closed } = await wired(simulator);
    const underWay = ask();
    await until(() => simulator.executions.count() === 1);
    simulator.rotateConnections();
    await until(() => wire.endings().length > 0);
    await expect(underWay).resolves.toMatchObject({ code: 0, text: expect.stringContaining('Simulated answer') });
    await closed;
    expect(wire.endings().slice(0, 2)).toEqual(['GOAWAY after 1 code 0', 'END_STREAM 1']);
  });

  it('ends those over TLS and of regions too', async () => {
    const simulator = await start({ tls: true, listenerPerRegion: true });
    const session = connect(simulator.endpointFor('eu-west-1'), { ca: simulator.certificate });
    const closed = once(session, 'close');
    await once(session, 'remoteSettings');
    simulator.rotateConnections();
    await closed;
  });

  it('leaves connections of HTTP/1.1 alone', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    await client.send(new ListFoundationModelsCommand({}));
    simulator.rotateConnections();
    await expect(client.send(new ListFoundationModelsCommand({}))).resolves.toHaveProperty('modelSummaries');
  });
});
