/** Tests of the steps to a deadlock in sentences. */
import { expect, test } from 'vitest';
import { howItCameAbout } from './how-it-came-about.ts';
import { reportNames } from './report-names.ts';
import { SEED_PLAN, seedGraph, seedHistory } from './seed-deadlock.fixture.ts';
import { plainText } from './sentence.ts';

test('each step names who took it, and with what', () => {
  const { deadlock } = seedGraph(0);
  if (deadlock === undefined) throw new Error('no deadlock');
  const steps = howItCameAbout(deadlock, seedHistory, SEED_PLAN, reportNames(SEED_PLAN));
  expect(steps.map(({ sentence }) => plainText(sentence))).toEqual([
    'xfs_scrub locks the AGI of AG 0',
    'kworker/0:1 starts the inodegc work of CPU 0',
    'kworker/0:1 queues for the AGI of AG 0, held by xfs_scrub',
    'kswapd0 takes shrinker_rwsem for reading',
    'kswapd0 flushes the inodegc work of CPU 0, which kworker/0:1 must finish',
    'xfs_scrub queues for shrinker_rwsem for writing, held by kswapd0',
  ]);
  expect(steps[2]?.sentence).toEqual([
    { text: 'kworker/0:1', agent: 'inodegc/0' },
    { text: ' ' },
    { text: 'queues for the AGI of AG 0', resource: 'AGI 0' },
    { text: ', held by ' },
    { text: 'xfs_scrub', agent: 'repair' },
  ]);
});
