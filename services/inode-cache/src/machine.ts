/**
 * The inodes of one mount: the VFS inode LRU, the XFS reclaimable inodes, s_umount, and the shrinkers of superblock and inodegc. Linux 6.1 fs/super.c
 * super_cache_count, super_cache_scan; fs/inode.c prune_icache_sb; fs/xfs/xfs_icache.c xfs_inodegc_shrinker_count, _scan, xfs_reclaim_inodes_nr.
 * Leaves out dentries, page cache on inodes, pinned and dirty inodes, and the RCU grace period: a reclaimable inode is free as soon as it is scanned.
 */
import { effectActions, type InodeCacheMessage, type Received, toTask, typesOf } from '@dragon/kernel';
import { assign, setup } from 'xstate';
import {
  becameReclaimable,
  countObjects,
  initialContext,
  INODEGC_SHRINKER,
  type InodeCacheContext,
  type InodeCacheParams,
  inodegcScan,
  lastReference,
  listChanged,
  superCacheScan,
  umountLocked,
  umountReleased,
} from './mount-state.ts';

type InodeCacheEvent = Received<InodeCacheMessage>;

const reply = { type: 'send', params: ({ context }: { context: InodeCacheContext }) => context.replies } as const;

export const inodeCacheMachine = setup({
  types: typesOf<{ context: InodeCacheContext; events: InodeCacheEvent; input: InodeCacheParams }>(),
  actions: effectActions,
}).createMachine({
  id: 'inodeCache',
  context: ({ input }) => initialContext(input),
  on: {
    'inodeCache.countObjects': {
      actions: {
        type: 'send',
        params: ({ context, event }) =>
          toTask(event.from, { type: 'task.objectsCounted', count: countObjects(context, event.shrinker) }),
      },
    },
    'inodeCache.scanObjects': {
      actions: [
        assign(({ context, event }) =>
          event.shrinker === INODEGC_SHRINKER
            ? inodegcScan(context, event.from)
            : superCacheScan(context, event.from, event.nrToScan, event.gfpFs),
        ),
        reply,
      ],
    },
    'inodeCache.scanFinished': {
      actions: [assign(({ context, event }) => umountReleased(context, event.from)), reply],
    },
    'inodeCache.lockUmount': { actions: [assign(({ context, event }) => umountLocked(context, event.from)), reply] },
    'inodeCache.unlockUmount': {
      actions: [assign(({ context, event }) => umountReleased(context, event.from)), reply],
    },
    'inodeCache.lastReference': { actions: assign(({ context, event }) => lastReference(context, event.count)) },
    'inodeCache.evicted': { actions: assign(({ context, event }) => becameReclaimable(context, event.count)) },
    'inodeCache.setReclaimable': { actions: assign(({ context, event }) => becameReclaimable(context, event.count)) },
    'inodeCache.inodegcListChanged': {
      actions: assign(({ context, event }) => listChanged(context, event.from, event.nonEmpty)),
    },
  },
  initial: 'umountFree',
  states: {
    umountFree: {
      always: [
        { guard: ({ context }) => context.umount.writer !== null, target: 'umountWriteLocked' },
        { guard: ({ context }) => context.umount.readers.length > 0, target: 'umountReadLocked' },
      ],
    },
    umountReadLocked: { always: { guard: ({ context }) => context.umount.readers.length === 0, target: 'umountFree' } },
    umountWriteLocked: { always: { guard: ({ context }) => context.umount.writer === null, target: 'umountFree' } },
  },
});
