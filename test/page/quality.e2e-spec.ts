import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BEDROCK_DISCOVERY_CLOCK, type Clock, InvocationRouter } from 'nestjs-bedrock-discovery';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const WALL = { width: 2560, height: 1440 };
const HTML = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let explorer: Explorer;

beforeAll(async () => {
  explorer = await startExplorer({}, (simulator) => {
    simulator.addFault({ region: 'eu-west-2', kind: 'throttled' });
    simulator.addApplicationProfile({ region: 'eu-central-1', name: 'billing', copyFrom: `eu.${SONNET}` });
  });
  afterThisTest(() => explorer.close());
  await explorer.request('POST', '/refresh?force=false');
});

describe('GET /', () => {
  const page = (headers: Record<string, string> = HTML): Promise<Response> => fetch(`${explorer.url}/`, { headers });

  it('is a page for browsers and JSON for all others', async () => {
    const html = await page();
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.headers.get('vary')).toContain('Accept');
    await html.text();
    for (const accept of ['application/json', '*/*', 'application/json, text/html;q=0.9']) {
      const answer = await page({ Accept: accept });
      expect(answer.headers.get('vary')).toContain('Accept');
      expect(await answer.json()).toEqual((await explorer.get('/endpoints')).body);
    }
  });

  it('permits scripts of its own alone, and what stands in it by its hash', async () => {
    const answer = await page();
    const policy = answer.headers.get('content-security-policy') ?? '';
    const html = await answer.text();
    const hashOf = (tag: RegExp): string =>
      createHash('sha256')
        .update(tag.exec(html)?.[1] ?? '')
        .digest('base64');
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        `script-src 'self' 'sha256-${hashOf(/<script>(.*?)<\/script>/s)}'`,
        `style-src 'sha256-${hashOf(/<style>(.*?)<\/style>/s)}'`,
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it('is asked for anew, and its files are kept for ever', async () => {
    const answer = await page();
    const html = await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const again = await page({ ...HTML, 'If-None-Match': answer.headers.get('etag') ?? '' });
    expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
    const files = [...html.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.map((path) => path.split('/').at(-1))).toEqual(['page.js', 'icon.svg']);
    for (const path of files) {
      const file = await fetch(`${explorer.url}/${path}`);
      const types: Record<string, string> = {
        js: 'text/javascript; charset=utf-8',
        svg: 'image/svg+xml',
      };
      expect({ path, status: file.status, type: file.headers.get('content-type') }).toEqual({
        path,
        status: 200,
        type: types[path.split('.').at(-1) ?? ''],
      });
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      await file.text();
    }
  });

  it('is made when a refresh is over, so that nobody waits for it', async () => {
    const router = explorer.app.get(InvocationRouter);
    const working = jest.spyOn(router, 'peekModelVerdicts');
    afterThisTest(() => working.mockRestore());
    await explorer.request('POST', '/refresh?regions=eu-west-1');
    await eventually(async () => working.mock.calls.length, 1);
    const later = jest.spyOn(explorer.app.get<Clock>(BEDROCK_DISCOVERY_CLOCK), 'now');
    afterThisTest(() => later.mockRestore());
    later.mockImplementation(() => Date.now() + 60_000);
    await (await page()).text();
    expect(working).toHaveBeenCalledTimes(1);
  });

  it('has no file of another build, and none outside', async () => {
    for (const path of ['/assets/other/page.js', '/assets/..%2f..%2fpackage.json', '/assets/x/%2e%2e/package.json']) {
      expect({ path, answer: await explorer.get(path) }).toMatchObject({ path, answer: { status: 404 } });
    }
  });
});

describe('GET /matrix', () => {
  it('is small, and not sent again to those that have it', async () => {
    const answer = await fetch(`${explorer.url}/matrix`);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const body = await answer.text();
    const models = await (await fetch(`${explorer.url}/models?limit=1000`)).text();
    expect(body.length).toBeLessThan(models.length / 3);
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(`${explorer.url}/matrix`, { headers: { 'If-None-Match': etag } });
    expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
    explorer.simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh?regions=eu-west-1');
    const changed = await fetch(`${explorer.url}/matrix`, { headers: { 'If-None-Match': etag } });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toContain('maker.new');
  });
});

describe('every answer in JSON', () => {
  it.each(['/models', '/profiles', '/regions', '/regions/history', '/endpoints', `/models/${SONNET}/route`, '/doctor'])(
    'is compressed: %s',
    async (path) => {
      const answer = await fetch(`${explorer.url}${path}`, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('vary')).toContain('Accept-Encoding');
      expect(await answer.json()).toEqual(expect.anything());
    },
  );

  it('is not where that gains nothing, and streams of events never are', async () => {
    const small = await fetch(`${explorer.url}/health/live`);
    expect(small.headers.get('content-encoding')).toBeNull();
    const controller = new AbortController();
    const events = await fetch(`${explorer.url}/events`, { signal: controller.signal });
    expect(events.headers.get('content-encoding')).toBeNull();
    controller.abort();
  });
});

describeInBrowser('the page', () => {
  type Media = Parameters<ExplorerPage['page']['emulateMedia']>[0];
  const seenThrough = async ({ page }: ExplorerPage, media: Media): Promise<void> => {
    afterThisTest(() => page.emulateMedia({ colorScheme: null, forcedColors: null }));
    await page.emulateMedia(media);
  };

  it('takes at most 100 KB and 15 requests, and asks nobody but the application', async () => {
    const opened = await matrixOf(await openPage(explorer.url, { alone: true }));
    await opened.page.locator('.connection-word', { hasText: 'Live' }).waitFor();
    await opened.page.waitForLoadState('networkidle');
    const sizes = await Promise.all(opened.finished.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, each) => sum + each.responseHeadersSize + each.responseBodySize, 0);
    expect(opened.requests.length).toBeLessThanOrEqual(15);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(opened.requests.filter((url) => !url.startsWith(`${explorer.url}/`))).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  it.each(['dark', 'light'] as const)('has no finding of axe, %s', async (colorScheme) => {
    const opened = await openPage(explorer.url);
    await seenThrough(opened, { colorScheme });
    for (const link of [
      '',
      `search=sonnet&panel=cell&model=${SONNET}&region=eu-central-1`,
      `panel=routes&ask.model=${SONNET}&ask.residency=eu`,
      'panel=routes',
      `search=sonnet&panel=cell&model=${SONNET}&region=eu-west-2`,
      'panel=retiring',
      'panel=changes',
      `panel=compare&compare=${SONNET},anthropic.claude-opus-5`,
      'panel=regions&cells=price&ask.residency=eu',
      `panel=routes&ask.model=anthropic.claude-opus-4-1-20250805-v1:0&ask.residency=eu`,
      'search=nothing-is-called-so',
    ]) {
      await opened.page.goto(`${explorer.url}/#${link}`);
      await (link.startsWith('search=nothing')
        ? opened.page.getByText('No model meets the filters').waitFor()
        : matrixOf(opened));
      if (link.includes('ask.model') || link.includes('panel=cell')) {
        await opened.dock.locator('.route, .unknown-regions, .no-route').first().waitFor();
      }
      // Beside a panel that asks for nothing else, the rows are those of the first link.
      const besides = /^panel=(?!regions)/.test(link) && !link.includes('residency') ? ['.grid .body'] : [];
      expect({ link, findings: await opened.findings(besides) }).toEqual({ link, findings: [] });
    }
    await opened.page.goto(`${explorer.url}/#`);
    await matrixOf(opened);
    await opened.search.fill('claude');
    await opened.page.getByRole('listbox', { name: 'Models' }).waitFor();
    expect({ link: 'suggestions', findings: await opened.findings(['.grid .body']) }).toEqual({
      link: 'suggestions',
      findings: [],
    });
    await opened.page.keyboard.press('Escape');
    await opened.page.getByRole('button', { name: 'How to read this' }).click();
    await opened.page.getByRole('dialog', { name: 'How to read this' }).waitFor();
    expect({ link: 'help', findings: await opened.findings(['.grid .body']) }).toEqual({
      link: 'help',
      findings: [],
    });
    expect(opened.complaints).toEqual([]);
  });

  it('says how to read it, what the marks mean and where its documentation is, also on a phone', async () => {
    const opened = await matrixOf(await openPage(explorer.url, PHONE));
    await opened.page.getByRole('button', { name: 'How to read this' }).tap();
    const help = opened.page.getByRole('dialog', { name: 'How to read this' });
    expect(await help.innerText()).toMatch(/Inference profile.*Marks in the cells.*not offered/s);
    expect(await help.getByRole('link', { name: 'its documentation' }).getAttribute('href')).toBe('docs');
    expect(await help.evaluate((element) => element.scrollWidth)).toBeLessThanOrEqual(390);
    await help.getByRole('button', { name: 'Close the help' }).tap();
    await help.waitFor({ state: 'hidden' });
  });

  it('shows all that is chosen to its last letter, at any width', async () => {
    const opened = await openPage(explorer.url, { alone: true });
    // The second has the longest words; the third is in a language that has longer ones.
    for (const [link, longer] of [
      ['', 1],
      ['ask.residency=europe&ask.retention=provider_data_share&cells=quota&sort=ap-northeast-3&lifecycle=LEGACY', 1],
      ['ask.residency=eu&cells=price&panel=none', 1.4],
    ] as const) {
      await opened.page.goto(`${explorer.url}/#${link}`);
      await matrixOf(opened);
      for (const width of [1920, 1440, 1280, 800, 390, 320]) {
        await opened.page.setViewportSize({ width, height: 900 });
        await unfoldFilters(opened);
        expect({ link, width, cut: await opened.page.evaluate(cutTexts, longer) }).toEqual({ link, width, cut: [] });
      }
    }
  });

  it('uses the space of a wall screen: all regions are in view, and larger than on a laptop', async () => {
    const opened = await openPage(explorer.url);
    const usual = opened.page.viewportSize() ?? WALL;
    afterThisTest(() => opened.page.setViewportSize(usual));
    await opened.page.setViewportSize(WALL);
    const boxOf = async (selector: string) =>
      (await opened.page.locator(selector).last().boundingBox()) ?? { x: 0, width: 0 };
    const [last, dock] = [await boxOf('.region-head'), await boxOf('.dock')];
    expect(last.x + last.width).toBeLessThanOrEqual(dock.x);
    expect(last.width).toBeGreaterThan(45);
    expect(await opened.page.evaluate(() => document.documentElement.scrollHeight)).toBe(1440);
    // The keyboard's place is found by the height of rows, which is larger as well.
    await opened.page.locator('.scroller').evaluate((element) => element.scrollTo(0, 100_000));
    await opened.page.locator(`.row[aria-rowindex="${(await opened.count()) + 1}"]`).waitFor();
  });

  it('keeps its marks under forced colours', async () => {
    const opened = await matrixOf(await openPage(explorer.url));
    await seenThrough(opened, { forcedColors: 'active' });
    for (const selector of ['.row .cell', '.region-head .dot', '.summary .dot']) {
      const adjust = await opened.page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).forcedColorAdjust);
      expect({ selector, adjust }).toEqual({ selector, adjust: 'none' });
    }
  });

  it('follows the theme of the system until one is chosen, and remembers that', async () => {
    const opened = await matrixOf(await openPage(explorer.url, { alone: true, colorScheme: 'light' }));
    const background = (): Promise<string> =>
      opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await opened.page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    expect(dark).not.toBe(light);
    const button = opened.page.getByRole('button', { name: /^Theme/ });
    await button.click();
    expect(await background()).toBe(dark);
    await button.click();
    await eventually(background, light);
    await opened.page.reload();
    await eventually(background, light);
  });

  it('stands still for those who want no motion', async () => {
    const opened = await matrixOf(await openPage(explorer.url));
    const moving = await opened.page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => getComputedStyle(element).animationName !== 'none')
          .length,
    );
    expect(moving).toBe(0);
  });

  it('fits on a phone: names stay in view, panels take the whole screen, nothing is wider than it', async () => {
    const opened = await matrixOf(await openPage(explorer.url, PHONE));
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await opened.dock.count()).toBe(0);
    const providers = opened.page.getByLabel('Provider', { exact: true });
    expect(await providers.isVisible()).toBe(false);
    await unfoldFilters(opened);
    await providers.selectOption('Anthropic');
    await opened.page.getByRole('button', { name: 'Filters 1' }).tap();
    expect(await providers.isVisible()).toBe(false);
    await opened.page.locator('.row .cell.ge').first().tap();
    const box = await opened.dock.boundingBox();
    expect(box).toMatchObject({ x: 0, width: 390 });
    await opened.dock.locator('.route').first().waitFor();
    expect(await opened.findings()).toEqual([]);
    await opened.dock.getByRole('button', { name: 'Close the panel' }).tap();
    await eventually(() => opened.dock.count(), 0);
    for (const name of ['Regions', 'Where', 'Changes', 'Retiring', 'Compare']) {
      await opened.page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name }).tap();
      await eventually(async () => (await opened.dock.boundingBox())?.width, 390);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
  });
});

/** They are folded where there is little room. */
async function unfoldFilters({ page }: ExplorerPage): Promise<void> {
  const folded = page.getByRole('button', { name: /^Filters/, expanded: false });
  if (await folded.isVisible()) {
    await folded.click();
  }
}

/** What is narrower than its text, or stands out of its bar; what is chosen in the bar at the top is made longer before. */
function cutTexts(longer: number): string[] {
  document.querySelectorAll<HTMLOptionElement>('.top option:checked').forEach((option) => {
    option.dataset['short'] ??= option.text;
    option.text = option.dataset['short'].padEnd(option.dataset['short'].length * longer, 'n');
  });
  const bars = [...document.querySelectorAll('.top, .toolbar, .order')];
  const outside = bars.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  const elements = document.querySelectorAll<HTMLElement>(
    ':is(.top, .toolbar, .order) :is(select, button, label, h1, span:not(.visually-hidden))',
  );
  const narrow = [...elements].filter((element) => {
    const { offsetWidth, clientWidth } = element;
    if (element.matches('select')) {
      Object.assign(element.style, { width: 'max-content', maxWidth: 'none' });
      const wanted = element.offsetWidth;
      Object.assign(element.style, { width: '', maxWidth: '' });
      return wanted > offsetWidth;
    }
    return clientWidth > 0 && element.scrollWidth > clientWidth;
  });
  return [...outside, ...narrow].map(({ className, textContent }) => `${className}: ${textContent}`);
}
