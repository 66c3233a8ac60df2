/** Tests of the one sentence. */
import { S_UMOUNT } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { deadlockSentence } from './deadlock-sentence.ts';
import { ResourceNames } from './resource-names.ts';
import { applyAll, hold, resourceChange, SEED_PLAN, seedGraph, taskChange, waitOn } from './seed-deadlock.fixture.ts';
import { TaskNames } from './task-names.ts';
import { WaitForGraph } from './wait-for-graph.ts';

const sentence = (graph: WaitForGraph) =>
  graph.deadlock && deadlockSentence(graph.deadlock, new TaskNames(SEED_PLAN), new ResourceNames(SEED_PLAN));

test('names each task, what it waits for, and who has that', () => {
  expect(sentence(seedGraph(0))).toBe(
    'kworker/0:1 waits for the AGI of AG 0, held by xfs_scrub; xfs_scrub waits for shrinker_rwsem for writing, held by ' +
      'kswapd0; kswapd0 waits for the inodegc work of CPU 0, which kworker/0:1 must finish: none of the three can ever go on.',
  );
});

test('says so when a task waits for itself; threads of one name go by their number', () => {
  const graph = new WaitForGraph();
  applyAll(graph, [
    taskChange(1, 'workload/3', [hold(S_UMOUNT)], waitOn(S_UMOUNT)),
    resourceChange(1, 'mount', S_UMOUNT, ['workload/3'], ['workload/3']),
  ]);
  expect(sentence(graph)).toBe('rm:903 waits for s_umount, which it holds itself: it can never go on.');
});
