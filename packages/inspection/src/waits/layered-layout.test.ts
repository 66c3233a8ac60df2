/** Tests of waits in layers: whoever waits for whom, arrows lead on, nothing lies on anything, and who can stays. */
import { expect, test } from 'vitest';
import type { Box, WaitLayout } from './wait-drawing.ts';
import type { WaitEdge, WaitGraphView, WaitNode } from './wait-graph.ts';
import { waitLayout } from './wait-layout.ts';

type Graph = Pick<WaitGraphView, 'nodes' | 'edges' | 'cycle'>;

/** `a>b a>c`: who waits for whom; those that `stacks` names are several. */
function graphOf(waits: string, stacks: Readonly<Record<string, number>> = {}): Graph {
  const edges = waits
    .split(' ')
    .filter((wait) => wait !== '')
    .map((wait): WaitEdge => {
      const [from = '', to = ''] = wait.split('>');
      return { from, to, resource: `lock of ${to}`, lock: '', heldAs: '', isParty: false };
    });
  const ids = [...new Set(edges.flatMap(({ from, to }) => [to, from]))];
  const nodes = ids.map((id): WaitNode => {
    const agents = [id, ...Array.from({ length: (stacks[id] ?? 1) - 1 }, (_, i) => `${id}/${i}`)];
    return {
      id,
      agents,
      isParty: false,
      isFound: false,
      isHolder: edges.some(({ to }) => to === id),
      spareHolds: [],
    };
  });
  return { nodes, edges, cycle: [] };
}

const layoutOf = (graph: Graph, [width, height]: readonly [number, number] = [706, 428], before?: WaitLayout) =>
  waitLayout({
    graph,
    area: { width, height },
    node: { width: 220, height: 60 },
    stackWidth: 192,
    spareWidth: 170,
    labelSize: () => ({ width: 170, height: 38 }),
    parties: [],
    mayClose: false,
    before,
  });

/** A simple generator of numbers below `most`, the same for a seed. */
function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state * 48271) % 2147483647;
    return state % most;
  };
}

/** Tasks that wait for others of lower numbers: mostly for one, as locks are, at times for two. */
function randomWaits(next: (most: number) => number, most: number): string[] {
  const waits = new Set<string>();
  for (let i = 1; i < most; i += 1)
    for (let n = next(3) === 0 ? 0 : next(6) === 0 ? 2 : 1; n > 0; n -= 1) waits.add(`t${i}>t${next(i)}`);
  return [...waits];
}

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

function faultsOf({ boxes, curves, layers }: WaitLayout, width: number, height: number): string[] {
  const faults: string[] = [];
  const all = [
    ...boxes,
    ...curves.flatMap(({ edge, label }): [string, Box][] => (label ? [[`${edge.from}>${edge.to}`, label]] : [])),
  ];
  for (const [i, [a, box]] of all.entries()) {
    if (box.x < box.width / 2 || box.x > width - box.width / 2) faults.push(`${a} leaves the area`);
    if (box.y < box.height / 2 || box.y > height - box.height / 2) faults.push(`${a} leaves the area`);
    for (const [b, other] of all.slice(i + 1)) if (overlap(box, other)) faults.push(`${a} lies on ${b}`);
  }
  for (const { edge } of curves) {
    const [from, to] = [layers?.cells.get(edge.from)?.layer ?? 0, layers?.cells.get(edge.to)?.layer ?? 0];
    if (to < from + 0.99) faults.push(`${edge.from}>${edge.to} does not lead on`);
  }
  return faults;
}

const SIZES: readonly (readonly [number, number])[] = [
  [664, 380],
  [706, 428],
  [1186, 610],
];

test('of random waits no two boxes or words overlap, and every arrow leads on, from one instant to the next', () => {
  for (let seed = 1; seed <= 24; seed += 1) {
    const next = numbers(seed);
    const size = SIZES[seed % SIZES.length] ?? [706, 428];
    let waits = randomWaits(next, 2 + next(30));
    let before: WaitLayout | undefined;
    for (let step = 0; step < 6; step += 1) {
      before = layoutOf(graphOf(waits.join(' ')), size, before);
      expect(faultsOf(before, ...size), `seed ${seed}, step ${step}: ${waits.join(' ')}`).toEqual([]);
      waits = [
        ...waits.filter(() => next(4) > 0),
        ...randomWaits(next, 2 + next(5)).filter((wait) => !waits.includes(wait)),
      ];
    }
  }
});

test('a chain goes from left to right, each beside the others of its queue', () => {
  const { boxes, left } = layoutOf(graphOf('k>w0 w1>w0 w2>w0 h1>w1 h2>w2'));
  const at = (id: string): Box => boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  expect(new Set(['k', 'w1', 'w2'].map((id) => at(id).x)).size).toBe(1);
  expect([at('h1').x < at('w1').x, at('w1').x < at('w0').x, at('h1').y === at('w1').y]).toEqual([true, true, true]);
  expect(left).toEqual([]);
});

test('all words stand on arrows, or none', () => {
  const labels = (waits: string, size?: readonly [number, number]) =>
    layoutOf(graphOf(waits), size).curves.filter(({ label }) => label !== undefined).length;
  expect(labels('a>b c>d')).toBe(2);
  expect(labels('a>b b>c')).toBe(0);
  expect(labels('a>b b>c', [1186, 610])).toBe(2);
});

test('who waits for nobody, and has nobody wait, is no part of the drawing', () => {
  const graph = graphOf('a>b');
  const [lone] = graphOf('x>y').nodes;
  const { boxes, left } = layoutOf({ ...graph, nodes: lone ? [...graph.nodes, lone] : [] });
  expect([...boxes.keys()].toSorted()).toEqual(['a', 'b']);
  expect(left).toEqual([]);
});

test('who stays keeps its place when others come and go, also in a stack whose first task has gone', () => {
  const first = layoutOf(graphOf('a>b c>b', { c: 3 }));
  const graph = graphOf('a>b c/0>b d>b', { 'c/0': 1 });
  const second = layoutOf(graph, undefined, first);
  for (const id of ['a', 'b']) expect(second.boxes.get(id)).toEqual(first.boxes.get(id));
  expect(second.boxes.get('c/0')).toEqual(first.boxes.get('c'));
  const third = layoutOf(graphOf('d>b'), undefined, second);
  for (const id of ['d', 'b']) expect(third.boxes.get(id)).toEqual(second.boxes.get(id));
});

test('of 64 that wait for one, and of 64 pairs, as many are drawn as can be read, and the others counted', () => {
  const many = (wait: (i: number) => string): Graph => graphOf(Array.from({ length: 64 }, (_, i) => wait(i)).join(' '));
  for (const graph of [many((i) => `w${i}>h`), many((i) => `w${i}>h${i}`)])
    for (const size of SIZES) {
      const layout = layoutOf(graph, size);
      expect(faultsOf(layout, ...size)).toEqual([]);
      expect(layout.boxes.size).toBeGreaterThanOrEqual(7);
      expect(layout.left.filter(({ isHolder }) => !isHolder).length + layout.curves.length).toBe(64);
    }
});

test('a chain that is too long for the width goes down', () => {
  const { layers, boxes } = layoutOf(graphOf('a>b b>c c>d d>e'));
  expect(layers?.isDown).toBe(true);
  expect(boxes.size).toBe(5);
});
