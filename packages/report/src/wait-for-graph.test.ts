/** Tests of the wait-for graph with changes made by hand. */
import type { FactsChange } from '@dragon/engine';
import { S_UMOUNT, SHRINKER_RWSEM } from '@dragon/kernel';
import { describe, expect, test } from 'vitest';
import {
  AGI,
  applyAll,
  collateral,
  DISK,
  hold,
  resourceChange,
  SEED_CHANGES,
  seedGraph,
  taskChange,
  waitOn,
  WORK_ITEM,
} from './seed-deadlock.fixture.ts';
import { WaitForGraph } from './wait-for-graph.ts';

/** a and b hold a lock each and wait for the other's; `lock/x` tells of x. */
function crossed(mode = waitOn('y').mode): FactsChange[] {
  return [
    taskChange(1, 'a', [hold('x')], waitOn('y', mode)),
    taskChange(2, 'b', [hold('y')], waitOn('x')),
    resourceChange(3, 'lock/x', 'x', ['a'], ['b']),
    resourceChange(4, 'lock/y', 'y', ['b'], ['a']),
  ];
}

const cycleOf = (graph: WaitForGraph) => graph.deadlock?.cycle.map((party) => party.agent);

function found(...changes: FactsChange[]): WaitForGraph {
  const graph = new WaitForGraph();
  applyAll(graph, changes);
  return graph;
}

describe('a cycle', () => {
  test('of three parties is found at the instant its last edge is there, and once', () => {
    const graph = new WaitForGraph();
    expect(applyAll(graph, [...SEED_CHANGES, ...collateral(3)])).toEqual([SEED_CHANGES.at(-1)?.at]);
    expect(graph.deadlock?.cycle).toMatchObject([
      { agent: 'inodegc/0', waitsFor: { resource: AGI }, blockedOn: 'repair', waitingSince: 12_011_000_000 },
      {
        agent: 'repair',
        waitsFor: { resource: SHRINKER_RWSEM },
        blockedOn: 'kswapd/0',
        waitingSince: 12_837_000_000,
      },
      { agent: 'kswapd/0', waitsFor: { resource: WORK_ITEM }, blockedOn: 'inodegc/0', waitingSince: 12_025_000_000 },
    ]);
    expect(graph.deadlock?.cycle.at(-1)?.holds).toEqual([
      { resource: SHRINKER_RWSEM, mode: 'R', since: 12_020_000_100 },
    ]);
  });

  test('is found in whatever order the changes of one instant come', () => {
    const changes = crossed().map((change) => ({ ...change, at: 7 }));
    for (const order of [changes, changes.toReversed(), [1, 3, 0, 2].flatMap((i) => changes[i] ?? [])]) {
      const graph = new WaitForGraph();
      for (const change of order) graph.facts(change);
      expect(graph.check(7)).toHaveLength(1);
      expect(cycleOf(graph)).toEqual(['a', 'b']);
    }
  });

  test('may be a task that waits for itself', () => {
    const graph = found(taskChange(1, 'a', [hold('x')], waitOn('x')), resourceChange(2, 'lock/x', 'x', ['a'], ['a']));
    expect(graph.deadlock?.cycle).toMatchObject([{ agent: 'a', blockedOn: 'a' }]);
  });

  test('goes through any one of several holders: a writer waits for every reader', () => {
    const graph = found(
      taskChange(1, 'r1', [hold('s', 'R')]),
      taskChange(1, 'r2', [hold('s', 'R')], waitOn('y')),
      taskChange(1, 'w', [hold('y')], waitOn('s')),
      resourceChange(1, 'lock/s', 's', ['r1', 'r2'], ['w']),
      resourceChange(1, 'lock/y', 'y', ['w'], ['r2']),
    );
    expect(cycleOf(graph)).toEqual(['r2', 'w']);
  });

  test('of several at once is the shortest, then the first in text order', () => {
    const ring = (names: string[]) =>
      names.flatMap((name, i) => {
        const next = names[(i + 1) % names.length] ?? name;
        return [
          taskChange(5, name, [hold(`of ${name}`)], waitOn(`of ${next}`)),
          resourceChange(5, `lock/${next}`, `of ${next}`, [next], [name]),
        ];
      });
    const changes = [...ring(['a', 'b', 'c']), ...ring(['p', 'q']), ...ring(['n', 'o'])];
    for (const order of [changes, changes.toReversed()]) expect(cycleOf(found(...order))).toEqual(['n', 'o']);
  });
});

describe('no cycle is seen', () => {
  test('while a request, a grant or a release is on its way', () => {
    const last = (change: FactsChange) => found(...crossed().slice(0, 3), change).deadlock;
    expect(last(resourceChange(4, 'lock/y', 'y', ['b'], ['a']))).toBeDefined();
    expect(last(resourceChange(4, 'lock/y', 'y', ['b'], []))).toBeUndefined();
    expect(last(resourceChange(4, 'lock/y', 'y', ['a'], []))).toBeUndefined();
    const releasing = found(
      taskChange(1, 'a', [hold('x')], waitOn('y')),
      taskChange(2, 'b', [], waitOn('x')),
      ...crossed().slice(2),
    );
    expect(releasing.deadlock).toBeUndefined();
  });

  test('through a wait that a signal or a timeout ends; one that polls closes it', () => {
    expect(found(...crossed('killable')).deadlock).toBeUndefined();
    expect(found(...crossed('timed')).deadlock).toBeUndefined();
    expect(cycleOf(found(...crossed('polling').slice(0, 3), resourceChange(4, 'lock/y', 'y', ['b'])))).toEqual([
      'a',
      'b',
    ]);
  });

  test('once a task is gone', () => {
    const [first, ...rest] = crossed();
    expect(found(...(first ? [first] : []), { at: 1, agent: 'a', facts: {} }, ...rest).deadlock).toBeUndefined();
  });
});

describe('behind', () => {
  test('are those who wait for a party, or for one who does, however they wait', () => {
    const graph = seedGraph(2);
    applyAll(graph, [
      taskChange(14e9, 'workload/0', [hold(S_UMOUNT)], waitOn(AGI, 'killable')),
      resourceChange(14e9, 'mount', S_UMOUNT, ['workload/0'], ['workload/5']),
      taskChange(14e9, 'workload/5', [], waitOn(S_UMOUNT)),
      taskChange(14e9, 'workload/6', [], waitOn(DISK)),
    ]);
    expect(graph.behind().map((task) => [task.agent, task.waitsFor.resource])).toEqual([
      ['workload/1', AGI],
      ['workload/0', AGI],
      ['workload/5', S_UMOUNT],
    ]);
  });

  test('is nobody without a deadlock', () => {
    expect(found(taskChange(1, 'a', [], waitOn('x')), resourceChange(1, 'lock/x', 'x', [], ['a'])).behind()).toEqual(
      [],
    );
  });
});

describe('blocked', () => {
  test('lists who waits, for whom, and how many are behind', () => {
    const graph = found(
      taskChange(1, 'a', [hold('x')], waitOn(DISK)),
      taskChange(2, 'b', [], waitOn('x')),
      taskChange(3, 'c', [], waitOn('x', 'polling')),
      taskChange(4, 'd', [], waitOn('x')),
      resourceChange(5, 'lock/x', 'x', ['a'], ['b', 'd']),
      taskChange(6, 'e', []),
    );
    const rows = graph.blocked().map(({ agent, blockedOn, behind }) => ({ agent, blockedOn, behind }));
    expect(rows).toEqual([
      { agent: 'a', blockedOn: [], behind: 3 },
      { agent: 'b', blockedOn: ['a'], behind: 1 },
      { agent: 'c', blockedOn: ['a'], behind: 0 },
      { agent: 'd', blockedOn: ['a'], behind: 0 },
    ]);
  });

  test('keeps the instant a wait or a hold began while it goes on', () => {
    const graph = found(
      taskChange(1, 'a', [hold('x')], waitOn('y')),
      taskChange(2, 'a', [hold('x'), hold('z')], waitOn('y')),
    );
    expect(graph.waiting()).toMatchObject([{ waitingSince: 1, holds: [{ since: 1 }, { since: 2 }] }]);
    applyAll(graph, [taskChange(3, 'a', []), taskChange(4, 'a', [hold('x')], waitOn('y'))]);
    expect(graph.waiting()).toMatchObject([{ waitingSince: 4, holds: [{ since: 4 }] }]);
  });
});

test('two agents may not speak for one resource', () => {
  expect(() => found(resourceChange(1, 'p', 'x', []), resourceChange(2, 'q', 'x', []))).toThrow(
    'q and p both speak for the resource x',
  );
});
