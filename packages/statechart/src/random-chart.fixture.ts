/**
 * Random charts for property tests: regions in regions, whose transitions and entries all act on one context, so that
 * the order in which they act shows in every number that is said afterwards.
 */
import type { Effect } from '@dragon/engine';
import fc from 'fast-check';
import { type AnyStateMachine, setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';

interface Context {
  readonly n: number;
}

/** `by` is a message, `always`, or a timer. It is taken where `n` has the rest `rest`. */
interface EdgeSpec {
  readonly by: string;
  readonly modulus: number;
  readonly rest: number;
  /** Which sibling it leads to, counted round; none if it only acts. */
  readonly to: number | null;
  readonly acts: readonly ActSpec[];
}
type ActSpec = readonly [kind: 'change' | 'answer' | 'log', addend: number];

export interface NodeSpec {
  readonly parallel: boolean;
  readonly children: readonly NodeSpec[];
  readonly edges: readonly EdgeSpec[];
  readonly entry: readonly ActSpec[];
}

export const MESSAGES = ['e0', 'e1', 'e2'] as const;

/** Not in the order of the alphabet, which sorted keys have. */
const KEYS = ['q', 'b', 'x', 'a'];

const acts = fc.array(fc.tuple(fc.constantFrom('change', 'answer', 'log'), fc.nat(50)), { maxLength: 2 });
const edge = fc.record({
  by: fc.constantFrom(...MESSAGES, 'always', 'always', 'jiffy'),
  modulus: fc.integer({ min: 1, max: 3 }),
  rest: fc.nat(2),
  to: fc.option(fc.nat(3)),
  acts,
});

const node = (depth: number): fc.Arbitrary<NodeSpec> =>
  fc.record({
    parallel: fc.boolean(),
    children: depth === 0 ? fc.constant([]) : fc.array(node(depth - 1), { maxLength: 3 }),
    edges: fc.array(edge, { maxLength: 4 }),
    entry: acts,
  });

/** The regions of a machine, at least two. */
export const randomRegions: fc.Arbitrary<readonly NodeSpec[]> = fc.array(node(2), { minLength: 2, maxLength: 4 });

const kit = chartKit<Context, { readonly type: string }>();

const next = (n: number, addend: number): number => (n * 3 + addend + 1) % 997;

function actionOf([kind, addend]: ActSpec): object {
  switch (kind) {
    case 'change':
      return kit.change(({ n }) => ({ n: next(n, addend) }));
    case 'answer':
      return kit.answer(({ n }) => {
        const said: Effect = { kind: 'log', text: `${addend} makes ${next(n, addend)} of ${n}` };
        return [{ n: next(n, addend) }, [said]];
      });
    case 'log':
      return kit.log(({ n }) => [`${addend} at ${n}`]);
  }
}

/** Returns the machine with the regions. */
export function machineOf(regions: readonly NodeSpec[]): AnyStateMachine {
  const on = Object.fromEntries(MESSAGES.map((type, i) => [type, { actions: actionOf(['answer', i]) }]));
  return setup({ actions: effectActions, delays: { jiffy: () => delay('jiffy') } }).createMachine({
    id: 'random',
    context: { n: 1 },
    type: 'parallel',
    on,
    states: statesOf(regions, true),
  } as never) as unknown as AnyStateMachine;
}

function statesOf(specs: readonly NodeSpec[], areRegions: boolean): object {
  return Object.fromEntries(
    specs.map(({ parallel, children, edges, entry }, i) => {
      const transitions = (by: string): object[] =>
        edges.filter((each) => each.by === by).flatMap((each) => transitionOf(each, i, specs.length, areRegions));
      const inner =
        children.length === 0
          ? {}
          : { ...(parallel ? { type: 'parallel' } : { initial: KEYS[0] }), states: statesOf(children, parallel) };
      const config = {
        ...inner,
        entry: entry.map(actionOf),
        on: Object.fromEntries(MESSAGES.map((type) => [type, transitions(type)]).filter(([, all]) => all?.length)),
        always: transitions('always'),
        ...(transitions('jiffy').length === 0 ? {} : { after: { jiffy: [...transitions('jiffy'), {}] } }),
      };
      return [KEYS[i], config];
    }),
  );
}

/**
 * A region only enters itself again. What happens by itself leads to a later sibling, so that it comes to an end.
 */
function transitionOf(
  { by, modulus, rest, to, acts: all }: EdgeSpec,
  i: number,
  count: number,
  isRegion: boolean,
): object[] {
  const guard = kit.guard(({ n }) => n % modulus === rest % modulus);
  const actions = all.map(actionOf);
  if (by === 'always') return isRegion || i + 1 >= count ? [] : [{ guard, actions, target: KEYS[i + 1] }];
  if (to === null) return [{ guard, actions }];
  return [{ guard, actions, target: KEYS[isRegion ? i : to % count], reenter: true }];
}
