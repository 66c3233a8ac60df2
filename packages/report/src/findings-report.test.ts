/** What a person reads of a run: nothing, a deadlock, its workers' workqueues, a shutdown, the kernel's log. */
import { SECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { type FindingsInput, findingsReport } from './findings-report.ts';
import { SEED_PLAN, seedGraph, seedHistory } from './seed-deadlock.fixture.ts';
import { WaitForGraph } from './wait-for-graph.ts';

const uneventful: FindingsInput = {
  graph: new WaitForGraph(),
  plan: SEED_PLAN,
  result: { endedAt: SECOND, history: seedHistory, log: [], findings: [] },
  release: '6.1',
  colour: false,
  width: 80,
};

test('nothing to report', () => {
  expect(findingsReport(uneventful)).toBe('');
});

test('the workqueue of a worker comes from the plan', () => {
  expect(findingsReport({ ...uneventful, graph: seedGraph(0) })).toContain('xfs_inodegc_worker [xfs]');
});

test('a file system that was shut down is told of in a line of its own: when, where, which error', () => {
  const shutdown = { shutdown: { atNs: 64_016_000, where: 'ifree' as const } };
  expect(findingsReport({ ...uneventful, shutdown })).toBe(
    'The file system was shut down at 0.064016000 s: xfs_inactive_ifree could not\nread an AGI (EIO).\n',
  );
  expect(findingsReport({ ...uneventful, shutdown: { shutdown: null } })).toBe('');
});

test('the log reads like dmesg, up to a number of lines', () => {
  const line = (at: number) => ({ at, agent: 'watchdog', text: `line at ${at}` });
  const log = Array.from({ length: 202 }, (_, index) => line(index * SECOND));
  const lines = findingsReport({ ...uneventful, result: { ...uneventful.result, log } }).split('\n');
  expect(lines.slice(0, 2)).toEqual(["The simulated kernel's log:", '[    0.000000] line at 0']);
  expect(lines.slice(-3)).toEqual(['[  199.000000] line at 199000000000', '(2 more lines)', '']);
});
