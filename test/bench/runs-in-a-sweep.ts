/** The bench `sweep`: many runs in warm threads, as `dragon sweep` makes them, and what a second core is worth. */
import { availableParallelism } from 'node:os';
import { bundledPrograms } from '../../packages/cli/src/bundle/bundled-programs.ts';
import { makeRuns } from '../../packages/cli/src/many-runs/run-pool.ts';
import { seedRange } from '../../packages/cli/src/many-runs/seed-list.ts';
import { SweepRequest } from '../../packages/cli/src/sweep/sweep-request.ts';
import type { Bench } from './bench.ts';
import { type Figure, median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

interface Pace {
  /** Runs a second. */
  readonly rate: number;
  /** Runs a second of CPU, whatever thread it was spent in. */
  readonly rateOfACore: number;
}

export const runsInASweep: Bench = {
  name: 'sweep',
  about: 'runs of seed-deadlock, 4 CPUs, in warm threads: a core, and two over one',
  seconds: 90,
  async measure({ box, quick, signal }) {
    const [warm, counted] = quick ? [2, 4] : [600, 1200];
    const program = (await bundledPrograms())('run-worker');
    const sweep = async (workers: number): Promise<Pace> => {
      // Each thread has to become warm.
      const first = warm * workers;
      const request = new SweepRequest('seed-deadlock', { seeds: seedRange(1, first + counted * workers) });
      let answered = 0;
      let [startedAt, before] = [performance.now(), process.cpuUsage()];
      let pace: Pace | undefined;
      await makeRuns(request.jobs(), request.count, {
        program,
        workers,
        signal,
        asked: 'verdict',
        onFailure: () => undefined,
        onAnswer: () => {
          answered += 1;
          if (answered === first) [startedAt, before] = [performance.now(), process.cpuUsage()];
          if (answered < request.count) return;
          const { user, system } = process.cpuUsage(before);
          const runs = request.count - first;
          pace = {
            rate: (1_000 * runs) / (performance.now() - startedAt),
            rateOfACore: (1e6 * runs) / (user + system),
          };
        },
      });
      if (pace === undefined) throw new Error('a sweep ended without its runs');
      return pace;
    };
    const hasTwo = availableParallelism() >= 2;
    const { one = [], two = [] } = await takeRounds<string, Pace>(
      { box, most: quick ? 1 : 8, signal, cold: quick },
      { one: () => sweep(1), ...(hasTwo && { two: () => sweep(2) }) },
    );
    return {
      figures: figuresOf(one, two),
      leftOut: hasTwo ? [] : ['this machine has one core: what a second one is worth cannot be measured'],
    };
  },
};

function figuresOf(one: readonly Pace[], two: readonly Pace[]): Figure[] {
  const figures: Figure[] = [
    {
      name: 'sweep.runs-a-core',
      about: 'runs a second and core, warm',
      ...median(one.map(({ rateOfACore }) => rateOfACore)),
      unit: 'runs/s',
      against: 'CPU time',
      goal: { better: 'higher', reach: 100, aim: 200 },
    },
  ];
  if (two.length === 0) return figures;
  const rates = (paces: readonly Pace[]) => paces.map(({ rate }) => rate);
  return [
    ...figures,
    {
      name: 'sweep.two-over-one',
      about: 'two threads over one',
      ...ratio(rates(two), rates(one)),
      unit: 'x',
      against: 'wall time, one thread',
      goal: { better: 'higher', reach: 1.8, aim: 1.95 },
    },
  ];
}
