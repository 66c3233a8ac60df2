/**
 * Charts with everything that a chart may have, drawn at random, and walks through them stepped both by tables and by
 * XState: whatever shows must be the same. Actions and conditions work on one number, so the order in which they come
 * shows in all that is said afterwards.
 */
import type { Json, Message, Step } from '@dragon/engine';
import fc from 'fast-check';
import { and, type AnyStateMachine, assign, not, or, raise, setup } from 'xstate';
import { chartKit } from './chart-kit.ts';
import type { ChartState } from './chart-stepper.ts';
import type { ContextCopier } from './context-shape.ts';
import { delay } from './delays.ts';
import { effectActions } from './effect-actions.ts';
import { fromMachine, type StatechartDefinition } from './statechart.ts';
import type { TimerMessage } from './timer-names.ts';

interface Context {
  readonly n: number;
  /** How often a chart may still go on by itself: it comes to an end that way. */
  readonly fuel: number;
}

const ACTS = [
  'change',
  'same',
  'whole',
  'kept',
  'escape',
  'more',
  'answer',
  'log',
  'send',
  'assign',
  'keys',
  'raise',
  'choose',
] as const;
const CAUSES = ['e.a', 'e.b', 'e.*', '*', 'r.a', 'r.b', 'always', 'always', 'done', 'jiffy'] as const;
/** For some of the shapes that a context can get: the others are spread. */
const COPIERS: readonly ContextCopier[] = [
  (c) => ({ n: c['n'], fuel: c['fuel'] }),
  (c) => ({ n: c['n'], fuel: c['fuel'], more0: c['more0'] }),
  (c) => ({ n: c['n'], fuel: c['fuel'], more0: c['more0'], fixed: c['fixed'] }),
  (c) => ({ n: c['n'], fuel: c['fuel'], fixed: c['fixed'] }),
];
const MESSAGES = ['e.a', 'e.b', 'e.c'] as const;

type Act = readonly [kind: (typeof ACTS)[number], addend: number];

interface Condition {
  readonly kind: 'none' | 'inline' | 'named' | 'fixed' | 'not' | 'and' | 'or' | 'fails';
  readonly modulus: number;
  readonly rest: number;
}

interface WildEdge {
  readonly by: (typeof CAUSES)[number];
  readonly condition: Condition;
  /** Which of all nodes it leads to, counted round; none if it only acts. */
  readonly to: number | null;
  /** Where the target lies in a region: a node of another region that it leads to as well. */
  readonly too: number | null;
  readonly reenter: boolean;
  readonly acts: readonly Act[];
}

interface WildNode {
  readonly parallel: boolean;
  readonly final: boolean;
  readonly children: readonly WildNode[];
  readonly first: number;
  readonly edges: readonly WildEdge[];
  readonly entry: readonly Act[];
  readonly exit: readonly Act[];
  readonly onTheWay: readonly Act[];
}

const acts = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat(50)), { maxLength: 2 });
const edge: fc.Arbitrary<WildEdge> = fc.record({
  by: fc.constantFrom(...CAUSES),
  condition: fc.record({
    kind: fc.constantFrom('none', 'none', 'inline', 'named', 'fixed', 'not', 'and', 'or', 'fails'),
    modulus: fc.integer({ min: 1, max: 3 }),
    rest: fc.nat(2),
  }),
  to: fc.option(fc.nat(40)),
  too: fc.option(fc.nat(40)),
  reenter: fc.boolean(),
  acts,
});

const node = (depth: number): fc.Arbitrary<WildNode> =>
  fc.record({
    parallel: fc.boolean(),
    final: fc.boolean(),
    children: depth === 0 ? fc.constant([]) : fc.array(node(depth - 1), { maxLength: 3 }),
    first: fc.nat(2),
    edges: fc.array(edge, { maxLength: 4 }),
    entry: acts,
    exit: acts,
    onTheWay: acts,
  });

/** The root of a chart: nodes in it go down to a depth of five. */
export const wildChart: fc.Arbitrary<WildNode> = fc
  .record({ root: node(0), children: fc.array(node(4), { minLength: 2, maxLength: 3 }) })
  .map(({ root, children }) => ({ ...root, children }));

/** What happens to a chart: which input it gets, counted round, and whether it is saved and restored before. */
export const wildWalk = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 12 });

type Args = { readonly context: Context };

const kit = chartKit<Context, { readonly type: string }>();
/** A whole context that the chart holds on to. */
const KEPT: Context = { n: 5, fuel: 0 };

type PerKey = { readonly [key: string]: unknown };

/** What is assigned key by key. */
const PER_KEY: readonly PerKey[] = [{ n: ({ context }: Args) => next(context.n, 7), fixed: 7 }, { n: 9 }];

const next = (n: number, addend: number): number => (n * 3 + addend + 1) % 997;

function actionOf([kind, addend]: Act): object {
  switch (kind) {
    case 'change':
      return kit.change(({ n }) => ({ n: next(n, addend) }));
    case 'same':
      return kit.change((context) => context);
    case 'whole':
      return kit.change((context) => ({ ...context, n: next(context.n, addend) }));
    case 'kept':
      return kit.change((context) => (Object.keys(context).length === 2 ? KEPT : context));
    case 'escape':
      return kit.send((context) => ({ kind: 'send', to: 'x', message: { type: 'x.seen', seen: context as never } }));
    case 'more':
      return kit.change(({ n }) => ({ n: next(n, addend), [`more${addend % 3}`]: n }));
    case 'answer':
      return kit.answer(({ n }, { type }) => [
        { n: next(n, addend) },
        [{ kind: 'log', text: `${addend} ${n} ${type}` }],
      ]);
    case 'log':
      return kit.log(({ n }, { type }) => [`${addend} at ${n} ${type}`]);
    case 'send':
      return kit.send(({ n }) => [
        { kind: 'send', to: 'x', message: { type: 'x.n', n } },
        { kind: 'send', to: 'y', message: { type: 'y.n', n } },
      ]);
    case 'assign':
      return assign(({ context }) => ({ n: next((context as Context).n, addend) }));
    case 'keys':
      return assign(PER_KEY[addend % 2] as object);
    case 'raise':
      return addend % 2 === 0
        ? raise({ type: 'r.a' })
        : raise(({ context }) => ({ type: (context as Context).n % 2 === 0 ? 'r.a' : 'r.b' }));
    case 'choose':
      return { type: 'choose', params: ({ context: { n } }: Args) => ({ type: 'e.a', options: n }) };
  }
}

const hasRest = (
  { context }: { readonly context: unknown },
  { modulus, rest }: Pick<Condition, 'modulus' | 'rest'>,
): boolean => (context as Context).n % modulus === rest % modulus;

function guardOf({ kind, ...params }: Condition): unknown {
  const inline = (args: Args): boolean => hasRest(args, params);
  switch (kind) {
    case 'none':
      return undefined;
    case 'inline':
      return inline;
    case 'named':
      return { type: 'hasRest', params: () => params };
    case 'fixed':
      return { type: 'hasRest', params };
    case 'not':
      return not({ type: 'hasRest', params } as never);
    case 'and':
      return and([inline, 'isEven'] as never);
    case 'or':
      return or([inline, 'isEven'] as never);
    case 'fails':
      return ({ context: { n } }: Args): boolean => {
        if (n % 11 === params.rest) throw new Error(`fails at ${n}`);
        return true;
      };
  }
}

const KEYS = ['q', 'b', 'x'];

/** A node with its place in the tree. */
interface Placed {
  readonly node: WildNode;
  readonly path: readonly string[];
  readonly parent: Placed | undefined;
}

function placed(spec: WildNode, path: readonly string[], parent: Placed | undefined): Placed[] {
  const here: Placed = { node: spec, path, parent };
  return [here, ...spec.children.flatMap((child, i) => placed(child, [...path, KEYS[i] as string], here))];
}

const idOf = ({ path }: Placed): string => ['wild', ...path].join('.');
const liesIn = (inner: Placed, outer: Placed): boolean =>
  inner === outer || (inner.parent !== undefined && liesIn(inner.parent, outer));

/** Returns the targets of an edge; several only where they can be active together. */
function targetsOf({ to, too }: WildEdge, all: readonly Placed[]): string[] | undefined {
  const [root, ...others] = all as [Placed, ...Placed[]];
  if (to === null) return undefined;
  const first = others[to % others.length] ?? root;
  let region = first;
  while (region.parent !== undefined && !region.parent.node.parallel) region = region.parent;
  const fork = region.parent;
  const apart =
    fork === undefined ? [] : others.filter((each) => each !== fork && liesIn(each, fork) && !liesIn(each, region));
  const second = too === null ? undefined : apart[too % apart.length];
  return [first, ...(second === undefined ? [] : [second])].map((each) => `#${idOf(each)}`);
}

function configOf(here: Placed, all: readonly Placed[]): object {
  const { node: spec, path } = here;
  const isLeaf = spec.children.length === 0;
  if (isLeaf && spec.final && path.length > 1)
    return { id: idOf(here), type: 'final', entry: spec.entry.map(actionOf) };
  const by = (cause: WildEdge['by']): object[] =>
    spec.edges.filter((each) => each.by === cause).map((each) => transitionOf(each, all));
  const inner = all.filter(({ parent }) => parent === here);
  const states = Object.fromEntries(inner.map((each, i) => [KEYS[i], configOf(each, all)]));
  const initial = { target: KEYS[spec.first % Math.max(1, inner.length)], actions: spec.onTheWay.map(actionOf) };
  const fired = by('jiffy');
  return {
    id: idOf(here),
    tags: [`in ${path.join('.')}`],
    ...(isLeaf ? {} : { ...(spec.parallel ? { type: 'parallel' } : { initial }), states, onDone: by('done') }),
    entry: spec.entry.map(actionOf),
    exit: spec.exit.map(actionOf),
    on: Object.fromEntries((['e.a', 'e.b', 'e.*', '*', 'r.a', 'r.b'] as const).map((type) => [type, by(type)])),
    always: by('always'),
    ...(fired.length === 0 ? {} : { after: { jiffy: [...fired, {}] } }),
  };
}

/** How often something has happened by itself in a step: a compiler that is broken may not come to an end. */
let burnt = 0;
const MOST_BURNT = 100;

function transitionOf(spec: WildEdge, all: readonly Placed[]): object {
  const guard = guardOf(spec.condition);
  const actions = spec.acts.map(actionOf);
  const way = { target: targetsOf(spec, all), reenter: spec.reenter };
  if (spec.by === 'e.a' || spec.by === 'e.b' || spec.by === 'e.*' || spec.by === 'jiffy')
    return { ...way, guard, actions: [kit.change(() => ({ fuel: 4 })), ...actions] };
  const burn = kit.change(({ fuel }) => {
    burnt += 1;
    if (burnt > MOST_BURNT) throw new Error('goes on for ever');
    return { fuel: fuel - 1 };
  });
  const hasFuel = kit.guard(({ fuel }) => fuel > 0);
  return { ...way, guard: guard === undefined ? hasFuel : and([hasFuel, guard] as never), actions: [burn, ...actions] };
}

/** Returns the machine of a chart; undefined if no agent may have it. */
export function wildAgent(root: WildNode): StatechartDefinition | undefined {
  const all = placed(root, [], undefined);
  try {
    const machine = setup({
      actions: effectActions,
      guards: { hasRest, isEven: ({ context }: { context: unknown }) => (context as Context).n % 2 === 0 },
      delays: { jiffy: ({ context }) => delay('jiffy', (context as Context).n % 100) },
    }).createMachine({ ...configOf(all[0] as Placed, all), context: { n: 1, fuel: 4 } } as never);
    return fromMachine('wild', machine as unknown as AnyStateMachine, { copiers: COPIERS });
  } catch (error) {
    if (String(error).includes('regions can be final')) return undefined;
    throw error;
  }
}

/** A step's worth of all that shows. */
type Shown = { readonly [what: string]: unknown };

/** Takes a walk the way the definition does; returns all that shows of it. */
export function walkOf(
  agent: StatechartDefinition,
  walk: readonly (readonly [pick: number, save: boolean])[],
): Shown[] {
  const timers = new Map<string, Message>();
  const course: Shown[] = [];
  const attempt = (take: () => Step<ChartState>): ChartState | undefined => {
    burnt = 0;
    try {
      const { state, effects, moves } = take();
      for (const effect of effects) if (effect.kind === 'cancelTimer') timers.delete(effect.timer);
      for (const effect of effects) if (effect.kind === 'setTimer') timers.set(effect.timer, effect.message);
      const shown = { moves, name: agent.describe(state), tags: [...state.tags] };
      // As text, since the order of keys is part of it, regions are asked in that order; and as it is now.
      course.push({ ...shown, effects: JSON.stringify(effects), saved: JSON.stringify(agent.save(state)) });
      return state;
    } catch (error) {
      course.push({ error: String(error) });
      return undefined;
    }
  };
  let state = attempt(() => agent.init({}, 'w'));
  for (const [pick, save] of walk) {
    if (state === undefined) break;
    const before: ChartState = save ? agent.restore(JSON.parse(JSON.stringify(agent.save(state))) as Json) : state;
    const inputs = [...MESSAGES.map((type) => ({ type })), ...timers.values()];
    const message = inputs[pick % inputs.length] as Message;
    if (message.type === 'timer') timers.delete(`${(message as TimerMessage).name} ${(message as TimerMessage).state}`);
    state = attempt(() => agent.receive(before, { message, from: 'x', at: 0 }, true)) ?? before;
  }
  return course;
}
