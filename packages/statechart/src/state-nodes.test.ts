/** Test of the list of a chart's nodes. */
import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { stateNodes } from './state-nodes.ts';

test('all states of a chart are listed, the root first, each before its children, in the order of the chart', () => {
  const machine = createMachine({
    type: 'parallel',
    states: {
      work: { initial: 'idle', states: { idle: {}, armed: {} } },
      agent: { initial: 'idle', states: { idle: {}, busy: { initial: 'taking', states: { taking: {} } } } },
    },
  });
  expect(stateNodes(machine).map(({ path }) => path.join('.'))).toEqual([
    '',
    'work',
    'work.idle',
    'work.armed',
    'agent',
    'agent.idle',
    'agent.busy',
    'agent.busy.taking',
  ]);
});
