/** Tests of the page that shows the deadlock of the seed, opened from the disk. */
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';
import { DEFICIENCIES, seeAs, shapePairs } from './vision.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = 'e7fa05e473288910';

let url: string;
beforeAll(async () => {
  url = await pageOfRun('seed-deadlock', { scenario: 'seed-deadlock' });
});

test('a page from the disk executes the run, and ends with the digest of the command', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
});

const WINDOWS = [
  [1440, 900],
  [1920, 1080],
] as const;

for (const theme of ['dark', 'light'] as const)
  test(`nothing is too small, covered, cut or faint, at any width; ${theme}`, async () => {
    const page = await browser.openPage(url, { theme });
    await page.getByText(DIGEST).waitFor();
    const faults: Record<number, string[]> = {};
    for (const [width, height] of WINDOWS) {
      await page.setViewportSize({ width, height });
      faults[width] = await layoutFaults(page);
      await takeScreenshot(page, 'seed-deadlock');
    }
    expect(faults).toEqual({ 1440: [], 1920: [] });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

test('what a state looks like can be told without its hue', async () => {
  const page = await browser.openPage(url);
  const icons = page.locator('.legend svg');
  const drawings = new Map((await icons.all()).map((icon, i) => [`shape ${i}`, icon]));
  expect(drawings.size).toBeGreaterThan(6);
  for (const deficiency of DEFICIENCIES) {
    await seeAs(page, deficiency);
    const [closest] = await shapePairs(drawings);
    expect(closest?.distance, `${closest?.names}, ${deficiency}`).toBeGreaterThan(0.3);
    await takeScreenshot(page, `seed-deadlock-${deficiency}`);
  }
});
