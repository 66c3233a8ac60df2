/**
 * The part of a statechart that inactivates one inode: xfs_inactive with its transactions and buffer locks. Linux 6.1
 * fs/xfs/xfs_inode.c xfs_inactive, xfs_inactive_truncate, xfs_inactive_ifree; fs/xfs/xfs_bmap_util.c
 * xfs_free_eofblocks; fs/xfs/libxfs/xfs_defer.c xfs_defer_finish_noroll. Used by the inodegc worker and, under
 * throttle=inline, by whoever evicts. An inode whose AGI or AGF cannot be read stays as it is, and the file system is
 * shut down for it: by xfs_inactive_ifree itself, and because an extent that was logged to be freed cannot be. Leaves
 * out CoW forks, attributes, symlinks, quota, the wait for log space, and that whoever shuts down waits for the log
 * force of xlog_force_shutdown.
 */
import { type ChartAction, type ChartArgs, chartKit } from '@dragon/statechart';
import { awaitingThaw, shutOut, type WriterContext, writerLeft } from '../locking/freeze-levels.ts';
import { agBuffer, ILOCK, SB_INTERNAL } from '../locking/resources.ts';
import { type AgBuffer, type AgMessage, type Received, type TaskMessage, toAg, toInodeCache } from '../messages.ts';
import { asleep, cpuTime, holding, released, type Task, wakeUp } from '../sched/task.ts';
import { agOf, type Inode } from './inode.ts';
import { type Caller, stackOf, STACKS } from '../stacks/stacks.ts';

/** What the chart needs of its thread's context. */
export type InactivateContext = WriterContext & {
  readonly inode: Inode | null;
  /** How many inodes stand next to it on its list of unlinked inodes. */
  readonly neighbours: number;
  readonly caller: Caller;
};

type Args = { readonly context: InactivateContext };

/**
 * Taking an inode off its bucket's list changes each of its neighbours too: one more inode to log (traces: 43 us alone,
 * 57 us with one, 70 us with two).
 */
const IFREE = ['ifree', 'ifreeWithNeighbour', 'ifreeWithNeighbours'];

/** The delays of the chart, for `setup`. */
export const inactivateDelays = {
  transAlloc: () => cpuTime('transAlloc'),
  trimOrTruncate: ({ context }: Args) => cpuTime(inodeOf(context).fate === 'postEof' ? 'trimPostEof' : 'truncate'),
  ifree: ({ context }: Args) => cpuTime(IFREE[context.neighbours] ?? 'ifree'),
};

const agResource = (context: InactivateContext, buffer: AgBuffer): string =>
  agBuffer(buffer, agOf(inodeOf(context).ino));

function inodeOf(context: InactivateContext): Inode {
  if (context.inode === null) throw new Error('no inode is being inactivated');
  return context.inode;
}

const { answerTo, send, change, on, guard } = chartKit<InactivateContext, Received<TaskMessage>>();

/** xfs_trans_alloc has taken the freeze protection, and the inode is locked. */
function holdingBoth(task: Task): Task {
  return { ...task, holds: [...task.holds, { resource: SB_INTERNAL, mode: 'R' }, { resource: ILOCK, mode: 'W' }] };
}

/** Takes the lock and the freeze protection of an inactivation. */
export const transactionJoined = ({ task }: InactivateContext): Partial<InactivateContext> => ({
  task: holdingBoth(task),
});

/** The buffer is ours. */
const locked = (buffer: AgBuffer) =>
  on('task.bufferLocked', (context, { neighbours }) => ({
    task: holding(context.task, agResource(context, buffer)),
    neighbours,
  }));

const lock = (buffer: AgBuffer, { ino }: Inode): AgMessage =>
  buffer === 'AGI' ? { type: 'ag.lock', buffer, ino } : { type: 'ag.lock', buffer };

/** The transaction is cancelled. It had no buffer yet. */
const cancel = answerTo('task.bufferFailed', ({ task, frozen }, { buffer, shutDown }) => [
  { task: released(task, SB_INTERNAL, ILOCK) },
  [
    ...writerLeft(frozen, 'fs'),
    ...(shutDown
      ? []
      : [toInodeCache({ type: 'inodeCache.forceShutdown', where: buffer === 'AGI' ? 'ifree' : 'free-extent' })]),
  ],
]);

/**
 * Takes a buffer of the inode's AG; `next` is entered with the buffer locked. If another thread has it, ours falls
 * asleep in `wait`.
 */
const locking = <T>(buffer: AgBuffer, wait: string, next: string, failed: T) =>
  ({
    entry: send((context) => toAg(agOf(inodeOf(context).ino), lock(buffer, inodeOf(context)))),
    on: {
      'task.bufferContended': wait,
      'task.bufferLocked': { target: next, actions: locked(buffer) },
      'task.bufferFailed': failed,
    },
  }) as const;

/** The thread sleeps in down() on a buffer. */
const waiting = <T>(
  buffer: AgBuffer,
  stacks: (context: InactivateContext) => Parameters<typeof stackOf>[0],
  next: string,
  failed: T,
) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: `${buffer} of the inode's AG`, sleep: 'uninterruptible' },
    entry: change((context) => ({
      task: asleep(context.task, agResource(context, buffer), stackOf(stacks(context), context.caller)),
    })),
    on: { 'task.bufferLocked': { target: next, actions: locked(buffer) }, 'task.bufferFailed': failed },
    exit: wakeUp,
  }) as const;

const joinTransaction = change(transactionJoined);

/** The buffer is unlocked when the transaction lets go of it, and so are the freeze protection and the inode. */
const commit = (buffer: AgBuffer) =>
  [
    send((context) => {
      const { ino } = inodeOf(context);
      const unlock = toAg(agOf(ino), { type: 'ag.unlock', buffer, ...(buffer === 'AGI' ? { freed: ino } : {}) });
      return context.frozen === null ? unlock : [unlock, ...writerLeft(context.frozen, 'fs')];
    }),
    change((context) => ({ task: released(context.task, agResource(context, buffer), SB_INTERNAL, ILOCK) })),
  ] as const;

/** Asleep in sb_start_intwrite of the first transaction, or of the one that frees the inode. */
const startingTransaction = (next: 'reserving' | 'reservingIfree') =>
  awaitingThaw<InactivateContext, typeof next>(
    'fs',
    (context) => {
      const { fate } = inodeOf(context);
      if (next === 'reservingIfree' || fate === 'unlinkedEmpty') return stackOf(STACKS.startingIfree, context.caller);
      return stackOf(fate === 'postEof' ? STACKS.startingTrim : STACKS.startingTruncate, context.caller);
    },
    next,
  );

const fateIs = (fate: Inode['fate']) => guard(({ inode }) => inode?.fate === fate);

/** What a thread that is no worker takes for the log is not modelled. */
export const NOTHING_LOGGED = { logged: 0, itemPages: 0 } as const;

/** Where a chart goes when an inode is done, and what it does then. */
export type Finish<C> = {
  readonly guard?: (args: ChartArgs<C>) => boolean;
  readonly target: string;
  readonly actions?: readonly ChartAction<C>[];
};

/** A transaction that has been joined goes on with its first buffer. */
export const lockingFirst = [
  { guard: fateIs('unlinkedEmpty'), target: 'lockingAgi' },
  { target: 'lockingAgf' },
] as const;

/**
 * Returns the states of a compound state that starts at `reserving`, with `inode` set. When the inode has been
 * inactivated its `onDone` fires, or the first transition of `finish` whose guard agrees is taken: a worker that has
 * more to do is spared the way out and in again. `failure` is for an inode that could not be. `detour` is what comes
 * before `lockingFirst` where its guard agrees.
 */
export function inactivateStates<C extends InactivateContext = InactivateContext>(
  finish: readonly Finish<C>[] = [{ target: 'inactivated' }],
  failure: readonly Finish<C>[] = finish,
  detour: readonly Finish<C>[] = [],
) {
  const failing = failure.map(({ actions = [], ...transition }) => ({ ...transition, actions: [cancel, ...actions] }));
  const finishing = (buffer: AgBuffer) =>
    finish.map(({ actions = [], ...transition }) => ({ ...transition, actions: [...commit(buffer), ...actions] }));

  return {
    reserving: {
      after: {
        transAlloc: [
          { guard: shutOut('fs'), target: 'startingTransaction' },
          ...detour,
          { guard: fateIs('unlinkedEmpty'), target: 'lockingAgi', actions: joinTransaction },
          { target: 'lockingAgf', actions: joinTransaction },
        ],
      },
    },
    startingTransaction: startingTransaction('reserving'),
    lockingAgf: locking('AGF', 'waitingForAgf', 'truncating', failing),
    waitingForAgf: waiting(
      'AGF',
      (context) => (inodeOf(context).fate === 'postEof' ? STACKS.trimming : STACKS.truncating),
      'truncating',
      failing,
    ),
    truncating: {
      after: {
        trimOrTruncate: [
          { guard: fateIs('unlinked'), target: 'reservingIfree', actions: commit('AGF') },
          ...finishing('AGF'),
        ],
      },
    },
    reservingIfree: {
      after: {
        transAlloc: [
          { guard: shutOut('fs'), target: 'startingIfree' },
          { target: 'lockingAgi', actions: joinTransaction },
        ],
      },
    },
    startingIfree: startingTransaction('reservingIfree'),
    lockingAgi: locking('AGI', 'waitingForAgi', 'freeing', failing),
    waitingForAgi: waiting('AGI', () => STACKS.freeing, 'freeing', failing),
    freeing: { after: { ifree: finishing('AGI') } },
    inactivated: { type: 'final' },
  } as const;
}
