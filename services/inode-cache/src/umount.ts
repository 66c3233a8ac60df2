/**
 * s_umount of the mount: who holds it and who waits for it. Linux 6.1 fs/super.c; readers are superblock scans, which
 * only ever try.
 */
import type { AgentId } from '@dragon/engine';
import { acquire, holders, release, type Rwsem, type RwsemStep, S_UMOUNT, toTask } from '@dragon/kernel';
import type { CacheAnswer, InodeCacheContext } from './cache-state.ts';

/** down_write(s_umount). */
export function umountLocked(context: InodeCacheContext, task: AgentId): CacheAnswer {
  return waitersServed(acquire(context.umount, task, 'W'));
}

/** up_read or up_write of s_umount. */
export function umountReleased(context: InodeCacheContext, task: AgentId): CacheAnswer {
  return waitersServed(release(context.umount, task));
}

function waitersServed({ rwsem, granted }: RwsemStep): CacheAnswer {
  return [withUmount(rwsem), granted.map((task) => toTask(task, { type: 'task.umountLocked' }))];
}

/** Returns the lock together with what the wait-for graph is told of it. */
export function withUmount(umount: Rwsem): Pick<InodeCacheContext, 'umount' | 'resources'> {
  const held = holders(umount);
  return {
    umount,
    resources: held.length === 0 ? [] : [{ resource: S_UMOUNT, holders: held, waiters: umount.waiters }],
  };
}
