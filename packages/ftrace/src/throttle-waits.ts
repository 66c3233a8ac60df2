/**
 * Waits of throttled callers in flush_delayed_work: where each begins, and where it ends as far as the trace tells.
 * Linux 6.1 kernel/workqueue.c __flush_work, flush_delayed_work.
 */
import type { VirtualTime } from '@dragon/engine';
import type { GapMemory } from './gap-memory.ts';
import { inInterrupt, type KernelEvent, nameOf, type RecordedEvent, textOf } from './kernel-event.ts';

/**
 * What tells that a wait is over.
 * - `flush`: the probe at the end of flush_delayed_work.
 * - `switch`: the task had gone to sleep and runs again.
 * - `wakeup`: it is woken.
 * - `barrier`: the work that the flush has put behind the inodegc work has run.
 * - `next`: the task does something else: it waited for that long at most.
 */
type WaitEnd = 'flush' | 'switch' | 'wakeup' | 'barrier' | 'next';

export type ThrottleWait = {
  readonly comm: string;
  readonly pid: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly until: WaitEnd;
};

type Waiting = {
  readonly comm: string;
  readonly cpu: number;
  readonly line: number;
  from: VirtualTime;
  /** The probes on flush_delayed_work are recorded. */
  flush: boolean;
  slept: boolean;
};

/**
 * What the kernel does on a task's behalf while it goes to sleep or waits: the first word of such events. None of them
 * ends the wait.
 */
const OF_THE_WAIT: ReadonlySet<string> = new Set([
  'sched',
  'timer',
  'hrtimer',
  'workqueue',
  'rcu',
  'irq',
  'softirq',
  'lock',
  'contention',
  'preempt',
  'tick',
  'ipi',
  'cpu',
  'local',
  'reschedule',
  'call',
  'nmi',
  'signal',
  'task',
  'pelt',
  'hardirqs',
  'cgroup',
  'psi',
]);

export class ThrottleWaits {
  readonly #waiting = new Map<number, Waiting>();
  readonly #barriers = new Set<number>();
  readonly #gaps: GapMemory;
  readonly #ended: (wait: ThrottleWait) => void;
  readonly #unmeasured: (pid: number) => void;
  #switches = false;

  /** `ended` is told of each wait, `unmeasured` of each whose end is missing, or was seen across a gap. */
  constructor(gaps: GapMemory, ended: (wait: ThrottleWait) => void, unmeasured: (pid: number) => void) {
    this.#gaps = gaps;
    this.#ended = ended;
    this.#unmeasured = unmeasured;
  }

  event(event: KernelEvent): void {
    switch (event.event) {
      case 'xfs_inodegc_throttle':
        this.#begin(event);
        return;
      case 'sched_switch':
        this.#switch(event);
        return;
      default:
    }
    if (this.#waiting.size > 0) this.#whileWaiting(event);
  }

  /** How many have not ended. */
  get open(): number {
    return this.#waiting.size;
  }

  #begin({ pid, comm, cpu, line, at }: RecordedEvent<'xfs_inodegc_throttle'>): void {
    if (this.#waiting.delete(pid)) this.#unmeasured(pid);
    this.#waiting.set(pid, { comm, cpu, line, from: at, flush: false, slept: false });
  }

  #switch(event: RecordedEvent<'sched_switch'>): void {
    this.#switches = true;
    if (this.#waiting.size === 0) return;
    const { prevPid, nextPid } = event.fields;
    const before = this.#waiting.get(Number(prevPid));
    // R: it was preempted, and does not wait yet.
    if (before !== undefined && !textOf(event, 'prevState').startsWith('R')) before.slept = true;
    const next = this.#waiting.get(Number(nextPid));
    if (next?.slept === true && !next.flush) this.#end(Number(nextPid), next, event, 'switch');
  }

  #whileWaiting(event: KernelEvent): void {
    const own = this.#waiting.get(event.pid);
    switch (event.event) {
      case 'flush_begin':
        if (own === undefined) return;
        own.flush = true;
        own.from = event.at;
        return;
      case 'flush_end':
        if (own !== undefined) this.#end(event.pid, own, event, 'flush');
        return;
      case 'sched_wakeup':
      case 'sched_waking': {
        const pid = Number(event.fields.pid);
        const woken = this.#waiting.get(pid);
        if (woken !== undefined && !woken.flush && !this.#switches) this.#end(pid, woken, event, 'wakeup');
        return;
      }
      case 'workqueue_execute_start':
        if (textOf(event, 'function') === 'wq_barrier_func') this.#barriers.add(event.pid);
        return;
      case 'workqueue_execute_end':
        if (this.#barriers.delete(event.pid)) this.#barrierRan(event);
        return;
      default:
    }
    if (own === undefined || own.flush || inInterrupt(event)) return;
    const name = nameOf(event);
    const word = name.indexOf('_');
    if (word < 0 || !OF_THE_WAIT.has(name.slice(0, word))) this.#end(event.pid, own, event, 'next');
  }

  /** Barriers run in the order in which they were queued; where switches are recorded, those tell more. */
  #barrierRan(event: KernelEvent): void {
    if (this.#switches) return;
    for (const [pid, waiting] of this.#waiting) {
      if (waiting.cpu !== event.cpu || waiting.flush) continue;
      this.#end(pid, waiting, event, 'barrier');
      return;
    }
  }

  #end(pid: number, { comm, cpu, line, from }: Waiting, event: KernelEvent, until: WaitEnd): void {
    this.#waiting.delete(pid);
    if (this.#gaps.hides(line, pid, cpu, event.cpu)) this.#unmeasured(pid);
    else this.#ended({ comm, pid, from, to: event.at, until });
  }
}
