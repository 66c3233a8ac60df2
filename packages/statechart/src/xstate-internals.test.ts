/**
 * What the adapter relies on of XState without being promised it: an upgrade that changes any of it fails here first.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, assign, raise, setup } from 'xstate';
import { CHANGE, changeAction } from './change-action.ts';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';
import {
  activeNodes,
  inertScope,
  type ResolvedAction,
  type TakenTransition,
  withNodeOrder,
} from './xstate-internals.ts';

const read = (path: string | URL): string => readFileSync(path, 'utf8');

test('the version that was looked at is pinned, and is the one that is here', () => {
  const pinned = /^ {2}xstate: (.*)$/m.exec(read(new URL('../../../pnpm-workspace.yaml', import.meta.url)))?.[1];
  const { version } = JSON.parse(read(createRequire(import.meta.url).resolve('xstate/package.json'))) as {
    version: string;
  };
  expect(pinned).toBe('5.33.3');
  expect(version).toBe(pinned);
});

interface Context {
  readonly n: number;
}

const CHOICE = { type: 'm.chosen', options: 2 };

const machine = setup({ actions: effectActions, delays: { jiffy: () => delay('jiffy', 2) } }).createMachine({
  id: 'm',
  context: { n: 1 },
  type: 'parallel',
  entry: { type: 'log', params: { lines: ['hello'] } },
  states: {
    B: {
      initial: 'one',
      states: {
        one: {
          on: {
            go: {
              target: 'two',
              actions: [assign({ n: 2 }), { type: 'choose', params: CHOICE }, raise({ type: 'move' })],
            },
          },
        },
        two: { after: { jiffy: 'one' }, on: { move: 'three' } },
        three: {
          tags: 'last',
          always: { guard: ({ context }: { context: Context }) => context.n === 2, target: 'four' },
        },
        four: {},
      },
    },
    A: { initial: 'one', states: { one: {} } },
  },
} as never) as unknown as AnyStateMachine;

/** Takes a step in an inert scope. */
function step(of: AnyStateMachine, event: string | undefined, from?: AnyMachineSnapshot) {
  const actions: ResolvedAction[] = [];
  const microsteps: (readonly TakenTransition[])[] = [];
  const scope = inertScope(
    (action) => actions.push(action),
    (transitions) => microsteps.push(transitions),
  );
  const before = from ?? of.getInitialSnapshot(scope, {});
  if (event === undefined) return { snapshot: before, actions, microsteps };
  actions.length = 0;
  microsteps.length = 0;
  return { snapshot: of.transition(before, { type: event }, scope), actions, microsteps };
}

const paths = (snapshot: AnyMachineSnapshot): string[] => activeNodes(snapshot).map(({ path }) => path.join('.'));

test('the scope is all that a step needs, and it runs no action: it hands them over, resolved, in their order', () => {
  const { snapshot, actions } = step(machine, undefined);
  expect(snapshot.status).toBe('active');
  expect(actions.map(({ type, params }) => [type, params])).toEqual([['log', { lines: ['hello'] }]]);
  const went = step(machine, 'go', snapshot);
  expect(went.snapshot.value).toEqual({ B: 'four', A: 'one' });
  const timer = { id: 'xstate.after.jiffy.m.B.two', delay: delay('jiffy', 2) };
  expect(went.actions).toMatchObject([
    { type: 'choose', params: CHOICE },
    { type: 'xstate.raise', params: { event: { type: 'move' }, delay: undefined } },
    { type: 'xstate.raise', params: timer },
    { type: 'xstate.cancel', params: { sendId: timer.id } },
  ]);
  // `assign` has no `execute`, so it is not handed over.
  expect(went.actions).toHaveLength(4);
});

test('an event that nobody answers leaves the same snapshot, and an error of the start is in it', () => {
  const { snapshot } = step(machine, undefined);
  expect(step(machine, 'unheard', snapshot).snapshot).toBe(snapshot);
  expect(machine.getTransitionData(snapshot, { type: 'unheard' })).toEqual([]);
  const broken = setup({}).createMachine({
    context: () => {
      throw new Error('no');
    },
  }) as unknown as AnyStateMachine;
  expect(step(broken, undefined).snapshot).toMatchObject({ status: 'error', error: new Error('no') });
});

test('each microstep is shown with its transitions, which are those of the nodes', () => {
  const { microsteps } = step(machine, 'go', step(machine, undefined).snapshot);
  const named = microsteps.map((transitions) =>
    transitions.map(({ source, target, eventType }) => [source.id, target?.map(({ id }) => id), eventType]),
  );
  expect(named).toEqual([
    [['m.B.one', ['m.B.two'], 'go']],
    [['m.B.two', ['m.B.three'], 'move']],
    [['m.B.three', ['m.B.four'], '']],
  ]);
  const [[go] = [], , [always] = []] = microsteps;
  expect(go?.source.transitions.get('go')?.[0]).toBe(go);
  expect(always?.source.always?.[0]).toBe(always);
});

test('active nodes are in the order in which they were entered; `value` follows it, and resolveState does not know it', () => {
  const { snapshot } = step(machine, undefined);
  expect(paths(snapshot)).toEqual(['', 'B', 'B.one', 'A', 'A.one']);
  expect(activeNodes(snapshot).map(({ order }) => order)).toEqual([0, 1, 2, 6, 7]);
  const went = step(machine, 'go', snapshot).snapshot;
  expect(paths(went)).toEqual(['', 'B', 'A', 'A.one', 'B.four']);
  const resolved = machine.resolveState({ value: { A: 'one', B: 'four' }, context: went.context });
  expect(Object.keys(resolved.value)).toEqual(['A', 'B']);
  expect(paths(resolved)).toEqual(['', 'A', 'B', 'A.one', 'B.four']);
  const ordered = withNodeOrder(
    resolved,
    activeNodes(went).map(({ order }) => order),
  );
  expect(paths(ordered)).toEqual(paths(went));
  expect(JSON.stringify(ordered.value)).toBe(JSON.stringify(went.value));
  expect([ordered.context, ordered.status, [...ordered.tags]]).toEqual([went.context, went.status, [...went.tags]]);
  expect(paths(withNodeOrder(resolved, undefined))).toEqual(['', 'B', 'B.four', 'A', 'A.one']);
});

test('a change is built as `assign` is, and is handed over besides', () => {
  const own = (action: unknown) => Object.entries(action as object).map(([key, value]) => [key, typeof value]);
  expect(own(assign({}))).toEqual([
    ['type', 'string'],
    ['assignment', 'object'],
    ['resolve', 'function'],
  ]);
  const change = changeAction<Context>(({ n }) => [{ n: n + 1 }, [{ kind: 'log', text: `from ${n}` }]]);
  expect(own(change)).toEqual([
    ['type', 'string'],
    ['next', 'function'],
    ['resolve', 'function'],
    ['execute', 'function'],
  ]);
  // `raise` is one that XState itself hands over besides.
  expect(own(raise({ type: 'x' })).map(([key]) => key)).toEqual(expect.arrayContaining(['resolve', 'execute']));
  const changing = setup({ actions: effectActions }).createMachine({
    context: { n: 1 },
    on: { go: { actions: [change, assign({ n: ({ context }) => (context as Context).n * 10 }), change] } },
  } as never) as unknown as AnyStateMachine;
  const { snapshot, actions } = step(changing, 'go');
  expect(snapshot.context).toEqual({ n: 21 });
  expect(actions.map(({ type, params }) => [type, params])).toEqual([
    [CHANGE, [{ kind: 'log', text: 'from 1' }]],
    [CHANGE, [{ kind: 'log', text: 'from 20' }]],
  ]);
  // What `assign` gives back, a change gives back: the same kind of snapshot, with nothing else in it.
  const assigning = setup({}).createMachine({ context: { n: 1 }, on: { go: { actions: assign({ n: 21 }) } } });
  const assigned = step(assigning, 'go').snapshot;
  expect(Object.keys(snapshot).toSorted()).toEqual(Object.keys(assigned).toSorted());
});
