/**
 * An allocation group: the locks of its two header buffers, and its lists of unlinked inodes. Linux 6.1
 * fs/xfs/xfs_buf.c xfs_buf_lock, xfs_buf_unlock, xfs_buf_trylock (b_sema is a counting semaphore of 1);
 * fs/xfs/xfs_inode.c xfs_iunlink, xfs_iunlink_remove; fs/xfs/xfs_trans_buf.c xfs_trans_read_buf_map. Leaves out the log
 * force of a pinned stale buffer, and how long a read takes: the link's latency is that of a cached one. Only a disk
 * that fails makes a difference between a buffer that is in memory and one that is not, see failing-disk.ts.
 */
import type { AgentId, Effect, ResourceFacts } from '@dragon/engine';
import {
  type AgBuffer,
  agBuffer,
  type AgMessage,
  allOf,
  CONTEXT_COPIERS,
  down,
  firstOf,
  FREE_SEMAPHORE,
  type Received,
  type Semaphore,
  toTask,
  up,
} from '@dragon/kernel';
import { chartKit, effectActions, type MachineOptions, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';
import {
  bufferFailed,
  diskFailed,
  diskHealed,
  type FailingDisk,
  fileSystemShutDown,
  isUnreadable,
  WORKING_DISK,
} from './failing-disk.ts';
import { neighboursOf, NO_UNLINKED, type UnlinkedLists, withoutUnlinked, withUnlinked } from './unlinked-lists.ts';

/** `ino`: the inode that it wants the AGI for, to free it. */
type BufferWaiter = { readonly task: AgentId; readonly ino?: number };

interface AgContext extends FailingDisk {
  readonly ag: number;
  readonly AGI: Semaphore<BufferWaiter>;
  readonly AGF: Semaphore<BufferWaiter>;
  /** The lists of unlinked inodes that the AGI heads (agi_unlinked), newest last. */
  readonly unlinked: UnlinkedLists;
  readonly resources: readonly ResourceFacts[];
}

type AgEvent = Received<AgMessage>;

const { answer, answerTo, change: changed, guard, on, send } = chartKit<AgContext, AgEvent>();

/**
 * Returns the change of a buffer's semaphore. Every inode that is freed comes by here four times: it makes no more than
 * it must.
 */
function semaphoreChanged(
  { ag, AGI, AGF }: AgContext,
  buffer: AgBuffer,
  semaphore: Semaphore<BufferWaiter>,
): Partial<AgContext> {
  const resources: ResourceFacts[] = [];
  const [agi, agf] = buffer === 'AGI' ? [semaphore, AGF] : [AGI, semaphore];
  addFacts(resources, 'AGI', ag, agi);
  addFacts(resources, 'AGF', ag, agf);
  return buffer === 'AGI' ? { AGI: semaphore, resources } : { AGF: semaphore, resources };
}

function addFacts(resources: ResourceFacts[], buffer: AgBuffer, ag: number, { holder, waiters }: Semaphore): void {
  if (holder !== null) resources.push({ resource: agBuffer(buffer, ag), holders: [[holder]], waiters });
}

const waiterOf = (task: AgentId, ino: number | undefined): BufferWaiter =>
  ino === undefined ? { task } : { task, ino };

/** xfs_buf_lock: the caller holds the buffer and goes on, or is the last of those who wait and goes to sleep. */
const lock = answerTo('ag.lock', (context, { buffer, from, ino }) => {
  const before = context[buffer];
  const change = semaphoreChanged(context, buffer, down(before, waiterOf(from, ino)));
  return before.holder === null
    ? [change, [toldLocked(context.unlinked, buffer, from, ino)]]
    : [change, [toTask(from, { type: 'task.bufferContended', buffer })]];
});

/** xfs_buf_unlock: the lists are as the holder left them, and the first waiter holds the buffer. */
const unlock = answerTo('ag.unlock', (context, { buffer, freed, from, unlinked: added }) => {
  const before = context[buffer];
  const change = semaphoreChanged(context, buffer, up(before, from));
  let { unlinked } = context;
  if (added !== undefined) unlinked = withUnlinked(unlinked, added);
  if (freed !== undefined) unlinked = withoutUnlinked(unlinked, freed);
  const next = firstOf(before.waiters);
  if (next !== undefined && isUnreadable(context, buffer))
    return [
      { ...semaphoreChanged(context, buffer, FREE_SEMAPHORE), unlinked },
      allOf(before.waiters).flatMap(({ task }) => bufferFailed(context, buffer, task)),
    ];
  return [
    unlinked === context.unlinked ? change : { ...change, unlinked },
    next === undefined ? [] : [toldLocked(unlinked, buffer, next.task, next.ino)],
  ];
});

function toldLocked(unlinked: UnlinkedLists, buffer: AgBuffer, task: AgentId, ino: number | undefined): Effect {
  const neighbours = ino === undefined ? 0 : neighboursOf(unlinked, ino);
  return toTask(task, { type: 'task.bufferLocked', buffer, neighbours });
}

/** xfs_buf_trylock of a buffer that nobody holds. */
const trylock = on('ag.trylock', (context, { buffer, from }) =>
  semaphoreChanged(context, buffer, down(context[buffer], { task: from })),
);

/** The buffer is locked, cannot be read, and is unlocked. */
const fail = answer((context, event) => [{}, 'buffer' in event ? bufferFailed(context, event.buffer, event.from) : []]);

const tellTried = (locked: boolean) =>
  send((_context, event) =>
    'buffer' in event ? toTask(event.from, { type: 'task.bufferTried', buffer: event.buffer, locked }) : [],
  );

const region = (buffer: AgBuffer) => {
  const isMine = (event: AgEvent): boolean => 'buffer' in event && event.buffer === buffer;
  const mine = guard((_context, event) => isMine(event));
  const isLast = guard(
    (context, event) => isMine(event) && (context[buffer].waiters.length === 0 || isUnreadable(context, buffer)),
  );
  const readable = guard((context, event) => isMine(event) && !isUnreadable(context, buffer));
  return {
    initial: 'free',
    states: {
      free: {
        on: {
          'ag.lock': [
            { guard: readable, target: 'locked', actions: lock },
            { guard: mine, actions: fail },
          ],
          'ag.trylock': [
            { guard: readable, target: 'locked', actions: [trylock, tellTried(true)] },
            { guard: mine, actions: fail },
          ],
        },
      },
      locked: {
        on: {
          'ag.lock': { guard: mine, actions: lock },
          'ag.trylock': { guard: mine, actions: tellTried(false) },
          'ag.unlock': [
            { guard: isLast, target: 'free', actions: unlock },
            { guard: mine, actions: unlock },
          ],
        },
      },
    },
  } as const;
};

export const agMachine = setup({
  types: typesOf<{ context: AgContext; events: AgEvent; input: { readonly ag: number } }>(),
  actions: effectActions,
}).createMachine({
  id: 'ag',
  context: ({ input }) => ({
    ag: input.ag,
    AGI: FREE_SEMAPHORE,
    AGF: FREE_SEMAPHORE,
    unlinked: NO_UNLINKED,
    ...WORKING_DISK,
    resources: [],
  }),
  on: {
    'ag.failDisk': { actions: changed(diskFailed) },
    'ag.healDisk': { actions: changed(diskHealed) },
    'ag.shutDown': { actions: changed(fileSystemShutDown) },
  },
  type: 'parallel',
  states: { agi: region('AGI'), agf: region('AGF') },
});

const inOrder = ({ holder, waiters }: Semaphore<BufferWaiter>) => ({ holder, waiters: allOf(waiters) });

/** What the checker takes of an allocation group for behaviour, and who its messages are for: no thread. */
export const agOptions: MachineOptions<typeof agMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: {
    constants: ['ag'],
    bookkeeping: ['resources'],
    normal: ({ AGI, AGF, unlinked, failing, unread, shutDown }) => ({
      AGI: inOrder(AGI),
      AGF: inOrder(AGF),
      unlinked,
      failing,
      unread,
      shutDown,
    }),
  },
  receiver: 'call',
};
