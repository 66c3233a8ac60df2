/** Resources: their names are unlike each other, and each has its words. */
import { expect, test } from 'vitest';
import { kernelResources, outsideDisk, shrinkerListLock, shrinkerReference } from './resources.ts';

test('the rwsem and SRCU are one lock for all shrinkers, a reference count is of one', () => {
  const locks = (['rwsem', 'srcu', 'refcount'] as const).map((mechanism) => shrinkerListLock(mechanism, 'xfs-buf:x'));
  expect(locks).toEqual(['shrinker_rwsem', 'shrinkers.srcu', shrinkerReference('xfs-buf:x')]);
  expect(shrinkerReference('a')).not.toBe(shrinkerReference('b'));
});

test('every resource of a machine has words, once', () => {
  const resources = kernelResources({
    nodes: [0],
    cpus: [0, 13],
    ags: [0, 12],
    shrinkers: ['xfs-buf:xfile'],
    disks: ['sda'],
  });
  expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
  expect(Object.fromEntries(resources.map(({ id, noun }) => [id, noun]))).toEqual({
    s_umount: 's_umount',
    sb_internal: 'sb_internal',
    sb_pagefault: 'sb_pagefault',
    sb_writers: 'sb_writers',
    ILOCK: 'ILOCK',
    'inactivation of an inode': 'the inactivation of an inode',
    shrinker_rwsem: 'shrinker_rwsem',
    'shrinkers.srcu': 'the SRCU readers of the shrinkers',
    'shrinker xfs-buf:xfile refs': 'a reference to the shrinker xfs-buf:xfile',
    'pfmemalloc_wait[0]': 'pfmemalloc_wait[0]',
    'AGI 0': 'the AGI of AG 0',
    'AGF 0': 'the AGF of AG 0',
    'AGI 12': 'the AGI of AG 12',
    'AGF 12': 'the AGF of AG 12',
    'gc[0].work': 'the inodegc work of CPU 0',
    'gc[13].work': 'the inodegc work of CPU 13',
    'outside:disk sda': 'disk sda',
  });
  expect(resources.filter(({ outside }) => outside).map(({ id }) => id)).toEqual([outsideDisk('sda')]);
});
