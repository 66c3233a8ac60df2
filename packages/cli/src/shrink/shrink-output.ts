/** The output of `dragon shrink`: for a person, and the object of `--json`. */
import { formatSeconds } from '@dragon/engine';
import { ruleFields } from '@dragon/fault-plan';
import type { FailingRun, Shrink } from '@dragon/hunt';
import { formatExactDuration, formatFault } from '@dragon/kernel';
import { commandLines, hanging, plainText, storyLines, wrap } from '@dragon/report';
import { type RunRequest, scenarioNamed, setParameters, setWord } from '@dragon/scenarios';
import { counted } from '../run/run-output.ts';
import type { Terminal } from '../terminal.ts';
import { partsText } from './shrink-progress.ts';
import type { ShrunkRun } from './shrunk-run.ts';

/** What came of it. */
export interface ShrinkOutput {
  readonly request: RunRequest;
  readonly before: FailingRun;
  readonly shrunk: ShrunkRun;
  readonly shrink: Shrink;
  /** As findings that are the same have it. */
  readonly line: string;
  /** Of the wall clock. */
  readonly seconds: number;
  readonly workers: number;
}

/** Returns the lines for a person. */
export function shrunkText(
  { request: { scenario }, before, shrunk, shrink, seconds, workers }: ShrinkOutput,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): string[] {
  const { run, story, steps, plan, replay, look } = shrunk;
  const about = `After ${counted(shrink.runs, 'run', 'runs')} in ${seconds.toFixed(1)} s on ${counted(workers, 'thread', 'threads')}:`;
  const parts = [...run.faults.map(formatFault), ...run.rules.map(({ name, fate }) => `rule ${name}, ${fate.kind}`)];
  return [
    ...(story === undefined ? [] : storyLines(story, style, width)),
    '',
    ...wrap(about, width),
    ...wrap(`before: ${sizeText(scenario, before)}`, width - 2).map((each) => `  ${each}`),
    ...wrap(`now:    ${sizeText(scenario, run)}`, width - 2).map((each) => `  ${each}`),
    ...parts.flatMap((each) => wrap(`with ${each}`, width - 4).map((text) => `    ${text}`)),
    ...(steps.length === 0 ? [] : ['', style.strong('The essential steps:')]),
    ...steps.flatMap(({ at, sentence }, i) =>
      hanging(`  ${i + 1}. ${formatSeconds(at)}  `, plainText(sentence), width),
    ),
    '',
    ...(plan === null ? [] : wrap(`The faults and rules that are left: ${plan}`, width)),
    ...commandLines('Again:', replay, width),
    ...commandLines('Look:', look, width),
  ];
}

/** `6 faults, 4 rules, 4 CPUs, inodes=258, seed 17, up to 300s`. */
const sizeText = (scenario: string, run: FailingRun) =>
  [partsText(run), ...setOf(scenario, run).map(setWord), `seed ${run.seed}`].join(', ') +
  `, up to ${formatExactDuration(run.until)}`;

const setOf = (scenario: string, { cpus, set }: FailingRun) => setParameters(scenarioNamed(scenario), cpus, set);

/** Returns the object of `--json`. */
export function shrunkJson({ request, before, shrunk, shrink, line, seconds, workers }: ShrinkOutput) {
  const { at, plan, replay, look, digest, events, steps } = shrunk;
  return {
    scenario: request.scenario,
    profile: request.profile,
    set: request.set,
    line,
    before: runFields(request.scenario, before),
    shrunk: runFields(request.scenario, shrunk.run),
    atNs: at,
    digest,
    events,
    steps: steps.map((step) => ({ atNs: step.at, agent: step.agent ?? null, text: plainText(step.sentence) })),
    plan,
    replay,
    look,
    isSimplest: shrink.isOver,
    runs: shrink.runs,
    workers,
    wallSeconds: Number(seconds.toFixed(3)),
  };
}

function runFields(scenario: string, run: FailingRun) {
  const { seed, cpus, until, faults, rules } = run;
  const set = setOf(scenario, run);
  return { seed, cpus, untilNs: until, set, faults: faults.map(formatFault), rules: rules.map(ruleFields) };
}
