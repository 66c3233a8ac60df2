/**
 * A task that removes files. `unlink`: unlink(2) takes the AGI, and the last iput evicts the inode in the same call. `close`: the files were unlinked
 * while open, so closing them evicts without touching the AGI first. Linux 6.1 fs/xfs/xfs_inode.c xfs_remove, xfs_iunlink; fs/inode.c iput_final, evict;
 * fs/xfs/xfs_super.c xfs_fs_statfs. Leaves out the directory's own locks and the transaction's log space.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  cpuTime,
  delay,
  effectActions,
  holding,
  inactivateDelays,
  inactivateStates,
  type Inode,
  type InodeFate,
  inodeNumber,
  type InodeRun,
  type Policy,
  type Received,
  released,
  RUNNING,
  type Task,
  type TaskMessage,
  threadHandlers,
  toAg,
  toInodeCache,
  toInodegc,
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
  /** The latency that it sleeps for after each file; null to go on at once. */
  readonly pause?: string | null;
  /** CPUs whose workers statfs pushes when the last file is gone. */
  readonly statfs?: number;
  /** The files' owner is near a quota limit. */
  readonly nearQuota?: boolean;
};

interface EvictingTaskContext extends EvictingTaskParams {
  readonly self: AgentId;
  readonly done: number;
  readonly inode: Inode | null;
  readonly neighbours: number;
  readonly caller: readonly string[];
  readonly token: number;
  readonly task: Task;
}

type EvictingTaskEvent = Received<TaskMessage>;
type Args = { readonly context: EvictingTaskContext };

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
const workOf = ({ cpu }: EvictingTaskContext): string => `gc[${cpu}].work`;
const nextIno = ({ ag, firstAgino, done }: EvictingTaskContext): number => inodeNumber(ag, firstAgino + done);
const asRuns = ({ inode }: EvictingTaskContext): InodeRun[] => (inode === null ? [] : [{ ...inode, count: 1 }]);
const holdAgi = setTask((context) => holding(context.task, agiOf(context)));
const trace = (event: string) =>
  ({ type: 'trace', params: ({ context }: Args) => ({ event, fields: { cpu: context.cpu } }) }) as const;

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
    unlink: () => cpuTime('unlink'),
    evictInode: () => cpuTime('evictInode'),
    betweenFiles: () => cpuTime('betweenFiles'),
    pause: ({ context }) => delay(context.pause ?? 'jiffy'),
  },
  guards: {
    allDone: ({ context }) => context.done === context.files,
    unlinks: ({ context }) => context.program === 'unlink',
    evictsInline: ({ context }) => context.policy.throttle.kind === 'inline',
    pauses: ({ context }) => typeof context.pause === 'string',
  },
}).createMachine({
  id: 'evictingTask',
  context: ({ input }) => ({
    ...input,
    done: 0,
    inode: null,
    neighbours: 0,
    caller: [...EVICT_STACK, ...SYSCALL_STACK[input.program]],
    token: 0,
    task: RUNNING,
  }),
  on: threadHandlers<EvictingTaskContext, EvictingTaskEvent>(),
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'nextFile' } },
    nextFile: {
      always: [
        { guard: 'allDone', target: 'exiting' },
        { guard: 'unlinks', target: 'lockingAgi' },
        { target: 'evicting' },
      ],
    },
    lockingAgi: {
      entry: { type: 'send', params: ({ context }) => toAg(context.ag, { type: 'ag.lock', buffer: 'AGI' }) },
      on: { 'task.bufferContended': 'waitingForAgi', 'task.bufferLocked': { target: 'unlinking', actions: holdAgi } },
    },
    waitingForAgi: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'uninterruptible' },
      entry: setTask((context) =>
        asleep(context.task, agiOf(context), [
          'down',
          'xfs_buf_lock',
          'xfs_read_agi',
          'xfs_iunlink',
          'xfs_remove',
          ...SYSCALL_STACK.unlink,
        ]),
      ),
      on: { 'task.bufferLocked': { target: 'unlinking', actions: holdAgi } },
      exit: setTask((context) => awake(context.task)),
    },
    unlinking: {
      after: {
        unlink: {
          target: 'evicting',
          actions: [
            {
              type: 'send',
              params: ({ context }) =>
                toAg(context.ag, { type: 'ag.unlock', buffer: 'AGI', unlinked: nextIno(context) }),
            },
            setTask((context) => released(context.task, agiOf(context))),
          ],
        },
      },
    },
    evicting: {
      entry: [
        assign({
          inode: ({ context }) => ({ ino: nextIno(context), fate: context.fate }),
        }),
        {
          type: 'send',
          params: ({ context }) => toInodeCache({ type: 'inodeCache.lastReference', inodes: asRuns(context) }),
        },
      ],
      after: { evictInode: [{ guard: 'evictsInline', target: 'inactivatingInline' }, { target: 'queueingInode' }] },
    },
    inactivatingInline: {
      initial: 'reserving',
      states: inactivateStates<EvictingTaskContext, EvictingTaskEvent>(),
      onDone: {
        target: 'fileDone',
        actions: [
          trace('xfs_inode_set_reclaimable'),
          {
            type: 'send',
            params: ({ context }) => toInodeCache({ type: 'inodeCache.setReclaimable', inodes: asRuns(context) }),
          },
        ],
      },
    },
    queueingInode: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          toInodegc(context.cpu, {
            type: 'inodegc.queueInodes',
            inodes: asRuns(context),
            caller: {
              journalInfo: false,
              nofs: false,
              kswapd: false,
              reclaimState: false,
              disarmed: false,
              nearQuota: context.nearQuota ?? false,
            },
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
            asleep(context.task, workOf(context), [
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
        trace('flush_begin'),
      ],
      on: { 'task.workFlushed': 'fileDone' },
      exit: [trace('flush_end'), setTask((context) => awake(context.task))],
    },
    fileDone: {
      entry: assign({ done: ({ context }) => context.done + 1 }),
      after: { betweenFiles: [{ guard: 'pauses', target: 'pausing' }, { target: 'nextFile' }] },
    },
    pausing: { tags: ['sleeping'], after: { pause: 'nextFile' } },
    exiting: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          Array.from({ length: context.statfs ?? 0 }, (_, cpu) => toInodegc(cpu, { type: 'inodegc.push' })),
      },
      always: 'exited',
    },
    exited: { tags: ['sleeping'] },
  },
});
