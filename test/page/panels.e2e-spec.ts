import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import { LatencyTracker, type Resolution } from 'nestjs-bedrock-discovery';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const DAY_MS = 86_400_000;

describeInBrowser('beside the matrix', () => {
  let explorer: Explorer;

  beforeAll(async () => {
    explorer = await startExplorer({}, (simulator) => {
      simulator.addFault({ region: 'eu-south-2', kind: 'throttled' });
      simulator.addFault({ region: 'ca-west-1', operation: 'ListInferenceProfiles', kind: 'access-denied' });
      simulator.setLifecycle('mistral.pixtral-large-2502-v1:0', {
        status: 'LEGACY',
        endOfLifeTime: new Date(Date.now() + 20.5 * DAY_MS).toISOString(),
      });
    });
    afterThisTest(() => explorer.close());
    await explorer.request('POST', '/refresh?force=false');
  });

  let opened: ExplorerPage;
  const open = async (link: string): Promise<ExplorerPage> => {
    opened = await matrixOf(await openPage(explorer.url, { link }));
    return opened;
  };
  const panel = (name: string): Promise<void> =>
    opened.page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name }).click();
  const routesTo = async (id: string, query: string): Promise<Resolution> =>
    (await explorer.get<Resolution>(`/models/${id}/route?${query}`)).body;

  beforeEach(() => open(`search=${SONNET}`));

  it('regions tell their outcome in words, what to do, their latency and the age of what is known', async () => {
    const tracker = explorer.app.get(LatencyTracker);
    tracker.clear('eu-west-3');
    [40, 80, 60].forEach((latencyMs) => tracker.record('eu-west-3', { latencyMs }));
    await opened.page.reload();
    const row = (region: string) => opened.dock.locator('.regions li').filter({ hasText: region });
    await eventually(() => row('eu-west-3').locator('.words').innerText(), 'ok');
    const latency = `${Math.round(tracker.get('eu-west-3')?.latencyMs ?? 0)} ms`;
    expect(await row('eu-west-3').locator('.latency').innerText()).toBe(latency);
    expect(await row('eu-west-3').locator('.age').innerText()).toMatch(/^\d+ (s|min)$/);
    expect(await row('eu-south-2').locator('.outcome').innerText()).toBe('throttled');
    expect(await row('ca-west-1').locator('.outcome').innerText()).toBe('profiles denied by IAM');
    await row('ca-west-1').locator('summary').click();
    expect(await row('ca-west-1').innerText()).toContain('Allow `bedrock:ListInferenceProfiles` in ca-west-1');
  });

  it('the course of a latency is a line', async () => {
    const tracker = explorer.app.get(LatencyTracker);
    tracker.clear('us-east-1');
    for (const latencyMs of [20, 30, 25]) {
      tracker.record('us-east-1', { latencyMs });
      const history = (await explorer.get<Record<string, [number, number][]>>('/regions/history')).body;
      expect(history['us-east-1']?.at(-1)?.[1]).toBeCloseTo(tracker.get('us-east-1')?.latencyMs ?? 0, 1);
    }
    await opened.page.reload();
    const line = opened.dock.locator('.regions li').filter({ hasText: 'us-east-1' }).locator('polyline');
    await line.waitFor({ state: 'attached' });
    expect((await line.getAttribute('points'))?.split(' ').length).toBeGreaterThan(1);
  });

  it('a cell has its routes with their reasons, ready code with the exact id and region, and what was left out', async () => {
    await (await opened.cell(SONNET, 'eu-west-1')).click();
    const { routes, rejected } = await routesTo(SONNET, 'sources=eu-west-1&access=any');
    await opened.dock.getByText(`${routes.length} routes`).waitFor();
    const shown = await opened.dock.locator('.route .invocation code').allInnerTexts();
    expect(shown).toEqual(routes.map(({ invocationId }) => invocationId));
    expect(await opened.dock.locator('.route.chosen .reasons li').allInnerTexts()).toEqual(routes[0]?.reasons);
    await opened.dock.getByText(/left out$/).click();
    const here = rejected.filter(({ region }) => region === 'eu-west-1');
    expect(await opened.dock.locator('.rejected li').count()).toBe(here.length);

    const profile = `eu.${SONNET}`;
    await opened.dock.locator('.route', { hasText: profile }).getByRole('button').first().click();
    for (const [tab, parts] of [
      ['AWS SDK v3', ['ConverseCommand', `modelId: '${profile}'`, `region: 'eu-west-1'`]],
      ['Vercel AI SDK', ['createAmazonBedrock', `bedrock('${profile}')`, `region: 'eu-west-1'`]],
      ['LangChain JS', ['ChatBedrockConverse', `model: '${profile}'`, `region: 'eu-west-1'`]],
      ['AWS CLI', ['aws bedrock-runtime converse', `--model-id '${profile}'`, '--region eu-west-1']],
    ] as const) {
      await opened.dock.getByRole('tab', { name: tab }).click();
      const code = await opened.dock.getByRole('tabpanel').locator('pre').innerText();
      for (const part of parts) {
        expect(code).toContain(part);
      }
    }
    expect(opened.complaints).toEqual([]);
  });

  it('a cell has the IAM policy of the chosen route', async () => {
    await (await opened.cell(SONNET, 'eu-west-1')).click();
    for (const invocationId of [`global.${SONNET}`, `eu.${SONNET}`]) {
      await opened.dock.locator('.route', { hasText: invocationId }).getByRole('button').first().click();
      const query = new URLSearchParams({ modelId: SONNET, region: 'eu-west-1', invocationId });
      const { body } = await explorer.get<object>(`/policies/invocation?${query}`);
      const shown = opened.dock.getByLabel('IAM policy as JSON');
      await eventually(async () => JSON.parse(await shown.innerText()) as object, body);
    }
  });

  it('code is copied', async () => {
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await (await opened.cell(SONNET, 'eu-west-1')).click();
    await opened.dock.getByRole('tab', { name: 'AWS CLI' }).click();
    await opened.dock.getByRole('button', { name: 'Copy the code for AWS CLI' }).click();
    await opened.dock.getByText('Copied').waitFor();
    const code = await opened.dock.getByRole('tabpanel').locator('pre').innerText();
    const copied = await opened.page.evaluate(() => navigator.clipboard.readText());
    expect(copied.trim()).toBe(code.trim());
  });

  it('a cell of a model that cannot be invoked there says why', async () => {
    await open('search=nova-lite-v1:0:24k&variants=1');
    await (await opened.cell('amazon.nova-lite-v1:0:24k', 'us-east-1')).click();
    await opened.dock.getByText('No way to invoke it here').waitFor();
    const { rejected } = await routesTo('amazon.nova-lite-v1:0:24k', 'sources=us-east-1&access=any');
    const reason = rejected.find(({ region }) => region === 'us-east-1')?.reason ?? 'none';
    await opened.dock.locator('.reason summary').first().click();
    expect(await opened.dock.locator('.rejected').innerText()).toContain(reason);
  });

  it('changes appear as a refresh notices them, newest first', async () => {
    await panel('Changes');
    await opened.dock.getByText('Nothing has changed').waitFor();
    explorer.simulator.addModel({ modelId: 'maker.first', regions: ['eu-west-1'] });
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await opened.dock.getByText('maker.first').waitFor();
    explorer.simulator.addModel({ modelId: 'maker.first', regions: ['eu-west-3'] });
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(
      () => opened.dock.locator('.changes p').allInnerTexts(),
      ['came to eu-west-3', 'appeared in eu-west-1'],
    );
    await opened.dock.getByRole('button', { name: 'maker.first' }).first().click();
    await eventually(() => opened.models(), ['maker.first']);
  });

  it('models that retire are on a line of time and in a list, the soonest first', async () => {
    await panel('Retiring');
    const pixtral = opened.dock.locator('.retiring li').filter({ hasText: 'mistral.pixtral-large-2502-v1:0' });
    expect(await pixtral.locator('.days').innerText()).toBe('20 d');
    expect(await pixtral.getAttribute('class')).toBe('soon');
    const days = (await opened.dock.locator('.retiring').first().locator('.days').allInnerTexts()).map((text) =>
      Number.parseInt(text, 10),
    );
    expect(days).toEqual([...days].sort((a, b) => a - b));
    expect(await opened.dock.locator('.timeline .mark').count()).toBeGreaterThan(0);
    const sonnet = opened.dock.locator('.retiring li').filter({ hasText: 'claude-sonnet-4-20250514-v1:0' }).first();
    await sonnet.getByText(/^instead: .*Claude Sonnet 4\.5/).waitFor();
    await pixtral.getByRole('button').click();
    await opened.dock.getByText('Pixtral Large').first().waitFor();
  });

  it('a panel is closed and opened again', async () => {
    await opened.dock.getByRole('button', { name: 'Close the panel' }).click();
    await eventually(() => opened.dock.count(), 0);
    await panel('Regions');
    await opened.dock.getByRole('heading', { name: 'Regions' }).waitFor();
  });
});
