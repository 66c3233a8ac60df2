/**
 * Statistics of throttled callers: how long they wait in flush_delayed_work, and whether anything was inactivated
 * meanwhile.
 */
import type { VirtualTime } from '@dragon/engine';
import { inInterrupt, type KernelEvent, type RecordedEvent, textOf } from './kernel-event.ts';
import { type Distribution, QuantileSketch } from './quantile-sketch.ts';

export type ThrottleStatistics = {
  readonly throttles: number;
  /** Waits that ended although no inode of the CPU had been inactivated since they began. */
  readonly zeroProgress: number;
  readonly wait: Distribution | undefined;
  readonly byComm: readonly {
    readonly comm: string;
    readonly throttles: number;
    readonly wait: Distribution | undefined;
  }[];
  /** Inodes on the list when the caller was throttled. */
  readonly items: Distribution | undefined;
};

type Waiting = {
  at: VirtualTime;
  readonly comm: string;
  readonly cpu: string;
  readonly inactivated: number;
  flush: boolean;
};

export class ThrottleAccumulator {
  readonly #waiting = new Map<number, Waiting>();
  /** The CPU on which a task last queued an inode: the queue it will wait for. */
  readonly #queuedOn = new Map<number, string>();
  readonly #inactivated = new Map<string, number>();
  readonly #comms = new Map<string, { throttles: number; readonly wait: QuantileSketch }>();
  readonly #wait = new QuantileSketch();
  readonly #items = new QuantileSketch();
  #throttles = 0;
  #zeroProgress = 0;

  /** `backlog` returns how many inodes are on a CPU's list. */
  event(event: KernelEvent, backlog: (dev: string, cpu: number) => number): void {
    const waiting = this.#waiting.get(event.pid);
    switch (event.event) {
      case 'xfs_inodegc_queue':
        this.#queuedOn.set(event.pid, `${textOf(event, 'dev')}/${event.cpu}`);
        break;
      case 'xfs_inode_inactivating': {
        const cpu = `${textOf(event, 'dev')}/${event.cpu}`;
        this.#inactivated.set(cpu, (this.#inactivated.get(cpu) ?? 0) + 1);
        return;
      }
      case 'xfs_inodegc_throttle':
        this.#begin(event, backlog);
        return;
      case 'flush_begin':
        if (waiting !== undefined) {
          waiting.flush = true;
          waiting.at = event.at;
        }
        return;
      case 'flush_end':
        if (waiting !== undefined) this.#end(event, waiting);
        return;
      case 'sched_switch':
        return;
      default:
    }
    // Without the probes on flush_delayed_work: the wait is over when the task does something else.
    if (waiting !== undefined && !waiting.flush && !inInterrupt(event)) this.#end(event, waiting);
  }

  gap(): void {
    this.#waiting.clear();
    this.#queuedOn.clear();
  }

  result(): ThrottleStatistics {
    const comms = [...this.#comms].sort(([, a], [, b]) => b.throttles - a.throttles);
    return {
      throttles: this.#throttles,
      zeroProgress: this.#zeroProgress,
      wait: this.#wait.distribution(),
      byComm: comms.map(([comm, { throttles, wait }]) => ({ comm, throttles, wait: wait.distribution() })),
      items: this.#items.distribution(),
    };
  }

  #begin(event: RecordedEvent<'xfs_inodegc_throttle'>, backlog: (dev: string, cpu: number) => number): void {
    this.#throttles += 1;
    const dev = textOf(event, 'dev');
    // It may have been moved since it queued: it waits for the queue it added to.
    const cpu = this.#queuedOn.get(event.pid) ?? `${dev}/${event.cpu}`;
    this.#items.add(backlog(dev, Number(cpu.slice(cpu.lastIndexOf('/') + 1))));
    let comm = this.#comms.get(event.comm);
    if (comm === undefined) {
      comm = { throttles: 0, wait: new QuantileSketch() };
      this.#comms.set(event.comm, comm);
    }
    comm.throttles += 1;
    const inactivated = this.#inactivated.get(cpu) ?? 0;
    this.#waiting.set(event.pid, { at: event.at, comm: event.comm, cpu, inactivated, flush: false });
  }

  #end(event: KernelEvent, waiting: Waiting): void {
    this.#waiting.delete(event.pid);
    this.#wait.add(event.at - waiting.at);
    this.#comms.get(waiting.comm)?.wait.add(event.at - waiting.at);
    if ((this.#inactivated.get(waiting.cpu) ?? 0) === waiting.inactivated) this.#zeroProgress += 1;
  }
}
