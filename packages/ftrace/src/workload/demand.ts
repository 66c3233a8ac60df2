/**
 * Demand for memory in a trace: which tasks had to reclaim for want of what, and what reclaim found.
 */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedDemand, RecordedReclaimer } from '@dragon/kernel';
import { type KernelEvent, numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import { remember } from '../remember.ts';
import { isKernelThread } from './kernel-task.ts';

/** A superblock with fewer objects is not the one under test. */
const SMALL = 1_000;
const MOST_TASKS = 10_000;

type Counted = { -readonly [Key in keyof RecordedReclaimer]: RecordedReclaimer[Key] };

export class DemandFinder {
  readonly #tasks = new Map<number, Counted>();
  /** Inodes that a worker has inactivated, or is about to. */
  readonly #inactivating = new Map<string, true>();
  readonly #oomKilled: number[] = [];
  #kswapdWokenAt: VirtualTime | undefined;
  #directAt: VirtualTime | undefined;
  #lruPages = 0;
  #leastCache: number | undefined;
  #minWmark: number | undefined;
  #lastFree: number | undefined;
  #cacheItems: number | undefined;
  #reclaimable = 0;
  #reclaimableThen = 0;
  #evicted = 0;
  #evictedClean = 0;
  #reclaimed = 0;

  /** Takes every event; `inReclaim`: its task is kswapd, or is in reclaim. */
  event(event: KernelEvent, inReclaim: boolean): void {
    switch (event.event) {
      case 'mm_vmscan_direct_reclaim_begin':
        this.#directAt ??= event.at;
        this.#wants(event);
        break;
      case 'mm_vmscan_direct_reclaim_end': {
        const task = this.#tasks.get(event.pid);
        if (task !== undefined) task.pages += numberOf(event, 'nrReclaimed') || 0;
        break;
      }
      case 'mm_vmscan_wakeup_kswapd':
        this.#wants(event);
        break;
      case 'mm_vmscan_lru_shrink_inactive':
        this.#lruPages += numberOf(event, 'nrReclaimed') || 0;
        break;
      case 'mm_vmscan_kswapd_wake':
        this.#kswapdWokenAt ??= event.at;
        break;
      case 'reclaim_retry_zone':
        this.#minWmark = lower(this.#minWmark, numberOf(event, 'minWmark'));
        this.#lastFree = numberOf(event, 'available') - numberOf(event, 'reclaimable') || this.#lastFree;
        this.#leastCache = lower(this.#leastCache, numberOf(event, 'reclaimable'));
        break;
      case 'mm_shrink_slab_start':
        this.#count(event);
        break;
      case 'mark_victim':
        this.#oomKilled.push(numberOf(event, 'pid'));
        break;
      case 'xfs_inode_set_need_inactive':
        if (inReclaim) this.#evicted += 1;
        break;
      case 'xfs_inode_inactivating':
        remember(this.#inactivating, inodeOf(event), true);
        break;
      case 'xfs_inode_set_reclaimable':
        this.#reclaimable += 1;
        if (!this.#inactivating.delete(inodeOf(event)) && inReclaim) this.#evictedClean += 1;
        break;
      case 'xfs_inode_reclaiming':
        this.#reclaimable -= 1;
        this.#reclaimed += 1;
        break;
      default:
    }
  }

  result(): RecordedDemand {
    return {
      reclaimers: [...this.#tasks.values()],
      kswapdWokenAt: this.#kswapdWokenAt,
      directAt: this.#directAt,
      lruPages: this.#lruPages,
      leastCache: this.#leastCache,
      minWmark: this.#minWmark,
      lastFree: this.#lastFree,
      cacheItems: this.#cacheItems,
      reclaimableThen: Math.max(0, this.#reclaimableThen),
      evicted: this.#evicted,
      evictedClean: this.#evictedClean,
      reclaimed: this.#reclaimed,
      oomKilled: this.#oomKilled,
    };
  }

  #wants(event: RecordedEvent<'mm_vmscan_direct_reclaim_begin' | 'mm_vmscan_wakeup_kswapd'>): void {
    const { comm, pid, cpu, at } = event;
    let task = this.#tasks.get(pid);
    if (task === undefined) {
      if (this.#tasks.size >= MOST_TASKS) return;
      const kernelThread = isKernelThread(comm, pid);
      task = { comm, pid, cpu, from: at, to: at, anonymous: 0, written: 0, read: 0, other: 0, pages: 0, kernelThread };
      this.#tasks.set(pid, task);
    }
    task.to = at;
    task[useOf(textOf(event, 'gfpFlags'))] += 1;
  }

  /** A machine has small superblocks besides, which are counted in the same walk. */
  #count(event: RecordedEvent<'mm_shrink_slab_start'>): void {
    if (textOf(event, 'shrink') !== 'super_cache_scan') return;
    const items = numberOf(event, 'cacheItems');
    if (Number.isNaN(items)) return;
    const before = this.#cacheItems;
    if (before !== undefined && !(before < SMALL && items > 10 * before)) return;
    this.#cacheItems = items;
    this.#reclaimableThen = this.#reclaimable;
  }
}

const lower = (before: number | undefined, value: number): number | undefined =>
  Number.isNaN(value) ? before : Math.min(before ?? value, value);

/**
 * What a page of these flags is for. Page faults ask for zeroed movable pages; the page cache for movable ones that may
 * not come from everywhere (cpusets: __GFP_HARDWALL): writers with __GFP_WRITE, readers ahead without trying hard.
 * Linux 6.1 include/linux/gfp_types.h, include/linux/highmem.h, mm/filemap.c, include/linux/pagemap.h.
 */
function useOf(gfpFlags: string): 'anonymous' | 'written' | 'read' | 'other' {
  const flags = new Set(gfpFlags.split('|'));
  if (flags.has('__GFP_WRITE')) return 'written';
  const movable = flags.has('GFP_HIGHUSER_MOVABLE') || flags.has('__GFP_MOVABLE');
  if (flags.has('GFP_TRANSHUGE') || flags.has('GFP_TRANSHUGE_LIGHT') || (movable && flags.has('__GFP_ZERO')))
    return 'anonymous';
  return movable && flags.has('__GFP_NORETRY') ? 'read' : 'other';
}

function inodeOf(event: RecordedEvent<'xfs_inode_inactivating' | 'xfs_inode_set_reclaimable'>): string {
  return `${textOf(event, 'dev')} ${textOf(event, 'ino')}`;
}
