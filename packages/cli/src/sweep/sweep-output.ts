/** The output of a sweep: for a person, and the object of `--json`. */
import { formatSeconds } from '@dragon/engine';
import { commandLines, foldLines, textTable, wrap } from '@dragon/report';
import { counted } from '../run/run-output.ts';
import type { SweepRequest } from './sweep-request.ts';
import type { SweepTally } from './sweep-tally.ts';

/** How fast the runs were made, the start of the threads included. */
export interface SweepPace {
  readonly seconds: number;
  readonly workers: number;
}

/** Returns the lines of the heading. */
export function sweepHeading({ heading }: SweepRequest, width: number): string[] {
  return wrap(heading, width);
}

/** Returns the lines that say what came of the runs, and at the end how fast they were. */
export function sweepText({ policies }: SweepRequest, tally: SweepTally, pace: SweepPace, width: number): string[] {
  return [
    ...policies.flatMap((policy) => [
      ...(policies.length > 1 ? [`${policy}:`] : []),
      ...textTable(
        [...tally.outcomes(policy)].map(([outcome, count]) => [outcome, counted(count, 'run', 'runs')]),
        { width, indent: '  ' },
      ),
      ...tally.findings(policy).flatMap(({ line, outcome, runs, firstSeed, firstAtNs, replay }) => {
        const first = `first seed ${firstSeed}, at ${formatSeconds(firstAtNs)} s`;
        return [
          '',
          `${outcome}: ${counted(runs, 'seed', 'seeds')}, ${first}`,
          ...wrap(line, width - 2).map((each) => `  ${each}`),
          ...commandLines('  The first again:', replay, width),
        ];
      }),
      '',
    ]),
    `Digest over all runs, in order: ${tally.digest()}`,
    ...foldLines([paceLine(tally.runs.length, pace)], width),
  ];
}

/** Returns the object of `--json`. */
export function sweepJson(
  { scenario, seeds, set, faults, rules, policies }: SweepRequest,
  tally: SweepTally,
  pace: SweepPace,
) {
  return {
    scenario,
    seeds,
    set,
    faults,
    rules,
    policies: policies.map((policy) => ({
      policy,
      outcomes: Object.fromEntries(tally.outcomes(policy)),
      findings: tally.findings(policy),
    })),
    runs: tally.runs,
    digest: tally.digest(),
    workers: pace.workers,
    wallSeconds: Number(pace.seconds.toFixed(3)),
    runsPerSecond: Number((tally.runs.length / pace.seconds).toPrecision(3)),
  };
}

/** `1000 runs in 4.1 s: 244 runs/s on 2 threads, 122 on each` */
function paceLine(runs: number, { seconds, workers }: SweepPace): string {
  const rate = (count: number) => Number((count / seconds).toPrecision(3));
  const each = workers === 1 ? '' : `, ${rate(runs / workers)} on each`;
  return `${counted(runs, 'run', 'runs')} in ${seconds.toFixed(1)} s: ${rate(runs)} runs/s on ${counted(workers, 'thread', 'threads')}${each}`;
}
