/** Names of tasks in the report of a dump. */
import type { Diagnosis } from './diagnosis.ts';
import { type ReadTask, waitWords } from './task-wait.ts';

/** How a report calls tasks: a task that the dump has no stack of has its pid, and its name if a list has it. */
export class DumpNames {
  readonly #found: Diagnosis;

  constructor(found: Diagnosis) {
    this.#found = found;
  }

  name(pid: number): string {
    const { tasks, locks, dump } = this.#found.graph;
    const task = tasks.get(pid);
    if (task !== undefined) return task.name;
    const comm =
      locks.lists.find((list) => list.pid === pid)?.comm ?? dump.owners.find(({ owner }) => owner === pid)?.comm;
    return comm === undefined ? `pid ${pid}` : `${comm}:${pid}`;
  }

  task(pid: number): ReadTask | undefined {
    return this.#found.graph.tasks.get(pid);
  }

  wait(pid: number): string {
    const task = this.task(pid);
    return task === undefined ? '' : waitWords(task);
  }

  /** `a, b and c`; of many the first ones and how many more. */
  list(pids: readonly number[]): string {
    return listed(pids.map((pid) => this.name(pid)));
  }
}

/** Returns `a, b and c`; of more than six the first five, and how many more. */
export function listed(words: readonly string[]): string {
  const shown = words.length > 6 ? [...words.slice(0, 5), `${words.length - 5} more`] : words;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** Returns `1 task`, `2 tasks`. */
export const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
