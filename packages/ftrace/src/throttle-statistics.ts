/**
 * Statistics of throttled callers: how long they wait in flush_delayed_work, and whether anything was inactivated
 * meanwhile.
 */
import { GapMemory } from './gap-memory.ts';
import { type KernelEvent, type RecordedEvent, textOf, type TraceGap } from './kernel-event.ts';
import { type Distribution, QuantileSketch } from './quantile-sketch.ts';
import { ThrottleWaits, type ThrottleWait } from './throttle-waits.ts';

export type ThrottleStatistics = {
  readonly throttles: number;
  /** Waits that ended although no inode of the CPU had been inactivated since they began. */
  readonly zeroProgress: number;
  /** Inodes of the CPU that were inactivated during a wait. */
  readonly progress: Distribution | undefined;
  readonly wait: Distribution | undefined;
  /** Waits of which only the task's next event tells that they are over: they were as long at most. */
  readonly upperBounds: number;
  /** Waits that are not in `wait`: their end is missing, or events between. */
  readonly leftOut: number;
  readonly byComm: readonly {
    readonly comm: string;
    readonly throttles: number;
    readonly upperBounds: number;
    readonly wait: Distribution | undefined;
  }[];
  /** Inodes on the list when the caller was throttled. */
  readonly items: Distribution | undefined;
};

type OfTask = { throttles: number; upperBounds: number; readonly wait: QuantileSketch };

export class ThrottleAccumulator {
  readonly #gaps = new GapMemory();
  readonly #waits = new ThrottleWaits(
    this.#gaps,
    (wait) => this.#ended(wait),
    (pid) => this.#unmeasured(pid),
  );
  /** By task that waits: its queue, and how many of it had been inactivated. */
  readonly #begun = new Map<number, { readonly cpu: string; readonly inactivated: number }>();
  /** The CPU on which a task last queued an inode: the queue it will wait for. */
  readonly #queuedOn = new Map<number, string>();
  readonly #inactivated = new Map<string, number>();
  readonly #comms = new Map<string, OfTask>();
  readonly #wait = new QuantileSketch();
  readonly #items = new QuantileSketch();
  readonly #progress = new QuantileSketch();
  #throttles = 0;
  #upperBounds = 0;
  #zeroProgress = 0;
  #leftOut = 0;

  /** `backlog` returns how many inodes are on a CPU's list. */
  event(event: KernelEvent, backlog: (dev: string, cpu: number) => number): void {
    this.#waits.event(event);
    switch (event.event) {
      case 'xfs_inodegc_queue':
        this.#queuedOn.set(event.pid, `${textOf(event, 'dev')}/${event.cpu}`);
        break;
      case 'xfs_inode_inactivating': {
        const cpu = `${textOf(event, 'dev')}/${event.cpu}`;
        this.#inactivated.set(cpu, (this.#inactivated.get(cpu) ?? 0) + 1);
        break;
      }
      case 'xfs_inodegc_throttle':
        this.#begin(event, backlog);
        break;
      default:
    }
  }

  gap(gap: TraceGap): void {
    this.#gaps.note(gap);
    this.#queuedOn.clear();
  }

  result(): ThrottleStatistics {
    const comms = [...this.#comms].sort(([, a], [, b]) => b.throttles - a.throttles);
    return {
      throttles: this.#throttles,
      zeroProgress: this.#zeroProgress,
      progress: this.#progress.distribution(),
      wait: this.#wait.distribution(),
      upperBounds: this.#upperBounds,
      leftOut: this.#leftOut + this.#waits.open,
      byComm: comms.map(([comm, { throttles, upperBounds, wait }]) => ({
        comm,
        throttles,
        upperBounds,
        wait: wait.distribution(),
      })),
      items: this.#items.distribution(),
    };
  }

  #begin(event: RecordedEvent<'xfs_inodegc_throttle'>, backlog: (dev: string, cpu: number) => number): void {
    this.#throttles += 1;
    const dev = textOf(event, 'dev');
    // It may have been moved since it queued: it waits for the queue it added to.
    const cpu = this.#queuedOn.get(event.pid) ?? `${dev}/${event.cpu}`;
    this.#items.add(backlog(dev, Number(cpu.slice(cpu.lastIndexOf('/') + 1))));
    this.#of(event.comm).throttles += 1;
    this.#begun.set(event.pid, { cpu, inactivated: this.#inactivated.get(cpu) ?? 0 });
  }

  #of(comm: string): OfTask {
    let found = this.#comms.get(comm);
    if (found === undefined) {
      found = { throttles: 0, upperBounds: 0, wait: new QuantileSketch() };
      this.#comms.set(comm, found);
    }
    return found;
  }

  #ended({ pid, comm, from, to, until }: ThrottleWait): void {
    const of = this.#of(comm);
    this.#wait.add(to - from);
    of.wait.add(to - from);
    if (until === 'next') {
      of.upperBounds += 1;
      this.#upperBounds += 1;
    }
    const begun = this.#begun.get(pid);
    this.#begun.delete(pid);
    if (begun === undefined) return;
    const meanwhile = (this.#inactivated.get(begun.cpu) ?? 0) - begun.inactivated;
    this.#progress.add(meanwhile);
    if (meanwhile === 0) this.#zeroProgress += 1;
  }

  #unmeasured(pid: number): void {
    this.#leftOut += 1;
    this.#begun.delete(pid);
  }
}
