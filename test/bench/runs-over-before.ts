/** The bench `run`: whole runs as the command makes them, cold and warm, over an earlier state of the project. */
import { resolve } from 'node:path';
import type { Bench, Conditions } from './bench.ts';
import { benchProgram, programBefore } from './bench-programs.ts';
import { type Argv, Contestant, withContestants } from './contestant.ts';
import { type Figure, type Goal, median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';
import type { TimeBox } from './time-box.ts';

interface Run {
  /** Microseconds of CPU that an event took. */
  readonly us: number;
  readonly events: number;
  readonly digest: string;
}

interface Scenario {
  readonly name: string;
  readonly cpus: number;
  /** Pressure is cut short: a run of before takes 20 s, and there have to be several. */
  readonly mostEvents: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'big-cache-50k', cpus: 4, mostEvents: 400_000 },
  { name: 'pressure', cpus: 1, mostEvents: 250_000 },
];

const COLD: Goal = { better: 'higher', reach: 3, aim: 5 };
const WARM: Goal = { better: 'higher', reach: 4, aim: 8 };

/** Of two runs in the same process. */
interface Pace {
  readonly cold: number;
  readonly warm: number;
}

export const runsOverBefore: Bench = {
  name: 'run',
  about: 'a whole run as the command makes it, cold and warm; --before DIR: over an earlier state',
  seconds: 110,
  async measure(conditions) {
    const figures: Figure[] = [];
    for (const [i, scenario] of SCENARIOS.entries())
      figures.push(...(await measureScenario(scenario, conditions, conditions.box.part(1 / (SCENARIOS.length - i)))));
    const leftOut =
      conditions.before === undefined
        ? ['the state before is not here (--before DIR: a checkout of an earlier commit after npm run setup)']
        : [];
    return { figures, leftOut };
  },
  plot: {
    title: 'Microseconds an event of a whole run',
    caption: 'Microseconds of CPU an event: medians, from the fastest turn to the slowest; log scale',
    scale: 'count',
    rows: SCENARIOS.map(({ name }) => ({ label: name, prefix: `run.${name}.us` })),
  },
};

async function measureScenario(
  { name, cpus, mostEvents }: Scenario,
  { quick, before, signal }: Conditions,
  box: TimeBox,
): Promise<Figure[]> {
  const args = [name, String(cpus), String(quick ? 2_000 : mostEvents)];
  const now = await benchProgram('run-turns', ...args);
  const then = before === undefined ? undefined : await programBefore(resolve(before), 'run-turns', ...args);
  const { ours = [], theirs = [] } = await takeRounds<string, Pace>(
    { box, most: quick ? 1 : 4, signal, cold: true },
    { ours: () => twoRuns(now, signal), ...(then && { theirs: () => twoRuns(then, signal) }) },
  );
  const of = (paces: readonly Pace[], mood: keyof Pace) => paces.map((pace) => pace[mood]);
  const over = (mood: keyof Pace, goal: Goal): Figure[] =>
    then === undefined
      ? []
      : [
          {
            name: `run.${name}.${mood}-over-before`,
            about: `${name}, ${mood}`,
            ...ratio(of(theirs, mood), of(ours, mood)),
            unit: 'x',
            against: 'the same run in the state before',
            goal,
          },
        ];
  const pace = (mood: keyof Pace): Figure[] =>
    [
      { who: 'now', taken: of(ours, mood) },
      { who: 'before', taken: of(theirs, mood) },
    ]
      .filter(({ taken }) => taken.length > 0)
      .map(({ who, taken }) => ({
        name: `run.${name}.us.${mood}-${who}`,
        about: `${name}, an event, ${mood}, ${who}`,
        ...median(taken),
        unit: 'us',
        against: 'CPU time',
      }));
  return [...over('warm', WARM), ...over('cold', COLD), ...pace('warm'), ...pace('cold')];
}

async function twoRuns(argv: Argv, signal: AbortSignal): Promise<Pace> {
  return withContestants({ it: new Contestant<Run>(argv, signal) }, async ({ it }) => {
    const { us: cold } = await it.turn();
    const { us: warm } = await it.turn();
    return { cold, warm };
  });
}
