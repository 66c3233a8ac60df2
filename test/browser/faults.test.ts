/** Tests of a fault that a person puts into a run: its fork is the run that the command makes, and stands beside it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalRun } from '@dragon/engine';
import { EmbeddedRun, openInspector } from '@dragon/inspector';
import { FAULT_KINDS } from '@dragon/kernel';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, onTestFinished, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { digestIn, dragon } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageFiles, pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

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
  await expect.poll(() => digest.textContent()).toMatch(/^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/);
  await takeScreenshot(page, 'fork');
  faults.push(...(await layoutFaults(page)), ...(await accessibilityFaults(page)));
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  expect(words.slice(0, 2)).toEqual(['npx', 'dragon']);
  expect(digestIn((await dragon(words.slice(2))).out)).toBe(await digest.textContent());
  await page.keyboard.press('4');
  await page.locator('.context summary').click();
  await page.locator('.context dl[aria-busy=false] dt').first().waitFor();
  // A fork of the fork has both faults, and forks off where the first of them strikes.
  await page.keyboard.press('f');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('freeze');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Fork and inject' }).waitFor();
  expect(await page.getByRole('dialog').locator('code').textContent()).toContain(`${command} --fault 'freeze `);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'original' }).click();
  await expect.poll(() => digest.textContent()).toBe(DIGEST);
  expect(faults).toEqual([]);
});

test('a fate from the palette is a rule from the cursor on, in a fork; its mark is on the lane of who is struck', async () => {
  const page = await browser.openPage(await pageOfRun('faults', { scenario: 'seed-deadlock' }));
  await page.getByText(DIGEST).waitFor();
  const palette = page.getByRole('region', { name: 'Faults' });
  for (const { label } of FAULT_KINDS.filter(({ group }) => group === 'rule'))
    expect(await palette.getByRole('button', { name: `rule: ${label}` }).count()).toBe(1);
  await palette.getByRole('button', { name: 'rule: delay' }).click();
  const sheet = page.getByRole('dialog');
  const faults = [...(await layoutFaults(page)), ...(await accessibilityFaults(page))];
  await sheet.locator('select').nth(0).selectOption('kswapd/0');
  await sheet.locator('select').nth(1).selectOption('kswapd.wake');
  await sheet.getByLabel('by', { exact: true }).fill('3ms');
  await sheet.getByLabel('at', { exact: true }).fill('1ms');
  await takeScreenshot(page, 'fault-rule');
  const command = (await sheet.locator('code').textContent()) ?? '';
  expect(command).toContain("--fault 'delay to=kswapd/0 by=3ms probability=100 what=kswapd.wake at=1ms'");
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  const digest = page.locator('.digest');
  await expect.poll(() => digest.textContent()).toMatch(/^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/);
  const rule = command.slice(command.indexOf("'") + 1, -1);
  const made = await dragonInProcess(['run', 'seed-deadlock', '--fault', rule]);
  expect(digestIn(made.out)).toBe(await digest.textContent());
  const told = page.getByRole('article', { name: 'kswapd0' }).getByText('rule delay-kswapd-0 delayed kswapd.wake');
  await page.keyboard.press('End');
  await told.waitFor();
  await takeScreenshot(page, 'fork-rule');
  faults.push(...(await layoutFaults(page)), ...(await accessibilityFaults(page)));
  expect(faults).toEqual([]);
});

test('what may come to an agent is sent by a click on it; what no message does is said to be so', async () => {
  const page = await browser.openPage(await pageOfRun('faults', { scenario: 'seed-deadlock' }));
  const digest = page.locator('.digest');
  await page.getByText(DIGEST).waitFor();
  const next = (name: string) => page.getByRole('article', { name }).locator('.card-send').first();
  await page.keyboard.press('g');
  await page.getByRole('dialog').locator('input').fill('1');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: 'xfs_scrub' }).getByText('after rebuild').last().click();
  expect(await page.locator('.notice p, p.notice').textContent()).toBe(
    'This cannot be sent: it comes by itself, after rebuild.',
  );
  await page.keyboard.press('End');
  await next('kswapd0').click();
  const sheet = page.getByRole('dialog');
  expect(await sheet.locator('select').first().inputValue()).toBe('kswapd/0');
  expect(await sheet.locator('select').last().inputValue()).toMatch(/workFlushed$/);
  await takeScreenshot(page, 'fault-next');
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  await expect.poll(() => digest.textContent()).toMatch(/^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/);
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

test('a fork of a watched run is recorded for who has the token, and can be made again; others see why not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-forks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const subject = requestRun(readRun({ scenario: 'seed-deadlock' }));
  const plan = subject.plan();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const speed = Number.POSITIVE_INFINITY;
  const run = new EmbeddedRun({ subject, plan, paused: false, speed, onStop: () => undefined, onError });
  const inspector = await openInspector({ run, page: await pageFiles(), forks: folder, onError });
  onTestFinished(() => inspector.close());
  const local = new LocalRun(plan, DEFINITIONS, { finders: kernelFinders().finders });
  await run.drive(local, { signal: new AbortController().signal });

  const viewer = await browser.openPage(inspector.address.split('?')[0] ?? '');
  await viewer.getByText(DIGEST).waitFor();
  await viewer.getByRole('region', { name: 'Faults' }).getByText('This page may only watch').waitFor();
  expect(await viewer.getByRole('button', { name: 'CPU: stall' }).isDisabled()).toBe(true);
  expect([...(await layoutFaults(viewer)), ...(await accessibilityFaults(viewer))]).toEqual([]);

  const page = await browser.openPage(inspector.address);
  await page.getByText(DIGEST).waitFor();
  await page.getByRole('button', { name: 'CPU: stall' }).click();
  await page.getByRole('dialog').getByLabel('at').fill('2.22s');
  const command = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
  expect(command).toContain("'stall-cpu cpu=0 for=10ms at=2220ms'");
  await page.getByRole('button', { name: 'Fork and inject' }).click();
  const digest = page.locator('.digest');
  await expect.poll(() => digest.textContent()).toMatch(/^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/);
  expect(await page.locator('.timeline-fork').isVisible()).toBe(true);
  await takeScreenshot(page, 'fork-mark');
  await page.getByText('Recorded: dragon replay fork-1.trace').waitFor();
  const file = join(folder, 'fork-1.trace');
  expect(existsSync(file)).toBe(true);
  const { code, out } = await dragon(['replay', file]);
  expect([code, out]).toEqual([0, expect.stringContaining((await digest.textContent()) ?? 'no digest')]);
  const made = await dragon(['run', 'seed-deadlock', '--fault', 'stall-cpu cpu=0 for=10ms at=2.22s']);
  expect(digestIn(made.out)).toBe(await digest.textContent());
  expect(errors).toEqual([]);
});
