// node scripts/take-pictures.mjs [part of a name …]
// Pictures of the page in its states, at several widths and in both themes, into a folder that Git ignores, to be looked at;
// and the two of the README into docs/images. `phone-dark` takes those on a phone in the dark, and no others.
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
const SIZES = {
  laptop: { width: 1440, height: 900 },
  screen: { width: 1920, height: 1080 },
  wall: { width: 2560, height: 1440 },
  phone: { width: 390, height: 844 },
};
const LOOKS = ['dark', 'light'].flatMap((theme) => Object.keys(SIZES).map((device) => ({ theme, device })));
/** What stands in the address, and what is done then. */
const STATES = {
  matrix: {},
  cell: { link: `search=claude&${CELL}` },
  routes: { link: ROUTES },
  conditions: { link: `${ROUTES}&cells=price`, after: unfoldConditions },
  'no-route': { link: NO_ROUTE },
  suggestions: { link: 'search=claude%20opus', after: suggest },
  family: { link: 'panel=routes&ask.model=claude%20opus&ask.residency=eu' },
  compare: { link: `panel=compare&compare=${SONNET},anthropic.claude-opus-5` },
  filters: { link: 'panel=none&provider=Anthropic&lifecycle=ACTIVE&cells=quota', after: unfoldFilters },
  help: { after: help },
  'forced-colours': { forcedColors: 'active', link: 'ask.residency=eu' },
  changes: { link: 'panel=changes' },
  retiring: { link: 'panel=retiring&quarter=all' },
  past: { link: 'panel=retiring&quarter=past&ask.residency=eu' },
  doctor: { link: 'panel=regions', after: examine },
  'nothing-found': { link: 'search=nothing-is-called-so' },
};
/** Refreshes before the pictures are taken, so that latencies have a past. */
const REFRESHES = 8;

const wanted = process.argv.slice(2);
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
    for (const look of LOOKS) {
      for (const [name, state] of Object.entries(STATES)) {
        await take(url, name, { ...look, ...state });
      }
    }
    const readme = { width: 1600, height: 900 };
    await take(url, 'explorer-matrix', { theme: 'dark', size: readme, to: `${images}explorer-matrix.png` });
    await take(url, 'explorer-routes', {
      theme: 'light',
      size: readme,
      to: `${images}explorer-routes.png`,
      link: ROUTES,
    });
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

async function unfoldFilters(page) {
  const button = page.getByRole('button', { name: /^Filters/ });
  if (await button.isVisible()) {
    await button.click();
  }
}

async function unfoldConditions(page) {
  await page.getByText('More conditions, and the order').click();
}

async function examine(page) {
  const doctor = page.getByRole('region', { name: 'Doctor' });
  await doctor.getByRole('button', { name: 'Examine' }).click();
  await doctor.locator('li').first().waitFor();
  await doctor.scrollIntoViewIfNeeded();
}

async function picturesOfStates() {
  const options = { simulator: { latency: 'none' }, discovery: { refresh: { mode: 'off' } } };
  const hang = (region) => (simulator) => simulator.addFault({ kind: 'hang', ...region });
  await withApplication({ ...options, prepare: hang({}) }, (url) => takeBoth(url, 'first-scan'));
  await withApplication({ ...options, prepare: hang({ region: 'us-east-1' }) }, (url) =>
    takeBoth(url, 'one-hangs', { after: (page) => page.waitForSelector('[role=gridcell]') }),
  );
  for (const kind of ['unrecognized-client', 'access-denied', 'throttled']) {
    const prepare = (simulator) => simulator.addFault({ kind });
    await withApplication({ ...options, prepare }, async (url) => {
      await refresh(url);
      await takeBoth(url, `all-${kind}`);
    });
  }
  await withApplication(options, async (url, app) => {
    await refresh(url);
    await takeBoth(url, 'loading', { before: (page) => page.route('**/matrix', () => undefined) });
    await takeBoth(url, 'loading-linked', {
      link: 'search=nova',
      before: (page) => page.route('**/matrix', () => undefined),
    });
    const lose = async (page) => {
      await page.waitForSelector('[role=gridcell]');
      await app.close();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('does not answer').first().waitFor();
    };
    await take(url, 'lost', { theme: 'light', after: lose });
  });
}

/** On a laptop and on a phone. */
async function takeBoth(url, name, options) {
  await take(url, name, { theme: 'dark', ...options });
  await take(url, name, { theme: 'light', device: 'phone', ...options });
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

async function take(url, name, options) {
  const { theme, device = 'laptop', size = SIZES[device], link = '', before, after, forcedColors, to } = options;
  const path = to ?? `${folder}${name}-${device}-${theme}.png`;
  if (wanted.length > 0 && !wanted.some((part) => path.includes(part))) {
    return;
  }
  const isPhone = device === 'phone';
  const context = await browser.newContext({
    viewport: size,
    isMobile: isPhone,
    hasTouch: isPhone,
    colorScheme: theme,
    ...(forcedColors && { forcedColors }),
  });
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => process.stderr.write(`${name}: ${message}\n`));
  await before?.(page);
  await page.goto(`${url}/#${link}`);
  await page.waitForSelector('.top');
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await after?.(page);
  await page.screenshot({ path });
  process.stdout.write(`${path}\n`);
  await context.close();
}
