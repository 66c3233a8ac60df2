/**
 * A task that unmounts the file system, as its last user. Linux 6.1 fs/super.c deactivate_super,
 * generic_shutdown_super; fs/inode.c evict_inodes, which evicts every inode that is cached and is throttled like
 * anybody else; fs/xfs/xfs_mount.c xfs_unmountfs, which waits for all inodegc workers. It takes s_umount, then the
 * shrinkers off the list, and a walk of theirs holds it up. A file system that is frozen stays, as whoever froze it has
 * a reference: umount returns at once. When all is inactivated xfs_unmount_flush_inodes has the log and then the AIL
 * written, and frees what is reclaimable; the log worker has stopped by then. Leaves out that the thaw then unmounts
 * it; the sync of data, the cover and the unmount record of the log, that a disk which fails does so for good then, and
 * whoever has a file open, because of whom there would be no last user.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  disposeStates,
  type FlushWorksContext,
  flushWorksStates,
  type Geometry,
  hit,
  holding,
  inodesReclaimed,
  inodesToDispose,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  reclaimContext,
  reclaimProjection,
  released,
  S_UMOUNT,
  shrinkSlabDelays,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  wakeUp,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import { emptyingAil, forcingLog } from './log-steps.ts';
import { unregistering } from './shrinker-list-steps.ts';

/** `device` names the mount's shrinkers; `inodegcCpus` CPUs have an inodegc queue. */
export type UnmountingTaskParams = {
  readonly policy: Policy;
  readonly cpus: readonly number[];
  readonly inodegcCpus: number;
  readonly device: string;
  readonly geometry?: Partial<Geometry>;
};

interface UnmountingContext extends ReclaimContext, FlushWorksContext {
  readonly device: string;
}

export const unmountingTaskProjection: Projection<UnmountingContext> = {
  ...reclaimProjection,
  constants: [...reclaimProjection.constants, 'inodegcCpus', 'device'],
};

type UnmountingEvent = Received<TaskMessage>;

/** INT_MAX: no world has more inodes. */
const ALL_INODES = 2_147_483_647;

const { send, trace, change, guard, on } = chartKit<UnmountingContext, UnmountingEvent>();

export const unmountingTaskMachine = setup({
  types: typesOf<{
    context: UnmountingContext;
    events: UnmountingEvent;
    input: UnmountingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: { ...shrinkSlabDelays, start: ({ context }) => delay(`start ${context.self}`) },
}).createMachine({
  id: 'unmountingTask',
  context: ({ input: { self, policy, cpus, inodegcCpus, device, geometry } }) => ({
    ...reclaimContext({
      self,
      policy,
      cpus,
      gfpFs: true,
      kswapd: false,
      reclaimState: false,
      priority: 0,
      caller: 'umount',
      geometry,
    }),
    inodegcCpus,
    unflushed: [],
    device,
  }),
  // An answer to a flush that was given up.
  on: { ...threadHandlers, ...writerHandlers, 'task.workFlushed': {} },
  initial: 'starting',
  states: {
    starting: {
      tags: ['sleeping'],
      after: {
        start: [{ guard: guard(({ frozen }) => frozen === null), target: 'lockingUmount' }, { target: 'stillActive' }],
      },
    },
    /** deactivate_super drops a reference, which is not the last. */
    stillActive: {
      entry: trace(() => [hit('syscall_begin', { call: 'umount' }), hit('syscall_end', { call: 'umount' })]),
      always: 'exited',
    },
    lockingUmount: {
      tags: ['blocked'],
      meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
      entry: [
        trace(() => hit('syscall_begin', { call: 'umount' })),
        change(({ task }) => ({ task: asleep(task, S_UMOUNT, STACKS.umount.frames, 'uninterruptible', 'W') })),
        send(() => toInodeCache({ type: 'inodeCache.lockUmount' })),
      ],
      on: {
        'task.umountLocked': {
          target: 'unregisteringSuperblock',
          actions: change(({ task }) => ({ task: holding(task, S_UMOUNT, 'W') })),
        },
      },
      exit: wakeUp,
    },
    unregisteringSuperblock: unregistering('sb-xfs', 'evictingInodes'),
    evictingInodes: {
      entry: send(({ cpu }) => toInodeCache({ type: 'inodeCache.evictInodes', cpu })),
      on: {
        'task.inodesEvicted': {
          target: 'disposing',
          actions: on('task.inodesEvicted', (context, { dispose }) => inodesToDispose(context, dispose)),
        },
      },
    },
    disposing: { initial: 'choosingInodes', states: disposeStates, onDone: 'flushing' },
    flushing: {
      entry: change(() => ({ walk: NEW_WALK })),
      initial: 'flushingWorks',
      states: flushWorksStates(STACKS.umountFlushes),
      onDone: 'forcingLog',
    },
    /** xfs_unmount_flush_inodes: with nothing pinned, and nothing dirty, all are freed. */
    forcingLog: forcingLog(STACKS.umountForcesLog, 'emptyingAil'),
    emptyingAil: emptyingAil(STACKS.umountEmptiesAil, 'reclaiming'),
    reclaiming: {
      entry: send(({ cpu }) => toInodeCache({ type: 'inodeCache.reclaimInodes', nrToScan: ALL_INODES, cpu })),
      on: { 'task.inodesReclaimed': { target: 'freeingInodes', actions: on('task.inodesReclaimed', inodesReclaimed) } },
    },
    freeingInodes: { after: { reclaimInodes: 'unregisteringInodegc' } },
    unregisteringInodegc: unregistering('xfs-inodegc', 'unregisteringBuffers'),
    unregisteringBuffers: unregistering('xfs-buf', 'unmounted'),
    unmounted: {
      entry: [
        send(() => toInodeCache({ type: 'inodeCache.unlockUmount' })),
        change(({ task }) => ({ task: released(task, S_UMOUNT) })),
        trace(() => hit('syscall_end', { call: 'umount' })),
      ],
      always: 'exited',
    },
    exited: { tags: ['sleeping'] },
  },
});
