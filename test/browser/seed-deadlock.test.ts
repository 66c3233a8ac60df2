/** Tests of the page that shows the deadlock of the seed, opened from the disk. */
import { LocalRun, type Row } from '@dragon/engine';
import { TaskNames } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { digestIn, dragon } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, colourFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';
import { DEFICIENCIES, seeAs, shapePairs } from './vision.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

/** Makes the run here, and returns what its rows say, at an instant, of the states of agents by their task's name. */
function directRun(): (t: number, name: string) => readonly string[] {
  const rows: Row[] = [];
  const plan = requestRun(readRun({ scenario: 'seed-deadlock' })).plan();
  const names = new TaskNames(plan);
  const run = new LocalRun(plan, DEFINITIONS, { finders: [], onRow: (row) => void rows.push(row) });
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return (t, name) => {
    const states = new Map(rows.filter(({ at }) => at <= t).map(({ to, state }) => [to, state]));
    const isOf = (id: string) => names.name(id) === name || name.endsWith(` × ${names.task(id).comm}`);
    return plan.agents.flatMap(({ id }) => (isOf(id) ? (states.get(id) ?? []) : []));
  };
}

let url: string;
beforeAll(async () => {
  url = await pageOfRun('seed-deadlock', { scenario: 'seed-deadlock' });
});

test('a page from the disk executes the run: the digest and the words of the command, and a ring of those who wait', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const { out } = await dragon(['run', 'seed-deadlock']);
  expect(digestIn(out)).toBe(DIGEST);
  const said = out.replace(/\s+/g, ' ');
  const finding = page.getByRole('region', { name: 'Finding' });
  expect(said).toContain(`DEADLOCK: ${await finding.getByRole('heading').textContent()} `);
  expect(said).toContain(await finding.locator('p').textContent());
  const nodes = page.getByRole('tree', { name: 'Who waits for whom' }).getByRole('treeitem');
  const names = await nodes.locator('b').allTextContents();
  expect(names.toSorted()).toEqual(['7 × rm', 'kswapd0', 'kworker/0:1', 'xfs_scrub']);
  const labels = await page.locator('.wait-label b').allTextContents();
  expect(labels.toSorted()).toEqual(['AGI of AG 0', 'inodegc work of CPU 0', 'shrinker_rwsem (W)']);
  expect((await arrows(page, '.arrow.find')).toSorted()).toEqual([
    'kswapd0 → kworker/0:1',
    'kworker/0:1 → xfs_scrub',
    'xfs_scrub → kswapd0',
  ]);
  const memory = page.getByRole('region', { name: 'Memory' });
  expect(await memory.innerText()).toMatch(
    /1,107\s[^]*2,080 inodes in the slabs\s+1,029 in no count[^]*priority\s+2\s/,
  );
  await page.keyboard.press('Home');
  await expect.poll(() => memory.innerText()).toMatch(/0 in no count[^]*priority\s+asleep/);
});

/** The tasks that arrows lead from and to: those nearest to their ends, of which the second one has the tip. */
function arrows(page: Page, which: string): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('${which}')].map((arrow) => {
    const nearest = (length) => {
      const { x, y } = arrow.getPointAtLength(length).matrixTransform(arrow.getScreenCTM());
      const far = (node) => {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      };
      const [first] = [...document.querySelectorAll('.wait-node')].sort((a, b) => far(a) - far(b));
      return first.querySelector('b').textContent;
    };
    const ends = [nearest(0), nearest(arrow.getTotalLength())];
    return (arrow.getAttribute('marker-end') === null ? ends.reverse() : ends).join(' → ');
  })`);
}

const WINDOWS = [
  [1024, 768],
  [1280, 720],
  [1440, 900],
  [1920, 1080],
] as const;

test('at any instant, visited in any order, those who wait are in the states of their rows', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const statesAt = directRun();
  const axis = page.locator('.timeline-axis');
  const { width = 0 } = (await axis.boundingBox()) ?? {};
  const seen: number[] = [];
  let compared = 0;
  for (const share of [0.9, 0.1, 0.99, 0.35, 0.05, 0.6, 0.15, 0.22, 0.5, 0.03]) {
    await axis.click({ position: { x: share * width, y: 8 } });
    // All panels have drawn the same instant when the next frame is there.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const t = Number(((await page.locator('.timeline-flag').textContent()) ?? '').replaceAll(/\D/g, ''));
    for (const node of await page.getByRole('treeitem').all()) {
      const name = (await node.locator('b').textContent()) ?? '';
      const leaf = (await node.locator('.state').getAttribute('title')) ?? '?';
      const states = statesAt(t, name);
      expect(
        states.filter((state) => state.includes(leaf)).length,
        `${name} at ${t}: ${states.join(', ')}`,
      ).toBeGreaterThan(0);
      compared += 1;
    }
    seen.push(t);
  }
  expect(new Set(seen).size).toBeGreaterThan(6);
  expect(compared).toBeGreaterThan(20);
});

const STAGES = ['Waits', 'Memory', 'Agents', 'Chart', 'Compare'];

test('on no stage is a text too small, covered, cut or faint, at any width', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const faults: string[] = [];
  for (const stage of STAGES) {
    await page.getByRole('tab', { name: stage }).click();
    await page.getByText('Laying out').waitFor({ state: 'hidden' });
    for (const [width, height] of WINDOWS) {
      await page.setViewportSize({ width, height });
      faults.push(...(await layoutFaults(page)).map((fault) => `${stage}, ${width} px: ${fault}`));
      await takeScreenshot(page, `seed-deadlock-${stage.toLowerCase()}`);
    }
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${stage}: ${fault}`));
    // Letters and targets are where they are in either theme, but they have other colours.
    await page.emulateMedia({ colorScheme: 'light' });
    faults.push(...(await colourFaults(page)).map((fault) => `${stage}, light: ${fault}`));
    await takeScreenshot(page, `seed-deadlock-${stage.toLowerCase()}`);
    await page.emulateMedia({ colorScheme: 'dark' });
  }
  expect(faults).toEqual([]);
});

test('at 200 % zoom all of it can still be read and reached', async () => {
  const page = await browser.openPage(url, { zoom: 2 });
  await page.getByText(DIGEST).waitFor({ state: 'attached' });
  const faults: string[] = [];
  for (const stage of STAGES) {
    await page.getByRole('tab', { name: stage }).click();
    await page.getByText('Laying out').waitFor({ state: 'hidden' });
    faults.push(...(await layoutFaults(page)).map((fault) => `${stage}: ${fault}`));
    await takeScreenshot(page, `zoomed-${stage.toLowerCase()}`);
  }
  expect([...faults, ...(await accessibilityFaults(page))]).toEqual([]);
});

test('nothing moves for readers who want no motion', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const moving = () =>
    page.evaluate<string[]>(`[...document.querySelectorAll('*')].filter((element) => {
      const { transitionDuration, animationDuration } = getComputedStyle(element);
      return [...transitionDuration.split(', '), ...animationDuration.split(', ')].some((time) => Number.parseFloat(time) > 0);
    }).map((element) => element.outerHTML.slice(0, 60))`);
  for (const stage of ['Waits', 'Chart']) {
    await page.getByRole('tab', { name: stage }).click();
    await page.getByText('Laying out').waitFor({ state: 'hidden' });
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moving(), `${stage}, for others`).not.toEqual([]);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving(), stage).toEqual([]);
  }
});

test('what a state looks like can be told without its hue', async () => {
  const page = await browser.openPage(url, { height: 1400 });
  await page.getByText(DIGEST).waitFor();
  const icons = page.locator('.legend svg');
  for (const deficiency of DEFICIENCIES) {
    await seeAs(page, deficiency);
    const [closest] = await shapePairs(page, icons);
    expect(closest?.distance, `drawings ${closest?.names}, ${deficiency}`).toBeGreaterThan(0.3);
    await takeScreenshot(page, `seed-deadlock-${deficiency}`);
  }
});
