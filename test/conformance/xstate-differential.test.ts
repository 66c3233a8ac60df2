/** Every agent's machine through our adapter and through XState's own actor: the same snapshots, effects and timers, step by step. */
import { agMachine } from '@dragon/ag';
import { type AgentDefinition, type AgentSpec, type Effect, kindOf, type Message, RandomStream } from '@dragon/engine';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { namedDelay } from '@dragon/kernel';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { repairMachine } from '@dragon/repair';
import { DEFINITIONS } from '@dragon/scenarios';
import { shrinkersMachine } from '@dragon/shrinkers';
import { watchdogMachine } from '@dragon/watchdog';
import { allocatingTaskMachine, dropCachesMachine, evictingTaskMachine, umountingTaskMachine } from '@dragon/workload';
import { expect, test } from 'vitest';
import { type AnyActor, type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate';
import { simulate, type SimulationOptions } from '../simulation/simulate.ts';

const MACHINES: ReadonlyMap<string, AnyStateMachine> = new Map<string, AnyStateMachine>([
  ['ag', agMachine],
  ['allocator', allocatingTaskMachine],
  ['closer', evictingTaskMachine],
  ['drop-caches', dropCachesMachine],
  ['inode-cache', inodeCacheMachine],
  ['inodegc', inodegcMachine],
  ['kswapd', kswapdMachine],
  ['memory', memoryMachine],
  ['repair', repairMachine],
  ['shrinkers', shrinkersMachine],
  ['umounter', umountingTaskMachine],
  ['unlinker', evictingTaskMachine],
  ['watchdog', watchdogMachine],
]);

/** Runs whose messages are the material; together they use every kind of agent and most paths of each. */
const RUNS: readonly SimulationOptions[] = [
  { scenario: 'seed-deadlock', keepGoing: true },
  { scenario: 'seed-deadlock', policy: 'throttle=timed(10ms)', until: 2_600_000_000 },
  {
    scenario: 'seed-deadlock',
    policy: 'throttle=watermarks(256,64),repair=try-unregister,repair-lock=trylock',
    until: 2_600_000_000,
  },
  { scenario: 'seed-direct-reclaim', policy: 'throttle=outside-rwsem,shrinkers=srcu', until: 2_600_000_000 },
  { scenario: 'seed-drop-caches', policy: 'throttle=inline,repair=unregister-after-commit', until: 2_600_000_000 },
  { scenario: 'migrating-kswapd', policy: 'throttle=skip-kswapd,shrinkers=refcount', until: 2_600_000_000 },
  { scenario: 'umount-in-progress', until: 6_000_000_000 },
  { scenario: 'stuck-disk', until: 300_000_000_000 },
];

interface Received {
  readonly from: string;
  readonly message: Message;
}

interface Material {
  readonly specs: AgentSpec[];
  /** What agents of the kind received, except timers, by message type. */
  readonly messages: Map<string, Received[]>;
}

/** What a machine sees of a message. */
function eventOf(message: Message, from: string) {
  return { ...message, from };
}

/** A definition, with timers and effects kept as the engine keeps them; and beside it an XState actor of the same machine, with a clock of ours. */
class Pair {
  readonly #definition: AgentDefinition<AnyMachineSnapshot>;
  readonly #machine: AnyStateMachine;
  readonly #actor: AnyActor;
  readonly #timers: { readonly name: string; readonly delay: unknown; readonly message: Message }[] = [];
  readonly #actorTimers: { readonly id: number; readonly fire: () => void; readonly code: number }[] = [];
  #effects: unknown[] = [];
  #actorEffects: unknown[] = [];
  #actorError: unknown;
  #nextId = 1;
  state: AnyMachineSnapshot;

  constructor(definition: AgentDefinition<AnyMachineSnapshot>, machine: AnyStateMachine, spec: AgentSpec) {
    this.#definition = definition;
    this.#machine = machine;
    this.#actor = this.#createActor(spec);
    this.#actor.start();
    const step = definition.init(spec.params, spec.id);
    this.state = step.state;
    this.#carryOut(step.effects);
    this.#compare();
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  accepts({ from, message }: Received): boolean {
    return this.#machine.getTransitionData(this.state, eventOf(message, from)).length > 0;
  }

  /** Returns false if both refused the message by throwing: the pair is used up then. */
  receive({ from, message }: Received): boolean {
    return this.#step(message, from, () => this.#actor.send(eventOf(message, from)));
  }

  /** Fires a pending timer. */
  fire(index: number): boolean {
    const [timer] = this.#timers.splice(index, 1);
    const [actorTimer] = this.#actorTimers.splice(index, 1);
    if (timer === undefined || actorTimer === undefined) throw new Error(`no timer ${index}`);
    return this.#step(timer.message, 'itself', actorTimer.fire);
  }

  /** Fires the timer that brings `message`. */
  fireMessage(message: Message): void {
    this.fire(this.#timers.findIndex((timer) => timer.message.type === message.type));
  }

  #step(message: Message, from: string, send: () => void): boolean {
    this.#effects = [];
    this.#actorEffects = [];
    let error: unknown;
    try {
      const step = this.#definition.receive(this.state, message, from);
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
    expect(actor.context).toEqual(this.state.context);
    expect([...actor.tags]).toEqual([...this.state.tags]);
    expect(this.#actorEffects).toEqual(this.#effects);
    expect(this.#actorTimers.map(({ code }) => namedDelay(code))).toEqual(this.#timers.map(({ delay }) => delay));
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
    const actor = createActor(this.#machine.provide({ actions } as never), { input, clock });
    actor.subscribe({ error: (error) => (this.#actorError = error) });
    return actor;
  }
}

function gatherMaterial(): Map<string, Material> {
  const material = new Map<string, Material>();
  for (const options of RUNS) {
    const { plan, rows } = simulate(options);
    for (const spec of plan.agents) {
      const known = material.get(spec.kind) ?? { specs: [], messages: new Map<string, Received[]>() };
      known.specs.push(spec);
      material.set(spec.kind, known);
    }
    for (const { to, from, message } of rows) {
      if (from === to && !message.type.endsWith('Chosen')) continue;
      const { messages } = material.get(kindOf(to)) as Material;
      const pool = messages.get(message.type) ?? [];
      messages.set(message.type, pool);
      if (pool.length < 200) pool.push({ from, message });
    }
  }
  return material;
}

const material = gatherMaterial();
const SEQUENCES = 12;
const STEPS = 250;

test('every kind of agent there is takes part', () => {
  expect([...material.keys()].toSorted()).toEqual([...DEFINITIONS.keys()].toSorted());
  expect([...MACHINES.keys()].toSorted()).toEqual([...DEFINITIONS.keys()].toSorted());
});

test.each([...MACHINES.keys()])('%s: random messages and timers', (kind) => {
  const { specs, messages } = material.get(kind) as Material;
  let steps = 0;
  for (let sequence = 0; sequence < SEQUENCES; sequence += 1) {
    const stream = RandomStream.of(sequence, kind);
    const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)] as T;
    const pair = new Pair(
      DEFINITIONS.get(kind) as AgentDefinition<AnyMachineSnapshot>,
      MACHINES.get(kind) as AnyStateMachine,
      pick(specs),
    );
    for (let step = 0; step < STEPS; step += 1) {
      const acceptable = [...messages.values()].map(pick).filter((each) => pair.accepts(each));
      const choices = acceptable.length + pair.pendingTimers;
      if (choices === 0) break;
      const choice = stream.below(choices);
      steps += 1;
      const [message] = acceptable.slice(choice);
      if (!(message === undefined ? pair.fire(choice - acceptable.length) : pair.receive(message))) break;
    }
  }
  // A machine that soon came to its end, or refused at once, has not been tried.
  expect(steps).toBeGreaterThan(SEQUENCES * 2);
});

test.each(RUNS.map((options) => [`${options.scenario} ${options.policy ?? ''}`, options] as const))(
  'as received in %s',
  (_, options) => {
    const { plan, rows } = simulate({ ...options, until: Math.min(options.until ?? 2_300_000_000, 2_300_000_000) });
    const pairs = new Map(
      plan.agents.map((spec) => [
        spec.id,
        new Pair(
          DEFINITIONS.get(spec.kind) as AgentDefinition<AnyMachineSnapshot>,
          MACHINES.get(spec.kind) as AnyStateMachine,
          spec,
        ),
      ]),
    );
    for (const row of rows.slice(0, 1500)) {
      const pair = pairs.get(row.to) as Pair;
      if (row.from === row.to && row.message.type.startsWith('xstate.')) pair.fireMessage(row.message);
      else pair.receive(row);
      expect((DEFINITIONS.get(kindOf(row.to)) as AgentDefinition).describe(pair.state)).toBe(row.state);
    }
  },
);
