/** Tests of the page under the mouse: what is dragged, turned, pointed at and clicked besides buttons with a name. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { pageOfRun } from './page-of-run.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

let url: string;
beforeAll(async () => {
  url = await pageOfRun('mouse', { scenario: 'seed-deadlock' });
});

async function openedPage(): Promise<Page> {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  return page;
}

const settled = (page: Page) => page.evaluate('window.dragonTest.settled()');
/** What a canvas shows. */
const picture = async (page: Page, canvas: string) => {
  await settled(page);
  return page.evaluate<string>(`document.querySelector('${canvas}').toDataURL()`);
};
const lanes = async (page: Page) => {
  await settled(page);
  return page.locator('.timeline-lane').allTextContents();
};

test('a fault that is dragged onto an agent asks about that agent; one that it does not fit is not taken', async () => {
  const page = await openedPage();
  const fault = page.getByRole('button', { name: 'CPU: stall' });
  await fault.dragTo(page.locator('.agent-icon[data-agent="kswapd/0"]'));
  expect(await page.getByRole('dialog').count()).toBe(0);
  await fault.dragTo(page.locator('.agent-icon[data-agent="cpu/2"]'));
  expect(await page.getByRole('dialog').locator('select').inputValue()).toBe('cpu/2');
});

test('a stack opens by a click; what is pointed at is told, and marked', async () => {
  const page = await openedPage();
  const stack = page.getByRole('treeitem', { name: '7 × rm' });
  await stack.click();
  await expect.poll(() => stack.count()).toBe(0);
  const lane = await page.locator('.timeline-lane', { hasText: 'kswapd0' }).boundingBox();
  await page.mouse.move((lane?.x ?? 0) + 700, (lane?.y ?? 0) + 8);
  await page.getByRole('tooltip').getByText('kswapd0').waitFor();
  await page.getByRole('tab', { name: 'Agents' }).click();
  const row = page.locator('.agents-row').first();
  const before = await picture(page, '.cells canvas');
  await row.hover();
  await expect.poll(() => picture(page, '.cells canvas')).not.toBe(before);
});

test('the timeline: the wheel zooms and pans, its edge is dragged, a lane is hidden and shown again', async () => {
  const page = await openedPage();
  const bars = '.timeline [data-part="bars"]';
  const all = await picture(page, bars);
  await page.locator('.timeline [data-part="notes"]').hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await expect.poll(() => picture(page, bars)).not.toBe(all);
  const near = await picture(page, bars);
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 200);
  await page.keyboard.up('Shift');
  await expect.poll(() => picture(page, bars)).not.toBe(near);

  const timeline = page.getByRole('region', { name: 'Timeline' });
  const height = async () => (await timeline.boundingBox())?.height ?? 0;
  const usual = await height();
  const edge = page.getByRole('separator', { name: 'Height of the timeline' });
  const { x = 0, y = 0 } = (await edge.boundingBox()) ?? {};
  await page.mouse.move(x + 300, y + 2);
  await page.mouse.down();
  await page.mouse.move(x + 300, y - 58, { steps: 3 });
  await page.mouse.up();
  expect(await height()).toBeCloseTo(usual + 60, -1);
  await edge.press('ArrowDown');
  expect(await height()).toBeCloseTo(usual + 36, -1);

  const shown = await lanes(page);
  await timeline.getByRole('button', { name: '7 × fsstress' }).press('Delete');
  expect(await lanes(page)).toEqual(shown.filter((name) => name !== '7 × fsstress'));
  await timeline.getByRole('button', { name: '1 hidden' }).click();
  expect(await lanes(page)).toEqual(shown);
});

test('dark or light is a choice that stays', async () => {
  const page = await openedPage();
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const dark = await ground();
  await page.getByRole('button', { name: 'Dark or light' }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await page.getByText(DIGEST).waitFor();
  expect(await ground()).toBe(light);
});
