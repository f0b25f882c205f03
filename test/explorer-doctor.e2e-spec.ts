import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Diagnosis, RetiringModel } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from '../src/lists/answers.js';
import type { ProblemDocument } from '../src/problems/to-problem.js';
import { setEnvironment } from './support/cleanup.js';
import { type Explorer, startExplorer } from './support/explorer.js';

let explorer: Explorer;

beforeAll(async () => {
  explorer = await startExplorer({}, (simulator) => {
    simulator.addFault({ kind: 'access-denied', operation: 'ListInferenceProfiles', region: 'eu-west-1' });
  });
  await explorer.request('POST', '/refresh?force=false');
});

afterAll(() => explorer.close());

describe('GET /doctor', () => {
  it('tells what is wrong and what to do, with 200 and without a secret', async () => {
    const { status, body } = await explorer.get<Diagnosis>('/doctor');
    expect(status).toBe(200);
    expect(body.permissions).toMatchObject([{ action: 'bedrock:ListInferenceProfiles', regions: ['eu-west-1'] }]);
    expect(body.checks.filter((check) => check.status !== 'ok')).toContainEqual(
      expect.objectContaining({ id: 'permissions:bedrock:ListInferenceProfiles:access-denied', status: 'warning' }),
    );
    const { accessKeyId, secretAccessKey } = explorer.simulator.credentials;
    expect(JSON.stringify(body)).not.toContain(accessKeyId);
    expect(JSON.stringify(body)).not.toContain(secretAccessKey);
  });

  it.each(['eu', 'eu-west-1,eu-west-3'])('works out the policy that enforces the residency %s', async (residency) => {
    const { body } = await explorer.get<Diagnosis>(`/doctor?residency=${residency}`);
    const condition = body.policies.residency?.Statement[0]?.Condition?.['StringNotEquals'];
    expect(condition?.['aws:RequestedRegion']).toEqual(expect.arrayContaining(['eu-west-1', 'eu-west-3']));
    expect(condition?.['aws:RequestedRegion']).not.toContain('us-east-1');
  });

  it('answers people in plain text with format=text', async () => {
    setEnvironment({ HTTPS_PROXY: 'http://proxy.example' });
    const response = await fetch(`${explorer.url}/doctor?format=text`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toMatch(/^warning {2}Proxy: HTTPS_PROXY .*\n {9}→ .*client\.httpsAgent/m);
    expect(text).toMatch(/^eu-west-1.*\n {2}models .*\n {2}profiles {2}access-denied/m);
  });

  it('refuses a residency that is none, and other methods', async () => {
    const { status, body } = await explorer.get<ProblemDocument>('/doctor?residency=global');
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect((await explorer.request('POST', '/doctor')).status).toBe(405);
  });
});

describe('GET /models/retiring', () => {
  const retiring = async (query: string): Promise<readonly RetiringModel[]> =>
    (await explorer.get<ListAnswer<RetiringModel>>(`/models/retiring${query}&limit=1000`)).body.items;

  it('lists models whose life ends in time, the soonest first, and what supersedes them', async () => {
    const found = await retiring('?withinDays=10000');
    const ends = found.map(({ endOfLifeTime = '9999' }) => endOfLifeTime);
    expect(ends.length).toBeGreaterThan(0);
    expect(ends).toEqual([...ends].sort());
    const sonnet4 = found.find(({ modelId }) => modelId === 'anthropic.claude-sonnet-4-20250514-v1:0');
    expect(sonnet4?.supersededBy.map(({ modelId }) => modelId)).toContain('anthropic.claude-sonnet-4-5-20250929-v1:0');
  });

  it('takes the days and the region', async () => {
    const { regions: [region = ''] = [] } = (await retiring('?withinDays=10000'))[0] ?? {};
    const here = await retiring(`?withinDays=10000&region=${region}`);
    expect(here.length).toBeGreaterThan(0);
    expect(here.every(({ regions }) => regions.length === 1 && regions[0] === region)).toBe(true);
    const latest = Math.max(...(await retiring('?withinDays=10000')).map(({ daysToEndOfLife = 0 }) => daysToEndOfLife));
    const sooner = await retiring(`?withinDays=${Math.max(latest - 1, 0)}`);
    expect(sooner.every(({ daysToEndOfLife = 0 }) => daysToEndOfLife < Math.max(latest, 1))).toBe(true);
  });

  it.each(['withinDays=-1', 'withinDays=soon', 'region=Europe'])('refuses the parameters %s', async (query) => {
    const { status, body } = await explorer.get<ProblemDocument>(`/models/retiring?${query}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
  });
});
