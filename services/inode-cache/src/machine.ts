/**
 * The inodes of one mount in all their populations, s_umount, and the shrinkers of superblock, buffers and inodegc.
 * Linux 6.1 fs/super.c super_cache_count, super_cache_scan; fs/inode.c prune_icache_sb; fs/xfs/xfs_icache.c
 * xfs_reclaim_inodes_nr, xfs_reclaim_worker, xfs_inodegc_shrinker_count, _scan; fs/xfs/xfs_buf.c
 * xfs_buftarg_shrink_scan. The log: checkpoint.ts, fsync.ts, ail.ts, xfsaild.ts, write-back.ts. A disk that fails, and
 * what comes of it: shut-down.ts. Leaves out NUMA, memory cgroups, negative dentries, I_REFERENCED of inodes, reuse of
 * cached and reclaimable inodes by a lookup, that files have an xfs_ili once made; objects go to the slab of their
 * number, never to another with room. Of the chart the region `umount` is a view: it follows the context.
 */
import { CONTEXT_COPIERS, hasInode, hit, type InodeCacheMessage, type Received, toTask } from '@dragon/kernel';
import { backgroundDelay, chartKit, effectActions, type MachineOptions, typesOf, unanswered } from '@dragon/statechart';
import { setup } from 'xstate';
import { cacheBehaviour } from './cache-behaviour.ts';
import {
  type CacheAnswer,
  census,
  censusLine,
  initialContext,
  type InodeCacheContext,
  type InodeCacheParams,
} from './cache-state.ts';
import { ailPushed, isAilEmpty, tailPushed } from './ail.ts';
import { levelWanted, thawAwaited, thawed, writerLeft, writerSeen } from './freeze.ts';
import { ailEmptied, isQuiesced, logQuiesced } from './quiesce.ts';
import {
  commitBegun,
  flushBegun,
  iclogsToWrite,
  logForceAwaited,
  logWorkerRan,
  mustCommit,
  mustFlush,
} from './checkpoint.ts';
import { fsyncAwaited, inodeWritten } from './fsync.ts';
import { isCached } from './buffer-cache.ts';
import { clusterBufferRead } from './cluster-buffers.ts';
import { freeing } from './log-items-held.ts';
import { listChanged } from './inodegc-shrinker.ts';
import { callbacksRun, gracePeriodBegun, gracePeriodOver, hasCallbacks } from './rcu.ts';
import { reclaimAll, reclaimInodes } from './reclaim.ts';
import {
  checkpointWritten,
  diskFailed,
  diskHealed,
  logOnDisk,
  shutdownForced,
  writeFailed,
  writeFails,
} from './shut-down.ts';
import { countObjects, scanObjects } from './shrinkers.ts';
import { umountLocked, umountReleased } from './umount.ts';
import {
  cachedPagesReclaimed,
  closedEvicted,
  inodesCreated,
  inodesEvicted,
  inodesReleased,
  lastReferenceDropped,
  setReclaimable,
} from './vfs-cache.ts';
import { mustWrite, writeBegun, writeDone } from './write-back.ts';
import { ailWalked, isRaised, mustWalk } from './xfsaild.ts';

type InodeCacheEvent = Received<InodeCacheMessage>;

const { answer, change, guard } = chartKit<InodeCacheContext, InodeCacheEvent>();

/** xfs_log_reserve, which came before what was logged. */
const reserving = (context: InodeCacheContext, [changed, effects]: CacheAnswer): CacheAnswer => [
  { ...changed, ...tailPushed(context) },
  effects,
];

function messageAnswered(context: InodeCacheContext, event: InodeCacheEvent): CacheAnswer {
  switch (event.type) {
    case 'inodeCache.countObjects':
      return [
        context,
        [toTask(event.from, { type: 'task.objectsCounted', count: countObjects(context, event.shrinker) })],
      ];
    case 'inodeCache.scanObjects':
      return scanObjects(context, event.from, event);
    case 'inodeCache.reclaimInodes':
      return reclaimInodes(context, event.from, event);
    case 'inodeCache.scanFinished':
    case 'inodeCache.unlockUmount':
      return umountReleased(context, event.from);
    case 'inodeCache.lockUmount':
      return umountLocked(context, event.from, 'W');
    case 'inodeCache.readUmount':
      return umountLocked(context, event.from, 'R');
    case 'inodeCache.freeze':
      return levelWanted(context, event.from, event);
    case 'inodeCache.writerSeen':
      return writerSeen(context, event.from, event.inside);
    case 'inodeCache.writerLeft':
      return writerLeft(context, event.from);
    case 'inodeCache.awaitThaw':
      return thawAwaited(context, event.from, event.level);
    case 'inodeCache.quiesceLog':
      return [logQuiesced(event.from), []];
    case 'inodeCache.thaw':
      return thawed(context);
    case 'inodeCache.lookUp':
      return [
        context,
        [toTask(event.from, { type: 'task.inodeLookedUp', again: hasInode(context.freeing, event.ino) })],
      ];
    case 'inodeCache.evictInodes':
      return closedEvicted(context, event.from, event.cpu);
    case 'inodeCache.created':
      return reserving(context, inodesCreated(context, event.from, event.inodes));
    case 'inodeCache.released':
      return [inodesReleased(context, event.inodes, event.pages), []];
    case 'inodeCache.lastReference':
      return lastReferenceDropped(context, event.inodes, event.cpu);
    case 'inodeCache.evicted':
      return [inodesEvicted(context, event.inodes), []];
    case 'inodeCache.setReclaimable':
      return reserving(context, setReclaimable(context, event));
    case 'inodeCache.pageCacheReclaimed':
      return [cachedPagesReclaimed(context, event.pages), []];
    case 'inodeCache.inodegcListChanged':
      return [listChanged(context, event.from, event.nonEmpty), []];
    case 'inodeCache.outOfMemory': {
      const where = census(context);
      return [context, [hit('inode_census', where), { kind: 'log', text: censusLine(where) }]];
    }
    case 'inodeCache.findBuffer':
      return [context, [toTask(event.from, { type: 'task.bufferFound', found: isCached(context.buffers, event.ino) })]];
    case 'inodeCache.bufferRead':
      return clusterBufferRead(context, event.ino);
    case 'inodeCache.forceLog':
      return logForceAwaited(context, event.from);
    case 'inodeCache.inodeWritten':
      return [inodeWritten(context, event.from), []];
    case 'inodeCache.fsync':
      return fsyncAwaited(context, event.from, event.datasync);
    case 'inodeCache.failDisk':
      return [diskFailed(context, event), []];
    case 'inodeCache.healDisk':
      return [diskHealed(context, event.ag), []];
    case 'inodeCache.runCallbacks':
      return callbacksRun(context, event.cpu);
    case 'inodeCache.forceShutdown':
      return shutdownForced(context, event.where);
    default:
      return unanswered(event);
  }
}

export const inodeCacheMachine = setup({
  types: typesOf<{ context: InodeCacheContext; events: InodeCacheEvent; input: InodeCacheParams }>(),
  actions: effectActions,
  delays: {
    writeIclogs: ({ context }) => backgroundDelay('writeIclog', iclogsToWrite(context)),
    logForce: () => backgroundDelay('logForce'),
    firstLogWorker: ({ context }) => backgroundDelay(context.firstLogWorker),
    logWorker: () => backgroundDelay('logWorker'),
    xfsaildSleep: () => backgroundDelay('xfsaildSleep'),
    writeClusters: ({ context }) => backgroundDelay('writeCluster', context.writingClusters),
    rcuGracePeriod: () => backgroundDelay('rcuGracePeriod'),
    reclaimWork: () => backgroundDelay('reclaimWork'),
  },
  guards: {
    mustCommit: guard(mustCommit),
    mustFlush: guard(mustFlush),
    isQuiesced: guard(isQuiesced),
    isAilEmpty: guard(isAilEmpty),
    isThawed: guard(({ quiescer }) => quiescer === null),
    isStable: guard(({ checkpoints }) => checkpoints.stable),
    mustWalk: guard(mustWalk),
    isRaised: guard(isRaised),
    mustWrite: guard(mustWrite),
    writeFails: guard(writeFails),
    hasRcuCallbacks: guard(hasCallbacks),
    hasReclaimable: guard(({ reclaimable }) => reclaimable.count > 0),
    isWritten: guard(({ umount }) => umount.writer !== null),
    isNotWritten: guard(({ umount }) => umount.writer === null),
    isRead: guard(({ umount }) => umount.readers.length > 0),
    isNotRead: guard(({ umount }) => umount.readers.length === 0),
  },
}).createMachine({
  id: 'inodeCache',
  context: ({ input }) => initialContext(input),
  on: { 'inodeCache.*': { actions: answer(messageAnswered) } },
  type: 'parallel',
  states: {
    umount: {
      initial: 'free',
      states: {
        free: {
          always: [
            { guard: 'isWritten', target: 'writeLocked' },
            { guard: 'isRead', target: 'readLocked' },
          ],
        },
        readLocked: { always: { guard: 'isNotRead', target: 'free' } },
        writeLocked: { always: { guard: 'isNotWritten', target: 'free' } },
      },
    },
    cil: {
      initial: 'gathering',
      states: {
        gathering: {
          always: [
            { guard: 'mustCommit', target: 'committing', actions: answer(freeing(commitBegun)) },
            { guard: 'mustFlush', target: 'flushing', actions: change(flushBegun) },
          ],
        },
        committing: {
          after: {
            writeIclogs: [
              { guard: 'isStable', target: 'flushing', actions: answer(checkpointWritten) },
              { target: 'gathering', actions: answer(checkpointWritten) },
            ],
          },
        },
        flushing: { after: { logForce: { target: 'gathering', actions: answer(logOnDisk) } } },
      },
    },
    logWorker: {
      initial: 'starting',
      states: {
        starting: {
          always: { guard: 'isQuiesced', target: 'emptyingAil' },
          after: { firstLogWorker: { target: 'waiting', actions: change(logWorkerRan) } },
        },
        waiting: {
          always: { guard: 'isQuiesced', target: 'emptyingAil' },
          after: { logWorker: { target: 'waiting', reenter: true, actions: change(logWorkerRan) } },
        },
        /** xfs_log_quiesce: it is not queued any more. */
        emptyingAil: {
          entry: change(ailPushed),
          always: { guard: 'isAilEmpty', target: 'stopped', actions: answer(ailEmptied) },
        },
        stopped: { always: { guard: 'isThawed', target: 'waiting' } },
      },
    },
    xfsaild: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'mustWalk', target: 'sleeping', actions: change(ailWalked) } },
        sleeping: {
          always: { guard: 'isRaised', target: 'sleeping', reenter: true, actions: change(ailWalked) },
          after: { xfsaildSleep: 'idle' },
        },
      },
    },
    writeBack: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'mustWrite', target: 'writing' } },
        writing: {
          entry: change(writeBegun),
          after: {
            writeClusters: [
              { guard: 'writeFails', target: 'idle', actions: answer(writeFailed) },
              { target: 'idle', actions: answer((context) => writeDone(context)) },
            ],
          },
        },
      },
    },
    rcu: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'hasRcuCallbacks', target: 'gracePeriod' } },
        gracePeriod: {
          entry: change(gracePeriodBegun),
          after: {
            rcuGracePeriod: {
              target: 'idle',
              actions: answer(gracePeriodOver),
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
              actions: answer(reclaimAll),
            },
          },
        },
      },
    },
  },
});

/** What of the cache is behaviour. It is no thread: its messages are calls. */
export const inodeCacheOptions: MachineOptions<typeof inodeCacheMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: {
    constants: ['node', 'policy', 'geometry', 'scheduled', 'firstLogWorker', 'log'],
    bookkeeping: ['freed', 'pageCached', 'resources'],
    normal: cacheBehaviour,
  },
  census,
  receiver: 'call',
};
