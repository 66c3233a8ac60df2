/** Tests of a trace on the page, served by the inspector: read by parts, shown as it was recorded, filled in. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalRun, type Row } from '@dragon/engine';
import { openInspector, standingRun } from '@dragon/inspector';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { traceOf } from '../../packages/report/src/trace/trace-bytes.fixture.io.ts';
import { useBrowser } from './browser.ts';
import { pageFiles } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();
const folder = mkdtempSync(join(tmpdir(), 'dragon-recorded-page-'));
const TRACE = join(folder, 'run.trace');
/** Rows alone. */
const VERSION_4 = fileURLToPath(new URL('../../packages/cli/src/trace/version-4.fixture.ndjson.gz', import.meta.url));
const HEADLINE = 'kswapd0, kworker/0:1 and xfs_scrub wait for each other, for ever.';

beforeAll(() => dragonInProcess(['run', 'seed-deadlock', '--trace', TRACE]));
afterAll(() => rmSync(folder, { recursive: true }));

async function openTrace(trace: string) {
  const inspector = await openInspector({
    run: standingRun({ mode: 'trace', trace: basename(trace) }),
    trace,
    page: await pageFiles(),
    forks: folder,
    onError: (error) => {
      throw error;
    },
  });
  // After the page, which would ask for it again.
  onTestFinished(() => inspector.close());
  return browser.openPage(inspector.address);
}

test('a trace shows its rows, waits and finding, at its end and in its past', async () => {
  const page = await openTrace(TRACE);
  await page.getByText('03c7f7de3f9080ae').waitFor();
  expect(await page.getByRole('region', { name: 'Finding' }).getByRole('heading').textContent()).toBe(HEADLINE);
  // What says how much has been read is gone with the next frame.
  await expect.poll(() => page.locator('.notice').allTextContents()).toEqual([]);
  expect(await page.locator('.mode').textContent()).toBe('ENDED');
  const axis = page.locator('.timeline-axis');
  const { width = 0 } = (await axis.boundingBox()) ?? {};
  await axis.click({ position: { x: width / 2, y: 8 } });
  expect(await page.locator('.mode').textContent()).toContain('PAST');
  const names = await page.getByRole('tree', { name: 'Who waits for whom' }).locator('b').allTextContents();
  expect(names).toContain('kworker/0:1');
});

test('the context of an agent, which no trace has, is that of the run made again up to the cursor', async () => {
  const page = await openTrace(TRACE);
  await page.getByText('03c7f7de3f9080ae').waitFor();
  await page.getByRole('tab', { name: 'Chart' }).click();
  await page.locator('.context summary').click();
  const context = page.locator('.context dl[aria-busy="false"]');
  await context.locator('dt').first().waitFor();
  const there = await context.textContent();
  await page.getByRole('tab', { name: 'Chart' }).press('Home');
  await expect.poll(() => context.textContent()).not.toBe(there);
  await page.getByRole('tab', { name: 'Chart' }).press('End');
  await expect.poll(() => context.textContent()).toBe(there);
  await takeScreenshot(page, 'recorded-run-context');
});

test('a trace of rows alone says what it lacks', async () => {
  const page = await openTrace(VERSION_4);
  await page.getByText('does not say who waits for whom').waitFor();
  expect(await page.locator('.mode').textContent()).toBe('ENDED');
});

test('what a trace of this run lacks is that of the run made again; where a row is another one, that is told', async () => {
  const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
  const plan = request.plan();
  const rows: Row[] = [];
  const run = new LocalRun(plan, DEFINITIONS, {
    finders: kernelFinders().finders,
    onRow: (row) => void rows.push(row),
  });
  while (run.advance(Number.MAX_SAFE_INTEGER));
  const { digest, endedAt } = run.result();
  const footer = { end: true, outcome: 'deadlock', events: rows.length, digest, endedAt } as const;
  const record = (name: string, recorded: readonly Row[]) => {
    const path = join(folder, name);
    writeFileSync(path, traceOf(request, plan, [{ rows: recorded }], footer).bytes);
    return path;
  };
  const page = await openTrace(record('rows-alone.trace', rows));
  await page.getByText('does not say who waits for whom').waitFor();
  await page.locator('.bar .digest[data-checked="true"]').waitFor();
  await page.getByText('7 more tasks wait behind them').waitFor();
  const waits = page.getByRole('tree', { name: 'Who waits for whom' });
  expect(await waits.locator('b').allTextContents()).toEqual(expect.arrayContaining(['kswapd0', 'xfs_scrub']));
  expect(await page.getByRole('region', { name: 'Finding' }).getByRole('heading').textContent()).toBe(HEADLINE);
  expect(await page.locator('.notice').count()).toBe(1);

  const changed = rows.map((row, i) => (i === 400 ? { ...row, state: 'idle' } : row));
  const other = await openTrace(record('changed.trace', changed));
  await other.getByText('After 401 events the run that is watched is another one').waitFor();
});

test('of a trace that was cut the page shows what there is', async () => {
  const cut = join(folder, 'cut.trace');
  copyFileSync(TRACE, cut);
  truncateSync(cut, statSync(cut).size - 40);
  const page = await openTrace(cut);
  await page.getByText('is truncated after 814 rows').waitFor();
  expect(await page.locator('.mode').textContent()).toBe('CUT');
  expect(await page.locator('.notice').allTextContents()).toHaveLength(1);
});

test('of a trace that was cut before its first row the run is made again', async () => {
  const cut = join(folder, 'cut-early.trace');
  copyFileSync(TRACE, cut);
  truncateSync(cut, Math.floor(statSync(cut).size / 2));
  const page = await openTrace(cut);
  await page.getByText('03c7f7de3f9080ae').waitFor();
  const notice = 'cut-early.trace was cut before its first rows. Its run is made again from its plan.';
  expect(await page.locator('.notice').allTextContents()).toEqual([expect.stringContaining(notice)]);
  expect(await page.locator('.mode').textContent()).toBe('ENDED');
});

test('of a trace with a damaged part the page shows what comes before it, and says no more', async () => {
  const damaged = join(folder, 'damaged.trace');
  await dragonInProcess(['run', 'pressure', '--until', '200ms', '--trace', damaged]);
  const bytes = readFileSync(damaged);
  // Header, plan, first block; each says in its head how long it is.
  let offset = 0;
  for (let member = 0; member < 3; member += 1) offset += bytes.readUInt32LE(offset + 17);
  bytes.fill(0, offset + 100, offset + 200);
  writeFileSync(damaged, bytes);
  const page = await openTrace(damaged);
  await page.getByText('is malformed in block 2: it is damaged. Only what comes before is shown.').waitFor();
  expect(await page.locator('.notice').allTextContents()).toHaveLength(1);
  expect(await page.locator('.mode').textContent()).toBe('CUT');
});
