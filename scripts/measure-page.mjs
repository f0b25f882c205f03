// node scripts/measure-page.mjs
// Measures the page on the embedded simulator, at all models × all regions: when the matrix is first painted, frames while
// scrolling, and how long a filter takes from the key to the next frame. It reports; whether that is good depends on the machine.
import { createApplication } from '../dist/create-application.js';
import { listen } from '../dist/cli/listen.js';
import { findBrowser, launchBrowser } from './browser.mjs';

const SCROLL_MS = 4_000;
const FRAME_MS = 1_000 / 60;
const LOADS = 7;
const DEVICES = {
  'a laptop': { slower: 1, options: { viewport: { width: 1440, height: 900 } } },
  'an emulated phone': {
    slower: 4,
    options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3 },
  },
};
const SEARCH = ['c', 'cl', 'cla', 'clau', 'claude', 'claude s', 'claude', 'n', 'no', 'nova', ''];

const executable = findBrowser();
if (executable === undefined) {
  throw new Error('No Chromium was found: set CHROMIUM_PATH.');
}
const app = await createApplication({ simulator: { latency: 'none' }, logger: false });
const url = await listen(app, '127.0.0.1', 0);
const browser = await launchBrowser(executable);
try {
  await fetch(`${url}/refresh?force=false`, { method: 'POST' });
  for (const [name, device] of Object.entries(DEVICES)) {
    const loads = [];
    for (let load = 0; load < LOADS; load += 1) {
      loads.push(await firstPaint(device));
    }
    for (const [what, kind] of Object.entries({
      'First paint of the matrix': 'drawn',
      'Its cells can be opened': 'live',
    })) {
      const times = loads.map((load) => load[kind]).sort((a, b) => a - b);
      process.stdout.write(
        `${what} on ${name}: median ${times[LOADS >> 1].toFixed(0)} ms, best ${times[0].toFixed(0)} ms\n`,
      );
    }
  }
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(url);
  await page.waitForSelector('[role=gridcell]');
  const size = await page.evaluate(() => {
    const grid = document.querySelector('[role=grid]');
    return [grid.ariaRowCount - 1, grid.ariaColCount - 1];
  });
  process.stdout.write(`${size[0]} models × ${size[1]} regions, ${await page.evaluate(() => navigator.userAgent)}\n`);
  for (const [name, pixels] of [
    ['slowly, 6 px a frame', 6],
    ['fast, 40 px a frame', 40],
    ['very fast, 160 px a frame', 160],
  ]) {
    report(`Scrolling ${name}`, await page.evaluate(scroll, { pixels, duration: SCROLL_MS }));
  }
  const filtering = [];
  for (const text of SEARCH) {
    filtering.push(await page.evaluate(search, text));
  }
  filtering.sort((a, b) => a - b);
  process.stdout.write(
    `Filtering, from the key to the frame: median ${filtering[filtering.length >> 1].toFixed(1)} ms, worst ${filtering.at(-1).toFixed(1)} ms\n`,
  );
} finally {
  await browser.close();
  await app.close();
}

/** Milliseconds from the navigation to the frames in which the first cells are drawn, and can be used; nothing is kept from before. */
async function firstPaint({ slower, options }) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript(() => {
    globalThis.paints = {};
    const noteWhenPainted = (kind, selector) =>
      new MutationObserver((_, observer) => {
        if (document.querySelector(selector)) {
          observer.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.addEventListener('message', () => (globalThis.paints[kind] = performance.now()));
            port1.start();
            port2.postMessage(undefined);
          });
        }
      }).observe(document, { childList: true, subtree: true });
    noteWhenPainted('drawn', '.row .cell');
    noteWhenPainted('live', '[role=gridcell]');
  });
  await page.goto(url);
  const both = () => Object.keys(globalThis.paints).length === 2 && globalThis.paints;
  const value = await (await page.waitForFunction(both, undefined, { polling: 50 })).jsonValue();
  await context.close();
  return value;
}

function report(name, frames) {
  frames.sort((a, b) => a - b);
  const mean = frames.reduce((sum, each) => sum + each, 0) / frames.length;
  const at = (share) => frames[Math.floor((frames.length - 1) * share)].toFixed(1);
  const late = frames.filter((each) => each > FRAME_MS * 1.5).length;
  process.stdout.write(
    `${name}: ${(1_000 / mean).toFixed(1)} frames a second, frame ${at(0.5)} ms in the median, ${at(0.99)} ms at 99 %, ${late} of ${frames.length} late\n`,
  );
}

/** In the page: durations of frames while it scrolls down and up again. */
function scroll({ pixels, duration }) {
  const scroller = document.querySelector('.scroller');
  return new Promise((resolve) => {
    const frames = [];
    let [step, last] = [pixels, performance.now()];
    const end = last + duration;
    requestAnimationFrame(function frame(now) {
      frames.push(now - last);
      last = now;
      const before = scroller.scrollTop;
      scroller.scrollTop += step;
      if (scroller.scrollTop === before) {
        step = -step;
      }
      if (now < end) {
        requestAnimationFrame(frame);
      } else {
        resolve(frames.slice(2));
      }
    });
  });
}

/** In the page: from an input event to the frame in which its result is drawn. */
function search(text) {
  const input = document.querySelector('#search');
  return new Promise((resolve) => {
    const begin = performance.now();
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(performance.now() - begin));
      port1.start();
      port2.postMessage(undefined);
    });
  });
}
