/** What a statechart may not use is refused when its definition is made, with an error that names machine and state. */
import { expect, test } from 'vitest';
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromCallback,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';
import { fromMachine } from './statechart.ts';

/** Charts that are wrong on purpose are no business of the compiler. */
type Config = object;

const agent = setup({ actions: effectActions, delays: { jiffy: () => delay('jiffy') } });
const make = (config: Config): AnyStateMachine =>
  agent.createMachine({ id: 'kettle', ...config } as never) as unknown as AnyStateMachine;

/** Returns the chart with `state` as its state `heating.boiling`. */
const inner = (state: Config): AnyStateMachine => {
  const heating = { initial: 'boiling', states: { boiling: state, done: {} } };
  return make({ initial: 'heating', states: { heating } });
};
const refused = (machine: AnyStateMachine): string => {
  try {
    fromMachine('kettle', machine);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'accepted';
};

const actor = fromCallback(() => {});
const ACTIONS: readonly (readonly [what: string, action: unknown])[] = [
  ['spawnChild', spawnChild(actor)],
  ['stopChild', stopChild('child')],
  ['sendTo', sendTo('child', { type: 'hello' })],
  ['sendTo', sendParent({ type: 'hello' })],
  ['emit', emit({ type: 'hello' })],
  ['log', log('hello')],
  ['enqueueActions', enqueueActions(() => {})],
  ['a delayed raise (use `after`)', raise({ type: 'hello' }, { delay: 10 })],
  ['a delayed raise (use `after`)', raise({ type: 'hello' }, { delay: 'jiffy' as never })],
  ['the inline action function hello', function hello() {}],
  ['the inline action function (anonymous)', (() => () => {})()],
  ["the action sned, which is not in the machine's setup,", 'sned'],
  ["the action sned, which is not in the machine's setup,", { type: 'sned', params: {} }],
];

const PLACES: readonly (readonly [where: string, place: (action: unknown) => Config])[] = [
  ['on entry', (entry) => ({ entry })],
  ['on exit', (exit) => ({ exit })],
  ['in a transition', (actions) => ({ on: { go: { actions } } })],
  ['in one of several', (actions) => ({ on: { go: [{ guard: () => false }, { actions: ['send', actions] }] } })],
  ['after a delay', (actions) => ({ after: { jiffy: { actions } } })],
  ['in an eventless transition', (actions) => ({ always: { guard: () => false, actions } })],
  ['when it is done', (actions) => ({ initial: 'x', states: { x: { type: 'final' } }, onDone: { actions } })],
  ['on the way into its first state', (actions) => ({ initial: { target: 'x', actions }, states: { x: {} } })],
];

test.each(PLACES)('actions that are no data are refused %s', (_, place) => {
  for (const [what, action] of ACTIONS)
    expect(refused(inner(place(action)))).toBe(
      `machine kettle, state heating.boiling: ${what} is not supported in an agent`,
    );
});

test.each(PLACES)('actions that are data are accepted %s', (_, place) => {
  for (const action of [
    'send',
    { type: 'log', params: { lines: [] } },
    { type: 'trace', params: [] },
    assign({}),
    cancel('timer'),
    raise({ type: 'go' }),
  ])
    expect(refused(inner(place(action)))).toBe('accepted');
});

test('actors are refused', () => {
  expect(refused(inner({ invoke: { src: actor } }))).toBe(
    'machine kettle, state heating.boiling: invoke is not supported in an agent',
  );
  expect(refused(make({ invoke: { src: actor } }))).toBe(
    'machine kettle, state (root): invoke is not supported in an agent',
  );
});

test('history is refused', () => {
  expect(refused(inner({ type: 'history' }))).toBe(
    'machine kettle, state heating.boiling: a history state is not supported in an agent',
  );
});

test('a delay has a name, and the name is in the setup', () => {
  expect(refused(inner({ after: { jiffie: 'done' } }))).toBe(
    "machine kettle, state heating.boiling: the delay jiffie, which is not in the machine's setup, is not supported in an agent",
  );
  expect(refused(inner({ after: { 2_000_000: 'done' } }))).toBe(
    'machine kettle, state heating.boiling: a delay in figures (2000000: name it) is not supported in an agent',
  );
  expect(refused(inner({ after: { jiffy: '#kettle.heating.done' } }))).toBe('accepted');
});

test('a machine never comes to an end', () => {
  const end = { type: 'final' } as const;
  const region = (last: object): object => ({ initial: 'x', states: { x: { on: { go: 'y' } }, y: last } });
  const parallel = (...lasts: object[]): AnyStateMachine =>
    make({ type: 'parallel', states: Object.fromEntries(lasts.map((last, i) => [`r${i}`, region(last)])) });

  expect(refused(make({ initial: 'a', states: { a: {}, done: end } }))).toBe(
    'machine kettle, state done: a final state of the machine (it would stop answering: use a plain state without transitions) is not supported in an agent',
  );
  expect(refused(make({ type: 'final' }))).toBe(
    'machine kettle, state (root): a final root is not supported in an agent',
  );
  const allFinal =
    'machine kettle: all its regions can be final, and then it would stop answering: give one of them no final state';
  expect(refused(parallel(end, end))).toBe(allFinal);
  expect(refused(make({ type: 'parallel', states: { a: end } }))).toBe(allFinal);
  expect(refused(parallel(end, {}))).toBe('accepted');
  expect(refused(inner(region(end)))).toBe('accepted');
});

test('an action by the name of an effect must be that effect', () => {
  const imposters = { send: () => {}, mine: () => {}, told: raise({ type: 'x' }) };
  for (const [name, action] of Object.entries(imposters)) {
    const machine = createMachine({ id: 'm' }, { actions: { ...effectActions, [name]: action } as never });
    expect(refused(machine)).toBe(
      `machine m: action ${name} is a function of its own; only send, choose, log, trace (from effectActions), assign and the chart kit's change are supported`,
    );
  }
  expect(refused(createMachine({ id: 'm' }, { actions: { ...effectActions, mine: assign({}) } as never }))).toBe(
    'accepted',
  );
});

test('a machine of another copy of XState, whose private members may be others', () => {
  const stranger: AnyStateMachine = Object.assign({}, make({ initial: 'idle', states: { idle: {} } }));
  expect(refused(stranger)).toBe(
    'machine kettle was made with another copy of XState: install one, of the version that this package names',
  );
});
