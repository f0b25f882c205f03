import { beforeAll, describe, expect, it } from '@jest/globals';
import { type DiscoveredModel, type DiscoveredProfile, LatencyTracker } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from 'explorer-web';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS_FAST_FIRST = ['sa-east-1', 'eu-west-3', 'us-west-2'];

describeInBrowser('the matrix on the page', () => {
  let explorer: Explorer;
  let models: readonly DiscoveredModel[];
  let profiles: readonly DiscoveredProfile[];

  beforeAll(async () => {
    explorer = await startExplorer({}, (simulator) => {
      simulator.addApplicationProfile({ region: 'eu-central-1', name: 'billing', copyFrom: `eu.${SONNET}` });
      simulator.setLifecycle('mistral.pixtral-large-2502-v1:0', {
        status: 'LEGACY',
        endOfLifeTime: '2031-05-06T00:00:00Z',
      });
    });
    afterThisTest(() => explorer.close());
    await explorer.request('POST', '/refresh?force=false');
    models = (await explorer.get<ListAnswer<DiscoveredModel>>('/models?limit=1000')).body.items;
    profiles = (await explorer.get<ListAnswer<DiscoveredProfile>>('/profiles?limit=1000')).body.items;
  });

  const open = async (link = ''): Promise<ExplorerPage> => matrixOf(await openPage(explorer.url, { link }));
  const openAll = (): Promise<ExplorerPage> => open('sort=id&variants=1');

  /** Models that a region lists, or to which one of its profiles leads. */
  const idsWhere = (holds: (model: DiscoveredModel) => boolean): string[] =>
    models
      .filter(holds)
      .map(({ modelId }) => modelId)
      .sort();

  it('has a row for each model and a column for each region, and draws only what is in view', async () => {
    const opened = await openAll();
    const referenced = profiles.flatMap(({ modelIds }) => modelIds);
    const expected = [...new Set([...models.map(({ modelId }) => modelId), ...referenced])].sort();
    expect(await opened.count()).toBe(expected.length);
    expect((await opened.regions()).sort()).toEqual([...explorer.simulator.regions].sort());
    const drawn = await opened.models();
    expect(drawn).toEqual(expected.slice(0, drawn.length));
    expect(drawn.length).toBeLessThan(60);
    expect(opened.complaints).toEqual([]);
  });

  it('shows the price of the cheapest way in its cells, where that is asked for, and keeps it in the link', async () => {
    const opened = await open(`search=${SONNET}`);
    await opened.page.getByLabel('Show', { exact: true }).selectOption('price');
    const { body } = await explorer.get<{ routes: { region: string; price?: { inputPerMillion: number } }[] }>(
      `/models/${SONNET}/route?prefer=price`,
    );
    for (const region of explorer.simulator.regions) {
      const least = Math.min(
        ...body.routes.flatMap((route) => (route.region === region ? (route.price?.inputPerMillion ?? []) : [])),
      );
      const label = await opened.label(SONNET, region);
      expect({ region, label }).toEqual({
        region,
        label: Number.isFinite(least)
          ? expect.stringContaining(`${least} USD in, `)
          : expect.not.stringContaining('USD'),
      });
    }
    expect(new URL(opened.page.url()).hash).toContain('cells=price');
    expect(opened.complaints).toEqual([]);
  });

  it('tells in each cell how the model can be invoked there', async () => {
    const opened = await open(`search=${SONNET}`);
    const mine = profiles.filter(({ modelIds }) => modelIds.includes(SONNET));
    for (const region of explorer.simulator.regions) {
      const here = mine.filter(({ regions }) => regions.includes(region));
      const label = await opened.label(SONNET, region);
      for (const { inferenceProfileId, type } of here) {
        expect(label).toContain(type === 'APPLICATION' ? '1 application profile' : inferenceProfileId.split('.')[0]);
      }
      expect({ region, offered: label !== 'Not offered' }).toEqual({ region, offered: here.length > 0 });
      expect(label.includes('on demand')).toBe(false);
    }
  });

  it('tells what is on demand, and what retires when', async () => {
    const onDemand = await open('search=titan-embed-text-v2');
    expect(await onDemand.label('amazon.titan-embed-text-v2:0', 'us-east-1')).toMatch(/^On demand/);
    const pixtral = await open('search=pixtral');
    expect(await pixtral.label('mistral.pixtral-large-2502-v1:0', 'us-east-1')).toContain('legacy, ends 2031-05-06');
  });

  it('is searched by parts of id, name and provider', async () => {
    const opened = await openAll();
    await opened.search.fill('anthropic haiku');
    const expected = idsWhere(({ modelId }) => /anthropic.*haiku/.test(modelId));
    await eventually(() => opened.models(), expected);
    expect(expected.length).toBeGreaterThan(1);
  });

  it.each<[label: string, option: string, holds: (model: DiscoveredModel) => boolean]>([
    ['Provider', 'Amazon', ({ providerName }) => providerName === 'Amazon'],
    ['Modality', 'image in', ({ inputModalities }) => inputModalities.includes('IMAGE')],
    ['Modality', 'embedding out', ({ outputModalities }) => outputModalities.includes('EMBEDDING')],
    [
      'Lifecycle',
      'Legacy',
      ({ availability }) => Object.values(availability).some(({ lifecycle }) => lifecycle.status === 'LEGACY'),
    ],
  ])('is filtered by %s, as by "%s"', async (label, option, holds) => {
    const opened = await openAll();
    await opened.page.getByLabel(label, { exact: true }).selectOption({ label: option });
    await eventually(() => opened.count(), idsWhere(holds).length);
    const drawn = await opened.models();
    expect(drawn).toEqual(idsWhere(holds).slice(0, drawn.length));
  });

  it('is filtered by geography: other regions go, and models that are only there', async () => {
    const opened = await open();
    await opened.page.getByLabel('Geography', { exact: true }).selectOption({ label: 'Europe' });
    const european = explorer.simulator.regions.filter((region) => region.startsWith('eu-'));
    await eventually(async () => (await opened.regions()).sort(), [...european].sort());
    await opened.search.fill('jamba');
    await opened.page.getByText('No model meets the filters').waitFor();
    await opened.page.getByRole('button', { name: 'Clear the filters' }).click();
    await eventually(async () => (await opened.regions()).length, 31);
  });

  it('is filtered by what can be invoked', async () => {
    const opened = await open('search=nova-lite&variants=1');
    await eventually(async () => (await opened.models()).includes('amazon.nova-lite-v1:0:24k'), true);
    await opened.page.getByLabel('Only invocable').check();
    await eventually(() => opened.models(), ['amazon.nova-lite-v1:0']);
  });

  it.each<[text: string, found: string]>([
    [`eu.${SONNET}`, SONNET],
    [`arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${SONNET}`, SONNET],
    ['claudesonnet45', SONNET],
  ])('is searched by what only the application knows to name a model: %s', async (text, found) => {
    const opened = await open();
    await opened.search.fill(text);
    await eventually(() => opened.models(), [found]);
  });

  it('is sorted by region, end of life, provider or regions, either way round', async () => {
    const opened = await openAll();
    await opened.page.locator('[data-sort="eu-south-1"]').click();
    await eventually(() => opened.page.locator('[data-sort="eu-south-1"]').getAttribute('aria-sort'), 'ascending');
    const [first = ''] = await opened.models();
    expect(await opened.label(first, 'eu-south-1')).toMatch(/^On demand/);
    await opened.page.getByLabel('Sort', { exact: true }).selectOption({ label: 'End of life' });
    const ends = models.flatMap(({ modelId, availability }) =>
      Object.values(availability).flatMap(({ lifecycle: { endOfLifeTime } }) =>
        endOfLifeTime === undefined ? [] : [`${endOfLifeTime} ${modelId}`],
      ),
    );
    const soonest = ends.sort()[0]?.split(' ')[1];
    await eventually(async () => (await opened.models())[0], soonest);
    await opened.page.getByLabel('Sort', { exact: true }).selectOption({ label: 'Model id' });
    await opened.page.getByRole('button', { name: 'Sorted ascending: sort descending' }).click();
    await eventually(async () => (await opened.models())[0], idsWhere(() => true).at(-1));
  });

  it('orders its columns by latency', async () => {
    const tracker = explorer.app.get(LatencyTracker);
    tracker.clear();
    REGIONS_FAST_FIRST.forEach((region, index) => tracker.record(region, { latencyMs: 10 * (index + 1) }));
    const opened = await open('columns=latency');
    await opened.page.reload();
    await eventually(async () => (await opened.regions()).slice(0, 3), REGIONS_FAST_FIRST);
  });

  it('keeps the names of regions and models in view while it is scrolled', async () => {
    const opened = await openAll();
    const boxOf = async (selector: string): Promise<{ x?: number; y?: number }> =>
      (await opened.page.locator(selector).first().boundingBox()) ?? {};
    const [header, corner] = [await boxOf('.header'), await boxOf('.corner')];
    await opened.page.locator('.scroller').evaluate((element) => element.scrollTo(300, 2_000));
    await opened.page.locator('.row[aria-rowindex="90"]').waitFor();
    expect((await boxOf('.header')).y).toBe(header.y);
    expect((await boxOf('.corner')).x).toBe(corner.x);
    expect((await boxOf('.row .head')).x).toBe(corner.x);
  });

  it('draws of its columns only those in view, also where the keyboard leads to the last', async () => {
    const opened = await matrixOf(await openPage(explorer.url, { viewport: { width: 390, height: 844 } }));
    const drawn = (): Promise<number> => opened.page.locator('.row[aria-rowindex="2"] .cell').count();
    expect(await drawn()).toBeLessThan(16);
    await opened.page.locator('.row[aria-rowindex="2"] [data-column="1"]').focus();
    await opened.page.keyboard.press('End');
    await eventually(async () => (await opened.focus()).column, 31);
    const box = await opened.page.locator(':focus').boundingBox();
    const head = await opened.page.locator('.region-head').last().boundingBox();
    expect(box?.x).toBe(head?.x);
    await opened.page.locator('.scroller').evaluate((element) => element.scrollTo(0, 0));
    await eventually(() => opened.page.locator('.row[aria-rowindex="3"] [data-column="1"]').count(), 1);
  });

  describe('the matrix by keyboard', () => {
    it('is walked through by keyboard with arrows, Home, End and the page keys, into rows that were not drawn', async () => {
      const opened = await openAll();
      const ids = await opened.models();
      const { keyboard } = opened.page;
      await opened.page.locator('.row[aria-rowindex="2"] [data-column="1"]').focus();
      await keyboard.press('ArrowDown');
      await keyboard.press('ArrowRight');
      await eventually(() => opened.focus(), { row: ids[1] ?? '', column: 2 });
      await keyboard.press('End');
      await eventually(() => opened.focus(), { row: ids[1] ?? '', column: 31 });
      await keyboard.press('Home');
      await eventually(() => opened.focus(), { row: ids[1] ?? '', column: 0 });
      await keyboard.press('PageDown');
      await eventually(async () => ids.indexOf((await opened.focus()).row) > 10, true);
      await keyboard.press('Control+End');
      const last = idsWhere(() => true).at(-1) ?? '';
      await eventually(() => opened.focus(), { row: last, column: 31 });
      await keyboard.press('Control+Home');
      await keyboard.press('ArrowUp');
      await eventually(() => opened.focus(), { row: 'header', column: 0 });
    });

    it('never leads the focus below the headers, which stay in view', async () => {
      const opened = await open();
      const { keyboard } = opened.page;
      await opened.page.locator('.row[aria-rowindex="2"] [data-column="1"]').focus();
      await keyboard.press('Control+End');
      await eventually(async () => (await opened.focus()).column, 31);
      for (const key of ['ArrowLeft', 'ArrowUp']) {
        for (let step = 0; step < 30; step += 1) {
          await keyboard.press(key);
        }
      }
      await eventually(async () => (await opened.focus()).column, 1);
      const [cell, corner] = [
        await opened.page.locator(':focus').boundingBox(),
        await opened.page.locator('.corner').boundingBox(),
      ];
      expect(cell?.x).toBeGreaterThanOrEqual((corner?.x ?? 0) + (corner?.width ?? 0));
      expect(cell?.y).toBeGreaterThanOrEqual((corner?.y ?? 0) + (corner?.height ?? 0));
    });

    it('has one place in the order of the Tab key', async () => {
      const opened = await open();
      expect(await opened.page.locator('[role=grid] [tabindex="0"]').count()).toBe(1);
    });

    it('sorts by the region on whose header Enter is pressed', async () => {
      const opened = await open();
      const column = Number(await opened.page.locator('[data-sort="us-east-1"]').getAttribute('data-column'));
      await opened.page.locator('.row[aria-rowindex="2"] [data-column="1"]').click();
      await opened.page.keyboard.press('Escape');
      await opened.page.keyboard.press('ArrowUp');
      await eventually(async () => (await opened.focus()).row, 'header');
      for (let step = 1; step < column; step += 1) {
        await opened.page.keyboard.press('ArrowRight');
      }
      await opened.page.keyboard.press('Enter');
      await eventually(() => opened.page.locator('[data-sort="us-east-1"]').getAttribute('aria-sort'), 'ascending');
    });

    it('opens a cell with Enter, and Escape leads back to it; / leads to the search', async () => {
      const opened = await open(`search=${SONNET}`);
      await opened.page.locator('.row [data-column="1"]').first().click();
      await opened.page.keyboard.press('Escape');
      await eventually(() => opened.focus(), { row: SONNET, column: 1 });
      await opened.page.keyboard.press('ArrowRight');
      await opened.page.keyboard.press('Enter');
      await opened.dock.getByRole('heading', { name: (await opened.regions())[1] ?? '', exact: true }).waitFor();
      await opened.page.keyboard.press('Escape');
      await eventually(() => opened.focus(), { row: SONNET, column: 2 });
      expect(await opened.dock.count()).toBe(0);
      await opened.page.keyboard.press('/');
      await eventually(() => opened.page.evaluate(() => document.activeElement?.id), 'search');
    });
  });

  it('is what its link says, after a reload and on the way back', async () => {
    const opened = await open();
    await opened.search.fill('sonnet-4-5');
    await opened.page.keyboard.press('Escape');
    await opened.page.getByLabel('Only invocable').check();
    await (await opened.cell(SONNET, 'eu-west-1')).click();
    await opened.dock.getByText('Claude Sonnet 4.5').first().waitFor();
    expect(new URL(opened.page.url()).hash).toBe(
      `#search=sonnet-4-5&invocable=1&panel=cell&model=${SONNET}&region=eu-west-1`,
    );
    await opened.page.reload();
    await opened.dock.getByText('Claude Sonnet 4.5').first().waitFor();
    expect(await opened.search.inputValue()).toBe('sonnet-4-5');
    expect(await opened.models()).toEqual([SONNET]);
    expect(await (await opened.cell(SONNET, 'eu-west-1')).getAttribute('aria-selected')).toBe('true');
    await opened.page.goBack();
    await opened.dock.getByRole('heading', { name: 'Regions' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
