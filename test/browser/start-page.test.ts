/** Tests of the page before there is a run: what may be chosen is run, and a trace that is dropped is shown. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inspector, openInspector, standingRun } from '@dragon/inspector';
import { SCENARIOS } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageFiles } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();
const folder = mkdtempSync(join(tmpdir(), 'dragon-start-page-'));

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

let inspector: Inspector;
beforeAll(async () => {
  const onError = (error: unknown) => {
    throw error;
  };
  inspector = await openInspector({
    run: standingRun({ mode: 'start' }),
    page: await pageFiles(),
    forks: folder,
    onError,
  });
});
afterAll(async () => {
  await inspector.close();
  rmSync(folder, { recursive: true });
});

async function startPage() {
  const page = await browser.openPage(inspector.address);
  await page.getByRole('region', { name: 'What to look at' }).waitFor();
  return page;
}

test('the deadlock is one click away; all scenarios are there, with their settings; what cannot be run is told', async () => {
  const page = await startPage();
  const scenarios = page.getByRole('list', { name: 'Scenarios' });
  await expect.poll(() => scenarios.locator('b').allTextContents()).toEqual(SCENARIOS.map(({ name }) => name));
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
  await takeScreenshot(page, 'start');
  await page.getByLabel('policy').fill('throttle=sometimes');
  await scenarios.getByRole('button', { name: 'seed-deadlock' }).click();
  await page.locator('.failure p').getByText('throttle').waitFor();
  await page.getByLabel('policy').fill('throttle=skip-kswapd');
  await page.getByLabel('seed').fill('7');
  await scenarios.getByRole('button', { name: 'seed-deadlock' }).click();
  const settings = page.getByRole('list', { name: 'Settings of the run' });
  await settings.locator('.digest').waitFor();
  const { out } = await dragonInProcess(['run', 'seed-deadlock', '--policy', 'throttle=skip-kswapd', '--seed', '7']);
  expect(out).toContain((await settings.locator('.digest').textContent()) ?? 'no digest');

  const other = await startPage();
  await other.getByRole('button', { name: 'Watch the deadlock' }).click();
  await other.getByText(DIGEST).waitFor();
});

test('a trace that is dropped on it, or chosen, is shown; a file that is none is told', async () => {
  const trace = join(folder, 'run.trace');
  await dragonInProcess(['run', 'seed-deadlock', '--trace', trace]);
  const page = await startPage();
  const bytes = readFileSync(trace).toString('base64');
  const dropped = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([bytes], 'run.trace'));
    return dropped;
  })()`);
  await page.locator('.app').dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByText(DIGEST).waitFor();
  await expect.poll(() => page.getByRole('treeitem').locator('b').allTextContents()).toContain('kswapd0');

  const other = await startPage();
  const choose = other.getByLabel('Open a recorded run');
  await choose.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('to buy: milk\n') });
  await other.locator('.failure p').getByText('notes.txt').waitFor();
  await choose.setInputFiles(trace);
  await other.getByText(DIGEST).waitFor();
});
