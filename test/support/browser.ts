/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { findBrowser, launchBrowser } from '../../scripts/browser.mjs';
import { afterThisTest } from './cleanup.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** A browser takes its time to start on a busy machine. */
const START_MS = 60_000;
/** Longer than anything on the page takes. */
const PATIENCE_MS = 10_000;
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

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('requestfinished', (request) => this.finished.push(request));
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

/**
 * Opens the page; it is closed after the current test, or after all where called in `beforeAll`.
 *
 * @param options of a browser of its own, which keeps nothing; without any, pages share one that keeps what it has compiled, and
 *   what it remembers is forgotten after each test
 */
export async function openPage(
  url: string,
  { link = '', ...options }: { link?: string } & BrowserContextOptions = {},
): Promise<ExplorerPage> {
  const isShared = Object.keys(options).length === 0;
  const context = isShared ? await sharedContext() : await running().newContext({ ...USUAL, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const opened = new ExplorerPage(context, await context.newPage());
  afterThisTest(() => (isShared ? closePage(opened.page) : context.close()));
  await opened.page.goto(`${url}/${link === '' ? '' : `#${link}`}`);
  return opened;
}

let shared: Promise<BrowserContext> | undefined;

/** Of the tests of one file. A browser takes twice as long where each page has a context of its own. */
function sharedContext(): Promise<BrowserContext> {
  shared ??= running().newContext(USUAL);
  return shared;
}

async function closePage(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.clear()).catch(() => undefined);
  await page.context().clearPermissions();
  await page.close();
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
    value = await read();
  }
  expect(value).toEqual(expected);
}
