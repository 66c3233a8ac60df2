/** What an unregister waits for, by mechanism. */
import { expect, test } from 'vitest';
import { shrinkerListLock, shrinkerReference } from './shrinker-lock.ts';

test('the rwsem and SRCU are one lock for all shrinkers, a reference count is of one', () => {
  const locks = (['rwsem', 'srcu', 'refcount'] as const).map((mechanism) => shrinkerListLock(mechanism, 'xfs-buf:x'));
  expect(locks).toEqual(['shrinker_rwsem', 'shrinkers.srcu', shrinkerReference('xfs-buf:x')]);
  expect(shrinkerReference('a')).not.toBe(shrinkerReference('b'));
});
