/**
 * Machine and workload that a trace was recorded on, as far as its events tell: enough to set up the same in the
 * simulator. These are facts; what they are taken for is decided where a world is made of them.
 */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedDeed, RecordedFacts } from '@dragon/kernel';
import {
  inInterrupt,
  type KernelEvent,
  nameOf,
  numberOf,
  type RecordedEvent,
  textOf,
  type TraceGap,
  type TraceSink,
} from '../kernel-event.ts';
import { HostThreadFinder } from '../host-thread.ts';
import { remember } from '../remember.ts';
import { DemandFinder } from './demand.ts';
import { isKernelThread } from './kernel-task.ts';
import { Removals } from './removals.ts';

type Deeds = { readonly [Name in 'drop' | 'push' | 'flush' | 'stop' | 'start']: RecordedDeed[] };

const MOST_DEEDS = 1_000;
/** A task that walks the shrinkers goes on with the same drop as long as it is not silent for so long. */
const NEXT_DROP = 1_000_000_000;

export class WorkloadFinder implements TraceSink {
  readonly #marks: { at: VirtualTime; text: string }[] = [];
  readonly #hostThread = new HostThreadFinder();
  readonly #removals = new Removals();
  readonly #demand = new DemandFinder();
  readonly #events = new Set<string>();
  /** Tasks in direct reclaim, in prune_icache_sb, in a shrinker. */
  readonly #reclaiming = new Set<number>();
  readonly #pruning = new Set<number>();
  readonly #shrinking = new Set<number>();
  /** When tasks that are not in direct reclaim last walked the shrinkers at priority 0. */
  readonly #lastWalk = new Map<number, VirtualTime | 'reclaim'>();
  readonly #deeds: Deeds = { drop: [], push: [], flush: [], stop: [], start: [] };
  readonly #unmounts: RecordedDeed[] = [];
  #cpus = 0;
  #firstAt: VirtualTime | undefined;
  #lastAt: VirtualTime = 0;

  event(event: KernelEvent): void {
    const { at, cpu, pid, comm } = event;
    this.#firstAt ??= at;
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#cpus = Math.max(this.#cpus, cpu + 1);
    this.#events.add(nameOf(event));
    // An interrupt is not of the task that it names.
    const kernel = isKernelThread(comm, pid) || inInterrupt(event);
    this.#hostThread.event(event);
    this.#walk(event);
    const inReclaim = kernel || this.#reclaiming.has(pid) || this.#pruning.has(pid) || this.#shrinking.has(pid);
    this.#removals.event(event, !inReclaim);
    this.#demand.event(event, inReclaim);
    switch (event.event) {
      case 'tracing_mark_write':
        if (this.#marks.length < MOST_DEEDS) this.#marks.push({ at, text: textOf(event, 'text') });
        break;
      case 'xfs_inodegc_push':
        this.#did('push', event);
        break;
      case 'xfs_inodegc_flush':
        this.#did('flush', event);
        break;
      case 'xfs_inodegc_stop':
        this.#did('stop', event);
        break;
      case 'xfs_inode_reclaiming':
        this.#freed(pid);
        break;
      case 'xfs_inodegc_start':
        this.#did('start', event);
        break;
      default:
    }
  }

  /** What is missing hides some of the counts; they are still the best there is. */
  gap(_gap: TraceGap): void {
    this.#hostThread.gap();
    this.#removals.gap();
    for (const tasks of [this.#reclaiming, this.#pruning, this.#shrinking]) tasks.clear();
  }

  result(): RecordedFacts {
    const { drop, push, flush, stop, start } = this.#deeds;
    return {
      cpus: Math.max(1, this.#cpus),
      oneHostThread: this.#hostThread.result(),
      firstAt: this.#firstAt ?? 0,
      lastAt: this.#lastAt,
      marks: this.#marks,
      ...this.#removals.result(),
      demand: this.#demand.result(),
      cacheDrops: drop,
      pushes: push,
      flushes: flush,
      stops: stop,
      starts: start,
      unmounts: this.#unmounts,
      events: this.#events,
    };
  }

  /** Notes who is in reclaim, and who walks the shrinkers for another reason. */
  #walk(event: KernelEvent): void {
    const { pid } = event;
    switch (event.event) {
      case 'mm_vmscan_direct_reclaim_begin':
        this.#reclaiming.add(pid);
        break;
      case 'mm_vmscan_direct_reclaim_end':
        this.#reclaiming.delete(pid);
        break;
      case 'prune_icache_begin':
        this.#pruning.add(pid);
        break;
      case 'prune_icache_end':
        this.#pruning.delete(pid);
        break;
      case 'mm_shrink_slab_start':
        this.#shrinking.add(pid);
        if (!isKernelThread(event.comm, pid) && !this.#reclaiming.has(pid)) this.#shrink(event);
        break;
      case 'mm_shrink_slab_end':
        this.#shrinking.delete(pid);
        break;
      default:
    }
  }

  /** Reclaim begins at another priority than 0, where drop_caches is all the time. */
  #shrink(event: RecordedEvent<'mm_shrink_slab_start'>): void {
    const { pid, at } = event;
    if (numberOf(event, 'priority') !== 0) {
      remember(this.#lastWalk, pid, 'reclaim');
      return;
    }
    const last = this.#lastWalk.get(pid);
    if (last === 'reclaim') return;
    if (last === undefined || at - last > NEXT_DROP) this.#did('drop', event);
    remember(this.#lastWalk, pid, at);
  }

  /** xfs_reclaim_inodes of an umount comes after the last xfs_inodegc_stop, by the same task. */
  #freed(pid: number): void {
    const last = this.#deeds.stop.at(-1);
    if (last?.pid === pid && this.#unmounts.at(-1) !== last) this.#unmounts.push(last);
  }

  #did(deed: keyof Deeds, { comm, pid, cpu, at }: KernelEvent): void {
    const list = this.#deeds[deed];
    if (list.length < MOST_DEEDS) list.push({ comm, pid, cpu, at });
  }
}
