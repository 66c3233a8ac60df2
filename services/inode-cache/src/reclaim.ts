/**
 * XFS inode reclaim, up to call_rcu. Linux 6.1 fs/xfs/xfs_icache.c xfs_reclaim_inodes_nr,
 * xfs_reclaim_worker, xfs_icwalk_ag, xfs_reclaim_inode, __xfs_inode_free.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  countInodes,
  EMPTY_TABLE,
  entriesOf,
  entryAt,
  hit,
  type InodeCacheMessage,
  inodeNumber,
  type InodeRun,
  membersFrom,
  pushRun,
  removeInodes,
  splitBySet,
  toTask,
  withEntry,
} from '@dragon/kernel';
import { ailPushed } from './ail.ts';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';
import { logForceWanted } from './checkpoint.ts';
import { callRcu } from './rcu.ts';

type ReclaimInodes = Pick<Extract<InodeCacheMessage, { type: 'inodeCache.reclaimInodes' }>, 'nrToScan' | 'cpu'>;

type Reclaimed = Pick<InodeCacheContext, 'reclaimable' | 'clean' | 'cursors'> & {
  readonly looked: number;
  readonly freed: readonly InodeRun[];
};

/**
 * The file system's share of a superblock scan: looks at inodes in the order of their numbers, in batches of
 * XFS_LOOKUP_BATCH, from where the last walk of each allocation group ended, and frees the clean ones. Each group with
 * reclaimable inodes gets a batch at least. Nothing is waited for and the log is not forced, but xfs_ail_push_all asks
 * for what is in the AIL to be written. The slabs come free by RCU.
 */
export function reclaimInodes(
  context: InodeCacheContext,
  task: AgentId,
  { nrToScan, cpu }: ReclaimInodes,
): CacheAnswer {
  const walk = walkPerags(context, nrToScan);
  const { freed, looked } = walk;
  return [
    { ...handedToRcu(context, walk, cpu), ...ailPushed(context), ...pinnedMet(context, walk) },
    [
      toTask(task, { type: 'task.inodesReclaimed', looked, freed: countInodes(freed), credit: 0 }),
      ...freed.map((run) => reclaiming(run, { task })),
    ],
  ];
}

/**
 * Under reclaim=forces-log a walk that has skipped inodes, pinned ones perhaps, forces the log, and does not wait for
 * it.
 */
function pinnedMet(context: InodeCacheContext, { looked, freed }: Reclaimed): Change {
  if (context.policy.reclaim !== 'forces-log' || looked === countInodes(freed)) return {};
  return logForceWanted(context);
}

/** The background worker: everything that is clean, in a kworker's time, on CPU 0 (estimated: it is no thread). */
export function reclaimAll(context: InodeCacheContext): CacheAnswer {
  const freed = entriesOf(context.clean.ags).flatMap(([ag]) => membersFrom(context.clean, ag, 0));
  const walk = {
    reclaimable: removeInodes(context.reclaimable, freed),
    clean: removeInodes(context.clean, freed),
    cursors: EMPTY_TABLE,
    looked: context.reclaimable.count,
    freed,
  };
  return [handedToRcu(context, walk, 0), freed.map((run) => reclaiming(run, {}))];
}

const reclaiming = ({ ino, count }: InodeRun, who: { readonly task?: AgentId }): Effect =>
  hit('xfs_inode_reclaiming', { ino, count, ...who });

function walkPerags(context: InodeCacheContext, nrToScan: number): Reclaimed {
  let { reclaimable, clean } = context;
  const { lookupBatch } = context.geometry;
  let cursors: InodeCacheContext['cursors'] = EMPTY_TABLE;
  const freed: InodeRun[] = [];
  let looked = 0;
  let limit = nrToScan;
  for (const [ag] of entriesOf(context.reclaimable.ags)) {
    let agino = entryAt(context.cursors, ag) ?? 0;
    for (;;) {
      const batch = membersFrom(reclaimable, ag, agino, lookupBatch);
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
      limit -= lookupBatch;
      if (limit <= 0) break;
    }
    if (agino > 0) cursors = withEntry(cursors, ag, agino);
  }
  return { reclaimable, clean, cursors, looked, freed };
}

function handedToRcu(
  context: InodeCacheContext,
  { reclaimable, clean, cursors, freed }: Reclaimed,
  cpu: number,
): Change {
  return { reclaimable, clean, cursors, ...callRcu(context, cpu, { inodes: freed }) };
}
