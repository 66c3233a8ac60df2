/** What becomes of the work and the list of a CPU that is dead: Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_cpu_dead. */
import type { AgentId } from '@dragon/engine';
import { allInodes, cancelWork, EMPTY_INODE_LIST, type Flusher, toTask } from '@dragon/kernel';
import type { Answer } from '@dragon/statechart';
import { type InodegcContext, listChanged, withWork, wokenUp } from './worker-state.ts';

/** cancel_delayed_work_sync. */
export function workCancelled(context: InodegcContext, canceller: Flusher): Answer<InodegcContext> {
  const { work, waits } = cancelWork(context.work, canceller);
  return [withWork(context, work), waits ? [] : wokenUp([canceller])];
}

/** The whole list goes to whoever folds it into another CPU's. */
export function listTaken({ queue }: InodegcContext, task: AgentId): Answer<InodegcContext> {
  const { list } = queue;
  return [
    { queue: { ...queue, list: EMPTY_INODE_LIST, items: 0 } },
    [
      ...(list.count === 0 ? [] : [listChanged(false)]),
      toTask(task, { type: 'task.inodegcListTaken', inodes: allInodes(list) }),
    ],
  ];
}
