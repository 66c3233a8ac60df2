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

test('what may come to an agent is sent by a click on it; what no message does is said to be so', async () => {
  const page = await browser.openPage(await pageOfRun('faults', { scenario: 'seed-deadlock' }));
  const digest = page.locator('.digest');
  await page.getByText(DIGEST).waitFor();
  const next = (name: string) => page.getByRole('article', { name }).locator('.card-send').first();
  await page.keyboard.press('g');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await next('xfs_scrub').click();
  expect(await page.locator('.notice p, p.notice').textContent()).toBe(
    'This cannot be sent: the timer rebuild does it, when its time has come.',
  );
  await page.keyboard.press('End');
  await next('kswapd0').click();
  const sheet = page.getByRole('dialog');
  expect(await sheet.locator('select').first().inputValue()).toBe('kswapd/0');
  expect(await sheet.locator('select').last().inputValue()).toMatch(/workFlushed$/);
  await takeScreenshot(page, 'fault-next');
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  await expect.poll(() => digest.textContent()).toMatch(/^(?!e7fa05e473288910)[0-9a-f]{16}$/);
});

test('a message that the model cannot go on after is one line, and the original stays', async () => {
  const page = await browser.openPage(await pageOfRun('faults', { scenario: 'seed-deadlock' }));
  await page.getByText(DIGEST).waitFor();
  await page.keyboard.press('f');
  await page.keyboard.type('message');
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog');
  await sheet.locator('select').first().selectOption('ag/0');
  await sheet.locator('select').last().selectOption('ag.unlock');
  await sheet.getByLabel('with').fill('buffer=AGI');
  await sheet.getByLabel('at', { exact: true }).fill('1s');
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  const notice = page.locator('.notice p');
  await notice.waitFor();
  expect(await notice.textContent()).toMatch(/^message-ag-0 at 1.000000000 s is none that the model can go on after: /);
  expect(await page.locator('.digest').textContent()).toBe(DIGEST);
  await page.keyboard.press('ArrowLeft');
  expect(await page.getByRole('tree', { name: 'Who waits for whom' }).count()).toBe(1);
});
