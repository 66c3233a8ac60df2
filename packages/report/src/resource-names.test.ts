/** Tests of resources in words. */
import { agBuffer, inodegcWork, kernelResources, outsideDisk, SHRINKER_RWSEM, SHRINKERS_SRCU } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { nameWait, ResourceNames } from './resource-names.ts';
import { plainText } from './sentence.ts';

const NAMES = new ResourceNames({
  resources: kernelResources({ nodes: [0], cpus: [0], ags: [0], shrinkers: [], disks: ['sda'] }),
});

const holder = (resource: string, text: string): string => plainText(NAMES.holder(resource, { text }));

test('a work item is run and finished, a lock is held', () => {
  expect(NAMES.hold({ resource: inodegcWork(0), mode: '' })).toBe('runs the inodegc work of CPU 0');
  expect(NAMES.take({ resource: inodegcWork(0), mode: '' })).toBe('starts the inodegc work of CPU 0');
  expect(NAMES.take({ resource: SHRINKER_RWSEM, mode: 'R' })).toBe('takes shrinker_rwsem for reading');
  expect(NAMES.hold({ resource: SHRINKERS_SRCU, mode: 'R' })).toBe('is one of the SRCU readers of the shrinkers');
  expect(holder(inodegcWork(0), 'kworker/0:1')).toBe('which kworker/0:1 must finish');
  expect(holder(agBuffer('AGI', 0), 'rm')).toBe('held by rm');
  expect(holder(SHRINKERS_SRCU, 'kswapd0')).toBe('of which kswapd0 is one');
});

test('what the plan has no words for speaks for itself, and is a lock', () => {
  expect(NAMES.noun('x')).toBe('x');
  expect(NAMES.hold({ resource: 'x', mode: 'W' })).toBe('holds x for writing');
  expect(holder('x', 'P0')).toBe('held by P0');
  expect([NAMES.isOutside('x'), NAMES.isOutside(outsideDisk('sda'))]).toEqual([false, true]);
});

test('a wait tells the mode in which the lock is wanted', () => {
  const wait = { resource: agBuffer('AGI', 0), mode: 'uninterruptible', stack: [] } as const;
  expect(NAMES.wait({ ...wait, lock: '' })).toBe('the AGI of AG 0');
  expect(NAMES.ask({ ...wait, lock: '' })).toBe('queues for the AGI of AG 0');
  expect(NAMES.wait({ ...wait, resource: SHRINKER_RWSEM, lock: 'W' })).toBe('shrinker_rwsem for writing');
  expect(NAMES.ask({ ...wait, resource: inodegcWork(0), lock: '' })).toBe('flushes the inodegc work of CPU 0');
  expect(nameWait({ ...wait, lock: 'R' })).toBe('AGI 0 (R)');
});
