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
    await opened.page.goto(`${explorer.url}/#${link}`);
    return matrixOf(opened);
  };
  const panel = (name: string): Promise<void> =>
    opened.page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name }).click();
  const routesTo = async (id: string, query: string): Promise<Resolution> =>
    (await explorer.get<Resolution>(`/models/${id}/route?${query}`)).body;

  beforeEach(async () => {
    opened = await matrixOf(await openPage(explorer.url, { link: `search=${SONNET}` }));
  });

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
    expect(await row('eu-south-2').locator('.words').innerText()).toBe('failed');
    expect(await row('ca-west-1').locator('.words').getAttribute('title')).toBe('profiles denied by IAM');
    const causes = await opened.dock.locator('.failure').allInnerTexts();
    expect(causes.length).toBe(2);
    expect(causes.join(' ')).toMatch(/Throttled 1 region.*Ask eu-south-2 again/s);
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
    await opened.dock.locator('.route.chosen').getByText('Why it ranks here').click();
    expect(await opened.dock.locator('.route.chosen .reasons li').allInnerTexts()).toEqual(routes[0]?.reasons);
    await opened.dock.getByText(/left out$/).click();
    const here = rejected.filter(({ region }) => region === 'eu-west-1');
    expect(await opened.dock.locator('.rejected li').count()).toBe(here.length);

    const profile = `eu.${SONNET}`;
    await opened.dock.locator('.route', { hasText: profile }).getByRole('button').first().click();
    const hidden = (tabs: Element): number => tabs.scrollWidth - tabs.clientWidth;
    expect(await opened.dock.getByRole('tablist').evaluate(hidden)).toBe(0);
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

  it('what changed since yesterday: by day, merged by model, in plain words, and the badge counts what was not seen', async () => {
    await panel('Changes');
    await opened.dock.getByText('Nothing has changed').waitFor();
    await panel('Regions');
    explorer.simulator.addModel({ modelId: 'maker.first', regions: ['eu-west-1'] });
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    const badge = opened.page.getByRole('navigation', { name: 'Panels' }).locator('.badge');
    await eventually(() => badge.innerText(), '1');
    explorer.simulator.addModel({ modelId: 'maker.first', regions: ['eu-west-3', 'eu-central-1'] });
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(() => badge.innerText(), '3');
    await panel('Changes');
    await opened.dock.getByRole('heading', { name: 'Today' }).waitFor();
    await eventually(
      () => opened.dock.locator('.changes summary').allInnerTexts(),
      ['new in eu-west-1, +2 regions (eu-central-1, eu-west-3)'],
    );
    await eventually(() => badge.count(), 0);
    await opened.page.reload();
    await opened.dock.locator('.changes summary').waitFor();
    expect(await badge.count()).toBe(0);
    await opened.dock.getByLabel('Filter the changes').fill('nothing is called so');
    await opened.dock.getByText('No change meets the filter.').waitFor();
    await opened.dock.getByLabel('Filter the changes').fill('maker.first');
    await opened.dock.locator('.changes summary').click();
    // Newest first, by when each region answered.
    const told = await opened.dock.locator('.changes details li').allInnerTexts();
    expect(told.slice(0, 2).toSorted()).toEqual([
      'maker.first +1 region (eu-central-1)',
      'maker.first +1 region (eu-west-3)',
    ]);
    expect(told.slice(2)).toEqual(['maker.first new in eu-west-1']);
    await opened.dock.locator('.changes .link').click();
    await eventually(() => opened.models(), ['maker.first']);
  });

  it('which models retire this quarter, and what replaces them where I run', async () => {
    await panel('Retiring');
    const pixtral = opened.dock.locator('.retiring li').filter({ hasText: 'Pixtral Large' });
    const quarters = opened.dock.getByRole('group', { name: 'Quarter' });
    const [present = ''] = await quarters.getByRole('button').allInnerTexts();
    expect(present).toMatch(/^Q[1-4] 20\d\d \d+$/);
    await quarters.getByRole('button', { name: /^All/ }).click();
    expect(await pixtral.locator('.days').innerText()).toBe('20 d');
    expect(await pixtral.getAttribute('class')).toBe('soon');
    const days = (await opened.dock.locator('.retiring').first().locator('.days').allInnerTexts()).map((text) =>
      Number.parseInt(text, 10),
    );
    expect(days).toEqual([...days].sort((a, b) => a - b));
    expect(await opened.dock.locator('.timeline .mark').count()).toBeGreaterThan(0);
    await opened.page.getByLabel('Data stays in').selectOption('eu');
    await quarters.getByRole('button', { name: /^Past/ }).click();
    const sonnet = opened.dock.locator('.retiring li').filter({ hasText: 'Claude Sonnet 4' }).first();
    await sonnet.getByText(/^instead, within European Union: .*Claude Sonnet 4\.5 \(\d regions\)/).waitFor();
    expect(await sonnet.locator('.days').innerText()).toMatch(/ago$/);
    expect(new URL(opened.page.url()).hash).toContain('quarter=past');
    await sonnet.getByRole('button', { name: 'Claude Sonnet 4.5', exact: true }).click();
    await opened.dock.locator('.route').first().waitFor();
  });

  it('the models of a quarter are a table and a calendar for others', async () => {
    await open('panel=retiring&quarter=2031-Q2');
    const [table, calendar] = ['CSV', 'iCalendar'].map((name) => opened.dock.getByRole('link', { name }));
    expect(await table?.getAttribute('href')).toBe('models/retiring.csv?quarter=2031-Q2');
    expect(await calendar?.getAttribute('href')).toBe('models/retiring.ics?quarter=2031-Q2');
  });

  it('compare two models: where, how, price, quota and life side by side, and the address carries them', async () => {
    await open(`panel=routes&ask.model=${SONNET}&ask.residency=eu`);
    await opened.dock.getByRole('button', { name: 'Compare', exact: true }).click();
    await opened.dock.getByLabel('Add a model').selectOption('anthropic.claude-opus-5');
    const table = opened.dock.getByRole('table');
    const { routes } = await routesTo(SONNET, 'residency=eu');
    const regions = new Set(routes.map(({ region }) => region)).size;
    const row = (name: string) => table.getByRole('row').filter({ has: opened.page.getByRole('rowheader', { name }) });
    await eventually(async () => (await row('Where').getByRole('cell').allInnerTexts())[0], `${regions} regions`);
    expect(await row('Best route').getByRole('cell').first().innerText()).toContain(routes[0]?.invocationId);
    expect(await row('Price').getByRole('cell').first().innerText()).toContain(
      `from ${routes[0]?.price?.inputPerMillion}`,
    );
    for (const name of ['How', 'Quota', 'Life']) {
      expect(await row(name).getByRole('cell').count()).toBe(2);
    }
    expect(new URL(opened.page.url()).hash).toContain(`compare=${SONNET},anthropic.claude-opus-5`);
    await opened.page.reload();
    await eventually(() => table.getByRole('columnheader').count(), 2);
    await opened.dock.getByRole('button', { name: 'Take Claude Opus 5 out' }).click();
    await eventually(() => table.getByRole('columnheader').count(), 1);
    expect(opened.complaints).toEqual([]);
  });

  it('a panel is closed and opened again', async () => {
    await opened.dock.getByRole('button', { name: 'Close the panel' }).click();
    await eventually(() => opened.dock.count(), 0);
    await panel('Regions');
    await opened.dock.getByRole('heading', { name: 'Regions' }).waitFor();
  });
});
