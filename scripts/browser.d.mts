import type { Browser } from 'playwright-core';

/** The browser that CHROMIUM_PATH names, or the first that is installed where systems put it. */
export function findBrowser(): string | undefined;

/** Starts it without a window, and without the network services that a browser has besides the page. */
export function launchBrowser(executablePath: string): Promise<Browser>;
