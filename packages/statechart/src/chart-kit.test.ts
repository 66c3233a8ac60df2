/** Tests of the kit for charts: changes, answers whose effects keep their place, guards. */
import type { Effect, Message } from '@dragon/engine';
import { expect, test } from 'vitest';
import { type AnyStateMachine, assign, setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import { effectActions } from './effect-actions.ts';
import { fromMachine } from './statechart.ts';

interface Context {
  readonly self: string;
  readonly cups: number;
}
type Event =
  | { readonly type: 'order'; readonly cups: number; readonly from: string }
  | { readonly type: 'close'; readonly from: string };

const { answer, answerTo, change, guard, guardOn, log, on, send, trace } = chartKit<Context, Event>();

const say = (to: string, cups: number) => ({ kind: 'send', to, message: { type: 'cafe.cups', cups } }) as const;
const hit = (event: string, cups: number) => ({ kind: 'trace', event, fields: { cups } }) as const;

/** Returns the effects of the messages, and the cups there are after them. */
function course(transitions: object, ...messages: readonly Message[]) {
  const machine = setup({ actions: effectActions }).createMachine({
    id: 'cafe',
    context: ({ input }: { input: Context }) => ({ self: input.self, cups: 1 }),
    on: transitions,
  } as never) as unknown as AnyStateMachine;
  const agent = fromMachine('cafe', machine);
  let { state } = agent.init({}, 'cafe/0');
  const effects: Effect[] = [];
  for (const message of messages) {
    const step = agent.receive(state, { message, from: 'guest/1', at: 0 });
    effects.push(...step.effects);
    ({ state } = step);
  }
  return { effects, context: state.context as Context };
}

test('actions see the context as those before them left it, and their effects keep their order', () => {
  const actions = [
    send(({ cups }, { from }) => say(from, cups)),
    change(({ cups }) => ({ cups: cups + 1 })),
    trace(({ cups }) => hit('poured', cups)),
    answer(({ cups }, { from }) => [{ cups: cups * 10 }, [say(from, cups), { kind: 'log', text: 'ten times' }]]),
    log(({ cups }) => [`${cups} cups`, 'hot']),
    answer(() => [{}, []]),
    trace(({ cups }) => [hit('one', cups), hit('two', cups)]),
    assign({ cups: ({ context }: { context: Context }) => context.cups + 3 }),
    send(({ cups }, { from }) => [say(from, cups), say('kitchen', cups)]),
  ];
  const { effects, context } = course({ close: { actions } }, { type: 'close' });
  expect(context).toEqual({ self: 'cafe/0', cups: 23 });
  expect(effects).toEqual([
    say('guest/1', 1),
    hit('poured', 2),
    say('guest/1', 2),
    { kind: 'log', text: 'ten times' },
    { kind: 'log', text: '20 cups' },
    { kind: 'log', text: 'hot' },
    hit('one', 20),
    hit('two', 20),
    say('guest/1', 23),
    say('kitchen', 23),
  ]);
});

test('an answer is asked once for each time that it acts', () => {
  let asked = 0;
  const once = answer(({ cups }) => {
    asked += 1;
    return [{ cups: cups + 1 }, [{ kind: 'log', text: 'asked' }]];
  });
  const { context, effects } = course({ close: { actions: [once, once] } }, { type: 'close' }, { type: 'close' });
  expect([asked, context.cups, effects.length]).toEqual([4, 5, 4]);
});

test('for an event of one type, its fields are known', () => {
  const transitions = {
    order: [
      {
        guard: guardOn('order', ({ cups }, event) => event.cups > cups),
        actions: answerTo('order', ({ cups }, event) => [{ cups: 0 }, [say(event.from, cups)]]),
      },
      { actions: on('order', ({ cups }, event) => ({ cups: cups - event.cups })) },
    ],
    close: { guard: guard(({ cups }) => cups === 0), actions: log(() => ['sold out']) },
  };
  expect(course(transitions, { type: 'order', cups: 1 }, { type: 'close' })).toEqual({
    effects: [{ kind: 'log', text: 'sold out' }],
    context: { self: 'cafe/0', cups: 0 },
  });
  expect(course(transitions, { type: 'order', cups: 2 })).toEqual({
    effects: [say('guest/1', 1)],
    context: { self: 'cafe/0', cups: 0 },
  });
  expect(() => course(transitions, { type: 'close' })).toThrow('cafe has no answer to close');
});

test('a state is not changed in place', () => {
  const machine = setup({ actions: effectActions }).createMachine({
    id: 'cafe',
    context: { cups: 1 },
    on: { close: { actions: change(({ cups }) => ({ cups: cups + 1 })) } },
  } as never) as unknown as AnyStateMachine;
  const agent = fromMachine('cafe', machine);
  const { state } = agent.init({}, 'cafe/0');
  const before = state.context as Context;
  const after = agent.receive(state, { message: { type: 'close' }, from: 'x', at: 0 }).state;
  expect([before, after.context]).toEqual([{ cups: 1 }, { cups: 2 }]);
  expect(state.context).toBe(before);
});
