/**
 * Pieces of call paths, as Linux 6.1 prints them on x86-64: how a task sleeps, what it called that made it sleep, and
 * how it came there. Frames have no offsets, as those are of one build, and no guesses of the unwinder (`? `).
 *
 * A function has no frame of its own where it was inlined (static functions such as xfs_inodegc_queue) or ended in the
 * call that sleeps (tail calls: down_write, wait_for_completion, flush_delayed_work, xfs_fs_destroy_inode, evict,
 * iput). So kswapd waits in `__flush_work < destroy_inode < dispose_list`, and no frame of XFS is between.
 */
import type { FrameSource, PathPiece } from './call-path.ts';

export const dump = (section: string): FrameSource => ({ kind: 'dump', section });
const report = (address: string, kernel: string): FrameSource => ({ kind: 'report', address, kernel });
export const reconstructed = (from: string): FrameSource => ({ kind: 'reconstructed', from });

/** `xfs` marks the frames of the module. */
export const xfs = (...names: readonly string[]): string[] => names.map((name) => `${name} [xfs]`);
export const piece = (source: FrameSource, ...frames: readonly string[]): PathPiece => ({ frames, source });

/** No dump can exist: the branch was never released, and the policies below were never merged. */
const REPAIR_BRANCH = reconstructed('the repair branch of December 2022');
const POLICY = reconstructed('a policy that no kernel has');
const BEFORE_5_15 = reconstructed('fs/xfs before 5.15, and reports of 4.18 and 5.10');

const LORE = 'https://lore.kernel.org/r';
const GIT = 'https://git.kernel.org/torvalds/c';

// How it sleeps.
const DOWN = piece(dump('d'), '__schedule', 'schedule', 'schedule_timeout', '__down_common', 'down');
export const DOWN_WRITE = piece(dump('g2'), '__schedule', 'schedule', 'rwsem_down_write_slowpath');
export const COMPLETION = piece(dump('a'), '__schedule', 'schedule', 'schedule_timeout', '__wait_for_common');
const DOWN_5 = piece(BEFORE_5_15, '__schedule', 'schedule', 'schedule_timeout', '__down', 'down');
export const MUTEX = piece(POLICY, '__schedule', 'schedule', 'schedule_preempt_disabled', '__mutex_lock.constprop.0');
export const SCHEDULE = piece(dump('j1'), '__schedule', 'schedule');
export const SCHEDULE_TIMEOUT = piece(dump('j2'), '__schedule', 'schedule', 'schedule_timeout');

const PERCPU_WAIT = ['__schedule', 'schedule', 'percpu_rwsem_wait'];
export const WAIT_FOR_THAW = piece(dump('f5'), ...PERCPU_WAIT, '__percpu_down_read');

// The wait for a buffer of XFS.
const FIND_BUFFER = xfs('xfs_buf_find_lock', 'xfs_buf_get_map', 'xfs_buf_read_map', 'xfs_trans_read_buf_map');
export const LOCK_BUFFER = [DOWN, piece(dump('d'), ...xfs('xfs_buf_lock'), ...FIND_BUFFER)] as const;
export const TRY_BUFFER = piece(REPAIR_BRANCH, ...xfs('xfs_buf_trylock'), ...FIND_BUFFER);
export const LOCK_BUFFER_5 = [
  DOWN_5,
  piece(
    BEFORE_5_15,
    ...xfs('xfs_buf_lock', 'xfs_buf_find', 'xfs_buf_get_map', 'xfs_buf_read_map', 'xfs_trans_read_buf_map'),
  ),
] as const;
export const READ_BUFFER = [
  COMPLETION,
  piece(dump('j6'), ...xfs('xfs_buf_iowait', '__xfs_buf_submit', 'xfs_buf_read_map', 'xfs_trans_read_buf_map')),
] as const;

// What needs the AGI or the AGF.
const FREE_EXTENT = xfs(
  'xfs_read_agf',
  'xfs_alloc_read_agf',
  'xfs_alloc_fix_freelist',
  'xfs_free_extent_fix_freelist',
  '__xfs_free_extent',
  'xfs_trans_free_extent',
  'xfs_extent_free_finish_item',
  'xfs_defer_finish_noroll',
  'xfs_defer_finish',
  'xfs_itruncate_extents_flags',
);
export const TRIM = piece(dump('e1'), ...FREE_EXTENT, ...xfs('xfs_free_eofblocks', 'xfs_inactive'));
export const TRUNCATE = piece(dump('e3'), ...FREE_EXTENT, ...xfs('xfs_inactive_truncate', 'xfs_inactive'));
export const IFREE = piece(
  dump('e2'),
  ...xfs('xfs_read_agi', 'xfs_ialloc_read_agi', 'xfs_difree', 'xfs_ifree', 'xfs_inactive_ifree', 'xfs_inactive'),
);
/** Up to 5.14 xfs_inactive ends in the call of xfs_free_eofblocks. */
export const TRIM_5 = piece(BEFORE_5_15, ...FREE_EXTENT, ...xfs('xfs_free_eofblocks'));
export const TRUNCATE_5 = piece(BEFORE_5_15, ...FREE_EXTENT, ...xfs('xfs_inactive_truncate', 'xfs_inactive'));
export const IFREE_5 = piece(
  BEFORE_5_15,
  ...xfs('xfs_read_agi', 'xfs_iunlink_remove', 'xfs_ifree', 'xfs_inactive_ifree', 'xfs_inactive'),
);
export const IUNLINK = piece(
  dump('d'),
  ...xfs('xfs_read_agi', 'xfs_iunlink', 'xfs_remove', 'xfs_vn_unlink'),
  'vfs_unlink',
);

// The throttle.
export const FLUSH_WORK = piece(dump('a'), '__flush_work');
/** Other ways to wait in xfs_inodegc_queue, which is inlined all the same. */
export const COMPLETION_TIMEOUT = piece(POLICY, ...COMPLETION.frames);
export const WAIT_EVENT = piece(POLICY, ...SCHEDULE.frames);
export const FLUSH_OUTSIDE = piece(POLICY, ...COMPLETION.frames, '__flush_work');
/** In a kernel that inactivates inline. */
export const DESTROY_INODE_5 = piece(BEFORE_5_15, ...xfs('xfs_fs_destroy_inode'));

// Who evicts an inode.
export const DESTROY_INODE = piece(dump('a'), 'destroy_inode');
export const SHRINK_SLAB = piece(
  dump('a'),
  'dispose_list',
  'prune_icache_sb',
  'super_cache_scan',
  'do_shrink_slab',
  'shrink_slab',
);
export const SYSCALL = ['do_syscall_64', 'entry_SYSCALL_64_after_hwframe'];
/** Work that is done on the way out of a system call. */
export const TASK_WORK = ['task_work_run', 'exit_to_user_mode_prepare', 'syscall_exit_to_user_mode', ...SYSCALL];
export const KSWAPD = piece(dump('a'), 'shrink_node', 'balance_pgdat', 'kswapd', 'kthread', 'ret_from_fork');
export const DROP_SLAB = piece(
  dump('c'),
  'drop_slab',
  'drop_caches_sysctl_handler',
  'proc_sys_call_handler',
  'vfs_write',
  'ksys_write',
  ...SYSCALL,
);
export const CLOSE = piece(dump('c2'), '__dentry_kill', 'dput', '__fput', ...TASK_WORK);
export const UNLINK = piece(dump('d'), 'do_unlinkat', '__x64_sys_unlink', ...SYSCALL);
/** mnt_want_write, before it begins. */
export const WANT_UNLINK = piece(dump('f6'), 'mnt_want_write', ...UNLINK.frames);
/** do_unlinkat drops the inode's last reference itself; iput and evict end in calls, as in `CLOSE`. */
export const UNLINK_EVICTS = piece(
  reconstructed('fs/namei.c do_unlinkat, with the tail calls that dump c2 shows'),
  ...UNLINK.frames,
);
export const WORKER = piece(
  dump('e1'),
  ...xfs('xfs_inodegc_worker'),
  'process_one_work',
  'worker_thread',
  'kthread',
  'ret_from_fork',
);

// Who allocates.
export const DIRECT_RECLAIM = piece(dump('b'), 'shrink_node', 'do_try_to_free_pages', 'try_to_free_pages');
export const PFMEMALLOC_WAIT = piece(dump('j1'), 'throttle_direct_reclaim', 'try_to_free_pages');
export const PFMEMALLOC_WAIT_A_WHILE = piece(
  reconstructed('mm/vmscan.c throttle_direct_reclaim without __GFP_FS'),
  ...PFMEMALLOC_WAIT.frames,
);
export const ALLOC_PAGES = piece(dump('b'), '__alloc_pages_slowpath.constprop.0', '__alloc_pages');
export const PAGE_FAULT = piece(
  dump('b'),
  '__folio_alloc',
  'vma_alloc_folio',
  '__handle_mm_fault',
  'handle_mm_fault',
  'do_user_addr_fault',
  'exc_page_fault',
  'asm_exc_page_fault',
);
const ALLOC_SLAB = piece(
  report(`${LORE}/20220706154609.GA29941@fieldses.org`, '5.19'),
  'alloc_slab_page',
  'allocate_slab',
  '___slab_alloc',
  '__slab_alloc.constprop.0',
);
export const TRANS_ALLOC = [
  ALLOC_SLAB,
  piece(
    report(`${GIT}/4da112513c01`, '6.1'),
    'kmem_cache_alloc',
    ...xfs('xfs_trans_alloc', 'xfs_inactive_ifree', 'xfs_inactive'),
  ),
] as const;
export const WRITE = [
  piece(report(`${LORE}/000000000000d099fa0604f03351@google.com`, '6.5'), 'folio_alloc', 'filemap_alloc_folio'),
  piece(
    report(`${LORE}/67ae6ec4.050a0220.21dd3.0027.GAE@google.com`, '6.14'),
    '__filemap_get_folio',
    'iomap_write_begin',
  ),
  piece(
    dump('j2'),
    'iomap_file_buffered_write',
    ...xfs('xfs_file_buffered_write'),
    'vfs_write',
    'ksys_write',
    ...SYSCALL,
  ),
] as const;
export const READ = piece(
  reconstructed('mm/readahead.c'),
  'folio_alloc',
  'filemap_alloc_folio',
  'page_cache_ra_unbounded',
  'filemap_get_pages',
  'filemap_read',
  ...xfs('xfs_file_buffered_read', 'xfs_file_read_iter'),
  'vfs_read',
  'ksys_read',
  ...SYSCALL,
);
export const CREATE = [
  ALLOC_SLAB,
  piece(
    report(`${LORE}/0000000000007a779505f9332827@google.com`, '6.3'),
    'kmem_cache_alloc_lru',
    ...xfs('xfs_inode_alloc', 'xfs_iget', 'xfs_init_new_inode'),
  ),
  piece(
    dump('d2'),
    ...xfs('xfs_create', 'xfs_generic_create'),
    'path_openat',
    'do_filp_open',
    'do_sys_openat2',
    '__x64_sys_openat',
    ...SYSCALL,
  ),
] as const;

export const WANT_CREATE = piece(
  dump('f5'),
  'mnt_want_write',
  'path_openat',
  'do_filp_open',
  'do_sys_openat2',
  '__x64_sys_openat',
  ...SYSCALL,
);
/** file_start_write, which is inlined. */
export const START_WRITE = piece(reconstructed('fs/read_write.c vfs_write'), 'vfs_write', 'ksys_write', ...SYSCALL);

// sb_start_intwrite in xfs_trans_alloc.
export const START_TRIM = piece(dump('f7'), ...xfs('xfs_trans_alloc', 'xfs_free_eofblocks'));
const START = reconstructed('fs/xfs/xfs_inode.c, with xfs_trans_alloc as dump f7 has it');
export const TRIM_ENDS = piece(START, ...xfs('xfs_inactive'));
export const START_TRUNCATE = piece(START, ...xfs('xfs_trans_alloc', 'xfs_inactive_truncate', 'xfs_inactive'));
export const START_IFREE = piece(START, ...xfs('xfs_trans_alloc', 'xfs_inactive_ifree', 'xfs_inactive'));

// s_umount.
export const UMOUNT = [
  piece(reconstructed('fs/super.c deactivate_super, which goes on after down_write'), 'deactivate_super'),
  piece(dump('g2'), 'cleanup_mnt', ...TASK_WORK),
] as const;
/** rcuwait_wait_event, until those who are inside have gone. */
export const WAIT_FOR_WRITERS = piece(
  reconstructed('kernel/locking/percpu-rwsem.c percpu_down_write'),
  '__schedule',
  'schedule',
  'percpu_down_write',
);
export const INODEGC_STOP = piece(
  dump('f1'),
  '__flush_workqueue',
  ...xfs('xfs_inodegc_stop', 'xfs_fs_sync_fs'),
  'sync_filesystem',
);
export const FREEZE = piece(dump('f1'), 'freeze_super', '__x64_sys_ioctl', ...SYSCALL);
export const DOWN_READ = piece(
  dump('f3'),
  '__schedule',
  'schedule',
  'schedule_preempt_disabled',
  'rwsem_down_read_slowpath',
  'down_read',
);
export const DROP_PAGECACHE = piece(
  dump('f4'),
  'iterate_supers',
  'drop_caches_sysctl_handler',
  'proc_sys_call_handler',
  'vfs_write',
  'ksys_write',
  ...SYSCALL,
);
export const THAW = piece(dump('f2'), 'thaw_super', '__x64_sys_ioctl', ...SYSCALL);

// CPU hotplug.
export const CPU_DOWN = piece(
  reconstructed('kernel/workqueue.c, kernel/cpu.c, drivers/base/core.c and fs/xfs/xfs_icache.c of 6.1'),
  '__cancel_work_timer',
  ...xfs('xfs_inodegc_cpu_dead', 'xfs_cpu_dead'),
  'cpuhp_invoke_callback',
  '__cpuhp_invoke_callback_range',
  '_cpu_down',
  'cpu_device_down',
  'device_offline',
  'online_store',
  'kernfs_fop_write_iter',
  'vfs_write',
  'ksys_write',
  ...SYSCALL,
);

// Online repair.
const SCRUB = [...xfs('xfs_scrub_metadata', 'xfs_ioc_scrub_metadata', 'xfs_file_ioctl'), '__x64_sys_ioctl', ...SYSCALL];
export const SETUP_BUFTARG = piece(REPAIR_BRANCH, ...xfs('xfs_alloc_buftarg', 'xrep_setup_buftarg'), ...SCRUB);
export const REPAIR = piece(REPAIR_BRANCH, ...xfs('xrep_rmapbt', 'xrep_attempt'), ...SCRUB);
export const TEARDOWN = piece(REPAIR_BRANCH, ...xfs('xchk_teardown'), ...SCRUB);
export const START_REPAIR = piece(
  REPAIR_BRANCH,
  ...xfs('xfs_trans_alloc', 'xchk_trans_alloc', 'xchk_setup_ag_btree'),
  ...SCRUB,
);
export const FREE_BUFTARG = piece(REPAIR_BRANCH, ...xfs('xfs_free_buftarg'));
const AG_INIT = xfs('xchk_ag_read_headers', 'xchk_ag_init');
export const REPAIR_AGI = piece(REPAIR_BRANCH, ...xfs('xfs_read_agi', 'xfs_ialloc_read_agi'), ...AG_INIT);
export const REPAIR_AGF = piece(REPAIR_BRANCH, ...xfs('xfs_read_agf', 'xfs_alloc_read_agf'), ...AG_INIT);
export const AG_INIT_RETRIES = piece(REPAIR_BRANCH, ...xfs('xchk_ag_init'));
export const READ_BTREE = piece(
  REPAIR_BRANCH,
  ...xfs('xfs_btree_read_buf_block', 'xfs_btree_lookup_get_block', 'xfs_btree_lookup'),
);
const SRCU = reconstructed('mm/vmscan.c of 6.4-rc1');
const REFCOUNT = reconstructed('mm/shrinker.c of 6.7');
export const REGISTER_SHRINKER = piece(
  reconstructed('mm/vmscan.c register_shrinker of 6.1'),
  'register_shrinker_prepared',
  'register_shrinker',
);
export const SHRINKER_REGISTER = piece(REFCOUNT, 'shrinker_register');
export const SHRINKER_ALLOC = piece(REFCOUNT, 'shrinker_memcg_alloc', 'shrinker_alloc');
export const UNREGISTER_SHRINKER = piece(dump('g2'), 'unregister_shrinker');
export const UNREGISTER_SRCU = piece(SRCU, '__synchronize_srcu', 'unregister_shrinker');
export const SHRINKER_FREE = piece(REFCOUNT, 'shrinker_free');
