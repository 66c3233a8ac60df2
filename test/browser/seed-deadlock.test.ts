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

const STAGES = ['Waits', 'Memory', 'Agents', 'Chart', 'Compare'];

for (const theme of ['dark', 'light'] as const)
  test(`on no stage is a text too small, covered, cut or faint, at any width; ${theme}`, async () => {
    const page = await browser.openPage(url, { theme });
    await page.getByText(DIGEST).waitFor();
    const faults: string[] = [];
    for (const stage of STAGES) {
      await page.getByRole('tab', { name: stage }).click();
      for (const [width, height] of WINDOWS) {
        await page.setViewportSize({ width, height });
        faults.push(...(await layoutFaults(page)).map((fault) => `${stage}, ${width} px: ${fault}`));
        await takeScreenshot(page, `seed-deadlock-${stage.toLowerCase()}`);
      }
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${stage}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

test('what a state looks like can be told without its hue', async () => {
  const page = await browser.openPage(url);
  const icons = page.locator('.legend svg');
  for (const deficiency of DEFICIENCIES) {
    await seeAs(page, deficiency);
    const [closest] = await shapePairs(page, icons);
    expect(closest?.distance, `drawings ${closest?.names}, ${deficiency}`).toBeGreaterThan(0.3);
    await takeScreenshot(page, `seed-deadlock-${deficiency}`);
  }
});
