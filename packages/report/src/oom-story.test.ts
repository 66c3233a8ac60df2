/** What is told of an OOM kill, by where the inodes were that reclaim could not free. */
import type { InodeCensus } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { oomStory } from './oom-story.ts';
import { reportNames } from './report-names.ts';
import { plainText } from './sentence.ts';

const NOBODY: InodeCensus = {
  live: 0,
  dentries: 0,
  pageCached: 0,
  lru: 0,
  freeing: 0,
  freeingCounted: 0,
  pinned: 0,
  dirty: 0,
  clean: 0,
  rcu: 0,
  slabObjects: 0,
  slabPages: 0,
};
const KILL = {
  kind: 'oom',
  at: 5_000_000_000,
  parties: ['hog/0'],
  evidence: { task: 'hog/0', comm: 'hog', pid: 2304, pages: 1 },
} as const;
const NAMES = reportNames({
  agents: [{ id: 'hog/0', kind: 'allocator', params: { comm: 'hog', pid: 2304 } }],
  resources: [],
});

test.each<readonly [where: string, census: Partial<InodeCensus>, headline: string, sentence: string]>([
  [
    'queued',
    { freeing: 37_417, pinned: 12_317 },
    'hog/0 was killed while 37,417 freeable inodes were in no count.',
    '37,417 inodes had been evicted faster than the inodegc workers inactivate them. 12,317 others had been inactivated, but were pinned: the log on disk did not have them yet.',
  ],
  [
    'pinned alone',
    { pinned: 50_000 },
    'hog/0 was killed while 50,000 freeable inodes were pinned.',
    '50,000 inodes had been inactivated, but were pinned: the log on disk did not have them yet.',
  ],
  [
    'more pinned than queued',
    { freeing: 1, pinned: 100 },
    'hog/0 was killed while 100 freeable inodes were pinned.',
    '1 inode had been evicted faster than the inodegc workers inactivate them. 100 others had been inactivated, but',
  ],
  [
    'to be had',
    { pinned: 100, lru: 101 },
    'hog/0 was killed for want of memory.',
    'for want of memory at 5.000000000 s of virtual time. Shrinkers counted 101 freeable inodes then, and nobody had freed them.',
  ],
  ['none', {}, 'hog/0 was killed for want of memory.', 'for want of memory at 5.000000000 s of virtual time.'],
])('%s', (_where, some, headline, sentence) => {
  const story = oomStory(KILL, { ...NOBODY, ...some }, NAMES);
  expect(plainText(story.headline)).toBe(headline);
  expect(plainText(story.sentence)).toContain(sentence);
});
