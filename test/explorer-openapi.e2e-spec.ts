import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  LatencyTracker,
  ModelDiscoveryService,
  OPTIONAL_LISTINGS,
} from 'nestjs-bedrock-discovery';
import { type Endpoint, ENDPOINTS } from '../src/endpoints/endpoints.js';
import { ApiContract, type OpenApiDocument, type Operation } from './support/api-contract.js';
import { afterThisTest } from './support/cleanup.js';
import { EventClient } from './support/event-client.js';
import { type Answer, type Explorer, startExplorer } from './support/explorer.js';
import { until } from './support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
/** As Express keeps its routes; one for every method refuses. */
interface Express {
  readonly router: {
    readonly stack: readonly { readonly route?: { path: string; methods: Record<string, boolean> } }[];
  };
}

/** Not in the table of endpoints: the table itself, and what the `type` of each problem leads to. */
const UNLISTED = ['GET /', 'GET /problems/{slug}'];

let explorer: Explorer;
let contract: ApiContract;

beforeAll(async () => {
  explorer = await startExplorer();
  await explorer.request('POST', '/refresh?force=false');
  contract = new ApiContract((await explorer.get<OpenApiDocument>('/docs-json')).body);
});

afterAll(() => explorer.close());

const keyOf = ({ method, path }: Pick<Operation, 'method' | 'path'> | Endpoint): string =>
  `${method.toUpperCase()} ${path}`;
const mediaTypeOf = ({ headers }: Answer<unknown>): string => headers.get('content-type')?.split(';')[0] ?? '';

/** The documented path that a request is for; parameters may hold slashes. */
function pathOf(method: string, url: string): string {
  const [pathname = ''] = url.split('?');
  const paths = contract.operations.filter((each) => each.method === method.toLowerCase()).map(({ path }) => path);
  const matches = (path: string): boolean => {
    const [before = '', after = ''] = path.split(/\{\w+\}/);
    return pathname.startsWith(before) && pathname.endsWith(after) && pathname.length > before.length;
  };
  const withParameter = paths.filter((path) => path.includes('{')).sort((a, b) => b.length - a.length);
  return paths.find((path) => path === pathname) ?? withParameter.find(matches) ?? '';
}

/** Asks, and holds the answer against what is promised for its status and media type. */
async function ask(method: 'get' | 'post', url: string, init?: RequestInit, of = explorer): Promise<Answer<unknown>> {
  const answer = await of.request<unknown>(method.toUpperCase(), url, init);
  const path = pathOf(method, url);
  const promised = contract.operation(method, path)?.responses[String(answer.status)]?.content ?? {};
  expect({ url, status: answer.status, mediaTypes: Object.keys(promised) }).toEqual({
    url,
    status: answer.status,
    mediaTypes: [mediaTypeOf(answer)],
  });
  expect(contract.violations({ method, path }, answer.status, mediaTypeOf(answer), answer.body)).toEqual([]);
  return answer;
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI', async () => {
    expect(contract.document.openapi).toBe('3.1.0');
    expect(await contract.validate()).toMatchObject({ valid: true });
  });

  it('is the same at /openapi.json, and is asked for again', async () => {
    const { body, headers } = await explorer.get('/openapi.json');
    expect(body).toEqual(contract.document);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('has every endpoint of the table, and the table every endpoint of it', () => {
    const listed = ENDPOINTS.map(keyOf);
    expect(contract.operations.map(keyOf).sort()).toEqual([...listed, ...UNLISTED].sort());
  });

  it('has every route of the application, but for those that refuse other methods', () => {
    const { router } = explorer.app.getHttpAdapter().getInstance() as Express;
    const routes = router.stack
      .flatMap(({ route }) => route ?? [])
      .map(({ path, methods }) => ({ path, methods: Object.keys(methods) }))
      .filter(({ path, methods }) => methods.length === 1 && !/^\/(docs|openapi\.json)/.test(path))
      .map(({ path, methods: [method = ''] }) => `${method.toUpperCase()} ${path.replaceAll(/[*:](\w+)/g, '{$1}')}`);
    expect(contract.operations.map(keyOf).sort()).toEqual([...new Set(routes)].sort());
  });

  it('says of each what it does and which parameters it takes, as the table does', () => {
    for (const endpoint of ENDPOINTS) {
      const { path, method, parameters = [], answers } = endpoint;
      const operation = contract.operation(method, path);
      const query = operation?.parameters.filter((parameter) => parameter.in === 'query') ?? [];
      expect([keyOf(endpoint), operation?.summary, query.map(({ name }) => name)]).toEqual([
        keyOf(endpoint),
        answers,
        parameters,
      ]);
    }
    for (const { path, parameters, operationId } of contract.operations) {
      expect(parameters.every(({ description }) => /^(?!Must be)./.test(description ?? ''))).toBe(true);
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect([operationId, inPath]).toEqual([operationId, path.match(/\{\w+\}/g) ?? []]);
    }
    for (const { tags, path } of contract.operations) {
      expect(tags).toEqual([path.split('/')[1] || 'index']);
    }
    const ids = contract.operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives an example of each answer and each error, which keeps to the schema', () => {
    for (const operation of contract.operations) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '500']));
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        for (const [mediaType, { example, examples = {} }] of Object.entries(content)) {
          const values = [example, ...Object.values(examples).map(({ value }) => value)].filter(
            (each) => each !== undefined,
          );
          expect(values).not.toHaveLength(0);
          for (const value of values) {
            const violations = contract.violations(operation, Number(status), mediaType, value);
            expect({ of: keyOf(operation), status, violations }).toEqual({
              of: keyOf(operation),
              status,
              violations: [],
            });
          }
        }
      }
      for (const { value } of Object.values(operation.requestBody?.content['application/json']?.examples ?? {})) {
        expect(contract.violationsOfRequest(operation, value)).toEqual([]);
      }
    }
  });

  it('is refused by nobody who reads it strictly: a promise that is broken shows', () => {
    const operation = { method: 'get', path: '/health' } as const;
    expect(contract.violations(operation, 200, 'application/json', { status: 'fine' })).not.toHaveLength(0);
  });
});

describe('answers of the application', () => {
  it('keep what the document promises at every endpoint', async () => {
    explorer.simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    explorer.app.get(LatencyTracker).record('eu-west-1', { latencyMs: 5, plane: 'runtime' });
    await ask('post', '/refresh?regions=eu-west-1');
    const gets = ENDPOINTS.flatMap(({ method, example }) => (method === 'GET' && example ? [example] : []));
    for (const path of ['/', '/models', '/profiles', '/problems/invalid-request', ...gets]) {
      expect({ path, status: (await ask('get', path)).status }).toEqual({ path, status: 200 });
    }
  });

  it('keep what the document promises where regions fail, or were not asked yet', async () => {
    const regions = ['eu-central-1', 'eu-west-1', 'us-east-1'];
    const failing = await startOver({ regions, scan: { onBootstrap: 'off' } }, (simulator) => {
      simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    });
    await ask('post', '/refresh?regions=eu-central-1,eu-west-1', undefined, failing);
    const { body } = await ask('get', '/regions?sort=name', undefined, failing);
    expect(body).toMatchObject({ items: ['ok', 'failed', 'pending'].map((status) => ({ models: { status } })) });
    for (const path of ['/health', `/models/${MODEL}/regions?preferred=eu-west-1`, '/v1/models']) {
      expect((await ask('get', path, undefined, failing)).status).toBe(200);
    }
  });

  it('keep what the document promises of what the account owns, and of bedrock-mantle', async () => {
    const regions = ['eu-west-1', 'us-east-1'];
    let arn = '';
    const owning = await startOver({ regions, listings: OPTIONAL_LISTINGS }, (simulator) => {
      const models = ['amazon.nova-lite-v1:0'];
      arn = simulator.addAccountModel({ kind: 'prompt-router', region: 'eu-west-1', name: 'my-router', models });
      simulator.addAccountModel({ kind: 'provisioned-throughput', region: 'us-east-1', name: 'mine', models });
      simulator.addMantleModel({ id: 'openai.gpt-5.5' });
    });
    await ask('post', '/refresh', undefined, owning);
    owning.simulator.removeAccountModel(
      owning.simulator.addAccountModel({ kind: 'imported-model', region: 'us-east-1', name: 'gone' }),
    );
    expect((await ask('get', '/account-models', undefined, owning)).body).toMatchObject({
      items: [{ arn, name: 'my-router' }],
    });
    for (const filter of ['region=us-east-1', 'via=imported-model']) {
      expect((await ask('get', `/account-models?${filter}`, undefined, owning)).body).toMatchObject({ items: [] });
    }
    const route = await ask('get', `/models/${encodeURIComponent(arn)}/route`, undefined, owning);
    expect(route.body).toMatchObject({ routes: [{ arn, via: 'prompt-router' }] });
    const mantle = await ask('get', '/models/openai.gpt-5.5/route', undefined, owning);
    expect(mantle.body).toMatchObject({ verdict: 'eligible', routes: [{ via: 'mantle' }, { via: 'mantle' }] });
    const search = '/models?search=amazon.nova-lite-v1:0&sourceRegions=us-east-1&limit=1';
    const found = await ask('get', search, undefined, owning);
    expect(found.body).toMatchObject({
      items: [{ route: { via: 'provisioned-throughput', region: 'us-east-1' } }],
    });
    for (const id of [arn, 'openai.gpt-5.5']) {
      const unlisted = await ask('get', `/models/${encodeURIComponent(id)}`, undefined, owning);
      expect(unlisted).toMatchObject({
        status: 404,
        body: { detail: expect.stringMatching(/It can be invoked: see/) },
      });
    }
    const policy = `/policies/invocation?modelId=${arn}&region=eu-west-1&invocationId=${arn}`;
    for (const path of ['/matrix', '/v1/models', '/doctor', '/changes', '/health', policy]) {
      expect((await ask('get', path, undefined, owning)).status).toBe(200);
    }
    const none = await ask('get', '/account-models');
    expect([none.status, none.body]).toMatchObject([503, { detail: expect.stringContaining('option "listings"') }]);
  });

  it('keep what the document promises of quotas, as Service Quotas lists them', async () => {
    const own = await startExplorer({ quotas: { mode: 'listed' } }, (simulator) =>
      simulator.setQuota({ modelId: MODEL, scope: 'global', tokensPerMinute: 2_000_000, requestsPerMinute: 500 }),
    );
    afterThisTest(() => own.close());
    await own.request('POST', '/refresh?force=false');
    let answer = await own.get<{ routes: { quota?: object }[] }>(`/models/${MODEL}/route`);
    await until(async () => {
      answer = await own.get(`/models/${MODEL}/route`);
      return answer.body.routes.some(({ quota }) => quota);
    });
    const operation = { method: 'get', path: '/models/{id}/route' } as const;
    expect(contract.violations(operation, 200, mediaTypeOf(answer), answer.body)).toEqual([]);
    expect(answer.body.routes.find(({ quota }) => quota)?.quota).toMatchObject({
      tokensPerMinute: 2_000_000,
      requestsPerMinute: 500,
      source: 'listed',
      left: 1,
    });
  });

  it('keep what the document promises in the stream of events', async () => {
    const client = await new EventClient(`${explorer.url}/events`).connected();
    explorer.simulator.addModel({ modelId: 'maker.streamed', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh?regions=eu-west-1');
    await until(() => ['hello', 'change', 'scan-progress', 'region'].every((type) => client.of(type).length > 0));
    for (const { type, data } of client.events) {
      expect({ type, violations: contract.violationsOfEvent(type, data) }).toEqual({ type, violations: [] });
    }
  });
});

async function startOver(
  discovery: BedrockDiscoveryOptions,
  prepare?: (simulator: BedrockSimulator) => void,
): Promise<Explorer> {
  const other = await startExplorer(discovery, prepare);
  afterThisTest(() => other.close());
  return other;
}

describe('errors of the application', () => {
  /** The example that stands for a code in the response to one of the requests. */
  function promisedCodes(url: string, status: number, method: 'get' | 'post' = 'get'): string[] {
    const { content = {} } = contract.operation(method, pathOf(method, url))?.responses[String(status)] ?? {};
    return Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  }

  it.each<[url: string, status: number, code: string]>([
    ['/models?maker=x', 400, 'INVALID_REQUEST'],
    [`/models/${MODEL}?a=b`, 400, 'INVALID_REQUEST'],
    [`/models/${MODEL}/regions?preferred=,`, 400, 'INVALID_REQUEST'],
    [`/models/${MODEL}/profiles?region=1`, 400, 'INVALID_REQUEST'],
    ['/profiles?type=SYSTEM', 400, 'INVALID_REQUEST'],
    ['/profiles/x?a=b', 400, 'INVALID_REQUEST'],
    ['/regions?sort=age', 400, 'INVALID_REQUEST'],
    ['/changes?since=yesterday', 400, 'INVALID_REQUEST'],
    ['/events?since=yesterday', 400, 'INVALID_REQUEST'],
    ['/health?verbose=true', 400, 'INVALID_REQUEST'],
    ['/models/%zz', 400, 'BAD_REQUEST'],
    ['/profiles/%zz', 400, 'BAD_REQUEST'],
    ['/problems/%zz', 400, 'BAD_REQUEST'],
    ['/v1/models/%zz', 400, 'BAD_REQUEST'],
    ['/models/no-such-model', 404, 'MODEL_NOT_FOUND'],
    ['/models/no-such-model/regions', 404, 'MODEL_NOT_FOUND'],
    ['/models/no-such-model/profiles', 404, 'MODEL_NOT_FOUND'],
    ['/profiles/no-such-profile', 404, 'PROFILE_NOT_FOUND'],
    ['/problems/no-such-problem', 404, 'ROUTE_NOT_FOUND'],
    ['/v1/models/no-such-model', 404, 'MODEL_NOT_FOUND'],
  ])('are promised by the document at %s: %s', async (url, status, code) => {
    const answer = await ask('get', url);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(new RegExp(`"code":"${code}"`, 'i'));
    expect(promisedCodes(url, status)).toContain(code);
  });

  it.each<[body: string, type: string, status: number, code: string]>([
    ['{"regions":["nowhere"]}', 'application/json', 400, 'INVALID_REQUEST'],
    ['{"regions":', 'application/json', 400, 'BAD_REQUEST'],
    ['{}', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [JSON.stringify('x'.repeat(200_000)), 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
  ])('are promised by the document for POST /refresh', async (body, type, status, code) => {
    const answer = await ask('post', '/refresh', { body, headers: { 'Content-Type': type } });
    expect(answer.body).toMatchObject({ status, code });
    expect(promisedCodes('/refresh', status, 'post')).toContain(code);
  });

  it('are promised by the document where nothing is known, or not that of a region', async () => {
    const denied = await startOver({ regions: ['eu-west-1'] }, (simulator) =>
      simulator.addFault({ kind: 'access-denied' }),
    );
    const unavailable = ['/models', `/models/${MODEL}`, `/models/${MODEL}/regions`, `/models/${MODEL}/profiles`];
    const others = ['/profiles', '/profiles/x', '/health', '/health/ready', '/v1/models', `/v1/models/${MODEL}`];
    for (const url of [...unavailable, ...others]) {
      expect((await ask('get', url, undefined, denied)).status).toBe(503);
      expect(promisedCodes(url, 503)).toContain('INVENTORY_UNAVAILABLE');
    }
    const failing = await startOver({ regions: ['eu-west-1', 'us-east-1'] }, (simulator) =>
      simulator.addFault({ kind: 'access-denied', region: 'us-east-1' }),
    );
    for (const path of ['/models', '/profiles', `/models/${MODEL}/profiles`]) {
      const answer = await ask('get', `${path}?region=us-east-1`, undefined, failing);
      expect(answer.body).toMatchObject({ status: 503, code: 'REGION_UNKNOWN' });
      expect(promisedCodes(path, 503)).toContain('REGION_UNKNOWN');
      // None that is looked at, so that asking again would not help.
      const elsewhere = await ask('get', `${path}?region=us-gov-west-1`, undefined, failing);
      expect(elsewhere.body).toMatchObject({ status: 400, code: 'REGION_UNKNOWN', region: 'us-gov-west-1' });
    }
    const unlisted = await startOver({ regions: 'auto', scan: { onBootstrap: 'off' } });
    expect((await ask('get', '/regions', undefined, unlisted)).body).toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
  });

  it('are promised by the document everywhere where the application itself fails', async () => {
    const broken = jest
      .spyOn(explorer.app.get(ModelDiscoveryService), 'getAllModels')
      .mockRejectedValue(new Error('wires crossed'));
    expect((await ask('get', '/models')).status).toBe(500);
    expect((await ask('get', '/v1/models')).status).toBe(500);
    broken.mockRestore();
  });
});

describe('the index of endpoints', () => {
  it('leads to the document and to the page', async () => {
    const links = [
      ...((await explorer.get('/')).headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="service-(\w+)"/g),
    ];
    expect(links.map(([, path, rel]) => [path, rel])).toEqual([
      ['/openapi.json', 'desc'],
      ['/docs', 'doc'],
    ]);
  });
});

describe('the page at /docs', () => {
  it('takes everything from the application', async () => {
    const page = await fetch(`${explorer.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const taken = [...html.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, url = '']) => new URL(url, page.url));
    expect(taken.length).toBeGreaterThan(3);
    for (const url of taken) {
      expect(url.origin).toBe(explorer.url);
      const answer = await fetch(url);
      await answer.arrayBuffer();
      expect(answer.status).toBe(200);
    }
    const settings = await (await fetch(`${explorer.url}/docs/swagger-ui-init.js`)).text();
    expect(settings).toContain('"validatorUrl": "none"');
  });

  it('may load and reach nothing else, and runs no script that stands in it', async () => {
    const page = await fetch(`${explorer.url}/docs`);
    const policy = page.headers.get('content-security-policy')?.split(';') ?? [];
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]));
    expect(policy.filter((directive) => /unsafe-eval|https?:|\*/.test(directive))).toEqual([]);
    const html = await page.text();
    expect([...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>/g)]).toEqual([]);
    expect([...html.matchAll(/\son\w+=/g)]).toEqual([]);
  });
});
