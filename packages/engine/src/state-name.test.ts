/** Tests of state names: what is written is read back, and a word of nobody's is kept apart. */
import { expect, test } from 'vitest';
import type { Chart, ChartNode } from './agent.ts';
import { parentPath, stateName, stateNameReader, stateNameWith } from './state-name.ts';

const node = (path: string, type: ChartNode['type']): ChartNode => ({
  path,
  type,
  tags: [],
  entry: [],
  exit: [],
  edges: [],
});
const chart: Chart = {
  id: 'lamp',
  nodes: [
    node('', 'parallel'),
    node('timer', 'compound'),
    node('timer.armed', 'atomic'),
    node('worker', 'compound'),
    node('worker.busy', 'compound'),
    node('worker.busy.done', 'final'),
  ],
};
const read = stateNameReader(chart);

test('the leaves of a name and the compounds around them are active', () => {
  const { leaves, active, others } = read(stateName(['timer.armed', 'worker.busy.done']));
  expect(leaves.map(({ path }) => path)).toEqual(['timer.armed', 'worker.busy.done']);
  expect([...active].toSorted()).toEqual(['timer', 'timer.armed', 'worker', 'worker.busy', 'worker.busy.done']);
  expect(others).toEqual([]);
});

test('what is no leaf of the chart is told apart', () => {
  expect(read(stateNameWith('timer.armed', 'offCpu'))).toMatchObject({ others: ['offCpu'] });
  expect(read('worker.busy')).toMatchObject({ leaves: [], others: ['worker.busy'] });
  expect(read('')).toMatchObject({ leaves: [], others: [] });
});

test('the parent of a state at the top is the root', () => {
  expect(['worker.busy.done', 'worker', ''].map(parentPath)).toEqual(['worker.busy', '', '']);
});
