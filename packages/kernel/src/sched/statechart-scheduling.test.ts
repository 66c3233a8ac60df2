/** What the adapter tells a scheduler of a chart, and a scheduler's chart of the time. */
import { expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { effectActions, typesOf, fromMachine } from '@dragon/statechart';

/** A worker, and a timer beside it that says nothing of sleep. */
const worker = setup({ actions: effectActions }).createMachine({
  id: 'worker',
  type: 'parallel',
  states: {
    timer: { initial: 'disarmed', states: { disarmed: {} } },
    worker: {
      initial: 'idle',
      states: {
        idle: { tags: ['sleeping'], on: { go: 'running' } },
        running: {
          initial: 'computing',
          states: { computing: { on: { go: 'waiting' } }, waiting: { tags: ['blocked'] } },
        },
      },
    },
  },
});

test('tags are those of all active states', () => {
  const agent = fromMachine('worker', worker);
  const tags = (state: unknown): boolean[] => ['sleeping', 'blocked'].map((tag) => agent.hasTag(state as never, tag));
  const idle = agent.init({}, 'w').state;
  const computing = agent.receive(idle, { message: { type: 'go' }, from: 'x', at: 0 }).state;
  const waiting = agent.receive(computing, { message: { type: 'go' }, from: 'x', at: 0 }).state;
  expect([idle, computing, waiting].map(tags)).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
  // Tags are not saved: they come back with the state.
  expect(tags(agent.restore(agent.save(waiting)))).toEqual([false, true]);
});

test('only a timed agent knows the instant of an event', () => {
  const clock = setup({
    types: typesOf<{ context: { at: number | null }; events: { type: 'go'; at?: number } }>(),
    actions: effectActions,
  }).createMachine({
    id: 'clock',
    context: { at: null },
    on: { go: { actions: assign({ at: ({ event }) => event.at ?? null }) } },
  });
  const told = [true, false].map((timed) => {
    const agent = fromMachine('clock', clock, { timed });
    return agent.facts(agent.receive(agent.init({}, 'c').state, { message: { type: 'go' }, from: 'x', at: 42 }).state);
  });
  expect(told).toEqual([{ at: 42 }, { at: null }]);
});
