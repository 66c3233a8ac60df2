/**
 * The inodes of one mount in all their populations, s_umount, and the shrinkers of superblock, buffers and inodegc.
 * Linux 6.1 fs/super.c super_cache_count, super_cache_scan; fs/inode.c prune_icache_sb; fs/xfs/xfs_icache.c
 * xfs_reclaim_inodes_nr, xfs_reclaim_worker, xfs_inodegc_shrinker_count, _scan; fs/xfs/xfs_buf.c
 * xfs_buftarg_shrink_scan; of the log only its delays. Leaves out NUMA, memory cgroups, negative dentries, I_REFERENCED
 * of inodes, reuse of cached and reclaimable inodes by a lookup, the xfs_ili beside an inode; objects go to the slab of
 * their number, never to another with room.
 */
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { type InodeCacheMessage, type Received, toTask } from '@dragon/kernel';
import { assign, setup } from 'xstate';
import {
  census,
  censusLine,
  changed,
  initialContext,
  type InodeCacheContext,
  type InodeCacheParams,
} from './cache-state.ts';
import { listChanged } from './inodegc-shrinker.ts';
import {
  commitBegun,
  committed,
  logWorkerRan,
  mustCommit,
  mustPush,
  stuckOnPinned,
  writeBegun,
  writeDone,
} from './log-lag.ts';
import { gracePeriodBegun, gracePeriodOver, reclaimAll, reclaimInodes } from './reclaim.ts';
import { countObjects, scanObjects } from './shrinkers.ts';
import { umountLocked, umountReleased } from './umount.ts';
import { created, evicted, lastReference, pageCacheReclaimed, released, setReclaimable } from './vfs-cache.ts';

type InodeCacheEvent = Received<InodeCacheMessage>;

const reply = { type: 'send', params: ({ context }: { context: InodeCacheContext }) => context.replies } as const;
const trace = { type: 'trace', params: ({ context }: { context: InodeCacheContext }) => context.traces } as const;

export const inodeCacheMachine = setup({
  types: typesOf<{ context: InodeCacheContext; events: InodeCacheEvent; input: InodeCacheParams }>(),
  actions: effectActions,
  delays: {
    logForce: () => delay('logForce'),
    logWorker: () => delay('logWorker'),
    xfsaildSleep: () => delay('xfsaildSleep'),
    writeClusters: ({ context }) => delay('writeCluster', context.writingClusters),
    rcuGracePeriod: () => delay('rcuGracePeriod'),
    reclaimWork: () => delay('reclaimWork'),
  },
  guards: {
    mustCommit: ({ context }) => mustCommit(context),
    mustPush: ({ context }) => mustPush(context),
    canPush: ({ context }) => mustPush(context) && context.dirty.count > 0,
    hasRcuCallbacks: ({ context }) => context.rcuNext.inodes.count > 0 || context.rcuNext.dentries.count > 0,
    hasReclaimable: ({ context }) => context.reclaimable.count > 0,
  },
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
        assign(({ context, event }) => changed(context, scanObjects(context, event.from, event))),
        reply,
        trace,
      ],
    },
    'inodeCache.reclaimInodes': {
      actions: [
        assign(({ context, event }) => changed(context, reclaimInodes(context, event.from, event.nrToScan))),
        reply,
        trace,
      ],
    },
    'inodeCache.scanFinished': {
      actions: [assign(({ context, event }) => changed(context, umountReleased(context, event.from))), reply],
    },
    'inodeCache.lockUmount': {
      actions: [assign(({ context, event }) => changed(context, umountLocked(context, event.from))), reply],
    },
    'inodeCache.unlockUmount': {
      actions: [assign(({ context, event }) => changed(context, umountReleased(context, event.from))), reply],
    },
    'inodeCache.created': {
      actions: [assign(({ context, event }) => changed(context, created(context, event.from, event.inodes))), reply],
    },
    'inodeCache.released': {
      actions: assign(({ context, event }) => changed(context, released(context, event.inodes, event.pages))),
    },
    'inodeCache.lastReference': {
      actions: [assign(({ context, event }) => changed(context, lastReference(context, event.inodes))), reply],
    },
    'inodeCache.evicted': {
      actions: assign(({ context, event }) => changed(context, evicted(context, event.inodes))),
    },
    'inodeCache.setReclaimable': {
      actions: [assign(({ context, event }) => changed(context, setReclaimable(context, event.inodes))), reply],
    },
    'inodeCache.pageCacheReclaimed': {
      actions: assign(({ context, event }) => changed(context, pageCacheReclaimed(context, event.pages))),
    },
    'inodeCache.inodegcListChanged': {
      actions: assign(({ context, event }) => changed(context, listChanged(context, event.from, event.nonEmpty))),
    },
    'inodeCache.outOfMemory': {
      actions: [
        {
          type: 'trace',
          params: ({ context }) => ({ kind: 'trace' as const, event: 'inode_census', fields: census(context) }),
        },
        { type: 'log', params: ({ context }) => ({ lines: [censusLine(census(context))] }) },
      ],
    },
  },
  type: 'parallel',
  states: {
    umount: {
      initial: 'free',
      states: {
        free: {
          always: [
            { guard: ({ context }) => context.umount.writer !== null, target: 'writeLocked' },
            { guard: ({ context }) => context.umount.readers.length > 0, target: 'readLocked' },
          ],
        },
        readLocked: { always: { guard: ({ context }) => context.umount.readers.length === 0, target: 'free' } },
        writeLocked: { always: { guard: ({ context }) => context.umount.writer === null, target: 'free' } },
      },
    },
    cil: {
      initial: 'gathering',
      states: {
        gathering: { always: { guard: 'mustCommit', target: 'committing' } },
        committing: {
          entry: assign(({ context }) => changed(context, commitBegun(context))),
          after: {
            logForce: { target: 'gathering', actions: assign(({ context }) => changed(context, committed(context))) },
          },
        },
      },
    },
    logWorker: {
      initial: 'waiting',
      states: {
        waiting: {
          after: {
            logWorker: {
              target: 'waiting',
              reenter: true,
              actions: assign(({ context }) => changed(context, logWorkerRan(context))),
            },
          },
        },
      },
    },
    xfsaild: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'mustPush', target: 'pushing' } },
        pushing: {
          always: [{ guard: 'canPush', target: 'writing' }, { guard: 'mustPush', target: 'stuck' }, { target: 'idle' }],
        },
        writing: {
          entry: assign(({ context }) => changed(context, writeBegun(context))),
          after: {
            writeClusters: {
              target: 'pushing',
              actions: assign(({ context }) => changed(context, writeDone(context))),
            },
          },
        },
        stuck: { entry: assign(({ context }) => changed(context, stuckOnPinned(context))), always: 'sleeping' },
        sleeping: {
          after: { xfsaildSleep: [{ guard: 'mustPush', target: 'pushing' }, { target: 'idle' }] },
        },
      },
    },
    rcu: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'hasRcuCallbacks', target: 'gracePeriod' } },
        gracePeriod: {
          entry: assign(({ context }) => changed(context, gracePeriodBegun(context))),
          after: {
            rcuGracePeriod: {
              target: 'idle',
              actions: [assign(({ context }) => changed(context, gracePeriodOver(context))), reply],
            },
          },
        },
      },
    },
    reclaimWork: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'hasReclaimable', target: 'queued' } },
        queued: {
          after: {
            reclaimWork: {
              target: 'idle',
              actions: [assign(({ context }) => changed(context, reclaimAll(context))), trace],
            },
          },
        },
      },
    },
  },
});
