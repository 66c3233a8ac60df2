/**
 * A task that calls sync again and again, as whoever commits to a database does. Linux 6.1 fs/sync.c ksys_sync,
 * fs/xfs/xfs_super.c xfs_fs_sync_fs, which forces the log and waits for it. Leaves out dirty page cache, of which
 * nobody has any, and s_umount, for which sync waits while a file system is mounted or frozen.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  outsideDisk,
  type Received,
  RUNNING,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  wakeUp,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

export type SyncingTaskParams = { readonly cpu: number };
type SyncingContext = SyncingTaskParams & { readonly self: AgentId; readonly task: Task };
type SyncingEvent = Received<TaskMessage>;

export const syncingTaskProjection: Projection<SyncingContext> = { constants: ['self'], bookkeeping: ['task'] };

const { send, change } = chartKit<SyncingContext, SyncingEvent>();

export const syncingTaskMachine = setup({
  types: typesOf<{ context: SyncingContext; events: SyncingEvent; input: SyncingTaskParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: { pause: () => delay('syncPause') },
}).createMachine({
  id: 'syncingTask',
  context: ({ input: { self, cpu } }) => ({ self, cpu, task: RUNNING }),
  on: threadHandlers,
  initial: 'pausing',
  states: {
    pausing: { tags: ['sleeping'], after: { pause: 'forcingLog' } },
    forcingLog: {
      tags: ['blocked'],
      meta: { waitsFor: 'the log to be written', sleep: 'uninterruptible' },
      entry: [
        change(({ task }) => ({ task: asleep(task, outsideDisk('sda'), STACKS.sync.frames) })),
        send(() => toInodeCache({ type: 'inodeCache.forceLog' })),
      ],
      on: { 'task.logForced': 'pausing' },
      exit: wakeUp,
    },
  },
});
