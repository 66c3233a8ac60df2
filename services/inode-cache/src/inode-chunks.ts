/**
 * Chunks of inodes, which go from the disk when all their inodes are free. Linux 6.1 fs/xfs/libxfs/xfs_ialloc.c
 * xfs_difree_inobt; fs/xfs/xfs_inode.c xfs_ifree_cluster; fs/xfs/xfs_inode_item.c xfs_inode_item_committed,
 * xfs_iflush_abort. The inodes of such a chunk are stale: there is nowhere to write them to, so they never get into the
 * AIL, and are clean when the log has them. Leaves out what freeing a chunk costs, that those which an earlier
 * checkpoint has wait for the one with the last of the chunk, or are written if they were in the AIL by then, and
 * chunks of which some inodes were never made or had gone before the run.
 */
import { addInodes, type InodeRun, type InodeSet, membersInSlab, pushRun } from '@dragon/kernel';

/** XFS_INODES_PER_CHUNK; a set keeps them in two words. */
const INODES_PER_CHUNK = 64;
const HALF = 32;

/** Returns what is free on disk when `inactivated` are as well, of which those that had been unlinked are freed. */
export function inodesFreed(free: InodeSet, inactivated: readonly InodeRun[]): InodeSet {
  const unlinked = inactivated.filter(({ fate }) => fate === 'unlinked' || fate === 'unlinkedEmpty');
  return unlinked.length === 0 ? free : addInodes(free, unlinked);
}

/** Returns those whose whole chunk is free, and the others, each in their order. */
export function splitStale(
  free: InodeSet,
  runs: readonly InodeRun[],
): readonly [stale: readonly InodeRun[], rest: readonly InodeRun[]] {
  if (free.count < INODES_PER_CHUNK) return [[], runs];
  const stale: InodeRun[] = [];
  const rest: InodeRun[] = [];
  for (const { ino, count, fate } of runs) {
    for (let at = ino; at < ino + count; ) {
      const first = at - (at % INODES_PER_CHUNK);
      const next = Math.min(first + INODES_PER_CHUNK, ino + count);
      pushRun(isChunkFree(free, first) ? stale : rest, { ino: at, count: next - at, fate });
      at = next;
    }
  }
  return [stale, rest];
}

const isChunkFree = (free: InodeSet, first: number): boolean =>
  [first, first + HALF].every((half) => membersInSlab(free, half) === HALF);
