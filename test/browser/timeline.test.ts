/** Tests of the timeline under mouse and keyboard: where cursor and window go, and that its texts can be read. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { drawingFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';

const browser = useBrowser();
const DIGEST = '03c7f7de3f9080ae';
/** Of the canvases in the section: where the names end. */
const NAMES = 168;

let url: string;
beforeAll(async () => {
  url = await pageOfRun('seed-deadlock', { scenario: 'seed-deadlock' });
});

async function opened(theme: 'dark' | 'light') {
  const page = await browser.openPage(url, { theme });
  await page.getByText(DIGEST).waitFor();
  const section = page.getByRole('region', { name: 'Timeline' });
  const box = await section.boundingBox();
  if (box === null) throw new Error('there is no timeline');
  return { page, section, box };
}

/** The cursor's instant in seconds, as the page shows it when all panels have drawn it. */
async function cursor(page: Page): Promise<number> {
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  return Number((await page.locator('.timeline-flag').textContent())?.split('\u2009').join(''));
}

test('a click seeks, keys zoom and pan, dragging pans and chooses', async () => {
  const { page, section, box } = await opened('dark');
  expect(await cursor(page)).toBeCloseTo(2.320_882, 5);
  const middle = NAMES + (box.width - NAMES - 14) / 2;
  await page.mouse.click(box.x + middle, box.y + 70);
  const half = await cursor(page);
  expect(half).toBeCloseTo(2.320_882 / 2, 2);
  // Zooming keeps the instant under the cursor where it is.
  for (const key of ['w', 'w', 'w']) await page.keyboard.press(key);
  await page.mouse.click(box.x + middle, box.y + 70);
  expect(await cursor(page)).toBeCloseTo(half, 2);
  // What was under the pointer goes with it.
  await page.mouse.move(box.x + middle, box.y + 70);
  await page.mouse.down();
  await page.mouse.move(box.x + middle + 200, box.y + 70, { steps: 4 });
  await page.mouse.up();
  await page.mouse.click(box.x + middle + 200, box.y + 70);
  expect(await cursor(page)).toBeCloseTo(half, 2);
  await page.keyboard.press('0');
  await page.mouse.move(box.x + middle, box.y + 42);
  await page.mouse.down();
  await page.mouse.move(box.x + middle + 100, box.y + 42, { steps: 4 });
  await page.mouse.up();
  await page.mouse.click(box.x + NAMES + 1, box.y + 70);
  expect(await cursor(page)).toBeCloseTo(half, 2);
  await page.keyboard.press('x');
  await section.getByRole('button', { name: 'in order' }).waitFor();
});

test('arrow keys go from lane to lane and from change to change, and say what is there', async () => {
  const { page, section } = await opened('light');
  await section.getByRole('button', { name: 'kswapd0' }).focus();
  await page.keyboard.press('ArrowDown');
  expect(await section.locator(':focus').textContent()).toBe('kworker/0:1');
  expect(await page.locator('#timeline-said').textContent()).toContain('waits for the AGI of AG 0, held by xfs_scrub');
  const before = await cursor(page);
  await page.keyboard.press('ArrowLeft');
  expect(await cursor(page)).toBeLessThan(before);
  await page.keyboard.press('Enter');
  await section.locator('[data-mark="selected"]').waitFor();
});

test('a bar that is pointed at marks its agent, and the lane of a lock selects its holder and its queue', async () => {
  const { page, section, box } = await opened('dark');
  await page.mouse.move(box.x + box.width / 2, box.y + 70);
  await page.locator('.wait-node[data-agent="kswapd/0"][data-mark="hovered"]').waitFor();
  await page.mouse.move(box.x + box.width / 2, box.y - 100);
  await page.locator('[data-mark="hovered"]').first().waitFor({ state: 'detached' });
  await section.getByRole('button', { name: 'AGI of AG 0' }).click();
  await page.locator('.card[data-agent="repair/0"][data-mark="selected"]').waitFor();
  expect(await page.locator('.rail [data-mark="related"]').count()).toBe(8);
});

test('in time, in order, in the past and zoomed, its texts can be read in either theme', async () => {
  const { page, box } = await opened('dark');
  const faults: string[] = [];
  const look = async (name: string): Promise<void> => {
    const all = [...(await layoutFaults(page)), ...(await drawingFaults(page))];
    await page.emulateMedia({ colorScheme: 'light' });
    all.push(...(await drawingFaults(page)));
    await page.emulateMedia({ colorScheme: 'dark' });
    faults.push(...all.filter((fault) => fault.includes('timeline')).map((fault) => `${name}: ${fault}`));
  };
  await page.keyboard.press('x');
  await look('in order');
  await page.keyboard.press('x');
  await page.mouse.click(box.x + NAMES + 300, box.y + 70);
  await look('in the past');
  for (const key of ['w', 'w', 'w', 'w']) await page.keyboard.press(key);
  await look('zoomed');
  expect(faults).toEqual([]);
});
