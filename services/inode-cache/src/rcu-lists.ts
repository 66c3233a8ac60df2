/**
 * Lists of callbacks of RCU that free inodes and dentries, one for each CPU, and how many of one are run in a row.
 * Linux 6.1 kernel/rcu/tree.c rcu_do_batch, kernel/softirq.c __do_softirq.
 */
import {
  appendInodes,
  EMPTY_INODE_LIST,
  entriesOf,
  entryAt,
  type InodeList,
  type InodeRun,
  type NumberTable,
  withEntry,
} from '@dragon/kernel';

type RcuCallbacks = { readonly inodes: InodeList; readonly dentries: InodeList };

/** By CPU. */
export type RcuLists = NumberTable<RcuCallbacks>;

export const NO_CALLBACKS: RcuCallbacks = { inodes: EMPTY_INODE_LIST, dentries: EMPTY_INODE_LIST };

/** Objects as runs, by the inodes that they are of. */
export type Objects = { readonly inodes?: readonly InodeRun[]; readonly dentries?: readonly InodeRun[] };

/** Returns the lists with callbacks that free `objects` at the end of that of `cpu`. */
export function withCallbacks(lists: RcuLists, cpu: number, { inodes = [], dentries = [] }: Objects): RcuLists {
  if (inodes.length === 0 && dentries.length === 0) return lists;
  const before = entryAt(lists, cpu) ?? NO_CALLBACKS;
  return withEntry(lists, cpu, {
    inodes: appendInodes(before.inodes, inodes, true),
    dentries: appendInodes(before.dentries, dentries, true),
  });
}

/** Returns how many callbacks there are. */
export const pendingOf = ({ inodes, dentries }: RcuCallbacks): number => inodes.count + dentries.count;

/** Returns how many inodes wait in the lists. */
export const inodesWaiting = (...lists: readonly RcuLists[]): number =>
  lists.flatMap(entriesOf).reduce((sum, [, { inodes }]) => sum + inodes.count, 0);

/** blimit and rcu_divisor of rcu_do_batch; what 3 ms (rcu_resched_ns) are enough for at 0.3 us each. */
const BLIMIT = 10;
const DIVISOR = 7;
const IN_TIME = 10_000;

/** MAX_SOFTIRQ_RESTART: so often callbacks are run in a row. */
const RESTARTS = 10;

/** Returns how many of the `pending` callbacks of a CPU one softirq runs. Leaves out that it ends after 2 ms. */
export function softirqCallbacks(pending: number): number {
  let left = pending;
  for (let go = 0; go < RESTARTS && left > 0; go += 1)
    left -= Math.min(left, IN_TIME, Math.max(BLIMIT, left >> DIVISOR));
  return pending - left;
}
