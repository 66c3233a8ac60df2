/**
 * Every agent's machine through our adapter and through XState's own actor: the same snapshots, effects and timers,
 * step by step. A thread's machine is compared as it is, without the scheduler around it; what it received in a run is
 * what the scheduler let through.
 */
import { agMachine } from '@dragon/ag';
import { cpuMachine, hostMachine } from '@dragon/cpu';
import {
  type AgentDefinition,
  type AgentId,
  type AgentSpec,
  type Effect,
  Engine,
  type Message,
  type Observer,
  RandomStream,
} from '@dragon/engine';
import { faultsMachine } from '@dragon/faults';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { CHANGE, type ChartState, namedDelay, TIMER, TimerNames } from '@dragon/statechart';
import type { ScheduledDefinition, ThreadState } from '@dragon/kernel';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { repairMachine } from '@dragon/repair';
import { DEFINITIONS, SCENARIOS } from '@dragon/scenarios';
import { nfsCacheMachine, shrinkersMachine } from '@dragon/shrinkers';
import { watchdogMachine } from '@dragon/watchdog';
import {
  allocatingTaskMachine,
  churningTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  freezingTaskMachine,
  fsyncingTaskMachine,
  lookupTaskMachine,
  mountingTaskMachine,
  statfsTaskMachine,
  syncingTaskMachine,
  streamingTaskMachine,
  umountingTaskMachine,
  unmountingTaskMachine,
  unpluggingTaskMachine,
} from '@dragon/workload';
import { expect, test } from 'vitest';
import { type AnyActor, type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate';
import { planOf, type SimulationOptions } from '../simulation/simulate.ts';

const MACHINES: ReadonlyMap<string, AnyStateMachine> = new Map<string, AnyStateMachine>([
  ['ag', agMachine],
  ['allocator', allocatingTaskMachine],
  ['churner', churningTaskMachine],
  ['closer', evictingTaskMachine],
  ['cpu', cpuMachine],
  ['drop-caches', dropCachesMachine],
  ['faults', faultsMachine],
  ['freezer', freezingTaskMachine],
  ['hog', allocatingTaskMachine],
  ['host', hostMachine],
  ['inode-cache', inodeCacheMachine],
  ['inodegc', inodegcMachine],
  ['kswapd', kswapdMachine],
  ['memory', memoryMachine],
  ['nfs-cache', nfsCacheMachine],
  ['repair', repairMachine],
  ['shrinkers', shrinkersMachine],
  ['fsyncer', fsyncingTaskMachine],
  ['lookup', lookupTaskMachine],
  ['mounter', mountingTaskMachine],
  ['statfs', statfsTaskMachine],
  ['syncer', syncingTaskMachine],
  ['stream', streamingTaskMachine],
  ['umounter', umountingTaskMachine],
  ['unlinker', evictingTaskMachine],
  ['unmounter', unmountingTaskMachine],
  ['unplugger', unpluggingTaskMachine],
  ['watchdog', watchdogMachine],
]);

const TIMERS = new Map([...MACHINES].map(([kind, machine]) => [kind, new TimerNames(machine)]));

/** Runs whose messages are the material; together they use every kind of agent and most paths of each. */
const CHOSEN: readonly SimulationOptions[] = [
  { scenario: 'seed-deadlock', keepGoing: true },
  { scenario: 'burst', until: 60_000_000, set: { 'sync-every': 5_000_000, 'fsync-every': 3_000_000 } },
  { scenario: 'seed-deadlock', policy: 'throttle=timed(10ms)', until: 2_600_000_000 },
  {
    scenario: 'seed-deadlock',
    policy: 'throttle=watermarks(256,64),repair=try-unregister,repair-lock=trylock',
    until: 2_600_000_000,
  },
  { scenario: 'seed-direct-reclaim', policy: 'throttle=outside-rwsem,shrinkers=srcu', until: 2_600_000_000 },
  { scenario: 'seed-drop-caches', policy: 'throttle=inline,repair=unregister-after-commit', until: 2_600_000_000 },
  { scenario: 'other-cpu', policy: 'throttle=skip-kswapd,shrinkers=refcount', until: 2_600_000_000 },
  { scenario: 'umount-in-progress', until: 6_000_000_000 },
  { scenario: 'stuck-disk', until: 300_000_000_000, set: { 'mount-every': 1_000_000_000 } },
  {
    scenario: 'seed-deadlock',
    until: 2_600_000_000,
    faults: [
      'stall-cpu cpu=0 for=10ms at=14ms',
      'take-pages pages=300 for=10ms at=100ms',
      'fail-page-alloc probability=30 times=-1 for=10ms at=110ms',
      'kill-task task=repair/0 at=200ms',
      'kill-task task=unlinker/0 at=400ms',
      'freeze for=1s at=300ms',
      'unplug-cpu cpu=1 at=350ms',
    ],
  },
];
const RUNS: readonly SimulationOptions[] = [
  ...CHOSEN,
  ...SCENARIOS.filter(({ name }) => !CHOSEN.some(({ scenario }) => scenario === name)).map(({ name }) => ({
    scenario: name,
    until: 2_600_000_000,
  })),
];

interface Received {
  readonly from: AgentId;
  readonly message: Message;
}

/** What an agent answered in a run, and the state that it led to where no other answer came at once. */
interface Reception extends Received {
  readonly to: AgentId;
  readonly kind: string;
  readonly at: number;
  readonly timer: string | undefined;
  readonly after: unknown;
}

interface Material {
  readonly specs: AgentSpec[];
  /** What agents of the kind received, except timers, by message type. */
  readonly messages: Map<string, Received[]>;
}

/** Returns the definition of a kind; a thread's is its own, without the scheduler around it. */
function bareDefinition(kind: string): AgentDefinition<ChartState> {
  const definition = DEFINITIONS.get(kind) as AgentDefinition<ChartState>;
  return (definition as unknown as Partial<ScheduledDefinition>).inner ?? definition;
}

/** Only a scheduler, and the host of virtual CPUs, see the time. */
const seesTime = (kind: string): boolean => kind === 'cpu' || kind === 'host';

/** Returns what a machine sees of a message. */
function eventOf(kind: string, message: Message, from: AgentId, at: number) {
  const type = message.type === TIMER ? (TIMERS.get(kind) as TimerNames).eventType(message) : message.type;
  return seesTime(kind) ? { ...message, type, from, at } : { ...message, type, from };
}

/** Runs a scenario until agents have answered `most` messages; returns those as each of them answered them. */
function receptionsOf(options: SimulationOptions, most: number) {
  const plan = planOf(options);
  const receptions: Reception[] = [];
  const listener: Observer = {
    moves: true,
    see({ at, agent, definition, after, moves = [] }) {
      const { kind } = definition;
      for (const [i, { from, message, timer }] of moves.entries()) {
        const isLast = i === moves.length - 1;
        receptions.push({ to: agent, kind, from, at, message, timer, after: isLast ? after : undefined });
      }
    },
  };
  const engine = new Engine({ plan, definitions: DEFINITIONS, observers: [listener] });
  while (receptions.length < most && engine.run(plan.until, 100) > 0);
  return { plan, receptions };
}

/** Returns the state of a machine; a thread's has the scheduler's books around it. */
function bareState(state: unknown): ChartState {
  return (state as Partial<ThreadState>).inner ?? (state as ChartState);
}

type Context = { readonly [key: string]: unknown };

/**
 * A definition, with timers and effects kept as the engine keeps them; and beside it an XState actor of the same
 * machine, with a clock of ours.
 */
class Pair {
  readonly #kind: string;
  readonly #definition: AgentDefinition<ChartState>;
  readonly #machine: AnyStateMachine;
  readonly #actor: AnyActor;
  readonly #timers: { readonly name: string; readonly delay: unknown; readonly message: Message }[] = [];
  readonly #actorTimers: { readonly id: number; readonly fire: () => void; readonly code: number }[] = [];
  #effects: unknown[] = [];
  #actorEffects: unknown[] = [];
  #actorError: unknown;
  #nextId = 1;
  #compared: readonly [actor: Context, ours: Context] = [{}, {}];
  state: ChartState;

  constructor(spec: AgentSpec) {
    this.#kind = spec.kind;
    this.#definition = bareDefinition(spec.kind);
    this.#machine = MACHINES.get(spec.kind) as AnyStateMachine;
    this.#actor = this.#createActor(spec);
    this.#actor.start();
    const step = this.#definition.init(spec.params, spec.id);
    this.state = step.state;
    this.#carryOut(step.effects);
    this.#compare();
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Returns whether the machine has an answer; with `safely`, one that is no error. */
  accepts({ from, message }: Received, at: number, safely: boolean): boolean {
    const snapshot = this.#actor.getSnapshot() as AnyMachineSnapshot;
    if (this.#machine.getTransitionData(snapshot, eventOf(this.#kind, message, from, at)).length === 0) return false;
    if (!safely) return true;
    try {
      this.#definition.receive(this.state, { message, from, at });
      return true;
    } catch {
      return false;
    }
  }

  /** Returns false if both refused the message by throwing: the pair is used up then. */
  receive({ from, message }: Received, at: number): boolean {
    return this.#step(message, from, at, () => this.#actor.send(eventOf(this.#kind, message, from, at)));
  }

  /** Fires a pending timer. XState's own does not say the time: a scheduler's is sent by hand. */
  fire(index: number, at: number): boolean {
    const [timer] = this.#timers.splice(index, 1);
    const [actorTimer] = this.#actorTimers.splice(index, 1);
    if (timer === undefined || actorTimer === undefined) throw new Error(`no timer ${index}`);
    const { message } = timer;
    const fire = seesTime(this.#kind)
      ? () => this.#actor.send(eventOf(this.#kind, message, 'itself', at))
      : actorTimer.fire;
    return this.#step(message, 'itself', at, fire);
  }

  fireNamed(timer: string, at: number): void {
    this.fire(
      this.#timers.findIndex(({ name }) => name === timer),
      at,
    );
  }

  #step(message: Message, from: AgentId, at: number, send: () => void): boolean {
    this.#effects = [];
    this.#actorEffects = [];
    let error: unknown;
    try {
      const step = this.#definition.receive(this.state, { message, from, at });
      this.state = step.state;
      this.#carryOut(step.effects);
    } catch (thrown) {
      error = thrown;
    }
    send();
    expect(String(this.#actorError)).toBe(String(error));
    if (error !== undefined) return false;
    this.#compare();
    return true;
  }

  #compare(): void {
    const actor = this.#actor.getSnapshot() as AnyMachineSnapshot;
    expect(actor.value).toEqual(this.state.value);
    this.#compareContexts(actor.context as Context, this.state.context as Context);
    expect([...actor.tags]).toEqual([...this.state.tags]);
    expect(this.#actorEffects).toEqual(this.#effects);
    expect(this.#actorTimers.map(({ code }) => namedDelay(code))).toEqual(this.#timers.map(({ delay }) => delay));
  }

  /**
   * Most of a context is what it was at the last comparison, on both sides: large ones would take all the time there
   * is.
   */
  #compareContexts(actor: Context, ours: Context): void {
    const [actorBefore, before] = this.#compared;
    this.#compared = [actor, ours];
    expect(Object.keys(actor)).toEqual(Object.keys(ours));
    for (const key of Object.keys(ours)) {
      if (actor[key] === actorBefore[key] && ours[key] === before[key]) continue;
      if (JSON.stringify(actor[key]) !== JSON.stringify(ours[key])) expect(actor).toEqual(ours);
    }
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'setTimer' || effect.kind === 'cancelTimer') {
        const index = this.#timers.findIndex(({ name }) => name === effect.timer);
        if (index >= 0) this.#timers.splice(index, 1);
        if (effect.kind === 'setTimer')
          this.#timers.push({ name: effect.timer, delay: effect.delay, message: effect.message });
      } else this.#effects.push(effect);
    }
  }

  #createActor(spec: AgentSpec): AnyActor {
    const put = (kind: Effect['kind'], params: readonly object[]) => {
      this.#actorEffects.push(...params.map((each) => ({ kind, ...each })));
    };
    const actions = {
      send: (_: unknown, params: object | object[]) => put('send', [params].flat()),
      choose: (_: unknown, params: object) => put('choose', [params]),
      log: (_: unknown, { lines }: { lines: string[] }) =>
        put(
          'log',
          lines.map((text) => ({ text })),
        ),
      trace: (_: unknown, params: object | object[]) => put('trace', [params].flat()),
    };
    const clock = {
      setTimeout: (fire: () => void, code: number) => {
        this.#actorTimers.push({ id: this.#nextId, fire, code });
        this.#nextId += 1;
        return this.#nextId - 1;
      },
      clearTimeout: (id: number) => {
        const index = this.#actorTimers.findIndex((timer) => timer.id === id);
        if (index >= 0) this.#actorTimers.splice(index, 1);
      },
    };
    const input = { ...(spec.params as object), self: spec.id };
    const actor = createActor(this.#machine.provide({ actions } as never), {
      input,
      clock,
      // The effects of a change are its parameters: an actor knows no more of them than that they are there.
      inspect: (seen) => {
        if (seen.type === '@xstate.action' && seen.action.type === CHANGE)
          this.#actorEffects.push(...(seen.action.params as readonly Effect[]));
      },
    });
    actor.subscribe({ error: (error) => (this.#actorError = error) });
    return actor;
  }
}

function gatherMaterial(): Map<string, Material> {
  const material = new Map<string, Material>();
  for (const options of RUNS) {
    const { plan, receptions } = receptionsOf(options, 40_000);
    for (const spec of plan.agents) {
      const known = material.get(spec.kind) ?? { specs: [], messages: new Map<string, Received[]>() };
      known.specs.push(spec);
      material.set(spec.kind, known);
    }
    for (const reception of receptions) {
      if (reception.timer !== undefined) continue;
      const { kind, from, message } = reception;
      const { messages } = material.get(kind) as Material;
      const pool = messages.get(message.type) ?? [];
      messages.set(message.type, pool);
      if (pool.length < 200) pool.push({ from, message });
    }
  }
  return material;
}

const material = gatherMaterial();

/** What any thread was told: one that came late to its run may be told all of it. */
const toldThreads = new Map(
  [...material.values()].flatMap(({ messages }) => [...messages].filter(([type]) => type.startsWith('task.'))),
);

const SEQUENCES = 12;
const STEPS = 250;
/** Between the steps of a random sequence, in nanoseconds. */
const PACE = 300_000;

test('every kind of agent there is takes part', () => {
  expect([...material.keys()].toSorted()).toEqual([...DEFINITIONS.keys()].toSorted());
  expect([...MACHINES.keys()].toSorted()).toEqual([...DEFINITIONS.keys()].toSorted());
});

test.each([...MACHINES.keys()])('%s: random messages and timers', (kind) => {
  const { specs, messages } = material.get(kind) as Material;
  const pools = [...new Map([...toldThreads, ...messages]).values()];
  let steps = 0;
  for (let sequence = 0; sequence < SEQUENCES; sequence += 1) {
    const stream = RandomStream.of(sequence, kind);
    const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)] as T;
    const pair = new Pair(pick(specs));
    for (let step = 0; step < STEPS; step += 1) {
      const at = step * PACE;
      const safely = stream.below(64) > 0;
      const acceptable = pools.map(pick).filter((each) => pair.accepts(each, at, safely));
      const choices = acceptable.length + pair.pendingTimers;
      if (choices === 0) break;
      const choice = stream.below(choices);
      steps += 1;
      const [message] = acceptable.slice(choice);
      if (!(message === undefined ? pair.fire(choice - acceptable.length, at) : pair.receive(message, at))) break;
    }
  }
  // A machine that soon came to its end, or refused at once, has not been tried.
  expect(steps).toBeGreaterThan(SEQUENCES * 2);
});

test.each(RUNS.map((options) => [`${options.scenario} ${options.policy ?? ''}`, options] as const))(
  'as received in %s',
  (_, options) => {
    const { plan, receptions } = receptionsOf(options, 1_500);
    const pairs = new Map(plan.agents.map((spec) => [spec.id, new Pair(spec)]));
    for (const reception of receptions) {
      const { to, kind, at, timer, after } = reception;
      const pair = pairs.get(to) as Pair;
      if (timer === undefined) pair.receive(reception, at);
      else pair.fireNamed(timer, at);
      if (after === undefined) continue;
      const definition = bareDefinition(kind);
      expect(definition.describe(pair.state)).toBe(definition.describe(bareState(after)));
    }
  },
);
