/**
 * The adapter: effects of a chart's steps, what it does with messages nobody answers, how it saves and names states.
 */
import type { AgentDefinition, Effect, Json, Message } from '@dragon/engine';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, cancel, raise, setup } from 'xstate';
import type { ChartState } from './chart-stepper.ts';
import { delay, pausableDelay } from './delays.ts';
import { effectActions, type Send } from './effect-actions.ts';
import { fromMachine } from './statechart.ts';

interface Context {
  readonly self: string;
  readonly count: number;
  readonly task?: { readonly waitsFor: null; readonly holds: readonly [] };
}
type Event =
  | { readonly type: 'go' | 'stay' | 'again' | 'stop' | 'ignored' | 'odd' | 'hit'; readonly from: string }
  | { readonly type: 'add'; readonly amount: number; readonly from: string };

const TASK = { waitsFor: null, holds: [] } as const;

const TYPES = {} as { context: Context; events: Event; input: { readonly self: string; readonly start: number } };

const machine = setup({
  types: TYPES,
  actions: effectActions,
  delays: { jiffy: () => delay('jiffy'), boil: ({ context }) => pausableDelay('boilCup', context.count) },
}).createMachine({
  id: 'toy',
  context: ({ input }) => ({ self: input.self, count: input.start, task: TASK }),
  entry: { type: 'log', params: { lines: ['started', 'and ready'] } },
  initial: 'idle',
  on: {
    add: { actions: assign({ count: ({ context, event }) => context.count + event.amount }) },
    ignored: {},
    odd: { guard: ({ context }) => context.count % 2 === 1, actions: assign({ count: 0 }) },
  },
  states: {
    idle: { on: { go: 'waiting', stay: { actions: raise({ type: 'go', from: '' }) } } },
    waiting: {
      entry: {
        type: 'send',
        params: ({ context, event }) => ({
          kind: 'send',
          to: event.from,
          message: { type: 'toy.waits', count: context.count },
        }),
      },
      exit: { type: 'log', params: ({ context }) => ({ lines: [`left with ${context.count}`] }) },
      after: { jiffy: 'idle', boil: { target: 'choosing' } },
      on: {
        hit: {
          actions: [
            {
              type: 'trace',
              params: ({ context }) => ({ kind: 'trace', event: 'toy_hit', fields: { count: context.count } }),
            },
            { type: 'trace', params: ['one', 'two'].map((event) => ({ kind: 'trace', event, fields: {} }) as const) },
            { type: 'trace', params: [] },
          ],
        },
        again: { target: 'waiting', reenter: true },
        stay: { actions: cancel('xstate.after.jiffy.toy.waiting') },
        stop: { target: 'choosing', actions: assign({ count: ({ context }) => context.count * 2 }) },
      },
    },
    choosing: {
      entry: [
        { type: 'choose', params: ({ context }) => ({ type: 'toy.chosen', options: context.count }) },
        {
          type: 'send',
          params: (): readonly Send[] => ['a', 'b'].map((to) => ({ kind: 'send', to, message: { type: 'toy.hello' } })),
        },
        { type: 'send', params: () => [] },
      ],
    },
  },
});

const toy = fromMachine('toy', machine);
const started = (start = 3): ChartState => toy.init({ start }, 'toy/1').state;

/** A message, or the type of one that has nothing else. */
type Said = string | Message;
const messageOf = (said: Said): Message => (typeof said === 'string' ? { type: said } : said);
const fired = (name: string, state: string): Message => ({ type: 'timer', name, state });

/** Sends messages one after the other; returns the last step. */
function course(...all: readonly Said[]) {
  let step: { state: ChartState; effects: readonly Effect[] } = { state: started(), effects: [] };
  for (const said of all) step = toy.receive(step.state, { message: messageOf(said), from: 'peer/0', at: 0 });
  return { effects: step.effects, name: toy.describe(step.state), count: (step.state.context as Context).count };
}

const sent = (count: number): Effect => ({ kind: 'send', to: 'peer/0', message: { type: 'toy.waits', count } });
const timer = (name: string, state: string, times: number): Effect => {
  const pausable = name === 'boil';
  return {
    kind: 'setTimer',
    timer: `${name} ${state}`,
    delay: { name: pausable ? 'boilCup' : name, times, pausable, background: false },
    message: fired(name, state),
  };
};
const timers = (count: number): Effect[] => [timer('jiffy', 'waiting', 1), timer('boil', 'waiting', count)];
const cancelled = ['jiffy', 'boil'].map((name): Effect => {
  return { kind: 'cancelTimer', timer: `${name} waiting` };
});
const logged = (text: string): Effect => ({ kind: 'log', text });

describe('effects', () => {
  test('of the start', () => {
    const { state, effects } = toy.init({ start: 3 }, 'toy/1');
    expect(effects).toEqual([logged('started'), logged('and ready')]);
    expect(state.context).toEqual({ self: 'toy/1', count: 3, task: TASK });
  });

  test('of entering a state: its sends, and a timer for each delay', () => {
    expect(course('go')).toEqual({ effects: [sent(3), ...timers(3)], name: 'waiting', count: 3 });
  });

  test('of leaving it: its timers are cancelled, and what it does on exit sees the context of before', () => {
    const { effects, name, count } = course('go', 'stop');
    expect([name, count]).toEqual(['choosing', 6]);
    expect(effects).toEqual([
      logged('left with 3'),
      ...cancelled,
      { kind: 'choose', type: 'toy.chosen', options: 6 },
      { kind: 'send', to: 'a', message: { type: 'toy.hello' } },
      { kind: 'send', to: 'b', message: { type: 'toy.hello' } },
    ]);
  });

  test('of entering it again: timers are cancelled and set anew', () => {
    expect(course('go', 'again').effects).toEqual([logged('left with 3'), ...cancelled, sent(3), ...timers(3)]);
  });

  test('of a timer that fires', () => {
    const { effects, name } = course('go', fired('jiffy', 'waiting'));
    expect([name, effects]).toEqual(['idle', [logged('left with 3'), ...cancelled]]);
  });

  test('of cancel, by itself', () => {
    expect(course('go', 'stay').effects).toEqual([cancelled[0]]);
  });

  test('of tracepoints: one or several, in order', () => {
    expect(course('go', 'hit').effects).toEqual([
      { kind: 'trace', event: 'toy_hit', fields: { count: 3 } },
      { kind: 'trace', event: 'one', fields: {} },
      { kind: 'trace', event: 'two', fields: {} },
    ]);
  });

  test('of a raised event are part of the same step, and there is no timer for it', () => {
    // The event raised has no sender but the one it names.
    const { effects, name } = course('stay');
    expect([name, effects.slice(1)]).toEqual(['waiting', timers(3)]);
  });

  test('of one step are not those of the next', () => {
    expect(course('go', { type: 'add', amount: 2 })).toEqual({ effects: [], name: 'waiting', count: 5 });
  });

  test('of a step that failed are forgotten', () => {
    const failing = setup({ actions: effectActions }).createMachine({
      id: 'failing',
      on: {
        fail: {
          actions: [
            { type: 'log', params: { lines: ['before'] } },
            assign(() => {
              throw new Error('broke');
            }),
          ],
        },
        go: {},
      },
    });
    const agent = fromMachine('failing', failing);
    const { state } = agent.init({}, 'f');
    expect(() => agent.receive(state, { message: { type: 'fail' }, from: 'x', at: 0 })).toThrow('broke');
    expect(agent.receive(state, { message: { type: 'go' }, from: 'x', at: 0 }).effects).toEqual([]);
  });
});

describe('messages', () => {
  test('that nobody answers are an error naming machine, message and state', () => {
    expect(() => course('stop')).toThrow('toy has no answer to stop in state idle');
    expect(() => course('go', 'go')).toThrow('toy has no answer to go in state waiting');
    expect(() => course('unheard.of')).toThrow('toy has no answer to unheard.of in state idle');
    expect(() => course({ type: 'add', amount: 1 }, 'odd')).toThrow('toy has no answer to odd in state idle');
  });

  test('that a chart ignores on purpose are answered', () => {
    expect(course('ignored')).toEqual({ effects: [], name: 'idle', count: 3 });
    expect(course('odd').count).toBe(0);
  });

  test('leave the state as it was: the same state and message give the same step', () => {
    const before = started();
    const saved = JSON.stringify(toy.save(before));
    const [one, two] = [1, 2].map(() => toy.receive(before, { message: { type: 'go' }, from: 'x', at: 0 }));
    expect(JSON.stringify(toy.save(before))).toBe(saved);
    expect(one?.effects).toEqual(two?.effects);
    expect(toy.save(one?.state as ChartState)).toEqual(toy.save(two?.state as ChartState));
  });

  test('know their sender, whatever they say themselves', () => {
    const { effects } = toy.receive(started(), {
      message: { type: 'go', from: 'an impostor' },
      from: 'peer/7',
      at: 0,
    });
    expect(effects[0]).toEqual({ kind: 'send', to: 'peer/7', message: { type: 'toy.waits', count: 3 } });
  });

  test('that fail at the start fail there', () => {
    const broken = setup({ actions: effectActions }).createMachine({
      id: 'broken',
      context: () => {
        throw new Error('no such policy');
      },
    });
    expect(() => fromMachine('broken', broken).init({}, 'b')).toThrow('no such policy');
  });
});

test('facts are those of the context, and stay the same object while they do not change', () => {
  const before = started();
  const { state } = toy.receive(before, { message: { type: 'go' }, from: 'x', at: 0 });
  expect(toy.facts(before).task).toBe(TASK);
  expect(toy.facts(state).task).toBe(TASK);
});

/** Two regions, one of them nested, one with a name that sorts before the other's. */
const parallel = setup({ actions: effectActions, delays: { jiffy: () => delay('jiffy') } }).createMachine({
  id: 'courier',
  type: 'parallel',
  states: {
    work: { initial: 'idle', states: { idle: { on: { 'x.arm': 'armed' } }, armed: { after: { jiffy: 'idle' } } } },
    agent: {
      initial: 'idle',
      states: {
        idle: { on: { 'x.run': 'running' } },
        running: {
          initial: 'taking',
          states: {
            taking: { on: { 'x.run': 'delivering' } },
            delivering: { initial: 'climbing', states: { climbing: {} } },
          },
        },
      },
    },
  },
});

describe('names of states', () => {
  const name = (chart: AnyStateMachine, ...all: readonly Said[]): string => {
    const agent = fromMachine('x', chart);
    const state = all.reduce(
      (before, said) => agent.receive(before, { message: messageOf(said), from: 'y', at: 0 }).state,
      agent.init({ start: 1 }, 'x').state,
    );
    return agent.describe(state);
  };

  test('are paths, one for each region, in the order of the chart', () => {
    expect(name(parallel)).toBe('work.idle agent.idle');
    expect(name(parallel, 'x.arm')).toBe('work.armed agent.idle');
    expect(name(parallel, 'x.run')).toBe('work.idle agent.running.taking');
    expect(name(parallel, 'x.run', 'x.arm', 'x.run')).toBe('work.armed agent.running.delivering.climbing');
    expect(name(parallel, 'x.arm', fired('jiffy', 'work.armed'))).toBe('work.idle agent.idle');
  });

  test('are empty where a chart has no states', () => {
    expect(name(setup({ actions: effectActions }).createMachine({ id: 'stateless' }))).toBe('');
  });
});

test('a saved state goes on as the other would have', () => {
  const reload = <S>(agent: AgentDefinition<S>, state: S): S =>
    agent.restore(JSON.parse(JSON.stringify(agent.save(state))) as Json);
  const agents: readonly (readonly [AgentDefinition<ChartState>, readonly Said[]])[] = [
    [toy, ['go', 'again', 'stay', fired('jiffy', 'waiting'), 'go', 'stop']],
    [fromMachine('x', parallel), ['x.arm', 'x.run', 'x.run', fired('jiffy', 'work.armed'), 'x.arm']],
  ];
  for (const [agent, all] of agents) {
    let whole = agent.init({ start: 3 }, 'a').state;
    let restored = reload(agent, whole);
    for (const said of all) {
      const [one, two] = [
        agent.receive(whole, { message: messageOf(said), from: 'y', at: 0 }),
        agent.receive(restored, { message: messageOf(said), from: 'y', at: 0 }),
      ];
      expect(two.effects).toEqual(one.effects);
      expect(agent.describe(two.state)).toBe(agent.describe(one.state));
      expect(agent.facts(two.state)).toEqual(agent.facts(one.state));
      whole = one.state;
      restored = reload(agent, two.state);
      expect(agent.save(restored)).toEqual(agent.save(whole));
    }
  }
});
