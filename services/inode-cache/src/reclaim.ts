/**
 * XFS inode reclaim and the RCU grace period after it. Linux 6.1 fs/xfs/xfs_icache.c xfs_reclaim_inodes_nr,
 * xfs_reclaim_worker, xfs_icwalk_ag, xfs_reclaim_inode, __xfs_inode_free.
 */
import type { AgentId } from '@dragon/engine';
import {
  allInodes,
  appendInodes,
  countInodes,
  inodeNumber,
  type InodeRun,
  membersFrom,
  pushRun,
  removeInodes,
  slabPages,
  splitBySet,
  toTask,
} from '@dragon/kernel';
import { type Tracepoint } from '@dragon/statechart';
import { ailPushed } from './log-lag.ts';
import { type Change, freePages, type InodeCacheContext, NO_CALLBACKS } from './cache-state.ts';

/** XFS_LOOKUP_BATCH. */
const LOOKUP_BATCH = 32;

type Reclaimed = Pick<InodeCacheContext, 'reclaimable' | 'clean' | 'cursors'> & {
  readonly looked: number;
  readonly freed: readonly InodeRun[];
};

/**
 * The file system's share of a superblock scan: looks at inodes in the order of their numbers, in batches of 32, from
 * where the last walk of each allocation group ended, and frees the clean ones. Each group with reclaimable inodes gets
 * a batch at least. Nothing is waited for, but xfs_ail_push_all asks for what is logged to be written. The slabs come
 * free by RCU, to nobody's credit.
 */
export function reclaimInodes(context: InodeCacheContext, task: AgentId, nrToScan: number): Change {
  const walk = walkPerags(context, nrToScan);
  return {
    ...handedToRcu(context, walk),
    ...ailPushed(context),
    replies: [
      toTask(task, { type: 'task.inodesReclaimed', looked: walk.looked, freed: countInodes(walk.freed), credit: 0 }),
    ],
    traces: walk.freed.map((run) => reclaiming(run, { task })),
  };
}

/** The background worker: everything that is clean, in a kworker's time. */
export function reclaimAll(context: InodeCacheContext): Change {
  const freed = context.reclaimable.ags.flatMap((_, ag) => membersFrom(context.clean, ag, 0));
  const walk = {
    reclaimable: removeInodes(context.reclaimable, freed),
    clean: removeInodes(context.clean, freed),
    cursors: context.cursors.map(() => 0),
    looked: context.reclaimable.count,
    freed,
  };
  return { ...handedToRcu(context, walk), traces: freed.map((run) => reclaiming(run, {})) };
}

const reclaiming = ({ ino, count }: InodeRun, who: { readonly task?: AgentId }): Tracepoint => ({
  kind: 'trace' as const,
  event: 'xfs_inode_reclaiming',
  fields: { ino, count, ...who },
});

function walkPerags(context: InodeCacheContext, nrToScan: number): Reclaimed {
  let { reclaimable, clean } = context;
  const cursors = [...context.cursors];
  const freed: InodeRun[] = [];
  let looked = 0;
  let limit = nrToScan;
  for (let ag = 0; ag < context.reclaimable.ags.length; ag += 1) {
    let agino = cursors[ag] ?? 0;
    for (;;) {
      const batch = membersFrom(reclaimable, ag, agino, LOOKUP_BATCH);
      const last = batch.at(-1);
      if (last === undefined) {
        agino = 0;
        break;
      }
      agino = last.ino + last.count - inodeNumber(ag, 0);
      looked += countInodes(batch);
      const [found] = splitBySet(clean, batch);
      reclaimable = removeInodes(reclaimable, found);
      clean = removeInodes(clean, found);
      for (const run of found) pushRun(freed, run);
      limit -= LOOKUP_BATCH;
      if (limit <= 0) break;
    }
    while (cursors.length <= ag) cursors.push(0);
    cursors[ag] = agino;
  }
  return { reclaimable, clean, cursors, looked, freed };
}

function handedToRcu(context: InodeCacheContext, { reclaimable, clean, cursors, freed }: Reclaimed): Change {
  const { rcuNext } = context;
  return { reclaimable, clean, cursors, rcuNext: { ...rcuNext, inodes: appendInodes(rcuNext.inodes, freed, true) } };
}

/** A grace period begins for all that call_rcu was given. */
export function gracePeriodBegun(context: InodeCacheContext): Change {
  return { rcuWaiting: context.rcuNext, rcuNext: NO_CALLBACKS };
}

/**
 * The callbacks run in softirq: objects go back to their slabs, and slabs that are empty then to the page allocator.
 */
export function gracePeriodOver(context: InodeCacheContext): Change {
  const { rcuWaiting } = context;
  const slab = {
    inodes: removeInodes(context.slab.inodes, allInodes(rcuWaiting.inodes)),
    dentries: removeInodes(context.slab.dentries, allInodes(rcuWaiting.dentries)),
  };
  return {
    rcuWaiting: NO_CALLBACKS,
    slab,
    freed: context.freed + rcuWaiting.inodes.count,
    replies: freePages(context, slabPages(context.slab) - slabPages(slab), 'slab'),
  };
}
