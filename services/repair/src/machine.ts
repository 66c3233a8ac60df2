/**
 * An online repair that builds its new btree in memory. Linux fs/xfs/scrub: xrep_setup_buftarg, xchk_ag_init,
 * xrep_rmapbt, xchk_teardown, as kernel reference 4 infers them for djwong's tree of December 2022; mainline never had
 * the bug. A fatal signal ends the rebuild where it looks for one (xchk_should_terminate), and its transaction is
 * cancelled. So do reads that end with EIO, of a header (xchk_ag_read_headers) or of what it rebuilds from: so far the
 * transaction is clean, and xchk_teardown cancels it without a shutdown; without the AGI nothing was built that the
 * buggy repair would have to take down first. Leaves out the inode scan and rolls of the transaction, that writes
 * of the new btree may fail, and sb_writers (mnt_want_write_file), which it holds all the while: a freeze waits for its
 * transaction all the same.
 */
import type { AgentId, LockMode } from '@dragon/engine';
import {
  type AgBuffer,
  agBuffer,
  asleep,
  awaitingThaw,
  type CallPath,
  cpuTime,
  type FreezeLevel,
  holding,
  leaving,
  outsideDisk,
  type Policy,
  type Received,
  released,
  RUNNING,
  SB_INTERNAL,
  shrinkerListLock,
  shutOut,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toAg,
  toShrinkers,
  wakeUp,
  writerHandlers,
  writerLeft,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `stuckDisk`: a read of the rebuild never completes, as on a disk that has gone away. */
export type RepairParams = {
  readonly ag: number;
  readonly cpu?: number;
  readonly policy: Policy;
  readonly stuckDisk: boolean;
};

interface RepairContext extends RepairParams {
  readonly self: AgentId;
  readonly cpu: number;
  readonly killed: boolean;
  /** Reads of the disk end with EIO. */
  readonly diskFails: boolean;
  readonly shutDown: boolean;
  readonly task: Task;
  readonly frozen: FreezeLevel | null;
}

export const repairProjection: Projection<RepairContext> = {
  constants: ['self', 'ag', 'policy', 'stuckDisk'],
  bookkeeping: ['task'],
};

type RepairEvent = Received<TaskMessage>;

const { send, change, guardOn } = chartKit<RepairContext, RepairEvent>();

/** The buffer target of the in-memory btree registers a shrinker of its own, last on the list. */
export const REPAIR_SHRINKER = { id: 'xfs-buf:xfile', owner: null, seeks: 2, batch: 128 };

const sleepOn = (
  resource: (context: RepairContext) => string,
  path: CallPath | ((context: RepairContext) => CallPath),
  mode: 'uninterruptible' | 'polling' = 'uninterruptible',
  lock: (context: RepairContext) => LockMode = () => '',
) =>
  change((context) => {
    const { frames } = typeof path === 'function' ? path(context) : path;
    return { task: asleep(context.task, resource(context), frames, mode, lock(context)) };
  });
const hold = (resource: (context: RepairContext) => string, mode: LockMode = '') =>
  change((context) => ({ task: holding(context.task, resource(context), mode) }));

const agi = ({ ag }: RepairContext): string => agBuffer('AGI', ag);
const agf = ({ ag }: RepairContext): string => agBuffer('AGF', ag);
/** The rwsem is wanted for writing. */
const listLockMode = ({ policy }: RepairContext): LockMode => (policy.shrinkers === 'rwsem' ? 'W' : '');
const listLock = ({ policy }: RepairContext): string => shrinkerListLock(policy.shrinkers, REPAIR_SHRINKER.id);

/** Asks for a buffer of the AG; falls asleep in `wait` if another thread has it. */
const locking = <T extends readonly object[]>(buffer: AgBuffer, wait: string, failed: object, ...locked: T) =>
  ({
    entry: send(({ ag }) => toAg(ag, { type: 'ag.lock', buffer })),
    on: { 'task.bufferContended': wait, 'task.bufferLocked': locked, 'task.bufferFailed': failed },
  }) as const;

/** xchk_teardown: what is joined to the transaction is unlocked with it. */
const agiFailed = {
  target: 'unregisteringAfterCommit',
  actions: leaving('fs'),
} as const;
const agfFailed = {
  target: 'unregisteringAfterCommit',
  actions: [
    send(({ ag, frozen }) => [toAg(ag, { type: 'ag.unlock', buffer: 'AGI' }), ...writerLeft(frozen, 'fs')]),
    change((context) => ({ task: released(context.task, agi(context), SB_INTERNAL) })),
  ],
} as const;

const agfLocked = [
  { guard: 'isStuck', target: 'readingDeadDisk', actions: hold(agf) },
  { target: 'rebuilding', actions: hold(agf) },
] as const;

/** What follows the rebuild, by policy. */
const tearingDown = [
  { guard: 'unregistersInTransaction', target: 'unregisteringInTransaction' },
  { guard: 'triesUnregister', target: 'tryingToUnregister' },
  { target: 'committing' },
] as const;

/** Commit lets go of both buffers and of the freeze protection. */
const unlockAll = [
  send(({ ag, frozen }) => [
    toAg(ag, { type: 'ag.unlock', buffer: 'AGF' }),
    toAg(ag, { type: 'ag.unlock', buffer: 'AGI' }),
    ...writerLeft(frozen, 'fs'),
  ]),
  change((context) => ({ task: released(context.task, agf(context), agi(context), SB_INTERNAL) })),
] as const;

/** Asleep in unregister_shrinker until the registry has taken ours off the list. */
const unregistering = (when: 'inTransaction' | 'afterCommit', next: string) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 'the lock of the shrinker list, for writing', sleep: 'uninterruptible' },
    entry: [
      sleepOn(
        listLock,
        ({ policy }) => STACKS.repair.unregistering[when][policy.shrinkers],
        'uninterruptible',
        listLockMode,
      ),
      send(() => toShrinkers({ type: 'shrinkers.unregister', shrinker: REPAIR_SHRINKER.id })),
    ],
    on: { 'task.shrinkerUnregistered': next },
    exit: wakeUp,
  }) as const;

export const repairMachine = setup({
  types: typesOf<{ context: RepairContext; events: RepairEvent; input: RepairParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: ({ context }) => delay(`start ${context.self}`),
    transAlloc: () => cpuTime('transAlloc'),
    retry: () => delay('repairRetry'),
    rebuild: () => delay('rebuild'),
    commit: () => cpuTime('repairCommit'),
  },
  guards: {
    triesAgi: ({ context }) => context.policy.repairLock === 'trylock',
    isStuck: ({ context }) => context.stuckDisk,
    isGivenUp: ({ context }) => context.killed || context.diskFails || context.shutDown,
    isShutDown: ({ context }) => context.shutDown,
    unregistersInTransaction: ({ context }) => context.policy.repair === 'unregister-in-transaction',
    triesUnregister: ({ context }) => context.policy.repair === 'try-unregister',
    unregistersAfterCommit: ({ context }) => context.policy.repair === 'unregister-after-commit',
  },
}).createMachine({
  id: 'repair',
  context: ({ input }) => ({
    self: input.self,
    cpu: input.cpu ?? 0,
    ag: input.ag,
    policy: input.policy,
    stuckDisk: input.stuckDisk,
    killed: false,
    diskFails: false,
    shutDown: false,
    task: RUNNING,
    frozen: null,
  }),
  on: {
    ...threadHandlers,
    ...writerHandlers,
    'task.killed': { actions: change(() => ({ killed: true })) },
    'task.diskFailed': { actions: change(() => ({ diskFails: true })) },
    'task.diskHealed': { actions: change(() => ({ diskFails: false })) },
    'task.fsShutDown': { actions: change(() => ({ shutDown: true })) },
    // It is at it.
    'task.repairNow': {},
  },
  initial: 'starting',
  states: {
    starting: {
      tags: ['sleeping'],
      after: { start: 'entering' },
      on: { 'task.killed': 'done', 'task.repairNow': 'entering' },
    },
    /** xfs_ioc_scrub_metadata. */
    entering: { always: [{ guard: 'isShutDown', target: 'done' }, { target: 'registeringShrinker' }] },
    registeringShrinker: {
      tags: ['blocked'],
      meta: { waitsFor: 'the lock of the shrinker list, for writing', sleep: 'uninterruptible' },
      entry: [
        sleepOn(listLock, ({ policy }) => STACKS.repair.registering[policy.shrinkers], 'uninterruptible', listLockMode),
        send(() => toShrinkers({ type: 'shrinkers.register', shrinker: REPAIR_SHRINKER })),
      ],
      on: { 'task.shrinkerRegistered': 'reserving' },
      exit: wakeUp,
    },
    reserving: {
      after: {
        transAlloc: [
          { guard: shutOut('fs'), target: 'awaitingThaw' },
          { guard: 'triesAgi', target: 'tryingAgi', actions: hold(() => SB_INTERNAL, 'R') },
          { target: 'lockingAgi', actions: hold(() => SB_INTERNAL, 'R') },
        ],
      },
    },
    awaitingThaw: awaitingThaw<RepairContext, 'reserving'>('fs', () => STACKS.repair.starting.frames, 'reserving'),
    lockingAgi: locking('AGI', 'waitingForAgi', agiFailed, { target: 'lockingAgf', actions: hold(agi) }),
    waitingForAgi: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'uninterruptible' },
      entry: sleepOn(agi, STACKS.repair.lockingAgi),
      on: { 'task.bufferLocked': { target: 'lockingAgf', actions: hold(agi) }, 'task.bufferFailed': agiFailed },
      exit: wakeUp,
    },
    tryingAgi: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'polling' },
      entry: [
        sleepOn(agi, STACKS.repair.tryingAgi, 'polling'),
        send(({ ag }) => toAg(ag, { type: 'ag.trylock', buffer: 'AGI' })),
      ],
      on: {
        'task.bufferTried': [
          {
            guard: guardOn('task.bufferTried', (_context, { locked }) => locked),
            target: 'lockingAgf',
            actions: hold(agi),
          },
          { target: 'waitingToRetry' },
        ],
        'task.bufferFailed': agiFailed,
      },
      exit: wakeUp,
    },
    waitingToRetry: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGI', sleep: 'polling' },
      entry: sleepOn(agi, STACKS.repair.retryingAgi, 'polling'),
      after: { retry: 'tryingAgi' },
      exit: wakeUp,
    },
    lockingAgf: locking('AGF', 'waitingForAgf', agfFailed, ...agfLocked),
    waitingForAgf: {
      tags: ['blocked'],
      meta: { waitsFor: 'AGF', sleep: 'uninterruptible' },
      entry: sleepOn(agf, STACKS.repair.lockingAgf),
      on: { 'task.bufferLocked': [...agfLocked], 'task.bufferFailed': agfFailed },
      exit: wakeUp,
    },
    /** Most of it is reading the disk. */
    rebuilding: {
      tags: ['sleeping'],
      always: { guard: 'isGivenUp', target: 'tearingDown' },
      after: { rebuild: [...tearingDown] },
      on: { 'task.killed': 'tearingDown', 'task.diskFailed': 'tearingDown', 'task.fsShutDown': 'tearingDown' },
    },
    /** A rebuild that was given up lets go of what it has as one that is done. */
    tearingDown: { always: [...tearingDown] },
    /** Nothing in the model ends this wait. */
    readingDeadDisk: {
      tags: ['blocked'],
      meta: { waitsFor: 'the disk', sleep: 'uninterruptible' },
      entry: sleepOn(() => outsideDisk('sda'), STACKS.repair.readingDisk),
    },
    unregisteringInTransaction: unregistering('inTransaction', 'committing'),
    tryingToUnregister: {
      entry: send(() => toShrinkers({ type: 'shrinkers.tryUnregister', shrinker: REPAIR_SHRINKER.id })),
      on: { 'task.shrinkerUnregistered': 'committing' },
    },
    committing: {
      after: {
        commit: [
          { guard: 'unregistersAfterCommit', target: 'unregisteringAfterCommit', actions: unlockAll },
          { target: 'done', actions: unlockAll },
        ],
      },
    },
    unregisteringAfterCommit: unregistering('afterCommit', 'done'),
    /** Whoever is told to repair once more is another process of the same name. */
    done: {
      tags: ['sleeping'],
      on: { 'task.repairNow': { target: 'entering', actions: change(() => ({ killed: false })) } },
    },
  },
});
