/** Steps as data say what happened and, if it is wanted, the states around it. */
import { expect, test } from 'vitest';
import type { AgentDefinition } from './agent.ts';
import type { Seen } from './observer.ts';
import { presentData, stepData } from './step-data.ts';

const definition: AgentDefinition = {
  kind: 'door',
  init: () => ({ state: new Set(), effects: [] }),
  receive: (state) => ({ state, effects: [] }),
  describe: (state) => `${(state as Set<string>).size} inside`,
  facts: () => ({}),
  save: (state) => [...(state as Set<string>)],
  restore: (saved) => new Set(saved as string[]),
};
const event = { at: 3, to: 'door', from: 'cat', seq: 7, message: { type: 'door.open' } };
const seen: Seen = {
  at: 3,
  agent: 'door',
  definition,
  event,
  index: 4,
  before: new Set(),
  after: new Set(['cat']),
  state: '1 inside',
  effects: [{ kind: 'log', text: 'meow' }],
  moves: [{ message: event.message, from: 'cat', taken: [] }],
};
const step = { at: 3, agent: 'door', kind: 'door', event, index: 4, state: '1 inside', effects: seen.effects };

test('a step says what is wanted of it, and has no other members', () => {
  expect(stepData(seen, { states: false, moves: false })).toStrictEqual(step);
  expect(stepData(seen, { states: true, moves: false })).toStrictEqual({ ...step, before: [], after: ['cat'] });
  expect(stepData(seen, { states: false, moves: true })).toStrictEqual({ ...step, moves: seen.moves });
});

test('before its start an agent had no state', () => {
  const start = { ...seen, event: undefined, index: 0, before: undefined, moves: undefined };
  expect(stepData(start, { states: true, moves: true })).toStrictEqual({
    ...step,
    event: null,
    index: 0,
    after: ['cat'],
  });
});

test('an agent as it is', () => {
  const present = { at: 3, agent: 'door', definition, received: 4, state: seen.after };
  const plain = { at: 3, agent: 'door', kind: 'door', state: '1 inside' };
  expect(presentData(present, { states: false, moves: true })).toStrictEqual(plain);
  expect(presentData(present, { states: true, moves: false })).toStrictEqual({ ...plain, saved: ['cat'] });
});
