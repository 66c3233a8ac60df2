/**
 * A task that mounts and unmounts another file system, again and again, as an automounter or a container runtime does:
 * each time three shrinkers come and go, and for each the lock of their list is taken for writing. Linux 6.1 fs/super.c
 * alloc_super, sget_fc, deactivate_locked_super; fs/xfs xfs_open_devices, xfs_mountfs, xfs_unmountfs. Leaves out what
 * else a mount does but read the disk for a while (estimated), the memory that it takes, and everything that would be
 * in the other file system: it is empty, so that nobody waits for its s_umount, and its shrinkers have nothing.
 */
import type { AgentId } from '@dragon/engine';
import { hit, type Policy, type Received, RUNNING, type Task, type TaskMessage, threadHandlers } from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import { preallocating, registering, type ShrinkerListContext, unregistering } from './shrinker-list-steps.ts';

/** `mounts`: the device that it mounts, as in `vda`. */
export type MountingTaskParams = { readonly policy: Policy; readonly mounts: string; readonly cpu: number };

interface MountingContext extends ShrinkerListContext {
  readonly self: AgentId;
  readonly cpu: number;
  readonly task: Task;
}

export const mountingTaskProjection: Projection<MountingContext> = {
  constants: ['self', 'policy', 'device'],
  bookkeeping: ['task'],
};

type MountingEvent = Received<TaskMessage>;

const { trace } = chartKit<MountingContext, MountingEvent>();

export const mountingTaskMachine = setup({
  types: typesOf<{ context: MountingContext; events: MountingEvent; input: MountingTaskParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: ({ context }) => delay(`start ${context.self}`),
    readSuper: () => delay('readSuper'),
    stayMounted: () => delay('stayMounted'),
    pause: () => delay('mountPause'),
  },
}).createMachine({
  id: 'mountingTask',
  context: ({ input: { self, policy, mounts, cpu } }) => ({ self, policy, device: mounts, cpu, task: RUNNING }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'mounting' } },
    mounting: {
      entry: trace(() => hit('syscall_begin', { call: 'mount' })),
      exit: trace(() => hit('syscall_end', { call: 'mount' })),
      initial: 'preallocating',
      states: {
        preallocating: preallocating('registeringSuperblock'),
        registeringSuperblock: registering('sb-xfs', 'registeringBuffers'),
        registeringBuffers: registering('xfs-buf', 'readingSuper'),
        /** Superblock and headers of groups, before there is an inodegc. */
        readingSuper: { tags: ['sleeping'], after: { readSuper: 'registeringInodegc' } },
        registeringInodegc: registering('xfs-inodegc', 'isMounted'),
        isMounted: { type: 'final' },
      },
      onDone: 'mounted',
    },
    mounted: { tags: ['sleeping'], after: { stayMounted: 'unmounting' } },
    unmounting: {
      entry: trace(() => hit('syscall_begin', { call: 'umount' })),
      exit: trace(() => hit('syscall_end', { call: 'umount' })),
      initial: 'unregisteringSuperblock',
      states: {
        unregisteringSuperblock: unregistering('sb-xfs', 'unregisteringInodegc'),
        unregisteringInodegc: unregistering('xfs-inodegc', 'unregisteringBuffers'),
        unregisteringBuffers: unregistering('xfs-buf', 'isUnmounted'),
        isUnmounted: { type: 'final' },
      },
      onDone: 'pausing',
    },
    pausing: { tags: ['sleeping'], after: { pause: 'mounting' } },
  },
});
