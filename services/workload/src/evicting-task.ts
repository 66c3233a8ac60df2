/**
 * A task that removes files. `unlink`: unlink(2) takes the AGI, and the last iput evicts the inode in the same call. `close`: the files were unlinked
 * while open, so closing them evicts without touching the AGI first. Linux 6.1 fs/xfs/xfs_inode.c xfs_remove, xfs_iunlink; fs/inode.c iput_final, evict.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  delay,
  effectActions,
  holding,
  inactivateDelays,
  inactivateStates,
  type Inode,
  type InodeFate,
  inodeNumber,
  type Policy,
  type Received,
  released,
  RUNNING,
  showTask,
  type Task,
  type TaskMessage,
  toAg,
  toInodeCache,
  toInodegc,
  toWatchdog,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

/** The files are inodes `firstAgino` and upwards of allocation group `ag`. */
export type EvictingTaskParams = {
  readonly program: 'unlink' | 'close';
  readonly policy: Policy;
  readonly cpu: number;
  readonly ag: number;
  readonly firstAgino: number;
  readonly files: number;
  readonly fate: InodeFate;
};

interface EvictingTaskContext extends EvictingTaskParams {
  readonly self: AgentId;
  readonly done: number;
  readonly inode: Inode | null;
  readonly caller: readonly string[];
  readonly token: number;
  readonly task: Task;
}

type EvictingTaskEvent = Received<TaskMessage>;

const setTask = (task: (context: EvictingTaskContext) => Task) =>
  assign<EvictingTaskContext, EvictingTaskEvent, undefined, EvictingTaskEvent, never>({
    task: ({ context }) => task(context),
  });

const EVICT_STACK = ['xfs_fs_destroy_inode', 'destroy_inode', 'evict', 'iput'];
const SYSCALL_STACK = {
  unlink: ['do_unlinkat', '__x64_sys_unlink'],
  close: ['__dentry_kill', 'dput', '__fput', 'task_work_run'],
};

const agiOf = ({ ag }: EvictingTaskContext): string => `AGI ${ag}`;

export const evictingTaskMachine = setup({
  types: typesOf<{
    context: EvictingTaskContext;
    events: EvictingTaskEvent;
    input: EvictingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...inactivateDelays,
    start: ({ context }) => delay(`start ${context.self}`),
    unlink: () => delay('unlink'),
    evictInode: () => delay('evictInode'),
    betweenFiles: () => delay('betweenFiles'),
  },
  guards: {
    allDone: ({ context }) => context.done === context.files,
    unlinks: ({ context }) => context.program === 'unlink',
    evictsInline: ({ context }) => context.policy.throttle.kind === 'inline',
  },
}).createMachine({
  id: 'evictingTask',
  context: ({ input }) => ({
    ...input,
    done: 0,
    inode: null,
    caller: [...EVICT_STACK, ...SYSCALL_STACK[input.program]],
    token: 0,
    task: RUNNING,
  }),
  on: {
    'task.show': {
      actions: { type: 'send', params: ({ context, event }) => toWatchdog(event.from, showTask(context.task)) },
    },
  },
  initial: 'starting',
  states: {
    starting: { after: { start: 'nextFile' } },
    nextFile: {
      always: [
        { guard: 'allDone', target: 'exited' },
        { guard: 'unlinks', target: 'lockingAgi' },
        { target: 'evicting' },
      ],
    },
    lockingAgi: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'uninterruptible' },
      entry: [
        setTask((context) =>
          asleep(context.task, agiOf(context), [
            'down',
            'xfs_buf_lock',
            'xfs_read_agi',
            'xfs_iunlink',
            'xfs_remove',
            ...SYSCALL_STACK.unlink,
          ]),
        ),
        { type: 'send', params: ({ context }) => toAg(context.ag, { type: 'ag.lock', buffer: 'AGI' }) },
      ],
      on: {
        'task.bufferLocked': {
          target: 'unlinking',
          actions: setTask((context) => holding(context.task, agiOf(context))),
        },
      },
      exit: setTask((context) => awake(context.task)),
    },
    unlinking: {
      after: {
        unlink: {
          target: 'evicting',
          actions: [
            { type: 'send', params: ({ context }) => toAg(context.ag, { type: 'ag.unlock', buffer: 'AGI' }) },
            setTask((context) => released(context.task, agiOf(context))),
          ],
        },
      },
    },
    evicting: {
      entry: [
        assign({
          inode: ({ context }) => ({
            ino: inodeNumber(context.ag, context.firstAgino + context.done),
            fate: context.fate,
          }),
        }),
        { type: 'send', params: toInodeCache({ type: 'inodeCache.lastReference', count: 1 }) },
      ],
      after: { evictInode: [{ guard: 'evictsInline', target: 'inactivatingInline' }, { target: 'queueingInode' }] },
    },
    inactivatingInline: {
      initial: 'starting',
      states: inactivateStates<EvictingTaskContext, EvictingTaskEvent>(),
      onDone: {
        target: 'fileDone',
        actions: { type: 'send', params: toInodeCache({ type: 'inodeCache.evicted', count: 1 }) },
      },
    },
    queueingInode: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          toInodegc(context.cpu, {
            type: 'inodegc.queueInodes',
            inodes: context.inode === null ? [] : [{ ...context.inode, count: 1 }],
            caller: { journalInfo: false, nofs: false, kswapd: false, reclaimState: false, disarmed: false },
          }),
      },
      on: {
        'task.inodesQueued': [{ guard: ({ event }) => event.throttle, target: 'throttled' }, { target: 'fileDone' }],
      },
    },
    throttled: {
      tags: ['blocked'],
      meta: { waitsFor: 'the inodegc work of the CPU it queued on', sleep: 'uninterruptible' },
      entry: [
        assign({
          token: ({ context }) => context.token + 1,
          task: ({ context }) =>
            asleep(context.task, `gc[${context.cpu}].work`, [
              'wait_for_completion',
              '__flush_work',
              'flush_delayed_work',
              'xfs_inodegc_queue',
              ...context.caller,
            ]),
        }),
        {
          type: 'send',
          params: ({ context }) =>
            toInodegc(context.cpu, {
              type: 'inodegc.flush',
              token: context.token,
              awaitLow: context.policy.throttle.kind === 'watermarks',
            }),
        },
      ],
      on: { 'task.workFlushed': 'fileDone' },
      exit: setTask((context) => awake(context.task)),
    },
    fileDone: { entry: assign({ done: ({ context }) => context.done + 1 }), after: { betweenFiles: 'nextFile' } },
    exited: {},
  },
});
