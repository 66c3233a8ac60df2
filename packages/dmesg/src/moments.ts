/**
 * Moments of a log: a state of the machine is put together only of what was so at one time. khungtaskd shows tasks one
 * by one, for minutes; whoever was blocked in the first may be long gone in the last.
 */
import { secondsBetween } from './log-line.ts';
import type { ShownTask } from './shown-task.ts';

/** Seconds; what is shown later is of another moment. */
const ONE_MOMENT = 60;
/** A dump of all tasks may take so long on a serial console. */
const ONE_DUMP = 300;

/**
 * Returns whether a task that is shown `gap` seconds after another was already there when that one was shown. Of a dump
 * of all tasks that is so for each.
 */
export function isOfThatMoment(gap: number, { by, blockedFor = 0 }: Pick<ShownTask, 'by' | 'blockedFor'>): boolean {
  return by === 'blocked' ? gap <= ONE_DUMP : gap - blockedFor <= ONE_MOMENT;
}

/** Returns whether the two were blocked, or ran, at one time, as far as the log tells. */
export function haveMet(one: ShownTask, other: ShownTask): boolean {
  const gap = secondsBetween(one, other);
  if (gap === undefined || (one.by === 'blocked' && other.by === 'blocked')) return true;
  return gap >= 0 ? isOfThatMoment(gap, other) : isOfThatMoment(-gap, one);
}
