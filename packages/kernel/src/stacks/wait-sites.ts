/**
 * Places at which the kernel sleeps, by the function that called the sleep, and what it then waits for. Read from the
 * sources of Linux 4.19, 5.4, 5.10, 5.15, 6.1, 6.7 and 6.12: mm/vmscan.c, mm/shrinker.c, mm/page_alloc.c, fs/super.c,
 * fs/namespace.c, fs/fs-writeback.c, fs/xfs. A site that is not here is told by its primitive alone.
 */
import type { LockMode } from '@dragon/engine';
import type { Kernels } from './kernel-versions.ts';
import type { SleepPrimitive } from './sleep-primitives.ts';
import type { StackResourceName } from './stack-resources.ts';

/** A sleep in one of the functions `at`, told by the frames further out where that function serves many. */
export interface WaitSite extends Kernels {
  readonly waitsFor: StackResourceName;
  /** How it sleeps; a stack without the scheduler's frames, as of /proc/PID/stack, fits any. */
  readonly by: SleepPrimitive | readonly SleepPrimitive[];
  /** Only if the lock is wanted so. */
  readonly lock?: LockMode;
  /** Any of these functions called the primitive: the innermost frame that is none. */
  readonly at: readonly string[];
  /** And any of these stands further out. */
  readonly below?: readonly string[];
  readonly mode?: 'killable' | 'timed';
}

const site = (
  waitsFor: StackResourceName,
  by: WaitSite['by'],
  at: string,
  more: Omit<WaitSite, 'waitsFor' | 'by' | 'at' | 'below'> & { readonly below?: string } = {},
): WaitSite => {
  const { below, ...rest } = more;
  return { waitsFor, by, at: at.split(' '), ...(below === undefined ? {} : { below: below.split(' ') }), ...rest };
};

const SHRINKERS: readonly WaitSite[] = [
  site(
    'shrinker_rwsem',
    'rwsem',
    'register_shrinker __register_shrinker register_shrinker_prepared unregister_shrinker prealloc_shrinker ' +
      '__prealloc_shrinker prealloc_memcg_shrinker free_prealloced_shrinker unregister_memcg_shrinker ' +
      'shrinker_debugfs_rename shrinker_debugfs_add alloc_shrinker_info free_shrinker_info expand_shrinker_info ' +
      'reparent_shrinker_deferred memcg_alloc_shrinker_maps memcg_expand_shrinker_maps synchronize_shrinkers',
    { until: '6.6', lock: 'W' },
  ),
  // Walks only try; a read of debugfs waits.
  site('shrinker_rwsem', 'rwsem', 'shrinker_debugfs_count_show shrinker_debugfs_scan_write', {
    until: '6.6',
    lock: 'R',
  }),
  site(
    'shrinker_mutex',
    'mutex',
    'shrinker_register shrinker_alloc shrinker_free shrinker_memcg_alloc alloc_shrinker_info expand_shrinker_info ' +
      'reparent_shrinker_deferred shrinker_debugfs_rename',
    { since: '6.7' },
  ),
  site('shrinker reference', 'completion', 'shrinker_free', { since: '6.7' }),
  site('shrinker_srcu', 'srcu', 'unregister_shrinker synchronize_shrinkers', { since: '6.4', until: '6.4' }),
  site('shrinker_mutex', 'mutex', 'unregister_shrinker register_shrinker __prealloc_shrinker', {
    since: '6.4',
    until: '6.4',
  }),
];

const RECLAIM: readonly WaitSite[] = [
  // Without __GFP_FS it waits for a second at most.
  site('pfmemalloc_wait', 'timeout', 'throttle_direct_reclaim try_to_free_pages', { mode: 'timed' }),
  site('pfmemalloc_wait', 'schedule', 'throttle_direct_reclaim try_to_free_pages', { mode: 'killable' }),
  site(
    'reclaim throttle',
    ['timeout', 'io'],
    'reclaim_throttle congestion_wait wait_iff_congested shrink_inactive_list __alloc_pages_slowpath ' +
      'should_reclaim_retry __alloc_pages_may_oom out_of_memory do_try_to_free_pages',
    { mode: 'timed' },
  ),
  site('dirty throttle', ['io', 'timeout'], 'balance_dirty_pages balance_dirty_pages_ratelimited', { mode: 'timed' }),
  site('dirty throttle', ['io', 'timeout'], 'balance_dirty_pages_ratelimited_flags', { mode: 'timed' }),
  site('memcg limit', ['schedule', 'timeout'], 'mem_cgroup_oom_synchronize mem_cgroup_out_of_memory mem_cgroup_oom', {
    mode: 'killable',
  }),
  site('memcg limit', ['schedule', 'timeout'], 'mem_cgroup_handle_over_high __mem_cgroup_handle_over_high', {
    mode: 'timed',
  }),
  site(
    'mmap_lock',
    'rwsem',
    'do_user_addr_fault __do_page_fault do_page_fault lock_mm_and_find_vma vm_mmap_pgoff __vm_munmap do_mprotect_pkey ' +
      'do_exit exit_mmap exit_mm __x64_sys_brk __do_sys_brk do_madvise dup_mmap dup_mm access_remote_vm ' +
      '__access_remote_vm get_user_pages_unlocked internal_get_user_pages_fast proc_pid_cmdline_read m_start ' +
      'khugepaged_scan_mm_slot mmap_read_lock mmap_write_lock',
  ),
];

const SUPERBLOCKS: readonly WaitSite[] = [
  site(
    's_umount',
    'rwsem',
    'thaw_super thaw_super_locked freeze_super deactivate_super deactivate_locked_super grab_super ' +
      'get_active_super sget sget_fc sget_userns super_lock_excl do_remount reconfigure_single do_emergency_remount ' +
      'generic_shutdown_super vfs_fsconfig_locked do_thaw_all_callback do_emergency_remount_callback',
    { lock: 'W' },
  ),
  site(
    's_umount',
    'rwsem',
    'iterate_supers iterate_supers_type __iterate_supers get_super get_super_thawed user_get_super ' +
      'super_lock_shared fs_bdev_mark_dead fs_bdev_sync bdev_super_lock __do_sys_syncfs __x64_sys_syncfs',
    { lock: 'R' },
  ),
  site('s_umount', 'rwsem', 'super_lock __super_lock __get_super get_super_exclusive_thawed'),
  site('s_umount', 'schedule', 'super_lock __super_lock super_lock_shared super_lock_excl grab_super', {
    since: '6.6',
  }),
  site(
    'sb_internal',
    'percpu rwsem',
    'xfs_trans_alloc xfs_trans_alloc_empty xfs_trans_alloc_inode xfs_trans_alloc_icreate xfs_trans_alloc_ichange ' +
      'xfs_trans_alloc_rollable xfs_setfilesize_trans_alloc ext4_journal_start_sb ext4_evict_inode',
    { lock: 'R' },
  ),
  site(
    'sb_pagefault',
    'percpu rwsem',
    'do_page_mkwrite xfs_filemap_page_mkwrite __xfs_filemap_fault xfs_write_fault xfs_filemap_fault ' +
      'filemap_page_mkwrite ext4_page_mkwrite block_page_mkwrite btrfs_page_mkwrite ext4_dax_huge_fault ' +
      'xfs_filemap_pfn_mkwrite xfs_filemap_huge_fault',
    { lock: 'R' },
  ),
  site(
    'sb_writers',
    'percpu rwsem',
    'mnt_want_write mnt_want_write_file file_start_write vfs_write vfs_writev do_iter_write do_iter_readv_writev ' +
      'vfs_iter_write vfs_iocb_iter_write aio_write io_write kiocb_start_write iocb_start_write ksys_write ' +
      'ksys_pwrite64 vfs_fallocate vfs_copy_file_range do_splice_from iter_file_splice_write do_splice ' +
      'do_sendfile vfs_clone_file_range do_clone_file_range vfs_dedupe_file_range_one do_sys_ftruncate ' +
      'do_ftruncate vfs_truncate do_truncate open_last_lookups path_openat do_unlinkat do_rmdir do_mkdirat ' +
      'filename_create do_renameat2 do_linkat do_symlinkat do_fchmodat chmod_common ksys_fchown do_fchownat ' +
      'do_utimes vfs_utimes touch_atime vfs_setxattr path_setxattr xfs_scrub_metadata xfs_ioc_scrub_metadata',
    { lock: 'R' },
  ),
  // A freezer waits for those who are in; the stack does not tell at which level.
  site('freeze protection', 'percpu rwsem', 'freeze_super', { lock: 'W' }),
  site('writeback', ['schedule', 'completion'], 'wb_wait_for_completion sync_inodes_sb __writeback_inodes_sb_nr'),
  // wait_on_page_writeback is inlined there; a folio is locked elsewhere.
  site(
    'folio writeback',
    'folio lock',
    '__filemap_fdatawait_range filemap_fdatawait_range filemap_fdatawait_keep_errors',
  ),
  site(
    'I_NEW or I_FREEING',
    ['bit', 'schedule'],
    '__wait_on_freeing_inode find_inode find_inode_fast inode_wait_for_writeback',
  ),
  site('I_NEW or I_FREEING', ['bit', 'schedule'], 'iget_locked iget5_locked wait_on_inode wait_on_new_inode ilookup'),
  site('writeback', 'bit', '__inode_wait_for_writeback evict'),
  // The RPCs of an NFS client: rpc_wait_bit_killable is what out_of_line_wait_on_bit calls.
  site('server answer', ['bit', 'schedule'], 'rpc_wait_bit_killable __rpc_wait_for_completion_task __rpc_execute', {
    mode: 'killable',
  }),
  site(
    'i_rwsem',
    'rwsem',
    'do_unlinkat do_rmdir filename_create open_last_lookups path_openat lookup_open do_last lookup_slow ' +
      'walk_component lookup_one_len_unlocked lookup_one_unlocked lock_rename lock_two_directories do_renameat2 ' +
      'iterate_dir do_truncate chmod_common chown_common vfs_utimes notify_change vfs_setxattr generic_file_write_iter ' +
      'ext4_file_write_iter ext4_buffered_write_iter inode_lock process_measurement ' +
      'start_dirop filename_unlinkat filename_rmdir',
  ),
  site('kernfs active', ['schedule', 'completion'], 'kernfs_drain __kernfs_remove'),
];

const XFS_BUFFERS: readonly WaitSite[] = [
  // The header buffers first: their readers stand further out on any stack that waits for one.
  site('AGI', 'semaphore', 'xfs_buf_lock xfs_buf_find_lock xfs_buf_find xfs_buf_get_map _xfs_buf_find', {
    below: 'xfs_read_agi xfs_ialloc_read_agi',
  }),
  site('AGF', 'semaphore', 'xfs_buf_lock xfs_buf_find_lock xfs_buf_find xfs_buf_get_map _xfs_buf_find', {
    below: 'xfs_read_agf xfs_alloc_read_agf',
  }),
  site('buffer lock', 'semaphore', 'xfs_buf_lock xfs_buf_find_lock xfs_buf_find xfs_buf_get_map _xfs_buf_find'),
  site('buffer lock', 'semaphore', 'xfs_trans_getsb xfs_getsb xfs_buf_delwri_pushbuf xfs_buf_delwri_submit_buffers'),
  site(
    'buffer I/O',
    ['completion', 'io'],
    'xfs_buf_iowait __xfs_buf_submit xfs_buf_submit_wait _xfs_buf_read xfs_buf_read_map xfs_bwrite xfs_buf_submit ' +
      'xfs_buf_delwri_submit xfs_buf_read_uncached',
  ),
  site('buffer I/O', ['timeout', 'schedule'], 'xfs_wait_buftarg xfs_buftarg_wait xfs_buftarg_drain'),
  site('log force', ['io', 'schedule'], 'xfs_buf_wait_unpin __xfs_buf_submit xfs_buf_submit xfs_iunpin_wait'),
  site('log force', ['io', 'schedule', 'bit'], '__xfs_iunpin_wait xfs_qm_dqunpin_wait'),
];

const XFS_INODES: readonly WaitSite[] = [
  // The throttle of xfs_inodegc_queue: which of these leaves a frame depends on inlining and tail calls.
  site(
    'inodegc work',
    'work',
    'destroy_inode xfs_fs_destroy_inode xfs_inode_mark_reclaimable xfs_inodegc_queue xfs_inodegc_set_reclaimable',
    { since: '5.15' },
  ),
  site('inodegc work', 'work', 'xfs_inodegc_cpu_dead xfs_cpu_dead', { since: '5.15', until: '6.5' }),
  site('inodegc works', ['work', 'workqueue'], 'xfs_inodegc_stop xfs_inodegc_flush xfs_inodegc_wait_all', {
    since: '5.15',
  }),
  site('inodegc works', ['work', 'workqueue'], 'xfs_fs_sync_fs xfs_fs_statfs xfs_blockgc_flush_all', {
    since: '5.15',
  }),
  site('inactivation', ['timeout', 'schedule', 'bit'], 'xfs_iget xfs_iget_cache_hit', { since: '5.15' }),
  site('I_NEW or I_FREEING', ['timeout', 'schedule', 'bit'], 'xfs_iget xfs_iget_cache_hit', { until: '5.14' }),
  site('inode flush', ['io', 'schedule', 'bit'], '__xfs_iflock xfs_iflock xfs_reclaim_inode'),
  site('ILOCK', 'rwsem', 'xfs_ilock xfs_ilock_nowait xfs_ilock_data_map_shared xfs_ilock_attr_map_shared', {
    below:
      'xfs_trans_alloc_inode xfs_inactive_ifree xfs_inactive_truncate xfs_ifree xfs_free_eofblocks xfs_create ' +
      'xfs_remove xfs_lock_two_inodes xfs_lookup xfs_readdir xfs_bmapi_reserve_delalloc xfs_bmapi_convert_delalloc ' +
      'xfs_iomap_write_direct xfs_iomap_write_unwritten xfs_dir_lookup xfs_log_inode xfs_trans_alloc_ichange ' +
      'xfs_fs_dirty_inode xfs_setattr_size xfs_setattr_nonsize xfs_lock_inodes xfs_rename xfs_vn_update_time ' +
      'xfs_map_blocks xfs_bmbt_to_iomap xfs_ilock_for_iomap xfs_buffered_write_iomap_begin xfs_read_iomap_begin ' +
      'xfs_reclaim_inode xfs_iwalk_ag xchk_ilock xfs_dir_open xfs_attr_get xfs_attr_set xfs_itruncate_extents_flags',
  }),
  site('IOLOCK', 'rwsem', 'xfs_ilock xfs_ilock_iocb xfs_ilock_iocb_for_write xfs_file_write_checks', {
    below:
      'xfs_file_buffered_write xfs_file_buffered_aio_write xfs_file_buffered_read xfs_file_dio_read ' +
      'xfs_file_dio_write xfs_file_dio_write_aligned xfs_file_dio_write_unaligned xfs_file_dio_aio_write ' +
      'xfs_file_fallocate xfs_file_splice_read xfs_file_read_iter xfs_file_write_iter xfs_file_dax_write',
  }),
  site('MMAPLOCK', 'rwsem', 'xfs_ilock __xfs_filemap_fault xfs_filemap_map_pages filemap_fault', {
    below: '__xfs_filemap_fault xfs_filemap_fault xfs_filemap_page_mkwrite xfs_filemap_map_pages filemap_fault',
  }),
  site('ILOCK', 'rwsem', 'xfs_ilock_data_map_shared xfs_ilock_attr_map_shared xfs_ilock_for_iomap'),
  site('ILOCK', 'rwsem', 'xfs_trans_alloc_inode xfs_lock_two_inodes xfs_lock_inodes'),
  site('ILOCK', 'rwsem', 'xfs_ilock'),
];

const XFS_LOG: readonly WaitSite[] = [
  site('log space', ['schedule', 'io'], 'xlog_grant_head_wait xlog_grant_head_check xfs_log_reserve xfs_log_regrant'),
  site('log space', ['schedule', 'io'], 'xfs_trans_reserve xlog_ticket_alloc'),
  site('CIL space', ['schedule', 'io'], 'xlog_cil_commit xlog_cil_push_background xfs_log_commit_cil'),
  site('CIL order', ['schedule', 'io'], 'xlog_cil_order_write'),
  site('CIL order', ['schedule', 'io'], 'xlog_cil_push_work xlog_cil_push'),
  site('iclog', ['schedule', 'io'], 'xlog_state_get_iclog_space xlog_write'),
  site(
    'log force',
    ['schedule', 'io', 'work', 'completion'],
    'xlog_wait xlog_wait_on_iclog xlog_wait_on_iclog_lsn xfs_log_force xfs_log_force_seq xfs_log_force_lsn ' +
      '__xfs_log_force_lsn _xfs_log_force _xfs_log_force_lsn xlog_force_lsn xlog_cil_force_seq xlog_cil_force_lsn ' +
      'xlog_cil_push_now xlog_cil_flush xlog_force_and_check_iclog xlog_force_iclog xfs_log_quiesce',
  ),
  site('AIL', ['schedule', 'timeout'], 'xfs_ail_push_all_sync'),
];

// Where rtnl_lock is inlined, its callers.
const OTHERS: readonly WaitSite[] = [
  site('rtnl_mutex', 'mutex', 'rtnl_lock rtnl_lock_killable rtnetlink_rcv_msg rtnl_dumpit rtnl_newlink'),
];

/** The first that fits counts. */
export const WAIT_SITES: readonly WaitSite[] = [
  ...SHRINKERS,
  ...RECLAIM,
  ...SUPERBLOCKS,
  ...XFS_BUFFERS,
  ...XFS_INODES,
  ...XFS_LOG,
  ...OTHERS,
];
