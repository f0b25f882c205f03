import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, unzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { OPTIONAL_LISTINGS } from 'nestjs-bedrock-discovery';
import { ApiContract, type OpenApiDocument, type Operation } from '../support/api-contract.js';
import { type Explorer, startExplorer } from '../support/explorer.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { expectCleanPrototypes } from './laws.js';
import { garbled, inFull, mutated } from './mutations.js';
import { PATIENCE_MS, settings, share } from './settings.js';

jest.setTimeout(PATIENCE_MS);

const REGIONS = ['eu-west-1', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
/** No answer takes as long on the busiest machine. */
const PATIENT_MS = 60_000;

/** What `/v1` refuses with, as clients of OpenAI read it. */
const OF_OPENAI = { type: 'application/json; charset=utf-8', refusal: { error: { message: expect.any(String) } } };

function ofProblem(status: number): object {
  const refusal = { status, code: expect.any(String), title: expect.any(String), detail: expect.any(String) };
  return { type: 'application/problem+json; charset=utf-8', refusal };
}

function unpack(bytes: Buffer, encoding: string | undefined): string {
  const isPacked = encoding !== undefined && bytes.length > 0;
  return String(isPacked ? (encoding === 'br' ? brotliDecompressSync : unzipSync)(bytes) : bytes);
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** As parameters stand in a URL, right or not. */
const VALUES = [
  '',
  '0',
  '-1',
  '-0',
  '1e999',
  '99999999999999999999',
  'NaN',
  'true',
  'null',
  '[]',
  '{}',
  ',',
  '%',
  '%ZZ',
  '%00',
  '%E0%A4%A',
  '%F0%9F%92%A9',
  '%0d%0aSet-Cookie:a=b',
  '..',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'eu-west-1',
  'eu-west-1,us-east-1',
  'eu-wst-1',
  'eu',
  'latency',
  MODEL,
  `arn:aws:bedrock:eu-west-1::foundation-model/${MODEL}`,
  'arn:aws:bedrock:::foundation-model/',
  '2026-13-45',
  '+275760-09-13T00:00:00.001Z',
  '2026Q5',
  'x'.repeat(5_000),
];

/** As a parameter may stand in a URL, whole or not. */
const VALUE = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(Buffer.from(text).toString())),
);

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { accept: 'text/html' },
  { accept: '*/*;q=x' },
  { 'accept-encoding': 'br;q=0, gzip;q=1e9, *' },
  { 'if-none-match': 'W/"x", *' },
  { 'if-none-match': '"'.repeat(500) },
  { 'x-request-id': '../../etc/passwd' },
  { origin: 'null' },
  { origin: 'http://evil.example' },
  { host: 'evil.example' },
  { host: '[::1' },
  { authorization: 'Bearer' },
  { authorization: 'Basic OnNlY3JldA==' },
  { 'last-event-id': '9'.repeat(100) },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'text/plain' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'zstd' },
  { forwarded: 'for="_x";proto=__proto__', 'x-forwarded-for': '::' },
];

function queryOf({ parameters }: Operation): fc.Arbitrary<string> {
  const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  const name = fc.oneof(fc.constantFrom('limit', ...names), fc.constantFrom('__proto__', 'a[b][c]', 'x', '%', ''));
  return fc
    .array(fc.tuple(name, VALUE), { maxLength: 4 })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('&'));
}

function bodiesOf({ requestBody }: Operation): fc.Arbitrary<string | Uint8Array> {
  const { schema, examples = {} } = requestBody?.content['application/json'] ?? { schema: {} };
  const values = [
    ...Object.values(examples).map(({ value }) => value),
    { regions: ['eu-west-1'], force: false },
    schema,
  ];
  return fc.oneof(mutated(values), mutated(values), garbled(JSON.stringify(values[0])));
}

function requestsTo(operation: Operation): fc.Arbitrary<Request> {
  const path = fc.record({ values: fc.array(VALUE, { minLength: 3, maxLength: 3 }), query: queryOf(operation) });
  return fc.record({
    method: fc.oneof(
      { arbitrary: fc.constant(operation.method.toUpperCase()), weight: 9 },
      fc.constantFrom('HEAD', 'PUT', 'OPTIONS', 'DELETE', 'POST', 'GET'),
    ),
    path: path.map(({ values, query }) => {
      let index = 0;
      const filled = operation.path.replaceAll(/\{\w+\}/g, () => values[index++] ?? '');
      return query === '' ? filled : `${filled}?${query}`;
    }),
    headers: fc.oneof(fc.constant({}), fc.constantFrom(...HEADERS)),
    body: operation.method === 'post' ? bodiesOf(operation) : fc.constant(''),
  });
}

describe('the sample application', () => {
  const logger = new RecordingLogger();
  const agent = new Agent({ keepAlive: true });
  let explorer: Explorer;
  let contract: ApiContract;

  beforeAll(async () => {
    explorer = await startExplorer(
      { regions: REGIONS, refresh: { mode: 'off' }, listings: OPTIONAL_LISTINGS },
      undefined,
      { logger },
    );
    await explorer.request('POST', '/refresh?force=false');
    contract = new ApiContract((await explorer.get<OpenApiDocument>('/docs-json')).body);
  });

  afterAll(async () => {
    agent.destroy();
    await explorer.close();
  });

  /** The answer, of a stream of events only its beginning. */
  async function send({ method, path, headers, body }: Request): Promise<{ response: IncomingMessage; text: string }> {
    const { hostname, port } = new URL(explorer.url);
    const bytes = Buffer.from(typeof body === 'string' ? inFull(body) : body);
    const ofBody = bytes.length > 0 ? { 'content-type': 'application/json', 'content-length': bytes.length } : {};
    const asked = request({
      agent,
      hostname,
      port,
      method,
      path,
      headers: { ...ofBody, ...headers },
      timeout: PATIENT_MS,
    });
    asked.on('timeout', () => asked.destroy(new Error('There was no answer.')));
    asked.end(bytes);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    let text = '';
    if (response.headers['content-type']?.startsWith('text/event-stream')) {
      response.on('error', () => undefined).destroy();
    } else {
      text = unpack(await buffer(response), response.headers['content-encoding']);
    }
    return { response, text };
  }

  it('answers whatever it is sent, and what it cannot take by a problem document that is no fault of its own', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...contract.operations).chain(requestsTo), async (sent) => {
      const { response, text } = await send(sent);
      const status = response.statusCode ?? 0;
      expect([status, text.slice(0, 500)]).not.toEqual([500, expect.anything()]);
      if (status >= 400 && sent.method !== 'HEAD') {
        const type = response.headers['content-type'];
        const refusal = JSON.parse(text) as object;
        expect({ type, refusal }).toMatchObject(sent.path.startsWith('/v1/') ? OF_OPENAI : ofProblem(status));
        expect(Buffer.byteLength(text)).toBeLessThan(100_000);
      }
      expect(response.headers['set-cookie']).toBeUndefined();
      expectCleanPrototypes();
    });
    await fc.assert(property, settings(share(250)));
    expect(logger.of('error')).toEqual([]);
    expect((await explorer.get('/health/live')).status).toBe(200);
  });
});
