import { afterEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

/** On demand in us-east-1. */
const MODEL = 'amazon.nova-lite-v1:0';
const MANTLE_MODEL = 'openai.gpt-5.5';
const TEXT = `Simulated answer of ${MODEL}, served in us-east-1 for ${MODEL} called in us-east-1.`;
const weather = {
  type: 'function' as const,
  name: 'weather',
  strict: null,
  parameters: { type: 'object', properties: { city: { type: 'string', enum: ['Oslo'] } }, required: ['city'] },
};

const openai = (simulator: BedrockSimulator, region = 'us-east-1', path = '/openai/v1'): OpenAI =>
  new OpenAI({ baseURL: `${simulator.endpoint}${path}`, apiKey: simulator.apiKey({ region }), maxRetries: 0 });

async function eventsOf(simulator: BedrockSimulator, more: object = {}) {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  const stream = await openai(simulator).responses.create({ model: MODEL, input: 'Hello', stream: true, ...more });
  for await (const event of stream) {
    events.push(event);
  }
  return events;
}

describe('Responses', () => {
  it('answers the client of OpenAI, and runs the model once', async () => {
    const simulator = await start();
    const response = await openai(simulator).responses.create({
      model: MODEL,
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Where are you?' }] },
      ],
      metadata: { call: 'one' },
    });
    const [execution, ...others] = simulator.executions.list();
    expect(response.output_text).toBe(TEXT);
    expect(response).toMatchObject({
      id: `resp_${execution?.requestId.replaceAll('-', '')}`,
      object: 'response',
      status: 'completed',
      model: MODEL,
      instructions: 'Be brief.',
      usage: { input_tokens: 4, output_tokens: 12, total_tokens: 16 },
    });
    expect(execution).toMatchObject({
      operation: 'Responses',
      invocationId: MODEL,
      text: 'Where are you?',
      requestMetadata: { call: 'one' },
    });
    expect(others).toEqual([]);
  });

  it('streams the same answer, event by event as OpenAI does', async () => {
    const simulator = await start();
    const events = await eventsOf(simulator);
    const kinds = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(kinds).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const deltas = events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.delta : []));
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.join('')).toBe(TEXT);
    const runner = openai(simulator).responses.stream({ model: MODEL, input: 'Hello' });
    expect((await runner.finalResponse()).output_text).toBe(TEXT);
  });

  it('says what is scripted, cut at the longest answer that the request allows', async () => {
    const simulator = await start();
    simulator.addAnswer({ matches: 'weather', chunks: ['Ra', 'in.'], usage: { outputTokens: 7 } });
    const { responses } = openai(simulator);
    const scripted = await responses.create({ model: MODEL, input: 'The weather?' });
    expect([scripted.output_text, scripted.usage?.output_tokens]).toEqual(['Rain.', 7]);
    const cut = await responses.create({ model: MODEL, input: 'Hello', max_output_tokens: 3 });
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    expect(cut.output_text).toBe(`Simulated answer of`);
    const events = await eventsOf(simulator, { max_output_tokens: 3 });
    expect(events.at(-1)?.type).toBe('response.incomplete');
  });

  it('calls tools, streamed or not, and answers when they have', async () => {
    const simulator = await start();
    const { responses } = openai(simulator);
    const asked = { model: MODEL, tools: [weather] };
    const { output } = await responses.create({ ...asked, input: 'Ask the weather.' });
    const [called] = output;
    expect(called).toMatchObject({ type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' });
    const result = { type: 'function_call_output' as const, call_id: 'call', output: 'weather: rain' };
    const after = await responses.create({ ...asked, input: [{ role: 'user', content: 'Ask the weather.' }, result] });
    expect(after.output_text).toBe(TEXT);
    for (const tool_choice of ['required', { type: 'function', name: 'weather' }] as const) {
      const forced = await responses.create({ ...asked, input: 'Hello', tool_choice });
      expect(forced.output).toMatchObject([{ type: 'function_call', name: 'weather' }]);
    }
    simulator.addAnswer({ text: 'Let me see.', toolCalls: [{ name: 'weather', input: { city: 'Rome' } }] });
    const runner = responses.stream({ ...asked, input: 'Hello' });
    expect((await runner.finalResponse()).output).toMatchObject([
      { type: 'message', content: [{ text: 'Let me see.' }] },
      { type: 'function_call', name: 'weather', arguments: '{"city":"Rome"}' },
    ]);
  });

  it('gives what a schema of the answer accepts', async () => {
    const simulator = await start();
    const format = { type: 'json_schema' as const, name: 'place', schema: weather.parameters };
    const { output_text: text } = await openai(simulator).responses.create({
      model: MODEL,
      input: 'Where?',
      text: { format },
    });
    expect(JSON.parse(text)).toEqual({ city: 'Oslo' });
  });

  it('is refused for the reasons for which Converse is, in the shape of OpenAI', async () => {
    const simulator = await start();
    const ask = (more: object, region?: string) =>
      openai(simulator, region).responses.create({ model: MODEL, input: 'Hello', ...more });
    const validation = { status: 400, type: 'invalid_request_error', code: 'validation_error' };
    await expect(ask({}, 'eu-west-1')).rejects.toMatchObject({
      ...validation,
      message: expect.stringMatching(/on-demand throughput isn’t supported/),
    });
    await expect(ask({ model: '' })).rejects.toMatchObject(validation);
    await expect(ask({ input: [] })).rejects.toMatchObject({
      ...validation,
      message: expect.stringMatching(/'input'/),
    });
    await expect(ask({ background: true })).rejects.toMatchObject(validation);
    expect(simulator.executions.count()).toBe(0);
  });

  it('meets faults, in the middle of a stream too', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'throttled', operation: 'Responses', modelId: MODEL, times: 1 });
    await expect(eventsOf(simulator)).rejects.toMatchObject({ status: 429, code: 'throttling_error' });
    simulator.addFault({ kind: 'stream-error', event: 'throttlingException', message: 'Later.', times: 1 });
    const broken = await eventsOf(simulator);
    expect(broken.at(-1)).toEqual(
      expect.objectContaining({ type: 'error', code: 'throttling_error', message: 'Later.' }),
    );
    simulator.addFault({ kind: 'stream-end', afterEvents: 6, times: 1 });
    const events = await eventsOf(simulator);
    expect(events.map(({ type }) => type)).toContain('response.output_text.delta');
    expect(events.map(({ type }) => type)).not.toContain('response.completed');
  });

  it('is what bedrock-mantle answers for its own models', async () => {
    const simulator = await start();
    simulator.addMantleModel({ id: MANTLE_MODEL });
    const { responses } = openai(simulator, 'us-east-1', '/v1');
    const { output_text: text } = await responses.create({ model: MANTLE_MODEL, input: 'Hello' });
    expect(text).toContain(MANTLE_MODEL);
    await expect(responses.create({ model: MODEL, input: 'Hello' })).rejects.toMatchObject({ status: 404 });
    expect(simulator.executions.list()).toMatchObject([{ operation: 'MantleResponses' }]);
  });
});

describe('the models that OpenAI’s client lists', () => {
  it('are those that it can call in the region', async () => {
    const simulator = await start();
    simulator.setDataRetention('*', 'provider_data_share');
    const client = openai(simulator, 'eu-west-1');
    const ids: string[] = [];
    for await (const { id } of client.models.list()) {
      ids.push(id);
    }
    expect(ids).toContain('eu.amazon.nova-lite-v1:0');
    expect(ids).not.toContain(MODEL);
    expect(ids).not.toContain('amazon.titan-embed-text-v2:0');
    for (const id of ids) {
      await client.responses.create({ model: id, input: 'Hello' });
    }
    expect(await client.models.retrieve('eu.amazon.nova-lite-v1:0')).toMatchObject({ owned_by: 'Amazon' });
    await expect(client.models.retrieve('no.such')).rejects.toMatchObject({
      status: 404,
      code: 'resource_not_found_error',
    });
  });
});
