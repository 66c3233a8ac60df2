/**
 * A task that freezes the file system for a while, as fsfreeze and a snapshot do: inodes are queued for inactivation
 * meanwhile, but no worker is started and nobody is made to wait. Linux 6.1 fs/super.c freeze_super, thaw_super;
 * fs/xfs/xfs_super.c xfs_fs_sync_fs, xfs_fs_unfreeze; fs/xfs/xfs_icache.c xfs_inodegc_stop, xfs_inodegc_start. Leaves
 * out the sync of data, and sb_internal: a worker that is in a run goes on with it.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  holding,
  type Received,
  released,
  RUNNING,
  S_UMOUNT,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toInodegc,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, type Send, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `inodegcCpus`: how many CPUs have an inodegc queue. `frozen`: the latency that it sleeps for between the two. */
export type FreezingTaskParams = { readonly cpu: number; readonly inodegcCpus: number; readonly frozen?: string };

type FreezingContext = {
  readonly self: AgentId;
  readonly cpu: number;
  readonly inodegcCpus: number;
  readonly frozen: string;
  readonly task: Task;
};
export const freezingTaskProjection: Projection<FreezingContext> = {
  constants: ['self', 'inodegcCpus', 'frozen'],
  bookkeeping: ['task'],
};

type FreezingEvent = Received<TaskMessage>;

const { send, change } = chartKit<FreezingContext, FreezingEvent>();

const workers = ({ inodegcCpus }: FreezingContext, message: (cpu: number) => Send): Send[] =>
  Array.from({ length: inodegcCpus }, (_, cpu) => message(cpu));

/** Takes s_umount for writing, stops or starts the workers under it, and lets go. */
const switching = (operation: 'freeze' | 'thaw', next: string) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
    entry: [
      change(({ task }) => ({
        task: asleep(task, S_UMOUNT, STACKS[operation].frames, 'uninterruptible', 'W'),
      })),
      send(() => toInodeCache({ type: 'inodeCache.lockUmount' })),
    ],
    on: {
      'task.umountLocked': {
        target: next,
        actions: [
          change(({ task }) => ({ task: released(holding(awake(task), S_UMOUNT, 'W'), S_UMOUNT) })),
          send((context) => [
            ...workers(context, (cpu) => toInodegc(cpu, { type: 'inodegc.setEnabled', enabled: operation === 'thaw' })),
            toInodeCache({ type: 'inodeCache.unlockUmount' }),
          ]),
        ],
      },
    },
  }) as const;

export const freezingTaskMachine = setup({
  types: typesOf<{
    context: FreezingContext;
    events: FreezingEvent;
    input: FreezingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`), frozen: ({ context }) => delay(context.frozen) },
}).createMachine({
  id: 'freezingTask',
  context: ({ input }) => ({
    self: input.self,
    cpu: input.cpu,
    inodegcCpus: input.inodegcCpus,
    frozen: input.frozen ?? 'frozen',
    task: RUNNING,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'freezing' } },
    freezing: switching('freeze', 'frozen'),
    frozen: { tags: ['sleeping'], after: { frozen: 'thawing' } },
    thawing: switching('thaw', 'exited'),
    exited: { tags: ['sleeping'] },
  },
});
