/** Lines of one blocked task in a report: as sched_show_task prints it, then since when it holds and waits for what. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import { showTaskLines, stackSource } from '@dragon/kernel';
import { wrap } from './folding.ts';
import type { ReportNames } from './report-names.ts';
import type { WaitingTask } from './wait-for-graph.ts';

/** What a line of `holdAndWaitLines` is of. */
interface Since {
  readonly since: VirtualTime;
  readonly text: string;
}

/**
 * Returns the task line, the stack, where its frames are from if that is known, and a line for each thing that the task
 * holds and for what it waits for.
 */
export function taskLines(
  task: WaitingTask,
  /** What it waits for and who is in the way, without `waits for`. */
  waitsFor: string,
  { tasks, resources }: ReportNames,
  { release, width }: { readonly release: string; readonly width: number },
): string[] {
  const source = stackSource(task.waitsFor.stack, release);
  const since = [
    ...task.holds.map((hold) => ({ since: hold.since, text: resources.hold(hold) })),
    { since: task.waitingSince, text: `waits for ${waitsFor}` },
  ];
  return [
    ...showTaskLines({ ...tasks.task(task.agent), wait: task.waitsFor }),
    ...(source === null ? [] : hanging('stack: ', source, width)),
    ...sinceLines(since, width),
  ];
}

/** Returns `since 0.064014147 s  waits for …`, a line or more for each. */
function sinceLines(rows: readonly Since[], width: number): string[] {
  const heads = rows.map(({ since }) => `since ${formatSeconds(since)} s`);
  const room = Math.max(...heads.map((head) => head.length));
  return rows.flatMap(({ text }, i) => hanging(`${(heads[i] ?? '').padEnd(room)}  `, text, width));
}

/** Returns `text` behind `head`, folded, so that what follows stands below its beginning. */
export function hanging(head: string, text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - head.length);
  return [head + first, ...rest.map((line) => ' '.repeat(head.length) + line)];
}
