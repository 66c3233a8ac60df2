/**
 * The bench `hunt`: how many runs a hunt makes until it meets a rare deadlock, steered and by chance. What is counted
 * follows from seeds alone; hunts differ in theirs, and nobody chose them.
 */
import { Hunt } from '@dragon/hunt';
import type { Bench, Conditions } from './bench.ts';
import { type Figure, median, type Measured } from './figure.ts';
import { isFound, RareDeadlock } from './rare-deadlock.ts';

/**
 * - `steered`: as `dragon chaos` hunts.
 * - `drawn`: the same faults, drawn anew for every run, schedules that nobody changes, and nothing is learned.
 */
type Manner = 'steered' | 'drawn';

/** A hunt to its first find. */
interface Hunted {
  readonly isFound: boolean;
  /** Those of a hunt that was given up are the most that there may be: it would have needed more. */
  readonly runs: number;
  readonly cpuSeconds: number;
}

const HUNTS = 20;
const MOST_RUNS = 400;

export const huntOverChance: Bench = {
  name: 'hunt',
  about: 'runs to the first find of a rare deadlock: dragon chaos, and by chance',
  seconds: 300,
  measure: async (conditions) => huntFigures(await hunts(conditions)),
};

type Hunts = Readonly<Record<Manner, readonly Hunted[]>>;

/** As many pairs of hunts as there is time for. */
async function hunts({ box, quick, signal }: Conditions): Promise<Hunts> {
  const [steered, drawn]: [Hunted[], Hunted[]] = [[], []];
  for (const number of box.rounds(quick ? 1 : HUNTS)) {
    const most = quick ? 3 : MOST_RUNS;
    steered.push(hunted('steered', number, most));
    drawn.push(hunted('drawn', number, most));
    // Whether time is over is told between hunts.
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
  return { steered, drawn };
}

/** Makes a hunt of at most so many runs; each number has seeds of its own. */
function hunted(manner: Manner, number: number, most = MOST_RUNS): Hunted {
  const world = new RareDeadlock();
  const hunt = new Hunt(world.ground, manner === 'steered' ? 'steered' : 'random', (i) => (number + 1) * 1_000_000 + i);
  const before = process.cpuUsage();
  for (let runs = 1; ; runs += 1) {
    const attempt = hunt.next();
    const run = world.run(manner === 'drawn' ? { ...attempt, rules: [] } : attempt);
    hunt.add(attempt.index, run);
    const found = isFound(run);
    if (!found && runs < most) continue;
    const { user, system } = process.cpuUsage(before);
    return { isFound: found, runs, cpuSeconds: (user + system) / 1e6 };
  }
}

function huntFigures({ steered, drawn }: Hunts): Measured {
  const runs = (of: readonly Hunted[]) => of.map((each) => each.runs);
  const [ours, theirs] = [median(runs(steered)), median(runs(drawn))];
  const against = `${steered.length} hunts each, given up after ${MOST_RUNS} runs`;
  const counted = (name: string, about: string, of: readonly number[], unit: string): Figure => ({
    name: `hunt.${name}`,
    about,
    ...median(of),
    unit,
    against,
  });
  const found = (of: readonly Hunted[]) => of.filter((each) => each.isFound).length;
  const interval = [quantiles(runs(steered)), quantiles(runs(drawn))];
  const [[, oursHigh] = [0, 0], [theirsLow] = [0, 0]] = interval;
  return {
    figures: [
      {
        name: 'hunt.over-chance',
        about: 'runs to the first find, by chance over steered, at least',
        value: theirs.value / ours.value,
        unit: 'x',
        against,
        goal: { better: 'higher', reach: 5, aim: 10 },
      },
      {
        name: 'hunt.over-chance-low',
        about: 'the same, lower end of the 95 % interval',
        value: theirsLow / oursHigh,
        unit: 'x',
        against,
      },
      {
        name: 'hunt.runs-a-find',
        about: 'all runs by finds, by chance over steered',
        value: runsAFind(drawn) / runsAFind(steered),
        unit: 'x',
        against,
      },
      counted('steered', 'runs to the first find, steered', runs(steered), 'runs'),
      counted('drawn', 'runs to the first find, by chance', runs(drawn), 'runs'),
      counted(
        'steered-seconds',
        'CPU time to the first find, steered',
        steered.map(({ cpuSeconds }) => cpuSeconds),
        's',
      ),
      { name: 'hunt.steered-found', about: 'steered hunts with a find', value: found(steered), unit: 'hunts', against },
      { name: 'hunt.drawn-found', about: 'hunts by chance with a find', value: found(drawn), unit: 'hunts', against },
    ],
    leftOut: [],
  };
}

/** Of hunts without any find, the fewest that there may be. */
const runsAFind = (of: readonly Hunted[]): number =>
  of.reduce((sum, { runs }) => sum + runs, 0) / Math.max(1, of.filter((each) => each.isFound).length);

/** Returns the ends of the 95 % interval of a median, by the binomial of how many values lie below it. */
function quantiles(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  // P(at most k of `count` values lie below the median) for growing k.
  let [k, sum, term] = [0, 0, 2 ** -count];
  while (sum + term <= 0.025) {
    sum += term;
    term *= (count - k) / (k + 1);
    k += 1;
  }
  const place = Math.max(0, k - 1);
  return [sorted[place] ?? Number.NaN, sorted[count - 1 - place] ?? Number.NaN];
}
