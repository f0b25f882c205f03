import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Diagnosis, RetiringModel } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
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

  it('takes a quarter, past or to come', async () => {
    const all = await retiring('?withinDays=99999');
    const [{ endOfLifeTime = '' } = {}] = all;
    const [year = '', month = ''] = endOfLifeTime.split('-');
    const quarter = `${year}-Q${Math.ceil(Number(month) / 3)}`;
    const found = await retiring(`?quarter=${quarter}`);
    expect(found).toContainEqual(all[0]);
    const quarterOf = (time = ''): string => `${time.slice(0, 4)}-Q${Math.ceil(Number(time.slice(5, 7)) / 3)}`;
    expect(found).toEqual(all.filter((model) => quarterOf(model.endOfLifeTime) === quarter));
    expect(await retiring('?quarter=2001-Q1')).toEqual([]);
  });

  it('is a table for spreadsheets as well', async () => {
    const response = await fetch(`${explorer.url}/models/retiring.csv?withinDays=10000`);
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('content-disposition'),
    ]).toEqual([200, 'text/csv; charset=utf-8; header=present', 'attachment; filename="retiring-models.csv"']);
    const [names, ...rows] = (await response.text()).trimEnd().split('\r\n');
    expect(names).toMatch(
      /^modelId,modelName,providerName,status,.*,endOfLifeTime,daysToEndOfLife,regions,supersededBy$/,
    );
    const found = await retiring('?withinDays=10000');
    expect(rows.map((row) => row.split(',')[0])).toEqual(found.map(({ modelId }) => modelId));
  });

  it('is a calendar as well, with a day for each model and end', async () => {
    const path = `${explorer.url}/models/retiring.ics?withinDays=10000`;
    const response = await fetch(path);
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
    const found = (await retiring('?withinDays=10000')).filter(({ endOfLifeTime }) => endOfLifeTime !== undefined);
    const days = new Set(found.map(({ modelId, endOfLifeTime = '' }) => `${modelId}/${endOfLifeTime.slice(0, 10)}`));
    const uids = [...text.replaceAll('\r\n ', '').matchAll(/^UID:(.*)@bedrock-explorer\r$/gm)].map(([, uid]) => uid);
    expect(uids).toEqual([...days]);
    // The same until something changes, so that programs which subscribe to it need not read it again.
    expect(await (await fetch(path)).text()).toBe(text);
  });

  it.each(['withinDays=-1', 'quarter=Q4', 'quarter=2026-Q5', 'withinDays=soon', 'region=Europe'])(
    'refuses the parameters %s',
    async (query) => {
      const { status, body } = await explorer.get<ProblemDocument>(`/models/retiring?${query}`);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
});
