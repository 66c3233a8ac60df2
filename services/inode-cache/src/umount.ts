/**
 * s_umount of the mount: who holds it and who waits for it. Linux 6.1 fs/super.c; readers are superblock scans, which
 * only ever try, and whoever walks over all superblocks.
 */
import type { AgentId } from '@dragon/engine';
import { acquire, release, type RwsemMode, type RwsemStep, toTask } from '@dragon/kernel';
import type { CacheAnswer, InodeCacheContext } from './cache-state.ts';
import { withLocks } from './superblock-locks.ts';

/** down_read or down_write of s_umount. */
export function umountLocked(context: InodeCacheContext, task: AgentId, mode: RwsemMode): CacheAnswer {
  return waitersServed(context, acquire(context.umount, task, mode));
}

/** up_read or up_write of s_umount. */
export function umountReleased(context: InodeCacheContext, task: AgentId): CacheAnswer {
  return waitersServed(context, release(context.umount, task));
}

function waitersServed(context: InodeCacheContext, { rwsem, granted }: RwsemStep): CacheAnswer {
  return [withLocks(context, { umount: rwsem }), granted.map((task) => toTask(task, { type: 'task.umountLocked' }))];
}
