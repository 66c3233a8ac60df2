/**
 * Edges out of lockdep's lists of held locks. A list also has the lock that its task is about to take: it is entered
 * before the wait begins.
 */
import type { KernelDump, ListedLock, LockList } from './shown-task.ts';
import type { ReadTask } from './task-wait.ts';

export interface ListedHolder {
  readonly pid: number;
  readonly comm: string;
  readonly lock: ListedLock;
  /** False if it may as well wait for the lock: the last of its list, and no stack tells. */
  readonly certain: boolean;
}

export class ListedLocks {
  readonly #lists: readonly LockList[];
  readonly #tasks: ReadonlyMap<number, ReadTask>;

  constructor(dump: KernelDump, tasks: ReadonlyMap<number, ReadTask>) {
    this.#lists = dump.lockLists.filter(({ locks }) => locks.length > 0);
    this.#tasks = tasks;
  }

  /** Returns the lock that the task waits for, if its list has it: entered where its stack is asleep. */
  awaited(waiter: ReadTask): ListedLock | undefined {
    const last = this.#lists.find(({ pid }) => pid === waiter.task.pid)?.locks.at(-1);
    return last !== undefined && waiter.wait !== undefined && isEnteredOnTop(last, waiter) ? last : undefined;
  }

  /** Returns who has the lock, without those that wait for it, too. Empty where the kernel hides addresses. */
  holders(awaited: ListedLock, waiter: ReadTask): ListedHolder[] {
    const { address } = awaited;
    if (address === undefined) return [];
    return this.#lists.flatMap(({ pid, comm, locks }): ListedHolder[] => {
      const task = this.#tasks.get(pid);
      const index = locks.findIndex((lock) => lock?.address === address);
      const lock = locks[index];
      if (lock === undefined) return [];
      const isLast = index === locks.length - 1;
      if (pid === waiter.task.pid) return isLast ? [] : [{ pid, comm, lock, certain: true }];
      if (isLast && task?.wait !== undefined && isEnteredOnTop(lock, task)) return [];
      return [{ pid, comm, lock, certain: !isLast || task !== undefined }];
    });
  }

  /** Returns what the lists say that a task holds. */
  held(task: ReadTask): ListedLock[] {
    const awaited = this.awaited(task);
    const list = this.#lists.find(({ pid }) => pid === task.task.pid);
    return (list?.locks ?? []).filter((lock) => lock !== undefined && lock !== awaited);
  }

  get lists(): readonly LockList[] {
    return this.#lists;
  }
}

/** Whether the function that entered the lock is where the stack is asleep, or next to it. */
function isEnteredOnTop(lock: ListedLock, { symbols, wait }: ReadTask): boolean {
  if (wait === undefined) return false;
  const site = symbols.indexOf(wait.site);
  return symbols.slice(0, site + 2).includes(lock.at);
}
