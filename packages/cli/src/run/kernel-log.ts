/** The output of a run as the kernel's own tools would have had it: khungtaskd, or lockdep. */
import { formatSeconds, type Plan } from '@dragon/engine';
import { hungTaskLog, lockdepLog, lockdepSentence, ResourceNames, TaskNames } from '@dragon/report';
import type { RunRequest } from '@dragon/scenarios';
import { counted } from './run-output.ts';
import type { RUN_FORMATS } from '../option-values.ts';
import type { Simulated } from './run-here.ts';

export type RunFormat = (typeof RUN_FORMATS)[number];

/** Lines as dmesg prints them, and what is to be said of them that is no part of a kernel's log. */
interface KernelLog {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

export function kernelLogOf(
  format: Exclude<RunFormat, 'text'>,
  { settings }: RunRequest,
  plan: Plan,
  { graph, lockdep, result }: Simulated,
): KernelLog {
  if (format === 'lockdep') {
    const lines = lockdepLog(lockdep, plan, settings.release);
    const sentence = lockdepSentence(lockdep.splat, graph.deadlock, new TaskNames(plan), new ResourceNames(plan));
    return { lines, notes: lines.length > 0 ? [] : [`lockdep would have said ${sentence}`] };
  }
  const { lines, from, suppressed } = hungTaskLog(graph, plan, settings.release);
  if (from === undefined) return { lines, notes: ['no task is blocked at the end of the run'] };
  const [end, first] = [result.endedAt, from].map((at) => `${formatSeconds(at)} s`);
  return {
    lines,
    notes: [
      ...(from >= result.endedAt
        ? [`the run ended at ${end}: from ${first} on khungtaskd would print this, if nobody goes on until then`]
        : []),
      ...(suppressed > 0
        ? [`${counted(suppressed, 'more task is', 'more tasks are')} blocked: khungtaskd stops after 10`]
        : []),
    ],
  };
}
