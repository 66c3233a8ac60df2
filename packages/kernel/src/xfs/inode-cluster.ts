/**
 * Inode clusters: inodes that are read and written in one buffer (xfs_imap_to_bp). They are numbered by their place in
 * their allocation group, and stand in lists and sets as inodes do.
 */
import { INODES_PER_CLUSTER } from '../geometry.ts';
import { agOf, inodeNumber } from './inode.ts';

/** The buffer of a cluster: 16 KiB. */
export const PAGES_PER_CLUSTER = 4;

/** Returns the number of the cluster of an inode. */
export function clusterOf(ino: number): number {
  const ag = agOf(ino);
  return inodeNumber(ag, Math.floor((ino - inodeNumber(ag, 0)) / INODES_PER_CLUSTER));
}

/** Returns the first inode of a cluster. */
export function firstOfCluster(cluster: number): number {
  const ag = agOf(cluster);
  return inodeNumber(ag, (cluster - inodeNumber(ag, 0)) * INODES_PER_CLUSTER);
}
