/**
 * A task that writes a page of its file and makes it durable, again and again, as a database does. Linux 6.1
 * fs/xfs/xfs_file.c xfs_file_fsync, xfs_fsync_flush_log, xfs_fsync_seq; fs/xfs/xfs_iops.c xfs_vn_update_time. A write
 * logs the inode for its time stamps alone, as the page has its block and is in the page cache. fsync forces the log up
 * to the checkpoint that has the inode, for which all inodes of that checkpoint are unpinned; where the inode is pinned
 * no more, or for fdatasync, which can do without time stamps, only the disk's own cache is flushed. A file system that
 * is shut down ends it. Leaves out files that grow, writeback by others, and that whoever finds the log forced by
 * somebody else flushes the cache as well.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awaitingThaw,
  cpuTime,
  holding,
  leaving,
  outsideDisk,
  type Received,
  RUNNING,
  SB_WRITERS,
  shutOut,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  wakeUp,
  type WriterContext,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `datasync`: it calls fdatasync; `pause`: the latency between two calls. */
export type FsyncingTaskParams = { readonly cpu: number; readonly datasync: boolean; readonly pause: string };
type FsyncingContext = FsyncingTaskParams & WriterContext & { readonly self: AgentId };
type FsyncingEvent = Received<TaskMessage>;

export const fsyncingTaskProjection: Projection<FsyncingContext> = {
  constants: ['self', 'datasync', 'pause'],
  bookkeeping: ['task'],
};

const { send, change } = chartKit<FsyncingContext, FsyncingEvent>();

export const fsyncingTaskMachine = setup({
  types: typesOf<{ context: FsyncingContext; events: FsyncingEvent; input: FsyncingTaskParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: ({ context }) => delay(`start ${context.self}`),
    pause: ({ context }) => delay(context.pause),
    copyPages: () => cpuTime('copyPage'),
    // One buffer, as that of a cluster; a log force is a flush and the last iclog.
    writePage: () => delay('writeCluster'),
    flushDisk: () => delay('logForce'),
  },
}).createMachine({
  id: 'fsyncingTask',
  context: ({ input: { self, cpu, datasync, pause } }) => ({
    self,
    cpu,
    datasync,
    pause,
    frozen: null,
    task: RUNNING,
  }),
  on: { ...threadHandlers, ...writerHandlers },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'wantingWrite' } },
    pausing: { tags: ['sleeping'], after: { pause: 'wantingWrite' } },
    wantingWrite: {
      always: [
        { guard: shutOut('write'), target: 'awaitingThaw' },
        { target: 'writing', actions: change(({ task }) => ({ task: holding(task, SB_WRITERS, 'R') })) },
      ],
    },
    awaitingThaw: awaitingThaw<FsyncingContext, 'wantingWrite'>(
      'write',
      () => STACKS.startingWrite.frames,
      'wantingWrite',
    ),
    writing: {
      entry: send(() => toInodeCache({ type: 'inodeCache.inodeWritten' })),
      after: { copyPages: { target: 'writingBack', actions: leaving('write') } },
    },
    /** file_write_and_wait_range. */
    writingBack: { tags: ['sleeping'], after: { writePage: 'forcingLog' } },
    forcingLog: {
      tags: ['blocked'],
      meta: { waitsFor: 'the log to be written', sleep: 'uninterruptible' },
      entry: [
        change(({ task }) => ({ task: asleep(task, outsideDisk('sda'), STACKS.fsync.frames) })),
        send(({ datasync }) => toInodeCache({ type: 'inodeCache.fsync', datasync })),
      ],
      on: { 'task.logForced': 'pausing', 'task.inodeUnpinned': 'flushingDisk', 'task.fsyncFailed': 'exited' },
      exit: wakeUp,
    },
    /** blkdev_issue_flush. */
    flushingDisk: { tags: ['sleeping'], after: { flushDisk: 'pausing' } },
    exited: { tags: ['sleeping'] },
  },
});
