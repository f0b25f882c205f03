import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LatencyTracker } from 'nestjs-bedrock-discovery';
import { type Answer, type Explorer, startExplorer } from './support/explorer.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const READS = [
  '/',
  '/models',
  `/models/${MODEL}`,
  `/models/${MODEL}/regions`,
  `/models/${MODEL}/profiles`,
  '/profiles',
  `/profiles/eu.${MODEL}`,
  '/regions',
  '/changes',
];

let explorer: Explorer;

beforeAll(async () => {
  explorer = await startExplorer({ regions: ['eu-central-1', 'eu-west-1', 'us-east-1'] });
  await explorer.request('POST', '/refresh?force=false');
});

afterAll(() => explorer.close());

const ifNoneMatch = (path: string, etag: string, method = 'GET'): Promise<Answer<unknown>> =>
  explorer.request(method, path, { headers: { 'If-None-Match': etag } });
const etagAt = async (path: string): Promise<string> => (await explorer.get(path)).headers.get('etag') ?? '';

describe('answers to what is read', () => {
  it.each(READS)('is not sent again at %s while it means the same', async (path) => {
    const first = await explorer.get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, body } = await ifNoneMatch(path, `"other", ${etag}`, method);
      expect([status, headers.get('etag'), headers.get('cache-control'), body]).toEqual([304, etag, 'no-cache', '']);
    }
    expect((await ifNoneMatch(path, '"other"')).status).toBe(200);
    const head = await explorer.request<string>('HEAD', path);
    expect([head.status, head.headers.get('etag'), head.body]).toEqual([200, etag, '']);
  });

  it('is as new as before after a refresh that found nothing new, but for the time of the scan', async () => {
    const [one, list] = [await etagAt(`/models/${MODEL}`), await etagAt('/models')];
    await explorer.request('POST', '/refresh');
    expect((await ifNoneMatch(`/models/${MODEL}`, one)).status).toBe(304);
    // Lists say as of when they are.
    expect((await ifNoneMatch('/models', list)).status).toBe(200);
  });

  it('is sent again once it has changed', async () => {
    const [models, one, changes] = [
      await etagAt('/models'),
      await etagAt(`/models/${MODEL}`),
      await etagAt('/changes'),
    ];
    explorer.simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh');
    expect((await ifNoneMatch('/models', models)).status).toBe(200);
    expect((await ifNoneMatch('/changes', changes)).status).toBe(200);
    expect((await ifNoneMatch(`/models/${MODEL}`, one)).status).toBe(304);
    const ranking = await etagAt(`/models/${MODEL}/regions`);
    explorer.app.get(LatencyTracker).record('us-east-1', { latencyMs: 1 });
    expect((await ifNoneMatch(`/models/${MODEL}/regions`, ranking)).status).toBe(200);
  });
});

describe('copies of answers', () => {
  it.each<[what: string, method: string, path: string, policy: string]>([
    ['the state of this moment', 'GET', '/health', 'no-store'],
    ['what a probe asks', 'GET', '/health/ready', 'no-store'],
    ['what was caused by asking', 'POST', '/refresh?force=false', 'no-store'],
    ['an error', 'GET', '/models/no-such-model', 'no-store'],
    ['an error of the router', 'GET', '/no/such/path', 'no-store'],
    ['a refused method', 'DELETE', '/models', 'no-store'],
    ['what does not change', 'GET', '/problems', 'max-age=3600'],
  ])('are kept no longer than they may be, of %s', async (_, method, path, policy) => {
    expect((await explorer.request(method, path)).headers.get('cache-control')).toBe(policy);
  });
});

describe('answers of the application', () => {
  it.each(['/models', '/models/no-such-model', '/no/such/path'])('let a browser run nothing at %s', async (path) => {
    const { headers } = await explorer.get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
