/** A property: while the file system is frozen, no list of inodes for inactivation grows beyond a number. */
import { PropertyFinder } from '@dragon/report';

/**
 * Returns the finder. The tracepoint is hit where inodes are queued and no worker may run; `items` is how many that CPU
 * has then.
 */
export function frozenListFinder(most: number): PropertyFinder<'xfs_inode_set_need_inactive'> {
  return new PropertyFinder({
    name: `at most ${most} inodes queue on a CPU of a frozen file system`,
    tracepoint: 'xfs_inode_set_need_inactive',
    broken: ({ cpu, items, task }) => (items > most ? { cpu, items, task } : undefined),
  });
}
