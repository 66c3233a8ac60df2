/** The bench `page`: what a reader waits for when the inspector's page is opened, and what is loaded for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { thousands } from '@dragon/report';
import { openChromium } from '../browser/chromium.ts';
import { pageFiles, pageOfRun } from '../browser/page-of-run.ts';
import type { Bench } from './bench.ts';
import { type Figure, median } from './figure.ts';
import { type LargeTrace, openLargeTrace, withLargeTrace } from './large-trace.ts';
import { takeRounds } from './take-rounds.ts';
import { timeToTheRing } from './time-to-the-ring.ts';

/** Milliseconds from the first byte. */
interface Opened {
  readonly painted: number;
  readonly ended: number;
}

const DIGEST = '03c7f7de3f9080ae';

/** In a page: when its first paint was, once it shows the digest with which the run ends. */
const WHEN_ENDED = `new Promise((resolve) => {
  const look = () => {
    if (document.body?.textContent.includes('${DIGEST}') !== true) return void requestAnimationFrame(look);
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    resolve({ painted: paint?.startTime ?? 0, ended: performance.now() });
  };
  look();
})`;

export const costOfThePage: Bench = {
  name: 'page',
  about: 'the page of the seed deadlock opened from a disk, and of a large trace, in Chromium without a graphics card',
  seconds: 70,
  async measure({ box, quick, signal }) {
    const url = await pageOfRun('bench', { scenario: 'seed-deadlock' });
    const browser = await openChromium();
    try {
      const open = async (): Promise<Opened> => {
        const page = await browser.newPage();
        await page.goto(url, { waitUntil: 'commit' });
        const opened = await page.evaluate<Opened>(WHEN_ENDED);
        await page.close();
        return opened;
      };
      const { ring } = await takeRounds(
        { box: box.part(0.2), most: quick ? 1 : 3, signal, cold: true },
        { ring: () => timeToTheRing(browser, !quick, signal) },
      );
      const { opened } = await takeRounds(
        { box: box.part(0.15), most: quick ? 1 : 12, signal, cold: true },
        { opened: open },
      );
      const { large } = await withLargeTrace(quick, signal, (trace) =>
        takeRounds(
          { box, most: quick ? 1 : 3, signal, cold: true },
          { large: () => openLargeTrace(browser, trace, quick) },
        ),
      );
      const folder = await pageFiles();
      const kilobytes = (...names: readonly string[]) =>
        names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1_000;
      return {
        figures: [
          {
            name: 'page.paint-ms',
            about: 'first paint',
            ...median(opened.map(({ painted }) => painted)),
            unit: 'ms',
            against: 'wall time',
            goal: { better: 'lower', reach: 1_000, aim: 300 },
          },
          {
            name: 'page.end-ms',
            about: 'the run executed, its digest shown',
            ...median(opened.map(({ ended }) => ended)),
            unit: 'ms',
            against: 'wall time',
            goal: { better: 'lower', reach: 2_000, aim: 500 },
          },
          {
            name: 'page.ring-ms',
            about: 'dragon inspect, cold, to the ring shown',
            ...median(ring),
            unit: 'ms',
            against: 'wall time',
            goal: { better: 'lower', reach: 8_000, aim: 4_000 },
          },
          {
            name: 'page.size-kb',
            about: 'the page without its workers',
            value: kilobytes('page.html', 'page.css', 'page.js'),
            unit: 'kB',
            against: 'counted, in gzip',
            goal: { better: 'lower', reach: 200, aim: 100 },
          },
          {
            name: 'page.run-worker-kb',
            about: 'the worker that executes runs',
            value: kilobytes('run-worker.js'),
            unit: 'kB',
            against: 'counted, in gzip',
            goal: { better: 'lower', reach: 150, aim: 100 },
          },
          {
            name: 'page.file-kb',
            about: 'all of it as a single file',
            value: gzipSync(readFileSync(fileURLToPath(url))).length / 1_000,
            unit: 'kB',
            against: 'counted, in gzip',
            goal: { better: 'lower', reach: 1_500, aim: 700 },
          },
          ...figuresOf(large),
        ],
        leftOut: [],
      };
    } finally {
      await browser.close();
    }
  },
};

function figuresOf(large: readonly LargeTrace[]): Figure[] {
  const rows = thousands(large[0]?.rows ?? 0);
  const panned = (axis: 'time' | 'order', about: string): Figure => ({
    name: `page.trace-pan-${axis}`,
    about: `panned, ${about}: the slowest zoom`,
    ...median(large.map(({ rates }) => Math.min(...rates[axis]))),
    unit: 'frames/s',
    against: 'wall time',
    goal: { better: 'higher', reach: 30, aim: 55 },
  });
  return [
    {
      name: 'page.trace-lanes-ms',
      about: `a trace of ${rows} rows: its first lanes`,
      ...median(large.map(({ usable }) => usable)),
      unit: 'ms',
      against: 'wall time',
    },
    {
      name: 'page.trace-ms',
      about: 'all of it read, its digest shown',
      ...median(large.map(({ opened }) => opened)),
      unit: 'ms',
      against: 'wall time',
      goal: { better: 'lower', reach: 5_000, aim: 3_000 },
    },
    panned('time', 'in time'),
    panned('order', 'in order'),
    {
      name: 'page.trace-mb',
      about: 'memory of the page and its worker, that trace open',
      ...median(large.map(({ memory }) => memory)),
      unit: 'MB',
      against: 'counted, after a collection',
      goal: { better: 'lower', reach: 300, aim: 150 },
    },
  ];
}
