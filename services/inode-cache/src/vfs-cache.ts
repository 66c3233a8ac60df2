/**
 * How inodes come, are closed, lose their dentry or their page cache, and are evicted. Linux 6.1 fs/inode.c iput_final,
 * inode_add_lru, inode_lru_isolate; fs/dcache.c dentry_lru_isolate.
 */
import type { AgentId } from '@dragon/engine';
import {
  addInodes,
  appendInodes,
  countInodes,
  hasInode,
  type InodeCacheMessage,
  type InodeRun,
  removeInodes,
  slabPages,
  splitBySet,
  toMemory,
  toTask,
  withFate,
} from '@dragon/kernel';
import { type CacheAnswer, type Change, freePages, type InodeCacheContext } from './cache-state.ts';
import { inodesFreed } from './inode-chunks.ts';
import { itemsHeld, itemsUnused } from './log-items-held.ts';
import { attachPages, pagesReclaimed, truncatePages } from './page-cache.ts';
import { callRcu } from './rcu.ts';
import { takeMembers } from './take-members.ts';

type SetReclaimable = Extract<InodeCacheMessage, { type: 'inodeCache.setReclaimable' }>;

/** The VFS inode LRU. */
type Lru = Pick<InodeCacheContext, 'onLru' | 'lruOrder'>;

/** New inodes, in use, with a dentry each; none if the file system is shut down (xfs_create). */
export function inodesCreated(context: InodeCacheContext, task: AgentId, inodes: readonly InodeRun[]): CacheAnswer {
  if (context.shutDown !== null) return [{}, [toTask(task, { type: 'task.createFailed' })]];
  const slab = {
    inodes: addInodes(context.slab.inodes, inodes),
    dentries: addInodes(context.slab.dentries, inodes),
  };
  const { checkpoints } = context;
  return [
    {
      live: addInodes(context.live, inodes),
      slab,
      checkpoints: { ...checkpoints, made: checkpoints.made + countInodes(inodes) },
    },
    [toTask(task, { type: 'task.inodesCreated', slabPages: slabPages(slab) - slabPages(context.slab) })],
  ];
}

/** The last close: the dentry goes onto its LRU and goes on holding the inode. */
export function inodesReleased(context: InodeCacheContext, inodes: readonly InodeRun[], pages: number): Change {
  return {
    live: removeInodes(context.live, inodes),
    behindDentry: addInodes(context.behindDentry, inodes),
    dentryLru: appendInodes(context.dentryLru, inodes),
    pageCache: attachPages(context.pageCache, inodes, pages),
  };
}

/**
 * The last reference to unlinked inodes goes: their dentries go with it. Inodes in use as a rule; unlinking a closed
 * file looks it up first, which takes it from wherever it is cached, and truncates its page cache.
 */
export function lastReferenceDropped(
  context: InodeCacheContext,
  inodes: readonly InodeRun[],
  cpu: number,
): CacheAnswer {
  const [live, closed] = splitBySet(context.live, inodes);
  const freeing = addInodes(context.freeing, inodes);
  if (closed.length === 0)
    return [{ live: removeInodes(context.live, live), freeing, ...dentriesFreed(context, live, cpu) }, []];
  const [behind, undentried] = splitBySet(context.behindDentry, closed);
  const [lru, offLru] = splitBySet(context.onLru, undentried);
  const [paged] = splitBySet(context.pageCache.inodes, closed);
  const [pageCache, pages] = truncatePages(context.pageCache, paged);
  const lost = offLru.find(({ ino }) => !hasInode(context.pageCache.inodes, ino));
  if (lost !== undefined) throw new Error(`inode ${lost.ino} lost its last reference, but was not in use or cached`);
  const change = {
    live: removeInodes(context.live, live),
    behindDentry: removeInodes(context.behindDentry, behind),
    referenced: removeInodes(context.referenced, splitBySet(context.referenced, behind)[0]),
    onLru: removeInodes(context.onLru, lru),
    pageCached: context.pageCached - countInodes(offLru),
    pageCache,
    freeing,
    ...dentriesFreed(context, [...live, ...behind], cpu),
  };
  return [change, freePages(context, pages, 'cached-file')];
}

/** evict_inodes: every inode that nobody has open loses its dentry, its page cache and its place on the LRU. */
export function closedEvicted(context: InodeCacheContext, task: AgentId, cpu: number): CacheAnswer {
  const { dentryLru, behindDentry, lruOrder, onLru, pageCache, shutDown } = context;
  const paged = takeMembers(pageCache.order, pageCache.inodes, pageCache.inodes.count).taken;
  const inodes = [
    ...takeMembers(dentryLru, behindDentry, behindDentry.count).taken,
    ...takeMembers(lruOrder, onLru, onLru.count).taken,
    ...splitBySet(behindDentry, paged)[1],
  ];
  const [change, effects] = lastReferenceDropped(context, inodes, cpu);
  const dispose = shutDown === null ? inodes : withFate(inodes, 'clean');
  return [change, [...effects, toTask(task, { type: 'task.inodesEvicted', dispose })]];
}

/** Dentries of these inodes are handed to call_rcu. */
const dentriesFreed = (context: InodeCacheContext, of: readonly InodeRun[], cpu: number) =>
  callRcu(context, cpu, { dentries: withFate(of, 'clean') });

/** Inodes that need no inactivation are reclaimable at once, and clean. */
export function inodesEvicted(context: InodeCacheContext, inodes: readonly InodeRun[]): Change {
  const reclaimable = addInodes(context.reclaimable, inodes);
  return {
    freeing: removeInodes(context.freeing, inodes),
    reclaimable,
    clean: addInodes(context.clean, inodes),
  };
}

/** xfs_inodegc_set_reclaimable: what inactivation changed pins the inodes in the log, unless it was aborted. */
export function setReclaimable(context: InodeCacheContext, message: SetReclaimable): CacheAnswer {
  const { inodes } = message;
  const freeing = removeInodes(context.freeing, inodes);
  const reclaimable = addInodes(context.reclaimable, inodes);
  const done = withFate(inodes, 'clean');
  const [change, effects]: CacheAnswer =
    context.shutDown === null
      ? [
          {
            freeing,
            reclaimable,
            cil: appendInodes(context.cil, done, true),
            free: inodesFreed(context.free, inodes),
            ...itemsHeld(context, message),
          },
          [],
        ]
      : [{ freeing, reclaimable, clean: addInodes(context.clean, done) }, itemsUnused(context, message)];
  if (context.policy.accounting !== 'queued-counted-and-oom-aware') return [change, effects];
  const freeable = Math.floor((freeing.count + reclaimable.count) / INODES_PER_PAGE);
  return [change, [...effects, toMemory(context.node, { type: 'memory.inodesInactivated', freeable })]];
}

const INODES_PER_PAGE = 4;

/** inode_add_lru for inodes whose last page has gone, unless a dentry holds them still. */
export function cachedPagesReclaimed(context: InodeCacheContext, pages: number): Change {
  const [pageCache, emptied] = pagesReclaimed(context.pageCache, pages);
  const [, undentried] = splitBySet(context.behindDentry, emptied);
  return {
    pageCache,
    pageCached: context.pageCached - countInodes(undentried),
    ...addedToLru(context, undentried),
  };
}

/**
 * prune_dcache_sb: dentries that were used since are let off once. An inode that has page cache does not get onto the
 * LRU.
 */
export function pruneDentries(
  context: InodeCacheContext,
  nrToScan: number,
  cpu: number,
): { readonly change: Change & Lru; readonly pruned: number } {
  const { taken, rest } = takeMembers(context.dentryLru, context.behindDentry, nrToScan);
  const [referenced, pruned] = splitBySet(context.referenced, taken);
  const [paged, unpaged] = splitBySet(context.pageCache.inodes, pruned);
  return {
    pruned: countInodes(pruned),
    change: {
      dentryLru: appendInodes(rest, referenced),
      referenced: removeInodes(context.referenced, referenced),
      behindDentry: removeInodes(context.behindDentry, pruned),
      pageCached: context.pageCached + countInodes(paged),
      ...dentriesFreed(context, pruned, cpu),
      ...addedToLru(context, unpaged),
    },
  };
}

/** prune_icache_sb's walk: isolates the coldest. */
export function isolateInodes(
  { freeing, lruOrder, onLru }: Lru & Pick<InodeCacheContext, 'freeing'>,
  nrToScan: number,
): { readonly change: Change; readonly isolated: InodeRun[] } {
  const { taken, rest } = takeMembers(lruOrder, onLru, nrToScan);
  return {
    isolated: taken,
    change: {
      lruOrder: rest,
      onLru: removeInodes(onLru, taken),
      freeing: addInodes(freeing, taken),
    },
  };
}

function addedToLru(context: InodeCacheContext, inodes: readonly InodeRun[]): Lru {
  return { onLru: addInodes(context.onLru, inodes), lruOrder: appendInodes(context.lruOrder, inodes) };
}
