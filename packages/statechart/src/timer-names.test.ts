/** Tests of the names of timers: ours on the way out, XState's on the way in. */
import { expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { setup } from 'xstate';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';
import { fromMachine } from './statechart.ts';
import { TimerNames } from './timer-names.ts';

const machine = setup({
  actions: effectActions,
  delays: { jiffy: () => delay('jiffy'), patience: () => delay('patience') },
}).createMachine({
  id: 'm.with.dots',
  initial: 'outer',
  after: { patience: { actions: [] } },
  states: {
    outer: {
      initial: 'inner',
      after: { jiffy: { target: 'other' } },
      states: { inner: { after: { jiffy: [{ guard: () => false, target: 'inner' }, { actions: [] }], patience: {} } } },
    },
    other: { id: 'elsewhere', after: { jiffy: 'outer' } },
  },
}) as unknown as AnyStateMachine;

const timers = new TimerNames(machine);

test.each([
  ['xstate.after.jiffy.m.with.dots.outer', 'jiffy', 'outer'],
  ['xstate.after.jiffy.m.with.dots.outer.inner', 'jiffy', 'outer.inner'],
  ['xstate.after.patience.m.with.dots.outer.inner', 'patience', 'outer.inner'],
  ['xstate.after.patience.m.with.dots', 'patience', ''],
  // A state's own id is no part of its name.
  ['xstate.after.jiffy.elsewhere', 'jiffy', 'other'],
])('%s is the timer %s of the state "%s"', (eventType, name, state) => {
  const message = { type: 'timer', name, state } as const;
  expect(timers.timer(eventType)).toEqual({ key: `${name} ${state}`, message });
  expect(timers.eventType(message)).toBe(eventType);
});

test('what is no timer of the machine is none', () => {
  expect(timers.timer('go')).toBeUndefined();
  expect(timers.timer('xstate.after.jiffy.m.with.dots')).toBeUndefined();
  expect(() => timers.eventType({ type: 'timer', name: 'jiffy', state: 'outer.inner.deep' })).toThrow(
    'the machine has no timer jiffy outer.inner.deep',
  );
  expect(() => timers.eventType({ type: 'timer' })).toThrow('the machine has no timer undefined undefined');
});

test('a timer that fires is told by its name, and does what XState does after the delay', () => {
  const agent = fromMachine('m', machine);
  const { state, effects } = agent.init({}, 'm');
  const set = effects.flatMap((effect) => (effect.kind === 'setTimer' ? [effect] : []));
  expect(set.map(({ timer }) => timer)).toEqual([
    'patience ',
    'jiffy outer',
    'jiffy outer.inner',
    'patience outer.inner',
  ]);
  const fire = (key: string) => {
    const { timer, message } = set.find((each) => each.timer === key) ?? { timer: '', message: { type: 'none' } };
    const step = agent.receive(state, { message, from: 'm', at: 0, timer }, true);
    return [agent.describe(step.state), step.moves] as const;
  };
  const [name, moves] = fire('jiffy outer');
  expect(name).toBe('other');
  expect(moves).toEqual([
    {
      message: { type: 'timer', name: 'jiffy', state: 'outer' },
      from: 'm',
      timer: 'jiffy outer',
      taken: [{ source: 'outer', target: ['other'], by: 'after jiffy', index: 0 }],
    },
  ]);
  expect(fire('jiffy outer.inner')[1]?.[0]?.taken).toEqual([
    { source: 'outer.inner', target: [], by: 'after jiffy', index: 1 },
  ]);
});
