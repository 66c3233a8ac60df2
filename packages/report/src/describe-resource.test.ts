/** Tests of resources in words. */
import { expect, test } from 'vitest';
import {
  describeHold,
  describeHolder,
  describeResource,
  describeTaking,
  describeWait,
  nameWait,
} from './describe-resource.ts';

test.each([
  ['shrinker_rwsem', 'shrinker_rwsem'],
  ['shrinkers.srcu', 'the SRCU readers of the shrinkers'],
  ['shrinker xfs-buf:xfile refs', 'a reference to the shrinker xfs-buf:xfile'],
  ['gc[13].work', 'the inodegc work of CPU 13'],
  ['AGI 0', 'the AGI of AG 0'],
  ['AGF 12', 'the AGF of AG 12'],
  ['outside:disk sda', 'disk sda'],
  ['s_umount', 's_umount'],
])('%s is %s', (name, words) => {
  expect(describeResource(name)).toBe(words);
});

test('a work item is run and finished, a lock is held', () => {
  expect(describeHold({ resource: 'gc[0].work', mode: '' })).toBe('runs the inodegc work of CPU 0');
  expect(describeTaking({ resource: 'shrinker_rwsem', mode: 'R' })).toBe('took shrinker_rwsem (R)');
  expect(describeHolder('gc[0].work', 'kworker/0:1')).toBe('which kworker/0:1 must finish');
  expect(describeHolder('shrinkers.srcu', 'kswapd0')).toBe('of which kswapd0 is one');
});

test('the mode of a wait is read off the slow path on its stack', () => {
  const wait = (frame: string) => ({ resource: 's', mode: 'uninterruptible' as const, stack: ['schedule', frame] });
  expect(describeWait(wait('rwsem_down_write_slowpath'))).toBe('s (W)');
  expect(nameWait(wait('rwsem_down_read_slowpath'))).toBe('s (R)');
  expect(nameWait(wait('down'))).toBe('s');
});
