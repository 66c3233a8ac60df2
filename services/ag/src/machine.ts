/**
 * An allocation group: the locks of its two header buffers. Linux 6.1 fs/xfs/xfs_buf.c xfs_buf_lock, xfs_buf_unlock, xfs_buf_trylock (b_sema is a
 * counting semaphore of 1). Leaves out reading the buffers from disk and the log force of a pinned stale buffer: the link's latency is that of a
 * cached read.
 */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import {
  type AgBuffer,
  type AgMessage,
  down,
  effectActions,
  FREE_SEMAPHORE,
  type Received,
  type Semaphore,
  toTask,
  up,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

interface AgContext {
  readonly ag: number;
  readonly AGI: Semaphore;
  readonly AGF: Semaphore;
  /** Who got a lock by the last message. */
  readonly granted: AgentId | null;
  readonly resources: readonly ResourceFacts[];
}

type AgEvent = Received<AgMessage>;

/** Returns the context with a buffer's semaphore changed. */
function withBuffer(context: AgContext, buffer: AgBuffer, semaphore: Semaphore): Partial<AgContext> {
  const before = context[buffer].holder;
  const next = { ...context, [buffer]: semaphore };
  const resources = (['AGI', 'AGF'] as const)
    .filter((name) => next[name].holder !== null)
    .map((name) => ({
      resource: `${name} ${context.ag}`,
      holders: [next[name].holder ?? ''],
      waiters: next[name].waiters,
    }));
  return { [buffer]: semaphore, granted: semaphore.holder === before ? null : semaphore.holder, resources };
}

const isFree = (context: AgContext, buffer: AgBuffer): boolean => context[buffer].holder === null;

const tellGranted = {
  type: 'send',
  params: ({ context, event }: { context: AgContext; event: AgEvent }) =>
    context.granted === null ? [] : [toTask(context.granted, { type: 'task.bufferLocked', buffer: event.buffer })],
} as const;

const region = (buffer: AgBuffer) =>
  ({
    initial: 'free',
    states: {
      free: { always: { guard: ({ context }: { context: AgContext }) => !isFree(context, buffer), target: 'locked' } },
      locked: { always: { guard: ({ context }: { context: AgContext }) => isFree(context, buffer), target: 'free' } },
    },
  }) as const;

export const agMachine = setup({
  types: typesOf<{ context: AgContext; events: AgEvent; input: { readonly ag: number } }>(),
  actions: effectActions,
}).createMachine({
  id: 'ag',
  context: ({ input }) => ({ ag: input.ag, AGI: FREE_SEMAPHORE, AGF: FREE_SEMAPHORE, granted: null, resources: [] }),
  type: 'parallel',
  states: { agi: region('AGI'), agf: region('AGF') },
  on: {
    'ag.lock': {
      actions: [
        assign(({ context, event }) => withBuffer(context, event.buffer, down(context[event.buffer], event.from))),
        tellGranted,
      ],
    },
    'ag.unlock': {
      actions: [
        assign(({ context, event }) => withBuffer(context, event.buffer, up(context[event.buffer], event.from))),
        tellGranted,
      ],
    },
    'ag.trylock': [
      {
        guard: ({ context, event }) => isFree(context, event.buffer),
        actions: [
          assign(({ context, event }) => withBuffer(context, event.buffer, down(context[event.buffer], event.from))),
          {
            type: 'send',
            params: ({ event }) => toTask(event.from, { type: 'task.bufferTried', buffer: event.buffer, locked: true }),
          },
        ],
      },
      {
        actions: {
          type: 'send',
          params: ({ event }) => toTask(event.from, { type: 'task.bufferTried', buffer: event.buffer, locked: false }),
        },
      },
    ],
  },
});
