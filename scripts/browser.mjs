import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** The one that was made to have no window comes first: it opens a page in two thirds of the time. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

/** The browser that CHROMIUM_PATH names, or the first that is installed where systems put it. */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH?.trim();
  return named ? named : PLACES.find((path) => existsSync(path));
}

/** Starts it without a window, and without the network services that a browser has besides the page. */
export function launchBrowser(executablePath) {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
