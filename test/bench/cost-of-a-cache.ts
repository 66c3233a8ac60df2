/** The bench `cache`: what a run over a big cache costs, and whether that grows with the inodes alone. */
import type { Bench } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { coldTurn } from './contestant.ts';
import { type Figure, median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

interface Cost {
  readonly seconds: number;
  readonly events: number;
  readonly megabytes: number;
}

export const costOfACache: Bench = {
  name: 'cache',
  about: 'a whole run, cold: big caches of 50,000 and 500,000 inodes on 8 CPUs',
  seconds: 75,
  async measure({ box, quick, signal }) {
    const until = quick ? '300000000' : '20000000000';
    const runOnce = async (scenario: string) =>
      coldTurn<Cost>(await benchProgram('cache-turns', scenario, until), signal);
    const { small, large } = await takeRounds(
      { box, most: quick ? 1 : 3, signal, cold: true },
      { small: () => runOnce('big-cache-50k'), large: () => runOnce('big-cache') },
    );
    return { figures: figuresOf(small, large), leftOut: [] };
  },
};

function figuresOf(small: readonly Cost[], large: readonly Cost[]): Figure[] {
  const anEvent = (costs: readonly Cost[]) => costs.map(({ seconds, events }) => seconds / events);
  return [
    {
      name: 'cache.500000.s',
      about: '500,000 inodes',
      ...median(large.map(({ seconds }) => seconds)),
      unit: 's',
      against: 'CPU time, cold',
      goal: { better: 'lower', reach: 20, aim: 8 },
    },
    {
      name: 'cache.50000.s',
      about: '50,000 inodes',
      ...median(small.map(({ seconds }) => seconds)),
      unit: 's',
      against: 'CPU time, cold',
    },
    {
      name: 'cache.500000.us-an-event',
      about: `an event, 500,000 inodes (${(large[0]?.events ?? 0).toLocaleString('en-US')} events)`,
      ...median(anEvent(large).map((seconds) => 1e6 * seconds)),
      unit: 'us',
      against: 'CPU time, cold',
    },
    {
      name: 'cache.an-event-over-small',
      about: 'an event, 500,000 inodes over 50,000',
      ...ratio(anEvent(large), anEvent(small)),
      unit: 'x',
      against: 'the small cache',
      goal: { better: 'lower', reach: 1.5 },
    },
    {
      name: 'cache.500000.mb',
      about: 'the most memory, 500,000 inodes',
      ...median(large.map(({ megabytes }) => megabytes)),
      unit: 'MB',
      against: 'resident set of the process',
    },
  ];
}
