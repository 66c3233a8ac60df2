/**
 * A task that calls sync again and again, as whoever commits to a database does. Linux 6.1 fs/sync.c ksys_sync,
 * fs/super.c iterate_supers, fs/xfs/xfs_super.c xfs_fs_sync_fs, which forces the log and waits for it, with s_umount
 * held for reading. It takes no freeze protection: a frozen file system it syncs, of one that is being frozen it waits
 * for s_umount. Leaves out dirty page cache, of which nobody has any, and that it walks over the superblocks three
 * times.
 */
import type { AgentId } from '@dragon/engine';
import {
  readingUmount,
  type Received,
  RUNNING,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  umountRead,
} from '@dragon/kernel';
import { delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import { forcingLog } from './log-steps.ts';

export type SyncingTaskParams = { readonly cpu: number };
type SyncingContext = SyncingTaskParams & { readonly self: AgentId; readonly task: Task };
type SyncingEvent = Received<TaskMessage>;

export const syncingTaskProjection: Projection<SyncingContext> = { constants: ['self'], bookkeeping: ['task'] };

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
    pausing: { tags: ['sleeping'], after: { pause: 'readingUmount' } },
    readingUmount: readingUmount(STACKS.syncWalks, 'forcingLog'),
    forcingLog: forcingLog(STACKS.sync, { target: 'pausing', actions: umountRead }),
  },
});
