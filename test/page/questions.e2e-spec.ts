import { beforeAll, expect, it } from '@jest/globals';
import {
  GEOGRAPHIES,
  GEOGRAPHY_LABELS,
  InvocationRouter,
  ModelAccessService,
  type Resolution,
  type Route,
} from 'nestjs-bedrock-discovery';
import type { Matrix } from 'explorer-web';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const OPUS_4_1 = 'anthropic.claude-opus-4-1-20250805-v1:0';
const DENIED = 'anthropic.claude-3-7-sonnet-20250219-v1:0';

describeInBrowser('"Where can I run this?"', () => {
  let explorer: Explorer;
  let opened: ExplorerPage;

  beforeAll(async () => {
    explorer = await startExplorer({ quotas: { mode: 'listed' } }, (simulator) => {
      simulator.setAccess('cohere.rerank-v3-5:0', { agreement: 'NOT_AVAILABLE' });
      simulator.setAccess(DENIED, { authorization: 'NOT_AUTHORIZED' });
      simulator.setQuota({ modelId: 'amazon.nova-2-sonic-v1:0', scope: 'on-demand', tokensPerDay: 0 });
    });
    afterThisTest(() => explorer.close());
    await explorer.request('POST', '/refresh?force=false');
  });

  const open = async (link = ''): Promise<ExplorerPage> => {
    opened = await matrixOf(await openPage(explorer.url, { link }));
    return opened;
  };
  const routesTo = async (id: string, query = ''): Promise<Resolution> =>
    (await explorer.get<Resolution>(`/models/${id}/route?${query}`)).body;
  const stays = () => opened.page.getByLabel('Data stays in');
  const suggestions = () => opened.page.getByRole('listbox', { name: 'Models' }).getByRole('option');
  const idsOf = (routes: readonly Route[]): string[] => [...new Set(routes.map(({ invocationId }) => invocationId))];
  const conditions = (): Promise<void> => opened.dock.getByText('More conditions, and the order').click();

  it('where can I run Claude Opus for EU data: two choices lead to each model of the family with its best route', async () => {
    await open();
    await stays().selectOption({ label: 'European Union' });
    await opened.search.fill('claude opus');
    await suggestions().first().waitFor();
    expect(await suggestions().first().innerText()).toMatch(/claude opus\s+the best route to each of \d+ models/);
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.keyboard.press('Enter');
    const members = await explorer.app.get(InvocationRouter).findModels('claude opus', { residency: 'eu' });
    const shown = opened.dock.locator('.family li');
    await eventually(
      () => shown.locator('code').allInnerTexts(),
      members.map(({ modelId }) => modelId),
    );
    const [first] = members;
    await eventually(async () => (await shown.first().innerText()).includes(first?.route?.region ?? 'none'), true);
    await shown.first().getByRole('button').click();
    await opened.dock
      .getByText(first?.route?.invocationId ?? 'none', { exact: true })
      .first()
      .waitFor();
  });

  it('suggests models by name, those that can be invoked first and of those the newest, and none that is only a variant', async () => {
    await open();
    await opened.search.fill('sonnet');
    await suggestions().nth(1).waitFor();
    const names = (await suggestions().locator('b').allInnerTexts()).slice(1);
    const { body } = await explorer.get<{ modelName: string }[] & { items?: { modelName: string }[] }>(
      '/models?search=claude%20sonnet',
    );
    const found = (body.items ?? body).map(({ modelName }) => modelName);
    expect(found.slice(0, 3)).toEqual(expect.arrayContaining(names.slice(0, 3)));
    expect(await opened.search.getAttribute('aria-expanded')).toBe('true');
    await opened.page.keyboard.press('ArrowUp');
    const active = (await opened.search.getAttribute('aria-activedescendant')) ?? 'none';
    expect(await opened.page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await opened.page.keyboard.press('Escape');
    await eventually(() => suggestions().count(), 0);
    await opened.search.fill('nova-lite-v1:0:24k');
    await eventually(() => suggestions().count(), 0);
  });

  it.each([
    ['an id', SONNET],
    ['a profile', `eu.${SONNET}`],
    ['an ARN', `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${SONNET}`],
    ['a name', 'Claude Sonnet 4.5'],
  ])('takes %s in the same box', async (_, text) => {
    await open();
    await opened.search.fill(text);
    await opened.page.keyboard.press('Enter');
    await opened.dock.locator('.route').first().waitFor();
    const { routes } = await routesTo(encodeURIComponent(text));
    await eventually(() => opened.dock.locator('.route .invocation code').allInnerTexts(), idsOf(routes).slice(0, 6));
  });

  it('routes that share an id are one card: the regions to call, in their order, and a button to code and policy', async () => {
    await open(`panel=routes&ask.model=${SONNET}&ask.residency=eu`);
    const { routes } = await routesTo(SONNET, 'residency=eu');
    const ids = idsOf(routes);
    await opened.dock.getByRole('heading', { name: `${routes.length} routes by ${ids.length} id` }).waitFor();
    const card = opened.dock.locator('.route').first();
    const regions = routes.filter(({ invocationId }) => invocationId === ids[0]).map(({ region }) => region);
    expect(await card.locator('.route-region').allInnerTexts()).toEqual(regions);
    expect(await opened.dock.locator('.order-words').innerText()).toContain('then the fastest from here');
    await card.getByText('Why it ranks here').click();
    expect(await card.locator('.reasons li').allInnerTexts()).toEqual(routes[0]?.reasons);
    await card.getByRole('button', { name: 'Code and policy' }).click();
    await opened.dock.getByRole('heading', { name: regions[0] ?? '', exact: true }).waitFor();
    const code = await opened.dock.getByRole('tabpanel').locator('pre').innerText();
    expect(code).toContain(ids[0]);
    await opened.dock.getByLabel('IAM policy as JSON').waitFor();
  });

  it('where data stays is what the whole page is seen through: matrix, counts, cells, routes and code', async () => {
    await open(`search=${SONNET}`);
    const before = Number(await opened.row(SONNET).locator('.count').innerText());
    await stays().selectOption({ label: 'European Union' });
    const { routes } = await routesTo(SONNET, 'residency=eu');
    const regions = new Set(routes.map(({ region }) => region));
    await eventually(async () => Number(await opened.row(SONNET).locator('.count').innerText()), regions.size);
    expect(regions.size).toBeLessThan(before);
    const shown = await opened.regions();
    expect(shown.filter((region) => !GEOGRAPHIES['eu']?.includes(region))).toEqual([]);
    expect(await opened.page.locator('.corner-hidden').innerText()).toContain(`${31 - shown.length} regions outside`);
    await opened.page.getByRole('button', { name: 'Clear the search' }).click();
    // It is offered by a global profile alone: what is sent may leave, and that is a mark.
    expect(await opened.label('anthropic.claude-fable-5', 'eu-west-1')).toContain('outside the residency');
    expect(await (await opened.cell('anthropic.claude-fable-5', 'eu-west-1')).getAttribute('class')).toContain('lv');
    await (await opened.cell(SONNET, 'eu-west-1')).click();
    await opened.dock.locator('.route').first().waitFor();
    expect(await opened.dock.locator('.route .invocation code').allInnerTexts()).toEqual([`eu.${SONNET}`]);
    expect(await opened.dock.getByRole('tabpanel').locator('pre').innerText()).toContain(`eu.${SONNET}`);
    await opened.dock.getByText(/left out$/).click();
    expect(await opened.dock.locator('.rejected .leaves').first().innerText()).toMatch(/outside the residency/i);
    await opened.page.reload();
    await matrixOf(opened);
    expect(await stays().inputValue()).toBe('eu');
    await opened.page.getByRole('button', { name: 'Clear conditions' }).click();
    await eventually(async () => (await opened.regions()).length, 31);
  });

  it('follows the last of two choices, also where the answer to the first comes after it', async () => {
    await open('ask.residency=eu');
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = opened.page.waitForRequest('**/matrix');
    await opened.page.route('**/matrix', async (route) => {
      await released;
      await route.continue();
    });
    await stays().selectOption({ label: 'anywhere' });
    await held;
    await stays().selectOption({ label: 'European Union' });
    const askedAgain = opened.page.waitForRequest('**/matrix?residency=eu');
    release();
    await askedAgain;
    await opened.page.locator('main[aria-busy="false"]').waitFor();
    expect((await opened.regions()).filter((region) => !GEOGRAPHIES['eu']?.includes(region))).toEqual([]);
  });

  it('what a token may cost is what the whole page is seen through, and a price that is not known hides nothing', async () => {
    await open('cells=price');
    const most = opened.page.getByLabel('Price of a million tokens out, at most', { exact: true }).first();
    const before = await opened.label('anthropic.claude-opus-4-5-20251101-v1:0', 'eu-west-1');
    expect(before).toMatch(/25 USD|27\.5 USD/);
    await most.fill('5');
    await most.press('Enter');
    await eventually(
      async () => (await opened.label('anthropic.claude-opus-4-5-20251101-v1:0', 'eu-west-1')).includes('costs more'),
      true,
    );
    const { models } = (await explorer.get<Matrix>('/matrix?maxOutputPricePerMillion=5')).body;
    const eligible = models.flatMap(({ states }) => states.filter(({ verdict }) => verdict === 'eligible'));
    expect(eligible.some(({ price }) => price === undefined)).toBe(true);
    await opened.search.fill(SONNET);
    await opened.search.press('Enter');
    await opened.dock.getByText('Costs more than asked for').first().waitFor();
    await opened.dock.getByRole('button', { name: /^Drop the limit of the price: \d+ routes$/ }).click();
    expect(opened.page.url()).not.toContain('maxOutputPricePerMillion');
  });

  it('offers every geography by its label', async () => {
    await open();
    const offered = stays().locator('option');
    const labels = Object.values(GEOGRAPHY_LABELS);
    expect(await offered.allInnerTexts()).toEqual(['anywhere', ...labels]);
  });

  it('names the price of a route, and what the conditions cost stands above the routes', async () => {
    await open(`panel=routes&ask.model=${SONNET}&ask.residency=eu`);
    const { routes, cheaper } = await routesTo(SONNET, 'residency=eu');
    const [{ price } = {}] = routes;
    const words = `${price?.inputPerMillion} USD in, ${price?.outputPerMillion} USD out for a million tokens, as of ${price?.asOf}`;
    await opened.dock.getByText(words).first().waitFor();
    const costs = `The conditions cost ${Math.round(cheaper?.surchargePercent ?? 0)} %: ${cheaper?.invocationId}`;
    expect(await opened.dock.locator('.resolution').innerText()).toContain(costs);
  });

  it('ranks by price where prices are shown, and says so', async () => {
    await open(`panel=routes&ask.model=${SONNET}&cells=price`);
    const { routes } = await routesTo(SONNET, 'prefer=price');
    await eventually(() => opened.dock.locator('.route .invocation code').allInnerTexts(), idsOf(routes).slice(0, 6));
    expect(await opened.dock.locator('.order-words').innerText()).toContain('the cheapest');
  });

  it('follows each condition, and survives a reload', async () => {
    await open(`panel=routes&ask.model=${SONNET}`);
    await conditions();
    await opened.dock.getByLabel('Preferred regions, in order').fill('ap-northeast-1, sa-east-1');
    await opened.page.keyboard.press('Enter');
    await eventually(async () => (await opened.dock.locator('.route-region').allInnerTexts())[0], 'ap-northeast-1');
    await opened.dock.getByLabel('Global profiles').uncheck();
    await eventually(() => opened.dock.locator('.route .leaves').count(), 0);
    await opened.dock.getByLabel('Invoked').selectOption({ label: 'On demand only' });
    await opened.dock.getByRole('heading', { name: 'No eligible route' }).waitFor();
    await opened.page.reload();
    await opened.dock.getByRole('heading', { name: 'No eligible route' }).waitFor();
    await conditions();
    expect(await opened.dock.getByLabel('Preferred regions, in order').inputValue()).toBe('ap-northeast-1,sa-east-1');
  });

  it('offers the nearest names for one that nothing has, and says so of a model that nobody lists', async () => {
    await open('panel=routes&ask.model=claude-sonet');
    await opened.dock.getByRole('button', { name: 'anthropic.claude-sonnet-5' }).click();
    await opened.dock.locator('.route').first().waitFor();
    await open('panel=routes&ask.model=maker.none');
    expect(await opened.dock.getByRole('alert').innerText()).toContain('maker.none');
  });

  it('why is there no route: the cause first, then the ways out with what each leads to', async () => {
    await open(`panel=routes&ask.model=${OPUS_4_1}&ask.residency=eu`);
    await opened.dock.getByText('Not offered within European Union.').waitFor();
    const anywhere = await routesTo(OPUS_4_1);
    const instead = opened.dock.getByRole('button', { name: /^Instead: Claude Opus 5, \d+ regions$/ });
    await instead.waitFor();
    const drop = opened.dock.getByRole('button', { name: `Drop residency: ${anywhere.routes.length} routes` });
    await drop.click();
    await opened.dock.locator('.route').first().waitFor();
    expect(await stays().inputValue()).toBe('');
    await stays().selectOption({ label: 'European Union' });
    await instead.click();
    const { routes } = await routesTo('anthropic.claude-opus-5', 'residency=eu');
    await eventually(() => opened.dock.locator('.route .invocation code').allInnerTexts(), idsOf(routes));
  });

  it('why is there no route: one line for each reason, with a count', async () => {
    await open(`panel=routes&ask.model=${OPUS_4_1}&ask.residency=eu`);
    const { rejected } = await routesTo(OPUS_4_1, 'residency=eu');
    await opened.dock.locator('.reason').first().waitFor();
    const lines = await opened.dock.locator('.reason > summary').allInnerTexts();
    expect(lines.length).toBe(new Set(rejected.map(({ code }) => code)).size);
    expect(lines.join(' ')).toMatch(/\d+ ways/);
    expect(await opened.dock.locator('.rejected li:visible').count()).toBe(0);
  });

  it.each<[why: string, model: string, query: string, remedy: RegExp]>([
    ['a denied model', DENIED, '', /policy below/],
    ['a quota of 0', 'amazon.nova-2-sonic-v1:0', '', /aws service-quotas list-service-quotas/],
    ['a retention mode', SONNET, '&ask.retention=none', /aws bedrock put-account-data-retention --mode none/],
  ])(
    'why is there no route: for %s the remedy comes first, with the command or the page',
    async (_, model, query, remedy) => {
      const { routes } = await routesTo(model, query.replace('&ask.', ''));
      await Promise.all(routes.map(({ region }) => explorer.app.get(ModelAccessService).getAccess(model, region)));
      await open(`panel=routes&ask.model=${model}${query}`);
      const first = opened.dock.locator('.remedy-card').first();
      await first.waitFor();
      expect(await first.innerText()).toMatch(remedy);
      const position = (selector: string): Promise<number> =>
        opened.dock
          .locator(selector)
          .first()
          .evaluate((element) => element.getBoundingClientRect().top);
      expect(await position('.remedy-card')).toBeLessThan(await position('.rejected'));
    },
  );

  it('terms to accept are told with the command and the page that accept them', async () => {
    const [best] = (await routesTo('cohere.rerank-v3-5:0')).routes;
    await explorer.app.get(ModelAccessService).getAccess('cohere.rerank-v3-5:0', best?.region ?? '');
    await open('panel=routes&ask.model=cohere.rerank-v3-5:0');
    const terms = opened.dock.locator('.remedy-card').filter({ hasText: 'terms' }).first();
    await terms.waitFor();
    expect(await terms.innerText()).toContain('aws bedrock list-foundation-model-agreement-offers');
    expect(await terms.getByRole('link').getAttribute('href')).toContain('console.aws.amazon.com/bedrock');
  });
});
