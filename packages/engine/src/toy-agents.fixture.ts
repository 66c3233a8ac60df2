/**
 * Agents for the engine's tests, as plain switches: one that does what its parameters say, one that chatters at random,
 * and one that works in shifts.
 */
import type { AgentDefinition, AgentSpec, Effect } from './agent.ts';
import { type AgentId, type Json, kindOf, type Message } from './event.ts';
import type { Facts } from './facts.ts';
import type { LatencyModel } from './latency.ts';
import type { Plan } from './plan.ts';

/** What a scripted agent does at its start (under `start`) and at each message, by type. */
export type Script = { readonly [type: string]: readonly Effect[] };

interface ScriptedState {
  readonly script: Script;
  readonly seen: readonly string[];
}

/** Remembers `type<from` of all it received, and does what its script says. A message `fail` is a bug in it. */
const scripted: AgentDefinition<ScriptedState> = {
  kind: 'scripted',
  init(params) {
    const script = params as unknown as Script;
    return { state: { script, seen: [] }, effects: script['start'] ?? [] };
  },
  receive(state, { message, from }) {
    if (message.type === 'fail') throw new Error('no answer');
    const seen = [...state.seen, `${message.type}<${from}`];
    return { state: { ...state, seen }, effects: state.script[message.type] ?? [] };
  },
  describe: ({ seen }) => seen.at(-1) ?? '',
  facts: () => ({}),
  save: (state) => state as unknown as Json,
  restore: (saved) => saved as unknown as ScriptedState,
};

interface ChatterState {
  readonly peers: readonly AgentId[];
  /** Changes with every message in a way that depends on their order. */
  readonly sum: number;
  readonly naps: number;
  readonly facts: Facts;
}

const AWAKE: Facts = { task: { waitsFor: null, holds: [] } };
const ASLEEP: Facts = { task: { waitsFor: { resource: 'sleep', mode: 'timed', lock: '', stack: [] }, holds: [] } };

const timer = (name: string, message: Message): Effect => ({
  kind: 'setTimer',
  timer: name,
  delay: { name, times: 1, pausable: false, background: false },
  message,
});

/**
 * Greets random peers, passes greetings on, and uses every effect: timers that are replaced and cancelled, choices, log
 * lines.
 */
const chatter: AgentDefinition<ChatterState> = {
  kind: 'chatter',
  init(params) {
    const state = { peers: params as readonly AgentId[], sum: 1, naps: 0, facts: AWAKE };
    return { state, effects: [timer('beat', { type: 'beat' })] };
  },
  receive(state, { message, from }) {
    const { hops = 0, index = 0 } = message as { hops?: number; index?: number };
    const sum = (state.sum * 31 + message.type.length + 7 * hops + from.charCodeAt(from.length - 1)) % 1_000_003;
    const next = { ...state, sum };
    const greet = (peer: number, more: number): Effect => {
      const to = state.peers[peer % state.peers.length] ?? '';
      return { kind: 'send', to, message: { type: 'greeting', hops: more, half: sum / 2, nothing: undefined } };
    };
    switch (message.type) {
      case 'beat': {
        const choose: Effect = { kind: 'choose', type: 'chosen', options: state.peers.length };
        return { state: next, effects: [choose, timer('beat', { type: 'beat' })] };
      }
      case 'chosen':
        return { state: next, effects: [greet(index, sum % 4), timer('nap', { type: 'nap', sum })] };
      case 'greeting': {
        const passOn = hops > 0 ? [greet(sum, hops - 1)] : [];
        const log: Effect[] = sum % 5 === 0 ? [{ kind: 'log', text: `sum ${sum}` }] : [];
        const cancel: Effect[] = sum % 3 === 0 ? [{ kind: 'cancelTimer', timer: 'nap' }] : [];
        return { state: next, effects: [...log, ...cancel, ...passOn] };
      }
      default:
        return { state: { ...next, naps: state.naps + 1, facts: state.facts === AWAKE ? ASLEEP : AWAKE }, effects: [] };
    }
  },
  describe: ({ sum, naps }) => `sum ${sum} naps ${naps}`,
  facts: ({ facts }) => facts,
  census: ({ naps, sum }) => (sum % 4 === 0 ? { naps } : { naps, half: sum % 2 }),
  save: ({ peers, sum, naps, facts }) => ({ peers, sum, naps, asleep: facts === ASLEEP }),
  restore(saved) {
    const { asleep, ...state } = saved as unknown as Omit<ChatterState, 'facts'> & { asleep: boolean };
    return { ...state, facts: asleep ? ASLEEP : AWAKE };
  },
};

interface LabourerState {
  readonly peers: readonly AgentId[];
  readonly held: boolean;
  readonly pieces: number;
  /** The instant of the last event, and the sum of all: what an agent makes of `at` is part of its state. */
  readonly at: number;
  readonly sum: number;
}

const cpuTimer = (name: string): Effect => ({
  kind: 'setTimer',
  timer: name,
  delay: { name, times: 1, pausable: true, background: false },
  message: { type: name },
});

/**
 * Works in CPU time while it has the CPU, which its peers give and take: several such timers, some set while it is off
 * the CPU, some replaced, some cancelled on it or off it.
 */
const labourer: AgentDefinition<LabourerState> = {
  kind: 'labourer',
  init(params) {
    const state = { peers: params as readonly AgentId[], held: false, pieces: 0, at: 0, sum: 1 };
    return {
      state,
      effects: [{ kind: 'pauseTimers' }, cpuTimer('dig'), cpuTimer('haul'), timer('beat', { type: 'beat' })],
    };
  },
  receive(state, { message, from, at }) {
    const sum = (state.sum * 31 + message.type.length + from.charCodeAt(from.length - 1) + (at % 1_009)) % 1_000_003;
    const next = { ...state, sum, at };
    switch (message.type) {
      case 'beat': {
        const to = state.peers[sum % state.peers.length] ?? '';
        const shift: Effect = { kind: 'send', to, message: { type: 'shift', held: sum % 2 === 0 } };
        return { state: next, effects: [timer('beat', { type: 'beat' }), shift] };
      }
      case 'shift': {
        const held = message['held'] as boolean;
        const early: Effect[] = sum % 5 === 0 ? [{ kind: 'cancelTimer', timer: 'haul' }] : [];
        const late = sum % 3 === 0 ? [cpuTimer('haul')] : [];
        return {
          state: { ...next, held },
          effects: [...early, { kind: held ? 'resumeTimers' : 'pauseTimers' }, ...late],
        };
      }
      default: {
        if (!state.held) throw new Error(`${message.type} off the CPU`);
        const hit: Effect = { kind: 'trace', event: message.type, fields: { piece: state.pieces, sum } };
        return { state: { ...next, pieces: state.pieces + 1 }, effects: [hit, cpuTimer(message.type)] };
      }
    }
  },
  describe: ({ held, pieces, sum, at }) => `${held ? 'on' : 'off'} ${pieces} pieces, sum ${sum} at ${at}`,
  facts: () => ({}),
  save: (state) => state as unknown as Json,
  restore: (saved) => saved as unknown as LabourerState,
};

/** By the kinds of the plans below, which have several kinds of a sort, as links go by kinds. */
export const definitions: ReadonlyMap<string, AgentDefinition> = new Map([
  ...ofKinds(['a', 'b', 'c', 'd', 'e'], scripted as AgentDefinition),
  ...ofKinds(['u', 'v', 'w'], labourer as AgentDefinition),
  ...ofKinds(['x', 'y', 'z'], chatter as AgentDefinition),
]);

function ofKinds(kinds: readonly string[], definition: AgentDefinition): [kind: string, AgentDefinition][] {
  return kinds.map((kind) => [kind, { ...definition, kind }]);
}

/** Links take 10 ns; delays are named after their length in ns. */
const LATENCY: LatencyModel = {
  delays: {
    0: { kind: 'fixed', ns: 0 },
    3: { kind: 'fixed', ns: 3 },
    10: { kind: 'fixed', ns: 10 },
    100: { kind: 'fixed', ns: 100 },
  },
  links: { default: 10 },
};

/** Returns a plan of scripted agents, of the kinds a to e. */
export function scriptedPlan(scripts: { readonly [id: AgentId]: Script }, change: Partial<Plan> = {}): Plan {
  const agents = Object.entries(scripts).map(([id, script]): AgentSpec => {
    return { id, kind: kindOf(id), params: script as unknown as Json };
  });
  return { seed: 1, agents, resources: [], latency: LATENCY, until: 10_000, grace: 50, stopOnFinding: true, ...change };
}

/** Returns a plan of `count` agents that work in shifts. */
export function labourPlan(seed: number, count: number, until = 40_000): Plan {
  const ids = Array.from({ length: count }, (_, i) => `${'uvw'[i % 3]}/${i}`);
  return {
    seed,
    agents: ids.map((id) => ({ id, kind: kindOf(id), params: ids.filter((peer) => peer !== id) })),
    resources: [],
    latency: {
      delays: {
        beat: { kind: 'uniform', min: 300, max: 900 },
        dig: { kind: 'uniform', min: 100, max: 2_000 },
        haul: { kind: 'fixed', ns: 700 },
      },
      links: { default: 300, 'u>v': 100 },
    },
    until,
    grace: 1_000,
    stopOnFinding: false,
  };
}

/** Returns a plan of `count` agents that chatter; their delays are coarse, so that many events share an instant. */
export function chatterPlan(seed: number, count: number, until = 40_000): Plan {
  const kinds = ['x', 'y', 'z'];
  const ids = Array.from({ length: count }, (_, i) => `${kinds[i % 3]}/${i}`);
  return {
    seed,
    agents: ids.map((id) => ({ id, kind: kindOf(id), params: ids.filter((peer) => peer !== id) })),
    resources: [],
    latency: {
      delays: {
        beat: {
          kind: 'quantiles',
          points: [
            [0, 500],
            [0.5, 500],
            [0.5, 1_000],
            [0.95, 1_000],
            [1, 1_100],
          ],
        },
        nap: { kind: 'ticks', period: 700, count: 1 },
      },
      links: { default: 300, 'x>y': 100, 'y>x': 200, 'z>z': 500 },
    },
    until,
    grace: 1_000,
    stopOnFinding: false,
  };
}
