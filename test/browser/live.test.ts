/** Tests of the page that watches a run: what it shows ends where the run ends, and the run is the same. */
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { digestIn, DragonProcess } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = 'e7fa05e473288910';

interface Inspected {
  readonly address: string;
  /** What it has printed so far. */
  readonly said: () => string;
}

/** Starts the command, and returns the address it prints. It is stopped after the test. */
async function inspected(...words: readonly string[]): Promise<Inspected> {
  const dragon = new DragonProcess(words);
  let out = '';
  const address = await new Promise<string>((resolve, reject) => {
    const look = (chunk: unknown) => {
      out += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(out);
      if (found !== null) resolve(found[0]);
    };
    dragon.child.stdout?.on('data', look);
    dragon.child.stderr?.on('data', look);
    void dragon.ended.then(({ err }) => reject(new Error(err)));
  });
  onTestFinished(async () => {
    dragon.child.kill('SIGINT');
    await dragon.untilGone();
  });
  return { address, said: () => out };
}

const names = async (page: Page) => (await page.getByRole('treeitem').locator('b').allTextContents()).toSorted();
const RING = ['7 × rm', 'kswapd0', 'kworker/0:1', 'xfs_scrub'];

async function expectRing(page: Page, said: () => string): Promise<void> {
  await page.getByText(DIGEST).waitFor();
  expect(await names(page)).toEqual(RING);
  await expect.poll(() => digestIn(said())).toBe(DIGEST);
}

test('a run that stands still is let go from the page, and watched to its ring', async () => {
  const { address, said } = await inspected('inspect', 'seed-deadlock', '--no-open', '--paused');
  const page = await browser.openPage(address);
  await page.getByText('PAUSED').waitFor();
  await takeScreenshot(page, 'live-paused');
  expect(page.url()).not.toContain('token');
  expect(await layoutFaults(page)).toEqual([]);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Play' }).click();
  await expectRing(page, said);
});
