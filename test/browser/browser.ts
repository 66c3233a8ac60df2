/**
 * Browser of a test file: one Chromium with a profile of its own, whose pages may speak to this machine alone, and in
 * which a complaint on the console is a failed test.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openChromium } from './chromium.ts';
import { inPageScript } from './in-page-script.ts';

interface PageOptions {
  /** CSS pixels of the window; 1440 wide. */
  readonly width?: number;
  /** 900. */
  readonly height?: number;
  /** Dark. */
  readonly theme?: 'dark' | 'light';
  /** As the reader zooms the page: 2 is 200 %. */
  readonly zoom?: number;
  /** True: of this machine only its disk can be reached. */
  readonly offline?: boolean;
}

interface TestBrowser {
  /** Opens a page in a profile of its own; it is closed after the test. */
  openPage(url: string, options?: PageOptions): Promise<Page>;
  /** Returns what pages complained of since it was last asked, which is then no failure. */
  takeComplaints(): string[];
}

const OF_THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

/** Opens a browser for the tests of a file, and ends it after them. Fails them with one line if there is none. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(complaints.splice(0), 'what the page complained of').toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    async openPage(url, options = {}) {
      const { width = 1440, height = 900, theme = 'dark', zoom = 1, offline = false } = options;
      if (browser === undefined) throw new Error('the browser is opened before the first test');
      const context = await browser.newContext({
        viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
        deviceScaleFactor: zoom,
        colorScheme: theme,
        offline,
      });
      contexts.push(context);
      listen(context, complaints);
      await context.addInitScript(inPageScript());
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    takeComplaints: () => complaints.splice(0),
  };
}

function listen(context: BrowserContext, complaints: string[]): void {
  context.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on('request', (request) => checkAddress(request.url(), complaints));
  context.on('page', (page) => {
    page.on('websocket', (socket) => checkAddress(socket.url(), complaints));
    page.on('crash', () => complaints.push('the page crashed'));
  });
}

function checkAddress(url: string, complaints: string[]): void {
  const { protocol, hostname } = new URL(url);
  const isElsewhere = ['http:', 'https:', 'ws:', 'wss:'].includes(protocol) && !OF_THIS_MACHINE.includes(hostname);
  if (isElsewhere) complaints.push(`asked another machine: ${url}`);
}
