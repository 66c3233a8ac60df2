/**
 * The allocation groups of a task's files: mkdir puts directories into groups in turn, and files go where their
 * directory is, so who works through several directories works through several groups. Linux 6.1
 * fs/xfs/libxfs/xfs_ialloc.c xfs_dialloc.
 */
import { inodeNumber, type InodeFate, type InodeRun } from './inode.ts';

/** One group for all; or how many files of which, one after the other, the last of them for all that are left. */
export type FileGroups = number | readonly { readonly ag: number; readonly files: number }[];

/** Returns the group of the file that is number `index` among the task's. */
export function groupOfFile(groups: FileGroups, index: number): number {
  if (typeof groups === 'number') return groups;
  let left = index;
  for (const { ag, files } of groups) {
    if (left < files) return ag;
    left -= files;
  }
  return groups.at(-1)?.ag ?? 0;
}

/** Returns each of the groups once. */
export function groupsOf(groups: FileGroups): readonly number[] {
  return typeof groups === 'number' ? [groups] : [...new Set(groups.map(({ ag }) => ag))];
}

/** Returns the inodes of `count` files, numbered from `firstAgino` whatever their group is. */
export function inodesOfFiles(groups: FileGroups, firstAgino: number, count: number, fate: InodeFate): InodeRun[] {
  if (typeof groups === 'number') return [{ ino: inodeNumber(groups, firstAgino), count, fate }];
  const runs: InodeRun[] = [];
  let from = 0;
  for (const [i, { ag, files }] of groups.entries()) {
    const part = Math.min(count - from, i === groups.length - 1 ? count : files);
    if (part > 0) runs.push({ ino: inodeNumber(ag, firstAgino + from), count: part, fate });
    from += part;
  }
  return runs;
}
