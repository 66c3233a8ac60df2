/** The bench `inspect`: what it costs a run that a tab of a real browser watches it, as fast as it goes. */
import { formatFragment, type PageFragment } from '@dragon/inspection';
import type { RunTexts } from '@dragon/scenarios';
import type { Browser } from 'playwright-core';
import { openChromium } from '../browser/chromium.ts';
import { pageFiles } from '../browser/page-of-run.ts';
import type { Bench, Conditions } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { type Figure, median, ratio } from './figure.ts';
import type { InspectedTurn, OpenedInspector } from './inspected-turns.ts';
import { takeRounds } from './take-rounds.ts';

const ALONE = 'the same run, nobody looking';

interface Watched {
  readonly name: string;
  readonly about: string;
  readonly texts: RunTexts;
  readonly quick: RunTexts;
  readonly reach: number;
  /** What the tab shows. */
  readonly shows: (busiest: InspectedTurn['busiest']) => PageFragment;
}

const TEN: Watched = {
  name: 'ten',
  about: 'ten agents on cards',
  texts: { scenario: 'big-cache-50k', until: '100s' },
  quick: { scenario: 'seed-deadlock' },
  reach: 1.1,
  shows: (busiest) => ({ t: 'live', cards: busiest }),
};

const OVERVIEW: Watched = {
  name: 'overview',
  about: 'an overview of 4,510 agents',
  texts: { scenario: 'many-cpus', cpus: '1360', until: '4ms' },
  quick: { scenario: 'many-cpus', cpus: '4', until: '1ms' },
  reach: 1.25,
  shows: () => ({ t: 'live', stage: 'agents' }),
};

export const costOfInspecting: Bench = {
  name: 'inspect',
  about: 'a run that a tab in Chromium watches, on the same cores as the tab',
  seconds: 70,
  async measure(conditions) {
    const browser = await openChromium();
    try {
      const { box } = conditions;
      const ten = await watchedFigures(TEN, browser, { ...conditions, box: box.part(0.5) });
      return { figures: [...ten, ...(await watchedFigures(OVERVIEW, browser, conditions))], leftOut: [] };
    } finally {
      await browser.close();
    }
  },
};

async function watchedFigures(watched: Watched, browser: Browser, conditions: Conditions): Promise<Figure[]> {
  const { name, about, reach } = watched;
  const { box, quick, signal } = conditions;
  const texts = JSON.stringify(quick ? watched.quick : watched.texts);
  const pages = await pageFiles();
  const start = async () =>
    new Contestant<InspectedTurn | OpenedInspector>(await benchProgram('inspected-turns', texts, pages), signal);
  const turns = await withContestants({ alone: await start(), inspected: await start() }, async (all) => {
    const first = (await all.alone.turn('run')) as InspectedTurn;
    const fragment = formatFragment(watched.shows(first.busiest));
    return takeRounds(
      { box, most: quick ? 1 : 12, signal, cold: quick },
      {
        alone: () => all.alone.turn('run') as Promise<InspectedTurn>,
        inspected: async () => {
          const page = await browser.newPage();
          try {
            const asked = new Promise<void>((resolve) => {
              page.on('websocket', (socket) => {
                if (socket.url().includes('/inspect?')) socket.on('framesent', () => resolve());
              });
            });
            const { address } = (await all.inspected.turn('open')) as OpenedInspector;
            await page.goto(`${address}#${fragment}`);
            await asked;
            return (await all.inspected.turn('run')) as InspectedTurn;
          } finally {
            await page.close();
          }
        },
      },
    );
  });
  const { alone, inspected } = turns;
  const stranger = [...alone, ...inspected].find(({ digest }) => digest !== alone[0]?.digest);
  if (stranger !== undefined) throw new Error(`a watched run came to another digest: ${stranger.digest}`);
  const [cpu, wall] = (['cpu', 'wall'] as const).map((time) =>
    ratio(
      inspected.map((turn) => turn[time]),
      alone.map((turn) => turn[time]),
    ),
  );
  if (cpu === undefined || wall === undefined) throw new Error('there are two times');
  return [
    {
      name: `inspect.${name}-cpu`,
      about: `${about}, the run's CPU time`,
      ...cpu,
      unit: 'x',
      against: ALONE,
      goal: { better: 'lower', reach },
    },
    { name: `inspect.${name}-wall`, about: `${about}, wall time`, ...wall, unit: 'x', against: ALONE },
    {
      name: `inspect.${name}-alone-s`,
      about: `${about}: the run alone`,
      ...median(alone.map((turn) => turn.cpu)),
      unit: 's',
      against: 'CPU time, warm',
    },
  ];
}
