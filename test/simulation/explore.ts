/**
 * An explorer of small plans: goes through the orders in which pending messages can arrive and timers can fire, breadth
 * first, and tells of every local step. It knows no time: any pending timer may fire next. A call is delivered within
 * the step that makes it, as the function call that it is in the kernel; a thread hears one message at a time, those of
 * one sender in their order. It is a tool of tests, and keeps everything in memory.
 */
import type { AgentDefinition, AgentId, Definitions, Effect, Input, Json, Message, Plan } from '@dragon/engine';

/** A step of one agent. `states` are as the definition has them. */
export interface LocalStep {
  readonly agent: AgentId;
  readonly definition: AgentDefinition;
  readonly before: unknown;
  readonly input: Input;
}

interface World {
  /** Ids of states by agent, in the order of the plan. */
  readonly states: readonly number[];
  /** What threads have not heard yet, first come first. */
  readonly messages: readonly { readonly to: number; readonly from: AgentId; readonly message: Message }[];
  readonly timers: readonly { readonly of: number; readonly timer: string; readonly message: Message }[];
}

export interface ExploreOptions {
  /** How many states to look at, at the most. */
  readonly most: number;
  /** Whether timers that nobody waits for may fire; they multiply the states. */
  readonly background: boolean;
  readonly onStep: (step: LocalStep) => void;
}

export interface Explored {
  readonly states: number;
  /** Whether there was nothing left to look at. */
  readonly exhausted: boolean;
  /** Distinct states by agent, counted as `save` has them and as `project` has them. */
  readonly saved: ReadonlyMap<AgentId, number>;
  readonly projected: ReadonlyMap<AgentId, number>;
}

/** Returns what of a state is behaviour: all that is saved, where the definition does not say. */
export function projectionOf(definition: AgentDefinition, state: unknown): Json {
  return definition.project === undefined ? definition.save(state) : definition.project(state);
}

/** The states of one agent, each with a number. */
class States {
  readonly definition: AgentDefinition;
  readonly list: unknown[] = [];
  readonly projections = new Set<string>();
  readonly #ids = new Map<string, number>();
  readonly #steps = new Map<string, { readonly state: number; readonly effects: readonly Effect[] }>();

  constructor(definition: AgentDefinition) {
    this.definition = definition;
  }

  /** Returns what an input leads to. A step is made once, as it depends on nothing else; `onStep` hears of it then. */
  stepOf(
    id: number,
    input: Input,
    onStep: (before: unknown) => void,
  ): { readonly state: number; readonly effects: readonly Effect[] } {
    const { message, from, timer = '' } = input;
    const key = `${id} ${from} ${timer} ${JSON.stringify(message)}`;
    let step = this.#steps.get(key);
    if (step === undefined) {
      const before = this.list[id];
      onStep(before);
      const { state, effects } = this.definition.receive(before, input);
      this.#steps.set(key, (step = { state: this.idOf(state), effects }));
    }
    return step;
  }

  idOf(state: unknown): number {
    const text = JSON.stringify(this.definition.save(state));
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.list.length);
    this.projections.add(JSON.stringify(projectionOf(this.definition, state)));
    return this.list.push(state) - 1;
  }
}

/** Explores a plan, whose threads must have no scheduler (`scheduled: false`). */
export function explorePlan(plan: Plan, definitions: Definitions, options: ExploreOptions): Explored {
  const indexes = new Map(plan.agents.map(({ id }, index) => [id, index]));
  const agents = plan.agents.map(({ kind }) => {
    const definition = definitions.get(kind);
    if (definition === undefined) throw new Error(`no definition for ${kind}`);
    return new States(definition);
  });
  const idOf = (index: number): AgentId => plan.agents[index]?.id ?? '';

  const localStep = (of: number, state: number, input: Input) => {
    const agent = agents[of] as States;
    return agent.stepOf(state, input, (before) =>
      options.onStep({ agent: idOf(of), definition: agent.definition, before, input }),
    );
  };

  /** Carries out the effects of a step of `of`, calls and what they lead to included. */
  const carryOut = (world: World, of: number, effects: readonly Effect[]): World => {
    const states = [...world.states];
    let { messages, timers } = world;
    const calls: { readonly of: number; readonly effects: readonly Effect[] }[] = [{ of, effects }];
    for (let next = calls.shift(); next !== undefined; next = calls.shift()) {
      for (const effect of next.effects) {
        switch (effect.kind) {
          case 'send': {
            const to = indexes.get(effect.to) ?? -1;
            const input = { message: effect.message, from: idOf(next.of), at: 0 };
            const definition = agents[to]?.definition;
            if (definition?.receiver?.(input) === 'thread') {
              messages = [...messages, { to, from: input.from, message: effect.message }];
              break;
            }
            const called = localStep(to, states[to] ?? 0, input);
            states[to] = called.state;
            calls.push({ of: to, effects: called.effects });
            break;
          }
          case 'setTimer':
            timers = timers.filter((each) => each.of !== next.of || each.timer !== effect.timer);
            if (options.background || !effect.delay.background)
              timers = [...timers, { of: next.of, timer: effect.timer, message: effect.message }];
            break;
          case 'cancelTimer':
            timers = timers.filter((each) => each.of !== next.of || each.timer !== effect.timer);
            break;
          case 'choose':
            throw new Error(`${idOf(next.of)} chooses: give its threads one CPU each`);
          case 'pauseTimers':
          case 'resumeTimers':
          case 'log':
          case 'trace':
            break;
        }
      }
    }
    return { states, messages, timers };
  };

  const stepOf = (world: World, of: number, input: Input): World => {
    const { state, effects } = localStep(of, world.states[of] ?? 0, input);
    return carryOut({ ...world, states: world.states.with(of, state) }, of, effects);
  };

  function* successors(world: World): Generator<World> {
    const heard = new Set<string>();
    for (const [i, { to, from, message }] of world.messages.entries()) {
      const channel = `${to} ${from}`;
      if (heard.has(channel)) continue;
      heard.add(channel);
      yield stepOf({ ...world, messages: world.messages.toSpliced(i, 1) }, to, { message, from, at: 0 });
    }
    for (const [i, { of, timer, message }] of world.timers.entries())
      yield stepOf({ ...world, timers: world.timers.toSpliced(i, 1) }, of, { message, from: idOf(of), at: 0, timer });
  }

  let start: World = { states: [], messages: [], timers: [] };
  const starts = plan.agents.map(({ id, params }, index) => {
    const step = (agents[index] as States).definition.init(params, id);
    return { index, step, id: (agents[index] as States).idOf(step.state) };
  });
  start = { ...start, states: starts.map(({ id }) => id) };
  for (const { index, step } of starts) start = carryOut(start, index, step.effects);

  const seen = new Set<string>([keyOf(start)]);
  const open = [start];
  let looked = 0;
  for (let world = open.shift(); world !== undefined && looked < options.most; world = open.shift()) {
    looked += 1;
    for (const next of successors(world)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  const counted = (count: (states: States) => number) =>
    new Map(plan.agents.map(({ id }, index) => [id, count(agents[index] as States)]));
  return {
    states: seen.size,
    exhausted: open.length === 0,
    saved: counted(({ list }) => list.length),
    projected: counted(({ projections }) => projections.size),
  };
}

function keyOf({ states, messages, timers }: World): string {
  const byChannel = messages
    .map(({ to, from, message }) => JSON.stringify([to, from, message]))
    .sort((a, b) => (channelOf(a) < channelOf(b) ? -1 : channelOf(a) > channelOf(b) ? 1 : 0));
  const pending = timers.map(({ of, timer }) => `${of} ${timer}`).sort();
  return `${states.join(',')};${byChannel.join()};${pending.join()}`;
}

/** To and from, which the text begins with: a stable sort keeps the order within a channel. */
const channelOf = (text: string): string => text.slice(0, text.indexOf(',{'));
