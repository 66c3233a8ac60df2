/**
 * An agent's chart stepped by tables: XState's macrostep over what XState itself wrote down (`chart-tables.ts`). A
 * state is a configuration and a context.
 */
import type { Effect, Input, Json, Move, Taken } from '@dragon/engine';
import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from 'xstate';
import type { ChartStep, ChartStepper, Context, EventMaker } from './chart-stepper.ts';
import type { ChartTables } from './chart-tables.ts';
import { type Candidates, type Configuration, type Edge, type Plan } from './chart-tables.ts';
import { type CompiledAction, type StepArgs, valueOf } from './compiled-action.ts';
import { type ContextCopier, type ContextShape, ContextShapes } from './context-shape.ts';
import { namedDelay } from './delays.ts';
import type { Send, Tracepoint } from './effect-actions.ts';
import type { Timer } from './timer-names.ts';
import { type InterpretedChart, NO_EFFECTS } from './interpreted-chart.ts';
import { isWithin } from './state-nodes.ts';
import { activeNodes } from './xstate-internals.ts';

/** What a compiled chart is in; XState's words for it are there for whoever reads states without knowing the charts. */
export class CompiledState {
  readonly configuration: Configuration;
  readonly context: Context;
  readonly shape: ContextShape;

  constructor(configuration: Configuration, context: Context, shape: ContextShape) {
    this.configuration = configuration;
    this.context = context;
    this.shape = shape;
  }

  get value(): StateValue {
    return this.configuration.snapshot.value;
  }

  get tags(): AnyMachineSnapshot['tags'] {
    return this.configuration.snapshot.tags;
  }

  hasTag(tag: string): boolean {
    return this.configuration.snapshot.tags.has(tag);
  }
}

export class CompiledChart implements ChartStepper<CompiledState> {
  readonly #machine: AnyStateMachine;
  readonly #tables: ChartTables;
  readonly #eventOf: EventMaker;
  readonly #interpreted: InterpretedChart;
  readonly #shapes: ContextShapes;
  readonly #args: StepArgs = { context: {}, event: {}, self: {}, system: {}, spawn: refuseToSpawn };
  #start: Plan | undefined;
  /** That of the context in hand. */
  #shape: ContextShape;
  /** Whether the microstep has assigned to the context, if only what was there. */
  #hasAssigned = false;
  #hasActed = false;
  #effects: Effect[] = [];
  #queue: { readonly type: string }[] = [];
  #taken: Taken[] | undefined;
  readonly #chosen: Edge[] = [];

  constructor(
    machine: AnyStateMachine,
    tables: ChartTables,
    eventOf: EventMaker,
    interpreted: InterpretedChart,
    copiers: readonly ContextCopier[],
  ) {
    this.#machine = machine;
    this.#tables = tables;
    this.#eventOf = eventOf;
    this.#interpreted = interpreted;
    this.#shapes = new ContextShapes(copiers);
    this.#shape = this.#shapes.of({});
  }

  start(input: object): ChartStep<CompiledState> {
    const event = { type: 'xstate.init', input };
    try {
      const { context } = this.#machine.config as { readonly context?: Context | ((args: object) => Context) };
      const { self, spawn } = this.#args;
      const first = typeof context === 'function' ? context({ input, self, spawn }) : (context ?? {});
      const shape = this.#shapes.of(first);
      this.#begin(shape.copy(first), shape, event, undefined);
      const { actions, next } = (this.#start ??= this.#tables.start());
      this.#perform(actions);
      const state = this.#state(this.#settle(next));
      return { state, effects: this.#drainEffects() };
    } catch (cause) {
      this.#interpreted.start(input);
      throw this.#difference(cause);
    }
  }

  step(before: CompiledState, input: Input, observed: boolean): ChartStep<CompiledState> {
    const { configuration, context, shape } = before;
    const event = this.#eventOf(input);
    this.#begin(context, shape, event, observed ? [] : undefined);
    let next = configuration;
    try {
      const { type } = event;
      this.#choose(configuration.candidates.get(type) ?? this.#tables.candidates(configuration, type));
      if (this.#chosen.length > 0) {
        this.#hasActed = true;
        next = this.#microstep(configuration, type);
      }
      next = this.#settle(next);
    } catch (cause) {
      this.#ask(before, input);
      throw this.#difference(cause);
    }
    const isSame = next === configuration && this.#args.context === context;
    if (isSame && !this.#hasActed) this.#ask(before, input);
    const state = isSame ? before : this.#state(next);
    const effects = this.#drainEffects();
    if (this.#taken === undefined) return { state, effects };
    const { message, from, timer } = input;
    const moves: Move[] = [{ message, from, timer, taken: this.#taken }];
    return { state, effects, moves };
  }

  nameOf({ configuration }: CompiledState): string {
    return configuration.name;
  }

  orderOf({ configuration }: CompiledState): readonly number[] {
    return activeNodes(configuration.snapshot).map(({ order }) => order);
  }

  resolve(value: Json, context: Context, order: readonly number[] | undefined): CompiledState {
    return new CompiledState(this.#tables.resolve(value, order), context, this.#shapes.of(context));
  }

  /** Lets XState take the step: if it fails there, too, the error is XState's own. */
  #ask(before: CompiledState, input: Input): void {
    const { value, context } = before;
    this.#interpreted.step(this.#interpreted.resolve(value, context, this.orderOf(before)), input, false);
  }

  #begin(context: Context, shape: ContextShape, event: StepArgs['event'], taken: Taken[] | undefined): void {
    this.#args.context = context;
    this.#shape = shape;
    this.#args.event = event;
    this.#hasActed = false;
    this.#taken = taken;
    // A step that failed has left something.
    if (this.#effects.length > 0) this.#effects = [];
    if (this.#queue.length > 0) this.#queue = [];
  }

  #state(configuration: Configuration): CompiledState {
    return new CompiledState(configuration, this.#args.context as Context, this.#shape);
  }

  #drainEffects(): readonly Effect[] {
    if (this.#effects.length === 0) return NO_EFFECTS;
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** The rest of a macrostep: eventless transitions first, then what was raised, until there is neither. */
  #settle(start: Configuration): Configuration {
    let configuration = start;
    let mayGoOn = true;
    let head = 0;
    for (;;) {
      let type = '';
      // To set the length would be a call into V8.
      while (this.#chosen.length > 0) this.#chosen.pop();
      if (mayGoOn && configuration.always.length > 0) this.#chooseEventless(configuration);
      const isEventless = this.#chosen.length > 0;
      if (!isEventless) {
        const event = this.#queue[head];
        if (event === undefined) break;
        head += 1;
        this.#args.event = event;
        ({ type } = event);
        this.#choose(this.#tables.candidates(configuration, type));
      }
      this.#hasAssigned = false;
      const before = configuration;
      if (this.#chosen.length > 0) configuration = this.#microstep(configuration, type);
      // XState looks for more unless an eventless transition has left the very same snapshot.
      mayGoOn = !isEventless || this.#hasAssigned || configuration !== before;
    }
    return configuration;
  }

  #microstep(configuration: Configuration, type: string): Configuration {
    const { actions, next, taken } = this.#tables.plan(configuration, this.#chosen, type);
    this.#taken?.push(...taken);
    this.#perform(actions);
    return next;
  }

  /** Selects the transitions of an event: of a node and those around it, the first whose guard agrees. */
  #choose({ edges, isChain }: Candidates): void {
    const chosen = this.#chosen;
    while (chosen.length > 0) chosen.pop();
    for (let i = 0; i < edges.length; i += 1) {
      const edge = edges[i] as Edge;
      // Nodes around one that answers are not asked.
      if (!isChain && chosen.some(({ source }) => isWithin(source, edge.source))) continue;
      if (edge.guard !== undefined && !edge.guard(this.#args)) continue;
      chosen.push(edge);
      if (isChain) return;
    }
  }

  /** Selects the first eventless transition of each leaf. */
  #chooseEventless({ always }: Configuration): void {
    const chosen = this.#chosen;
    for (let leaf = 0; leaf < always.length; leaf += 1) {
      const edges = always[leaf] as readonly Edge[];
      for (let i = 0; i < edges.length; i += 1) {
        const edge = edges[i] as Edge;
        if (edge.guard !== undefined && !edge.guard(this.#args)) continue;
        if (!chosen.includes(edge)) chosen.push(edge);
        break;
      }
    }
  }

  #perform(actions: readonly CompiledAction[]): void {
    const args = this.#args;
    const effects = this.#effects;
    for (let i = 0; i < actions.length; i += 1) {
      const { act, run, fixed, extra, timer } = actions[i] as CompiledAction;
      this.#hasActed = true;
      switch (act) {
        case 'change': {
          const changed = (run as Change)(args.context, args.event);
          if (!Array.isArray(changed)) {
            this.#assign(changed as Context);
            break;
          }
          this.#assign(changed[0] as Context);
          const asked = changed[1] as readonly Effect[];
          for (let each = 0; each < asked.length; each += 1) effects.push(asked[each] as Effect);
          break;
        }
        case 'assign':
          this.#assign((run as Run)(args, valueOf(extra, args)) as Context);
          break;
        case 'assignKeys': {
          const params = valueOf(extra, args);
          const entries = fixed as readonly (readonly [string, unknown])[];
          const values = entries.map(([key, value]) => [
            key,
            typeof value === 'function' ? (value as Run)(args, params) : value,
          ]);
          this.#assign(Object.fromEntries(values) as Context);
          break;
        }
        case 'send': {
          const sent = (run === undefined ? fixed : run(args)) as Told | readonly Told[];
          if (!Array.isArray(sent)) effects.push(sent as Told);
          else for (let each = 0; each < sent.length; each += 1) effects.push(sent[each] as Told);
          break;
        }
        case 'choose': {
          const { type, options } = (run === undefined ? fixed : run(args)) as { type: string; options: number };
          effects.push({ kind: 'choose', type, options });
          break;
        }
        case 'log': {
          const { lines } = (run === undefined ? fixed : run(args)) as { readonly lines: readonly string[] };
          for (const text of lines) effects.push({ kind: 'log', text });
          break;
        }
        case 'raise':
          this.#queue.push((run === undefined ? fixed : run(args, valueOf(extra, args))) as { type: string });
          break;
        case 'done':
          this.#queue.push(fixed as { type: string });
          break;
        case 'setTimer': {
          const { key, message } = timer as Timer;
          effects.push({ kind: 'setTimer', timer: key, delay: namedDelay(valueOf(extra, args) as number), message });
          break;
        }
        case 'cancelTimer':
          effects.push({ kind: 'cancelTimer', timer: (timer as Timer).key });
          break;
      }
    }
  }

  /** Merges a change into a copy of the context: what an action has kept of the one before stays what it was. */
  #assign(change: Context): void {
    this.#hasAssigned = true;
    const args = this.#args;
    if (change === args.context) return;
    const next = Object.assign(this.#shape.copy(args.context as Context), change);
    if (!this.#shape.isOf(next)) this.#shape = this.#shapes.of(next);
    args.context = next;
  }

  /** XState has done without an error what failed here: that is a mistake in the tables, not in the chart. */
  #difference(cause: unknown): Error {
    return new Error(`${this.#machine.id}: its compiled chart fails where XState does not: ${String(cause)}`, {
      cause,
    });
  }
}

type Run = NonNullable<CompiledAction['run']>;
type Change = (context: object, event: object) => unknown;
type Told = Send | Tracepoint;

function refuseToSpawn(): never {
  throw new Error('an agent spawns no actors');
}
