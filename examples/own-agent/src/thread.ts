/** Thread: takes one mutex, works, takes a second one, works, and gives both back. Again and again. */
import type { AgentId, TaskFacts } from 'sleeping-dragon/engine';
import { chartKit, delay, effectActions, fromMachine, type Send, typesOf } from 'sleeping-dragon/statechart';
import { setup } from 'xstate';

type ThreadEvent = { type: 'thread.locked'; from: AgentId };

/** What a plan says of each thread. */
export interface ThreadParams {
  readonly first: AgentId;
  readonly second: AgentId;
}

interface ThreadContext extends ThreadParams {
  /** What the wait-for graph reads. */
  readonly task: TaskFacts;
}

const { answer, change } = chartKit<ThreadContext, ThreadEvent>();

const IDLE: TaskFacts = { waitsFor: null, holds: [] };

const toMutex = (to: AgentId, type: 'mutex.lock' | 'mutex.unlock'): Send => ({ kind: 'send', to, message: { type } });

/** `stack` is what a dump of the blocked thread shows, innermost first. */
const asking = (which: 'first' | 'second', stack: readonly string[]) =>
  answer((context) => [
    {
      task: { ...context.task, waitsFor: { resource: context[which], mode: 'uninterruptible', lock: '', stack } },
    },
    [toMutex(context[which], 'mutex.lock')],
  ]);

const holding = (which: 'first' | 'second') =>
  change((context) => ({
    task: { waitsFor: null, holds: [...context.task.holds, { resource: context[which], mode: '' }] },
  }));

const machine = setup({
  types: typesOf<{ context: ThreadContext; events: ThreadEvent; input: ThreadParams & { self: AgentId } }>(),
  actions: effectActions,
  // Time is a name; the plan says how long it takes, and the seed draws it.
  delays: { pause: () => delay('pause'), work: () => delay('work') },
}).createMachine({
  id: 'thread',
  context: ({ input: { first, second } }) => ({ first, second, task: IDLE }),
  initial: 'pausing',
  states: {
    pausing: { after: { pause: 'lockingFirst' } },
    lockingFirst: {
      entry: asking('first', ['mutex_lock', 'transfer']),
      on: { 'thread.locked': { target: 'working', actions: holding('first') } },
    },
    working: { after: { work: 'lockingSecond' } },
    lockingSecond: {
      entry: asking('second', ['mutex_lock', 'post', 'transfer']),
      on: { 'thread.locked': { target: 'workingWithBoth', actions: holding('second') } },
    },
    workingWithBoth: {
      after: {
        work: {
          target: 'pausing',
          actions: answer(({ first, second }) => [
            { task: IDLE },
            [toMutex(second, 'mutex.unlock'), toMutex(first, 'mutex.unlock')],
          ]),
        },
      },
    },
  },
});

export const thread = fromMachine('thread', machine);
