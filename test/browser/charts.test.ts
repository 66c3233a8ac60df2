/** Tests of cards and of the stage Chart: they follow the cursor, and all of them can be read and reached by keys. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

let url: string;
beforeAll(async () => {
  url = await pageOfRun('charts', { scenario: 'seed-deadlock' });
});

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

async function openedPage(options: { width?: number; theme?: 'dark' | 'light' } = {}): Promise<Page> {
  const page = await browser.openPage(url, options);
  // In a narrow window it is not shown.
  await page.getByText(DIGEST).waitFor({ state: 'attached' });
  return page;
}

/** Of the panels that these tests are about. */
const isOurs = (fault: string): boolean => fault.includes('card') || fault.includes('chart');
const faults = async (page: Page) => (await layoutFaults(page)).filter(isOurs);

const card = (page: Page, name: string) => page.getByRole('article', { name });
const activeState = (page: Page) => page.locator('.chart-drawing .box.active').getAttribute('data-path');

test('cards say what each party did, does, and what would have to come; they are moved and closed', async () => {
  const page = await openedPage();
  expect(await card(page, 'kswapd0').innerText()).toMatch(
    /queueingInodes\s+on inodesQueued\s+throttled\s+goOn\s+on workFlushed\s+waits for the inodegc work of CPU 0/,
  );
  expect(await card(page, 'xfs_scrub').innerText()).toMatch(/rebuilding\s+after rebuild\s+unregistering/);
  const names = () => page.getByRole('article').evaluateAll((cards) => cards.map((each) => each.ariaLabel));
  expect(await names()).toEqual(['kswapd0', 'kworker/0:1', 'xfs_scrub']);
  await card(page, 'xfs_scrub').dragTo(card(page, 'kswapd0'));
  expect(await names()).toEqual(['xfs_scrub', 'kswapd0', 'kworker/0:1']);
  await card(page, 'kswapd0').focus();
  await page.keyboard.press('Shift+O');
  expect(await names()).toEqual(['xfs_scrub', 'kworker/0:1']);
});

test('a card becomes a chart by a key, which is where the cursor is, and follows it', async () => {
  const page = await openedPage();
  await card(page, 'xfs_scrub').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => activeState(page)).toBe('unregisteringInTransaction');
  expect(await page.locator('.chart-line').innerText()).toMatch(
    /xfs_scrub: waits for shrinker_rwsem .* held by kswapd0, since/,
  );
  expect(await page.locator('.line.taken').allTextContents()).toEqual([expect.stringContaining('after rebuild')]);
  expect(await page.locator('.line.out').count()).toBeGreaterThan(3);
  expect(await faults(page)).toEqual([]);
  expect((await accessibilityFaults(page)).filter(isOurs)).toEqual([]);
  await takeScreenshot(page, 'chart-xfs_scrub');
});

test('the camera follows the agent: where it is can be seen, wherever the chart was dragged to', async () => {
  const page = await openedPage();
  await card(page, 'kswapd0').focus();
  await page.keyboard.press('Enter');
  const drawing = page.locator('.chart-drawing');
  const active = drawing.locator('.box.active');
  await active.waitFor();
  const place = await drawing.boundingBox();
  if (place === null) throw new Error('there is no chart');
  const isInside = async () => {
    const box = await active.boundingBox();
    return box !== null && box.x > place.x && box.x + box.width < place.x + place.width;
  };
  expect(await isInside()).toBe(true);
  await page.mouse.move(place.x + 20, place.y + 20);
  await page.mouse.down();
  await page.mouse.move(place.x - 1_500, place.y + 20, { steps: 4 });
  await page.mouse.up();
  expect(await isInside()).toBe(false);
  await page.keyboard.press('Home');
  await expect.poll(isInside).toBe(true);
});

test('a compound opens by a click, and closes by another', async () => {
  const page = await openedPage({ theme: 'light' });
  await card(page, 'kswapd0').getByRole('button', { name: 'Open the chart of kswapd0' }).click();
  const closed = page.locator('.chart-drawing .closed[data-path$="inactivatingInline"]');
  await closed.dispatchEvent('click');
  const inside = page.locator('.chart-drawing .box[data-path*="inactivatingInline."]');
  await expect.poll(() => inside.count()).toBeGreaterThan(2);
  expect(await faults(page)).toEqual([]);
  await takeScreenshot(page, 'chart-kswapd0');
  await page.locator('.chart-drawing .open[data-path$="inactivatingInline"]').dispatchEvent('click');
  await expect.poll(() => inside.count()).toBe(0);
  // What may come next is sent by a click on its line.
  await page.locator('.chart-drawing .line.possible', { hasText: 'workFlushed' }).first().dispatchEvent('click');
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Fork and inject' }).waitFor();
  expect(await sheet.locator('select').first().inputValue()).toBe('kswapd/0');
  expect(await sheet.locator('select').last().inputValue()).toMatch(/workFlushed$/);
});
