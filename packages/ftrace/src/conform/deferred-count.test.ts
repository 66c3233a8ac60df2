/** The deferred count: in order, told in another order, of several memory cgroups, and wrong. */
import { expect, test } from 'vitest';
import { DeferredCount } from './deferred-count.ts';

/** Adds steps `[before, after]` a microsecond apart and returns what became of each. */
function verdicts(perGroup: boolean, steps: readonly (readonly [before: number, after: number])[]): string[] {
  const count = new DeferredCount(perGroup);
  const found: string[] = [];
  steps.forEach(([before, after], i) => {
    found[i] = 'open';
    count.add({ before, after, at: i * 1_000, judge: (verdict) => void (found[i] = verdict.kind) });
  });
  count.end(1e12);
  return found;
}

test('a call takes all, and adds what it did not scan', () => {
  expect(
    verdicts(false, [
      [5, 0],
      [0, 9],
      [9, 0],
      [0, 12],
    ]),
  ).toEqual(['explained', 'agreed', 'agreed', 'agreed']);
});

test('what was told in another order than it was done is put in order', () => {
  // The second call took 0 after the first had taken 9, and said so before.
  expect(
    verdicts(false, [
      [0, 9],
      [0, 0],
      [9, 0],
      [0, 4],
    ]),
  ).toEqual(['explained', 'explained', 'agreed', 'agreed']);
  // The first call left 9, the second took it and said so before.
  expect(
    verdicts(false, [
      [3, 0],
      [9, 0],
      [0, 9],
      [0, 5],
    ]),
  ).toEqual(['explained', 'explained', 'agreed', 'agreed']);
});

test('what nobody left is wrong', () => {
  expect(
    verdicts(false, [
      [5, 0],
      [0, 9],
      [7, 0],
      [9, 0],
    ]),
  ).toEqual(['explained', 'agreed', 'wrong', 'agreed']);
});

test('memory cgroups have a count each', () => {
  const steps = [1, 2, 3, 4].flatMap((i) => [
    [i * 10, 0] as const,
    [0, i * 10 + 10] as const,
    [i * 7, 0] as const,
    [0, i * 7 + 7] as const,
  ]);
  const found = verdicts(true, steps);
  expect(found.filter((kind) => kind === 'wrong')).toEqual([]);
  expect(new Set(found)).toEqual(new Set(['explained', 'agreed', 'orGroups']));
});
