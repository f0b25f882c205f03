/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { findBrowser, launchBrowser } from '../../scripts/browser.mjs';
import { afterThisTest } from './cleanup.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** A browser takes its time to start on a busy machine. */
const START_MS = 60_000;
/** Longer than anything on the page takes, on a busy machine as well. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 20;
const executable = findBrowser();
const NO_BROWSER = 'no Chromium was found: install one, or name it in CHROMIUM_PATH';
let browser: Browser | undefined;

/**
 * Tests in a real browser. Where there is none they are skipped, and it is said why; where CI is set, that is a failure.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  const isSkipped = executable === undefined && !process.env['CI'];
  if (isSkipped) {
    process.stderr.write(`Skipped: "${name}": ${NO_BROWSER}.\n`);
  }
  beforeAll(async () => {
    if (!isSkipped) {
      browser = await start();
    }
  }, START_MS);
  afterAll(() => browser?.close());
  const suite = isSkipped ? describe.skip : describe;
  suite(name, tests);
}

function running(): Browser {
  if (browser === undefined) {
    throw new Error('Pages are opened within describeInBrowser.');
  }
  return browser;
}

async function start(): Promise<Browser> {
  if (executable === undefined) {
    throw new Error(`The page cannot be tested: ${NO_BROWSER}.`);
  }
  return launchBrowser(executable);
}

export interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly targets: readonly string[];
}

/** The page in a browser of its own, with all that went wrong in it. */
export class ExplorerPage {
  /** What the console was told as an error or a warning, and what was thrown. */
  readonly complaints: string[] = [];
  /** URLs that were asked for. */
  readonly requests: string[] = [];
  /** Requests that were answered to their end. */
  readonly finished: Request[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('requestfinished', (request) => this.finished.push(request));
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Lets go of the page, for the next test. */
  async leave(): Promise<void> {
    for (const event of ['console', 'pageerror', 'request', 'requestfinished']) {
      this.page.removeAllListeners(event);
    }
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.page.evaluate(() => localStorage.clear()).catch(() => undefined);
    await this.context.clearPermissions();
  }

  get search(): Locator {
    return this.page.getByRole('combobox', { name: 'Model', exact: true });
  }

  get dock(): Locator {
    return this.page.getByRole('complementary');
  }

  row(modelId: string): Locator {
    return this.page.locator(`.row[data-model="${modelId}"]`);
  }

  async cell(modelId: string, region: string): Promise<Locator> {
    const column = await this.page.locator(`[data-sort="${region}"]`).getAttribute('data-column');
    return this.row(modelId).locator(`[data-column="${column}"]`);
  }

  /** What a cell tells a screen reader. */
  async label(modelId: string, region: string): Promise<string> {
    return (await (await this.cell(modelId, region)).getAttribute('aria-label')) ?? '';
  }

  /** Ids of the models that are drawn, from the top. */
  async models(): Promise<string[]> {
    const rows = await this.page.locator('.row').evaluateAll((elements) =>
      elements
        .map((element) => ({
          index: Number(element.getAttribute('aria-rowindex')),
          id: element.getAttribute('data-model') ?? '',
        }))
        .sort((a, b) => a.index - b.index)
        .map(({ id }) => id),
    );
    return rows;
  }

  /** How many models there are, drawn or not. */
  async count(): Promise<number> {
    return Number(await this.page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
  }

  /** Regions of the columns, from the left. */
  regions(): Promise<string[]> {
    return this.page
      .locator('.region-head')
      .evaluateAll((heads) => heads.map((head) => (head as HTMLElement).dataset['sort'] ?? ''));
  }

  /** Where the keyboard is: the column, and the model or `header`. */
  focus(): Promise<{ row: string; column: number }> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const row = element?.closest('.row')?.getAttribute('data-model');
      return {
        row: row ?? (element?.closest('.header') ? 'header' : 'elsewhere'),
        column: Number(element?.dataset['column'] ?? -1),
      };
    });
  }

  /**
   * What axe finds.
   *
   * @param besides what was looked at before, and is as it was
   */
  async findings(besides: readonly string[] = []): Promise<AxeFinding[]> {
    // It is read where it is asked only: each page would take longer to start.
    if (!(await this.page.evaluate(() => 'axe' in window))) {
      await this.page.evaluate(await readFile(AXE, 'utf8'));
    }
    return this.page.evaluate(async (exclude) => {
      const { axe } = window as unknown as {
        axe: {
          run(
            context: object,
          ): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }>;
        };
      };
      return (await axe.run({ exclude })).violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        targets: nodes.slice(0, 3).map(({ target }) => target.join(' ')),
      }));
    }, besides);
  }
}

/** Motion that nobody looks at would be drawn all the time. */
const USUAL: BrowserContextOptions = { viewport: { width: 1680, height: 1000 }, reducedMotion: 'reduce' };

/** Of the tests of one file, by what is asked of them. A browser takes many times as long where each test has a page of its own. */
const shared = new Map<string, Promise<Page>>();

interface PageOptions extends BrowserContextOptions {
  /** What its address says is shown. */
  readonly link?: string;
  /** In a browser of its own, which knows nothing from before: for what is changed or measured in the page itself. */
  readonly alone?: boolean;
}

/**
 * Opens the page. What tests open alike is one page, which is led to what its link says, as people are by theirs, with
 * nothing open from before; what it remembers is forgotten after each test. It is loaded anew for another application.
 */
export async function openPage(
  url: string,
  { link = '', alone = false, ...options }: PageOptions = {},
): Promise<ExplorerPage> {
  const page = await (alone ? newPage(options) : sharedPage(options));
  const isLoaded = page.url().startsWith(`${url}/`);
  if (isLoaded) {
    await page.goto(`${url}/#panel=none`);
    await page.evaluate(putBack);
  } else if (!alone) {
    // What it says of an application that has ended is nobody's any more.
    await page.goto('about:blank');
  }
  const opened = new ExplorerPage(page);
  afterThisTest(() => (alone ? page.context().close() : opened.leave()));
  await page.goto(`${url}/#${link}`);
  if (isLoaded) {
    await page.evaluate(twoFrames);
    await page.locator('main[aria-busy="false"]').waitFor();
  }
  return opened;
}

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await running().newContext({ ...USUAL, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

function sharedPage(options: BrowserContextOptions): Promise<Page> {
  const key = JSON.stringify(options);
  const page = shared.get(key) ?? newPage(options);
  shared.set(key, page);
  return page;
}

/** In the page: nothing is open, has the focus or is scrolled. */
function putBack(): void {
  document.querySelectorAll('dialog').forEach((dialog) => dialog.close());
  (document.activeElement as HTMLElement | null)?.blur();
  document.querySelector('.scroller')?.scrollTo(0, 0);
}

/** In the page: what the link says has been drawn. */
async function twoFrames(): Promise<void> {
  for (let frames = 0; frames < 2; frames += 1) {
    await new Promise((drawn) => requestAnimationFrame(drawn));
  }
}

/** Waits for the matrix to be drawn. */
export async function matrixOf(opened: ExplorerPage): Promise<ExplorerPage> {
  await opened.page.getByRole('gridcell').first().waitFor();
  return opened;
}

/** Waits until an expression about the page comes true, and fails with what it was last. */
export async function eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const givingUpAt = performance.now() + PATIENCE_MS;
  let value = await read();
  while (JSON.stringify(value) !== JSON.stringify(expected) && performance.now() < givingUpAt) {
    // Who looks all the time keeps the page from getting there.
    await sleep(LOOK_MS);
    value = await read();
  }
  expect(value).toEqual(expected);
}
