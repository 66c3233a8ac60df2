/** Tests of the file that `dragon export page` makes of a recorded run: from the disk, and without any network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { useBrowser } from './browser.ts';

const browser = useBrowser();
const folder = mkdtempSync(join(tmpdir(), 'dragon-exported-page-'));
const FILE = join(folder, 'run.html');

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

beforeAll(async () => {
  const trace = join(folder, 'run.trace');
  await dragonInProcess(['run', 'seed-deadlock', '--trace', trace]);
  const { code, err } = await dragonInProcess(['export', 'page', trace, '--out', FILE]);
  expect([code, err]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const openFile = (file: string) => browser.openPage(pathToFileURL(file).href, { offline: true });
const digest = (page: Page) => page.locator('.bar .digest');
const checked = (page: Page) => digest(page).getAttribute('data-checked');

/** Puts the cursor at a share of the run; returns its instant, and who waits then and in which state. */
async function waitsAt(page: Page, share: number) {
  const axis = page.locator('.timeline-axis');
  const { width = 0 } = (await axis.boundingBox()) ?? {};
  await axis.click({ position: { x: share * width, y: 8 } });
  await page.evaluate('window.dragonTest.settled()');
  const nodes = await page.getByRole('treeitem').allTextContents();
  return [await page.locator('.timeline-flag').textContent(), ...nodes.toSorted()];
}

test('it plays, scrubs both ways, forks and compares, and its digest is that of the recording', async () => {
  const page = await openFile(FILE);
  await page.getByText(DIGEST).waitFor();
  expect(await checked(page)).toBe('true');

  const there = await waitsAt(page, 0.9);
  const before = await waitsAt(page, 0.15);
  expect(before).not.toEqual(there);
  expect(await waitsAt(page, 0.9)).toEqual(there);
  expect(await waitsAt(page, 0.15)).toEqual(before);

  await page.getByLabel('Speed').selectOption('unlimited');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.locator('.mode[data-mode="ended"]').waitFor();

  await page.getByRole('button', { name: 'CPU: stall' }).click();
  await page.getByRole('dialog').getByLabel('at').fill('2.22s');
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  await expect.poll(() => digest(page).textContent()).toMatch(/^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/);
  expect(await checked(page), 'nobody has made the fork before').toBeNull();
  await page.getByRole('tab', { name: 'Compare' }).click();
  const difference = page.getByRole('region', { name: 'First difference' });
  await difference.getByText('The first difference is at row ').waitFor();
  await page.getByRole('button', { name: 'original' }).click();
  await expect.poll(() => digest(page).textContent()).toBe(DIGEST);
  expect(await checked(page)).toBe('true');
});

test('where it comes to another digest than the recording, it says so', async () => {
  const file = join(folder, 'another.html');
  const other = '0123456789abcdef';
  const page = readFileSync(FILE, 'utf8');
  expect(page.split(`"digest":"${DIGEST}"`)).toHaveLength(2);
  writeFileSync(file, page.replace(`"digest":"${DIGEST}"`, `"digest":"${other}"`));
  const opened = await openFile(file);
  await opened
    .locator('.notice')
    .getByText(`deadlock, digest ${DIGEST}; the run itself: deadlock, digest ${other}`)
    .waitFor();
  expect(await checked(opened)).toBe('false');
});
