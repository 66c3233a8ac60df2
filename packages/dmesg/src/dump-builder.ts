/** What a log shows at one time, while it is read: tasks by pid, the last word of each. */
import { type LogTime, secondsBetween } from './log-line.ts';
import { isOfThatMoment } from './moments.ts';
import type { InFlightWork, KernelDump, ListedLock, LockList, NamedOwner, ShownTask } from './shown-task.ts';

/** More of each are left out, and counted. */
const MOST_TASKS = 20_000;

export class DumpBuilder {
  readonly line: number;
  readonly boot: number;
  release: string | undefined;
  complete: boolean;
  leftOut = 0;
  #from: number | undefined;
  #to: number | undefined;
  #last: LogTime | undefined;
  readonly #tasks = new Map<number, ShownTask>();
  readonly #lockLists = new Map<number, { comm: string; pid: number; locks: ListedLock[] }>();
  readonly #owners = new Map<number, NamedOwner>();
  readonly #inFlight: InFlightWork[] = [];

  constructor(line: number, boot: number, release: string | undefined, complete: boolean) {
    this.line = line;
    this.boot = boot;
    this.release = release;
    this.complete = complete;
  }

  get isEmpty(): boolean {
    return this.#tasks.size === 0 && this.#lockLists.size === 0 && this.#inFlight.length === 0;
  }

  /** Returns how long it has been since the last task was shown, in seconds, as far as the log tells. */
  secondsTo(time: LogTime): number | undefined {
    return this.#last === undefined ? undefined : secondsBetween(this.#last, time);
  }

  /** Returns whether such a task belongs to what was shown so far. What sysrq showed at once stays as it is. */
  isOfThatMoment(gap: number, task: Pick<ShownTask, 'by' | 'blockedFor'>): boolean {
    return isOfThatMoment(gap, this.complete ? { ...task, blockedFor: 0 } : task);
  }

  /** Adds a task as it is shown now; of an earlier look at it stays what this one does not tell. */
  add(task: ShownTask): void {
    const before = this.#tasks.get(task.pid);
    if (before === undefined && this.#tasks.size >= MOST_TASKS) {
      this.leftOut += 1;
      return;
    }
    this.#see(task);
    const same = before !== undefined && (before.comm === task.comm || task.comm === '' || before.comm === '');
    this.#tasks.set(task.pid, same ? later(before, task) : task);
  }

  /** Begins a task's list of locks, and returns it to be filled. */
  lockList(comm: string, pid: number): { readonly locks: ListedLock[] } {
    const list = { comm, pid, locks: [] };
    if (this.#lockLists.size < MOST_TASKS) this.#lockLists.set(pid, list);
    else this.leftOut += 1;
    return list;
  }

  addOwner(owner: NamedOwner): void {
    if (this.#owners.size < MOST_TASKS) this.#owners.set(owner.waiter, owner);
  }

  addInFlight(work: InFlightWork): void {
    if (this.#inFlight.length < MOST_TASKS) this.#inFlight.push(work);
  }

  result(): KernelDump {
    return {
      release: this.release,
      complete: this.complete,
      boot: this.boot,
      tasks: [...this.#tasks.values()],
      lockLists: [...this.#lockLists.values()] satisfies LockList[],
      owners: [...this.#owners.values()],
      inFlight: this.#inFlight,
      from: this.#from,
      to: this.#to,
      line: this.line,
    };
  }

  #see(time: LogTime): void {
    const { at } = time;
    if (at !== undefined || time.clock !== undefined) this.#last = time;
    if (at === undefined) return;
    this.#from = Math.min(this.#from ?? at, at);
    this.#to = Math.max(this.#to ?? at, at);
  }
}

/** /proc shows a task piece by piece, and a header may come without a stack. */
function later(before: ShownTask, task: ShownTask): ShownTask {
  return {
    ...task,
    comm: task.comm === '' ? before.comm : task.comm,
    state: task.state === '?' ? before.state : task.state,
    frames: task.frames.length === 0 ? before.frames : task.frames,
    workqueue: task.workqueue ?? before.workqueue,
    blockedFor: longer(before, task),
  };
}

/** A task that is reported again and again has been blocked all the time, though some kernels always say the same. */
function longer(before: ShownTask, task: ShownTask): number | undefined {
  const { blockedFor } = task;
  if (blockedFor === undefined || before.blockedFor === undefined) return blockedFor ?? before.blockedFor;
  const gap = secondsBetween(before, task);
  return gap === undefined || gap < 0 || !isOfThatMoment(gap, task)
    ? blockedFor
    : Math.max(blockedFor, Math.floor(before.blockedFor + gap));
}
