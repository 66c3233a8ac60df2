/** Mutex: an agent that is no thread. It has one holder; the others wait in the order in which they came. */
import type { AgentId, ResourceFacts } from 'sleeping-dragon/engine';
import { chartKit, effectActions, fromMachine, type Send, typesOf } from 'sleeping-dragon/statechart';
import { setup } from 'xstate';

/** A message to the mutex; who sent it is added on arrival. */
type MutexEvent = { type: 'mutex.lock'; from: AgentId } | { type: 'mutex.unlock'; from: AgentId };

interface MutexContext {
  readonly self: AgentId;
  /** The holder first, then those who wait. */
  readonly queue: readonly AgentId[];
  /** What the wait-for graph reads. */
  readonly resources: readonly ResourceFacts[];
}

const { answer } = chartKit<MutexContext, MutexEvent>();

/** The mutex with another queue, which must say so to whoever looks for deadlocks. */
function withQueue(self: AgentId, queue: readonly AgentId[]): Pick<MutexContext, 'queue' | 'resources'> {
  const [holder, ...waiting] = queue;
  const holders = holder === undefined ? [] : [[holder]];
  const waiters = waiting.length === 0 ? [] : [waiting.map((task) => ({ task }))];
  return { queue, resources: [{ resource: self, holders, waiters }] };
}

/** The first in the queue is told that it has the mutex. */
const locked = (queue: readonly AgentId[]): Send[] =>
  queue.slice(0, 1).map((to) => ({ kind: 'send', to, message: { type: 'thread.locked' } }));

const machine = setup({
  types: typesOf<{ context: MutexContext; events: MutexEvent; input: { self: AgentId } }>(),
  actions: effectActions,
}).createMachine({
  id: 'mutex',
  context: ({ input: { self } }) => ({ self, ...withQueue(self, []) }),
  on: {
    'mutex.lock': {
      actions: answer(({ self, queue }, { from }) => [
        withQueue(self, [...queue, from]),
        queue.length === 0 ? locked([from]) : [],
      ]),
    },
    'mutex.unlock': {
      actions: answer(({ self, queue }) => [withQueue(self, queue.slice(1)), locked(queue.slice(1))]),
    },
  },
});

export const mutex = fromMachine('mutex', machine);
