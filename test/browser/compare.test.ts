/**
 * Tests of two runs beside each other on the page: a cure is one click, the runs part where dragon diff says, and the
 * tour of the deadlock ends there.
 */
import { beforeAll, expect, test } from 'vitest';
import { digestIn, dragon } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();
let url: string;
beforeAll(async () => {
  url = await pageOfRun('compare', { scenario: 'seed-deadlock' });
});

test('a cure of the deadlock is one click away; both runs are told, and where they part', async () => {
  const page = await browser.openPage(url);
  await page.getByRole('button', { name: 'What cures it' }).click();
  await page.getByRole('button', { name: 'throttle=skip-kswapd' }).click();
  const { out } = await dragon(['run', 'seed-deadlock', '--policy', 'throttle=skip-kswapd']);
  const other = page.getByRole('region', { name: 'The other run' });
  await other.getByText(digestIn(out) ?? 'no digest').waitFor();
  expect(await other.textContent()).toContain('completed');
  expect(await page.getByRole('region', { name: 'This run' }).textContent()).toContain('DEADLOCK');
  const difference = page.getByRole('region', { name: 'First difference' });
  await difference.getByText('The first difference is at row 584, at 0.222772206 s.').waitFor();
  await difference.getByText('In both kswapd0 gets task.inodesQueued, and it is not the same:').waitFor();
  expect(await difference.getByText('kswapd/0 <- inodegc/0#23').first().isVisible(), 'rows are folded').toBe(false);
  await difference.getByRole('button', { name: 'Go there' }).click();
  expect((await page.locator('.clock').textContent())?.replaceAll(/\s/g, '')).toContain('0.222772');
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
  await takeScreenshot(page, 'compare');
});

test('the keyboard walks the cells from group to group and chooses; a group folds', async () => {
  const page = await browser.openPage(url);
  await page.getByRole('tab', { name: 'Agents' }).click();
  await page.getByRole('grid', { name: 'kswapd' }).focus();
  await page.keyboard.press('ArrowRight');
  // The next group has the focus.
  await page.locator('.cells:focus[aria-label="kworker"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('.cells:focus').getByRole('tooltip').getByText('kworker/1:1').waitFor();
  await page.keyboard.press(' ');
  expect(await page.getByRole('gridcell', { selected: true }).textContent()).toMatch(/^kworker\/1:1: idle/);
  await page.getByRole('button', { name: 'rm', exact: true }).click();
  expect(await page.getByRole('grid', { name: 'rm' }).count()).toBe(0);
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
});

test('the tour tells in six steps how it came to the deadlock, and ends at the cure', async () => {
  const page = await browser.openPage(url);
  // Another comparison stands there: the tour's last step is still about the cure.
  await page.getByRole('button', { name: 'ENDED' }).click();
  await page.getByRole('dialog', { name: 'How it ended' }).getByRole('button', { name: 'seed 2' }).click();
  const other = page.getByRole('region', { name: 'The other run' });
  await other.getByText('seed 2').waitFor();
  await page.getByRole('button', { name: 'Show me how it came to that, in six steps' }).click();
  const tour = page.getByRole('region', { name: 'Tour' });
  const seen: (readonly (string | undefined)[])[] = [];
  for (let step = 1; step <= 6; step += 1) {
    await tour.getByText(`Step ${step} of 6`).waitFor();
    await page.evaluate('window.dragonTest.settled()');
    const clock = (await page.locator('.timeline-flag').textContent())?.replaceAll(/\D/g, '');
    seen.push([clock?.padStart(10, '0').slice(0, 4), (await tour.locator('p').textContent())?.slice(0, 28)]);
    if (step === 4) expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
    // The button to go on has the focus.
    if (step < 6) await page.keyboard.press('Enter');
  }
  expect(seen).toEqual([
    ['0013', 'xfs_scrub locks the AGI of A'],
    ['0064', 'kworker/0:1 queues for the A'],
    ['0221', 'kswapd0 takes shrinker_rwsem'],
    ['0474', 'kswapd0 flushes the inodegc '],
    ['2220', 'xfs_scrub queues for shrinke'],
    ['2220', 'The same run with throttle=s'],
  ]);
  await other.getByText('throttle=skip-kswapd').waitFor();
  await other.getByText('completed').waitFor();
  await takeScreenshot(page, 'tour');
  await page.keyboard.press('Escape');
  expect(await tour.count()).toBe(0);
  await page.reload();
  await page.getByRole('button', { name: 'What cures it' }).waitFor();
  expect(await tour.count(), 'it is offered once').toBe(0);
  for (const key of ['g', 'h']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Show it on the page, in 6 steps' }).click();
  await tour.getByText('Step 1 of 6').waitFor();
});

test('a page that cannot make its run says why, and which command asks for the same', async () => {
  const page = await browser.openPage(
    await pageOfRun('failure', { scenario: 'short-queue', policy: 'throttle=bad', faults: ['stall-cpu cpu=0 at=1s'] }),
  );
  await page.getByText("unknown value for throttle 'bad'").waitFor();
  expect(await page.locator('.failure code').textContent()).toBe(
    "npx dragon run short-queue --policy throttle=bad --fault 'stall-cpu cpu=0 at=1s'",
  );
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
});
