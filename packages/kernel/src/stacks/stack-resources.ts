/**
 * Resources that a stack of a real kernel can speak of: what a blocked task waits for, or holds while a function is on
 * its stack. A stack names the kind and never the instance: not which allocation group, which superblock, which inode.
 */

/** How many there are of a kind, so whether two stacks that name it must mean the same one. */
type ResourceScope = 'machine' | 'file system' | 'AG' | 'CPU' | 'NUMA node' | 'disk' | 'many';

/** What a report needs to speak of a kind. */
export interface StackResource {
  /** As in `waits for an AGI`. */
  readonly noun: string;
  readonly scope: ResourceScope;
  /**
   * What ends the wait: a task that lets go of a lock, a thread that must get on with something, or nothing that has a
   * stack (a disk, the thaw of a frozen file system).
   */
  readonly endedBy: 'holder' | 'worker' | 'outside';
  /** It is one of these, and a stack does not tell which. */
  readonly oneOf?: readonly string[];
  /** Said where no more is known than how the task sleeps: two stacks that name it need not mean the same. */
  readonly vague?: true;
}

const held = (noun: string, scope: ResourceScope): StackResource => ({ noun, scope, endedBy: 'holder' });
const done = (noun: string, scope: ResourceScope): StackResource => ({ noun, scope, endedBy: 'worker' });
const outside = (noun: string, scope: ResourceScope): StackResource => ({ noun, scope, endedBy: 'outside' });

const vague = (resource: StackResource): StackResource => ({ ...resource, vague: true });

/** Every kind, by the name that the tables below and a report's JSON use. */
export const STACK_RESOURCES = {
  // mm: the list of shrinkers, and memory.
  shrinker_rwsem: held('shrinker_rwsem', 'machine'),
  shrinker_mutex: held('shrinker_mutex', 'machine'),
  'shrinker reference': held('the references to a shrinker', 'many'),
  shrinker_srcu: held('the SRCU readers of the list of shrinkers', 'machine'),
  pfmemalloc_wait: done('kswapd (throttle_direct_reclaim)', 'NUMA node'),
  'reclaim throttle': done('progress of reclaim (a throttle with a timeout)', 'NUMA node'),
  'dirty throttle': done('writeback (balance_dirty_pages)', 'disk'),
  'memcg limit': done('room under the limit of a memory cgroup', 'many'),
  mmap_lock: held('mmap_lock', 'many'),
  'folio lock': held('the lock of a folio', 'many'),
  'folio writeback': outside('the end of writeback of a folio', 'many'),
  // VFS.
  s_umount: held('s_umount', 'file system'),
  sb_writers: held('sb_writers', 'file system'),
  sb_pagefault: held('sb_pagefault', 'file system'),
  sb_internal: held('sb_internal', 'file system'),
  'freeze protection': {
    ...held('a level of freeze protection', 'file system'),
    oneOf: ['sb_writers', 'sb_pagefault', 'sb_internal'],
  },
  i_rwsem: held('i_rwsem', 'many'),
  'I_NEW or I_FREEING': done('an inode that another task is reading in or freeing', 'many'),
  writeback: done('writeback of a file system', 'file system'),
  'kernfs active': held('the active references of a kernfs node', 'many'),
  // XFS.
  AGI: held('an AGI', 'AG'),
  AGF: held('an AGF', 'AG'),
  'buffer lock': held('the lock of an XFS buffer', 'many'),
  'buffer I/O': outside('I/O of an XFS buffer', 'disk'),
  'inodegc work': done('the inodegc work of a CPU', 'CPU'),
  'inodegc works': done('the inodegc work of every CPU', 'file system'),
  inactivation: done('the inactivation of an inode', 'many'),
  'inode flush': held('the flush lock of an inode', 'many'),
  ILOCK: held('ILOCK', 'many'),
  IOLOCK: held('IOLOCK (i_rwsem of an XFS inode)', 'many'),
  MMAPLOCK: held('MMAPLOCK (invalidate_lock of an XFS inode)', 'many'),
  'log space': done('log space', 'file system'),
  'log force': done('a log force', 'file system'),
  'CIL space': done('a push of the CIL', 'file system'),
  'CIL order': done('an earlier push of the CIL', 'file system'),
  iclog: outside('a free iclog', 'file system'),
  AIL: done('an empty AIL', 'file system'),
  'server answer': outside('an answer of an NFS server', 'many'),
  // The rest of the kernel, as far as a primitive alone tells.
  'disk I/O': vague(outside('I/O', 'disk')),
  work: vague(done('a work item', 'many')),
  workqueue: vague(done('all works of a workqueue', 'many')),
  completion: vague(done("somebody's complete()", 'many')),
  rwsem: vague(held('an rwsem', 'many')),
  'percpu rwsem': vague(held('a percpu rwsem', 'many')),
  semaphore: vague(held('a semaphore', 'many')),
  mutex: vague(held('a mutex', 'many')),
  rtnl_mutex: held('rtnl_mutex', 'machine'),
  'RCU grace period': done('an RCU grace period', 'machine'),
  'SRCU grace period': held('readers of an SRCU domain', 'many'),
  'task freezer': outside('the thaw of frozen tasks', 'machine'),
  timer: vague(outside('a timer', 'many')),
  'wait queue': vague(done('a wake-up', 'many')),
} as const satisfies Readonly<Record<string, StackResource>>;

export type StackResourceName = keyof typeof STACK_RESOURCES;
