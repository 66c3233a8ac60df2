/**
 * Threads and the schedulers of their CPUs in the engine: who computes when, and that the CPU's time is theirs and
 * nobody else's.
 */
import {
  type AgentDefinition,
  type AgentId,
  type AgentSpec,
  combineDigests,
  Engine,
  type EngineSnapshot,
  type Json,
  MICROSECOND as US,
  MILLISECOND as MS,
  type Plan,
  SECOND,
  type TraceHit,
} from '@dragon/engine';
import {
  type Received,
  RUNNING,
  scheduledThread,
  type Task,
  type TaskMessage,
  threadHandlers,
  toTask,
  cpuTime,
} from '@dragon/kernel';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { definitions } from './index.ts';

interface Context {
  readonly cpu: number;
  readonly task: Task;
  readonly burst: string;
  readonly nap: string | null;
  readonly asks: boolean;
  readonly self: AgentId;
}
type Event = Received<TaskMessage>;
type Params = {
  readonly burst: string;
  readonly nap: string | null;
  readonly asks?: boolean;
  readonly cpus: readonly number[];
};

const hit = (event: string) => ({ type: 'trace', params: { kind: 'trace', event, fields: {} } }) as const;

/**
 * Computes for a burst, sleeps for a nap if it has one, and so on. Before its nap it may ask something, which is
 * answered in the time of a message.
 */
const burner = setup({
  types: typesOf<{ context: Context; events: Event; input: Params & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: () => delay('nap'),
    burst: ({ context }) => cpuTime(context.burst),
    nap: ({ context }) => delay(context.nap ?? 'nap'),
  },
}).createMachine({
  id: 'burner',
  context: ({ input: { self, cpus, burst, nap, asks = false } }) => ({
    cpu: cpus[0] ?? 0,
    task: RUNNING,
    burst,
    nap,
    asks,
    self,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'computing' } },
    computing: {
      after: {
        burst: [
          { guard: ({ context }) => context.nap === null, target: 'computing', reenter: true, actions: hit('burst') },
          { guard: ({ context }) => context.asks, target: 'asking', actions: hit('burst') },
          { target: 'napping', actions: hit('burst') },
        ],
      },
    },
    asking: {
      entry: { type: 'send', params: ({ context }) => toTask(context.self, { type: 'task.workFlushed', token: 0 }) },
      on: { 'task.workFlushed': 'napping' },
    },
    napping: { tags: ['sleeping'], after: { nap: { target: 'computing', actions: hit('woken') } } },
  },
});

const DEFINITIONS = new Map(
  [...definitions, scheduledThread('burner', burner) as unknown as AgentDefinition].map((each) => [each.kind, each]),
);

function planOf(cpus: number, threads: readonly Params[], seed = 1, hosted = false): Plan {
  const agents: AgentSpec[] = [
    ...Array.from({ length: cpus }, (_, cpu) => ({
      id: `cpu/${cpu}`,
      kind: 'cpu',
      params: { cpu, cpus, balances: cpus > 1, hosted },
    })),
    ...(hosted ? [{ id: 'host', kind: 'host', params: { vcpus: cpus, tick: 4 * MS } }] : []),
    ...threads.map((params, i) => ({ id: `${i % 2 === 0 ? 'a' : 'x'}/${i}`, kind: 'burner', params })),
  ].map((spec) => ({ ...spec, kind: spec.kind, params: spec.params as Json }));
  return {
    seed,
    agents,
    resources: [],
    latency: {
      delays: {
        tick: { kind: 'ticks', period: 4 * MS, count: 0 },
        hostMicrosecond: { kind: 'fixed', ns: US },
        burst: { kind: 'fixed', ns: MS },
        blink: { kind: 'uniform', min: 0, max: 1 * US },
        tiny: { kind: 'uniform', min: 1 * US, max: 9 * US },
        short: { kind: 'uniform', min: 20 * US, max: 200 * US },
        any: { kind: 'uniform', min: 1 * US, max: 6 * MS },
        nap: { kind: 'uniform', min: 0, max: 5 * MS },
      },
      links: { default: 2 * US },
    },
    until: SECOND,
    grace: 0,
    stopOnFinding: false,
  };
}

const always = (cpus: readonly number[]): Params => ({ burst: 'burst', nap: null, cpus });

/** Runs to the end; returns how many bursts each thread has finished. */
function burstsOf(plan: Plan): Map<AgentId, number> {
  const bursts = new Map<AgentId, number>();
  const count = ({ agent, event }: TraceHit): void => {
    if (event === 'burst') bursts.set(agent, (bursts.get(agent) ?? 0) + 1);
  };
  new Engine({ plan, definitions: DEFINITIONS, observers: [{ hit: count }] }).run(plan.until);
  return bursts;
}

test('one thread has the whole CPU', () => {
  expect([...burstsOf(planOf(1, [always([0])])).values()]).toEqual([expect.closeTo(998, -1)]);
});

test.each([2, 3, 5, 12])('%i threads that always run share it evenly', (count) => {
  const bursts = [
    ...burstsOf(
      planOf(
        1,
        Array.from({ length: count }, () => always([0])),
      ),
    ).values(),
  ];
  expect(bursts).toHaveLength(count);
  expect(Math.max(...bursts) - Math.min(...bursts)).toBeLessThanOrEqual(8);
  // What is lost is the start and two messages a switch.
  expect(bursts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(980 - count);
});

test('threads of one CPU take nothing from those of another', () => {
  const bursts = burstsOf(planOf(2, [always([0]), always([1]), always([1])]));
  expect(bursts.get('a/0')).toBeGreaterThan(990);
  expect((bursts.get('x/1') ?? 0) + (bursts.get('a/2') ?? 0)).toBeLessThan(1_000);
});

test('two threads that may run on two CPUs get more than one, and never more than two', () => {
  const bursts = burstsOf(planOf(2, [always([0, 1]), always([0, 1]), always([0, 1])]));
  const all = [...bursts.values()].reduce((sum, each) => sum + each, 0);
  expect(all).toBeGreaterThan(1_200);
  expect(all).toBeLessThan(2_000);
});

test('a thread that mostly sleeps does not wait for one that never does: it preempts it', () => {
  const plan = planOf(1, [always([0]), { burst: 'short', nap: 'nap', cpus: [0] }]);
  const waits: number[] = [];
  let fired = 0;
  const engine = new Engine({
    plan,
    definitions: DEFINITIONS,
    observers: [
      {
        row: ({ at, to, message }) => {
          if (to !== 'x/1') return;
          if (message.type === 'timer' && message['name'] === 'nap') fired = at;
          else if (message.type === 'task.dispatched' && fired > 0) {
            waits.push(at - fired);
            fired = 0;
          }
        },
      },
    ],
  });
  engine.run(plan.until);
  expect(waits.length).toBeGreaterThan(200);
  const prompt = waits.filter((wait) => wait <= 4 * US);
  expect(prompt.length / waits.length).toBeGreaterThan(0.9);
  expect(Math.max(...waits)).toBeLessThan(8 * MS);
});

interface Shown {
  readonly status: string;
  readonly cpu: number;
  readonly timers: { readonly [timer: string]: { readonly pausable: boolean } };
}

const MIXED: readonly Params[] = [
  always([0, 1]),
  { burst: 'any', nap: 'nap', cpus: [0, 1] },
  { burst: 'short', nap: 'nap', cpus: [0, 1] },
  { burst: 'any', nap: 'nap', cpus: [1] },
  { burst: 'short', nap: 'short', cpus: [0] },
  { burst: 'short', nap: 'short', cpus: [0, 1] },
];

/**
 * Counts the threads that compute at the end of each instant, over the whole run; throws if there are two on one CPU.
 */
function busyInstants(plan: Plan): number {
  const engine = new Engine({ plan, definitions: DEFINITIONS });
  const threads = plan.agents.filter(({ kind }) => kind === 'burner').map(({ id }) => id);
  let busy = 0;
  while (engine.run(plan.until, 1) > 0) {
    if (engine.nextAt() === engine.now) continue;
    const shown = threads.map((id) => engine.inspect(id) as unknown as Shown);
    const computing = shown.filter(
      ({ status, timers }) => status === 'running' && Object.values(timers).some(({ pausable }) => pausable),
    );
    const cpus = computing.map(({ cpu }) => cpu);
    expect(new Set(cpus).size, `at ${engine.now} ${JSON.stringify(shown)}`).toBe(cpus.length);
    busy += cpus.length;
  }
  return busy;
}

test.each([1, 2, 3, 4])('at the end of every instant at most one thread computes on a CPU (seed %i)', (seed) => {
  expect(busyInstants({ ...planOf(2, MIXED, seed), until: SECOND / 4 })).toBeGreaterThan(1_000);
});

test('nor do two if one falls asleep and wakes up again while a dispatch is on its way to it', () => {
  const asking: Params = { burst: 'short', nap: 'blink', asks: true, cpus: [0] };
  const interrupting: Params = { burst: 'tiny', nap: 'short', cpus: [0] };
  expect(busyInstants({ ...planOf(1, [asking, interrupting, always([0])]), until: SECOND / 4 })).toBeGreaterThan(1_000);
});

test('a run that is saved and restored goes on as it would have', () => {
  const plan = { ...planOf(2, MIXED), until: SECOND / 20 };
  const snapshots: string[] = [];
  const whole = new Engine({ plan, definitions: DEFINITIONS });
  do snapshots.push(JSON.stringify(whole.save()));
  while (whole.run(plan.until, 1) > 0);
  for (const text of snapshots.filter((_, i) => i % 23 === 0)) {
    const rest = new Engine({ plan, definitions: DEFINITIONS, snapshot: JSON.parse(text) as EngineSnapshot });
    rest.run(plan.until);
    expect(combineDigests(rest.digests())).toBe(combineDigests(whole.digests()));
  }
});

test.each([1, 2, 3, 4])(
  'of four virtual CPUs on one thread %i busy ones share it, and idle ones take nothing',
  (busy) => {
    const threads = Array.from({ length: busy }, (_, cpu) => always([cpu]));
    const bursts = [...burstsOf(planOf(4, threads, 1, true)).values()];
    expect(bursts).toHaveLength(busy);
    // Turns become shorter until the tick: who comes first has up to 4 / 3 of what the second has, and so on.
    expect(Math.max(...bursts) / Math.min(...bursts)).toBeLessThan((4 / 3) ** (busy - 1) + 0.05);
    const all = bursts.reduce((sum, each) => sum + each, 0);
    expect(all).toBeLessThanOrEqual(1_000);
    expect(all).toBeGreaterThan(900);
  },
);

test('virtual CPUs of one thread have it in turn, one at a time', () => {
  const naps = { burst: 'any', nap: 'nap', cpus: [0] } as const;
  const plan = planOf(3, [always([1]), always([2]), naps], 1, true);
  const turns: string[] = [];
  const runs = new Set<AgentId>();
  let [last, most] = [0, 0];
  const engine = new Engine({
    plan,
    definitions: DEFINITIONS,
    observers: [
      {
        row: ({ from, to, message }) => {
          if (from === 'host' && message.type === 'cpu.resume') turns.push(to);
        },
        see: ({ at, agent, state }) => {
          // Within an instant the one is stalled and the other goes on.
          if (at > last) most = Math.max(most, runs.size);
          last = at;
          if (!agent.startsWith('cpu/')) return;
          if (state === 'running' || state === 'shared') runs.add(agent);
          else runs.delete(agent);
        },
      },
    ],
  });
  engine.run(plan.until);
  expect(most).toBe(1);
  const next = (turn: string): readonly string[] =>
    turn === 'cpu/1' ? ['cpu/2'] : turn === 'cpu/2' ? ['cpu/0', 'cpu/1'] : ['cpu/1'];
  expect(turns.length).toBeGreaterThan(1_000);
  for (const [i, turn] of turns.slice(1).entries()) expect(next(turns[i] ?? '')).toContain(turn);
});
