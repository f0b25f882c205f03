import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { afterEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { signed, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

/** On demand in us-east-1, through profiles only in eu-west-1. */
const MODEL = 'amazon.nova-lite-v1:0';
const PROFILE = 'eu.amazon.nova-lite-v1:0';
const TEXT = `Simulated answer of ${MODEL}, served in us-east-1 for ${MODEL} called in us-east-1.`;

const messages = [
  { role: 'system' as const, content: 'Be brief.' },
  { role: 'user' as const, content: 'Where are you?' },
];

/** The client of OpenAI, whose requests are signed on their way. */
function openai(simulator: BedrockSimulator, region?: string): OpenAI {
  return new OpenAI({
    baseURL: `${simulator.endpoint}/openai/v1`,
    apiKey: 'none',
    maxRetries: 0,
    fetch: async (input, init) => {
      const asked = new Request(input, init);
      const [url, method, body] = [new URL(asked.url), asked.method, await asked.text()];
      const request = { url, method, body, headers: { 'content-type': 'application/json' } };
      return fetch(url, { method, body, headers: await signed(simulator, request, region) });
    },
  });
}

const ask = (simulator: BedrockSimulator, model = MODEL, region?: string) =>
  openai(simulator, region).chat.completions.create({ model, messages });

async function streamed(simulator: BedrockSimulator) {
  const chunks = [];
  const stream = await openai(simulator).chat.completions.create({
    model: MODEL,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return chunks;
}

const textOf = (chunks: Awaited<ReturnType<typeof streamed>>) =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

describe('ChatCompletions', () => {
  it('answers the client of OpenAI, and runs the model once', async () => {
    const simulator = await start();
    const answer = await openai(simulator).chat.completions.create({
      model: MODEL,
      messages,
      metadata: { call: 'one' },
    });
    const [execution, ...others] = simulator.executions.list();
    expect(answer).toMatchObject({
      id: `chatcmpl-${execution?.requestId.replaceAll('-', '')}`,
      object: 'chat.completion',
      created: expect.any(Number),
      model: MODEL,
      choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 },
    });
    expect(execution).toMatchObject({
      operation: 'ChatCompletions',
      invocationId: MODEL,
      text: 'Where are you?',
      requestMetadata: { call: 'one' },
    });
    expect(others).toEqual([]);
    expect(simulator.requests.count({ operation: 'ChatCompletions', region: 'us-east-1' })).toBe(1);
  });

  it('streams the same answer', async () => {
    const simulator = await start();
    const chunks = await streamed(simulator);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(textOf(chunks)).toBe(TEXT);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [],
      usage: { prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 },
    });
    expect(simulator.executions.count({ invocationId: MODEL })).toBe(1);
  });

  it('takes the id or ARN of a model or profile', async () => {
    const simulator = await start();
    const arn = `arn:aws:bedrock:eu-west-1:${simulator.accountId}:inference-profile/${PROFILE}`;
    for (const id of [PROFILE, arn]) {
      await ask(simulator, id, 'eu-west-1');
      expect(simulator.executions.list().at(-1)).toMatchObject({
        invocationId: id,
        modelId: MODEL,
        region: 'eu-west-1',
      });
    }
  });

  it('is refused for the reasons for which Converse is, in the shape of OpenAI', async () => {
    const simulator = await start();
    const validation = { status: 400, type: 'invalid_request_error', code: 'validation_error' };
    await expect(ask(simulator, MODEL, 'eu-west-1')).rejects.toMatchObject({
      ...validation,
      message: expect.stringMatching(/on-demand throughput isn’t supported/),
    });
    await expect(ask(simulator, 'no.such')).rejects.toMatchObject(validation);
    await expect(ask(simulator, '')).rejects.toMatchObject({
      ...validation,
      message: expect.stringMatching(/Missing required parameter: 'model'/),
    });
    await expect(openai(simulator).chat.completions.create({ model: MODEL, messages: [] })).rejects.toMatchObject({
      ...validation,
      message: expect.stringMatching(/'messages'/),
    });
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' });
    const denied = (await ask(simulator).catch((error: unknown) => error)) as InstanceType<typeof OpenAI.APIError>;
    expect(denied).toMatchObject({ status: 403, type: 'permission_error', code: 'access_denied_error' });
    expect(denied.headers?.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/);
    expect(simulator.executions.count()).toBe(0);
  });

  it('is refused without a signature, and where its body is no JSON', async () => {
    const simulator = await start();
    const url = new URL('/openai/v1/chat/completions', simulator.endpoint);
    const unsigned = await fetch(url, { method: 'POST', body: '{}', headers: { connection: 'close' } });
    expect([unsigned.status, await unsigned.json()]).toMatchObject([403, { error: { type: 'permission_error' } }]);
    const headers = { ...(await signed(simulator, { url, body: '{' })), connection: 'close' };
    const broken = await fetch(url, { method: 'POST', body: '{', headers });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: 'validation_error' } }]);
  });

  it('meets faults by the model that its body names, before or after the model ran', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'throttled', operation: 'ChatCompletions', modelId: PROFILE });
    await ask(simulator);
    await expect(ask(simulator, PROFILE, 'eu-west-1')).rejects.toMatchObject({
      status: 429,
      type: 'rate_limit_error',
      code: 'throttling_error',
    });
    expect(simulator.executions.count()).toBe(1);
    simulator.addFault({ kind: 'internal-error', executed: true });
    await expect(ask(simulator)).rejects.toMatchObject({ status: 500, code: 'internal_server_error' });
    expect(simulator.executions.count()).toBe(2);
  });

  it('meets faults of streams when it streams', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'stream-error', event: 'throttlingException', message: 'Later.', times: 1 });
    await ask(simulator);
    await expect(streamed(simulator)).rejects.toMatchObject({ type: 'rate_limit_error', code: 'throttling_error' });
    simulator.addFault({ kind: 'stream-end', afterEvents: 3, times: 1 });
    expect(textOf(await streamed(simulator))).toBe('Simulated answer');
    simulator.addFault({ kind: 'stream-reset', times: 1 });
    await expect(streamed(simulator)).rejects.toThrow(/terminated/);
    expect(simulator.executions.count()).toBe(4);
  });

  it('calls the tool that the last message names, streamed or not', async () => {
    const simulator = await start();
    const tools = ['clock', 'weather'].map((name) => ({ type: 'function' as const, function: { name } }));
    const asked = { role: 'user' as const, content: 'Ask the weather.' };
    const client = openai(simulator).chat.completions;
    const { choices } = await client.create({ model: MODEL, tools, messages: [asked] });
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{}' } }] },
    });
    const runner = client.stream({ model: MODEL, tools, messages: [asked] });
    expect((await runner.finalMessage()).tool_calls).toMatchObject([{ function: { name: 'weather' } }]);
    const result = { role: 'tool' as const, tool_call_id: 'call', content: 'weather: rain' };
    const after = await client.create({ model: MODEL, tools, messages: [asked, result] });
    expect(after.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: TEXT } });
  });
});

describe('ChatCompletions over HTTP/2', () => {
  const open = async () => {
    const simulator = await start();
    const session = connect(simulator.endpoint);
    const begin = async (path: string, body: string) => {
      const url = new URL(path, simulator.endpoint);
      const headers = await signed(simulator, { url, body });
      const stream = session.request({ ':method': 'POST', ':path': url.pathname, ...headers });
      stream.on('error', () => undefined);
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const closed = new Promise((resolve) => stream.once('close', resolve));
      const finish = async () => {
        stream.end(body);
        await closed;
        return { code: stream.rstCode, text };
      };
      return finish;
    };
    return { simulator, session, begin };
  };
  const body = JSON.stringify({ model: MODEL, messages });
  const path = '/openai/v1/chat/completions';

  it('answers like over HTTP/1.1', async () => {
    const { simulator, session, begin } = await open();
    const finish = await begin(path, body);
    expect(await finish()).toMatchObject({ code: 0, text: expect.stringContaining(TEXT) });
    expect(simulator.executions.count()).toBe(1);
    session.destroy();
  });

  it('is refused by a goaway without denying a later request that was executed', async () => {
    const { simulator, session, begin } = await open();
    const goodbye = once(session, 'goaway');
    simulator.addFault({ kind: 'goaway', operation: 'ChatCompletions' });
    const finish = await begin(path, body);
    const later = await begin(
      `/model/${encodeURIComponent(MODEL)}/converse`,
      JSON.stringify({
        messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      }),
    );
    expect(await later()).toMatchObject({ code: 0, text: expect.stringContaining(TEXT) });
    expect(await finish()).toEqual({ code: constants.NGHTTP2_REFUSED_STREAM, text: '' });
    expect((await goodbye).slice(0, 2)).toEqual([constants.NGHTTP2_NO_ERROR, 3]);
    expect(simulator.executions.list()).toMatchObject([{ operation: 'Converse' }]);
    session.destroy();
  });
});
