/**
 * Toy agents for the conformance tests: plain switches with rings, timers, choices, and a lock whose waiters close a
 * cycle.
 */
import type {
  AgentDefinition,
  AgentId,
  Effect,
  FactsChange,
  ResourceFacts,
  Finder,
  Finding,
  Json,
  Message,
  Plan,
  TaskFacts,
  TraceFields,
  VirtualTime,
} from '@dragon/engine';

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const ids = (value: Json | undefined): readonly AgentId[] => (Array.isArray(value) ? value.map((id) => text(id)) : []);
const param = (params: Json, name: string): Json | undefined => (params as { readonly [key: string]: Json })[name];
const send = (to: AgentId, message: Message): Effect => ({ kind: 'send', to, message });
const trace = (event: string, fields: TraceFields): Effect => ({ kind: 'trace', event, fields });
const timer = (name: string, delay: string, message: Message): Effect => ({
  kind: 'setTimer',
  timer: name,
  delay: { name: delay, times: 1, pausable: false, background: false },
  message,
});

interface RingState {
  readonly self: AgentId;
  readonly peers: readonly AgentId[];
  readonly count: number;
  readonly failAt: number;
}

/** Passes balls on to peers it chooses, works for a random time before each, logs every tenth, and has tracepoints. */
const ring: AgentDefinition<RingState> = {
  kind: 'ring',
  init(params, self) {
    const peers = ids(param(params, 'peers'));
    const state = { self, peers, count: 0, failAt: number(param(params, 'failAt')) };
    const balls = number(param(params, 'balls'));
    const start = Array.from({ length: balls }, (_, ball) =>
      send(peers[0] ?? '', { type: 'ring.ball', ball, hops: 0 }),
    );
    return {
      state,
      effects: [
        { kind: 'log', text: `${self} starts` },
        trace('ring_start', { self, balls }),
        ...start,
        timer('tick', 'tick', { type: 'ring.tick' }),
      ],
    };
  },
  receive(state, { message }) {
    const next = { ...state, count: state.count + 1 };
    if (state.failAt > 0 && next.count === state.failAt) throw new Error(`broke at ${next.count}`);
    switch (message.type) {
      case 'ring.ball': {
        const work = timer(`work ${number(message['ball'])}`, 'work', { ...message, type: 'ring.worked' });
        const log: Effect[] = next.count % 10 === 0 ? [{ kind: 'log', text: `${next.count} messages` }] : [];
        return { state: next, effects: [work, ...log] };
      }
      case 'ring.worked': {
        const to = state.peers[number(message['hops']) % state.peers.length] ?? '';
        return {
          state: next,
          effects: [
            trace('ring_worked', { ball: number(message['ball']), to }),
            send(to, { ...message, type: 'ring.ball', hops: number(message['hops']) + 1 }),
            trace('ring_sent', { count: next.count, again: state.count > 0 }),
          ],
        };
      }
      case 'ring.tick':
        return { state: next, effects: [{ kind: 'choose', type: 'ring.chosen', options: state.peers.length }] };
      case 'ring.chosen': {
        const to = state.peers[number(message['index'])] ?? '';
        return {
          state: next,
          effects: [send(to, { type: 'ring.hello' }), timer('tick', 'tick', { type: 'ring.tick' })],
        };
      }
      default:
        return { state: next, effects: [] };
    }
  },
  describe: ({ count }) => `count ${count}`,
  facts: () => ({}),
  save: (state) => ({ ...state }),
  restore: (saved) => saved as unknown as RingState,
};

interface LockState {
  readonly holder: AgentId;
  readonly waiters: readonly AgentId[];
  readonly facts: { readonly resources: readonly [ResourceFacts] };
}

const lockState = (self: string, holder: AgentId, waiters: readonly AgentId[]): LockState => ({
  holder,
  waiters,
  facts: {
    resources: [
      {
        resource: self,
        holders: holder === '' ? [] : [[holder]],
        waiters: waiters.length === 0 ? [] : [waiters.map((task) => ({ task }))],
      },
    ],
  },
});

const lock: AgentDefinition<LockState> = {
  kind: 'lock',
  init: (_params, self) => ({ state: lockState(self, '', []), effects: [] }),
  receive(state, { message, from }) {
    const self = state.facts.resources[0].resource;
    if (message.type === 'lock.take') {
      if (state.holder !== '') return { state: lockState(self, state.holder, [...state.waiters, from]), effects: [] };
      return { state: lockState(self, from, []), effects: [send(from, { type: 'locker.taken' })] };
    }
    const [next = '', ...waiters] = state.waiters;
    const effects = next === '' ? [] : [send(next, { type: 'locker.taken' })];
    return { state: lockState(self, next, waiters), effects };
  },
  describe: ({ holder, waiters }) => `held by ${holder || 'nobody'}, ${waiters.length} wait`,
  facts: ({ facts }) => facts,
  save: (state) => state as unknown as Json,
  restore: (saved) => saved as unknown as LockState,
};

interface LockerState {
  readonly locks: readonly AgentId[];
  readonly held: number;
  readonly task: TaskFacts;
}

const lockerState = (locks: readonly AgentId[], held: number, waits: boolean): LockerState => ({
  locks,
  held,
  task: {
    waitsFor: waits ? { resource: locks[held] ?? '', mode: 'uninterruptible', lock: '', stack: ['down'] } : null,
    holds: locks.slice(0, held).map((resource) => ({ resource, mode: '' })),
  },
});

/**
 * Takes its locks in its own order, holds them for a while, and begins again: two orders make a deadlock sooner or
 * later.
 */
const locker: AgentDefinition<LockerState> = {
  kind: 'locker',
  init(params) {
    return {
      state: lockerState(ids(param(params, 'locks')), 0, false),
      effects: [timer('rest', 'rest', { type: 'locker.go' })],
    };
  },
  receive(state, { message }) {
    const { locks, held } = state;
    switch (message.type) {
      case 'locker.taken': {
        const log: Effect = { kind: 'log', text: `took ${locks[held]}` };
        return {
          state: lockerState(locks, held + 1, false),
          effects: [log, timer('rest', 'rest', { type: 'locker.go' })],
        };
      }
      default:
        if (held < locks.length)
          return { state: lockerState(locks, held, true), effects: [send(locks[held] ?? '', { type: 'lock.take' })] };
        return {
          state: lockerState(locks, 0, false),
          effects: [
            ...locks.map((to) => send(to, { type: 'lock.leave' })),
            timer('rest', 'rest', { type: 'locker.go' }),
          ],
        };
    }
  },
  describe: ({ held, task }) => (task.waitsFor === null ? `holds ${held}` : `waits for ${task.waitsFor.resource}`),
  facts: ({ task }) => ({ task }),
  save: (state) => state as unknown as Json,
  restore: (saved) => saved as unknown as LockerState,
};

/** What a process of toy agents can host. */
export const definitions: readonly AgentDefinition[] = [ring, lock, locker];

/** Finds a cycle: a task waits for a lock whose holder waits for a lock, and so on, back to the task. */
export class CycleFinder implements Finder {
  readonly #holders = new Map<string, AgentId>();
  readonly #waits = new Map<AgentId, string>();
  readonly ends = true;
  #found = false;
  /** The applied changes, to compare two runs by. */
  applied: string[] = [];

  facts({ at, agent, facts }: FactsChange): void {
    this.applied.push(`${at} ${agent}`);
    for (const { resource, holders } of facts.resources ?? []) this.#holders.set(resource, holders[0]?.[0] ?? '');
    if (facts.task !== undefined) this.#waits.set(agent, facts.task.waitsFor?.resource ?? '');
  }

  check(at: VirtualTime): readonly Finding[] {
    if (this.#found) return [];
    const cycle = [...this.#waits.keys()].filter((task) => this.#isInCycle(task)).toSorted();
    this.#found = cycle.length > 0;
    return this.#found ? [{ kind: 'deadlock', at, evidence: cycle }] : [];
  }

  save(): Json {
    const [holders, waits] = [[...this.#holders], [...this.#waits]];
    return { holders, waits, found: this.#found, applied: this.applied };
  }

  restore(saved: Json): void {
    const { holders, waits, found, applied } = saved as unknown as {
      readonly holders: readonly [string, AgentId][];
      readonly waits: readonly [AgentId, string][];
      readonly found: boolean;
      readonly applied: readonly string[];
    };
    for (const [resource, holder] of holders) this.#holders.set(resource, holder);
    for (const [task, resource] of waits) this.#waits.set(task, resource);
    [this.#found, this.applied] = [found, [...applied]];
  }

  #isInCycle(task: AgentId): boolean {
    let at = task;
    for (let steps = 0; steps <= this.#waits.size; steps += 1) {
      const holder = this.#holders.get(this.#waits.get(at) ?? '');
      if (holder === undefined || holder === '') return false;
      if (holder === task) return true;
      at = holder;
    }
    return false;
  }
}

export interface ToyOptions {
  readonly seed: number;
  readonly rings?: number;
  readonly lockers?: number;
  readonly until?: number;
  /** Which ring agents break, and at which message. */
  readonly failing?: { readonly [ring: number]: number };
}

/**
 * Returns a plan: a ring of agents that choose whom to greet, and lockers of which one takes its locks the other way
 * round.
 */
export function toyPlan({ seed, rings = 6, lockers = 3, until = 3_000_000, failing }: ToyOptions): Plan {
  const ringIds = Array.from({ length: rings }, (_, index) => `ring/${index}`);
  const locks = lockers > 0 ? ['lock/a', 'lock/b'] : [];
  return {
    seed,
    agents: [
      ...ringIds.map((id, index) => ({
        id,
        kind: 'ring',
        params: {
          peers: [ringIds[(index + 1) % rings] ?? '', ...ringIds.filter((peer) => peer !== id)],
          balls: index % 2,
          failAt: failing?.[index] ?? 0,
        },
      })),
      ...locks.map((id) => ({ id, kind: 'lock', params: null })),
      ...Array.from({ length: lockers }, (_, index) => ({
        id: `locker/${index}`,
        kind: 'locker',
        params: { locks: index === 0 ? locks.toReversed() : locks },
        task: { comm: 'locker', pid: 100 + index },
      })),
    ],
    resources: [],
    latency: {
      delays: {
        tick: { kind: 'fixed', ns: 50_000 },
        work: { kind: 'uniform', min: 0, max: 4_000 },
        rest: { kind: 'uniform', min: 1_000, max: 60_000 },
      },
      links: { default: 1_500, 'ring>ring': 1_000, 'locker>lock': 700 },
    },
    until,
    grace: 100_000,
    stopOnFinding: true,
  };
}
