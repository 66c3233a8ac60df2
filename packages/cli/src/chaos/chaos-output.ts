/** The output of a hunt: for a person, and the object of `--json`. */
import { formatSeconds } from '@dragon/engine';
import { type ChartCoverage, coverageOf, edgeText, type HuntTally } from '@dragon/hunt';
import { formatFault } from '@dragon/kernel';
import { commandLines, foldLines, textTable, wrap } from '@dragon/report';
import { counted } from '../run/run-output.ts';
import type { ChaosFinding } from './chaos-finding.ts';
import type { ChaosRequest } from './chaos-request.ts';

/** What came of a hunt. */
export interface HuntOutput {
  readonly request: ChaosRequest;
  readonly tally: HuntTally;
  readonly findings: readonly ChaosFinding[];
  /** Of the wall clock; how many threads made the runs; runs that were there before. */
  readonly seconds: number;
  readonly workers: number;
  readonly kept: number;
}

/** Returns the lines for a person. */
export function chaosText({ request, tally, findings, seconds, workers, kept }: HuntOutput, width: number): string[] {
  const coverage = coverageOf(request.table, tally);
  const made = tally.runs - kept;
  const pace =
    made === 0
      ? 'all runs were there'
      : `${counted(made, 'run', 'runs')} in ${seconds.toFixed(1)} s: ${Number((made / seconds).toPrecision(3))} runs/s on ${counted(workers, 'thread', 'threads')}`;
  return [
    ...textTable(
      tally.outcomes().map(([outcome, count]) => [outcome, counted(count, 'run', 'runs')]),
      { width, indent: '  ' },
    ),
    ...(tally.cut === 0
      ? []
      : ['', ...wrap(`Of these, ${counted(tally.cut, 'run was', 'runs were')} cut: too long to wait for.`, width)]),
    ...findings.flatMap((finding) => findingLines(finding, width)),
    '',
    ...wrap(coverageSentence(coverage), width),
    ...foldLines([pace], width),
  ];
}

function findingLines(
  { outcome, runs, first, at, line, attempt, replay, look, shrink }: ChaosFinding,
  width: number,
): string[] {
  const many = counted(runs, 'run', 'runs');
  return [
    '',
    ...wrap(`${outcome}: ${many}, first attempt ${first}, at ${formatSeconds(at)} s`, width),
    ...wrap(line, width - 2).map((each) => `  ${each}`),
    ...attempt.faults.flatMap((fault) => wrap(`with ${formatFault(fault)}`, width - 4).map((each) => `    ${each}`)),
    ...(attempt.rules.length === 0
      ? []
      : wrap(`with rules ${attempt.rules.map(({ name }) => name).join(', ')}`, width - 4).map((each) => `    ${each}`)),
    ...commandLines('  Again:', replay, width),
    ...commandLines('  Look:', look, width),
    ...commandLines('  Shrink:', shrink, width),
  ];
}

/** `Taken: 312 of 543 transitions that agents of this scenario can take, 201 of 342 states.` */
function coverageSentence(coverage: readonly ChartCoverage[]): string {
  const sum = (of: (chart: ChartCoverage) => number) => coverage.reduce((total, chart) => total + of(chart), 0);
  const taken = `${sum(({ taken: some }) => some)} of ${sum(({ transitions }) => transitions)} transitions`;
  const reached = `${sum(({ statesReached }) => statesReached)} of ${sum(({ states }) => states)} states`;
  return `Reached: ${taken} that agents of this scenario can take, ${reached}. Which they are: --report, or --json.`;
}

/** Returns the object of `--json`. */
export function chaosJson({ request, tally, findings, seconds, workers, kept }: HuntOutput) {
  const { scenario, manner, seeds, faults, rules, table } = request;
  return {
    scenario,
    profile: request.plain.profile,
    manner,
    seeds,
    set: request.plain.set,
    faults,
    rules,
    runs: tally.runs,
    cutRuns: tally.cut,
    outcomes: Object.fromEntries(tally.outcomes()),
    findings: findings.map(({ outcome, line, runs, first, at, attempt, plan, replay, look, shrink }) => ({
      outcome,
      line,
      runs,
      firstAttempt: first,
      atNs: at,
      seed: attempt.seed,
      origin: attempt.origin.kind,
      faults: attempt.faults.map(formatFault),
      rules: attempt.rules.map(({ name }) => name),
      plan,
      replay,
      look,
      shrink,
    })),
    curve: tally.curve().map(({ runs, findings: found, edges }) => ({ runs, findings: found, transitions: edges })),
    coverage: coverageOf(table, tally).map(({ missed, ...counts }) => ({ ...counts, missed: missed.map(edgeText) })),
    workers,
    keptRuns: kept,
    wallSeconds: Number(seconds.toFixed(3)),
  };
}
