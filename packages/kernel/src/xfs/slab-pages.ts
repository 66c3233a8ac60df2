/**
 * How inodes and dentries share the slabs of the allocator: a slab's pages are free only when all its objects are.
 * Kernel reference 2.1, 8.
 */
import { emptyInodeSet, type InodeSet } from './inode-set.ts';

/** xfs_inode: 1024 bytes, 32 objects in 8 pages. Inodes that were created together share a slab. */
const INODES_PER_SLAB = 32;
const PAGES_PER_INODE_SLAB = 8;

/** dentry: 192 bytes, 21 objects in a page. Those of inodes that were created together share it. */
const DENTRIES_PER_SLAB = 21;

/** The objects that occupy slabs: by inode number, for a dentry that of its inode. */
export type SlabObjects = { readonly inodes: InodeSet; readonly dentries: InodeSet };

export const NO_SLAB_OBJECTS: SlabObjects = {
  inodes: emptyInodeSet(INODES_PER_SLAB),
  dentries: emptyInodeSet(DENTRIES_PER_SLAB),
};

/** Returns how many pages the objects occupy. */
export function slabPages({ inodes, dentries }: SlabObjects): number {
  return inodes.slabs * PAGES_PER_INODE_SLAB + dentries.slabs;
}
