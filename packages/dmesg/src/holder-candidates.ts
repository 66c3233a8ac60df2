/**
 * Tasks that may hold a locked XFS buffer. Such a lock has no owner, in the kernel as in a dump: what can be said is
 * who cannot hold it, by where its stack is, and whether one task is left.
 */
import type { StackResourceName } from '@dragon/kernel';
import { areOfDifferentFileSystems, type ReadTask } from './task-wait.ts';

export interface Candidate {
  readonly holder: ReadTask;
  readonly because: string;
}

/** Functions under which a transaction has, or may have, the header of an AG locked. Linux 5.10 to 6.12, fs/xfs. */
const WITH_AGI =
  'xfs_difree xfs_dialloc xfs_ifree xfs_inactive_ifree xfs_iunlink xfs_iunlink_remove xfs_remove xfs_create ' +
  'xfs_create_tmpfile xfs_rename xfs_link xfs_symlink xfs_ialloc_ag_alloc xfs_iwalk_ag xfs_inobt_init_cursor';
const WITH_AGF =
  'xfs_alloc_vextent xfs_alloc_vextent_start_ag xfs_alloc_vextent_exact_bno xfs_alloc_fix_freelist __xfs_free_extent ' +
  'xfs_free_extent xfs_free_ag_extent xfs_alloc_ag_vextent xfs_bmap_btalloc xfs_bmapi_write xfs_defer_finish_noroll ' +
  'xfs_trim_extents xfs_rmap_finish_one xfs_refcount_finish_one xfs_growfs_data_private';
const MAY_HOLD: Readonly<Partial<Record<StackResourceName, ReadonlySet<string>>>> = {
  AGI: new Set(WITH_AGI.split(' ')),
  AGF: new Set(`${WITH_AGF} ${WITH_AGI}`.split(' ')),
};

/**
 * Waits in which a task has no header locked: it has no transaction yet, must not have one, or comes to this lock
 * before a header. The order is log space, ILOCK, AGI, AGF.
 */
const EMPTY_HANDED: ReadonlySet<StackResourceName> = new Set([
  'inodegc work',
  'inodegc works',
  'inactivation',
  'sb_writers',
  'sb_internal',
  'sb_pagefault',
  'ILOCK',
  'IOLOCK',
  'MMAPLOCK',
  'i_rwsem',
]);
/** Online repair and scrub keep both headers locked, whatever they call. */
const REPAIR = ['xrep_', 'xchk_'];
/** Modules whose code locks no XFS buffer, though it may have a shrinker: drivers, and other file systems. */
const OTHERS =
  'i915 xe drm ttm amdgpu radeon nouveau msm panfrost lima vmwgfx virtio_gpu nvidia nvidia_drm zram zsmalloc kvm ' +
  'kvm_intel kvm_amd btrfs ext4 jbd2 f2fs gfs2 ubifs nfs nfsd lockd sunrpc ceph libceph fuse overlay cifs zfs spl ' +
  'nilfs2 erofs squashfs dm_mod dm_bufio dm_zoned raid456 md_mod bcache bcachefs vhost vhost_net virtio_balloon ' +
  'xenbus scsi_mod nvme nvme_core mlx5_core ib_core veth bridge bonding nf_tables mbcache loop usbcore libata';
const FOREIGN = new Set(OTHERS.split(' '));
/** Under these a module or a device comes or goes: no way to a transaction of XFS. */
const COMING_AND_GOING =
  '__do_sys_delete_module __x64_sys_delete_module __se_sys_delete_module __arm64_sys_delete_module do_init_module ' +
  'do_one_initcall really_probe device_release_driver_internal __device_release_driver pci_device_remove drm_release ' +
  'drm_dev_put drm_dev_release device_del';
const PASSING = new Set(COMING_AND_GOING.split(' '));

/** Returns the tasks that may hold the buffer that `waiter` waits for. */
export function bufferCandidates(waiter: ReadTask, tasks: Iterable<ReadTask>): Candidate[] {
  const resource = waiter.wait?.resource;
  if (resource !== 'AGI' && resource !== 'AGF') return [];
  return [...tasks].flatMap((holder) => {
    if (holder === waiter || areOfDifferentFileSystems(holder, waiter)) return [];
    const because = reasonToHold(holder, resource);
    return because === undefined ? [] : [{ holder, because }];
  });
}

function reasonToHold(task: ReadTask, resource: 'AGI' | 'AGF'): string | undefined {
  const { wait, symbols, holds } = task;
  const held = holds.find((hold) => hold.resource === resource);
  if (held !== undefined) return `its stack has ${held.frame} (${held.because})`;
  if (wait !== undefined && (wait.resource === resource || EMPTY_HANDED.has(wait.resource))) return undefined;
  const repair = symbols.find((symbol) => REPAIR.some((start) => symbol.startsWith(start)));
  if (repair !== undefined) return `its stack has ${repair}, which works with the headers of an AG locked`;
  if (resource === 'AGF' && wait?.resource === 'AGI') return outOfOrder(symbols);
  // A transaction is given its log space before it locks a buffer, unless it rolls.
  if (wait?.resource === 'log space' && !symbols.includes('xfs_trans_roll')) return undefined;
  const inside = symbols.find((symbol) => MAY_HOLD[resource]?.has(symbol));
  return inside === undefined ? unknownCode(task) : `its stack has ${inside}, which may have one locked`;
}

/**
 * Who has locked an AGF before an AGI, against the order: rename (up to 5.4) and shrinking by growfs. Up to 5.18 the
 * function that finds a buffer is called xfs_buf_find.
 */
function outOfOrder(symbols: readonly string[]): string | undefined {
  if (symbols.includes('xfs_ag_shrink_space')) return 'its stack has xfs_ag_shrink_space, which has the AGF locked';
  if (symbols.includes('xfs_rename') && symbols.includes('xfs_buf_find'))
    return 'its stack has xfs_rename, which up to 5.4 locks an AGF before an AGI';
  return undefined;
}

/** A module that is not known may do anything, also what a stranger's test of XFS does. */
function unknownCode({ task, symbols }: ReadTask): string | undefined {
  if (!['D', 'R', '?'].includes(task.state) || symbols.some((symbol) => PASSING.has(symbol))) return undefined;
  const frame = task.frames.find(({ module }) => module !== undefined && module !== 'xfs' && !FOREIGN.has(module));
  return frame === undefined ? undefined : `its stack has ${frame.symbol} [${frame.module}], which may do anything`;
}
