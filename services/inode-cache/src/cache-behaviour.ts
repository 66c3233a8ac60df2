/**
 * The inode cache in a normal form: caches that behave alike are equal in it. Lists of inodes lose the names of those
 * that have gone from the set whose order they are, which the cache itself drops only when it comes by them, and the
 * chunks that they happen to be in.
 */
import type { Json } from '@dragon/engine';
import {
  allOf,
  entriesOf,
  type InodeList,
  type InodeRun,
  type InodeSet,
  longestRuns,
  removeInodes,
  splitBySet,
} from '@dragon/kernel';
import type { InodeCacheContext } from './cache-state.ts';
import type { RcuLists } from './rcu-lists.ts';

/** Returns the context without what is in it by its history alone. An inode that has gone never comes back. */
export function cacheBehaviour(context: InodeCacheContext): Json {
  const {
    ail,
    behindDentry,
    buffers,
    dentryLru,
    dirty,
    lruOrder,
    onLru,
    pageCache,
    rcuDone,
    rcuNext,
    rcuWaiting,
    umount,
    writing,
  } = context;
  const behaviour = {
    ...context,
    dentryLru: membersInOrder(dentryLru, behindDentry),
    lruOrder: membersInOrder(lruOrder, onLru),
    buffers: {
      ...buffers,
      lru: buffers.lru.map((stretch) => ({ ...stretch, clusters: longestRuns(stretch.clusters) })),
    },
    pageCache: { ...pageCache, order: membersInOrder(pageCache.order, pageCache.inodes) },
    cil: longestRuns(context.cil),
    ail: membersInOrder(ail, removeInodes(dirty, writing)),
    rcuNext: callbacks(rcuNext),
    rcuWaiting: callbacks(rcuWaiting),
    rcuDone: callbacks(rcuDone),
    nonEmpty: allOf(context.nonEmpty),
    umount: { ...umount, readers: allOf(umount.readers), waiters: allOf(umount.waiters) },
  };
  return behaviour as unknown as Json;
}

const callbacks = (lists: RcuLists): Json =>
  entriesOf(lists).map(([cpu, { inodes, dentries }]) => ({
    cpu,
    inodes: longestRuns(inodes),
    dentries: longestRuns(dentries),
  }));

/** What is left of a list is joined anew: neighbours may have had one between them that has gone. */
const membersInOrder = (list: InodeList, set: InodeSet): InodeRun[] => splitBySet(set, longestRuns(list))[0];
