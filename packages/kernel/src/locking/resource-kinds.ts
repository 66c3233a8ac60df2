/**
 * Kinds of what a thread can wait for: the words of a step that takes one or asks for one, and what lockdep knows of
 * it. From Linux 6.1: lib/Kconfig.debug's PROVE_LOCKING, include/linux/lockdep.h, fs/xfs/xfs_buf.c, kernel/workqueue.c.
 */

/** What lockdep knows of a kind: its class and how it is taken, or why it sees nothing of it. */
export type LockdepView = LockdepClass | { readonly untracked: string };

export interface LockdepClass {
  /** As lockdep prints it. */
  readonly class: string;
  /** The wait type, as in `{3:3}`: a lock that sleeps, or `{0:0}`: a map without a lock. */
  readonly waitType: '{3:3}' | '{0:0}';
  /** Readers try it and never block for it: no lock before it depends on it then. */
  readonly readersTry?: true;
  /** Where readers, and writers (or whoever takes it), come from: the function that lockdep names behind `at:`. */
  readonly readAt: string;
  readonly writeAt: string;
}

export interface ResourceKind {
  /** What a task does that gets one, as in `takes`. */
  readonly takes: string;
  /** What a task does that has to wait for one, as in `queues for`. */
  readonly asks: string;
  /** What the task does that is in the way, as in `holds it`: for a label. */
  readonly has: string;
  /** Whether words tell readers from writers. */
  readonly modes: boolean;
  readonly lockdep: LockdepView;
}

/**
 * What kswapd holds in balance_pgdat (here `readAt`) and direct reclaim below __alloc_pages_slowpath (`writeAt`): a map
 * that no agent speaks of. Since 5.16 fs_reclaim_acquire names its caller (4f3eaf452a14).
 */
export const FS_RECLAIM: LockdepClass = {
  class: 'fs_reclaim',
  waitType: '{0:0}',
  readAt: 'balance_pgdat',
  writeAt: '__alloc_pages_slowpath.constprop.0',
};

const SLEEPING_LOCK = { takes: 'takes', asks: 'queues for', has: 'holds it', modes: true } as const;
const BUFFER: ResourceKind = {
  takes: 'locks',
  asks: 'queues for',
  has: 'holds it',
  modes: false,
  lockdep: { untracked: 'a buffer lock is a semaphore (b_sema), of which lockdep knows nothing' },
};

export const RESOURCE_KINDS = {
  shrinker_rwsem: {
    ...SLEEPING_LOCK,
    lockdep: {
      class: 'shrinker_rwsem',
      waitType: '{3:3}',
      // shrink_slab: down_read_trylock.
      readersTry: true,
      readAt: 'shrink_slab',
      writeAt: 'unregister_shrinker',
    },
  },
  s_umount: {
    ...SLEEPING_LOCK,
    lockdep: {
      class: '&type->s_umount_key#36',
      waitType: '{3:3}',
      // trylock_super.
      readersTry: true,
      readAt: 'trylock_super',
      writeAt: 'deactivate_super',
    },
  },
  // __sb_start_write, a percpu_rw_semaphore for each level.
  sb_writers: {
    ...SLEEPING_LOCK,
    lockdep: { class: 'sb_writers#8', waitType: '{0:0}', readAt: 'mnt_want_write', writeAt: 'freeze_super' },
  },
  sb_pagefault: {
    ...SLEEPING_LOCK,
    lockdep: { class: 'sb_pagefaults', waitType: '{0:0}', readAt: 'do_page_mkwrite', writeAt: 'freeze_super' },
  },
  sb_internal: {
    ...SLEEPING_LOCK,
    lockdep: { class: 'sb_internal', waitType: '{0:0}', readAt: 'xfs_trans_alloc', writeAt: 'freeze_super' },
  },
  ilock: {
    ...SLEEPING_LOCK,
    lockdep: { class: '&xfs_nondir_ilock_class', waitType: '{3:3}', readAt: 'xfs_ilock', writeAt: 'xfs_ilock' },
  },
  buffer: BUFFER,
  work: {
    takes: 'starts',
    asks: 'flushes',
    has: 'must finish it',
    modes: false,
    // The lockdep_map of the work: process_one_work holds it while the work runs, __flush_work takes it and lets go.
    lockdep: {
      class: '(work_completion)(&(&gc->work)->work)',
      waitType: '{0:0}',
      readAt: 'process_one_work',
      writeAt: 'process_one_work',
    },
  },
  srcu: {
    takes: 'joins',
    asks: 'waits for',
    has: 'is one of them',
    modes: false,
    lockdep: { untracked: 'synchronize_srcu is nothing that lockdep tracks before 6.4' },
  },
  reference: {
    ...SLEEPING_LOCK,
    modes: false,
    lockdep: { untracked: 'a reference count and its completion have no lockdep map' },
  },
  waitqueue: {
    takes: 'takes',
    asks: 'waits at',
    has: 'holds it',
    modes: false,
    lockdep: { untracked: 'a wait queue is no lock' },
  },
  device: {
    takes: 'takes',
    asks: 'waits for',
    has: 'holds it',
    modes: false,
    lockdep: { untracked: 'I/O is no lock' },
  },
  server: {
    takes: 'has',
    asks: 'waits for',
    has: 'has it',
    modes: false,
    lockdep: { untracked: 'an answer from the network is no lock' },
  },
} as const satisfies Readonly<Record<string, ResourceKind>>;

export type ResourceKindName = keyof typeof RESOURCE_KINDS;

const UNKNOWN: ResourceKind = {
  takes: 'takes',
  asks: 'waits for',
  has: 'holds it',
  modes: true,
  lockdep: { untracked: 'no lock of the kernel model, so there is no lockdep class' },
};

/** Returns what is known of a kind; of one that the kernel model has not, that it is taken and waited for. */
export function resourceKind(name: string | undefined): ResourceKind {
  return name !== undefined && Object.hasOwn(RESOURCE_KINDS, name) ? RESOURCE_KINDS[name as ResourceKindName] : UNKNOWN;
}
