import { once } from 'node:events';
import { type IncomingMessage, request as ask } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  BEDROCK_DISCOVERY_CLOCK,
  type BedrockDiscoveryOptions,
  type Clock,
  DiscoveryRefresher,
  type ScanReport,
} from 'nestjs-bedrock-discovery';
import { RefreshGate } from '../src/refresh/refresh-gate.js';
import type { ProblemDocument } from '../src/problems/to-problem.js';
import type { AccessOptions } from '../src/security/access.options.js';
import { afterThisTest } from './support/cleanup.js';
import { type Explorer, startExplorer } from './support/explorer.js';
import { RecordingLogger } from './support/recording-logger.js';
import { until } from './support/until.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const MODEL = 'amazon.nova-pro-v1:0';
const TOKEN = 'a-token-that-is-long-enough';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const CHAT = JSON.stringify({ model: MODEL, message: 'Hello' });

interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends what no well-behaved client does: `fetch` would not let a Host or an Origin through. */
async function send(
  { url }: Explorer,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Received> {
  const { hostname, port } = new URL(url);
  const request = ask({ method, path, hostname, port, headers: { ...headers, Connection: 'close' } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

const codeOf = ({ status, text }: Received): unknown[] => [status, (JSON.parse(text) as ProblemDocument).code];

async function startOver(
  access: AccessOptions = {},
  discovery: BedrockDiscoveryOptions = {},
  prepare?: (simulator: BedrockSimulator) => void,
): Promise<Explorer> {
  const options = { regions: REGIONS, refresh: { mode: 'off' }, ...discovery } as const;
  const explorer = await startExplorer(options, prepare, { access });
  afterThisTest(() => explorer.close());
  return explorer;
}

/** Lets time pass for the application. */
function moveTime({ app }: Explorer): (ms: number) => void {
  const clock = app.get<Clock>(BEDROCK_DISCOVERY_CLOCK);
  const monotonic = clock.monotonic.bind(clock);
  let passedMs = 0;
  const spy = jest.spyOn(clock, 'monotonic').mockImplementation(() => monotonic() + passedMs);
  afterThisTest(() => spy.mockRestore());
  return (ms) => (passedMs += ms);
}

describe('a page of another site', () => {
  let explorer: Explorer;
  const local = (name: string): string => `${name}:${new URL(explorer.url).port}`;

  beforeAll(async () => {
    explorer = await startExplorer({ regions: REGIONS, refresh: { mode: 'off' } }, undefined, {
      access: { hosts: ['explorer.example.com'] },
    });
    await explorer.request('POST', '/refresh?force=false');
  });
  beforeEach(() => explorer.simulator.requests.reset());
  afterAll(() => explorer.close());

  it.each([
    ['POST', '/refresh'],
    ['POST', '/chat'],
    ['GET', '/doctor?recheck=true'],
    ['GET', '/matrix'],
    ['GET', '/'],
    ['GET', '/docs'],
    ['GET', '/openapi.json'],
    ['GET', '/no/such/path'],
  ])('reaches nothing at %s %s by a name of its own that leads here', async (method, path) => {
    const body = method === 'POST' ? CHAT : '';
    for (const name of ['evil.example', local('evil.example'), 'localhost.evil.example', '127.0.0.1.evil.example']) {
      expect(codeOf(await send(explorer, method, path, { ...JSON_TYPE, Host: name }, body))).toEqual([
        403,
        'FOREIGN_REQUEST',
      ]);
    }
    expect(explorer.simulator.requests.count()).toBe(0);
  });

  it.each(['user@127.0.0.1', '127.0.0.1/', 'localhost:3000:1', '[::1', '127.0.0.1 evil.example', '[evil.example]'])(
    'reaches nothing by the Host "%s"',
    async (host) => {
      expect(codeOf(await send(explorer, 'GET', '/matrix', { Host: host }))).toEqual([403, 'FOREIGN_REQUEST']);
    },
  );

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'chrome-extension://abc', 'file://', 'x'])(
    'cannot have anything asked from the Origin %s',
    async (origin) => {
      for (const [method, path] of [
        ['POST', '/refresh'],
        ['POST', '/chat'],
        ['GET', '/matrix'],
      ] as const) {
        const body = method === 'POST' ? CHAT : '';
        const refused = await send(explorer, method, path, { ...JSON_TYPE, Origin: origin }, body);
        expect(codeOf(refused)).toEqual([403, 'FOREIGN_REQUEST']);
        expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      }
      expect(explorer.simulator.requests.count()).toBe(0);
    },
  );

  it('cannot embed anything, nor lead somebody to what costs', async () => {
    const cross = { 'Sec-Fetch-Site': 'cross-site' };
    const link = { ...cross, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    const frame = { ...link, 'Sec-Fetch-Dest': 'iframe' };
    const image = { ...cross, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
    for (const [headers, method, path] of [
      [image, 'GET', '/doctor?recheck=true'],
      [image, 'GET', '/matrix'],
      [frame, 'GET', '/'],
      [link, 'GET', '/doctor?recheck=true'],
      [link, 'POST', '/refresh'],
      [cross, 'POST', '/chat'],
    ] as const) {
      const body = path === '/chat' ? CHAT : '';
      expect(codeOf(await send(explorer, method, path, { ...JSON_TYPE, ...headers }, body))).toEqual([
        403,
        'FOREIGN_REQUEST',
      ]);
    }
    expect(explorer.simulator.requests.count()).toBe(0);
    expect((await send(explorer, 'GET', '/', link)).status).toBe(200);
  });

  it('cannot send a form or plain text, with or without a body', async () => {
    for (const [path, body] of [
      ['/chat', 'model=Nova+Pro&message=Hello'],
      ['/chat', CHAT],
      ['/chat', ''],
      ['/refresh', ''],
      ['/refresh', 'force=true'],
      ['/refresh', '{}'],
    ] as const) {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'text/plain;application/json',
        'multipart/form-data; boundary=x',
        'application/jsonp',
      ]) {
        const refused = await send(explorer, 'POST', path, { 'Content-Type': type }, body);
        expect({ path, body, type, refused: codeOf(refused) }).toEqual({
          path,
          body,
          type,
          refused: [415, 'UNSUPPORTED_MEDIA_TYPE'],
        });
      }
    }
    expect(codeOf(await send(explorer, 'POST', '/refresh', {}, '{}'))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(explorer.simulator.requests.count()).toBe(0);
  });

  it('is told from this machine, and from what was configured', async () => {
    const own = [local('127.0.0.1'), local('localhost'), 'LOCALHOST', '[::1]:9', '127.0.0.5', 'a.localhost'];
    for (const host of [...own, 'explorer.example.com', 'Explorer.Example.com:443']) {
      const { status } = await send(explorer, 'GET', '/health', { Host: host });
      expect({ host, status }).toEqual({ host, status: 200 });
    }
    for (const origin of ['http://localhost:5173', explorer.url, 'https://explorer.example.com', 'http://[::1]:3000']) {
      const headers = { ...JSON_TYPE, Origin: origin, 'Sec-Fetch-Site': 'same-origin' };
      const { status } = await send(explorer, 'POST', '/refresh?force=false', headers, '{}');
      expect({ origin, status }).toEqual({ origin, status: 200 });
    }
  });
});

describe('POST /chat', () => {
  it('does not accept terms for the account', async () => {
    const explorer = await startOver();
    const body = JSON.stringify({ model: MODEL, message: 'Hello', acceptAgreements: true });
    const refused = await send(explorer, 'POST', '/chat', JSON_TYPE, body);
    expect(codeOf(refused)).toEqual([400, 'INVALID_REQUEST']);
    expect(refused.text).toContain("no parameter 'acceptAgreements'");
    expect((await send(explorer, 'GET', '/openapi.json')).text).not.toContain('acceptAgreements');
    expect(explorer.simulator.requests.count({ operation: 'ConverseStream' })).toBe(0);
  });

  it.each(['in the middle of an answer', 'before its first piece'])(
    'tells its client when the application closes %s',
    async (when) => {
      const midway = when.startsWith('in');
      const explorer = await startExplorer({ regions: REGIONS });
      await explorer.request('POST', '/refresh?force=false');
      const fault = midway ? ({ kind: 'stream-hang', afterEvents: 3 } as const) : ({ kind: 'hang' } as const);
      explorer.simulator.addFault({ ...fault, operation: 'ConverseStream' });
      const answering = fetch(`${explorer.url}/chat`, { method: 'POST', headers: JSON_TYPE, body: CHAT });
      await until(() => explorer.simulator.requests.count({ operation: 'ConverseStream' }) > 0);
      const answer = midway ? await answering : undefined;
      const closing = explorer.close();
      const { status, text } = answer
        ? { status: answer.status, text: await answer.text() }
        : await answering.then(async (late) => ({ status: late.status, text: await late.text() }));
      await closing;
      expect(status).toBe(midway ? 200 : 503);
      const document = midway ? (/^event: error\ndata: (.*)\n\n$/m.exec(text)?.[1] ?? '') : text;
      expect(JSON.parse(document)).toMatchObject({ status: 503, code: 'SHUT_DOWN', requestId: expect.any(String) });
    },
  );

  it('puts nothing of what others wrote into a log line of its own', async () => {
    const logger = new RecordingLogger();
    const explorer = await startExplorer({ regions: REGIONS }, undefined, { logger });
    afterThisTest(() => explorer.close());
    await explorer.request('POST', '/refresh?force=false');
    explorer.simulator.addFault({ kind: 'stream-error', operation: 'ConverseStream', afterEvents: 4 });
    const model = 'Nova\n[Nest] 1 - ERROR forged\u001b[2J Pro';
    await send(explorer, 'POST', '/chat', JSON_TYPE, JSON.stringify({ model, message: 'Hello' }));
    await send(explorer, 'POST', '/chat', JSON_TYPE, CHAT);
    const lines = logger.lines.map(({ message }) => message);
    expect(lines.some((line) => line.includes('broke off'))).toBe(true);
    expect(lines.filter((line) => /\p{Cc}/u.test(line) || line.includes('forged'))).toEqual([]);
  });
});

describe('POST /refresh', () => {
  const INTERVAL_MS = 30_000;
  const reportOf = ({ text }: Received): { models: ScanReport } => JSON.parse(text) as { models: ScanReport };

  it('is one scan for all who ask at the same time, and named regions get their part of it', async () => {
    const explorer = await startOver({}, { scan: { onBootstrap: 'off' } });
    const refresher = explorer.app.get(DiscoveryRefresher);
    const refresh = refresher.refresh.bind(refresher);
    let goOn = (): void => undefined;
    const allHaveCome = new Promise<void>((resolve) => (goOn = resolve));
    const begun = jest
      .spyOn(refresher, 'refresh')
      .mockImplementation((options) => allHaveCome.then(() => refresh(options)));
    const asked = jest.spyOn(explorer.app.get(RefreshGate), 'refresh');
    const answering = Promise.all([
      ...Array.from({ length: 20 }, () => send(explorer, 'POST', '/refresh')),
      until(() => asked.mock.calls.length > 0).then(() => send(explorer, 'POST', '/refresh?regions=eu-west-1')),
    ]);
    await until(() => asked.mock.calls.length === 21);
    goOn();
    const answers = await answering;
    expect(begun).toHaveBeenCalledTimes(1);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map((answer) => reportOf(answer).models.regions.length)).toEqual([...Array(20).fill(3), 1]);
    expect(explorer.simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(3);
  });

  it('asks AWS for the same only after an interval', async () => {
    const explorer = await startOver({ refreshIntervalMs: INTERVAL_MS }, { scan: { onBootstrap: 'off' } });
    const pass = moveTime(explorer);
    const first = reportOf(await send(explorer, 'POST', '/refresh'));
    const asked = explorer.simulator.requests.count();
    for (const path of ['/refresh', '/refresh?regions=eu-west-1', '/refresh?regions=us-east-1,eu-west-1']) {
      const early = await send(explorer, 'POST', path);
      expect(codeOf(early)).toEqual([429, 'TOO_SOON']);
      expect(Number(early.headers['retry-after'])).toBeGreaterThan(25);
    }
    const fresh = await send(explorer, 'POST', '/refresh?force=false');
    expect(reportOf(fresh).models.startedAt).toBe(first.models.startedAt);
    expect(explorer.simulator.requests.count()).toBe(asked);

    pass(INTERVAL_MS);
    expect((await send(explorer, 'POST', '/refresh?regions=eu-west-1')).status).toBe(200);
    expect(codeOf(await send(explorer, 'POST', '/refresh?regions=eu-west-1,us-east-1'))).toEqual([429, 'TOO_SOON']);
    expect((await send(explorer, 'POST', '/refresh?regions=us-east-1')).status).toBe(200);
    expect((await send(explorer, 'POST', '/refresh')).status).toBe(200);
    expect(codeOf(await send(explorer, 'POST', '/refresh'))).toEqual([429, 'TOO_SOON']);
  });

  it('waits 30 seconds unless told otherwise, and asks at once after one that only looked for what is stale', async () => {
    const explorer = await startOver({ refreshIntervalMs: undefined });
    await send(explorer, 'POST', '/refresh?force=false');
    expect((await send(explorer, 'POST', '/refresh')).status).toBe(200);
    const early = await send(explorer, 'POST', '/refresh');
    expect([early.status, Number(early.headers['retry-after']) > 20]).toEqual([429, true]);
  });
});

describe('a region that there is not', () => {
  const INVENTED = Array.from({ length: 2_000 }, (_, n) => {
    const letters = n.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)));
    return `xx-${letters}-${n % 10}`;
  });

  it('is refused wherever it may be named, asked nowhere and kept nowhere', async () => {
    const explorer = await startOver();
    await explorer.request('POST', '/refresh?force=false');
    const before = await send(explorer, 'GET', '/matrix');
    explorer.simulator.requests.reset();
    const body = JSON.stringify({ regions: INVENTED });
    expect(codeOf(await send(explorer, 'POST', '/refresh', JSON_TYPE, body))).toEqual([400, 'INVALID_REQUEST']);
    for (const path of ['/refresh?regions=xx-invented-1', '/refresh?regions=eu-west-1,xx-invented-1']) {
      expect(codeOf(await send(explorer, 'POST', path))).toEqual([400, 'INVALID_REQUEST']);
    }
    for (const path of [
      '/models?region=xx-invented-1',
      '/models/retiring?region=xx-invented-1',
      `/models/${MODEL}/regions?preferred=xx-invented-1`,
      `/models/${MODEL}/profiles?region=xx-invented-1`,
      `/models/${MODEL}/route?sources=xx-invented-1`,
      `/models/${MODEL}/route?preferred=xx-invented-1`,
      `/models/${MODEL}/route?residency=xx-invented-1`,
      `/models?search=nova&sources=xx-invented-1`,
      '/profiles?region=xx-invented-1',
      '/doctor?residency=xx-invented-1',
      '/policies/residency?residency=xx-invented-1',
      `/policies/invocation?modelId=${MODEL}&invocationId=${MODEL}&region=xx-invented-1`,
    ]) {
      expect({ path, refused: codeOf(await send(explorer, 'GET', path)) }).toEqual({
        path,
        refused: [400, 'INVALID_REQUEST'],
      });
    }
    for (const parameter of ['initialRegion', 'sources', 'preferred', 'residency']) {
      const chat = JSON.stringify({ model: MODEL, message: 'Hello', [parameter]: 'xx-invented-1' });
      expect(codeOf(await send(explorer, 'POST', '/chat', JSON_TYPE, chat))).toEqual([400, 'INVALID_REQUEST']);
    }
    expect(explorer.simulator.requests.count()).toBe(0);
    expect((await send(explorer, 'GET', '/matrix')).text).toBe(before.text);
  });

  it('is taken where the operator has configured it', async () => {
    const explorer = await startOver({}, { regions: ['eu-west-1', 'xx-new-1'] });
    const { status, text } = await send(explorer, 'POST', '/refresh?regions=xx-new-1');
    expect([status, (JSON.parse(text) as { models: ScanReport }).models.regions[0]?.region]).toEqual([200, 'xx-new-1']);
    const { status: unlisted, headers } = await send(explorer, 'GET', '/models?region=us-gov-west-1');
    expect([unlisted, headers['retry-after']]).toEqual([400, undefined]);
  });
});

describe('an application that others reach', () => {
  const COSTLY = [
    ['POST', '/refresh?force=false'],
    ['POST', '/chat'],
    ['GET', '/doctor'],
    ['HEAD', '/doctor?recheck=true'],
  ] as const;
  const bodyFor = (path: string): string => (path === '/chat' ? CHAT : '');

  it('wants the token for whatever costs, and is read without', async () => {
    const explorer = await startOver({ token: TOKEN }, { scan: { onBootstrap: 'await' } });
    explorer.simulator.requests.reset();
    const wrong: Record<string, string>[] = [
      {},
      { Authorization: `Bearer ${TOKEN}x` },
      { Authorization: TOKEN },
      { Authorization: 'Bearer' },
    ];
    for (const [method, path] of COSTLY) {
      for (const headers of [...wrong, { Authorization: `Basic ${btoa('user:wrong')}` }]) {
        const refused = await send(explorer, method, path, { ...JSON_TYPE, ...headers }, bodyFor(path));
        expect({ path, headers, status: refused.status }).toEqual({ path, headers, status: 401 });
        expect(refused.headers['www-authenticate']).toMatch(/^Bearer .*Basic /);
      }
    }
    expect(explorer.simulator.requests.count()).toBe(0);
    for (const path of [
      '/',
      '/matrix',
      '/models',
      '/regions',
      '/health',
      '/health/live',
      '/health/ready',
      '/docs',
      '/policies/residency?residency=eu',
    ]) {
      expect({ path, status: (await send(explorer, 'GET', path)).status }).toEqual({ path, status: 200 });
    }
    for (const [method, path] of COSTLY) {
      for (const authorization of [`Bearer ${TOKEN}`, `Basic ${btoa(`anybody:${TOKEN}`)}`]) {
        const headers = { ...JSON_TYPE, Authorization: authorization };
        expect((await send(explorer, method, path, headers, bodyFor(path))).status).toBe(200);
      }
    }
  });

  it('takes so many costly requests a minute, and so many guesses', async () => {
    const explorer = await startOver({ token: TOKEN });
    const pass = moveTime(explorer);
    const statusesOf = async (count: number, token: string): Promise<number[]> => {
      const statuses: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const headers = { Authorization: `Bearer ${token}` };
        statuses.push((await send(explorer, 'POST', '/refresh?regions=nowhere', headers)).status);
      }
      return statuses;
    };
    // A few come back while they are made.
    const guesses = await statusesOf(20, 'a-guess-that-is-long-enough');
    expect(guesses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(guesses.at(-1)).toBe(429);
    // Guessing keeps nobody out, not even those that do not send a token yet.
    expect((await send(explorer, 'POST', '/refresh')).status).toBe(401);
    const calls = await statusesOf(100, TOKEN);
    expect(calls.slice(0, 60)).toEqual(Array(60).fill(400));
    expect(calls.at(-1)).toBe(429);
    const late = await send(explorer, 'POST', '/refresh', { Authorization: `Bearer ${TOKEN}` });
    expect(codeOf(late)).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    pass(60_000);
    expect(await statusesOf(2, TOKEN)).toEqual([400, 400]);
  });
});

describe('a request', () => {
  it('has an id, its own where that is short and plain, in the answer and in problem documents', async () => {
    const explorer = await startOver();
    const ids = new Set<string>();
    for (const id of [undefined, 'a b', 'x'.repeat(65), 'a/../b', '<script>', '{}', 'ä']) {
      const headers: Record<string, string> = id === undefined ? {} : { 'X-Request-Id': id };
      const { headers: answered, text } = await send(explorer, 'GET', '/no/such/path', headers);
      expect(answered['x-request-id']).toMatch(/^[\da-f-]{36}$/);
      expect(JSON.parse(text)).toMatchObject({ requestId: answered['x-request-id'] });
      ids.add(String(answered['x-request-id']));
    }
    expect(ids.size).toBe(7);
    const own = { 'X-Request-Id': 'Trace.0123_4-5' };
    for (const path of ['/health', '/matrix', '/', '/docs', '/v1/models/x', '/models/%zz']) {
      expect((await send(explorer, 'GET', path, own)).headers['x-request-id']).toBe('Trace.0123_4-5');
    }
    const foreign = await send(explorer, 'GET', '/', { ...own, Host: 'evil.example' });
    expect(JSON.parse(foreign.text)).toMatchObject({ code: 'FOREIGN_REQUEST', requestId: 'Trace.0123_4-5' });
  });

  it('is refused where its body is large, however it was packed', async () => {
    const explorer = await startOver();
    const { gzipSync } = await import('node:zlib');
    const large = JSON.stringify({ model: MODEL, message: 'x'.repeat(10_000_000) });
    for (const path of ['/chat', '/refresh']) {
      const packed = await fetch(`${explorer.url}${path}`, {
        method: 'POST',
        headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
        body: gzipSync(large),
      });
      expect([packed.status, ((await packed.json()) as ProblemDocument).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
  });

  it('that meets a defect is told apart in the log by its id', async () => {
    const logger = new RecordingLogger();
    const explorer = await startExplorer({ regions: REGIONS }, undefined, { logger });
    afterThisTest(() => explorer.close());
    const refresher = explorer.app.get(DiscoveryRefresher);
    const broken = jest.spyOn(refresher, 'refresh').mockRejectedValue(new Error('said\n[Nest] 1 - LOG forged'));
    afterThisTest(() => broken.mockRestore());
    expect((await send(explorer, 'POST', '/refresh', { 'X-Request-Id': 'trace-7' })).status).toBe(500);
    const line = logger.of('error').find((message) => message.includes("POST '/refresh' failed (trace-7)"));
    expect(line).toContain(String.raw`said\n[Nest] 1 - LOG forged`);
  });
});
