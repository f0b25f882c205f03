// node scripts/take-pictures.mjs
// Pictures of the page in its states, both themes and on a phone, into a folder that Git ignores, to be looked at; and the
// two of the README into docs/images.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createApplication } from '../dist/create-application.js';
import { listen } from '../dist/cli/listen.js';
import { DEMONSTRATION } from '../dist/source/demonstration.js';
import { DiscoverySource } from '../dist/source/discovery-source.js';
import { findBrowser, launchBrowser } from './browser.mjs';

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const CELL = `panel=cell&model=${SONNET}&region=eu-central-1`;
const ROUTES = `panel=routes&ask.model=${SONNET}&ask.residency=eu`;
const NO_ROUTE = 'panel=routes&ask.model=anthropic.claude-opus-4-1-20250805-v1:0&ask.residency=eu';
const LAPTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Refreshes before the pictures are taken, so that latencies have a past. */
const REFRESHES = 8;

const folder = fileURLToPath(new URL('../test/.output/pictures/', import.meta.url));
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
await Promise.all([mkdir(folder, { recursive: true }), mkdir(images, { recursive: true })]);

const executable = findBrowser();
if (executable === undefined) {
  throw new Error('No Chromium was found: set CHROMIUM_PATH.');
}
const browser = await launchBrowser(executable);
try {
  await picturesOfDemonstration();
  await picturesOfStates();
} finally {
  await browser.close();
}

async function picturesOfDemonstration() {
  const { simulator, discovery, play } = DEMONSTRATION;
  // Nothing happens by itself while pictures are taken.
  const quiet = { ...discovery, refresh: { mode: 'off' } };
  await withApplication({ simulator, discovery: quiet, prepare: play }, async (url, app) => {
    const played = app.get(DiscoverySource).simulator;
    await refresh(url);
    played.addFault({ region: 'eu-south-2', kind: 'service-unavailable' });
    played.addModel({ modelId: 'mistral.mistral-large-2407-v1:0', regions: ['eu-south-1'] });
    played.setLifecycle('meta.llama3-1-70b-instruct-v1:0', {
      status: 'LEGACY',
      endOfLifeTime: new Date(Date.now() + 45 * 86_400_000).toISOString(),
    });
    for (let n = 0; n < REFRESHES; n += 1) {
      await refresh(url);
      await fetch(`${url}/regions/history`).then((answer) => answer.text());
    }
    for (const theme of ['dark', 'light']) {
      await take(url, `${theme}-matrix`, { theme });
      await take(url, `${theme}-cell`, { theme, link: `search=claude&${CELL}` });
      await take(url, `${theme}-routes`, { theme, link: ROUTES });
      await take(url, `${theme}-no-route`, { theme, link: NO_ROUTE });
      await take(url, `${theme}-family`, { theme, link: 'search=claude%20opus', after: suggest });
      await take(url, `${theme}-compare`, { theme, link: `panel=compare&compare=${SONNET},anthropic.claude-opus-5` });
      await take(url, `${theme}-help`, { theme, after: help });
      await take(url, `${theme}-forced-colours`, { theme, forcedColors: 'active', link: 'ask.residency=eu' });
      await take(url, `${theme}-changes`, { theme, link: 'panel=changes' });
      await take(url, `${theme}-retiring`, { theme, link: 'panel=retiring&quarter=all' });
      await take(url, `${theme}-nothing-found`, { theme, link: 'search=nothing-is-called-so' });
      await take(url, `${theme}-phone`, { theme, size: PHONE });
      await take(url, `${theme}-phone-cell`, { theme, size: PHONE, link: CELL });
      await take(url, `${theme}-phone-routes`, { theme, size: PHONE, link: ROUTES });
      await take(url, `${theme}-wall`, { theme, size: { width: 2560, height: 1440 } });
    }
    const readme = { width: 1600, height: 900 };
    await take(url, 'explorer-matrix', { theme: 'dark', size: readme, to: images });
    await take(url, 'explorer-routes', { theme: 'light', size: readme, to: images, link: ROUTES });
  });
}

async function suggest(page) {
  await page.waitForSelector('[role=gridcell]');
  await page.getByRole('combobox', { name: 'Model', exact: true }).press('ArrowDown');
  await page.getByRole('listbox', { name: 'Models' }).waitFor();
}

async function help(page) {
  await page.getByRole('button', { name: 'How to read this' }).click();
}

async function picturesOfStates() {
  const discovery = { refresh: { mode: 'off' } };
  const options = { simulator: { latency: 'none' }, discovery };
  const faults = (fault) => (simulator) => simulator.addFault(fault);
  await withApplication({ ...options, prepare: faults({ kind: 'hang' }) }, async (url) => {
    await take(url, 'state-first-scan', { theme: 'dark' });
  });
  await withApplication({ ...options, prepare: faults({ kind: 'unrecognized-client' }) }, async (url) => {
    await refresh(url);
    await take(url, 'state-all-failed', { theme: 'light' });
    await take(url, 'state-all-failed-phone', { theme: 'dark', size: PHONE });
  });
  await withApplication(options, async (url, app) => {
    await refresh(url);
    const hold = (page) => page.route('**/matrix', () => undefined);
    await take(url, 'state-loading', { theme: 'dark', before: hold });
    const lose = async (page) => {
      await page.waitForSelector('[role=gridcell]');
      await app.close();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('does not answer').first().waitFor();
    };
    await take(url, 'state-lost', { theme: 'light', after: lose });
  });
}

async function withApplication(options, use) {
  const app = await createApplication({ ...options, logger: false, access: { refreshIntervalMs: 0 } });
  try {
    await use(await listen(app, '127.0.0.1', 0), app);
  } finally {
    await app.close();
  }
}

async function refresh(url) {
  await fetch(`${url}/refresh`, { method: 'POST' }).then((answer) => answer.text());
}

async function take(url, name, { theme, size = LAPTOP, link = '', to = folder, before, after, forcedColors }) {
  const phone = size.width < 500;
  const device = { viewport: size, isMobile: phone, hasTouch: phone };
  const context = await browser.newContext({ ...device, colorScheme: theme, ...(forcedColors && { forcedColors }) });
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => process.stderr.write(`${name}: ${message}\n`));
  await before?.(page);
  await page.goto(`${url}/#${link}`);
  await page.waitForSelector('.top');
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await after?.(page);
  await page.screenshot({ path: `${to}${name}.png` });
  process.stdout.write(`${to}${name}.png\n`);
  await context.close();
}
