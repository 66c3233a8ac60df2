/** What must hold after every event of a run, and of a run that completes. */
import type { AgentDefinition, Definitions } from '@dragon/engine';
import { LocalRun } from '@dragon/engine';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS, SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { planOf } from './simulate.ts';

interface CacheContext {
  readonly inUse: number;
  readonly lruCount: number;
  readonly lru: readonly { readonly count: number }[];
  readonly inactivating: number;
  readonly reclaimable: number;
  readonly freed: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Checks each new state of each agent. */
function watched(violations: string[], definitions: Definitions = DEFINITIONS): Definitions {
  const watch = (definition: AgentDefinition): AgentDefinition => {
    const check = (state: unknown): void => {
      const snapshot = state as AnyMachineSnapshot;
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
    let total: number | undefined;
    const checkCache = (cache: CacheContext, where: string): void => {
      const { inUse, lruCount, inactivating, reclaimable, freed } = cache;
      const inodes = inUse + lruCount + inactivating + reclaimable + freed;
      total ??= inodes;
      if (inodes !== total) violations.push(`${where}: ${total} inodes became ${inodes}`);
      if (sum(cache.lru.map(({ count }) => count)) !== lruCount)
        violations.push(`${where}: the LRU is not what its count says`);
      if (Math.min(inUse, lruCount, inactivating, reclaimable, freed) < 0)
        violations.push(`${where}: a population is negative`);
    };
    return {
      ...definition,
      init: (params, self) => {
        const step = definition.init(params, self);
        check(step.state);
        return step;
      },
      receive: (state, message, from) => {
        const step = definition.receive(state, message, from);
        check(step.state);
        return step;
      },
    };
  };
  return new Map([...definitions].map(([kind, definition]) => [kind, watch(definition)]));
}

const AT_REST =
  /^(?:asleep|done|exited|timer\.disarmed worker\.idle spare\.idle|agi\.free agf\.free|idle|aboveLow|umountFree|sleeping)$/;

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
    while (run.advance(1000) && violations.length === 0);
    expect(violations).toEqual([]);

    if (graph.deadlock !== undefined || scenario === 'stuck-disk') return;
    // Completed: everybody is at rest and holds nothing, and every inode has arrived.
    expect(graph.blocked()).toEqual([]);
    for (const { id, kind } of plan.agents) {
      const saved = run.engine.inspect(id);
      const definition = DEFINITIONS.get(kind) as AgentDefinition;
      const state = definition.restore(saved);
      expect(`${id} ${definition.describe(state)}`).toMatch(new RegExp(`^${id} ${AT_REST.source.slice(1)}`));
      expect(definition.facts(state).task?.holds ?? []).toEqual([]);
    }
    const { context: cache } = run.engine.inspect('inode-cache') as unknown as { context: CacheContext };
    expect(cache).toMatchObject({ inUse: 0, inactivating: 0 });
  });
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
    snapshots.reduce<unknown>((state) => definition.receive(state, { type: 'x' }, 'y').state, undefined);
  };
  const cache = { inUse: 1, lruCount: 0, lru: [], inactivating: 0, reclaimable: 0, freed: 0 };
  spoil('inode-cache', [cache, { ...cache, inUse: 0 }]);
  spoil('ag', [{ resources: [{ resource: 'AGI 0', holders: ['a', 'b'], waiters: [] }] }]);
  spoil('kswapd', [{ task: { waitsFor: null, holds: [] } }], ['blocked']);
  expect(violations).toHaveLength(3);
});
