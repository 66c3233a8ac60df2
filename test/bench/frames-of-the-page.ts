/** The bench `frames`: how fluent the page is while it plays a busy run, and how soon it shows another instant. */
import { formatFragment, type PageFragment } from '@dragon/inspection';
import type { RunTexts } from '@dragon/scenarios';
import type { Browser } from 'playwright-core';
import { openChromium } from '../browser/chromium.ts';
import { pageOfRun } from '../browser/page-of-run.ts';
import type { Bench, Conditions } from './bench.ts';
import { type Figure, median } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

/** Frames a second, and milliseconds. */
interface Fluency {
  readonly rate: number;
  readonly seek: number;
}

interface Shown {
  readonly name: string;
  readonly about: string;
  readonly texts: RunTexts;
  readonly quick: RunTexts;
  readonly fragment: PageFragment;
  /** Virtual seconds a second, as the page offers them. */
  readonly speed: string;
}

/** Those that receive most events of the run. */
const TEN = ['inodegc/0', 'inodegc/1', 'inodegc/2', 'inodegc/3', 'ag/0', 'ag/1', 'ag/2', 'ag/3', 'cpu/0', 'cpu/1'];

const CARDS: Shown = {
  name: 'cards',
  about: 'ten cards of busy agents',
  texts: { scenario: 'big-cache-50k', until: '10s' },
  quick: { scenario: 'big-cache-50k', until: '2s' },
  fragment: { t: 1_000_000_000, stage: 'waits', cards: TEN },
  speed: '1',
};

const OVERVIEW: Shown = {
  name: 'overview',
  about: 'an overview of 4,510 agents',
  texts: { scenario: 'many-cpus', cpus: '1360', until: '5ms' },
  quick: { scenario: 'many-cpus', cpus: '4', until: '1ms' },
  fragment: { t: 1_000, stage: 'agents' },
  speed: '0.001',
};

export const framesOfThePage: Bench = {
  name: 'frames',
  about: 'the page playing a run, in Chromium without a graphics card',
  seconds: 50,
  async measure(conditions) {
    const browser = await openChromium();
    try {
      const { box } = conditions;
      const cards = await fluencyOf(CARDS, browser, { ...conditions, box: box.part(0.5) });
      return { figures: [...cards, ...(await fluencyOf(OVERVIEW, browser, conditions))], leftOut: [] };
    } finally {
      await browser.close();
    }
  },
};

async function fluencyOf(shown: Shown, browser: Browser, { box, quick, signal }: Conditions): Promise<Figure[]> {
  const { name, about, fragment, speed } = shown;
  const url = await pageOfRun(`bench-${name}`, quick ? shown.quick : shown.texts);
  const page = await browser.newPage();
  await page.goto(`${url}#${formatFragment(fragment)}`);
  // The run has been made: nothing but the page itself has work.
  await page
    .getByText(/^[0-9a-f]{16}$/)
    .first()
    .waitFor();
  await page.getByRole('combobox', { name: 'Speed' }).selectOption(speed);
  const { it } = await takeRounds(
    { box, most: quick ? 1 : 5, signal, cold: true },
    { it: () => page.evaluate<Fluency>(fluency(quick ? 0.2 : 3)) },
  );
  await page.close();
  return [
    {
      name: `frames.${name}`,
      about: `${about}, playing`,
      ...median(it.map(({ rate }) => rate)),
      unit: 'frames/s',
      against: 'wall time',
      goal: { better: 'higher', reach: 30, aim: 55 },
    },
    {
      name: `frames.${name}-seek-ms`,
      about: `${about}, another instant shown`,
      ...median(it.map(({ seek }) => seek)),
      unit: 'ms',
      against: 'wall time, the wait for the next frame in it',
    },
  ];
}

/** In a page: plays for some seconds, stops, and goes back to the start. */
const fluency = (seconds: number): string => `(async () => {
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const frame = () => new Promise(requestAnimationFrame);
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  press(' ');
  await frame();
  const began = performance.now();
  let frames = 0;
  while (performance.now() - began < ${1_000 * seconds}) {
    await frame();
    frames += 1;
  }
  const rate = frames / ((performance.now() - began) / 1_000);
  press(' ');
  await painted();
  const from = performance.now();
  press('Home');
  await painted();
  return { rate, seek: performance.now() - from };
})()`;
