import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type DiscoveredModel,
  ModelDiscoveryService,
  type RegionFailure,
  type ScanReport,
} from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import type { HealthReport } from '../src/health/health-report.js';
import { ProbesController } from '../src/health/probes.controller.js';
import type { BestRegions } from '../src/models/best-regions.js';
import type { ProblemDocument } from '../src/problems/to-problem.js';
import type { RegionOverview } from '../src/regions/regions.controller.js';
import { afterThisTest, setEnvironment, temporaryFolder } from './support/cleanup.js';
import { openConnection } from './support/open-connection.js';
import { type Answer, type Explorer, startExplorer, startExplorerOnAws } from './support/explorer.js';
import { startSimulator } from './support/simulated-discovery.js';
import { until } from './support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];

/** Also holds that it is a problem document at all, as RFC 9457 has it. */
function problemOf({ status, headers, body }: Answer<ProblemDocument>): ProblemDocument {
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body.status).toBe(status);
  expect([body.type, body.title, body.detail, body.instance, body.code].every((member) => member !== '')).toBe(true);
  return body;
}

async function startOver(...parameters: Parameters<typeof startExplorer>): Promise<Explorer> {
  const explorer = await startExplorer(...parameters);
  afterThisTest(() => explorer.close());
  return explorer;
}

describe('a request that cannot be answered', () => {
  let explorer: Explorer;

  beforeAll(async () => {
    explorer = await startExplorer({ regions: REGIONS });
  });

  afterAll(() => explorer.close());

  it.each([
    ['/models/no-such-model', 'MODEL_NOT_FOUND'],
    ['/models/no-such-model/regions', 'MODEL_NOT_FOUND'],
    ['/models/no-such-model/profiles', 'MODEL_NOT_FOUND'],
    ['/models/arn:aws:bedrock:us-east-1::foundation-model/no-such-model', 'MODEL_NOT_FOUND'],
    ['/profiles/eu.no-such-model', 'PROFILE_NOT_FOUND'],
    ['/no/such/path', 'ROUTE_NOT_FOUND'],
    ['/regions/eu-west-1', 'ROUTE_NOT_FOUND'],
    ['/problems/no-such-problem', 'ROUTE_NOT_FOUND'],
  ])('has 404 where nothing is at %s', async (path, code) => {
    const problem = problemOf(await explorer.get(path));
    expect(problem).toMatchObject({ status: 404, code, instance: path });
  });

  it.each([
    ['/models?maker=x', ['maker'], /There is no parameter 'maker'\. Accepted: provider, /],
    ['/models?region=eu-wst-1', ['region'], /got 'eu-wst-1': did you mean eu-west-1\? Accepted: /],
    ['/models?provider=x&providerName=y', ['providerName'], /Provider and providerName are the same: give one of them/],
    ['/models?limit=1001', ['limit'], /Limit must be a number from 1 to 1000/],
    ['/profiles?cursor=7', ['cursor'], /Cursor must be the `next` of the page before/],
    ['/models?streaming=yes', ['streaming'], /Streaming must be true or false, got 'yes'/],
    [
      '/models?region=Frankfurt',
      ['region'],
      /Region must be the name of a region, such as eu-central-1, got 'Frankfurt'/,
    ],
    ['/models?search=', ['search'], /must be a text that is not empty/],
    ['/models?region=eu-west-1&region=us-east-1', ['region'], /got \[ 'eu-west-1', 'us-east-1' \]/],
    ['/models?foo=1&streaming=2', ['foo', 'streaming'], /foo.*; streaming/],
    [`/models/${MODEL}?region=eu-west-1`, ['region'], /takes no parameters/],
    [`/models/${MODEL}/regions?preferred=eu-west-1,,`, ['preferred'], /separated by commas/],
    [`/models/${MODEL}/profiles?region=1`, ['region'], /Accepted: region, limit, cursor\./],
    ['/profiles?type=SYSTEM', ['type'], /one of SYSTEM_DEFINED, APPLICATION/],
    ['/profiles/x?a=b', ['a'], /takes no parameters/],
    ['/regions?sort=age', ['sort'], /one of latency, name/],
    ['/health?verbose=true', ['verbose'], /takes no parameters/],
    ['/health/ready?verbose=true', ['verbose'], /takes no parameters/],
  ])('has 400 for %s', async (path, parameters, detail) => {
    const problem = problemOf(await explorer.get(path));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', type: '/problems/invalid-request' });
    expect((problem['errors'] as { parameter: string }[]).map(({ parameter }) => parameter)).toEqual(parameters);
    expect(problem.detail).toMatch(detail);
  });

  it.each([
    ['{"regions":["nowhere"]}', 'application/json', 400, /Regions must be names of regions/],
    ['{"regions":[]}', 'application/json', 400, /Regions must be names of regions/],
    ['{"force":"perhaps"}', 'application/json', 400, /Force must be true or false/],
    ['{"__proto__":{}}', 'application/json', 400, /no parameter '__proto__'/],
    ['["eu-west-1"]', 'application/json', 400, /must be an object/],
    ['{"regions":', 'application/json', 400, /JSON/],
    ['{"regions":["eu-west-1"]}', 'text/plain', 415, /Content-Type: application\/json/],
    [JSON.stringify('x'.repeat(200_000)), 'application/json', 413, /too large/],
  ])('is refused with the body %s as %s', async (body, type, status, detail) => {
    const answer = await explorer.request<ProblemDocument>('POST', '/refresh', {
      body,
      headers: { 'Content-Type': type },
    });
    expect(problemOf(answer)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['DELETE', `/models/${MODEL}/regions`, 'GET, HEAD'],
    ['POST', '/models', 'GET, HEAD'],
    ['PUT', '/profiles/x', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PATCH', '/regions', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/health/ready', 'GET, HEAD'],
    ['POST', '/problems', 'GET, HEAD'],
    ['GET', '/refresh', 'POST'],
  ])('has 405 for %s %s', async (method, path, allowed) => {
    const answer = await explorer.request<ProblemDocument>(method, path);
    expect(problemOf(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED', allowed: allowed.split(', ') });
    expect(answer.headers.get('allow')).toBe(allowed);
  });

  it('has 400 for a path that is not well encoded', async () => {
    expect(problemOf(await explorer.get('/models/%zz'))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('learns nothing of an unexpected error but that it happened', async () => {
    const service = explorer.app.get(ModelDiscoveryService);
    const broken = jest.spyOn(service, 'getAllModels').mockRejectedValue(new Error('wires crossed'));
    const problem = problemOf(await explorer.get('/models'));
    broken.mockRestore();
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(problem)).not.toMatch(/wires|at /);
  });

  it('is told where its kind of problem is explained', async () => {
    const { type, code } = problemOf(await explorer.get('/models/no-such-model'));
    const { status, body } = await explorer.get(type);
    expect(status).toBe(200);
    expect(body).toMatchObject({ type, code, status: 404 });
  });

  it('gets no body for HEAD', async () => {
    const { status, headers, body } = await explorer.request<string>('HEAD', '/models/no-such-model');
    expect([status, headers.get('content-type'), body]).toEqual([404, 'application/problem+json; charset=utf-8', '']);
  });
});

describe('a region that refuses or does not answer', () => {
  it('shows with the reason and the remedy, and the others are served', async () => {
    const explorer = await startOver({ regions: REGIONS, scan: { regionTimeoutMs: 500 } }, (simulator) => {
      simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', operation: 'ListInferenceProfiles' });
      simulator.addFault({ kind: 'hang', region: 'us-east-1' });
    });
    await explorer.request('POST', '/refresh?force=false');

    const { items: regions } = (await explorer.get<ListAnswer<RegionOverview>>('/regions?sort=name')).body;
    const [fine, denied, silent] = regions;
    expect(fine).toMatchObject({ models: { status: 'ok' }, profiles: { status: 'ok' } });
    expect(denied?.models?.status).toBe('ok');
    expect(denied?.profiles).toMatchObject({ status: 'failed', count: 0 });
    expect(denied?.profiles?.failure).toMatchObject({ kind: 'access-denied', retryable: false });
    expect(denied?.profiles?.failure?.remedy).toMatch(/bedrock:ListInferenceProfiles/);
    expect(silent?.models).toMatchObject({ status: 'failed', failure: { kind: 'timeout', retryable: true } });
    expect(silent?.models?.failure?.remedy).not.toBe('');

    expect((await explorer.get<ListAnswer<unknown>>('/models')).body).toMatchObject({
      items: expect.arrayContaining([expect.anything()]),
      provenance: { complete: false, regionCount: 3, unknownRegions: ['us-east-1'] },
    });
    expect((await explorer.get<HealthReport>('/health')).body).toMatchObject({
      status: 'degraded',
      models: { regions: { ok: 2, failed: 1, pending: 0 }, known: 2 },
      profiles: { regions: { ok: 1, failed: 2, pending: 0 }, known: 1 },
    });
  });

  it('is never said not to have a model', async () => {
    const region = 'us-east-1';
    const explorer = await startOver({ regions: REGIONS }, (simulator) => {
      simulator.addFault({ kind: 'scp-denied', region });
    });
    const asked = await explorer.get<ProblemDocument>(`/models?region=${region}`);
    const problem = problemOf(asked);
    expect(problem).toMatchObject({ status: 503, code: 'REGION_UNKNOWN', region, failure: { kind: 'policy-denied' } });
    expect(problem.detail).toContain((problem['failure'] as RegionFailure).remedy);
    expect(asked.headers.get('retry-after')).toBe('300');

    expect(problemOf(await explorer.get('/models/ai21.jamba-1-5-large-v1:0'))).toMatchObject({
      status: 404,
      detail: expect.stringContaining('could not be looked at'),
      unknownRegions: [region],
    });
    const { body } = await explorer.get<BestRegions>(`/models/${MODEL}/regions?preferred=${region}`);
    expect(body.preferred).toEqual([{ region, model: 'unknown' }]);
    expect(body.unknownRegions).toMatchObject([{ region, failure: { kind: 'policy-denied' } }]);
  });
});

describe('the application before anything is known', () => {
  it('has 503 for queries and health with the reason for each region, until it is gone', async () => {
    const explorer = await startOver({ regions: REGIONS }, (simulator) => {
      simulator.addFault({ kind: 'access-denied' });
    });
    for (const path of ['/models', `/models/${MODEL}/regions`, '/profiles', `/profiles/eu.${MODEL}`]) {
      const answer = await explorer.get<ProblemDocument>(path);
      const problem = problemOf(answer);
      expect(problem).toMatchObject({ status: 503, code: 'INVENTORY_UNAVAILABLE', instance: path });
      expect(Object.keys(problem['failures'] as object).sort()).toEqual(REGIONS);
      expect(problem.detail).toMatch(/access-denied in 3 region\(s\)/);
      expect(answer.headers.get('retry-after')).toBe('300');
    }
    const health = problemOf(await explorer.get('/health'));
    expect(health).toMatchObject({ status: 503, models: { regions: { ok: 0, failed: 3 }, known: 0 } });
    expect(health.detail).toMatch(/access-denied in 3 region\(s\): .*bedrock:List/);
    expect((await explorer.get<ListAnswer<RegionOverview>>('/regions')).body.items).toHaveLength(3);

    explorer.simulator.clearFaults();
    await explorer.request('POST', `/refresh?regions=${REGIONS.join(',')}`);
    expect((await explorer.get(`/models/${MODEL}`)).status).toBe(200);
    expect((await explorer.get('/health')).body).toMatchObject({ status: 'ok' });
  });

  it('is alive all the same, and not ready, for which each kind of failure has one line', async () => {
    const explorer = await startOver({ regions: [...REGIONS, 'eu-north-1'] }, (simulator) => {
      simulator.addFault({ kind: 'access-denied' });
    });
    await explorer.get('/models');
    expect((await explorer.get('/health/live')).status).toBe(200);
    const answer = await explorer.get<ProblemDocument>('/health/ready');
    expect(problemOf(answer)).toMatchObject({
      status: 503,
      code: 'INVENTORY_UNAVAILABLE',
      detail: expect.stringMatching(
        /^Nothing is known that may be served \(4 regions: access-denied\)\. Allow `bedrock:/,
      ),
      details: { bedrock: { status: 'down', models: { failures: ['4 regions: access-denied'] } } },
    });
    expect(answer.headers.get('retry-after')).toBe('5');

    explorer.simulator.clearFaults();
    await explorer.request('POST', `/refresh?regions=${REGIONS.join(',')}`);
    expect(await explorer.get('/health/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        info: { bedrock: { degraded: ['Models: eu-north-1: access-denied', expect.anything()] } },
      },
    });
  });

  it('says at once under /health that the first scan is under way', async () => {
    const explorer = await startOver({ regions: REGIONS }, (simulator) => {
      simulator.addFault({ kind: 'hang' });
    });
    const answer = await explorer.get<ProblemDocument>('/health');
    expect(problemOf(answer)).toMatchObject({ status: 503, models: { regions: { pending: 3 } } });
    expect(answer.body.detail).toMatch(/first scan is under way/);
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('closing the application', () => {
  it('waits neither for AWS nor for open connections, and ends the simulator', async () => {
    const explorer = await startExplorer({ regions: REGIONS }, (simulator) => {
      simulator.addFault({ kind: 'hang' });
    });
    await openConnection(explorer.url);
    const asked = explorer.get('/models').then(
      ({ status }) => status,
      () => 'cut off',
    );
    await until(() => explorer.simulator.requests.count() > 0);
    await explorer.close();
    expect([503, 'cut off']).toContain(await asked);
    await expect(fetch(explorer.simulator.endpoint)).rejects.toThrow('fetch failed');
  });
});

it('an application that closes is not ready any more', async () => {
  const explorer = await startExplorer({ regions: REGIONS });
  const probes = explorer.app.get(ProbesController);
  await explorer.close();
  await expect(probes.ready({})).rejects.toMatchObject({ code: 'SHUT_DOWN' });
});

describe('a client of POST /refresh that disconnects', () => {
  it('detaches, and others still get their report', async () => {
    const explorer = await startOver(
      { regions: REGIONS, scan: { onBootstrap: 'off', regionTimeoutMs: 500 } },
      (simulator) => {
        simulator.addFault({ kind: 'hang', region: 'eu-west-1' });
      },
    );
    const leaving = new AbortController();
    const left = explorer.request('POST', '/refresh', { signal: leaving.signal }).catch((error: Error) => error.name);
    await until(() => explorer.simulator.requests.count({ region: 'eu-west-1' }) > 0);
    const staying = explorer.request<{ models: ScanReport }>('POST', '/refresh');
    leaving.abort();
    expect(await left).toBe('AbortError');

    const { status, body } = await staying;
    expect(status).toBe(200);
    expect(body.models.regions.map((region) => region.status)).toEqual(['ok', 'failed', 'ok']);
  });
});

describe('the application on AWS, as the environment has it', () => {
  it('serves after a restart what was known before, without asking', async () => {
    const simulator = await startSimulator();
    setEnvironment({
      ...simulator.environment(),
      BEDROCK_DISCOVERY_REGIONS: REGIONS.join(','),
      BEDROCK_DISCOVERY_PREFERRED_REGIONS: 'us-east-1',
      BEDROCK_DISCOVERY_ACCOUNT_ID: simulator.accountId,
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: await temporaryFolder(),
    });
    const first = await startExplorerOnAws();
    await first.request('POST', '/refresh?force=false');
    expect((await first.get('/')).body).toMatchObject({ source: 'aws' });
    const { body: known } = await first.get<ListAnswer<DiscoveredModel>>('/models');
    expect(known.provenance).toMatchObject({ account: simulator.accountId, partition: 'aws', source: 'endpoint' });
    await first.close();

    simulator.requests.reset();
    const second = await startExplorerOnAws();
    afterThisTest(() => second.close());
    expect((await second.get<ListAnswer<DiscoveredModel>>('/models')).body).toEqual({
      ...known,
      provenance: { ...known.provenance, ageMs: expect.any(Number) },
    });
    const { body } = await second.get<BestRegions>(`/models/${MODEL}/regions`);
    expect(body.preferred).toEqual([{ region: 'us-east-1', model: 'listed' }]);
    expect(body.regions[0]).toMatchObject({ region: 'us-east-1', preferred: true });
    expect(simulator.requests.count()).toBe(0);
  });
});
