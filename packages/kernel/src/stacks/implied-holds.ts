/**
 * Functions that hold something while what they have called is on top of them: a stack with one of them further out
 * than the wait says what its task holds. Read from the sources of Linux 4.19 to 6.12; the kernels are given where they
 * differ.
 */
import type { LockMode } from '@dragon/engine';
import type { Kernels } from './kernel-versions.ts';
import type { StackResourceName } from './stack-resources.ts';

/** While one of `inside` is on a stack, with a callee of `calling` on it where that matters, `holds` is held. */
export interface ImpliedHold extends Kernels {
  readonly holds: StackResourceName;
  readonly lock: LockMode;
  readonly inside: readonly string[];
  /** The next frame inwards must be one of these: the function takes the lock halfway, or lets go of it. */
  readonly calling?: readonly string[];
  /** The next frame inwards must be none of these: so the function gets or waits for the lock itself. */
  readonly notCalling?: readonly string[];
  /** Why, in a line, as a report says it. */
  readonly because: string;
}

interface More extends Kernels {
  readonly calling?: string;
  readonly notCalling?: string;
}

function hold(holds: StackResourceName, lock: LockMode, inside: string, because: string, more: More = {}): ImpliedHold {
  const { calling, notCalling, ...kernels } = more;
  return {
    holds,
    lock,
    inside: inside.split(' '),
    ...(calling === undefined ? {} : { calling: calling.split(' ') }),
    ...(notCalling === undefined ? {} : { notCalling: notCalling.split(' ') }),
    because,
    ...kernels,
  };
}

const RECLAIM: readonly ImpliedHold[] = [
  hold('shrinker_rwsem', 'R', 'shrink_slab shrink_slab_memcg shrink_slab_node', 'shrink_slab holds it for its walk', {
    until: '6.6',
    notCalling: 'down_read_trylock',
  }),
  // In the candidates of 6.4; before its release it was taken back.
  hold('shrinker_srcu', '', 'shrink_slab shrink_slab_memcg', 'shrink_slab is a reader for its walk', {
    since: '6.4',
    until: '6.4',
  }),
  hold('shrinker reference', '', 'do_shrink_slab', 'shrink_slab holds one on the shrinker that it calls', {
    since: '6.7',
  }),
  hold('s_umount', 'R', 'super_cache_scan prune_super', 'super_cache_scan took it by trylock for the whole scan'),
  hold('pfmemalloc_wait', '', 'balance_pgdat', 'direct reclaimers wait for kswapd to get on'),
  hold('mmap_lock', 'R', 'handle_mm_fault __handle_mm_fault', 'a page fault holds it (since 6.4 perhaps its VMA only)'),
  hold('mmap_lock', 'W', 'do_mmap mmap_region do_mmap_pgoff __do_munmap do_vmi_munmap', 'mmap and munmap hold it'),
];

const SHRINKER_LIST: readonly ImpliedHold[] = [
  hold(
    'shrinker_rwsem',
    'W',
    'register_shrinker __register_shrinker register_shrinker_prepared unregister_shrinker ' +
      'prealloc_memcg_shrinker expand_shrinker_info',
    'whoever changes the list holds it',
    {
      until: '6.6',
      calling: 'expand_shrinker_info expand_one_shrinker_info idr_alloc idr_remove kvmalloc_node __kmalloc_node',
    },
  ),
];

const SUPERBLOCKS: readonly ImpliedHold[] = [
  hold(
    's_umount',
    'W',
    'deactivate_locked_super generic_shutdown_super kill_block_super',
    'the last umount shuts the superblock down under it',
  ),
  // freeze_super lets go of it while it waits for writers.
  hold('s_umount', 'W', 'freeze_super', 'fsfreeze -f syncs and stops the file system under it', {
    calling:
      'sync_filesystem xfs_fs_freeze xfs_fs_sync_fs __sync_filesystem sync_inodes_sb xfs_quiesce_attr xfs_log_quiesce',
  }),
  hold('sb_writers', 'W', 'freeze_super', 'writers are shut out before the file system is synced', {
    calling: 'sync_filesystem xfs_fs_freeze xfs_fs_sync_fs __sync_filesystem xfs_quiesce_attr xfs_log_quiesce',
  }),
  hold('sb_pagefault', 'W', 'freeze_super', 'faults are shut out before the file system is synced', {
    calling: 'sync_filesystem xfs_fs_freeze xfs_fs_sync_fs __sync_filesystem xfs_quiesce_attr xfs_log_quiesce',
  }),
  hold('sb_internal', 'W', 'freeze_super', 'transactions are shut out before the log is quiesced', {
    calling: 'xfs_fs_freeze xfs_quiesce_attr xfs_log_quiesce',
  }),
  hold('s_umount', 'W', 'thaw_super thaw_super_locked', 'fsfreeze -u starts the file system under it', {
    calling: 'xfs_fs_unfreeze sb_freeze_unlock percpu_up_write xfs_restore_resvblks',
  }),
  hold('s_umount', 'R', 'iterate_supers __iterate_supers iterate_supers_type', 'it is held for each superblock', {
    notCalling: 'down_read super_lock __super_lock super_lock_shared',
  }),
  hold('s_umount', 'W', 'reconfigure_super do_remount_sb', 'a remount holds it'),
  // From sget on: until then nobody else can see the superblock.
  hold('s_umount', 'W', 'xfs_fs_fill_super ext4_fill_super fill_super', 'a mount holds that of its new superblock'),
  hold('writeback', '', 'wb_workfn wb_writeback', 'it writes back'),
  hold('dirty throttle', '', 'wb_workfn wb_writeback', 'it writes back what is dirty'),
  hold('I_NEW or I_FREEING', '', 'dispose_list evict', 'it frees inodes that a lookup may wait for'),
  hold('s_umount', 'R', 'sync_inodes_sb writeback_inodes_sb __writeback_inodes_sb_nr', 'its caller holds it'),
  hold(
    'sb_writers',
    'R',
    'vfs_unlink vfs_rmdir vfs_mkdir vfs_rename vfs_create vfs_symlink vfs_link vfs_truncate do_truncate vfs_fallocate ' +
      'xfs_file_write_iter xfs_file_buffered_write xfs_file_dio_write ext4_file_write_iter generic_file_write_iter ' +
      'xfs_generic_create xfs_vn_unlink xfs_vn_create xfs_vn_mkdir xfs_vn_rename xfs_file_fallocate ' +
      'xfs_scrub_metadata',
    'its caller has begun a write to the mount',
  ),
  hold('sb_pagefault', 'R', '__xfs_filemap_fault xfs_filemap_page_mkwrite xfs_write_fault', 'a fault for writing', {
    notCalling: 'percpu_rwsem_wait __percpu_down_read __sb_start_write percpu_down_read',
    calling: 'iomap_page_mkwrite xfs_ilock dax_iomap_fault iomap_iter balance_dirty_pages_ratelimited file_update_time',
  }),
  hold(
    'i_rwsem',
    'W',
    'vfs_unlink vfs_rmdir vfs_mkdir vfs_create vfs_symlink notify_change xfs_vn_unlink xfs_vn_create xfs_vn_mkdir ' +
      'xfs_generic_create',
    'the VFS holds that of the directory (notify_change: of the file)',
  ),
  hold('i_rwsem', 'R', '__lookup_slow', 'the VFS holds that of the directory'),
  hold('i_rwsem', 'R', 'xfs_readdir xfs_file_readdir ext4_readdir', 'the VFS holds that of the directory'),
];

/** What calls out of a transaction that has its reservation. */
const IN_TRANSACTION =
  'xfs_ifree xfs_difree xfs_iunlink xfs_iunlink_remove xfs_dialloc xfs_dir_createname xfs_dir_removename ' +
  'xfs_itruncate_extents_flags xfs_bmapi_write __xfs_bunmapi xfs_bunmapi xfs_defer_finish ' +
  'xfs_defer_finish_noroll __xfs_trans_commit xfs_trans_commit xfs_trans_roll __xfs_free_extent xfs_free_extent ' +
  'xfs_alloc_vextent xfs_alloc_fix_freelist xrep_attempt xrep_rmapbt xrep_agi xrep_agf xrep_allocbt xrep_iallocbt';

const XFS: readonly ImpliedHold[] = [
  hold('inodegc work', '', 'xfs_inodegc_worker', 'it runs the inodegc work of its CPU', { since: '5.15' }),
  hold('inodegc works', '', 'xfs_inodegc_worker', 'it runs the inodegc work of its CPU', { since: '5.15' }),
  hold('inactivation', '', 'xfs_inodegc_worker', 'it inactivates what its CPU has queued', { since: '5.15' }),
  hold('CIL space', '', 'xlog_cil_push_work', 'it pushes the CIL'),
  hold('CIL order', '', 'xlog_cil_push_work', 'later pushes wait for it'),
  hold('log force', '', 'xlog_cil_push_work', 'it writes what a log force waits for'),
  hold('log space', '', 'xfsaild xfsaild_push', 'it writes back what pins the tail of the log'),
  hold('AIL', '', 'xfsaild xfsaild_push', 'it empties the AIL'),
  hold('sb_internal', 'R', IN_TRANSACTION, 'its transaction began with sb_start_intwrite'),
  hold('log space', '', IN_TRANSACTION, 'its transaction holds a log reservation'),
  hold(
    'ILOCK',
    'W',
    'xfs_ifree xfs_iunlink xfs_itruncate_extents_flags xfs_dir_createname xfs_dir_removename',
    'the transaction changes the inode',
  ),
  hold(
    'AGI',
    '',
    'xfs_difree_inobt xfs_difree_finobt xfs_iunlink_insert_inode xfs_iunlink_remove_inode xfs_ialloc_ag_alloc ' +
      'xfs_dialloc_ag xfs_dialloc_ag_inobt xfs_iunlink_update_bucket xfs_iunlink_remove_inode xfs_iunlink_map_prev',
    'it works on the inode btrees or the unlinked list of the AG',
  ),
  hold('AGI', '', 'xfs_difree', 'xfs_difree locks the AGI first', {
    notCalling: 'xfs_ialloc_read_agi xfs_read_agi xfs_perag_get',
  }),
  hold(
    'AGF',
    '',
    'xfs_free_ag_extent xfs_alloc_ag_vextent xfs_alloc_ag_vextent_near xfs_alloc_ag_vextent_size ' +
      'xfs_alloc_ag_vextent_exact xfs_alloc_get_freelist xfs_alloc_put_freelist xfs_alloc_fixup_trees ' +
      'xfs_alloc_vextent_finish xfs_rmap_free xfs_rmap_alloc',
    'it works on the free space btrees of the AG',
  ),
  hold('AGF', '', '__xfs_free_extent', 'the free list was fixed under the AGF', {
    notCalling: 'xfs_free_extent_fix_freelist xfs_perag_get xfs_alloc_fix_freelist',
  }),
  hold('IOLOCK', 'W', 'xfs_file_buffered_write xfs_file_buffered_aio_write', 'a buffered write holds it', {
    notCalling: 'xfs_ilock xfs_ilock_iocb xfs_ilock_iocb_for_write',
  }),
  hold('s_umount', 'W', 'xfs_unmountfs xfs_fs_put_super', 'its caller shuts the superblock down under it'),
];

const OTHERS: readonly ImpliedHold[] = [
  hold('kernfs active', '', 'kernfs_fop_write_iter kernfs_fop_write', 'a write to a file of sysfs or cgroupfs', {
    notCalling: 'mutex_lock kernfs_get_active',
  }),
  // rtnetlink_rcv_msg and rtnl_newlink are no sign of it: since 6.13 some take it themselves, further in.
  hold(
    'rtnl_mutex',
    '',
    'do_setlink __dev_open __dev_close_many __dev_change_flags dev_change_flags register_netdevice ' +
      'unregister_netdevice_queue unregister_netdevice_many unregister_netdevice_many_notify rtnl_configure_link',
    'it is called with it (ASSERT_RTNL)',
  ),
];

/** Every one that fits counts. */
export const IMPLIED_HOLDS: readonly ImpliedHold[] = [...RECLAIM, ...SHRINKER_LIST, ...SUPERBLOCKS, ...XFS, ...OTHERS];
