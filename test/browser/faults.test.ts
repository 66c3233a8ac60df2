/** Tests of a fault that a person puts into a run: its fork is the run that the command makes, and stands beside it. */
import { expect, test } from 'vitest';
import { digestIn, dragon } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = 'e7fa05e473288910';

test('a fault by the keyboard makes a fork with the digest of the command it names; the original is a click away', async () => {
  const page = await browser.openPage(await pageOfRun('faults', { scenario: 'seed-deadlock' }));
  const digest = page.locator('.digest');
  await page.getByText(DIGEST).waitFor();
  for (const key of ['[', '[', 'f']) await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
  const faults = [...(await layoutFaults(page)), ...(await accessibilityFaults(page))];
  await page.keyboard.type('stall-cpu');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Fork and inject' }).waitFor();
  await takeScreenshot(page, 'fault-sheet');
  faults.push(...(await layoutFaults(page)), ...(await accessibilityFaults(page)));
  const command = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  await expect.poll(() => digest.textContent()).toMatch(/^(?!e7fa05e473288910)[0-9a-f]{16}$/);
  await takeScreenshot(page, 'fork');
  faults.push(...(await layoutFaults(page)), ...(await accessibilityFaults(page)));
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  expect(words.slice(0, 2)).toEqual(['npx', 'dragon']);
  expect(digestIn((await dragon(words.slice(2))).out)).toBe(await digest.textContent());
  await page.getByRole('button', { name: 'original' }).click();
  await expect.poll(() => digest.textContent()).toBe(DIGEST);
  expect(faults).toEqual([]);
});
