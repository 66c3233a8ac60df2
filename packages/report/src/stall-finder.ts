/** The finder of stalls: tasks that khungtaskd would report at the end of a run, whether in a cycle or not. */
import type { Finder, Finding, Json, VirtualTime } from '@dragon/engine';
import { HUNG_TASK_TIMEOUT } from '@dragon/kernel';
import type { WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** Returns from when on a task is hung that still waits then. */
export const hungAt = ({ waitingSince }: Pick<WaitingTask, 'waitingSince'>): VirtualTime =>
  waitingSince + HUNG_TASK_TIMEOUT;

/**
 * Returns whether khungtaskd would report the task at instant `at`: it skips killable waits, and tasks that are awake.
 */
export function isHung(task: WaitingTask, at: VirtualTime): boolean {
  return task.waitsFor.mode === 'uninterruptible' && at > hungAt(task);
}

/** Reads the graph, which has to be among the finders of the run, too. */
export class StallFinder implements Finder {
  readonly ends = false;
  readonly #graph: Pick<WaitForGraph, 'waiting'>;

  constructor(graph: Pick<WaitForGraph, 'waiting'>) {
    this.#graph = graph;
  }

  over(end: VirtualTime): readonly Finding[] {
    return this.#graph
      .waiting()
      .filter((task) => isHung(task, end))
      .map((task) => ({ kind: 'stall', at: hungAt(task), evidence: task as unknown as Json }));
  }
}
