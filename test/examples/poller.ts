/**
 * A thread that polls a file system as a monitor does: statfs, which pushes the inodegc workers, then the geometry of
 * an allocation group, for which it needs the AGI. Linux 6.1 fs/xfs/xfs_super.c xfs_fs_statfs; fs/xfs/libxfs/xfs_ag.c
 * xfs_ag_get_geometry. Leaves out the AGF.
 */
import type { AgentId } from '@dragon/engine';
import {
  agBuffer,
  asleep,
  cpuTime,
  holding,
  type Received,
  released,
  RUNNING,
  scheduledThread,
  type Task,
  type TaskMessage,
  threadHandlers,
  toAg,
  toInodegc,
  wakeUp,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

type PollerParams = {
  readonly cpu: number;
  readonly ag: number;
  /** CPUs whose workers statfs pushes. */
  readonly statfs: number;
  readonly polls: number;
};
type PollerContext = PollerParams & { readonly self: AgentId; readonly done: number; readonly task: Task };
type PollerEvent = Received<TaskMessage>;

const { answer, change, guard, on, send, trace } = chartKit<PollerContext, PollerEvent>();

/** As Linux 6.1 prints them, innermost first. */
const STACK = [
  ['__schedule', 'schedule', 'schedule_timeout', '__down_common', 'down'],
  ['xfs_buf_lock [xfs]', 'xfs_buf_find_lock [xfs]', 'xfs_buf_get_map [xfs]', 'xfs_buf_read_map [xfs]'],
  ['xfs_trans_read_buf_map [xfs]', 'xfs_read_agi [xfs]', 'xfs_ialloc_read_agi [xfs]', 'xfs_ag_get_geometry [xfs]'],
  ['xfs_file_ioctl [xfs]', '__x64_sys_ioctl', 'do_syscall_64', 'entry_SYSCALL_64_after_hwframe'],
].flat();

const agiTaken = {
  target: 'readingGeometry',
  actions: on('task.bufferLocked', ({ task, ag }, { buffer }) => ({ task: holding(task, agBuffer(buffer, ag)) })),
} as const;

const pollerMachine = setup({
  types: typesOf<{ context: PollerContext; events: PollerEvent; input: PollerParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: ({ context }) => delay(`start ${context.self}`),
    pollPause: () => delay('pollPause'),
    readGeometry: () => cpuTime('readGeometry'),
  },
}).createMachine({
  id: 'poller',
  context: ({ input: { self, cpu, ag, statfs, polls } }) => ({ self, cpu, ag, statfs, polls, done: 0, task: RUNNING }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'pushing' } },
    pushing: {
      entry: send(({ statfs }) => Array.from({ length: statfs }, (_, cpu) => toInodegc(cpu, { type: 'inodegc.push' }))),
      always: 'lockingAgi',
    },
    lockingAgi: {
      entry: send(({ ag }) => toAg(ag, { type: 'ag.lock', buffer: 'AGI' })),
      on: { 'task.bufferContended': 'waitingForAgi', 'task.bufferLocked': agiTaken },
    },
    waitingForAgi: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'uninterruptible' },
      entry: change(({ task, ag }) => ({ task: asleep(task, agBuffer('AGI', ag), STACK) })),
      on: { 'task.bufferLocked': agiTaken },
      exit: wakeUp,
    },
    readingGeometry: {
      after: {
        readGeometry: {
          target: 'polled',
          actions: answer(({ task, ag, done }) => [
            { task: released(task, agBuffer('AGI', ag)), done: done + 1 },
            [toAg(ag, { type: 'ag.unlock', buffer: 'AGI' })],
          ]),
        },
      },
    },
    polled: {
      entry: trace(({ ag, done }) => ({ kind: 'trace', event: 'polled', fields: { ag, done } })),
      always: [{ guard: guard(({ done, polls }) => done === polls), target: 'exited' }, { target: 'pausing' }],
    },
    pausing: { tags: ['sleeping'], after: { pollPause: 'pushing' } },
    exited: { tags: ['sleeping'] },
  },
});

export const poller = scheduledThread('poller', pollerMachine, {
  projection: { constants: ['self', 'ag', 'statfs', 'polls'], bookkeeping: ['task'] },
});
