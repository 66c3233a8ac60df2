/**
 * The lists of unlinked inodes of an allocation group, one a hash bucket of its AGI. Linux 6.1 fs/xfs/xfs_inode.c
 * xfs_iunlink_insert_inode, xfs_iunlink_remove_inode.
 */

/** XFS_AGI_UNLINKED_BUCKETS lists of inode numbers, each with the newest inode, which the AGI points to, last. */
export type UnlinkedLists = readonly (readonly number[])[];

const XFS_AGI_UNLINKED_BUCKETS = 64;

export const NO_UNLINKED: UnlinkedLists = Array.from({ length: XFS_AGI_UNLINKED_BUCKETS }, () => []);

const bucketOf = (ino: number): number => ino % XFS_AGI_UNLINKED_BUCKETS;

export function withUnlinked(lists: UnlinkedLists, ino: number): UnlinkedLists {
  const bucket = bucketOf(ino);
  return lists.with(bucket, (lists[bucket] ?? []).concat(ino));
}

/** Inodes that were unlinked before the run began are on no list here. */
export function withoutUnlinked(lists: UnlinkedLists, ino: number): UnlinkedLists {
  const bucket = bucketOf(ino);
  const list = lists[bucket] ?? [];
  const at = list.lastIndexOf(ino);
  return at < 0 ? lists : lists.with(bucket, list.toSpliced(at, 1));
}

/** Returns how many inodes are next to `ino` on its list: 0 to 2. */
export function neighboursOf(lists: UnlinkedLists, ino: number): number {
  const list = lists[bucketOf(ino)] ?? [];
  const at = list.lastIndexOf(ino);
  if (at < 0) return 0;
  return (at > 0 ? 1 : 0) + (at < list.length - 1 ? 1 : 0);
}
