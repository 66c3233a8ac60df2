/** What must hold after every event of a run, and of a run that completes. */
import type { AgentDefinition, Definitions } from '@dragon/engine';
import { LocalRun } from '@dragon/engine';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS, SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { planOf } from './simulate.ts';

interface CacheContext {
  readonly live: { readonly count: number };
  readonly behindDentry: { readonly count: number };
  readonly pageCached: number;
  readonly onLru: { readonly count: number };
  readonly freeing: { readonly count: number };
  readonly reclaimable: { readonly count: number };
  readonly rcuNext: { readonly inodes: { readonly count: number } };
  readonly rcuWaiting: { readonly inodes: { readonly count: number } };
  readonly freed: number;
}

/** Returns the machine's snapshot in a state; a thread's has the scheduler's around it. */
function snapshotOf(state: unknown): AnyMachineSnapshot {
  return (state as { inner?: AnyMachineSnapshot }).inner ?? (state as AnyMachineSnapshot);
}

/** Checks each new state of each agent. */
function watched(violations: string[], definitions: Definitions = DEFINITIONS): Definitions {
  const watch = (definition: AgentDefinition): AgentDefinition => {
    const check = (state: unknown): void => {
      const snapshot = snapshotOf(state);
      const { task, resources = [] } = snapshot.context as ReturnType<AgentDefinition['facts']>;
      const where = `${definition.kind} in ${JSON.stringify(snapshot.value)}`;
      if (task !== undefined && snapshot.hasTag('blocked') !== (task.waitsFor !== null))
        violations.push(`${where}: blocked does not match what it waits for`);
      for (const { resource, holders, waiters } of resources) {
        if (/^AG[IF] /.test(resource) && holders.length !== 1)
          violations.push(`${where}: ${resource} has ${holders.length} holders`);
        if (new Set(holders).size !== holders.length)
          violations.push(`${where}: ${resource} is held twice by one thread`);
        if (holders.some((holder) => waiters.includes(holder)) && !resource.startsWith('gc['))
          violations.push(`${where}: a holder of ${resource} waits for it`);
      }
      if (definition.kind === 'inode-cache') checkCache(snapshot.context as CacheContext, where);
    };
    let total = 0;
    const checkCache = (cache: CacheContext, where: string): void => {
      const { live, behindDentry, pageCached, onLru, freeing, reclaimable, rcuNext, rcuWaiting, freed } = cache;
      const counts = [live, behindDentry, onLru, freeing, reclaimable, rcuNext.inodes, rcuWaiting.inodes];
      const populations = [...counts.map(({ count }) => count), pageCached, freed];
      const inodes = populations.reduce((sum, each) => sum + each, 0);
      // Inodes are created, and never lost.
      if (inodes < total) violations.push(`${where}: ${total} inodes became ${inodes}`);
      total = inodes;
      if (Math.min(...populations) < 0) violations.push(`${where}: a population is negative`);
    };
    return {
      ...definition,
      init: (params, self) => {
        const step = definition.init(params, self);
        check(step.state);
        return step;
      },
      receive: (state, message, from, at) => {
        const step = definition.receive(state, message, from, at);
        check(step.state);
        return step;
      },
    };
  };
  return new Map([...definitions].map(([kind, definition]) => [kind, watch(definition)]));
}

/** How a thread or an agent with locks looks when it has nothing to do. The page allocator and the inode cache always have something. */
const AT_REST =
  /^(?:asleep|done|exited|timer\.disarmed worker\.idle spare\.idle|agi\.free agf\.free|idle|umount\.free .*)$/;
const NEVER_AT_REST = new Set(['cpu', 'memory', 'watchdog']);

/** The large scenarios are looked at for so many events. */
const MOST_EVENTS = 60_000;

const POLICIES = [
  '',
  'throttle=inline',
  'throttle=skip-kswapd',
  'throttle=timed(1ms)',
  'throttle=outside-rwsem,shrinkers=srcu',
  'throttle=watermarks(100,20),shrinkers=refcount,repair=try-unregister',
];
const CASES = SCENARIOS.flatMap(({ name }, i) =>
  [POLICIES[0], POLICIES[1 + (i % 5)]].map((policy) => [name, policy ?? ''] as const),
);

describe.each(CASES)('%s %s', (scenario, policy) => {
  test('holds after every event', () => {
    const violations: string[] = [];
    const plan = planOf({ scenario, policy, seed: 11, until: 20_000_000_000 });
    const graph = new WaitForGraph();
    let now = 0;
    const onRow = ({ at }: { readonly at: number }): void => {
      if (at < now) violations.push(`time runs back from ${now} to ${at}`);
      now = at;
    };
    const run = new LocalRun(plan, watched(violations), { finder: graph, onRow });
    let ended = false;
    for (let events = 0; events < MOST_EVENTS && !ended && violations.length === 0; events += 1_000)
      ended = !run.advance(1_000);
    expect(violations).toEqual([]);

    if (!ended || graph.deadlock !== undefined || scenario === 'stuck-disk') return;
    // Completed: everybody is at rest and holds nothing, and every inode has arrived.
    expect(graph.blocked()).toEqual([]);
    for (const { id, kind } of plan.agents) {
      if (NEVER_AT_REST.has(kind)) continue;
      const saved = run.engine.inspect(id);
      const definition = DEFINITIONS.get(kind) as AgentDefinition;
      const state = definition.restore(saved);
      expect(`${id} ${definition.describe(state)}`).toMatch(new RegExp(`^${id} ${AT_REST.source.slice(1)}`));
      expect(definition.facts(state).task?.holds ?? []).toEqual([]);
    }
    const { context: cache } = run.engine.inspect('inode-cache') as unknown as { context: CacheContext };
    expect(cache.freeing.count).toBe(0);
  }, 30_000);
});

test('the check itself catches a lost inode, a second holder and a sleeper without a reason', () => {
  const violations: string[] = [];
  const spoil = (kind: string, contexts: readonly object[], tags: readonly string[] = []): void => {
    const snapshots = contexts.map((context) => ({
      value: 'spoiled',
      context,
      hasTag: (tag: string) => tags.includes(tag),
    }));
    const spoiled: AgentDefinition = {
      ...(DEFINITIONS.get(kind) as AgentDefinition),
      receive: (state) => ({ state: snapshots[snapshots.indexOf(state as never) + 1], effects: [] }),
    };
    const definition = watched(violations, new Map([[kind, spoiled]])).get(kind) as AgentDefinition;
    snapshots.reduce<unknown>((state) => definition.receive(state, { type: 'x' }, 'y', 0).state, undefined);
  };
  const none = { count: 0 };
  const cache = {
    live: { count: 1 },
    behindDentry: none,
    pageCached: 0,
    onLru: none,
    freeing: none,
    reclaimable: none,
    rcuNext: { inodes: none },
    rcuWaiting: { inodes: none },
    freed: 0,
  };
  spoil('inode-cache', [cache, { ...cache, live: none }]);
  spoil('ag', [{ resources: [{ resource: 'AGI 0', holders: ['a', 'b'], waiters: [] }] }]);
  spoil('kswapd', [{ task: { waitsFor: null, holds: [] } }], ['blocked']);
  expect(violations).toHaveLength(3);
});
