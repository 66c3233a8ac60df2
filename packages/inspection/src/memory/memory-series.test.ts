/** Tests of memory over time: every inode is in one band, and the state is that of the agents' censuses. */
import { INODE_BANDS, plainText, thousands, uncounted } from '@dragon/report';
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { backlogsAt, memoryAt, memorySeries, priorityAt } from './memory-series.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const execution = new Execution(request.plan(), request.heading);
const record = new RunRecord(execution.opening);

test('a run without a census has no memory to show', () => {
  expect(memoryAt(record, 0)).toBeUndefined();
  expect(memorySeries(record, 0, 1, 3)).toBeUndefined();
});

test('bands add up to the inodes in the slabs', () => {
  while (!execution.isOver) record.append(execution.advance(100));
  const series = memorySeries(record, 0, record.edge, 200);
  const totals = series?.at.map((_, i) => series.bands.reduce((sum, band) => sum + (band[i] ?? 0), 0)) ?? [];
  for (const [i, t] of (series?.at ?? []).entries()) {
    const cache = record.agents.find(({ kind }) => kind === 'inode-cache')?.id ?? '';
    expect(totals[i]).toBe(record.census.at(cache, t)?.['slabObjects']);
  }
  const state = memoryAt(record, record.edge);
  expect(state && uncounted(state)).toBe(series?.bands[0]?.at(-1));
  expect(INODE_BANDS).toHaveLength(series?.bands.length ?? 0);
});

test('the backlog is that of the worker which waits, and kswapd tries harder and harder', () => {
  const backlogs = backlogsAt(record, record.edge);
  expect(backlogs.map(({ agent }) => agent)).toEqual(['inodegc/0', 'inodegc/1', 'inodegc/2', 'inodegc/3']);
  expect(Math.max(...backlogs.map(({ inodes }) => inodes))).toBe(backlogs[0]?.inodes);
  expect(priorityAt(record, 0)).toBeUndefined();
  expect(priorityAt(record, record.edge)).toBeLessThan(12);
});

test('what is in no count at a kill is what its story says', () => {
  const oom = requestRun(
    readRun({
      scenario: 'big-cache-50k',
      policy: 'throttle=skip-kswapd',
      cpus: '4',
      set: ['inodes=3000'],
      until: '600ms',
    }),
  );
  const killing = new Execution(oom.plan(), oom.heading);
  const killed = new RunRecord(killing.opening);
  while (!killing.isOver) killed.append(killing.advance(100_000));
  const [story] = killed.stories;
  const state = story && memoryAt(killed, story.at);
  const unseen = state === undefined ? '' : thousands(uncounted(state));
  expect(story && plainText(story.headline)).toContain(`while ${unseen} freeable inodes`);
});
