/** Tests of the stage of memory at an OOM kill: who counted what, in the report's words, at every width. */
import { expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

test('an OOM kill is one number, marked where it happened; what is in no count is explained, and all lines have names', async () => {
  const url = await pageOfRun('memory', {
    scenario: 'big-cache-50k',
    policy: 'throttle=skip-kswapd',
    cpus: '4',
    set: ['inodes=3000'],
    until: '600ms',
  });
  const faults: string[] = [];
  const page = await browser.openPage(url);
  await page.locator('.digest').waitFor();
  await page.getByRole('tab', { name: 'Memory' }).click();
  await page.getByText('freeable inodes that no shrinker counted').waitFor();
  expect(await page.locator('.figure strong').textContent()).toBe('3,000');
  expect(await page.locator('.found-flag').textContent()).toBe('OOM KILL 0.134845 s');
  expect(await page.locator('.plot-legend > span').allTextContents()).toEqual([
    'on the VFS LRU',
    'XFS reclaimable',
    'evicted, not yet free',
  ]);
  const side = page.getByRole('complementary', { name: 'Who sees which inodes' });
  expect(await side.textContent()).toContain('What none of them reports is in no count');
  const backlogs = await side.locator('dl').first().locator('dd:last-child').allTextContents();
  expect(backlogs, 'the rest of the figure is in the batch that kswapd is disposing of').toEqual([
    '2,048',
    '257',
    '0',
    '0',
  ]);
  expect(await side.locator('.bar-backlog').count(), 'a bar for each CPU with a backlog').toBe(2);
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      faults.push(...(await layoutFaults(page)).map((fault) => `${width} px, ${theme}: ${fault}`));
      if (width === 1024) continue;
      const marks = await page.locator('.plot[data-kind="pages"] .levels text').allTextContents();
      expect(marks).toEqual(expect.arrayContaining(['high', 'low', 'min']));
    }
    faults.push(...(await accessibilityFaults(page)));
    await page.keyboard.press('p');
    faults.push(...(await layoutFaults(page)).map((fault) => `presented: ${fault}`));
    await takeScreenshot(page, `memory-${theme}`);
    await page.keyboard.press('p');
  }
  expect(faults).toEqual([]);
});
