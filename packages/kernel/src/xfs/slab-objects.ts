/**
 * The two sets of objects that the slabs of a mount hold: a slab's pages are free only when all its objects are (kernel
 * reference 2.1, 8). With 16 CPUs and more the kernel puts 42 dentries on two pages; here they stay 21 on one.
 */
import { slabGeometry } from '../mm/slab-geometry.ts';
import { emptyInodeSet, type InodeSet } from './inode-set.ts';

/** xfs_inode, in bytes. Inodes that were created together share a slab. */
const INODE_SIZE = 1024;
const INODES_PER_PAGE = 4;

/** dentry: 192 bytes. Those of inodes that were created together share a page. */
const DENTRIES_PER_PAGE = 21;

/** By inode number, for a dentry that of its inode. */
export type SlabObjects = { readonly inodes: InodeSet; readonly dentries: InodeSet };

/** Returns the slabs of a machine of `cpus` CPUs, on which there is nothing yet. */
export function emptySlabs(cpus: number): SlabObjects {
  return {
    inodes: emptyInodeSet(slabGeometry(INODE_SIZE, cpus).objects),
    dentries: emptyInodeSet(DENTRIES_PER_PAGE),
  };
}

/** Returns how many pages the objects occupy. */
export function slabPages({ inodes, dentries }: SlabObjects): number {
  return inodes.slabs * (inodes.perSlab / INODES_PER_PAGE) + dentries.slabs;
}
