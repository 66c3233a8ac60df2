/**
 * What khungtaskd would have printed of the tasks that are blocked at the end of a run, in dmesg's form, with the
 * virtual time at which it would have spoken, whether the run went on for so long or not. Linux 6.1 kernel/hung_task.c.
 */
import type { Plan, VirtualTime } from '@dragon/engine';
import { HUNG_TASK_TIMEOUT, hungTaskLines } from '@dragon/kernel';
import { kernelLogLine } from './kernel-log-line.ts';
import { TaskNames } from './task-names.ts';
import type { WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** sysctl kernel.hung_task_warnings. */
const WARNINGS = 10;

export interface HungTaskLog {
  /** As dmesg prints them. */
  readonly lines: readonly string[];
  /** When the first of them is printed; undefined if there is nothing to print. */
  readonly from: VirtualTime | undefined;
  /** Tasks of which it would not have spoken any more. */
  readonly suppressed: number;
}

/** Returns the log. Killable waits are passed over, as khungtaskd does. */
export function hungTaskLog(
  graph: Pick<WaitForGraph, 'waiting'>,
  plan: Pick<Plan, 'agents'>,
  release: string,
): HungTaskLog {
  const names = new TaskNames(plan);
  const hung = graph
    .waiting()
    .filter(({ waitsFor }) => waitsFor.mode === 'uninterruptible')
    .map((task) => ({ task, at: reportedAt(task), thread: names.task(task.agent) }))
    .sort((a, b) => a.at - b.at || (a.thread.pid ?? 0) - (b.thread.pid ?? 0));
  const shown = hung.slice(0, WARNINGS);
  return {
    lines: shown.flatMap(({ task, at, thread }) =>
      hungTaskLines({ ...thread, wait: task.waitsFor }, HUNG_TASK_TIMEOUT, release).map((line) =>
        kernelLogLine(at, line),
      ),
    ),
    from: shown[0]?.at,
    suppressed: hung.length - shown.length,
  };
}

/** It looks every 120 s, notes how often a task has slept, and speaks when it has not since the look before. */
function reportedAt({ waitingSince }: WaitingTask): VirtualTime {
  const looks = Math.ceil(waitingSince / HUNG_TASK_TIMEOUT);
  return (Math.max(1, looks) + 1) * HUNG_TASK_TIMEOUT;
}
