/**
 * Pieces of call paths of those who mount, unmount, look files up, ask how full a file system is, sync it, or evict an
 * inode of an NFS client; as those of `path-pieces.ts`.
 */
import { COMPLETION, dump, piece, reconstructed, SYSCALL, TASK_WORK, xfs } from './path-pieces.ts';

export const STATFS_FLUSHES = piece(
  reconstructed('fs/xfs/xfs_super.c, fs/statfs.c and kernel/workqueue.c of 5.15'),
  '__schedule',
  'schedule',
  'schedule_timeout',
  'wait_for_completion',
  'flush_workqueue',
  ...xfs('xfs_inodegc_flush', 'xfs_fs_statfs'),
  'statfs_by_dentry',
  'user_statfs',
  '__do_sys_statfs',
  ...SYSCALL,
);

/** xfs_log_force(XFS_LOG_SYNC). */
export const LOG_FORCE = piece(
  reconstructed('fs/xfs/xfs_log.c of 6.1'),
  '__schedule',
  'schedule',
  ...xfs('xlog_wait_on_iclog', 'xfs_log_force'),
);
/** xfs_log_force_seq(XFS_LOG_SYNC), of a file's inode. */
export const FORCE_SEQ = piece(
  reconstructed('fs/xfs/xfs_log.c of 6.1'),
  '__schedule',
  'schedule',
  ...xfs('xlog_wait_on_iclog', 'xfs_log_force_seq'),
);
export const FSYNC = piece(dump('j7'), ...xfs('xfs_file_fsync'), '__x64_sys_fsync', ...SYSCALL);
export const FREEZE_SYNCS = piece(dump('f1'), ...xfs('xfs_fs_sync_fs'), 'sync_filesystem');
export const SYNC = piece(
  reconstructed('fs/xfs/xfs_super.c and fs/sync.c of 6.1'),
  ...xfs('xfs_fs_sync_fs'),
  'iterate_supers',
  'ksys_sync',
  '__do_sys_sync',
  ...SYSCALL,
);
export const SYNC_WALKS = piece(dump('f3'), 'iterate_supers', 'ksys_sync', '__do_sys_sync', ...SYSCALL);
export const AIL_PUSH = piece(
  reconstructed('fs/xfs/xfs_trans_ail.c of 6.1'),
  '__schedule',
  'schedule',
  ...xfs('xfs_ail_push_all_sync'),
);
export const QUIESCE = piece(reconstructed('fs/xfs/xfs_super.c of 6.1'), ...xfs('xfs_log_quiesce', 'xfs_fs_freeze'));

/** Not a lock: it looks again every jiffy. */
export const LOOKUP = piece(
  dump('d3'),
  ...xfs('xfs_iget', 'xfs_lookup', 'xfs_vn_lookup'),
  '__lookup_slow',
  'walk_component',
  'path_lookupat',
  'filename_lookup',
  'vfs_statx',
  'vfs_fstatat',
  '__do_sys_newfstatat',
  ...SYSCALL,
);

/** What umount does to a superblock of which it was the last user. */
const LAST_SUPER = ['deactivate_locked_super', 'cleanup_mnt', ...TASK_WORK];
const PUT_SUPER = ['generic_shutdown_super', 'kill_block_super', ...LAST_SUPER];
export const UMOUNT_EVICTS = piece(dump('c3'), 'dispose_list', 'evict_inodes', ...PUT_SUPER);

const UNMOUNTFS = xfs('xfs_unmountfs', 'xfs_fs_put_super');
export const UMOUNT_FLUSHES = piece(
  reconstructed('fs/xfs and kernel/workqueue.c of 6.1, with what dumps c3 and f1 show'),
  ...COMPLETION.frames,
  '__flush_workqueue',
  ...xfs('xfs_inodegc_flush'),
  ...UNMOUNTFS,
  ...PUT_SUPER,
);
export const UNMOUNT_FLUSHES_INODES = piece(
  reconstructed('fs/xfs/xfs_mount.c of 6.1'),
  ...xfs('xfs_unmount_flush_inodes'),
  ...UNMOUNTFS,
  ...PUT_SUPER,
);
/** By the shrinker: of the superblock, of its inodegc, of its buffers. */
export const UMOUNT_STEPS = {
  'sb-xfs': piece(dump('g2'), ...LAST_SUPER),
  'xfs-inodegc': piece(reconstructed('fs/xfs/xfs_mount.c xfs_unmountfs of 6.1'), ...UNMOUNTFS, ...PUT_SUPER),
  'xfs-buf': piece(
    reconstructed('fs/xfs/xfs_super.c xfs_close_devices of 6.1'),
    ...xfs('xfs_free_buftarg', 'xfs_close_devices', 'xfs_fs_put_super'),
    ...PUT_SUPER,
  ),
};

const GET_TREE = ['get_tree_bdev', 'vfs_get_tree', 'path_mount', '__x64_sys_mount', ...SYSCALL];
export const PREALLOC_SHRINKER = piece(dump('g1'), '__prealloc_shrinker', 'prealloc_shrinker');
export const ALLOC_SUPER = piece(dump('g1'), 'alloc_super', 'sget_fc', ...GET_TREE);
export const REGISTER_PREPARED = piece(
  reconstructed('mm/vmscan.c and fs/super.c of 6.1'),
  'register_shrinker_prepared',
);
export const SGET = piece(dump('g1'), 'sget_fc', ...GET_TREE);
/** By the shrinker that XFS itself registers: of its buffers, of its inodegc. */
export const MOUNT_STEPS = {
  'xfs-buf': piece(
    reconstructed('fs/xfs/xfs_super.c xfs_open_devices of 6.1'),
    ...xfs('xfs_alloc_buftarg', 'xfs_open_devices', 'xfs_fs_fill_super'),
    ...GET_TREE,
  ),
  'xfs-inodegc': piece(
    reconstructed('fs/xfs/xfs_mount.c xfs_mountfs of 6.1'),
    ...xfs('xfs_inodegc_register_shrinker', 'xfs_mountfs', 'xfs_fs_fill_super'),
    ...GET_TREE,
  ),
};

/** Synchronous: the RPC is over when the server has answered. */
export const RETURN_DELEGATION = piece(
  reconstructed('fs/nfs/nfs4super.c, fs/nfs/delegation.c, fs/nfs/nfs4proc.c and net/sunrpc/sched.c of 6.1'),
  '__schedule',
  'schedule',
  'rpc_wait_bit_killable [sunrpc]',
  '__wait_on_bit',
  'out_of_line_wait_on_bit',
  '__rpc_wait_for_completion_task [sunrpc]',
  'nfs4_proc_delegreturn [nfsv4]',
  'nfs_do_return_delegation [nfsv4]',
  'nfs_inode_evict_delegation [nfsv4]',
  'nfs4_evict_inode [nfsv4]',
  'evict',
);
