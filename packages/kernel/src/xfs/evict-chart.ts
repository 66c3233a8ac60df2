/**
 * The parts of a statechart in which a task unlinks a file and evicts its inode, as the last reference does. Linux 6.1
 * fs/xfs/xfs_inode.c xfs_remove, xfs_iunlink; fs/inode.c iput_final, evict; fs/xfs/xfs_icache.c xfs_inodegc_queue. An
 * AGI that cannot be read ends the unlink with EIO: directory and inode are in the transaction already, so it is dirty
 * and xfs_trans_read_buf_map shuts the file system down. Leaves out the directory's own locks and the transaction's log
 * space, and that inodes which are evicted after a shutdown are not even queued.
 */
import { chartKit, type Projection } from '@dragon/statechart';
import { awaitingThaw, leaving, shutOut, writerLeft } from '../locking/freeze-levels.ts';
import { agBuffer, SB_WRITERS } from '../locking/resources.ts';
import { type Received, type TaskMessage, toAg, toInodeCache, toInodegc } from '../messages.ts';
import { asleep, cpuTime, holding, released, wakeUp } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import { type InactivateContext, inactivateDelays, inactivateStates, NOTHING_LOGGED } from './inactivate-chart.ts';
import { agOf, type Inode, type InodeRun } from './inode.ts';
import { queueOf, type ThrottleContext, throttlingStates } from './throttle-chart.ts';
import { STACKS } from '../stacks/stacks.ts';

/** What the charts need of their thread's context. `inode` is the file's, and set before they are entered. */
export type EvictContext = InactivateContext &
  ThrottleContext & {
    /** The file's owner is near a quota limit. */
    readonly nearQuota: boolean;
  };

/** What of it is no behaviour. */
export const evictProjection = {
  constants: ['policy', 'nearQuota'],
  bookkeeping: ['task', 'caller'],
} as const satisfies Projection<EvictContext>;

/** The delays of the charts, for `setup`. */
export const evictDelays = {
  ...inactivateDelays,
  unlink: () => cpuTime('unlink'),
  evictInode: () => cpuTime('evictInode'),
};

const { answerTo, send, trace, change, guard, guardOn } = chartKit<EvictContext, Received<TaskMessage>>();

function inodeOf({ inode }: EvictContext): Inode {
  if (inode === null) throw new Error('no file is being removed');
  return inode;
}

const asRuns = (context: EvictContext): InodeRun[] => [{ ...inodeOf(context), count: 1 }];
const agiOf = (context: EvictContext): string => agBuffer('AGI', agOf(inodeOf(context).ino));

/** The file keeps its name, and nothing is left to evict. */
const agiFailed = {
  target: 'failed',
  actions: answerTo('task.bufferFailed', ({ task, frozen }, { shutDown }) => [
    { inode: null, task: released(task, SB_WRITERS) },
    [
      ...writerLeft(frozen, 'write'),
      ...(shutDown ? [] : [toInodeCache({ type: 'inodeCache.forceShutdown', where: 'iunlink' })]),
    ],
  ]),
} as const;

const agiLocked = {
  target: 'unlinking',
  actions: change((context) => ({ task: holding(context.task, agiOf(context)) })),
} as const;

/**
 * The states of a compound state that starts at `wantingWrite`; its `onDone` fires when the file has no name any more,
 * or cannot lose it (`unlinkFailed`). In the first case the task has the freeze protection still, as do_unlinkat does
 * while it drops the inode: `endUnlink` is for when it has.
 */
export const unlinkStates = {
  wantingWrite: {
    always: [
      { guard: shutOut('write'), target: 'awaitingThaw' },
      { target: 'lockingAgi', actions: change(({ task }) => ({ task: holding(task, SB_WRITERS, 'R') })) },
    ],
  },
  awaitingThaw: awaitingThaw<EvictContext, 'wantingWrite'>('write', () => STACKS.startingUnlink.frames, 'wantingWrite'),
  lockingAgi: {
    entry: send((context) => toAg(agOf(inodeOf(context).ino), { type: 'ag.lock', buffer: 'AGI' })),
    on: { 'task.bufferContended': 'waitingForAgi', 'task.bufferLocked': agiLocked, 'task.bufferFailed': agiFailed },
  },
  waitingForAgi: {
    tags: ['blocked'],
    meta: { waitsFor: 'AGI', sleep: 'uninterruptible' },
    entry: change((context) => ({ task: asleep(context.task, agiOf(context), STACKS.unlinking.frames) })),
    on: { 'task.bufferLocked': agiLocked, 'task.bufferFailed': agiFailed },
    exit: wakeUp,
  },
  unlinking: {
    after: {
      unlink: {
        target: 'unlinked',
        actions: [
          send((context) => {
            const { ino } = inodeOf(context);
            return toAg(agOf(ino), { type: 'ag.unlock', buffer: 'AGI', unlinked: ino });
          }),
          change((context) => ({ task: released(context.task, agiOf(context)) })),
        ],
      },
    },
  },
  unlinked: { type: 'final' },
  failed: { type: 'final' },
} as const;

/** mnt_drop_write. */
export const endUnlink = leaving('write');

/** Whether the unlink that is over ended with EIO. */
export const unlinkFailed = ({ inode }: Pick<EvictContext, 'inode'>): boolean => inode === null;

/** xfs_inodegc_queue, by a task that is outside of reclaim and of any transaction. */
const queueing = {
  initial: 'queueingInode',
  states: {
    queueingInode: {
      entry: [
        change(({ cpu }) => ({ queuedOn: cpu })),
        send((context) =>
          toInodegc(queueOf(context), {
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
          { guard: guardOn('task.inodesQueued', (_context, { throttle }) => throttle), target: 'throttling' },
          { target: 'queued' },
        ],
      },
    },
    throttling: { initial: 'throttled', states: throttlingStates, onDone: 'queued' },
    queued: { type: 'final' },
  },
  onDone: 'evicted',
} as const;

/**
 * The states of a compound state that starts at `evicting`; its `onDone` fires when the task is done with the inode,
 * which then is no longer in the context.
 */
export const evictStates = {
  evicting: {
    entry: send((context) =>
      toInodeCache({ type: 'inodeCache.lastReference', inodes: asRuns(context), cpu: context.cpu }),
    ),
    after: {
      evictInode: [
        { guard: guard(({ policy }) => policy.throttle.kind === 'inline'), target: 'inactivatingInline' },
        { target: 'queueing' },
      ],
    },
  },
  inactivatingInline: {
    entry: trace((context) => hit('xfs_inode_inactivating', { ino: inodeOf(context).ino, cpu: context.cpu })),
    initial: 'reserving',
    states: inactivateStates(),
    onDone: {
      target: 'evicted',
      actions: [
        trace((context) => hit('xfs_inode_set_reclaimable', { ino: inodeOf(context).ino, count: 1, cpu: context.cpu })),
        send((context) =>
          toInodeCache({ type: 'inodeCache.setReclaimable', inodes: asRuns(context), ...NOTHING_LOGGED }),
        ),
      ],
    },
  },
  queueing,
  evicted: { type: 'final', entry: change(() => ({ inode: null, neighbours: 0, queuedOn: null })) },
} as const;
