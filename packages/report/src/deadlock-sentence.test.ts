/** Tests of the headline and the sentence. */
import { S_UMOUNT } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { deadlockHeadline, deadlockSentence, ringOrder } from './deadlock-sentence.ts';
import { reportNames } from './report-names.ts';
import { plainText } from './sentence.ts';
import { applyAll, hold, resourceChange, SEED_PLAN, seedGraph, taskChange, waitOn } from './seed-deadlock.fixture.ts';

import { WaitForGraph } from './wait-for-graph.ts';

const NAMES = reportNames(SEED_PLAN);
const sentence = ({ deadlock }: WaitForGraph) => deadlock && plainText(deadlockSentence(deadlock, NAMES));
const headline = ({ deadlock, undone }: Pick<WaitForGraph, 'deadlock' | 'undone'>) =>
  deadlock && plainText(deadlockHeadline(deadlock, NAMES, undone));

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
  expect(headline(graph)).toBe('rm:903 waits for itself, for ever.');
  expect(sentence(graph)).toBe('rm:903 waits for s_umount, which it holds itself: it can never go on.');
});

test('the headline names the reclaimer first, then whom it waits for, and so on round', () => {
  const { deadlock } = seedGraph(0);
  expect(ringOrder(deadlock?.cycle ?? []).map(({ agent }) => agent)).toEqual(['inodegc/0', 'repair', 'kswapd/0']);
  const cycle = (deadlock?.cycle ?? []).map((party) =>
    party.agent === 'kswapd/0'
      ? { ...party, waitsFor: { ...party.waitsFor, stack: [...party.waitsFor.stack, 'shrink_slab'] } }
      : party,
  );
  expect(plainText(deadlockHeadline({ cycle }, NAMES))).toBe(
    'kswapd0, kworker/0:1 and xfs_scrub wait for each other, for ever.',
  );
});

test('a headline counts whom it has no room for, and says of a cycle that came undone that it did', () => {
  const { deadlock } = seedGraph(0);
  const [party] = deadlock?.cycle ?? [];
  if (deadlock === undefined || party === undefined) throw new Error('no deadlock');
  const many = Array.from({ length: 6 }, (_, i) => ({ ...party, agent: `workload/${i}` }));
  expect(headline({ deadlock: { at: 0, cycle: many }, undone: undefined })).toBe(
    'rm:900, rm:901, rm:902 and 3 more wait for each other, for ever.',
  );
  expect(headline({ deadlock, undone: { at: 9, agent: 'kswapd/0' } })).toBe(
    'kworker/0:1, xfs_scrub and kswapd0 waited for each other, until the cycle came undone.',
  );
});
