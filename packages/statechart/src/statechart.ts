/** The adapter: an XState 5 machine as an agent of the engine. */
import type {
  AgentDefinition,
  Census,
  Chart,
  Input,
  Json,
  NamedDelay,
  ResourceFacts,
  RuledOut,
  TaskFacts,
} from '@dragon/engine';
import type { AnyStateMachine, EventObject } from 'xstate';
import { chartData } from './chart-data.ts';
import { type ChartState, type ChartStepper, type Context, type EventMaker, NotCompilable } from './chart-stepper.ts';
import { ChartTables } from './chart-tables.ts';
import { CompiledChart } from './compiled-chart.ts';
import type { ContextCopier } from './context-shape.ts';
import { InterpretedChart } from './interpreted-chart.ts';
import { ruledOut } from './ruled-out.ts';
import { assertSupported } from './supported-features.ts';
import { TIMER, TimerNames } from './timer-names.ts';

/**
 * What an agent's context may hold for the wait-for graph. Each part is replaced when it changes, never changed in
 * place.
 */
export interface AgentContext {
  readonly task?: TaskFacts;
  readonly resources?: readonly ResourceFacts[];
}

/** What of a context is behaviour; declared once for each machine, beside its context. */
export interface Projection<C> {
  /** Keys whose values never change in a run. */
  readonly constants?: readonly (keyof C & string)[];
  /** Keys that count, measure, or repeat what the others say: nothing that the agent does to others depends on them. */
  readonly bookkeeping?: readonly (keyof C & string)[];
  /** Returns the rest in a normal form, where equal behaviour can have different data. */
  readonly normal?: ((behaviour: C) => Json) | undefined;
}

interface StatechartOptions<C> {
  /** Events have `at`, their instant: for those that measure how long others take. */
  readonly timed?: boolean;
  readonly projection?: Projection<C>;
  /** Literal copies for the contexts that the machine has; without one a context is spread, which takes longer. */
  readonly copiers?: readonly ContextCopier[];
  /** What a census has of the agent; `tags` are those of the states that it is in. */
  readonly census?: (context: C, tags: ReadonlySet<string>) => Census;
  /** As `AgentDefinition.receiver`, or the same for all inputs; default: a call. */
  readonly receiver?: 'call' | 'thread' | NonNullable<AgentDefinition['receiver']>;
}

/** A definition whose states have the tags of their chart, and which says whatever an agent's definition may say. */
export interface StatechartDefinition<State = ChartState> extends AgentDefinition<State> {
  readonly chart: Chart;
  /** The same agent, stepped by XState itself: slower, and it does the same. */
  readonly interpreted: StatechartDefinition<State>;
  /** Why the chart is not compiled, but stepped by XState in any case; undefined if it is compiled. */
  readonly notCompiled: () => string | undefined;
  hasTag(state: State, tag: string): boolean;
  project(state: State): Json;
  readonly census?: (state: State) => Census;
  ruledOut(state: State): readonly RuledOut[];
  readonly receiver: (input: Pick<Input, 'message' | 'from'>, timer?: NamedDelay) => 'call' | 'thread';
}

/** The context's type parameter is the machine's own. */
type ContextOf<M extends AnyStateMachine> = Parameters<M['resolveState']>[0] extends { readonly context?: infer C }
  ? NonNullable<C>
  : never;

/** The options for a machine. */
export type MachineOptions<M extends AnyStateMachine> = StatechartOptions<ContextOf<M>>;

interface SavedState {
  readonly value: Json;
  readonly context: { readonly [key: string]: Json };
  /** The order in which the active nodes were entered, unless it is that of the document. */
  readonly order?: readonly number[];
}

/**
 * Returns the definition of an agent whose behaviour is `machine`. An agent's input is its parameters plus `self`, its
 * id; an event is a message plus `from`. The chart is compiled when the first agent starts. Refuses with an error
 * naming machine and state: invoke, spawnChild, sendTo, history, inline action functions and any other feature that
 * `transition` could not carry out as data.
 */
export function fromMachine<M extends AnyStateMachine>(
  kind: string,
  machine: M,
  { timed = false, projection = {}, copiers = [], census, receiver = 'call' }: MachineOptions<M> = {},
): StatechartDefinition {
  assertSupported(machine);
  const timers = new TimerNames(machine);
  const { chart, taken } = chartData(machine, timers);
  const eventOf = eventMaker(timers, timed);
  const interpreted = new InterpretedChart(machine, timers, taken, eventOf);
  const compiled = onceMade((): CompiledChart | NotCompilable => {
    try {
      return new CompiledChart(machine, new ChartTables(machine, timers, taken), eventOf, interpreted, copiers);
    } catch (error) {
      if (error instanceof NotCompilable) return error;
      throw error;
    }
  });
  const stepper = (): ChartStepper => {
    const made = compiled();
    return made instanceof CompiledChart ? made : interpreted;
  };
  const notCompiled = (): string | undefined => {
    const made = compiled();
    return made instanceof NotCompilable ? made.message : undefined;
  };
  const common = {
    kind,
    chart,
    notCompiled,
    receiver: typeof receiver === 'string' ? () => receiver : receiver,
    projection: projection as Projection<Context>,
    census: census as StatechartOptions<Context>['census'],
    ruledOutIn: (context: Context) => ruledOut(machine, taken, new Set(projection.constants), context),
  };
  const byXState = definitionOf(common, () => interpreted, undefined);
  return definitionOf(common, stepper, byXState);
}

type Common = Pick<StatechartDefinition, 'kind' | 'chart' | 'notCompiled' | 'receiver'> & {
  readonly projection: Projection<Context>;
  readonly census: StatechartOptions<Context>['census'];
  readonly ruledOutIn: (context: Context) => readonly RuledOut[];
};

function definitionOf(
  { projection, census, ruledOutIn, ...common }: Common,
  stepper: () => ChartStepper,
  interpreted: StatechartDefinition | undefined,
): StatechartDefinition {
  let known: ChartStepper | undefined;
  const save = (state: ChartState): SavedState & { readonly [key: string]: Json | undefined } => {
    const saved = { value: state.value as Json, context: state.context as SavedState['context'] };
    const order = (known ??= stepper()).orderOf(state);
    const isInOrder = order.every((place, i) => i === 0 || (order[i - 1] ?? 0) < place);
    return isInOrder ? saved : { ...saved, order };
  };
  const definition: StatechartDefinition = {
    ...common,
    get interpreted() {
      return interpreted ?? definition;
    },
    init: (params, self) => (known ??= stepper()).start({ ...(params as object), self }),
    receive: (state, input, observed = false) => (known ??= stepper()).step(state, input, observed),
    describe: (state) => (known ??= stepper()).nameOf(state),
    facts: (state) => state.context as AgentContext,
    ...(census && { census: (state) => census(state.context as Context, state.tags) }),
    hasTag: (state, tag) => state.tags.has(tag),
    save,
    restore(saved) {
      const { value, context, order } = saved as unknown as SavedState;
      return (known ??= stepper()).resolve(value, context, order);
    },
    project(state) {
      const { context, ...shape } = save(state);
      const { constants = [], bookkeeping = [], normal } = projection;
      const left = new Set<string>([...constants, ...bookkeeping]);
      const behaviour = Object.fromEntries(Object.entries(context).filter(([key]) => !left.has(key)));
      return { ...shape, context: normal === undefined ? behaviour : normal(behaviour) };
    },
    ruledOut: (state) => ruledOutIn(state.context),
  };
  return definition;
}

function onceMade<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
}

/**
 * Returns what makes an event of an input: the message, with its sender, under XState's name if it is a timer's. A
 * message is assigned, not spread: where messages of all types come by, a spread costs four times as much.
 */
function eventMaker(timers: TimerNames, timed: boolean): EventMaker {
  return ({ message, from, at }: Input): EventObject => {
    const event: EventObject & { from: string; at?: number } = Object.assign({ type: '', from: '' }, message);
    if (message.type === TIMER) event.type = timers.eventType(message);
    event.from = from;
    if (timed) event.at = at;
    return event;
  };
}
