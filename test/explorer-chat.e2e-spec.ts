import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InvocationRouter, type Route } from 'nestjs-bedrock-discovery';
import { ApiContract, type OpenApiDocument } from './support/api-contract.js';
import { afterThisTest } from './support/cleanup.js';
import { type Explorer, startExplorer } from './support/explorer.js';
import { until } from './support/until.js';

const MODEL = 'amazon.nova-pro-v1:0';

interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

let explorer: Explorer;

beforeAll(async () => {
  explorer = await startExplorer();
  await explorer.request('POST', '/refresh?force=false');
});

afterEach(() => explorer.simulator.clearFaults());
afterAll(() => explorer.close());

function post(body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${explorer.url}/chat`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function chat(body: object): Promise<Told[]> {
  const response = await post({ model: MODEL, message: 'Hello', ...body });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return (await response.text())
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) as Record<string, unknown> };
    });
}

const textOf = (told: readonly Told[]): string =>
  told
    .filter(({ event }) => event === 'text')
    .map(({ data }) => data['text'])
    .join('');
const routeOf = (told: readonly Told[]): Route => told[0]?.data['route'] as Route;

describe('POST /chat', () => {
  it('tells the route, streams the answer and ends', async () => {
    const told = await chat({ initialRegion: 'eu-west-3', residency: 'eu' });
    expect(routeOf(told)).toMatchObject({ region: 'eu-west-3', invocationId: `eu.${MODEL}` });
    expect(told[0]?.data).toMatchObject({ triedBefore: [] });
    expect(told[0]?.data).not.toHaveProperty('fallback');
    expect(textOf(told)).toMatch(/^Simulated answer of amazon\.nova-pro.* called in eu-west-3\.$/);
    expect(told.filter(({ event }) => event === 'text').length).toBeGreaterThan(3);
    expect(told.at(-1)).toMatchObject({ event: 'end', data: { stopReason: 'end_turn', usage: { inputTokens: 2 } } });
  });

  it('falls back by itself from a region that lacks the model, to the preferred one', async () => {
    const told = await chat({ initialRegion: 'sa-east-1', preferred: ['eu-north-1', 'eu-west-1'], allowGlobal: false });
    expect(routeOf(told).region).toBe('eu-north-1');
    expect(told[0]?.data).toMatchObject({
      triedBefore: [],
      fallback: { from: 'sa-east-1', reason: 'The region does not offer the model.' },
    });
    expect(textOf(told)).toContain('called in eu-north-1');
  });

  it('says why the initial region was left out, or that the call was refused there', async () => {
    const outside = await chat({ initialRegion: 'us-east-1', residency: 'eu' });
    expect(outside[0]?.data['fallback']).toMatchObject({
      from: 'us-east-1',
      reason: expect.stringContaining('outside eu'),
    });
    explorer.simulator.addFault({ kind: 'throttled', operation: 'ConverseStream', region: 'eu-west-3' });
    const refused = await chat({ initialRegion: 'eu-west-3', residency: 'eu' });
    expect(refused[0]?.data).toMatchObject({
      triedBefore: [{ region: 'eu-west-3', invocationId: `eu.${MODEL}` }],
      fallback: { from: 'eu-west-3', reason: 'The call was refused there.' },
    });
    expect(routeOf(refused).region).not.toBe('eu-west-3');
  });

  it.each(['stream-error', 'stream-end', 'stream-cut', 'stream-drop'] as const)(
    'ends with a problem where the answer breaks off: %s',
    async (kind) => {
      explorer.simulator.addFault({ kind, operation: 'ConverseStream', afterEvents: 4 });
      const told = await chat({ residency: 'eu' });
      const events = told.map(({ event }) => event);
      expect(events).toEqual(['route', ...events.slice(1, -1).map(() => 'text'), 'error']);
      expect(told.at(-1)?.data).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    },
  );

  it('tells what its documentation promises', async () => {
    const contract = new ApiContract((await explorer.get<OpenApiDocument>('/openapi.json')).body);
    for (const { event, data } of await chat({ initialRegion: 'sa-east-1' })) {
      const violations = contract.violationsOfEvent(event, data, { method: 'post', path: '/chat' });
      expect({ event, violations }).toEqual({ event, violations: [] });
    }
  });

  it.each<[string, object, number, string]>([
    ['without a model', { message: 'Hello' }, 400, 'INVALID_REQUEST'],
    [
      'with a parameter that there is not',
      { model: MODEL, message: 'Hello', region: 'eu-west-1' },
      400,
      'INVALID_REQUEST',
    ],
    [
      'with constraints that contradict each other',
      { model: MODEL, message: 'Hello', residency: 'eu', allowGlobal: true },
      400,
      'INVALID_REQUEST',
    ],
    ['with an unknown model', { model: 'no-such-model', message: 'Hello' }, 404, 'MODEL_NOT_FOUND'],
    ['without a route', { model: MODEL, message: 'Hello', residency: ['sa-east-1'] }, 409, 'NO_ROUTE'],
    ['of a model that does not talk', { model: 'amazon.titan-embed-text-v2:0', message: 'Hello' }, 400, 'CALL_REFUSED'],
  ])('is refused with a problem document %s', async (_, body, status, code) => {
    const response = await post(body);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ status, code, instance: '/chat' });
  });

  it('is answered with all that was tried where nothing helped', async () => {
    explorer.simulator.addFault({ kind: 'access-denied', operation: 'ConverseStream' });
    const response = await post({
      model: 'amazon.nova-micro-v1:0',
      message: 'Hello',
      residency: ['eu-west-1', 'eu-central-1'],
      sources: ['us-east-1', 'us-west-2'],
    });
    expect([409, 502]).toContain(response.status);
    explorer.simulator.clearFaults();
    explorer.simulator.addFault({ kind: 'internal-error', operation: 'ConverseStream' });
    const lost = await post({ model: 'amazon.nova-micro-v1:0', message: 'Hello' });
    expect(await lost.json()).toMatchObject({
      status: 502,
      code: 'MAY_HAVE_EXECUTED',
      attempts: [{ called: true, failure: { kind: 'service-error' } }],
    });
  });

  it('ends the call when the client goes away', async () => {
    explorer.simulator.addFault({ kind: 'stream-hang', operation: 'ConverseStream', afterEvents: 2 });
    const stream = jest.spyOn(explorer.app.get(InvocationRouter), 'stream');
    afterThisTest(() => stream.mockRestore());
    const controller = new AbortController();
    const response = await post({ model: MODEL, message: 'Hello' }, controller.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    const before = explorer.simulator.requests.count({ operation: 'ConverseStream' });
    const signal = stream.mock.calls[0]?.[2]?.signal;
    expect(signal?.aborted).toBe(false);
    controller.abort();
    await until(() => signal?.aborted === true);
    expect(explorer.simulator.requests.count({ operation: 'ConverseStream' })).toBe(before);
  });
});
