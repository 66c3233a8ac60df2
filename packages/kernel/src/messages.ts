/**
 * Every message between agents, by receiver; those to schedulers stand in `sched/cpu-messages.ts`. Whatever in the
 * kernel can block, wake, or be seen by another thread is a message here. Named `receiver.verb`; replies are in the
 * past tense and go to `task`, the role of whichever thread asked.
 */
import { numbered } from './numbered.ts';
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { ShrinkerInfo } from './mm/do-shrink-slab.ts';
import type { FaultAttr } from './mm/fault-attr.ts';
import type { CpuMessage } from './sched/cpu-messages.ts';
import type { Send } from '@dragon/statechart';
import type { InodeRun } from './xfs/inode.ts';

/** The two buffer locks of an allocation group's header. */
export type AgBuffer = 'AGI' | 'AGF';

/** SB_FREEZE_WRITE, SB_FREEZE_PAGEFAULT, SB_FREEZE_FS: in the order in which a freeze takes them. */
export type FreezeLevel = 'write' | 'pagefault' | 'fs';

/**
 * To an allocation group: down, up and down_trylock of a header buffer's b_sema. Replies: `task.bufferLocked`, after
 * `task.bufferContended` if it has to be waited for; `task.bufferTried`. The AGI also heads the lists of unlinked
 * inodes: whoever locks it to free inode `ino` is told how many neighbours that has there, and whoever unlocks it says
 * which inode went on the list (xfs_iunlink) or off it (xfs_iunlink_remove). `task.bufferFailed` instead if the buffer
 * has to be read and the disk fails, or the file system is shut down.
 * - failDisk, healDisk: a fault, and the end of it. shutDown: the mount is shut down, for good.
 */
export type AgMessage =
  | { readonly type: 'ag.lock'; readonly buffer: AgBuffer; readonly ino?: number }
  | { readonly type: 'ag.unlock'; readonly buffer: AgBuffer; readonly unlinked?: number; readonly freed?: number }
  | { readonly type: 'ag.trylock'; readonly buffer: AgBuffer }
  | { readonly type: 'ag.failDisk' }
  | { readonly type: 'ag.healDisk' }
  | { readonly type: 'ag.shutDown' };

/**
 * What xfs_inodegc_queue can see of its caller: `current->journal_info`, PF_MEMALLOC_NOFS, PF_KSWAPD,
 * `current->reclaim_state`.
 */
export type QueueCaller = {
  readonly journalInfo: boolean;
  readonly nofs: boolean;
  readonly kswapd: boolean;
  readonly reclaimState: boolean;
  /** The caller has waited or noted its debt already in this scan call, so it is not made to wait again. */
  readonly disarmed: boolean;
  /** xfs_inode_near_dquot_enforcement: the inodes' owner is near a quota limit. */
  readonly nearQuota: boolean;
};

/**
 * To the inodegc structure and worker of a CPU.
 * - queueInodes: xfs_inodegc_queue for each inode in turn with preemption off; stops after the first that wants a
 *   flush. Reply `task.inodesQueued`.
 * - flush: flush_delayed_work; `awaitLow` waits for the low watermark instead. Reply `task.workFlushed` with the same
 *   token.
 * - abandonFlush: the flusher's timeout passed.
 * - shrinkerHit: xfs_inodegc_shrinker_scan found this CPU's list non-empty.
 * - push: xfs_inodegc_push, as statfs does. setEnabled: xfs_inodegc_stop (freeze, read-only) and xfs_inodegc_start.
 * - cancelWork: cancel_delayed_work_sync, of a CPU that is dead. Reply `task.workFlushed` when nothing runs. takeList:
 *   all that is on the list leaves it, with `task.inodegcListTaken`.
 */
export type InodegcMessage =
  | { readonly type: 'inodegc.queueInodes'; readonly inodes: readonly InodeRun[]; readonly caller: QueueCaller }
  | { readonly type: 'inodegc.flush'; readonly token: number; readonly awaitLow: boolean }
  | { readonly type: 'inodegc.abandonFlush'; readonly token: number }
  | { readonly type: 'inodegc.shrinkerHit' }
  | { readonly type: 'inodegc.push' }
  | { readonly type: 'inodegc.setEnabled'; readonly enabled: boolean }
  | { readonly type: 'inodegc.cancelWork'; readonly token: number }
  | { readonly type: 'inodegc.takeList' };

/**
 * To the shrinker registry.
 * - beginShrinkSlab: enter a shrinker walk (down_read_trylock, srcu_read_lock or rcu_read_lock). Reply
 *   `task.shrinkSlabBegun`.
 * - nextShrinker: the walk is done with `after` (null at first) and gives back its deferred count. Reply
 *   `task.shrinkerChosen`.
 * - endShrinkSlab: leave the walk. No reply.
 * - preallocate: an id for a shrinker that is not yet on the list (prealloc_memcg_shrinker). Reply
 *   `task.shrinkerPreallocated`.
 * - register, unregister, tryUnregister: replies `task.shrinkerRegistered`, `task.shrinkerUnregistered`.
 */
export type ShrinkersMessage =
  | { readonly type: 'shrinkers.beginShrinkSlab' }
  | { readonly type: 'shrinkers.nextShrinker'; readonly after: string | null; readonly deferred: number }
  | { readonly type: 'shrinkers.endShrinkSlab' }
  | { readonly type: 'shrinkers.preallocate'; readonly shrinker: string }
  | { readonly type: 'shrinkers.register'; readonly shrinker: ShrinkerInfo }
  | { readonly type: 'shrinkers.unregister'; readonly shrinker: string }
  | { readonly type: 'shrinkers.tryUnregister'; readonly shrinker: string };

/**
 * To the inode cache of a mount: dentries, the VFS inode LRU, the XFS reclaimable inodes, its buffers, and the
 * shrinkers that stand on them.
 * - countObjects, scanObjects: the shrinker callbacks. Replies `task.objectsCounted`, `task.objectsScanned`.
 * - reclaimInodes: the file system's share of a superblock scan, xfs_reclaim_inodes_nr. Reply `task.inodesReclaimed`.
 * - scanFinished: the caller has disposed of what the scan isolated and drops s_umount.
 * - created: new inodes, in use (xfs_init_new_inode). Reply `task.inodesCreated`.
 * - released: inodes in use were closed and stay cached behind their dentries, with `pages` pages of page cache in all,
 *   which keep them off the LRU until those are reclaimed.
 * - lastReference: inodes in use lost their last reference and are being evicted (nlink 0).
 * - evicted: xfs_inode_mark_reclaimable of inodes that need no inactivation; setReclaimable:
 *   xfs_inodegc_set_reclaimable, which leaves them pinned in the log: the first `logged` of them, for which the sender
 *   took log items and, since it last said so, `itemPages` pages of xfs_ili.
 * - pageCacheReclaimed: the page allocator reclaimed so many pages of page cache of cached inodes.
 * - inodegcListChanged: whether a CPU's inodegc list holds anything.
 * - outOfMemory: the OOM killer is about to kill; the cache hits the tracepoint `inode_census`, which says where all
 *   inodes are at that moment.
 * - lookUp: xfs_iget of a cached inode. Reply `task.inodeLookedUp`. evictInodes: evict_inodes, all that nobody has open
 *   lose dentry, page cache and place on the LRU. Reply `task.inodesEvicted`.
 * - lockUmount, unlockUmount: s_umount for writing, as umount, remount and freeze take it; readUmount: for reading, as
 *   iterate_supers does. Reply `task.umountLocked`.
 * - freeze: percpu_down_write of a level of freeze protection, of which all `writers` are told (`task.freezing`). Reply
 *   `task.levelFrozen`. writerSeen, writerLeft: whether a writer that was told is inside, and that it no longer is.
 *   awaitThaw: percpu_down_read of a level that a freeze has or wants; `task.mayWrite` when it does not. thaw:
 *   percpu_up_write of all levels, of which all are told (`task.thawed`).
 * - findBuffer: xfs_imap_to_bp looks for the buffer of an inode's cluster. Reply `task.bufferFound`. bufferRead: the
 *   sender has read it, into pages of its own.
 * - forceLog: xfs_log_force(XFS_LOG_SYNC), by sync or a freeze. Reply `task.logForced`. quiesceLog: the rest of
 *   xfs_log_quiesce, no log worker until the thaw and nothing left in the AIL. Reply `task.logQuiesced`.
 * - inodeWritten: the sender has written to its file, whose inode is logged with the new time stamps. fsync:
 *   xfs_file_fsync of that file once its pages are written. Reply `task.logForced`, when the checkpoint with the inode
 *   is on disk; `task.inodeUnpinned` at once where nothing has to be forced; `task.fsyncFailed`.
 * - failDisk, healDisk: a fault, and the end of it, in allocation group `ag`; all `groups`, and `tasks`, have to know
 *   at once when the file system is shut down. forceShutdown: xfs_force_shutdown, by whoever met an error `where`
 *   nothing can be undone.
 * - runCallbacks: rcu_do_batch, of a CPU that was told to (`cpu.raiseSoftirq`). Reply `cpu.callbacksRun`.
 * Whoever frees something tells its `cpu`: call_rcu puts the callback on the list of that.
 */
export type InodeCacheMessage =
  | { readonly type: 'inodeCache.countObjects'; readonly shrinker: string }
  | {
      readonly type: 'inodeCache.scanObjects';
      readonly shrinker: string;
      readonly nrToScan: number;
      readonly gfpFs: boolean;
      readonly cpu: number;
    }
  | { readonly type: 'inodeCache.reclaimInodes'; readonly nrToScan: number; readonly cpu: number }
  | { readonly type: 'inodeCache.scanFinished' }
  | { readonly type: 'inodeCache.created'; readonly inodes: readonly InodeRun[] }
  | { readonly type: 'inodeCache.released'; readonly inodes: readonly InodeRun[]; readonly pages: number }
  | { readonly type: 'inodeCache.lastReference'; readonly inodes: readonly InodeRun[]; readonly cpu: number }
  | { readonly type: 'inodeCache.evicted'; readonly inodes: readonly InodeRun[] }
  | {
      readonly type: 'inodeCache.setReclaimable';
      readonly inodes: readonly InodeRun[];
      readonly logged: number;
      readonly itemPages: number;
    }
  | { readonly type: 'inodeCache.pageCacheReclaimed'; readonly pages: number }
  | { readonly type: 'inodeCache.inodegcListChanged'; readonly nonEmpty: boolean }
  | { readonly type: 'inodeCache.outOfMemory' }
  | { readonly type: 'inodeCache.lookUp'; readonly ino: number }
  | { readonly type: 'inodeCache.evictInodes'; readonly cpu: number }
  | { readonly type: 'inodeCache.lockUmount' }
  | { readonly type: 'inodeCache.readUmount' }
  | { readonly type: 'inodeCache.unlockUmount' }
  | { readonly type: 'inodeCache.freeze'; readonly level: FreezeLevel; readonly writers: readonly AgentId[] }
  | { readonly type: 'inodeCache.writerSeen'; readonly inside: boolean }
  | { readonly type: 'inodeCache.writerLeft' }
  | { readonly type: 'inodeCache.awaitThaw'; readonly level: FreezeLevel }
  | { readonly type: 'inodeCache.thaw' }
  | { readonly type: 'inodeCache.findBuffer'; readonly ino: number }
  | { readonly type: 'inodeCache.bufferRead'; readonly ino: number }
  | { readonly type: 'inodeCache.forceLog' }
  | { readonly type: 'inodeCache.quiesceLog' }
  | { readonly type: 'inodeCache.inodeWritten' }
  | { readonly type: 'inodeCache.fsync'; readonly datasync: boolean }
  | {
      readonly type: 'inodeCache.failDisk';
      readonly ag: number;
      readonly groups: readonly AgentId[];
      readonly tasks: readonly AgentId[];
    }
  | { readonly type: 'inodeCache.healDisk'; readonly ag: number }
  | { readonly type: 'inodeCache.forceShutdown'; readonly where: ShutdownPlace }
  | { readonly type: 'inodeCache.runCallbacks'; readonly cpu: number };

/**
 * Where an error makes the kernel shut the file system down.
 * - `ifree`: xfs_inactive_ifree, which cannot read the AGI. `free-extent`: xfs_defer_finish_noroll, which cannot read
 *   the AGF to free an extent that is logged to be freed. `iunlink`: xfs_trans_read_buf_map, the AGI in a transaction
 *   that is dirty.
 * - `log`: xlog_ioend_work, a write of the log.
 */
export type ShutdownPlace = 'ifree' | 'free-extent' | 'iunlink' | 'log';

/**
 * What pages are used for. Only file pages can be reclaimed from the LRU (there is no swap): `file` belongs to files
 * that stay open, `cached-file` is page cache of closed files, whose inodes it keeps off the inode LRU. Slab is in no
 * list of the allocator's: `slab` is reclaimable, and so are `buffers`, but in page blocks of another type; `log-items`
 * is what transactions hold for the log, which no shrinker frees; their objects fill the gaps on slabs first.
 */
export type PageUse = 'anon' | 'file' | 'cached-file' | 'slab' | 'buffers' | 'log-items';

/** What pages are given back of by their number. */
export type FreedUse = Exclude<PageUse, 'log-items'>;

/**
 * What an allocation may do: `fs` is __GFP_FS; `memalloc` is PF_MEMALLOC (no reclaim, all reserves); `victim`: the OOM
 * killer chose this task.
 */
export type Gfp = { readonly fs: boolean; readonly memalloc: boolean; readonly victim: boolean };

/**
 * What __alloc_pages_may_oom came to.
 * - `killed`: a task was killed. `victim-dying`: one was before, the caller perhaps, and is not gone yet.
 * - `lock-busy`: another task is at it (oom_lock). `no-fs`: a GFP_NOFS caller never kills.
 * - `inactivation-progresses`: under accounting=queued-counted-and-oom-aware nobody is killed meanwhile.
 * - `no-victim`: there is nobody to kill; a real kernel panics.
 */
export type OomVerdict = 'killed' | 'victim-dying' | 'lock-busy' | 'no-fs' | 'inactivation-progresses' | 'no-victim';

/**
 * To the page allocator of a node; counts are pages.
 * - allocate: takes what can be had above the watermark of the path (fast: LOW, slow: MIN less what `gfp` may use of
 *   it, no-watermarks: 0), up to `pages`. Reply `task.pagesAllocated`. With 0 pages it only asks for the numbers in
 *   the reply.
 * - free: gives pages back; those of a file that were reclaimed meanwhile count as given back already, the oldest first
 *   (truncate_inode_pages). freeLogItems: so many bytes of `log-items` are free; `scattered`: they stand singly among
 *   others, so that no page comes free with them.
 * - countFilePages: how many `file` pages of the sender are still cached. Reply `task.filePagesCounted`.
 * - shrinkLruvec: scans the LRU at a priority for at most `nrToReclaim` pages; reply `task.lruShrunk`. readBalance:
 *   reply `task.balanceRead`.
 * - slabReclaimed: pages of slab that a reclaimer freed in its own context (reclaim_state), which count as progress of
 *   the node.
 * - throttleDirectReclaim: throttle_direct_reclaim. Reply `task.directReclaimAllowed`, at once or when kswapd has made
 *   room; before a wait `task.pfmemallocWaits`.
 * - abandonThrottle: a signal or a timeout ended that wait.
 * - passBegun, passEnded: a pass of kswapd, balance_pgdat. The boost of the watermarks that it began with is taken back
 *   at its end.
 * - kswapdFailed: a pass of kswapd reclaimed nothing. wakePfmemalloc: kswapd looks whether those who wait may go on.
 * - kswapdWaits: kswapd is on its wait queue (for a short sleep or a long one), or has left it by itself.
 * - inodesInactivated: only under accounting=queued-counted-and-oom-aware: inactivation gets on, and `freeable` pages
 *   of slab will come free.
 * - outOfMemory: __alloc_pages_may_oom. Reply `task.outOfMemoryHandled`.
 * - takePages, givePagesBack: a fault, and the end of it. What is free above MIN is taken at once, up to `pages`, as by
 *   a driver that allocates with GFP_NOWAIT; `fault` tells the pages of several apart.
 * - failPageAlloc, failNth: faults. From now on allocations fail as fault injection says, with random numbers of their
 *   own from `seed` and the fault's name. failPageAllocNoMore: the end of such a fault.
 */
export type MemoryMessage =
  | {
      readonly type: 'memory.allocate';
      readonly pages: number;
      readonly use: PageUse;
      readonly gfp: Gfp;
      readonly path: 'fast' | 'slow' | 'last-try' | 'no-watermarks';
    }
  | { readonly type: 'memory.free'; readonly pages: number; readonly use: FreedUse }
  | { readonly type: 'memory.freeLogItems'; readonly bytes: number; readonly scattered: boolean }
  | { readonly type: 'memory.countFilePages' }
  | { readonly type: 'memory.shrinkLruvec'; readonly priority: number; readonly nrToReclaim: number }
  | { readonly type: 'memory.slabReclaimed'; readonly pages: number }
  | { readonly type: 'memory.readBalance' }
  | { readonly type: 'memory.throttleDirectReclaim'; readonly gfpFs: boolean }
  | { readonly type: 'memory.abandonThrottle' }
  | { readonly type: 'memory.wakePfmemalloc' }
  | { readonly type: 'memory.passBegun' }
  | { readonly type: 'memory.passEnded' }
  | { readonly type: 'memory.kswapdFailed' }
  | { readonly type: 'memory.kswapdWaits'; readonly waits: boolean }
  | { readonly type: 'memory.inodesInactivated'; readonly freeable: number }
  | { readonly type: 'memory.outOfMemory'; readonly gfp: Gfp; readonly order: number }
  | { readonly type: 'memory.takePages'; readonly pages: number; readonly fault: string }
  | { readonly type: 'memory.givePagesBack'; readonly fault: string }
  | {
      readonly type: 'memory.failPageAlloc';
      readonly fault: string;
      readonly seed: number;
      readonly attr: FaultAttr;
    }
  | { readonly type: 'memory.failPageAllocNoMore'; readonly fault: string }
  | { readonly type: 'memory.failNth'; readonly task: AgentId; readonly nth: number };

/** To the cache of an NFS client, which is counted and scanned as that of a mount. evicted: so many are gone. */
export type NfsCacheMessage =
  | Extract<InodeCacheMessage, { readonly type: 'inodeCache.countObjects' | 'inodeCache.scanObjects' }>
  | { readonly type: 'nfsCache.evicted'; readonly count: number };

/**
 * To the host whose one thread virtual CPUs share, from them.
 * - runnable: the vCPU has something to run. halted: it has nothing, and gives the thread back.
 * The host answers with `cpu.resume`, and takes the thread away with `cpu.stall`.
 */
export type HostMessage =
  | { readonly type: 'host.runnable'; readonly cpu: number }
  | { readonly type: 'host.halted'; readonly cpu: number };

export type KswapdMessage = { readonly type: 'kswapd.wake' };

/** To any thread: the answers to what it asked, and khungtaskd's look at it. */
export type TaskMessage =
  | { readonly type: 'task.bufferLocked'; readonly buffer: AgBuffer; readonly neighbours: number }
  /** The buffer is locked by another thread: the caller sleeps until `task.bufferLocked`. */
  | { readonly type: 'task.bufferContended'; readonly buffer: AgBuffer }
  | { readonly type: 'task.bufferTried'; readonly buffer: AgBuffer; readonly locked: boolean }
  /** EIO: the buffer cannot be read, and is not locked. `shutDown`: nothing of this file system can. */
  | { readonly type: 'task.bufferFailed'; readonly buffer: AgBuffer; readonly shutDown: boolean }
  | { readonly type: 'task.inodesQueued'; readonly count: number; readonly throttle: boolean }
  | { readonly type: 'task.workFlushed'; readonly token: number }
  | { readonly type: 'task.shrinkSlabBegun'; readonly entered: boolean; readonly lock: string | null }
  | {
      readonly type: 'task.shrinkerChosen';
      readonly shrinker: ShrinkerInfo | null;
      readonly nrDeferred: number;
      readonly lock: string | null;
    }
  | { readonly type: 'task.shrinkerPreallocated'; readonly shrinker: string }
  | { readonly type: 'task.shrinkerRegistered'; readonly shrinker: string }
  | { readonly type: 'task.shrinkerUnregistered'; readonly shrinker: string; readonly deferred: boolean }
  | { readonly type: 'task.objectsCounted'; readonly count: number }
  | {
      readonly type: 'task.objectsScanned';
      readonly freed: number;
      readonly stop: boolean;
      readonly dispose: readonly InodeRun[];
      readonly umountHeld: boolean;
      /** Dentries pruned by the call itself: what its CPU time depends on. */
      readonly dentries: number;
      /** What the caller passes to `inodeCache.reclaimInodes` when it has disposed of the inodes; 0 if nothing. */
      readonly fsShare: number;
      /** Pages that went back to the allocator in the caller's own context: `reclaim_state->reclaimed_slab`. */
      readonly credit: number;
      /**
       * Inodes of an NFS client, which the caller evicts one by one; `askServer`: it returns a delegation for each, and
       * waits for the answer.
       */
      readonly remote?: { readonly count: number; readonly askServer: boolean };
    }
  /** Whether the buffer is in memory. */
  | { readonly type: 'task.bufferFound'; readonly found: boolean }
  | { readonly type: 'task.inodesReclaimed'; readonly looked: number; readonly freed: number; readonly credit: number }
  | { readonly type: 'task.inodesCreated'; readonly slabPages: number }
  /** EIO: the file system is shut down. */
  | { readonly type: 'task.createFailed' }
  /** `again`: the inode is on its way out, -EAGAIN. */
  | { readonly type: 'task.inodeLookedUp'; readonly again: boolean }
  /** The caller has to dispose of them. */
  | { readonly type: 'task.inodesEvicted'; readonly dispose: readonly InodeRun[] }
  | { readonly type: 'task.umountLocked' }
  /** Nobody is inside the level, and nobody comes in any more; `busy`: somebody else freezes, or has. */
  | { readonly type: 'task.levelFrozen'; readonly level: FreezeLevel; readonly busy: boolean }
  /** Bits of memory that every writer reads: somebody takes a level of freeze protection; and nobody has one. */
  | { readonly type: 'task.freezing'; readonly level: FreezeLevel }
  | { readonly type: 'task.thawed' }
  /** percpu_up_write wakes those who wait: they try again. */
  | { readonly type: 'task.mayWrite' }
  | { readonly type: 'task.logForced' }
  | { readonly type: 'task.inodeUnpinned' }
  /** EIO: the file system is shut down. */
  | { readonly type: 'task.fsyncFailed' }
  | { readonly type: 'task.logQuiesced' }
  /**
   * `granted` pages were taken. `free`, `reclaimable` and `minWmark` are what should_reclaim_retry looks at; it never
   * sees slab. `injected`: a fault made the allocation of the page after these fail, before anything was tried.
   */
  | {
      readonly type: 'task.pagesAllocated';
      readonly granted: number;
      readonly free: number;
      readonly reclaimable: number;
      readonly minWmark: number;
      readonly injected?: true;
    }
  | { readonly type: 'task.filePagesCounted'; readonly pages: number }
  | { readonly type: 'task.directReclaimAllowed' }
  | { readonly type: 'task.pfmemallocWaits' }
  /**
   * `progress`: the caller tries again (somebody was killed, is dying, or holds oom_lock); otherwise the allocation
   * fails.
   */
  | { readonly type: 'task.outOfMemoryHandled'; readonly progress: boolean; readonly verdict: OomVerdict }
  | { readonly type: 'task.oomKilled' }
  /** A fault: SIGKILL. A kernel thread never gets it. */
  | { readonly type: 'task.killed' }
  /** A fault, and its end: what the thread reads of the disk ends with EIO. */
  | { readonly type: 'task.diskFailed' }
  | { readonly type: 'task.diskHealed' }
  /** xfs_is_shutdown is true from now on. */
  | { readonly type: 'task.fsShutDown' }
  /** A fault: somebody starts the repair. */
  | { readonly type: 'task.repairNow' }
  /** `left`: pages that the lists still have. */
  | { readonly type: 'task.lruShrunk'; readonly scanned: number; readonly reclaimed: number; readonly left: number }
  | {
      readonly type: 'task.balanceRead';
      readonly balanced: boolean;
      readonly hopeless: boolean;
      readonly highWmark: number;
      /** By how much the marks were raised when the pass began. */
      readonly boost: number;
    }
  /** Which of its CPUs the thread goes on on. */
  | { readonly type: 'task.cpuDrawn'; readonly index: number }
  | { readonly type: 'task.dispatched'; readonly cpu: number; readonly turn: number }
  | { readonly type: 'task.preempted'; readonly cpu: number; readonly turn: number }
  | { readonly type: 'task.cpuStalled'; readonly cpu: number; readonly turn: number }
  | { readonly type: 'task.cpuResumed'; readonly cpu: number; readonly turn: number }
  /** __free_slab in an interrupt of this thread: joins its `reclaim_state->reclaimed_slab`, if it has one. */
  | { readonly type: 'task.rcuFreed'; readonly cpu: number; readonly turn: number; readonly pages: number }
  /** The thread cannot run there any more; one that may run nowhere else may run on all that are `online`. */
  | {
      readonly type: 'task.cpuOffline';
      readonly cpu: number;
      readonly turn: number;
      readonly online: readonly number[];
    }
  | { readonly type: 'task.cpuUnplugged' }
  | { readonly type: 'task.inodegcListTaken'; readonly inodes: readonly InodeRun[] }
  /** The thread goes on, on another CPU than before. */
  | { readonly type: 'task.migrated'; readonly cpu: number }
  | { readonly type: 'task.show' };

/** An event as a scheduler sees it. */
export type ReceivedAt<M> = Received<M> & { readonly at: VirtualTime };

/** What khungtaskd reads of a thread. `waitsFor` is null for a thread that is awake. */
export type ShowHungTask = {
  readonly type: 'watchdog.taskShown';
  readonly uninterruptible: boolean;
  readonly waitsFor: string | null;
  readonly stack: readonly string[];
  readonly sleeps: number;
};

/** To the agent that puts faults into a run: whatever those whom it strikes answer, which it does not heed. */
export type FaultsMessage = TaskMessage;

/** An event as a machine sees it: the message and its sender. */
export type Received<M> = M & { readonly from: AgentId };

export const SHRINKERS: AgentId = 'shrinkers';
export const INODE_CACHE: AgentId = 'inode-cache';
/** The inodes of an NFS mount. */
export const NFS_CACHE: AgentId = 'nfs-cache';

export const HOST: AgentId = 'host';

export const agId: (number: number) => AgentId = numbered((ag) => `ag/${ag}`);
export const inodegcId: (number: number) => AgentId = numbered((cpu) => `inodegc/${cpu}`);
export const kswapdId: (number: number) => AgentId = numbered((node) => `kswapd/${node}`);
export const cpuId: (number: number) => AgentId = numbered((cpu) => `cpu/${cpu}`);
export const memoryId: (number: number) => AgentId = numbered((node) => `memory/${node}`);

export const toAg = (ag: number, message: AgMessage): Send => ({ kind: 'send', to: agId(ag), message });
export const toInodegc = (cpu: number, message: InodegcMessage): Send => ({
  kind: 'send',
  to: inodegcId(cpu),
  message,
});
export const toShrinkers = (message: ShrinkersMessage): Send => ({ kind: 'send', to: SHRINKERS, message });
export const toInodeCache = (message: InodeCacheMessage): Send => ({ kind: 'send', to: INODE_CACHE, message });
export const toMemory = (node: number, message: MemoryMessage): Send => ({ kind: 'send', to: memoryId(node), message });
export const toKswapd = (node: number, message: KswapdMessage): Send => ({ kind: 'send', to: kswapdId(node), message });
export const toTask = (task: AgentId, message: TaskMessage): Send => ({ kind: 'send', to: task, message });
export const toCpu = (cpu: number, message: CpuMessage): Send => ({ kind: 'send', to: cpuId(cpu), message });
export const toHost = (message: HostMessage): Send => ({ kind: 'send', to: HOST, message });
export const toWatchdog = (watchdog: AgentId, message: ShowHungTask): Send => ({ kind: 'send', to: watchdog, message });
