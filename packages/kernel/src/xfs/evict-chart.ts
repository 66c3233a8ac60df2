/**
 * The parts of a statechart in which a task unlinks a file and evicts its inode, as the last reference does. Linux 6.1
 * fs/xfs/xfs_inode.c xfs_remove, xfs_iunlink; fs/inode.c iput_final, evict; fs/xfs/xfs_icache.c xfs_inodegc_queue.
 * Leaves out the directory's own locks and the transaction's log space.
 */
import { cpuTime, asleep, awake, holding, released, type Task } from '../sched/task.ts';
import type { EventObject, MachineContext } from 'xstate';
import { type Send, update } from '@dragon/statechart';
import { type InactivateContext, inactivateDelays, inactivateStates } from './inactivate-chart.ts';
import { agBuffer, inodegcWork } from '../locking/resources.ts';
import { agOf, type Inode, type InodeRun } from './inode.ts';
import { type Received, type TaskMessage, toAg, toInodeCache, toInodegc } from '../messages.ts';
import type { Policy } from '../policy/policy.ts';

/** What the charts need of their thread's context. `inode` is the file's, and set before they are entered. */
export type EvictContext = InactivateContext & {
  readonly policy: Policy;
  readonly cpu: number;
  /** The CPU whose queue the inode went to; it stays the one to wait for when the thread migrates. */
  readonly queuedOn: number;
  /** The file's owner is near a quota limit. */
  readonly nearQuota: boolean;
  readonly token: number;
};

type Args = { readonly context: EvictContext };

/** The delays of the charts, for `setup`. */
export const evictDelays = {
  ...inactivateDelays,
  unlink: () => cpuTime('unlink'),
  evictInode: () => cpuTime('evictInode'),
};

/** The stack of a task that evicts, below what it calls for an inode. */
export const EVICT_STACK = ['xfs_fs_destroy_inode', 'destroy_inode', 'evict', 'iput'];

export const UNLINK_STACK = ['do_unlinkat', '__x64_sys_unlink'];

const send = (params: (args: Args) => Send) => ({ type: 'send', params }) as const;
const trace = (event: string) =>
  ({
    type: 'trace',
    params: ({ context }: Args) => ({ kind: 'trace' as const, event, fields: { cpu: context.queuedOn } }),
  }) as const;

function inodeOf({ inode }: EvictContext): Inode {
  if (inode === null) throw new Error('no file is being removed');
  return inode;
}

const asRuns = (context: EvictContext): InodeRun[] => [{ ...inodeOf(context), count: 1 }];
const agiOf = (context: EvictContext): string => agBuffer('AGI', agOf(inodeOf(context).ino));

/**
 * Returns the states of a compound state that starts at `lockingAgi`; its `onDone` fires when the file has no name any
 * more.
 */
export function unlinkStates<C extends EvictContext & MachineContext, E extends EventObject>() {
  const setTask = (task: (context: EvictContext) => Task) =>
    update<EvictContext, C, E>((context) => ({ task: task(context) }));
  const locked = { target: 'unlinking', actions: setTask((context) => holding(context.task, agiOf(context))) } as const;
  return {
    lockingAgi: {
      entry: send(({ context }) => toAg(agOf(inodeOf(context).ino), { type: 'ag.lock', buffer: 'AGI' })),
      on: { 'task.bufferContended': 'waitingForAgi', 'task.bufferLocked': locked },
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
          ...UNLINK_STACK,
        ]),
      ),
      on: { 'task.bufferLocked': locked },
      exit: setTask((context) => awake(context.task)),
    },
    unlinking: {
      after: {
        unlink: {
          target: 'unlinked',
          actions: [
            send(({ context }) => {
              const { ino } = inodeOf(context);
              return toAg(agOf(ino), { type: 'ag.unlock', buffer: 'AGI', unlinked: ino });
            }),
            setTask((context) => released(context.task, agiOf(context))),
          ],
        },
      },
    },
    unlinked: { type: 'final' },
  } as const;
}

/**
 * Returns the states of a compound state that starts at `evicting`; its `onDone` fires when the task is done with the
 * inode.
 */
export function evictStates<C extends EvictContext & MachineContext, E extends EventObject>() {
  const change = (next: (context: EvictContext) => Partial<EvictContext>) => update<EvictContext, C, E>(next);
  return {
    evicting: {
      entry: send(({ context }) => toInodeCache({ type: 'inodeCache.lastReference', inodes: asRuns(context) })),
      after: {
        evictInode: [
          {
            guard: ({ context }: Args) => context.policy.throttle.kind === 'inline',
            target: 'inactivatingInline',
          },
          { target: 'queueingInode' },
        ],
      },
    },
    inactivatingInline: {
      entry: {
        type: 'trace',
        params: ({ context }: Args) => ({
          kind: 'trace' as const,
          event: 'xfs_inode_inactivating',
          fields: { ino: inodeOf(context).ino, cpu: context.cpu },
        }),
      },
      initial: 'reserving',
      states: inactivateStates<C, E>(),
      onDone: {
        target: 'evicted',
        actions: [
          {
            type: 'trace',
            params: ({ context }: Args) => ({
              kind: 'trace' as const,
              event: 'xfs_inode_set_reclaimable',
              fields: { ino: inodeOf(context).ino, count: 1, cpu: context.cpu },
            }),
          },
          send(({ context }) => toInodeCache({ type: 'inodeCache.setReclaimable', inodes: asRuns(context) })),
        ],
      },
    },
    queueingInode: {
      entry: [
        change(({ cpu }) => ({ queuedOn: cpu })),
        send(({ context }) =>
          toInodegc(context.queuedOn, {
            type: 'inodegc.queueInodes',
            inodes: asRuns(context),
            caller: {
              journalInfo: false,
              nofs: false,
              kswapd: false,
              reclaimState: false,
              disarmed: false,
              nearQuota: context.nearQuota,
            },
          }),
        ),
      ],
      on: {
        'task.inodesQueued': [
          {
            guard: ({ event }: { event: EventObject }) =>
              (event as Received<Extract<TaskMessage, { type: 'task.inodesQueued' }>>).throttle,
            target: 'throttled',
          },
          { target: 'evicted' },
        ],
      },
    },
    throttled: {
      tags: ['blocked'],
      meta: { waitsFor: 'the inodegc work of the CPU it queued on', sleep: 'uninterruptible' },
      entry: [
        change((context) => ({
          token: context.token + 1,
          task: asleep(context.task, inodegcWork(context.queuedOn), [
            'wait_for_completion',
            '__flush_work',
            'flush_delayed_work',
            'xfs_inodegc_queue',
            ...context.caller,
          ]),
        })),
        send(({ context }) =>
          toInodegc(context.queuedOn, {
            type: 'inodegc.flush',
            token: context.token,
            awaitLow: context.policy.throttle.kind === 'watermarks',
          }),
        ),
        trace('flush_begin'),
      ],
      on: { 'task.workFlushed': 'evicted' },
      exit: [trace('flush_end'), change((context) => ({ task: awake(context.task) }))],
    },
    evicted: { type: 'final' },
  } as const;
}
