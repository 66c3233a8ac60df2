/** Tests of the page of a real machine's log: the same sentence and waits as the command's, and no stage of a run. */
import { fileURLToPath } from 'node:url';
import { type FindingsJson, findingsJson, logFindings } from '@dragon/dmesg';
import { readKernelLog } from '@dragon/dmesg/io';
import type { Json } from '@dragon/engine';
import { openInspector, standingRun } from '@dragon/inspector';
import { expect, onTestFinished, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, colourFaults, layoutFaults } from './page-faults.ts';
import { pageFiles } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();
async function findings(file: string): Promise<FindingsJson> {
  const path = fileURLToPath(new URL(`../kernel-logs/${file}`, import.meta.url));
  return findingsJson(file, logFindings(await readKernelLog(path)));
}

async function logPage(log: FindingsJson) {
  const errors: unknown[] = [];
  const run = standingRun({ mode: 'dmesg', log: JSON.parse(JSON.stringify(log)) as Json });
  const inspector = await openInspector({
    run,
    page: await pageFiles(),
    forks: '.',
    onError: (error) => void errors.push(error),
  });
  // After the page, which would ask for it again.
  onTestFinished(async () => {
    await inspector.close();
    expect(errors).toEqual([]);
  });
  const page = await browser.openPage(inspector.address);
  await page.locator('.wait-node').first().waitFor();
  return page;
}

test("a deadlock of a log is a ring in the log's words, with dashed arrows where nobody is named", async () => {
  const log = await findings('mail-deadlock.txt');
  const page = await logPage(log);
  const { sentence = '' } = log.dumps[0] ?? {};
  expect(await page.getByRole('region', { name: 'Finding' }).getByRole('heading').textContent()).toBe(sentence);
  expect(await page.locator('.wait-node.look-find b').allTextContents()).toEqual([
    'kworker/0:0',
    'kswapd0',
    'scrub',
    'hog',
  ]);
  expect(await page.locator('.arrow').count()).toBe(10);
  expect(await page.locator('.arrow.guess').count()).toBe(4);
  expect(await page.getByRole('tab').count()).toBe(0);
  expect(await page.getByText('no run is behind it').count()).toBe(1);
  await page.getByRole('treeitem').filter({ hasText: 'scrub' }).click();
  const side = page.getByRole('complementary', { name: 'What the log tells' });
  await side.getByRole('heading', { name: 'scrub' }).waitFor();
  expect(await side.locator('.log-stack li').first().textContent()).toBe('__schedule');
  expect(await side.getByText('dragon inspect seed-deadlock').count()).toBe(1);
  const faults: string[] = [];
  for (const [width, height] of [
    [720, 450],
    [1024, 768],
    [1440, 900],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    faults.push(...(await layoutFaults(page)).map((fault) => `${width} px: ${fault}`));
    expect(await side.isVisible(), `${width} px`).toBe(true);
    await takeScreenshot(page, 'log-mail-deadlock');
  }
  faults.push(...(await accessibilityFaults(page)));
  await page.emulateMedia({ colorScheme: 'light' });
  faults.push(...(await colourFaults(page)).map((fault) => `light: ${fault}`));
  await takeScreenshot(page, 'log-mail-deadlock');
  expect(faults).toEqual([]);
});

test('of several moments one is chosen; a stall of many tasks has no ring', async () => {
  const [log, later] = [await findings('linux-6.1.192.txt'), await findings('locks-held-abba.txt')];
  const page = await logPage({ ...log, dumps: [...log.dumps, ...later.dumps] });
  await page.getByRole('heading', { name: log.dumps[0]?.sentence ?? '' }).waitFor();
  expect(await page.locator('.look-find').count()).toBe(0);
  await takeScreenshot(page, 'log-stall');
  await page.getByRole('combobox', { name: 'Moment' }).selectOption(String(log.dumps.length));
  await page.getByRole('heading', { name: later.dumps[0]?.sentence ?? '' }).waitFor();
  expect(await page.locator('.wait-node b').allTextContents()).toEqual(['one', 'two']);
  expect(await page.locator('.arrow.guess').count()).toBe(0);
  await takeScreenshot(page, 'log-moments');
});
