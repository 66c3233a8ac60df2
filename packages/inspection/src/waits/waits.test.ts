/** Tests of the graph of waits and its layout: arrows are facts, a deadlock is a ring, nothing jumps or overlaps. */
import { reportNames } from '@dragon/report';
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { lookAt } from '../agent-looks.ts';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { THEMES } from '../theme.ts';
import { type WaitGraphView, waitGraphAt } from './wait-graph.ts';
import type { Box, WaitLayout } from './wait-drawing.ts';
import { waitLayout } from './wait-layout.ts';
import { waitNodeWords } from './wait-node-words.ts';
import { waitsSvg } from './waits-svg.ts';

function recorded(
  scenario: string,
  cpus: string,
  policy?: string,
  until?: string,
  faults: readonly string[] = [],
): RunRecord {
  const request = requestRun(readRun({ scenario, cpus, policy, until, faults }));
  const execution = new Execution(request.plan(), request.heading);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(100_000));
  return record;
}

const seed = recorded('seed-deadlock', '4');
const none: ReadonlySet<string> = new Set();

const layoutOf = (
  record: RunRecord,
  graph: WaitGraphView,
  before?: WaitLayout,
  width = 680,
  height = 400,
  parties = record.stories.find(({ kind }) => kind === 'deadlock')?.parties ?? [],
) =>
  waitLayout({
    graph,
    area: { width, height },
    node: { width: 200, height: 60 },
    stackWidth: 180,
    spareWidth: 170,
    labelSize: () => ({ width: 130, height: 36 }),
    parties,
    mayClose: true,
    before,
  });

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

test('the deadlock is a cycle of its parties, with a stack behind it', () => {
  const graph = waitGraphAt(seed, seed.edge, none);
  expect(graph.cycle).toEqual(['kswapd/0', 'inodegc/0', 'repair/0']);
  expect(graph.edges.filter(({ isParty }) => isParty).map(({ from, to }) => [from, to])).toEqual(
    expect.arrayContaining([
      ['kswapd/0', 'inodegc/0'],
      ['inodegc/0', 'repair/0'],
      ['repair/0', 'kswapd/0'],
    ]),
  );
  expect(graph.nodes.map(({ agents }) => agents.length).sort((a, b) => a - b)).toEqual([1, 1, 1, 7]);
  const [stack] = graph.nodes.filter(({ agents }) => agents.length > 1);
  expect(waitGraphAt(seed, seed.edge, new Set([stack?.id ?? ''])).nodes).toHaveLength(10);
});

test('before the ring closes there is no cycle, and at the start nobody waits', () => {
  const [deadlock] = seed.stories;
  expect(waitGraphAt(seed, (deadlock?.at ?? 0) - 1, none).cycle).toEqual([]);
  expect(waitGraphAt(seed, 0, none)).toMatchObject({ nodes: [], edges: [], waiting: 0 });
});

test('a deadlock that came undone is no ring any more, and its tasks look like others', () => {
  // Somebody says that the shrinker is gone, so that xfs_scrub goes on to give its locks back.
  const undoing = recorded('seed-deadlock', '4', undefined, undefined, [
    'message to=repair/0 type=task.shrinkerUnregistered at=2.31s',
  ]);
  const [story] = undoing.stories;
  const undoneAt = story?.undoneAt ?? 0;
  expect(undoneAt).toBeGreaterThan(story?.at ?? Number.POSITIVE_INFINITY);
  const closed = waitGraphAt(undoing, undoneAt - 1, none);
  expect(closed.cycle).toHaveLength(3);
  expect(closed.behind).toBe(7);
  const opened = waitGraphAt(undoing, undoneAt, none);
  expect(opened.cycle).toEqual([]);
  expect([...opened.nodes, ...opened.edges].filter(({ isParty }) => isParty)).toEqual([]);
  const lookOf = (t: number) => lookAt(undoing, 'repair/0', t);
  expect([lookOf(undoneAt - 1), lookOf(undoneAt)]).toEqual(['find', 'run']);
});

test('behind a ring are those who wait for it, not whoever waits elsewhere', () => {
  const elsewhere = recorded('seed-deadlock', '4', undefined, undefined, [
    'message to=ag/1 type=ag.lock buffer=AGI at=2.23s',
    'message to=ag/1 type=ag.lock buffer=AGI at=2.24s',
  ]);
  const { waiting, behind, cycle } = waitGraphAt(elsewhere, elsewhere.edge, none);
  expect(cycle).toHaveLength(3);
  expect([waiting - cycle.length, behind]).toEqual([7, 7]);
});

test('a task that stays keeps its place, also when the ring closes', () => {
  let before: WaitLayout | undefined;
  for (let i = 0; i <= 400; i += 1) {
    const graph = waitGraphAt(seed, (seed.edge * i) / 400, none);
    const layout = layoutOf(seed, graph, before);
    for (const [id, { x, y }] of layout.boxes)
      if (before?.boxes.has(id)) expect(before.boxes.get(id)).toMatchObject({ x, y });
    before = layout;
  }
  expect(before?.boxes.size).toBe(4);
});

test('a run that is watched closes its ring without anybody having moved', () => {
  let before: WaitLayout | undefined;
  for (let i = 0; i <= 400; i += 1) {
    const graph = waitGraphAt(seed, (seed.edge * i) / 400, none);
    const layout = layoutOf(seed, graph, before, 680, 400, graph.cycle);
    for (const [id, { x, y }] of layout.boxes)
      if (before?.boxes.has(id)) expect(before.boxes.get(id)).toMatchObject({ x, y });
    before = layout;
  }
  expect(before?.ring).toEqual(expect.arrayContaining(['kswapd/0', 'inodegc/0', 'repair/0']));
});

test('no two tasks or labels overlap, and none leaves the area', () => {
  const runs = [
    seed,
    recorded('seed-deadlock', '8'),
    recorded('seed-deadlock', '4', 'throttle=inline'),
    recorded('many-cpus', '64', undefined, '40ms'),
  ];
  for (const record of runs)
    for (const [width, height] of [
      [680, 400],
      [640, 330],
      [1100, 560],
    ] as const)
      for (let i = 1; i <= 40; i += 1) {
        const graph = waitGraphAt(record, (record.edge * i) / 40, none);
        const { boxes, curves } = layoutOf(record, graph, undefined, width, height);
        const all = [...boxes.values(), ...curves.flatMap(({ label }) => label ?? [])];
        for (const [n, a] of all.entries()) {
          expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
          expect(a.y - a.height / 2).toBeGreaterThanOrEqual(0);
          expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
          expect(a.y + a.height / 2).toBeLessThanOrEqual(height);
          for (const b of all.slice(n + 1)) expect(overlap(a, b)).toBe(false);
        }
      }
});

test('the picture has the words of the report, whole or with an ellipsis, and no colour beside the tokens', () => {
  const names = reportNames(seed.plan);
  const graph = waitGraphAt(seed, seed.edge, none);
  const layout = layoutOf(seed, graph);
  const nodes = new Map(graph.nodes.map((node) => [node.id, waitNodeWords(seed, node, seed.edge, names, layout)]));
  const picture = waitsSvg(
    layout,
    { title: 'Waits <now>', nodes, label: () => ({ what: 'AGI & AGF', who: 'somebody' }), caption: 'Nobody is left.' },
    { width: 680, height: 400 },
    'light',
  );
  for (const text of [
    'kswapd0',
    'kworker/0:1',
    'xfs_scrub',
    '7 × rm',
    'AGI &amp; AGF',
    'Waits &lt;now&gt;',
    'throttled',
  ])
    expect(picture).toContain(`>${text}<`);
  const tokens: ReadonlySet<string> = new Set(Object.values(THEMES.light));
  const colours = picture.split('"').filter((part) => part.startsWith('#'));
  expect(colours.filter((colour) => !tokens.has(colour))).toEqual([]);
});
