/** Statistics of a trace, real or simulated, in one pass: what a comparison of the two compares. */
import type { VirtualTime } from '@dragon/engine';
import { InodeAccumulator, type InodeStatistics } from './inode-statistics.ts';
import type { KernelEvent, TraceGap, TraceSink, UnreadLine } from './kernel-event.ts';
import { ReclaimAccumulator, type ReclaimStatistics } from './reclaim-statistics.ts';
import { ThrottleAccumulator, type ThrottleStatistics } from './throttle-statistics.ts';

/** All times are nanoseconds. */
export type TraceStatistics = {
  readonly events: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly inodes: InodeStatistics;
  readonly throttling: ThrottleStatistics;
  readonly reclaim: ReclaimStatistics;
  /** By event: lines of it that could not be read, torn or of another form, and so are in no statistic. */
  readonly unreadLines: { readonly [event: string]: number };
};

export class StatisticsAccumulator implements TraceSink {
  readonly #inodes = new InodeAccumulator();
  readonly #throttling = new ThrottleAccumulator();
  readonly #reclaim = new ReclaimAccumulator();
  readonly #backlog = (dev: string, cpu: number) => this.#inodes.backlog(dev, cpu);
  readonly #unread = new Map<string, number>();
  #events = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = 0;

  event(event: KernelEvent): void {
    this.#events += 1;
    this.#from = Math.min(this.#from, event.at);
    this.#to = Math.max(this.#to, event.at);
    this.#inodes.event(event);
    this.#throttling.event(event, this.#backlog);
    this.#reclaim.event(event);
  }

  gap(gap: TraceGap): void {
    this.#count(gap.event);
    this.#inodes.gap(gap);
    this.#throttling.gap(gap);
    this.#reclaim.gap(gap);
  }

  unread({ event }: UnreadLine): void {
    this.#count(event);
  }

  writtenBy(release: string): void {
    this.#reclaim.writtenBy(release);
  }

  result(): TraceStatistics {
    return {
      events: this.#events,
      from: this.#events === 0 ? 0 : this.#from,
      to: this.#to,
      inodes: this.#inodes.result(),
      throttling: this.#throttling.result(),
      reclaim: this.#reclaim.result(),
      unreadLines: Object.fromEntries(this.#unread),
    };
  }

  #count(event: string | undefined): void {
    if (event !== undefined) this.#unread.set(event, (this.#unread.get(event) ?? 0) + 1);
  }
}

/** Returns the statistics of events without gaps. */
export function traceStatistics(events: Iterable<KernelEvent>): TraceStatistics {
  const accumulator = new StatisticsAccumulator();
  for (const event of events) accumulator.event(event);
  return accumulator.result();
}
