/**
 * Every message between agents, by receiver. Whatever in the kernel can block, wake, or be seen by another thread is a message here.
 * Named `receiver.verb`; replies are in the past tense and go to `task`, the role of whichever thread asked.
 */
import type { AgentId } from '@dragon/engine';
import type { ShrinkerInfo } from './do-shrink-slab.ts';
import type { Send } from './effects.ts';
import type { InodeRun } from './inode.ts';

/** The two buffer locks of an allocation group's header. */
export type AgBuffer = 'AGI' | 'AGF';

/** To an allocation group: down, up and down_trylock of a header buffer's b_sema. Replies: `task.bufferLocked`, `task.bufferTried`. */
export type AgMessage =
  | { readonly type: 'ag.lock'; readonly buffer: AgBuffer }
  | { readonly type: 'ag.unlock'; readonly buffer: AgBuffer }
  | { readonly type: 'ag.trylock'; readonly buffer: AgBuffer };

/** What xfs_inodegc_queue can see of its caller: `current->journal_info`, PF_MEMALLOC_NOFS, PF_KSWAPD, `current->reclaim_state`. */
export type QueueCaller = {
  readonly journalInfo: boolean;
  readonly nofs: boolean;
  readonly kswapd: boolean;
  readonly reclaimState: boolean;
  /** The caller has waited or noted its debt already in this scan call, so it is not made to wait again. */
  readonly disarmed: boolean;
};

/**
 * To the inodegc structure and worker of a CPU.
 * - queueInodes: xfs_inodegc_queue for each inode in turn with preemption off; stops after the first that wants a flush. Reply `task.inodesQueued`.
 * - flush: flush_delayed_work; `awaitLow` waits for the low watermark instead. Reply `task.workFlushed` with the same token.
 * - abandonFlush: the flusher's timeout passed.
 * - shrinkerHit: xfs_inodegc_shrinker_scan found this CPU's list non-empty.
 */
export type InodegcMessage =
  | { readonly type: 'inodegc.queueInodes'; readonly inodes: readonly InodeRun[]; readonly caller: QueueCaller }
  | { readonly type: 'inodegc.flush'; readonly token: number; readonly awaitLow: boolean }
  | { readonly type: 'inodegc.abandonFlush'; readonly token: number }
  | { readonly type: 'inodegc.shrinkerHit' };

/**
 * To the shrinker registry.
 * - beginShrinkSlab: enter a shrinker walk (down_read_trylock, srcu_read_lock or rcu_read_lock). Reply `task.shrinkSlabBegun`.
 * - nextShrinker: the walk is done with `after` (null at first) and gives back its deferred count. Reply `task.shrinkerChosen`.
 * - endShrinkSlab: leave the walk. No reply.
 * - register, unregister, tryUnregister: replies `task.shrinkerRegistered`, `task.shrinkerUnregistered`.
 */
export type ShrinkersMessage =
  | { readonly type: 'shrinkers.beginShrinkSlab' }
  | { readonly type: 'shrinkers.nextShrinker'; readonly after: string | null; readonly deferred: number }
  | { readonly type: 'shrinkers.endShrinkSlab' }
  | { readonly type: 'shrinkers.register'; readonly shrinker: ShrinkerInfo }
  | { readonly type: 'shrinkers.unregister'; readonly shrinker: string }
  | { readonly type: 'shrinkers.tryUnregister'; readonly shrinker: string };

/**
 * To the inode cache of a mount: the VFS inode LRU, the XFS reclaimable inodes, and the two shrinkers that stand on them.
 * - countObjects, scanObjects: the shrinker callbacks. Replies `task.objectsCounted`, `task.objectsScanned`.
 * - scanFinished: the caller has disposed of what the scan isolated and drops s_umount.
 * - lastReference: inodes in use lost their last reference and are being evicted.
 * - evicted: xfs_inode_mark_reclaimable of inodes that need no inactivation; setReclaimable: xfs_inodegc_set_reclaimable.
 * - inodegcListChanged: whether a CPU's inodegc list holds anything.
 * - lockUmount, unlockUmount: s_umount for writing, as umount, remount and freeze take it. Reply `task.umountLocked`.
 */
export type InodeCacheMessage =
  | { readonly type: 'inodeCache.countObjects'; readonly shrinker: string }
  | {
      readonly type: 'inodeCache.scanObjects';
      readonly shrinker: string;
      readonly nrToScan: number;
      readonly gfpFs: boolean;
    }
  | { readonly type: 'inodeCache.scanFinished' }
  | { readonly type: 'inodeCache.lastReference'; readonly count: number }
  | { readonly type: 'inodeCache.evicted'; readonly count: number }
  | { readonly type: 'inodeCache.setReclaimable'; readonly count: number }
  | { readonly type: 'inodeCache.inodegcListChanged'; readonly nonEmpty: boolean }
  | { readonly type: 'inodeCache.lockUmount' }
  | { readonly type: 'inodeCache.unlockUmount' };

/**
 * To the page allocator of a node; counts are pages.
 * - allocate: reply `task.pagesAllocated`, granted or not (the watermark is not met: reclaim first).
 * - shrinkLruvec: scans the LRU at a priority; reply `task.lruShrunk`. readBalance: reply `task.balanceRead`.
 */
export type MemoryMessage =
  | { readonly type: 'memory.allocate'; readonly pages: number }
  | { readonly type: 'memory.free'; readonly pages: number }
  | { readonly type: 'memory.shrinkLruvec'; readonly priority: number }
  | { readonly type: 'memory.readBalance' }
  | { readonly type: 'memory.kswapdFailed' };

export type KswapdMessage = { readonly type: 'kswapd.wake' };

/** To any thread: the answers to what it asked, and khungtaskd's look at it. */
export type TaskMessage =
  | { readonly type: 'task.bufferLocked'; readonly buffer: AgBuffer }
  | { readonly type: 'task.bufferTried'; readonly buffer: AgBuffer; readonly locked: boolean }
  | { readonly type: 'task.inodesQueued'; readonly count: number; readonly throttle: boolean }
  | { readonly type: 'task.workFlushed'; readonly token: number }
  | { readonly type: 'task.shrinkSlabBegun'; readonly entered: boolean; readonly lock: string | null }
  | {
      readonly type: 'task.shrinkerChosen';
      readonly shrinker: ShrinkerInfo | null;
      readonly nrDeferred: number;
      readonly lock: string | null;
    }
  | { readonly type: 'task.shrinkerRegistered'; readonly shrinker: string }
  | { readonly type: 'task.shrinkerUnregistered'; readonly shrinker: string; readonly deferred: boolean }
  | { readonly type: 'task.objectsCounted'; readonly count: number }
  | {
      readonly type: 'task.objectsScanned';
      readonly freed: number;
      readonly stop: boolean;
      readonly dispose: readonly InodeRun[];
      readonly umountHeld: boolean;
    }
  | { readonly type: 'task.umountLocked' }
  | { readonly type: 'task.pagesAllocated'; readonly granted: boolean; readonly retry: boolean }
  | { readonly type: 'task.lruShrunk'; readonly scanned: number; readonly reclaimed: number }
  | { readonly type: 'task.balanceRead'; readonly balanced: boolean; readonly highWmark: number }
  | { readonly type: 'task.cpuChosen'; readonly index: number }
  | { readonly type: 'task.show' };

/** What khungtaskd reads of a thread. `waitsFor` is null for a thread that is awake. */
export type ShowHungTask = {
  readonly type: 'watchdog.taskShown';
  readonly uninterruptible: boolean;
  readonly waitsFor: string | null;
  readonly stack: readonly string[];
  readonly sleeps: number;
};

/** An event as a machine sees it: the message and its sender. */
export type Received<M> = M & { readonly from: AgentId };

export const SHRINKERS: AgentId = 'shrinkers';
export const INODE_CACHE: AgentId = 'inode-cache';

export const agId = (ag: number): AgentId => `ag/${ag}`;
export const inodegcId = (cpu: number): AgentId => `inodegc/${cpu}`;
export const kswapdId = (node: number): AgentId => `kswapd/${node}`;
export const memoryId = (node: number): AgentId => `memory/${node}`;

export const toAg = (ag: number, message: AgMessage): Send => ({ to: agId(ag), message });
export const toInodegc = (cpu: number, message: InodegcMessage): Send => ({ to: inodegcId(cpu), message });
export const toShrinkers = (message: ShrinkersMessage): Send => ({ to: SHRINKERS, message });
export const toInodeCache = (message: InodeCacheMessage): Send => ({ to: INODE_CACHE, message });
export const toMemory = (node: number, message: MemoryMessage): Send => ({ to: memoryId(node), message });
export const toKswapd = (node: number, message: KswapdMessage): Send => ({ to: kswapdId(node), message });
export const toTask = (task: AgentId, message: TaskMessage): Send => ({ to: task, message });
export const toWatchdog = (watchdog: AgentId, message: ShowHungTask): Send => ({ to: watchdog, message });
