/**
 * The tables of a compiled chart: for each configuration (a set of active nodes in the order in which they were
 * entered) who is asked about an event, and for each choice of transitions what is done and where it leads. XState
 * fills them, the first time each is wanted: a second instance of the machine, whose actions are markers and whose
 * guards say what the compiler wants to hear, takes the step, and what it did is written down. Conflicts, exit and
 * entry sets, their order, and done events are XState's own that way; nothing of its algorithm is repeated here.
 */
import type { Json, Taken } from '@dragon/engine';
import { type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode, StateMachine } from 'xstate';
import type { ChartData } from './chart-data.ts';
import { actionOf, type CompiledAction, compiledAction, type CompiledGuard, compiledGuard } from './compiled-action.ts';
import { NotCompilable } from './chart-stepper.ts';
import { isLeaf, isWithin, leavesName, stateNodes } from './state-nodes.ts';
import type { TimerNames } from './timer-names.ts';
import {
  activeNodes,
  inertScope,
  markerAction,
  type TakenTransition,
  transitionsOf,
  withActions,
  withNodeOrder,
} from './xstate-internals.ts';

/** A transition as a candidate. */
export interface Edge {
  readonly index: number;
  readonly guard: CompiledGuard | undefined;
  readonly source: AnyStateNode;
}

/** What a microstep does. */
export interface Plan {
  readonly actions: readonly CompiledAction[];
  readonly next: Configuration;
  readonly taken: readonly Taken[];
}

/** Who is asked about an event, in this order. */
export interface Candidates {
  readonly edges: readonly Edge[];
  /** Each source is the one before it or around it: the first whose guard agrees is the only one. */
  readonly isChain: boolean;
}

/** A set of active nodes in the order in which they were entered. */
export interface Configuration {
  readonly snapshot: AnyMachineSnapshot;
  readonly name: string;
  /** By type of event. */
  readonly candidates: Map<string, Candidates>;
  /** For each leaf in order of entry: its eventless transitions and those of the nodes around it. */
  readonly always: readonly (readonly Edge[])[];
  /** By the one transition that is taken. */
  readonly single: (Plan | undefined)[];
  /** By the transitions that are taken together. */
  readonly several: Map<string, Plan>;
}

export class ChartTables {
  readonly #skeleton: AnyStateMachine;
  readonly #edges: Edge[] = [];
  readonly #taken: (Taken | undefined)[] = [];
  readonly #indexOf = new Map<TakenTransition, number>();
  readonly #alwaysOf = new Map<AnyStateNode, readonly Edge[]>();
  readonly #configurations = new Map<string, Configuration>();
  /** What the guards say yes to, and who was asked. */
  #allowed: readonly number[] = [];
  #asked: number[] = [];
  /** The marked actions of a microstep, each with the number of done events that came before it. */
  #marked: { readonly action: CompiledAction; readonly done: number }[] = [];
  #microstep: { readonly transitions: readonly TakenTransition[]; readonly snapshot: AnyMachineSnapshot } | undefined;
  /** Whether the microstep that is wanted is over. */
  #isTaken = false;
  #doneEvents: object[] = [];
  readonly #scope = inertScope(
    () => {},
    (transitions, snapshot, event) => {
      // The first microstep that takes anything is the one that is wanted; then only done events are left.
      if (this.#isTaken) this.#doneEvents.push(event);
      else if (transitions.length > 0) {
        this.#allowed = [];
        this.#isTaken = true;
        this.#microstep = { transitions, snapshot };
      }
    },
  );

  /** Throws NotCompilable for a machine that does what no table can say. */
  constructor(machine: AnyStateMachine, timers: TimerNames, taken: ChartData['taken']) {
    this.#skeleton = new StateMachine({ ...machine.config, context: {} } as never, machine.implementations as never);
    const marked = (action: unknown): unknown => {
      const compiled = compiledAction(action as never, machine, timers);
      return markerAction((queued) => this.#marked.push({ action: compiled, done: queued }));
    };
    const originals = stateNodes(machine);
    for (const [place, node] of stateNodes(this.#skeleton).entries()) {
      const original = originals[place] as AnyStateNode;
      if (original.output !== undefined) throw new NotCompilable(`state ${node.path.join('.')} has an output`);
      withActions(node, marked);
      const known = transitionsOf(original);
      const edges = transitionsOf(node).map((transition, i) => {
        const index = this.#edges.length;
        const edge = { index, guard: compiledGuard(transition.guard, machine), source: node };
        this.#edges.push(edge);
        this.#taken.push(taken(known[i] as TakenTransition));
        this.#indexOf.set(transition, index);
        transition.actions = transition.actions.map(marked);
        transition.guard = () => {
          this.#asked.push(index);
          return this.#allowed.includes(index);
        };
        return { edge, isAlways: transition.eventType === '' };
      });
      const always = edges.filter(({ isAlways }) => isAlways).map(({ edge }) => edge);
      if (always.length > 0) this.#alwaysOf.set(node, always);
    }
  }

  /** Returns what is done at the start, with an empty context. */
  start(): Plan {
    this.#reset([]);
    // XState does not show the microstep of the start: whatever it shows is of a done event.
    this.#isTaken = true;
    const snapshot = this.#skeleton.getInitialSnapshot(this.#scope, {});
    if (snapshot.status === 'error') throw snapshot.error;
    return { actions: this.#actions(), next: this.#configuration(snapshot), taken: [] };
  }

  /** Returns the configuration of a saved state. */
  resolve(value: Json, order: readonly number[] | undefined): Configuration {
    const snapshot = this.#skeleton.resolveState({ value: value as never, context: {} });
    return this.#configuration(withNodeOrder(snapshot, order));
  }

  /** Returns who is asked about an event: those whose guards XState asks as long as all of them say no. */
  candidates(configuration: Configuration, type: string): Candidates {
    const known = configuration.candidates.get(type);
    if (known !== undefined) return known;
    this.#reset([]);
    this.#skeleton.getTransitionData(configuration.snapshot, { type });
    const edges = this.#asked.map((index) => this.#edges[index] as Edge);
    const isChain = edges.every(({ source }, i) => i === 0 || isWithin((edges[i - 1] as Edge).source, source));
    const candidates = { edges, isChain };
    configuration.candidates.set(type, candidates);
    return candidates;
  }

  /** Returns what is done where an event makes these transitions, at least one, be taken; '' for eventless ones. */
  plan(configuration: Configuration, chosen: readonly Edge[], type: string): Plan {
    const [first] = chosen;
    if (first !== undefined && chosen.length === 1)
      return (configuration.single[first.index] ??= this.#plan(configuration, chosen, type));
    const key = chosen.map(({ index }) => index).join(',');
    let plan = configuration.several.get(key);
    if (plan === undefined) configuration.several.set(key, (plan = this.#plan(configuration, chosen, type)));
    return plan;
  }

  #plan(configuration: Configuration, chosen: readonly Edge[], type: string): Plan {
    this.#reset(chosen.map(({ index }) => index));
    this.#skeleton.transition(configuration.snapshot, { type: type === '' ? NO_EVENT : type }, this.#scope);
    const microstep = this.#microstep;
    if (microstep === undefined)
      throw new Error(`${this.#skeleton.id} takes none of the transitions chosen for ${type}`);
    const taken = microstep.transitions.flatMap((each): Taken[] => {
      const known = this.#taken[this.#indexOf.get(each) ?? -1];
      return known === undefined ? [] : [known];
    });
    return { actions: this.#actions(), next: this.#configuration(microstep.snapshot), taken };
  }

  #reset(allowed: readonly number[]): void {
    this.#allowed = allowed;
    this.#asked = [];
    this.#marked = [];
    this.#microstep = undefined;
    this.#isTaken = false;
    this.#doneEvents = [];
  }

  /** Returns the marked actions, with the done events among them where XState raises them. */
  #actions(): CompiledAction[] {
    const actions: CompiledAction[] = [];
    const doneEvents = this.#doneEvents.map((event) => actionOf('done', undefined, event));
    let done = 0;
    for (const { action, done: before } of this.#marked) {
      for (; done < before; done += 1) actions.push(doneEvents[done] as CompiledAction);
      actions.push(action);
    }
    return [...actions, ...doneEvents.slice(done)];
  }

  #configuration(snapshot: AnyMachineSnapshot): Configuration {
    const nodes = activeNodes(snapshot);
    const key = nodes.map(({ order }) => order).join(',');
    const known = this.#configurations.get(key);
    if (known !== undefined) return known;
    const always = nodes.filter(isLeaf).map((leaf) => {
      const chain: Edge[] = [];
      for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent)
        chain.push(...(this.#alwaysOf.get(node) ?? []));
      return chain;
    });
    const made: Configuration = {
      snapshot,
      name: leavesName(nodes),
      candidates: new Map(),
      always: always.filter(({ length }) => length > 0),
      single: [],
      several: new Map(),
    };
    this.#configurations.set(key, made);
    return made;
  }
}

/** An event that no chart has an answer to by name. */
const NO_EVENT = 'dragon.none';
