/**
 * A task that freezes the file system for a while, as fsfreeze and a snapshot do. It takes the levels of freeze
 * protection one after the other, each when those who are inside have left; before the last it has the workers of all
 * CPUs finish, with s_umount held. Meanwhile who writes waits for the thaw, inodes are queued for inactivation but no
 * worker is started and nobody is made to wait, and, before there were workers, whoever evicts an inode that needs a
 * transaction waits, too. Linux 6.1 fs/super.c freeze_super, thaw_super; fs/xfs/xfs_super.c xfs_fs_sync_fs,
 * xfs_fs_unfreeze; fs/xfs/xfs_icache.c xfs_inodegc_stop, xfs_inodegc_start. The two commands, -f and -u, are one task
 * here. Leaves out the sync of data, the cover of the log that is quiet (xfs_log_cover), that xfs_inodegc_stop goes
 * round again for inodes that are queued while it waits, and that a file system which is shut down cannot be frozen.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  flushWorksStates,
  freezeLock,
  type FreezeLevel,
  holding,
  type Policy,
  type Received,
  released,
  RUNNING,
  S_UMOUNT,
  SB_INTERNAL,
  SB_PAGEFAULT,
  SB_WRITERS,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toInodegc,
  wakeUp,
} from '@dragon/kernel';
import {
  type ChartAction,
  chartKit,
  delay,
  effectActions,
  type Projection,
  type Send,
  typesOf,
} from '@dragon/statechart';
import { setup } from 'xstate';
import { emptyingAil, forcingLog } from './log-steps.ts';

/**
 * `inodegcCpus`: how many CPUs have an inodegc queue. `writers`: all that may write. `frozen`: the latency that it
 * sleeps for between the two.
 */
export type FreezingTaskParams = {
  readonly cpu: number;
  readonly policy: Policy;
  readonly inodegcCpus: number;
  readonly writers: readonly AgentId[];
  readonly frozen?: string;
};

type FreezingContext = {
  readonly self: AgentId;
  readonly cpu: number;
  /** 0 in a kernel without workers. */
  readonly inodegcCpus: number;
  readonly writers: readonly AgentId[];
  readonly frozen: string;
  readonly unflushed: readonly number[];
  readonly task: Task;
};
export const freezingTaskProjection: Projection<FreezingContext> = {
  constants: ['self', 'inodegcCpus', 'writers', 'frozen'],
  bookkeeping: ['task'],
};

type FreezingEvent = Received<TaskMessage>;

const { send, change, guard, guardOn } = chartKit<FreezingContext, FreezingEvent>();

const workers = ({ inodegcCpus }: FreezingContext, message: (cpu: number) => Send): Send[] =>
  Array.from({ length: inodegcCpus }, (_, cpu) => message(cpu));

/** down_write(s_umount); `actions` are done with it held. */
const lockingUmount = (
  operation: 'freeze' | 'thaw',
  next: string,
  ...actions: readonly ChartAction<FreezingContext>[]
) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
    entry: [
      change(({ task }) => ({ task: asleep(task, S_UMOUNT, STACKS[operation].frames, 'uninterruptible', 'W') })),
      send(() => toInodeCache({ type: 'inodeCache.lockUmount' })),
    ],
    on: {
      'task.umountLocked': {
        target: next,
        actions: [change(({ task }) => ({ task: holding(awake(task), S_UMOUNT, 'W') })), ...actions],
      },
    },
  }) as const;

const unlockUmount = [
  change(({ task }) => ({ task: released(task, S_UMOUNT) })),
  send(() => toInodeCache({ type: 'inodeCache.unlockUmount' })),
] as const;

const freeze = (level: FreezeLevel) =>
  send(({ writers }) => toInodeCache({ type: 'inodeCache.freeze', level, writers }));

/** sb_wait_write: the level has been asked for, and is had when nobody is inside. */
const waitingForWriters = (level: FreezeLevel, next: string, ...actions: readonly ChartAction<FreezingContext>[]) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: `those inside ${freezeLock(level)}`, sleep: 'uninterruptible' },
    entry: change(({ task }) => ({
      task: asleep(task, freezeLock(level), STACKS.freezeWaitsForWriters.frames, 'uninterruptible', 'W'),
    })),
    on: {
      'task.levelFrozen': [
        ...(level === 'write'
          ? ([{ guard: guardOn('task.levelFrozen', (_context, { busy }) => busy), target: 'exited' }] as const)
          : []),
        {
          target: next,
          actions: [change(({ task }) => ({ task: holding(awake(task), freezeLock(level), 'W') })), ...actions],
        },
      ],
    },
    exit: wakeUp,
  }) as const;

/**
 * lockdep_sb_freeze_release: the levels stay taken, but for lockdep no task has them, as this one goes back to its
 * user.
 */
const leaveToUser = change(({ task }) => ({
  task: [SB_WRITERS, SB_PAGEFAULT, SB_INTERNAL].reduce((left, level) => holding(released(left, level), level), task),
}));

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
    inodegcCpus: input.policy.throttle.kind === 'inline' ? 0 : input.inodegcCpus,
    writers: input.writers,
    frozen: input.frozen ?? 'frozen',
    unflushed: [],
    task: RUNNING,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'freezing' } },
    /** s_umount is let go of while it waits: sb_start_write comes before it. */
    freezing: lockingUmount('freeze', 'waitingForWriters', freeze('write'), ...unlockUmount),
    waitingForWriters: waitingForWriters('write', 'lockingUmountAgain'),
    lockingUmountAgain: lockingUmount('freeze', 'waitingForFaults', freeze('pagefault')),
    waitingForFaults: waitingForWriters('pagefault', 'syncing'),
    syncing: forcingLog(STACKS.freezeForcesLog, 'stoppingWorkers'),
    /** xfs_inodegc_stop: all works are queued again, and then waited for. */
    stoppingWorkers: {
      entry: send((context) =>
        workers(context, (cpu) => toInodegc(cpu, { type: 'inodegc.setEnabled', enabled: false })),
      ),
      always: [
        { guard: guard(({ inodegcCpus }) => inodegcCpus > 0), target: 'waitingForWorkers' },
        { target: 'workersStopped' },
      ],
    },
    waitingForWorkers: {
      initial: 'flushingWorks',
      states: flushWorksStates(STACKS.freezeWaitsForWorkers),
      onDone: 'workersStopped',
    },
    workersStopped: { entry: freeze('fs'), always: 'waitingForTransactions' },
    waitingForTransactions: waitingForWriters('fs', 'quiescing'),
    /** xfs_log_quiesce. The log worker does nothing meanwhile that would not come of this force. */
    quiescing: forcingLog(STACKS.quiesceForcesLog, 'emptyingAil'),
    emptyingAil: emptyingAil(STACKS.quiesceEmptiesAil, { target: 'frozen', actions: [leaveToUser, ...unlockUmount] }),
    frozen: { tags: ['sleeping'], after: { frozen: 'thawing' } },
    /** The workers are started before the levels are given up. */
    thawing: lockingUmount(
      'thaw',
      'exited',
      change(({ task }) => ({ task: released(task, SB_WRITERS, SB_PAGEFAULT, SB_INTERNAL) })),
      send((context) => [
        ...workers(context, (cpu) => toInodegc(cpu, { type: 'inodegc.setEnabled', enabled: true })),
        toInodeCache({ type: 'inodeCache.thaw' }),
      ]),
      ...unlockUmount,
    ),
    exited: { tags: ['sleeping'] },
  },
});
