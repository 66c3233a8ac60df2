/** What must hold after every event of a run, and of a run that is over; and that each check catches what it is for. */
import type { AgentDefinition, AgentId, Effect, Json, Message, Plan, Step, TaskFacts } from '@dragon/engine';
import type { RunQueue } from '@dragon/kernel';
import { DEFINITIONS, SCENARIOS, type WorldSpec } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { ClockWitness } from './clock-witness.ts';
import { InodeWitness } from './inode-witness.ts';
import { LockWitness } from './lock-witness.ts';
import { PageWitness } from './page-witness.ts';
import { SchedulingWitness } from './scheduling-witness.ts';
import { planOf } from './simulate.ts';
import {
  planSmall,
  smallBigCache,
  smallFrozenFs,
  smallIdleFs,
  smallLate,
  smallOneHog,
  smallPressure,
  smallQuotaAndLowSpace,
  smallSlowShrinker,
  smallStorm,
} from './small-worlds.ts';
import { watch, type WatchedRun } from './witness.ts';

interface Looked extends WatchedRun {
  readonly inodes: InodeWitness;
  readonly pages: PageWitness;
  readonly locks: LockWitness;
}

function look(plan: Plan, spoil?: (definition: AgentDefinition) => AgentDefinition): Looked {
  const [inodes, pages, locks] = [new InodeWitness(), new PageWitness(), new LockWitness()];
  const witnesses = [inodes, pages, locks, new SchedulingWitness(), new ClockWitness()];
  const watched = spoil === undefined ? watch(plan, { witnesses }) : watch(withoutPeers(plan), { witnesses, spoil });
  return { inodes, pages, locks, ...watched };
}

/** What is spoilt may talk to anybody: the witnesses have to notice it, not the engine. */
const withoutPeers = (plan: Plan): Plan => ({
  ...plan,
  agents: plan.agents.map(({ id, kind, params, task }) => (task ? { id, kind, params, task } : { id, kind, params })),
});

/** Everybody is at rest and holds nothing, and every inode and every page has arrived. */
function expectAtRest({ run, graph, inodes, pages, locks }: Looked, plan: Plan): void {
  expect(graph.blocked()).toEqual([]);
  expect(locks.stillHeld).toEqual([]);
  expect(inodes.onTheWay).toBe(0);
  expect(pages.atRest()).toEqual([]);
  for (const { id, kind } of plan.agents) {
    if (NEVER_AT_REST.has(kind)) continue;
    const definition = DEFINITIONS.get(kind) as AgentDefinition;
    const described = definition.describe(definition.restore(run.engine.inspect(id)));
    expect(`${id} ${described}`).toMatch(new RegExp(`^${id} ${AT_REST.source.slice(1)}`));
  }
}

/** How a thread or an agent with locks looks when it has nothing to do. */
const AT_REST =
  /^(?:asleep|done|exited|timer\.disarmed worker\.idle spare\.idle|agi\.free agf\.free|idle|halted|free|umount\.free .*)$/;
/** The page allocator and the watchdog always have something. */
const NEVER_AT_REST = new Set(['memory', 'watchdog']);

/** Stands for a large scenario where every event is looked at. */
const SMALL: { readonly [scenario: string]: (cpus: number) => WorldSpec } = {
  'unlink-storm': smallStorm,
  pressure: smallPressure,
  'big-cache': (cpus) => smallBigCache(cpus, 4_000, 1_500),
  'big-cache-50k': (cpus) => smallBigCache(cpus, 3_000, 1_500),
  'one-hog': smallOneHog,
  late: smallLate,
  'idle-fs': smallIdleFs,
  'frozen-fs': smallFrozenFs,
  'quota-and-low-space': smallQuotaAndLowSpace,
  'slow-shrinker': smallSlowShrinker,
};

const POLICIES = [
  'throttle=inline',
  'throttle=skip-kswapd,accounting=queued-counted',
  'throttle=timed(1ms)',
  'throttle=outside-rwsem,shrinkers=srcu',
  'throttle=allocators,reclaim=forces-log',
  'throttle=watermarks(100,20),shrinkers=refcount,repair=try-unregister',
  'throttle=skip-reclaim,accounting=queued-counted-and-oom-aware',
  'worker-context=gfp-kernel,repair=unregister-after-commit',
];

/** Each scenario under the policy of 6.1 and one other in turn; those with memory pressure under all. */
const CASES = SCENARIOS.flatMap(({ name }, i) => {
  const others = ['pressure', 'big-cache'].includes(name) ? POLICIES : [POLICIES[i % POLICIES.length] ?? ''];
  return ['', ...others].map((policy) => [name, policy, 1 + (i % 3)] as const);
});

/** Runs of these go on for as long as anybody looks. */
const NEVER_OVER = new Set(['slow-shrinker', 'stuck-disk']);

describe.each(CASES)('%s %s', (scenario, policy, extraCpus) => {
  test('holds after every event', { timeout: 60_000 }, () => {
    const world = SMALL[scenario];
    const minCpus = SCENARIOS.find(({ name }) => name === scenario)?.minCpus ?? 1;
    const options = { policy, seed: 11, until: 200_000_000_000, cpus: minCpus - 1 + extraCpus };
    const plan = world === undefined ? planOf({ scenario, ...options }) : planSmall(world, options);
    const looked = look(plan);
    expect(looked.violations).toEqual([]);
    expect(looked.inodes.census()).toEqual([]);
    expect(looked.ended).toBe(true);
    if (looked.graph.deadlock === undefined && !NEVER_OVER.has(scenario)) expectAtRest(looked, plan);
  });
});

type Said = { readonly task: TaskFacts };
type Receive = (step: Step<unknown>, message: Message, before: unknown) => Step<unknown>;

/** Returns a definition of `kind` whose steps are changed; all others are as they were. */
const steps =
  (kind: string, change: Receive) =>
  (definition: AgentDefinition): AgentDefinition =>
    definition.kind === kind
      ? {
          ...definition,
          receive: (state, { message, from, at }) =>
            change(definition.receive(state, { message, from, at }), message, state),
        }
      : definition;

/** Returns a definition of `kind` that says something else than it would. */
const says = (kind: string, type: string, change: (effect: Effect & { readonly kind: 'send' }) => readonly Effect[]) =>
  steps(kind, ({ state, effects }) => ({
    state,
    effects: effects.flatMap((effect) =>
      effect.kind === 'send' && effect.message.type === type ? change(effect) : [effect],
    ),
  }));

/** Returns a definition of `kind` that does not do what a message tells it. */
const ignores = (kind: string, ...types: readonly string[]) =>
  steps(kind, (step, message, before) => (types.includes(message.type) ? { state: before, effects: [] } : step));

type Sent = Effect & { readonly kind: 'send' };
const withMessage = (effect: Sent, change: Message | { readonly [field: string]: unknown }): Effect =>
  ({ ...effect, message: { ...effect.message, ...change } }) as Effect;

interface Scheduler {
  readonly cpu: number;
  readonly runQueue: RunQueue;
  readonly guests: readonly { readonly thread: AgentId; readonly turn: number }[];
}

const isSlab = ({ message }: Sent): boolean => message['use'] === 'slab' || message['use'] === 'buffers';

describe('the checks catch', () => {
  const plan = planSmall(smallPressure, { seed: 3 });
  const caught = (spoil: (definition: AgentDefinition) => AgentDefinition, by: RegExp, of: Plan = plan): void => {
    const { violations } = look(of, spoil);
    expect(violations.join('\n')).toMatch(by);
  };

  test('a page that is lost on its way back', () => {
    caught(ignores('memory', 'memory.free'), /pages of slab, but|was given \d+ pages/);
    caught(
      steps('memory', (step, message, before) =>
        message.type === 'memory.free' && message['use'] === 'slab' ? { state: before, effects: [] } : step,
      ),
      /\d+ pages of slab, but \d+ in the cache/,
    );
  });

  test('a page that comes from nowhere', () => {
    caught(
      says('memory', 'task.pagesAllocated', (effect) => [
        withMessage(effect, { granted: Number(effect.message['granted']) + 1 }),
      ]),
      /was given \d+ pages|pages of slab, but/,
    );
  });

  test('pages that are freed twice', () => {
    caught(
      says('inode-cache', 'memory.free', (effect) => (isSlab(effect) ? [effect, effect] : [effect])),
      /-\d+ on their way back|pages of slab, but/,
    );
    // Of a task's own pages the allocator sees it itself.
    expect(() =>
      look(
        plan,
        says('hog', 'memory.free', (effect) => [effect, effect]),
      ),
    ).toThrow(/are freed twice/);
  });

  test('a shrinker that counts or credits twice', () => {
    caught(
      says('inode-cache', 'task.objectsCounted', (effect) => [
        withMessage(effect, { count: 2 * Number(effect.message['count']) }),
      ]),
      /counts \d+ objects of \d+/,
    );
    caught(
      says('inode-cache', 'task.objectsScanned', (effect) => [
        withMessage(effect, { credit: 2 * Number(effect.message['credit']) + 1 }),
      ]),
      /takes credit for/,
    );
    caught(
      says('kswapd', 'memory.slabReclaimed', (effect) => [effect, effect]),
      /pages more than was freed for it/,
    );
  });

  test('an inode that a worker, a reclaimer or the cache loses', () => {
    const bereft = (effect: Sent): readonly Effect[] => {
      const [, ...inodes] = effect.message['inodes'] as readonly object[];
      return [withMessage(effect, { inodes })];
    };
    caught(says('inodegc', 'inodeCache.setReclaimable', bereft), /it should have \d+ inodes, and has/);
    caught(
      says('drop-caches', 'inodeCache.evicted', bereft),
      /it should have \d+ inodes, and has/,
      planOf({ scenario: 'repair-first' }),
    );
    caught(ignores('inode-cache', 'inodeCache.setReclaimable'), /inodes are being freed, but somebody has/);
    caught(ignores('inode-cache', 'inodeCache.created'), /inodes ever and \d+ freed, but/);
  });

  test('an inode that the cache itself counts twice', () => {
    const forgetful = (definition: AgentDefinition): AgentDefinition =>
      steps('inode-cache', (step, message) => {
        if (message.type !== 'inodeCache.scanFinished') return step;
        const { context, ...shape } = definition.save(step.state) as {
          readonly context: { readonly [key: string]: Json };
        };
        const pageCached = Number(context['pageCached']) + 1;
        return { ...step, state: definition.restore({ ...shape, context: { ...context, pageCached } }) };
      })(definition);
    caught(forgetful, /inodes ever and \d+ freed, but[^]*inodes, but \d+ in the slabs/);
  });

  test('an inode that is inactivated twice', () => {
    caught(
      says('inodegc', 'inodeCache.setReclaimable', (effect) => [effect, effect]),
      /it should have \d+ inodes, and has/,
    );
  });

  const jam = planOf({ scenario: 'seed-deadlock', seed: 3 });

  test('a lock with two holders', () => {
    const generous = says('ag', 'task.bufferContended', (effect) => [
      withMessage(effect, { type: 'task.bufferLocked', neighbours: 0 }),
    ]);
    caught(generous, / hold AGI 0, one of them alone/, jam);
  });

  test('a lock that is released and was not held', () => {
    const twice = says('closer', 'inodeCache.lastReference', (effect) => [
      effect,
      { kind: 'send', to: 'ag/0', message: { type: 'ag.unlock', buffer: 'AGF' } },
    ]);
    expect(() => look(jam, twice)).toThrow(/releases a buffer lock held by/);
  });

  test('a thread that sleeps and does not say on what', () => {
    const repair = DEFINITIONS.get('repair') as AgentDefinition;
    const silent = steps('repair', (step) => {
      const { inner, ...thread } = repair.save(step.state) as unknown as { readonly inner: { readonly context: Said } };
      const { task } = inner.context;
      if (task.waitsFor === null) return step;
      const context = { ...inner.context, task: { ...task, waitsFor: null } };
      return { ...step, state: repair.restore({ ...thread, inner: { ...inner, context } } as unknown as Json) };
    });
    caught(silent, /blocked does not match what it waits for/, jam);
  });

  test('a thread that runs where another does', () => {
    // The scheduler lets its queue run too.
    const two = steps('cpu', (step) => {
      const { runQueue, cpu, guests } = (step.state as { readonly context: Scheduler }).context;
      const more = runQueue.queue.map(
        ({ thread }): Effect => ({
          kind: 'send',
          to: thread,
          message: { type: 'task.dispatched', cpu, turn: guests.find((each) => each.thread === thread)?.turn ?? 0 },
        }),
      );
      return { ...step, effects: [...step.effects, ...more] };
    });
    caught(two, /run on CPU|runs, but CPU/);
  });

  test('a thread that is on two CPUs, or sleeps on a run queue', () => {
    const everywhere = says('hog', 'cpu.wake', (effect) => [
      effect,
      { ...effect, to: effect.to === 'cpu/0' ? 'cpu/1' : 'cpu/0' },
    ]);
    caught(everywhere, /is on CPU \d and on CPU \d/);
    caught(
      says('kswapd', 'cpu.sleep', () => []),
      /\(asleep\) is on the run queue|is not on the run queue/,
    );
  });

  test('a run queue that has a thread twice', () => {
    const doubled = says('hog', 'cpu.wake', (effect) => [effect, effect]);
    caught(doubled, /is on the run queue twice|is on CPU \d+ and on CPU|is on the run queue of CPU/);
  });

  test('time that runs back', () => {
    const complaints: string[] = [];
    const clock = new ClockWitness();
    for (const at of [3, 5, 5, 4]) clock.see({ at }, (text) => complaints.push(text));
    expect(complaints).toEqual(['time ran back from 5 to 4']);
  });
});
