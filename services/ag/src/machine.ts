/**
 * An allocation group: the locks of its two header buffers, and its lists of unlinked inodes. Linux 6.1
 * fs/xfs/xfs_buf.c xfs_buf_lock, xfs_buf_unlock, xfs_buf_trylock (b_sema is a counting semaphore of 1);
 * fs/xfs/xfs_inode.c xfs_iunlink, xfs_iunlink_remove. Leaves out reading the buffers from disk and the log force of a
 * pinned stale buffer: the link's latency is that of a cached read.
 */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import {
  type AgBuffer,
  agBuffer,
  type AgMessage,
  down,
  FREE_SEMAPHORE,
  type Received,
  type Semaphore,
  toTask,
  up,
} from '@dragon/kernel';
import { effectActions, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';
import { added, neighboursOf, NO_UNLINKED, removed, type UnlinkedLists } from './unlinked-lists.ts';

interface AgContext {
  readonly ag: number;
  readonly AGI: Semaphore;
  readonly AGF: Semaphore;
  /** The lists of unlinked inodes that the AGI heads (agi_unlinked), newest last. */
  readonly unlinked: UnlinkedLists;
  /** Which inode each of those who wait for the AGI wants to free. */
  readonly wanted: { readonly [task: AgentId]: number };
  /** Who got a lock by the last message, and what it is told. */
  readonly granted: AgentId | null;
  readonly neighbours: number;
  readonly resources: readonly ResourceFacts[];
}

type AgEvent = Received<AgMessage>;

/**
 * Returns the context with a buffer's semaphore changed. Every inode that is freed comes by here four times: it makes
 * no more than it must.
 */
function withBuffer(context: AgContext, buffer: AgBuffer, semaphore: Semaphore): Partial<AgContext> {
  const granted = semaphore.holder === context[buffer].holder ? null : semaphore.holder;
  const resources: ResourceFacts[] = [];
  addFacts(resources, 'AGI', context.ag, buffer === 'AGI' ? semaphore : context.AGI);
  addFacts(resources, 'AGF', context.ag, buffer === 'AGF' ? semaphore : context.AGF);
  return { [buffer]: semaphore, granted, resources };
}

function addFacts(resources: ResourceFacts[], buffer: AgBuffer, ag: number, { holder, waiters }: Semaphore): void {
  if (holder !== null) resources.push({ resource: agBuffer(buffer, ag), holders: [holder], waiters });
}

/** xfs_buf_lock: the caller holds the buffer or is the last of those who wait. */
function locked(context: AgContext, event: Received<Extract<AgMessage, { type: 'ag.lock' }>>): Partial<AgContext> {
  const change = withBuffer(context, event.buffer, down(context[event.buffer], event.from));
  if (event.ino === undefined) return { ...change, neighbours: 0 };
  if (change.granted !== null) return { ...change, neighbours: neighboursOf(context.unlinked, event.ino) };
  return { ...change, wanted: { ...context.wanted, [event.from]: event.ino } };
}

/** xfs_buf_unlock: the lists are as the holder left them, and the first waiter holds the buffer. */
function unlocked(context: AgContext, event: Received<Extract<AgMessage, { type: 'ag.unlock' }>>): Partial<AgContext> {
  const change = withBuffer(context, event.buffer, up(context[event.buffer], event.from));
  let { unlinked } = context;
  if (event.unlinked !== undefined) unlinked = added(unlinked, event.unlinked);
  if (event.freed !== undefined) unlinked = removed(unlinked, event.freed);
  const next = change.granted ?? '';
  const { [next]: ino, ...wanted } = context.wanted;
  if (ino === undefined) return { ...change, unlinked, neighbours: 0 };
  return { ...change, unlinked, wanted, neighbours: neighboursOf(unlinked, ino) };
}

/** The one who got the buffer goes on; one who asked for it in vain goes to sleep. */
const tellGranted = {
  type: 'send',
  params: ({ context, event }: { context: AgContext; event: AgEvent }) => {
    if (context.granted !== null) {
      const { buffer } = event;
      return [toTask(context.granted, { type: 'task.bufferLocked', buffer, neighbours: context.neighbours })];
    }
    return event.type === 'ag.lock' ? [toTask(event.from, { type: 'task.bufferContended', buffer: event.buffer })] : [];
  },
} as const;

type Event<T extends AgMessage['type']> = Received<Extract<AgMessage, { type: T }>>;

const lock = assign<AgContext, Event<'ag.lock'>, undefined, AgEvent, never>(({ context, event }) =>
  locked(context, event),
);
const unlock = assign<AgContext, Event<'ag.unlock'>, undefined, AgEvent, never>(({ context, event }) =>
  unlocked(context, event),
);
const trylock = assign<AgContext, Event<'ag.trylock'>, undefined, AgEvent, never>(({ context, event }) =>
  withBuffer(context, event.buffer, down(context[event.buffer], event.from)),
);

const tellTried = (gotIt: boolean) =>
  ({
    type: 'send',
    params: ({ event }: { event: AgEvent }) =>
      toTask(event.from, { type: 'task.bufferTried', buffer: event.buffer, locked: gotIt }),
  }) as const;

const region = (buffer: AgBuffer) => {
  const mine = ({ event }: { event: AgEvent }): boolean => event.buffer === buffer;
  const isLast = ({ context, event }: { context: AgContext; event: AgEvent }): boolean =>
    event.buffer === buffer && context[buffer].waiters.length === 0;
  return {
    initial: 'free',
    states: {
      free: {
        on: {
          'ag.lock': { guard: mine, target: 'locked', actions: [lock, tellGranted] },
          'ag.trylock': { guard: mine, target: 'locked', actions: [trylock, tellTried(true)] },
          // Nobody holds it: `up` says so.
          'ag.unlock': { guard: mine, actions: unlock },
        },
      },
      locked: {
        on: {
          'ag.lock': { guard: mine, actions: [lock, tellGranted] },
          'ag.trylock': { guard: mine, actions: tellTried(false) },
          'ag.unlock': [
            { guard: isLast, target: 'free', actions: unlock },
            { guard: mine, actions: [unlock, tellGranted] },
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
    wanted: {},
    granted: null,
    neighbours: 0,
    resources: [],
  }),
  type: 'parallel',
  states: { agi: region('AGI'), agf: region('AGF') },
});
