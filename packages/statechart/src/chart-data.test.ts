/** Tests of charts as data: of a small machine exactly; of random ones, that all that is taken is in the chart. */
import type { Chart, ChartEdge, Json, Message, Taken } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyStateMachine, and, assign, raise, setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';
import { machineOf, MESSAGES, randomRegions } from './random-chart.fixture.ts';
import { fromMachine } from './statechart.ts';

interface Context {
  readonly cups: number;
}
const kit = chartKit<Context, { readonly type: string }>();

const machine = setup({
  actions: { ...effectActions, pour: kit.change(({ cups }) => ({ cups: cups + 1 })) as never },
  guards: { empty: ({ context }) => (context as Context).cups === 0, cold: () => false },
  delays: { brew: () => delay('brew') },
}).createMachine({
  id: 'cafe',
  type: 'parallel',
  context: { cups: 0 },
  on: { order: { actions: 'pour' } },
  states: {
    bar: {
      initial: 'idle',
      onDone: 'bar',
      states: {
        idle: {
          tags: ['calm', 'sleeping'],
          meta: { floor: 1 },
          on: {
            open: [
              { guard: 'empty', target: 'brewing' },
              { guard: and(['empty', 'cold']), target: '#cafe.door.shut', reenter: true },
              {
                guard: kit.guard(() => true),
                actions: [kit.log(() => ['open']), assign({}), raise({ type: 'order' })],
              },
            ],
          },
        },
        brewing: {
          entry: [kit.log(() => []), kit.change(() => ({}))],
          exit: 'pour',
          always: { guard: { type: 'cold' }, target: 'idle' },
          after: { brew: [{ guard: 'cold' }, { target: 'done', actions: kit.answer(() => [{}, []]) }] },
        },
        done: { type: 'final' },
      },
    },
    door: { initial: 'shut', states: { shut: {} } },
  },
} as never) as unknown as AnyStateMachine;

const NOTHING = { tags: [], entry: [], exit: [], edges: [] };

const edge = (by: string, target: readonly string[], more: Partial<ChartEdge> = {}): ChartEdge => {
  return { by, target, index: 0, actions: [], reenter: false, ...more };
};

test('a chart has every node and edge of its machine, the root first, in our words', () => {
  const { chart } = fromMachine('cafe', machine);
  const expected: Chart = {
    id: 'cafe',
    nodes: [
      { ...NOTHING, path: '', type: 'parallel', edges: [edge('order', [], { actions: ['pour'] })] },
      { ...NOTHING, path: 'bar', type: 'compound', initial: 'idle', edges: [edge('done', ['bar'])] },
      {
        ...NOTHING,
        path: 'bar.idle',
        type: 'atomic',
        tags: ['calm', 'sleeping'],
        meta: { floor: 1 },
        edges: [
          edge('open', ['bar.brewing'], { guard: 'empty' }),
          edge('open', ['door.shut'], { index: 1, guard: '(inline)', reenter: true }),
          edge('open', [], { index: 2, guard: '(inline)', actions: ['log', 'assign', 'raise'] }),
        ],
      },
      {
        ...NOTHING,
        path: 'bar.brewing',
        type: 'atomic',
        entry: ['log', 'change'],
        exit: ['pour'],
        edges: [
          edge('after brew', [], { guard: 'cold' }),
          edge('after brew', ['bar.done'], { index: 1, actions: ['change'] }),
          edge('always', ['bar.idle'], { guard: 'cold' }),
        ],
      },
      { ...NOTHING, path: 'bar.done', type: 'final' },
      { ...NOTHING, path: 'door', type: 'compound', initial: 'shut' },
      { ...NOTHING, path: 'door.shut', type: 'atomic' },
    ],
  };
  expect(chart).toEqual(expected);
  // It can be sent and stored.
  expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
});

/** Whether the chart has the transition, from its source on. */
function isIn(chart: Chart, { source, by, index, target }: Taken): boolean {
  const edges = chart.nodes.find(({ path }) => path === source)?.edges ?? [];
  return edges.some((each) => each.by === by && each.index === index && String(each.target) === String(target));
}

test('what a step took says which transitions of the chart, microstep by microstep', () => {
  const agent = fromMachine('cafe', machine);
  const step = (state: unknown, message: Message, timer?: string) =>
    agent.receive(state as never, { message, from: 'guest/1', at: 0, timer }, true);
  const { state } = agent.init({}, 'c');
  const open = step(state, { type: 'open' });
  expect(open.moves).toEqual([
    {
      message: { type: 'open' },
      from: 'guest/1',
      timer: undefined,
      taken: [{ source: 'bar.idle', target: ['bar.brewing'], by: 'open', index: 0 }],
    },
  ]);
  const brewed = step(open.state, { type: 'timer', name: 'brew', state: 'bar.brewing' }, 'brew bar.brewing');
  expect(brewed.moves?.[0]?.taken).toEqual([
    { source: 'bar.brewing', target: ['bar.done'], by: 'after brew', index: 1 },
    { source: 'bar', target: ['bar'], by: 'done', index: 0 },
  ]);
  // It poured on its way out of brewing; what is taken is the same object each time.
  const again = step(brewed.state, { type: 'open' });
  expect(again.moves?.[0]?.taken).toEqual([
    { source: 'bar.idle', target: [], by: 'open', index: 2 },
    { source: '', target: [], by: 'order', index: 0 },
  ]);
  expect(step(brewed.state, { type: 'open' }).moves?.[0]?.taken[0]).toBe(again.moves?.[0]?.taken[0]);
  expect(agent.receive(state, { message: { type: 'open' }, from: 'x', at: 0 })).not.toHaveProperty('moves');
});

test('whatever a random walk takes is in the chart, and leads where the step says', () => {
  const picks = fc.array(fc.nat(20), { minLength: 1, maxLength: 15 });
  let taken = 0;
  fc.assert(
    fc.property(randomRegions, picks, (regions, all) => {
      const agent = fromMachine('random', machineOf(regions));
      const timers = new Map<string, Message>();
      let { state, effects } = agent.init({}, 'r');
      for (const pick of all) {
        for (const effect of effects) {
          if (effect.kind === 'setTimer') timers.set(effect.timer, effect.message);
          if (effect.kind === 'cancelTimer') timers.delete(effect.timer);
        }
        const inputs = [...MESSAGES.map((type) => [undefined, { type }] as const), ...timers];
        const [timer, message] = inputs[pick % inputs.length] ?? [undefined, { type: 'e0' }];
        if (timer !== undefined) timers.delete(timer);
        const step = agent.receive(state, { message, from: 'x', at: 0, timer }, true);
        expect(step.moves).toHaveLength(1);
        for (const each of step.moves?.[0]?.taken ?? [])
          expect(isIn(agent.chart, each), JSON.stringify(each)).toBe(true);
        taken += step.moves?.[0]?.taken.length ?? 0;
        // To observe changes nothing.
        const unobserved = agent.receive(state, { message, from: 'x', at: 0, timer });
        expect([unobserved.effects, agent.save(unobserved.state)]).toEqual([step.effects, agent.save(step.state)]);
        ({ state, effects } = step);
      }
    }),
    { numRuns: 60 },
  );
  // A walk takes ten on average: the check has seen something.
  expect(taken).toBeGreaterThan(100);
});

test('a node of random charts is there once, and each edge leads to nodes that are there', () => {
  fc.assert(
    fc.property(randomRegions, (regions) => {
      const { nodes } = fromMachine('random', machineOf(regions)).chart;
      const paths = new Set(nodes.map(({ path }) => path));
      expect(paths.size).toBe(nodes.length);
      for (const { target } of nodes.flatMap(({ edges }) => edges))
        expect(target.every((each) => paths.has(each))).toBe(true);
      expect(nodes as unknown as Json).toEqual(JSON.parse(JSON.stringify(nodes)));
    }),
    { numRuns: 30 },
  );
});
