/** Tests of what an agent cannot do in its run: only guards that look at constants tell. */
import { expect, test } from 'vitest';
import { and, not, setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import { effectActions, typesOf } from './effect-actions.ts';
import { fromMachine } from './statechart.ts';

interface Context {
  readonly policy: { readonly door: 'locked' | 'open' };
  readonly key: boolean;
  readonly tries: number;
}
const { guard } = chartKit<Context, { readonly type: string; readonly force?: number }>();
const isLocked = guard(({ policy }) => policy.door === 'locked');

const machine = setup({
  types: typesOf<{ context: Context; events: { type: string }; input: Context }>(),
  actions: effectActions,
  guards: {
    isLocked,
    hasKey: guard(({ key }) => key),
    isPushed: guard((_context, { force = 0 }) => force > 1),
    isTired: guard(({ tries }) => tries > 2),
    counts: guard((context) => Object.keys(context).length > 9),
  },
}).createMachine({
  id: 'guest',
  context: ({ input }) => input,
  initial: 'outside',
  states: {
    outside: {
      on: {
        knock: [
          { guard: and(['isLocked', not('hasKey')]), target: 'waiting' },
          { guard: 'isPushed', target: 'inside' },
          { target: 'inside' },
        ],
        turn: [
          { guard: 'isTired', target: 'waiting' },
          { guard: not('isLocked'), target: 'inside' },
        ],
        look: [{ guard: 'counts' }],
      },
    },
    waiting: {},
    inside: {},
  },
});

const definition = fromMachine('guest', machine, { projection: { constants: ['policy', 'key'] } });

/** Each as cause, place among those of the same cause, and reasons. */
function ruledOutWith(door: 'locked' | 'open', key: boolean): string[] {
  const { state } = definition.init({ policy: { door }, key, tries: 0 }, 'guest/0');
  return definition
    .ruledOut(state)
    .map(({ source, by, index, because }) => `${source} ${by} ${index}: ${because.join(', ')}`);
}

test('what comes after a guard that always agrees is ruled out', () => {
  expect(ruledOutWith('locked', false)).toEqual([
    'outside knock 1: policy, key',
    'outside knock 2: policy, key',
    'outside turn 1: policy',
  ]);
});

test('a guard that always refuses is; one that looks at an event, at what changes, or at all keys is not known', () => {
  expect(ruledOutWith('open', false)).toEqual(['outside knock 0: policy']);
  expect(ruledOutWith('locked', true)).toEqual(['outside knock 0: policy, key', 'outside turn 1: policy']);
});
