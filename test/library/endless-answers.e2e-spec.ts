import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { DiscoveryDoctor } from 'nestjs-bedrock-discovery';
import { AnsweringEndpoint, answerEndlessly, answerJson, type Asked } from '../support/answering-endpoint.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { startDiscovery } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const REGION = 'eu-west-1';
const OTHER = 'us-east-1';
const MIB = 1024 * 1024;
/** What the library reads, and what sockets hold besides. */
const MOST_BYTES = 48 * MIB;
const MODEL = { modelId: 'any.model-v1:0', modelArn: `arn:aws:bedrock:${REGION}::foundation-model/any.model-v1:0` };
const ANSWERS = { models: { [REGION]: [MODEL], [OTHER]: [MODEL] } };
const MODELS = 'foundation-models';
const PROFILES = 'inference-profiles';

/** An endpoint of which one operation never comes to an end, and how much of it was sent. */
async function endlessIn(path: RegExp, region?: string): Promise<{ endpoint: AnsweringEndpoint; bytes: () => number }> {
  const endpoint = await AnsweringEndpoint.start(ANSWERS);
  const bodies: { readonly bytes: number }[] = [];
  endpoint.intercept = (asked, response) => {
    const isMeant = path.test(asked.path) && (region === undefined || asked.region === region);
    if (isMeant) {
      bodies.push(answerEndlessly(response));
    }
    return isMeant;
  };
  return { endpoint, bytes: () => bodies.reduce((sum, body) => sum + body.bytes, 0) };
}

/** An endpoint of which one operation always has another page. */
async function endlessPagesOf(path: string, page: object): Promise<AnsweringEndpoint> {
  const endpoint = await AnsweringEndpoint.start(ANSWERS);
  let pages = 0;
  endpoint.intercept = (asked, response) => {
    if (asked.path !== path) {
      return false;
    }
    pages += 1;
    answerJson(response, 200, { ...page, nextToken: `${pages}`, NextToken: `${pages}` });
    return true;
  };
  return endpoint;
}

const countOf = ({ asked }: AnsweringEndpoint, path: string): number =>
  asked.filter((request) => request.path === path).length;

describe('an answer that never ends', () => {
  it.each([MODELS, PROFILES])('is a malformed one of that region alone, and is not read on: %s', async (path) => {
    const { endpoint, bytes } = await endlessIn(new RegExp(path), REGION);
    const { refresher } = await startDiscovery(endpoint.options(), { clock: new ImpatientClock() });
    const report = await refresher.refresh();
    const { regions } = path === MODELS ? report.models : report.profiles;
    expect(regions.find(({ region }) => region === REGION)?.failure).toMatchObject({
      kind: 'malformed-response',
      message: expect.stringContaining('more than 33554432 bytes'),
    });
    expect(regions.find(({ region }) => region === OTHER)).toMatchObject({ status: 'ok' });
    expect(bytes()).toBeLessThan(2 * MOST_BYTES);
  });

  it("leaves all regions to be asked where it is the account's list of regions", async () => {
    const { endpoint, bytes } = await endlessIn(/list-?regions/i);
    const { refresher, logger } = await startDiscovery(endpoint.options({ regions: 'auto' }), {
      clock: new ImpatientClock(),
    });
    const report = await refresher.refresh();
    expect(report.models.regions.length).toBeGreaterThan(30);
    expect(logger.of('debug')).toContainEqual(expect.stringMatching(/regions cannot be listed \(malformed-response\)/));
    expect(bytes()).toBeLessThan(MOST_BYTES);
  });

  it('leaves access unknown where it was asked about that', async () => {
    const { endpoint, bytes } = await endlessIn(/foundation-model-availability/);
    const { access } = await startDiscovery(endpoint.options({ access: { mode: 'lazy' } }), {
      clock: new ImpatientClock(),
    });
    const found = await access.getAccess(MODEL.modelId, REGION);
    expect(found).toMatchObject({ state: 'unknown', reason: expect.stringContaining('33554432 bytes') });
    expect(bytes()).toBeLessThan(2 * MOST_BYTES);
  });

  it('ends a measurement and a diagnosis', async () => {
    const { endpoint, bytes } = await endlessIn(/inference-profiles/);
    const { app, latencies } = await startDiscovery(endpoint.options({ regions: [REGION] }), {
      clock: new ImpatientClock(),
    });
    await expect(latencies.measure(REGION)).rejects.toMatchObject({ failure: { kind: 'malformed-response' } });
    const { checks } = await app.get(DiscoveryDoctor).diagnose();
    expect(checks).toContainEqual(expect.objectContaining({ id: 'profiles:malformed-response' }));
    expect(bytes()).toBeLessThan(4 * MOST_BYTES);
  });
});

describe('an answer that always has another page', () => {
  it('is a malformed one, after a hundred pages', async () => {
    const endpoint = await endlessPagesOf(PROFILES, { inferenceProfileSummaries: [] });
    const { refresher } = await startDiscovery(endpoint.options({ regions: [REGION] }), {
      clock: new ImpatientClock(),
    });
    const { profiles } = await refresher.refresh();
    expect(profiles.regions[0]?.failure).toMatchObject({
      kind: 'malformed-response',
      message: expect.stringContaining('more than 100 pages'),
    });
    expect(countOf(endpoint, PROFILES)).toBeLessThanOrEqual(200);
  });

  it("leaves all regions to be asked where it is the account's list of regions", async () => {
    const endpoint = await endlessPagesOf('listRegions', { Regions: [] });
    const { refresher } = await startDiscovery(endpoint.options({ regions: 'auto' }), { clock: new ImpatientClock() });
    const report = await refresher.refresh();
    expect(report.models.regions.length).toBeGreaterThan(30);
    expect(countOf(endpoint, 'listRegions')).toBe(100);
  });
});

describe('a listing of which one part fails', () => {
  it('leaves nothing behind of its other parts, not even a pause before a retry', async () => {
    const endpoint = await AnsweringEndpoint.start(ANSWERS);
    let deny: (() => void) | undefined;
    const isFor = ({ path, query }: Asked, type: string): boolean => path === PROFILES && query.get('type') === type;
    endpoint.intercept = (asked: Asked, response: ServerResponse) => {
      if (isFor(asked, 'APPLICATION')) {
        const headers = { 'x-amzn-errortype': 'ThrottlingException', 'retry-after': '6' };
        answerJson(response, 429, { message: 'Too many requests' }, headers);
        return true;
      }
      if (isFor(asked, 'SYSTEM_DEFINED')) {
        const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
        deny = () => answerJson(response, 403, { message: 'not authorized' }, headers);
        return true;
      }
      return false;
    };
    const clock = new ManualClock();
    const { refresher } = await startDiscovery(endpoint.options({ regions: [REGION] }), { clock });
    const refreshing = refresher.refresh();
    await until(() => deny !== undefined && countOf(endpoint, PROFILES) === 2);
    await turns();
    deny?.();
    expect((await refreshing).profiles.regions[0]?.failure?.kind).toBe('access-denied');
    await turns();
    expect(clock.pending).toBe(0);
    clock.advance(7_000);
    await turns();
    expect(countOf(endpoint, PROFILES)).toBe(2);
  });
});
