/**
 * Machine and workload that a trace was recorded on, as far as it tells: enough to set up the same in the simulator.
 */
import type { VirtualTime } from '@dragon/engine';
import { DEF_PRIORITY } from '@dragon/kernel';
import { type KernelEvent, numberOf, textOf, type TraceGap, type TraceSink } from './kernel-event.ts';

export type FoundWorkload = {
  /** CPUs seen. */
  readonly cpus: number;
  readonly firstAt: VirtualTime;
  readonly lastAt: VirtualTime;
  /** What the workload wrote into the trace, in order. */
  readonly marks: readonly { readonly at: VirtualTime; readonly text: string }[];
  /** Inodes queued for inactivation, by the name of the task that did. */
  readonly queuedBy: { readonly [comm: string]: number };
  /** Objects of the largest superblock when it was first counted, and inodes that had become reclaimable until then. */
  readonly cacheItems: number | undefined;
  readonly reclaimableThen: number;
  /** The lowest min watermark that the retry logic looked at, pages. */
  readonly minWmark: number | undefined;
  readonly kswapdWokenAt: VirtualTime | undefined;
};

export class WorkloadFinder implements TraceSink {
  readonly #marks: { at: VirtualTime; text: string }[] = [];
  readonly #queuedBy = new Map<string, number>();
  #cpus = 0;
  #firstAt: VirtualTime | undefined;
  #lastAt: VirtualTime = 0;
  #cacheItems: number | undefined;
  #reclaimable = 0;
  #reclaimableThen = 0;
  #minWmark: number | undefined;
  #kswapdWokenAt: VirtualTime | undefined;

  event(event: KernelEvent): void {
    this.#firstAt ??= event.at;
    this.#lastAt = event.at;
    this.#cpus = Math.max(this.#cpus, event.cpu + 1);
    switch (event.event) {
      case 'tracing_mark_write':
        this.#marks.push({ at: event.at, text: textOf(event, 'text') });
        break;
      case 'xfs_inode_set_need_inactive':
        this.#queuedBy.set(event.comm, (this.#queuedBy.get(event.comm) ?? 0) + 1);
        break;
      case 'xfs_inode_set_reclaimable':
        this.#reclaimable += 1;
        break;
      case 'xfs_inode_reclaiming':
        this.#reclaimable -= 1;
        break;
      case 'mm_shrink_slab_start': {
        const items = numberOf(event, 'cacheItems');
        // A machine has small superblocks besides, which are counted in the same walk.
        if (textOf(event, 'shrink') !== 'super_cache_scan' || numberOf(event, 'priority') < DEF_PRIORITY) break;
        if (this.#cacheItems === undefined || (items > 10 * this.#cacheItems && this.#cacheItems < SMALL)) {
          this.#cacheItems = items;
          this.#reclaimableThen = this.#reclaimable;
        }
        break;
      }
      case 'reclaim_retry_zone':
        this.#minWmark = Math.min(this.#minWmark ?? Number.POSITIVE_INFINITY, numberOf(event, 'minWmark'));
        break;
      case 'mm_vmscan_kswapd_wake':
        this.#kswapdWokenAt ??= event.at;
        break;
      default:
    }
  }

  gap(_gap: TraceGap): void {
    // What is missing hides some of the counts; they are still the best there is.
  }

  result(): FoundWorkload {
    return {
      cpus: Math.max(1, this.#cpus),
      firstAt: this.#firstAt ?? 0,
      lastAt: this.#lastAt,
      marks: this.#marks,
      queuedBy: Object.fromEntries(this.#queuedBy),
      cacheItems: this.#cacheItems,
      reclaimableThen: this.#reclaimableThen,
      minWmark: this.#minWmark,
      kswapdWokenAt: this.#kswapdWokenAt,
    };
  }
}

/** A superblock with fewer objects is not the one under test. */
const SMALL = 1_000;
