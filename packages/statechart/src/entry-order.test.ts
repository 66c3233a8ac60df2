/**
 * The order in which parallel regions act: what happens by itself goes by the order in which leaves were entered, which
 * the value of a snapshot does not tell; what an event does goes by the order of the value's keys, which a store may
 * change. A state that was saved and restored must have both all the same.
 */
import type { AgentDefinition, Effect, Json, Message } from '@dragon/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import type { ChartState } from './chart-stepper.ts';
import { setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import { effectActions } from './effect-actions.ts';
import { machineOf, MESSAGES, randomRegions } from './random-chart.fixture.ts';
import { fromMachine, type StatechartDefinition } from './statechart.ts';
import type { TimerMessage } from './timer-names.ts';

/** Returns the same data with the keys of each object in the order of the alphabet, as a store may give it back. */
function sorted(data: Json | undefined): Json | undefined {
  if (Array.isArray(data)) return data.map((each) => sorted(each as Json) ?? null);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}

function reloaded<S>(agent: AgentDefinition<S>, state: S): S {
  return agent.restore(sorted(JSON.parse(JSON.stringify(agent.save(state))) as Json) as Json);
}

const kit = chartKit<{ go: boolean }, { type: 'go' }>();

/** Regions that act when they may, by themselves or when they are told; each has first to be moved, or stays. */
function race(by: 'always' | 'told', keys: readonly string[]): StatechartDefinition {
  const region = (name: string): object => {
    const act = { guard: kit.guard(({ go }) => go), target: 'end', actions: kit.log(() => [name]) };
    const way = by === 'always' ? { always: act } : { on: { act } };
    return {
      initial: 'one',
      on: { [`again${name}`]: { target: name, reenter: true } },
      states: {
        one: { ...way, on: { ...('on' in way ? way.on : {}), [`move${name}`]: 'two' } },
        two: way,
        end: {},
      },
    };
  };
  const machine = setup({ actions: effectActions }).createMachine({
    id: 'race',
    context: { go: false },
    type: 'parallel',
    on: { go: { actions: kit.change(() => ({ go: true })) } },
    states: Object.fromEntries(keys.map((key) => [key, region(key)])),
  } as never);
  return fromMachine('race', machine as unknown as AnyStateMachine);
}

function lines(agent: StatechartDefinition, types: readonly string[], reload: boolean): string[] {
  let { state } = agent.init({}, 'race');
  const said: string[] = [];
  for (const type of types) {
    if (reload) state = reloaded(agent, state);
    const step = agent.receive(state, { message: { type }, from: 'x', at: 0 });
    for (const effect of step.effects) if (effect.kind === 'log') said.push(effect.text);
    ({ state } = step);
  }
  return said;
}

describe.each([false, true])('regions that act at once (saved and restored before each step: %s)', (reload) => {
  test('by themselves: the one first that entered its state first', () => {
    const agent = race('always', ['B', 'A']);
    expect(lines(agent, ['go'], reload)).toEqual(['B', 'A']);
    expect(lines(agent, ['moveB', 'go'], reload)).toEqual(['A', 'B']);
    expect(lines(agent, ['moveA', 'go'], reload)).toEqual(['B', 'A']);
    expect(lines(agent, ['moveB', 'moveA', 'go'], reload)).toEqual(['B', 'A']);
  });

  test('when they are told: in the order of the chart, whatever was entered last', () => {
    const agent = race('told', ['B', 'A']);
    expect(lines(agent, ['go', 'act'], reload)).toEqual(['B', 'A']);
    expect(lines(agent, ['moveB', 'go', 'act'], reload)).toEqual(['B', 'A']);
    // Regions of a chart are left and entered together, if one of them wants to.
    expect(lines(agent, ['againB', 'go', 'act'], reload)).toEqual(['B', 'A']);
  });
});

test('the order is saved where it is not that of the chart, and only there', () => {
  const agent = race('always', ['B', 'A']);
  const { state } = agent.init({}, 'race');
  expect(agent.save(state)).toEqual({ value: { B: 'one', A: 'one' }, context: { go: false } });
  const moved = agent.receive(state, { message: { type: 'moveB' }, from: 'x', at: 0 }).state;
  // The root, B, A, A.one, B.two, by their places in the chart.
  expect(agent.save(moved)).toEqual({
    value: { B: 'two', A: 'one' },
    context: { go: false },
    order: [0, 1, 5, 6, 3],
  });
  expect(agent.save(reloaded(agent, moved))).toEqual(agent.save(moved));
  expect(agent.project(moved)).toEqual(agent.save(moved));
});

const keyOf = ({ name, state }: TimerMessage): string => `${name} ${state}`;

/** Takes a random walk; where `save` says so, what it has come to is saved and restored. */
function walk(machine: AnyStateMachine, steps: readonly (readonly [pick: number, save: boolean])[], mayLoad: boolean) {
  const agent = fromMachine('random', machine);
  const timers = new Map<string, Message>();
  const course: unknown[] = [];
  const note = ({ state, effects }: { state: ChartState; effects: readonly Effect[] }): ChartState => {
    for (const effect of effects) {
      if (effect.kind === 'cancelTimer' || effect.kind === 'setTimer') timers.delete(effect.timer);
      if (effect.kind === 'setTimer') timers.set(effect.timer, effect.message);
    }
    course.push(effects, agent.describe(state), JSON.parse(JSON.stringify(agent.save(state))));
    return state;
  };
  let state = note(agent.init({}, 'r'));
  for (const [pick, save] of steps) {
    if (save && mayLoad) state = reloaded(agent, state);
    const inputs = [...MESSAGES.map((type) => ({ type })), ...timers.values()];
    const message = inputs[pick % inputs.length] as Message;
    if (message.type === 'timer') timers.delete(keyOf(message as TimerMessage));
    state = note(agent.receive(state, { message, from: 'x', at: 0 }));
  }
  return course;
}

test('random charts, saved and restored at random, act as they do without', () => {
  const steps = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 15 });
  let reordered = 0;
  fc.assert(
    fc.property(randomRegions, steps, (regions, all) => {
      const machine = machineOf(regions);
      const course = walk(machine, all, false);
      expect(walk(machine, all, true)).toEqual(course);
      if (course.some((each) => typeof each === 'object' && each !== null && 'order' in each)) reordered += 1;
    }),
    { numRuns: 100 },
  );
  // Otherwise nothing has been tried.
  expect(reordered).toBeGreaterThan(15);
});
