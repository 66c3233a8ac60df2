/** Tests of what a thread keeps of itself. */
import { expect, test } from 'vitest';
import { asleep, awake, holding, released, RUNNING, showTask } from './task.ts';

test('a thread that falls asleep says on what and how, and counts it', () => {
  const sleeping = asleep(RUNNING, 'AGI 0', ['down', 'xfs_buf_lock']);
  expect(sleeping).toEqual({
    waitsFor: { resource: 'AGI 0', mode: 'uninterruptible', lock: '', stack: ['down', 'xfs_buf_lock'] },
    holds: [],
    asleep: true,
    sleeps: 1,
  });
  expect(asleep(sleeping, 'gc[0].work', [], 'timed')).toMatchObject({ waitsFor: { mode: 'timed' }, sleeps: 2 });
  expect(awake(sleeping)).toEqual({ waitsFor: null, holds: [], asleep: false, sleeps: 1 });
});

test('a thread that is awake already stays the same object, so that its facts have not changed', () => {
  expect(awake(RUNNING)).toBe(RUNNING);
});

test('who gets a lock is awake and holds it', () => {
  const task = holding(holding(asleep(RUNNING, 'AGI 0', []), 'AGI 0'), 'sb_internal', 'R');
  expect(task).toEqual({
    waitsFor: null,
    holds: [
      { resource: 'AGI 0', mode: '' },
      { resource: 'sb_internal', mode: 'R' },
    ],
    asleep: false,
    sleeps: 1,
  });
});

test('a lock is released once for each time it is held', () => {
  const twice = ['a', 'b', 'a'].reduce((task, lock) => holding(task, lock), RUNNING);
  expect(released(twice, 'a').holds.map(({ resource }) => resource)).toEqual(['b', 'a']);
  expect(released(twice, 'a', 'a', 'b').holds).toEqual([]);
  expect(released(twice)).toEqual(twice);
});

test('a lock that is not held cannot be released', () => {
  expect(() => released(RUNNING, 'AGI 0')).toThrow('AGI 0 is released but was not held');
  expect(() => released(holding(RUNNING, 'a'), 'a', 'a')).toThrow('a is released but was not held');
});

test('khungtaskd sees only uninterruptible sleep as such', () => {
  expect(showTask(asleep(RUNNING, 'AGI 0', ['down']))).toEqual({
    type: 'watchdog.taskShown',
    uninterruptible: true,
    waitsFor: 'AGI 0',
    stack: ['down'],
    sleeps: 1,
  });
  for (const mode of ['killable', 'timed', 'polling'] as const)
    expect(showTask(asleep(RUNNING, 'AGI 0', ['down'], mode))).toMatchObject({
      uninterruptible: false,
      waitsFor: 'AGI 0',
    });
  expect(showTask(RUNNING)).toMatchObject({ uninterruptible: false, waitsFor: null, stack: [], sleeps: 0 });
});
