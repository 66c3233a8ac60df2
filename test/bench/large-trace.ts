/** The cost of a large trace in the page: recorded by the command, served by the inspector, opened, panned, weighed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInspector, standingRun } from '@dragon/inspector';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { pageFiles } from '../browser/page-of-run.ts';
import { ROOT } from './bench-programs.ts';

/** Milliseconds, frames a second, and megabytes. */
export interface LargeTrace {
  readonly rows: number;
  /** Until the first lanes are there. */
  readonly usable: number;
  /** Until all of it has been read. */
  readonly opened: number;
  /** Panned by a few pixels a frame, far out and near, on the axis in time and in order. */
  readonly rates: Readonly<Record<'time' | 'order', readonly number[]>>;
  /** Of the page and its worker, with their columns. */
  readonly memory: number;
}

interface Recorded {
  readonly file: string;
  readonly rows: number;
  readonly digest: string;
}

/** Calls `use` with a trace of more than a million rows, of a few thousand if it shall be `quick`. */
export async function withLargeTrace<T>(
  quick: boolean,
  signal: AbortSignal,
  use: (trace: Recorded) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-bench-'));
  const file = join(folder, 'large.trace');
  const options = ['big-cache', '--keep-going', '--until', quick ? '20ms' : '5s', '--trace', file, '--json'];
  try {
    const dragon = join(ROOT, 'packages', 'cli', 'bin', 'dragon.mjs');
    const child = spawn(process.execPath, [dragon, 'run', ...options], { stdio: ['ignore', 'pipe', 'ignore'], signal });
    const closed = once(child, 'close');
    let said = '';
    for await (const text of child.stdout) said += String(text);
    await closed;
    const { events: rows, digest } = JSON.parse(said) as { readonly events: number; readonly digest: string };
    return await use({ file, rows, digest });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens it in a new page, and closes that again. `quick`: pans for a moment only. */
export async function openLargeTrace(browser: Browser, recorded: Recorded, quick: boolean): Promise<LargeTrace> {
  const { file, rows, digest } = recorded;
  const run = standingRun({ mode: 'trace', trace: 'large.trace' });
  const inspector = await openInspector({
    run,
    trace: file,
    page: await pageFiles(),
    forks: '.',
    onError: (error) => {
      throw error;
    },
  });
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  try {
    const started = performance.now();
    await page.goto(inspector.address, { waitUntil: 'commit' });
    await page.locator('.timeline-axis').waitFor({ timeout: 0 });
    const usable = performance.now() - started;
    await page.evaluate(shown(digest));
    const opened = performance.now() - started;
    const rates = { time: await pannedRates(page, quick), order: [] as readonly number[] };
    await page.keyboard.press('x');
    rates.order = await pannedRates(page, quick);
    return { rows, usable, opened, rates, memory: await memoryOf(page) };
  } finally {
    await page.close();
    await inspector.close();
  }
}

const shown = (text: string): string => `new Promise((resolve) => {
  const look = () => document.body.textContent.includes('${text}') ? resolve() : requestAnimationFrame(look);
  look();
})`;

/** Frames a second when most of the run is shown, then a tenth, then a hundredth. */
async function pannedRates(page: Page, quick: boolean): Promise<number[]> {
  const rates: number[] = [];
  await page.keyboard.press('0');
  for (const times of [1, 5, 6]) {
    for (let i = 0; i < times; i += 1) await page.keyboard.press('w');
    rates.push(await page.evaluate<number>(panning(quick ? 0.2 : 1.5)));
  }
  return rates;
}

const panning = (seconds: number): string => `(async () => {
  const timeline = document.querySelector('.timeline');
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const began = performance.now();
  let frames = 0;
  while (performance.now() - began < ${1_000 * seconds}) {
    const deltaY = frames % 80 < 40 ? -6 : 6;
    timeline.dispatchEvent(new WheelEvent('wheel', { deltaY, shiftKey: true, bubbles: true, cancelable: true }));
    await frame();
    frames += 1;
  }
  return frames / ((performance.now() - began) / 1_000);
})()`;

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
}

/** Asks the page and each of its workers, after what nobody needs has been collected. */
async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  let bytes = bytesOf((await session.send('Runtime.getHeapUsage')) as HeapUsage);
  for (const worker of await workersOf(session)) {
    await worker('HeapProfiler.collectGarbage');
    bytes += bytesOf((await worker('Runtime.getHeapUsage')) as HeapUsage);
  }
  return bytes / 1e6;
}

const bytesOf = ({ usedSize, embedderHeapUsedSize, backingStorageSize }: HeapUsage): number =>
  usedSize + embedderHeapUsedSize + backingStorageSize;

type AskWorker = (method: string) => Promise<unknown>;

/** Returns for each worker what asks it something. */
async function workersOf(session: CDPSession): Promise<AskWorker[]> {
  const ids: string[] = [];
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;
  session.on('Target.attachedToTarget', ({ sessionId }) => ids.push(sessionId));
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { readonly id: number; readonly result: unknown };
    waiting.get(id)?.(result);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return ids.map(
    (sessionId): AskWorker =>
      (method) =>
        new Promise((resolve, reject) => {
          const id = (asked += 1);
          waiting.set(id, resolve);
          const message = JSON.stringify({ id, method });
          session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
        }),
  );
}
