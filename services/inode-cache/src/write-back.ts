/**
 * Write-back of what xfsaild has handed to the disk. Linux 6.1 fs/xfs/xfs_inode_item.c xfs_inode_item_push,
 * xfs_buf_inode_iodone; fs/xfs/xfs_inode.c xfs_iflush_cluster.
 */
import {
  addInodes,
  appendInodes,
  countInodes,
  firstStretch,
  hasInode,
  type InodeRun,
  removeInodes,
  splitBySet,
  takeFirstInodes,
} from '@dragon/kernel';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';
import { clustersLetGo } from './cluster-buffers.ts';

/** Returns whether the disk has something to write, and is idle. */
export function mustWrite({ push }: InodeCacheContext): boolean {
  return push.submitted > 0 || push.headers === 'submitted';
}

/** The oldest go to disk, each inode with all dirty ones of its cluster. */
export function writeBegun(context: InodeCacheContext): Change {
  const { clustersAtOnce, inodesPerCluster } = context.geometry;
  const { push, synced } = context;
  const headers = push.headers === 'submitted';
  // Those that were there at the start are the oldest.
  const writingSynced = Math.min(synced, push.submitted, clustersAtOnce * inodesPerCluster);
  let writingClusters = Math.ceil(writingSynced / inodesPerCluster);
  let wanted = push.submitted - writingSynced;
  let { ail } = context;
  let left = context.dirty;
  const writing: InodeRun[] = [];
  while (wanted > 0 && left.count > 0 && writingClusters < clustersAtOnce) {
    const [[run]] = takeFirstInodes(ail, inodesPerCluster);
    if (run === undefined) throw new Error('inodes are dirty, but not in the AIL');
    if (hasInode(left, run.ino)) {
      const first = run.ino - (run.ino % inodesPerCluster);
      const [dirty] = splitBySet(left, [{ ino: first, count: inodesPerCluster, fate: 'clean' }]);
      left = removeInodes(left, dirty);
      wanted -= countInodes(dirty);
      writing.push(...dirty);
      writingClusters += 1;
    }
    [, ail] = takeFirstInodes(ail, firstStretch(left, run).count);
  }
  return {
    ail,
    writing,
    writingSynced,
    writingClusters: writingClusters + (headers ? 1 : 0),
    push: headers ? { ...push, headers: 'writing' } : push,
  };
}

/**
 * The buffers are on disk but for some that have `failed`, which xfsaild tries again, behind the others: the inodes of
 * the rest are clean. A cluster's inodes may go beyond what was asked for.
 */
export function writeDone(context: InodeCacheContext, failed: readonly InodeRun[] = []): CacheAnswer {
  const { push, writing, writingSynced } = context;
  const written = failed.length === 0 ? writing : writing.filter((run) => !failed.includes(run));
  const dirty = removeInodes(context.dirty, written);
  const synced = context.synced - writingSynced;
  const submitted = Math.max(0, push.submitted - countInodes(writing) - writingSynced);
  const change = {
    dirty,
    clean: addInodes(context.clean, written),
    synced,
    ail: appendInodes(context.ail, failed),
    writing: [],
    writingSynced: 0,
    writingClusters: 0,
    push: {
      ...push,
      submitted,
      unpushed: Math.min(push.unpushed + countInodes(failed), dirty.count + synced - submitted),
      headers: push.headers === 'writing' ? 'absent' : push.headers,
    },
  };
  const [letGo, effects] = clustersLetGo({ ...context, ...change }, written);
  return [{ ...change, ...letGo }, effects];
}
