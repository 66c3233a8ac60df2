/** A verdict has a finding unless its run completed, whoever found it. */
import type { Finding } from '@dragon/engine';
import { expect, test } from 'vitest';
import { runVerdict } from './run-verdict.ts';

const verdict = (...findings: readonly Finding[]) =>
  runVerdict(
    { endedAt: 20, foundAt: undefined, findings, events: 3, digest: 'd', log: [], history: () => [] },
    { deadlock: undefined },
  );

test.each(['deadlock', 'property', 'oom', 'stall'] as const)('%s', (kind) => {
  const { outcome, finding } = verdict({ kind, at: 7, evidence: { pid: 1, comm: 'hog' } });
  expect(outcome).not.toBe('completed');
  expect(finding?.line).toMatch(/\w/);
});

test('a deadlock that the wait-for graph does not know is found when its finder found it', () => {
  expect(verdict({ kind: 'deadlock', at: 7, evidence: null }).finding?.at).toBe(7);
});

test('none', () => {
  expect(verdict().finding).toBeNull();
});
