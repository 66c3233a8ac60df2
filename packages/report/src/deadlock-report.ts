/** The report of a deadlock for a person: who holds what, who waits for whom, and the steps that led there. */
import {
  formatDuration,
  formatSeconds,
  MILLISECOND,
  type Plan,
  type Row,
  type RunResult,
  SECOND,
} from '@dragon/engine';
import { deadlockSentence } from './deadlock-sentence.ts';
import { type DeadlockStep, deadlockSteps } from './deadlock-steps.ts';
import { showTaskLines, taintLine, threadName } from '@dragon/kernel';
import { wrap } from './folding.ts';
import { ResourceNames } from './resource-names.ts';
import { TaskNames } from './task-names.ts';
import { terminalStyle, type TerminalStyle } from './terminal-style.ts';
import { textTable } from './text-table.ts';
import type { Deadlock, DeadlockParty, WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** What both reports of blocked tasks need. */
export interface ReportInput {
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'behind' | 'blocked'>;
  readonly plan: Pick<Plan, 'agents' | 'resources'>;
  readonly result: Pick<RunResult, 'endedAt' | 'history'>;
  /** The kernel's release, as in `6.1.0`. */
  readonly release: string;
  readonly colour: boolean;
  /** Columns of the page. */
  readonly width: number;
}

interface Names {
  readonly tasks: TaskNames;
  readonly resources: ResourceNames;
}

/** Tasks listed by name before the rest is only counted. */
const LISTED = 10;

/** Returns the report, lines ended by newlines, or the empty string if there is no deadlock. */
export function deadlockReport(input: ReportInput): string {
  const { deadlock } = input.graph;
  if (deadlock === undefined) return '';
  const names: Names = { tasks: new TaskNames(input.plan), resources: new ResourceNames(input.plan) };
  const style = terminalStyle(input.colour);
  const blocks = [
    wrap(style.alarm(headline(deadlock)), input.width),
    ...deadlock.cycle.map((party) => partyLines(party, deadlock, names, input, style)),
    wrap(`${style.strong('The cycle:')} ${deadlockSentence(deadlock, names.tasks, names.resources)}`, input.width),
    behindLines(input.graph.behind(), names, input),
    stepLines(deadlock, names, input, style),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headline({ at, cycle }: Deadlock): string {
  const who = cycle.length === 1 ? 'a task waits for itself' : `${cycle.length} tasks wait for each other`;
  return `DEADLOCK at ${formatSeconds(at)} s of virtual time: ${who}.`;
}

function partyLines(
  party: DeadlockParty,
  deadlock: Deadlock,
  { tasks, resources }: Names,
  input: ReportInput,
  style: TerminalStyle,
): string[] {
  const thread = { ...tasks.task(party.agent), wait: party.waitsFor };
  const { resource } = party.waitsFor;
  return [
    style.strong(
      `INFO: task ${threadName(thread)} blocked for ${blockedFor(deadlock.at - party.waitingSince)}, and for ever: it is part of a deadlock.`,
    ),
    taintLine(input.release),
    ...showTaskLines(thread),
    ...textTable(
      [
        ...party.holds.map((hold) => [resources.hold(hold), `since ${formatSeconds(hold.since)} s`]),
        [
          `waits for ${resources.wait(party.waitsFor)}`,
          `since ${formatSeconds(party.waitingSince)} s, ${resources.holder(resource, tasks.name(party.blockedOn))}`,
        ],
      ],
      { width: input.width },
    ),
  ];
}

/** In seconds, like the kernel's line, unless that would say `0.000`. */
function blockedFor(ns: number): string {
  return ns < MILLISECOND ? formatDuration(ns) : `${(ns / SECOND).toFixed(3)} seconds`;
}

/** Returns how many tasks wait behind, and the first of them by name. */
function behindLines(behind: readonly WaitingTask[], { tasks, resources }: Names, input: ReportInput): string[] {
  const { result, width } = input;
  const opening = `At the end of the run, ${formatSeconds(result.endedAt)} s,`;
  const count = behind.length;
  if (count === 0) return wrap(`${opening} no other task waits behind it.`, width);
  const listed = behind
    .slice(0, LISTED)
    .map((task) => [
      tasks.name(task.agent),
      `waits for ${resources.wait(task.waitsFor)}`,
      `since ${formatSeconds(task.waitingSince)} s`,
    ]);
  return [
    ...wrap(`${opening} ${count} more ${count === 1 ? 'task waits' : 'tasks wait'} behind it:`, width),
    ...textTable(listed, { width, indent: '  ' }),
    ...(count > LISTED ? [`  and ${count - LISTED} more`] : []),
  ];
}

function stepLines(
  deadlock: Deadlock,
  { tasks, resources }: Names,
  input: ReportInput,
  style: TerminalStyle,
): string[] {
  const { steps, leftOut } = deadlockSteps(deadlock, input.result.history, resources);
  const table = textTable(
    steps.map((step) => stepCells(step, tasks)),
    {
      width: input.width,
      indent: '  ',
      head: ['seconds', 'task', 'received', 'then', ''],
      styleHead: style.faint,
    },
  );
  const rest = leftOut === 0 ? '' : ` (${leftOut} that changed nothing or repeat another left out)`;
  return [...wrap(`${style.strong('The steps that led there')}${rest}:`, input.width), ...table];
}

function stepCells({ at, agent, row, brought }: DeadlockStep, names: TaskNames): string[] {
  const effect = brought.length === 0 ? '' : `<- ${brought.join('; ')}`;
  const cells = row === undefined ? ['(step no longer kept)', ''] : [received(row, names), leafStates(row.state)];
  return [formatSeconds(at), names.name(agent), ...cells, effect];
}

/** Returns `task.bufferLocked from ag/0`, or `after rebuild` for a timer of that name. */
function received({ message, from, to, timer }: Row, names: TaskNames): string {
  if (from !== to) return `${message.type} from ${names.name(from)}`;
  if (timer === undefined) return message.type;
  const { name } = message;
  return `after ${typeof name === 'string' ? name : timer}`;
}

/** Returns the innermost states: `armed, lockingAgi` of `timer.armed worker.running.inactivating.lockingAgi`. */
function leafStates(state: string): string {
  return state
    .split(' ')
    .map((path) => path.slice(path.lastIndexOf('.') + 1))
    .join(', ');
}
