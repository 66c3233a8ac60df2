/** The report of a deadlock for a person: the finding, who waits for whom, each party, and the steps that led there. */
import { formatDuration, formatSeconds, type Plan, type RunResult } from '@dragon/engine';
import { deadlockSteps } from './deadlock-steps.ts';
import { deadlockStepsText } from './deadlock-steps-text.ts';
import { deadlockStory } from './deadlock-story.ts';
import { wrap } from './folding.ts';
import { howItCameAbout } from './how-it-came-about.ts';
import { holderOf } from './kernel-steps.ts';
import type { Lockdep } from './lockdep.ts';
import { lockdepSentence } from './lockdep-sentence.ts';
import { type ReportNames, reportNames } from './report-names.ts';
import { plainText } from './sentence.ts';
import { storyLines } from './story-lines.ts';
import { hanging, taskLines } from './task-lines.ts';
import type { TaskNames } from './task-names.ts';
import { terminalStyle, type TerminalStyle } from './terminal-style.ts';
import { behindClause } from './wait-words.ts';
import type { Deadlock, DeadlockParty, WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** What both reports of blocked tasks need. */
export interface ReportInput {
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'undone' | 'behind' | 'blocked'>;
  readonly plan: Pick<Plan, 'agents' | 'resources' | 'grace' | 'stopOnFinding'>;
  readonly result: Pick<RunResult, 'endedAt' | 'history'>;
  /** The kernel's release, as in `6.1.0`. */
  readonly release: string;
  readonly colour: boolean;
  /** Columns of the page. */
  readonly width: number;
  /** What lockdep has seen of the run, if it was asked to look. */
  readonly lockdep?: Pick<Lockdep, 'splat'> | undefined;
  /** With the charts' own messages and states. */
  readonly verbose?: boolean | undefined;
}

/** Tasks listed by name before the rest is only counted. */
const LISTED = 10;

/** Returns the report, lines ended by newlines, or the empty string if there is no deadlock. */
export function deadlockReport(input: ReportInput): string {
  const { deadlock } = input.graph;
  if (deadlock === undefined) return '';
  const names = reportNames(input.plan);
  const style = terminalStyle(input.colour);
  const { width } = input;
  const blocks = [
    [
      ...storyLines(deadlockStory(deadlock, names, input.graph.undone), style, width),
      ...wrap(whenText(deadlock, names.tasks, input), width),
    ],
    [style.strong('Who waits for whom:'), ...cycleLines(deadlock, names, width)],
    ...deadlock.cycle.map((party) => taskLines(party, waitText(party, names), names, input)),
    behindLines(input.graph.behind(), names, input),
    [style.strong('How it came to that:'), ...stepLines(deadlock, names, input)],
    lockdepLines(deadlock, names, input),
    ...(input.verbose ? [chartLines(deadlock, names, input, style)] : []),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** When it was found, and why the run went on. */
function whenText({ at, cycle }: Deadlock, tasks: TaskNames, { plan, result }: ReportInput): string {
  const last = cycle.reduce((latest, party) => (party.waitingSince > latest.waitingSince ? party : latest));
  const lastName =
    cycle.length === 1 ? 'it had begun to wait' : `${tasks.name(last.agent)} had begun to wait as the last of them`;
  const found = `Found at ${formatSeconds(at)} s of virtual time, when ${lastName}.`;
  const { endedAt } = result;
  if (endedAt === at) return found;
  const isGrace = plan.stopOnFinding && endedAt === at + plan.grace;
  const why = isGrace
    ? `, a grace of ${formatDuration(plan.grace)} in which others may come to wait behind them`
    : ' all the same';
  return `${found} The run went on to ${formatSeconds(endedAt)} s${why}.`;
}

const waitText = (party: DeadlockParty, names: ReportNames) =>
  `${names.resources.wait(party.waitsFor)}, ${plainText(holderOf(party, names))}`;

/** `kworker/0:1 -> xfs_scrub    for the AGI of AG 0`, a line a party. */
function cycleLines({ cycle }: Deadlock, { tasks, resources }: ReportNames, width: number): string[] {
  const rows = cycle.map(({ agent, blockedOn, waitsFor }) => ({
    who: tasks.name(agent),
    whom: tasks.name(blockedOn),
    what: `for ${resources.wait(waitsFor)}`,
  }));
  const [who, whom] = [longest(rows.map((row) => row.who)), longest(rows.map((row) => row.whom))];
  return rows.flatMap((row) => hanging(`  ${row.who.padEnd(who)} -> ${row.whom.padEnd(whom)}  `, row.what, width));
}

const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));

/** Returns how many tasks wait behind, and the first of them by name. */
function behindLines(behind: readonly WaitingTask[], { tasks, resources }: ReportNames, input: ReportInput): string[] {
  const { result, width } = input;
  const count = behind.length;
  const opening = `At the end of the run, ${formatSeconds(result.endedAt)} s,`;
  if (count === 0) return wrap(`${opening} ${behindClause(count)}.`, width);
  const listed = behind.slice(0, LISTED);
  const room = longest(listed.map(({ agent }) => tasks.name(agent)));
  return [
    ...wrap(`${opening} ${behindClause(count)}:`, width),
    ...listed.flatMap(({ agent, waitingSince, waitsFor }) =>
      hanging(
        `  since ${formatSeconds(waitingSince)} s  ${tasks.name(agent).padEnd(room)}  `,
        `waits for ${resources.wait(waitsFor)}`,
        width,
      ),
    ),
    ...(count > LISTED ? [`  and ${count - LISTED} more`] : []),
  ];
}

function stepLines(deadlock: Deadlock, names: ReportNames, { plan, result, width }: ReportInput): string[] {
  const steps = howItCameAbout(deadlock, result.history, plan, names);
  const room = longest(steps.map(({ at }) => formatSeconds(at)));
  return steps.flatMap(({ at, sentence }) =>
    hanging(`  ${formatSeconds(at).padStart(room)}  `, plainText(sentence), width),
  );
}

function lockdepLines(
  deadlock: Deadlock,
  { tasks, resources }: ReportNames,
  { lockdep, width }: ReportInput,
): string[] {
  if (lockdep === undefined) return [];
  return wrap(`lockdep would have said: ${lockdepSentence(lockdep.splat, deadlock, tasks, resources)}`, width);
}

function chartLines(deadlock: Deadlock, names: ReportNames, input: ReportInput, style: TerminalStyle): string[] {
  const steps = deadlockSteps(deadlock, input.result.history, names.resources);
  const rest = steps.leftOut === 0 ? '' : ` (${steps.leftOut} that changed nothing or repeat another left out)`;
  return [
    ...wrap(`The same as messages and states of the model${rest}:`, input.width).map(style.strong),
    ...deadlockStepsText(steps, deadlock, names.tasks).flatMap((line) => {
      const text = line.trimStart();
      return hanging(`  ${' '.repeat(line.length - text.length)}`, text, input.width);
    }),
  ];
}
