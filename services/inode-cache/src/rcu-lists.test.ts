/** How many callbacks of RCU a softirq runs. */
import { expect, test } from 'vitest';
import { softirqCallbacks } from './rcu-lists.ts';

test('ten times a batch, each of ten callbacks or of a hundred and twenty-eighth of what is pending', () => {
  expect([0, 1, 9, 10, 99, 100, 101, 1_289].map(softirqCallbacks)).toEqual([0, 1, 9, 10, 99, 100, 100, 100]);
  // 11 once, then 10 of what is left; and 100, 99, 98, 97, 96, 96, 95, 94, 93, 93.
  expect(softirqCallbacks(1_408)).toBe(11 + 90);
  expect(softirqCallbacks(12_800)).toBe(961);
});

test('a batch is over after 3 ms', () => {
  expect(softirqCallbacks(1_280_000 + 100_000)).toBe(100_000);
});
