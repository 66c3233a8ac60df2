/** What holds of an agent at an instant: from when it is told of it, until it is over. */
import { INODE_CACHE } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { ConditionLog } from './condition-log.ts';

test('a disk fails and works again, and the file system is shut down for good', () => {
  const log = new ConditionLog();
  log.append({ at: 5, to: 'ag/0', from: 'faults/0', message: 'ag.failDisk' });
  log.append({ at: 7, to: 'ag/0', from: INODE_CACHE, message: 'ag.shutDown' });
  log.append({ at: 7, to: 'ag/1', from: INODE_CACHE, message: 'ag.shutDown' });
  log.append({ at: 9, to: 'ag/0', from: 'faults/0', message: 'ag.healDisk' });
  log.append({ at: 9, to: 'ag/0', from: 'task/0', message: 'ag.lock' });
  const isDown = 'the file system is shut down';
  expect([4, 5, 7, 9].map((t) => log.at('ag/0', t))).toEqual([
    [],
    ['the disk fails: EIO'],
    ['the disk fails: EIO', isDown],
    [isDown],
  ]);
  expect(['ag/1', INODE_CACHE, 'task/0'].map((agent) => log.at(agent, 9))).toEqual([[isDown], [isDown], []]);
});
