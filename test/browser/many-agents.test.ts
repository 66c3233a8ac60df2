/** Tests of the page with more than 4,096 agents: it goes on, says of whom there are how many, and can be read. */
import { expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run many-cpus --cpus 1360 --until 2ms`. */
const DIGEST = '7e727be66436c226';

test('all of them are counted, and on every stage the page can be read', async () => {
  const url = await pageOfRun('many-agents', { scenario: 'many-cpus', cpus: '1360', until: '2ms' });
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  expect(await page.locator('.rail-head').textContent()).toBe('Agents 4,510');
  const faults: string[] = [];
  for (const stage of ['Waits', 'Memory', 'Agents']) {
    await page.getByRole('tab', { name: stage }).click();
    faults.push(...(await layoutFaults(page)).map((fault) => `${stage}: ${fault}`));
    await takeScreenshot(page, `many-agents-${stage.toLowerCase()}`);
  }
  expect([...faults, ...(await accessibilityFaults(page))]).toEqual([]);
});
