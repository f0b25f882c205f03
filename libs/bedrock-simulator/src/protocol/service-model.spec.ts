import { afterEach, describe, expect, it } from '@jest/globals';
import { ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { bedrock, signed, start, stopAll } from '../clients.spec.helper.js';
import { SHAPES } from './service-model-data.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';

/** Texts of which each pattern of the model's shapes accepts one. */
const TEXTS = ['a', 'default', 's3://bucket/key', '123456789012', '1', 'DRAFT'];

/** The least that a shape accepts. */
function valid(name: string): unknown {
  const shape = SHAPES[name];
  switch (shape?.kind) {
    case 'structure':
      return Object.fromEntries((shape.required ?? []).map((member) => [member, valid(shape.members[member] ?? '')]));
    case 'union': {
      const [[member, of] = ['', '']] = Object.entries(shape.members);
      return { [member]: valid(of) };
    }
    case 'list':
      return Array.from({ length: shape.min ?? 0 }, () => valid(shape.of));
    case 'map':
      return { a: valid(shape.of) };
    case 'string':
      return (
        shape.enum?.[0] ??
        TEXTS.find((text) => shape.pattern === undefined || new RegExp(`^(?:${shape.pattern})$`).test(text))
      );
    case 'blob':
      return 'YQ==';
    case 'boolean':
      return true;
    case 'document':
      return {};
    default:
      return 1;
  }
}

type Case = readonly [title: string, good: unknown, bad: readonly unknown[]];

/** What is wrong with a shape, and then with all that it is made of, each shape once. */
function broken(name: string, wrap: (value: unknown) => unknown, seen = new Set<string>()): Case[] {
  const shape = SHAPES[name];
  if (shape === undefined || seen.has(name)) {
    return [];
  }
  seen.add(name);
  const good = valid(name) as object;
  const own: Case = [name, wrap(good), wrongOf(name).map(wrap)];
  const inner = (of: string, place: (value: unknown) => unknown) => broken(of, (value) => wrap(place(value)), seen);
  switch (shape.kind) {
    case 'structure':
    case 'union':
      return [
        own,
        ...Object.entries(shape.members)
          .filter(([member]) => member !== 'modelId')
          .flatMap(([member, of]) =>
            inner(of, (value) => ({ ...(shape.kind === 'structure' ? good : {}), [member]: value })),
          ),
      ];
    case 'list':
      return [own, ...inner(shape.of, (value) => [value])];
    case 'map':
      return [
        own,
        ...inner(shape.key, (value) => ({ [String(value)]: valid(shape.of) })),
        ...inner(shape.of, (value) => ({ a: value })),
      ];
    default:
      return [own];
  }
}

function wrongOf(name: string): unknown[] {
  const shape = SHAPES[name];
  switch (shape?.kind) {
    case 'structure':
      return [
        'a',
        [],
        ...(shape.required ?? [])
          .filter((member) => member !== 'modelId')
          .map((member) => ({ ...(valid(name) as object), [member]: null })),
      ];
    case 'union': {
      const all = Object.entries(shape.members).map(([member, of]) => [member, valid(of)]);
      return ['a', {}, ...(all.length > 1 ? [Object.fromEntries(all)] : [])];
    }
    case 'list':
      return ['a', {}, ...sizesOf(shape).map((length) => Array.from({ length }, () => valid(shape.of)))];
    case 'map':
      return [
        'a',
        [],
        ...sizesOf(shape).map((length) =>
          Object.fromEntries(Array.from({ length }, (_, index) => [`a${index}`, valid(shape.of)])),
        ),
      ];
    case 'string':
      return [
        ...(shape.enum ? ['no such value'] : []),
        ...(shape.pattern === undefined ? [] : ['\u{1f4a5}']),
        ...sizesOf(shape).map((length) => 'a'.repeat(length)),
      ];
    case 'blob':
      return [7, ...(shape.min ? [''] : [])];
    case 'integer':
    case 'float':
      return [
        'a',
        {},
        ...(shape.min === undefined ? [] : [shape.min - 1]),
        ...(shape.max === undefined ? [] : [shape.max + 1]),
      ];
    case 'boolean':
      return ['a', 1];
    default:
      return [];
  }
}

const sizesOf = ({ min = 0, max }: { readonly min?: number; readonly max?: number }): number[] => [
  ...(min > 0 ? [min - 1] : []),
  ...(max === undefined ? [] : [max + 1]),
];

const CASES = broken('ConverseRequest', (value) => value);

describe('a body of Converse', () => {
  it(`is refused for each of the ${CASES.reduce((sum, [, , bad]) => sum + bad.length, 0)} ways in which it can break the service model`, async () => {
    const simulator = await start();
    const url = new URL(`/model/${encodeURIComponent(MODEL)}/converse`, simulator.endpoint);
    const send = async (value: unknown) => {
      const body = JSON.stringify(value);
      const answer = await fetch(url, { method: 'POST', body, headers: await signed(simulator, { url, body }) });
      return { status: answer.status, text: await answer.text() };
    };
    const hello = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
    const modelled = /validation error|must set one of|SerializationException|where not expected|cannot be converted/;
    for (const [title, good, bad] of CASES) {
      const accepted = await send({ ...hello, ...(good as object) });
      expect([title, accepted.text]).toEqual([title, expect.not.stringMatching(modelled)]);
      for (const value of bad) {
        const body = typeof value === 'object' && !Array.isArray(value) ? { ...hello, ...value } : value;
        const { status, text } = await send(body);
        expect([title, JSON.stringify(value).slice(0, 300), status, text]).toEqual([
          title,
          expect.anything(),
          400,
          expect.any(String),
        ]);
      }
    }
    expect(CASES.flatMap(([, , bad]) => bad).length).toBeGreaterThan(250);
  });

  it('is refused for all that is wrong with it at once, in the words of AWS', async () => {
    const simulator = await start();
    const url = new URL(`/model/${encodeURIComponent(MODEL)}/converse`, simulator.endpoint);
    const body = JSON.stringify({
      messages: [{ content: [{ text: 'Hello' }] }],
      inferenceConfig: { temperature: 1.5 },
      requestMetadata: { 'a?': 'b' },
    });
    const answer = await fetch(url, { method: 'POST', body, headers: await signed(simulator, { url, body }) });
    expect(answer.headers.get('x-amzn-errortype')).toMatch(/^ValidationException/);
    expect(await answer.json()).toEqual({
      message:
        "3 validation errors detected: Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null; " +
        "Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1; " +
        'Value \'{"a?":"b"}\' at \'requestMetadata\' failed to satisfy constraint: Map keys must satisfy constraint: ' +
        '[Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{1,256}]',
    });
    expect(simulator.executions.count()).toBe(0);
  });
});

describe('what stands in a path, a query or a header', () => {
  it('is checked as what stands in a body', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    await expect(client.send(new ListInferenceProfilesCommand({ maxResults: 0 }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("'0' at 'maxResults'"),
    });
    const url = new URL(`/model/${encodeURIComponent(MODEL)}/invoke`, simulator.endpoint);
    const headers = { 'content-type': 'application/json', 'x-amzn-bedrock-trace': 'LOUD' };
    const request = { url, body: '{}', headers };
    const answer = await fetch(url, { method: 'POST', body: '{}', headers: await signed(simulator, request) });
    expect(await answer.json()).toEqual({ message: expect.stringContaining("'LOUD' at 'trace'") });
  });
});
