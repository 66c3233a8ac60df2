/** Tests of the index of a chart: edges keep their numbers, and what was taken is found by its cause. */
import type { Chart, ChartEdge, ChartNode } from '@dragon/engine';
import { expect, test } from 'vitest';
import { ChartIndex } from './chart-index.ts';

const edge = (by: string, index: number, ...target: string[]): ChartEdge => ({
  by,
  index,
  target,
  actions: [],
  reenter: false,
});
const node = (path: string, type: ChartNode['type'], ...edges: ChartEdge[]): ChartNode => ({
  path,
  type,
  tags: [],
  entry: [],
  exit: [],
  edges,
});
const chart: Chart = {
  id: 'door',
  nodes: [
    node('', 'compound', edge('slam', 0, 'shut')),
    node('open', 'atomic', edge('push', 0, 'shut'), edge('push', 1)),
    node('shut', 'compound'),
    node('shut.locked', 'atomic', edge('pull', 0, 'open')),
  ],
};
const index = new ChartIndex(chart);

test('a transition is known by its number and by what was taken', () => {
  expect(index.edges.map(({ number, source, by }) => [number, source, by])).toEqual([
    [0, '', 'slam'],
    [1, 'open', 'push'],
    [2, 'open', 'push'],
    [3, 'shut.locked', 'pull'],
  ]);
  expect(index.numberOf({ source: 'open', by: 'push', index: 1 })).toBe(2);
  expect(index.numberOf({ source: 'open', by: 'pull', index: 0 })).toBeUndefined();
});

test('nodes are found by path, and those inside them', () => {
  expect(index.children('').map(({ path }) => path)).toEqual(['open', 'shut']);
  expect(index.children('shut').map(({ path }) => path)).toEqual(['shut.locked']);
  expect(index.node('shut').type).toBe('compound');
  expect(() => index.node('ajar')).toThrow('chart door has no state ajar');
});
