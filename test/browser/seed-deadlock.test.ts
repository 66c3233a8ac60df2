/** Tests of the page that shows the deadlock of the seed, opened from the disk. */
import { beforeAll, expect, test } from 'vitest';
import { digestIn, dragon } from '../e2e/dragon-process.ts';
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

test('a page from the disk executes the run, and ends with the digest and the words of the command', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const { out } = await dragon(['run', 'seed-deadlock']);
  expect(digestIn(out)).toBe(DIGEST);
  const said = out.replace(/\s+/g, ' ');
  const finding = page.getByRole('region', { name: 'Finding' });
  expect(said).toContain(`DEADLOCK: ${await finding.getByRole('heading').textContent()} `);
  expect(said).toContain(await finding.locator('p').textContent());
});

test('the deadlock is a ring of those who wait for each other, and the others wait behind it', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const nodes = page.getByRole('tree', { name: 'Who waits for whom' }).getByRole('treeitem');
  const names = await nodes.locator('b').allTextContents();
  expect(names.toSorted()).toEqual(['7 × rm', 'kswapd0', 'kworker/0:1', 'xfs_scrub']);
  const labels = await page.locator('.wait-label b').allTextContents();
  expect(labels.toSorted()).toEqual(['AGI of AG 0', 'inodegc work of CPU 0', 'shrinker_rwsem (W)']);
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
  const page = await browser.openPage(url, { height: 1400 });
  const icons = page.locator('.legend svg');
  for (const deficiency of DEFICIENCIES) {
    await seeAs(page, deficiency);
    const [closest] = await shapePairs(page, icons);
    expect(closest?.distance, `drawings ${closest?.names}, ${deficiency}`).toBeGreaterThan(0.3);
    await takeScreenshot(page, `seed-deadlock-${deficiency}`);
  }
});
