/**
 * A disk that fails under the mount, and the shutdown that comes of it. Linux 6.1 fs/xfs/xfs_fsops.c
 * xfs_do_force_shutdown; fs/xfs/xfs_log.c xlog_force_shutdown, xlog_ioend_work; fs/xfs/xfs_buf.c
 * xfs_buf_ioend_handle_error; fs/xfs/xfs_icache.c xfs_reclaim_inode; fs/xfs/xfs_log_cil.c xlog_cil_committed. Writes of
 * inode clusters that fail are tried again for ever, which is the default of max_retries, each time xfsaild has slept.
 * The log lies in the group in the middle, where mkfs.xfs puts it (agcount / 2), and a write of it that fails is the
 * end. Any other shutdown forces the log first, so that what is in the CIL is safe, and only then is the log down. From
 * then on reclaim frees inodes whatever they were: xfs_iflush_shutdown_abort. Leaves out the first retry of a write,
 * which is at once; the offsets, line numbers and stack traces of the console, and that it repeats the line of a failed
 * write every 5 s; unmount, which gives the retries up; and that inode clusters may have to be read.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  addInodes,
  agOf,
  allInodes,
  countInodes,
  EMPTY_INODE_LIST,
  emptyInodeSet,
  hit,
  type InodeCacheMessage,
  removeInodes,
  type ShutdownPlace,
  splitBySet,
} from '@dragon/kernel';
import type { CacheAnswer, Change, InodeCacheContext } from './cache-state.ts';
import { clustersLetGo } from './cluster-buffers.ts';
import { freedByCil } from './log-items-held.ts';
import type { Shutdown } from './failing-disk.ts';
import { iclogsWritten, isAnyPinned, logFlushed, logForced, logForceWanted } from './checkpoint.ts';
import { NO_CHECKPOINTS, NOTHING_PUSHED } from './log-state.ts';
import { writeDone } from './write-back.ts';

type DiskFailed = Extract<InodeCacheMessage, { readonly type: 'inodeCache.failDisk' }>;

export function diskFailed({ disk }: InodeCacheContext, { ag, groups, tasks }: Omit<DiskFailed, 'type'>): Change {
  return { disk: { failing: [...(disk?.failing ?? []), ag], groups, tasks, alerted: false } };
}

export function diskHealed({ disk }: InodeCacheContext, ag: number): Change {
  return { disk: disk && { ...disk, failing: disk.failing.filter((each) => each !== ag) } };
}

/** xfs_force_shutdown. Who asks for it second comes too late. */
export function shutdownForced(context: InodeCacheContext, where: ShutdownPlace): CacheAnswer {
  const { disk, shutDown } = context;
  if (shutDown !== null) return [context, []];
  const begun: Shutdown = { where, logIsDown: false };
  const [change, effects]: CacheAnswer =
    where === 'log' || !isAnyPinned(context)
      ? logShutDown({ ...context, shutDown: begun })
      : [{ shutDown: begun, ...logForceWanted(context) }, []];
  const tell = (ids: readonly AgentId[], type: string): Effect[] =>
    ids.map((to) => ({ kind: 'send', to, message: { type } }));
  return [
    change,
    [
      hit('fs_shutdown', { where }),
      ...logged(FIRST_LINES[where] ?? []),
      ...tell(disk?.groups ?? [], 'ag.shutDown'),
      ...tell(disk?.tasks ?? [], 'task.fsShutDown'),
      ...effects,
    ],
  ];
}

/**
 * The log is down: whatever was pinned or dirty is as good as clean, but for what is on its way to the disk
 * (XFS_IFLUSHING), which is when it gets there.
 */
function logShutDown(context: InodeCacheContext): CacheAnswer {
  const { ail, checkpoints, cil, reclaimable, shutDown, writing } = context;
  if (shutDown === null) throw new Error('the log is down, but not the mount');
  const change = {
    shutDown: { ...shutDown, logIsDown: true },
    cil: EMPTY_INODE_LIST,
    checkpoints: NO_CHECKPOINTS,
    ail: EMPTY_INODE_LIST,
    synced: 0,
    push: { ...NOTHING_PUSHED, submitted: countInodes(writing) },
    writingSynced: 0,
    dirty: addInodes(emptyInodeSet(), writing),
    clean: removeInodes(reclaimable, writing),
  };
  const aborted = [...allInodes(cil), ...splitBySet(context.dirty, allInodes(ail))[0]];
  const [letGo, pages] = clustersLetGo({ ...context, ...change }, aborted);
  return [
    { ...change, ...letGo },
    [
      ...logged(LAST_LINES[shutDown.where]),
      ...logForced([...checkpoints.forced, ...checkpoints.forcers]),
      ...freedByCil(context, change),
      ...pages,
    ],
  ];
}

const logged = (lines: readonly string[]): Effect[] =>
  lines.map((line) => ({ kind: 'log', text: `XFS (sda): ${line}` }));

const UNMOUNT = 'Please unmount the filesystem and rectify the problem(s)';

/** What the console says at once. */
const FIRST_LINES: { readonly [Place in ShutdownPlace]?: readonly string[] } = {
  ifree: ['xfs_difree: xfs_ialloc_read_agi() returned error -5.', 'xfs_inactive_ifree: xfs_ifree returned error -5'],
  log: ['log I/O error -5'],
};

/** And when the log is down. */
const LAST_LINES: { readonly [Place in ShutdownPlace]: readonly string[] } = {
  ifree: [
    'Metadata I/O Error (0x1) detected at xfs_inactive_ifree (fs/xfs/xfs_inode.c).  Shutting down filesystem.',
    UNMOUNT,
  ],
  'free-extent': [
    'Corruption of in-memory data (0x8) detected at xfs_defer_finish_noroll (fs/xfs/libxfs/xfs_defer.c).  Shutting down filesystem.',
    UNMOUNT,
  ],
  iunlink: [
    'Metadata I/O Error (0x1) detected at xfs_trans_read_buf_map (fs/xfs/xfs_trans_buf.c).  Shutting down filesystem.',
    UNMOUNT,
  ],
  log: ['Filesystem has been shut down due to log error (0x2).', `${UNMOUNT}.`],
};

/** xlog_ioend_work: all iclogs of a checkpoint but the last are on disk, or could not be written. */
export function checkpointWritten(context: InodeCacheContext): CacheAnswer {
  const failed = logFailed(context);
  if (failed !== undefined) return failed;
  const [change, effects] = iclogsWritten(context);
  return [change, [...freedByCil(context, change), ...effects]];
}

/** The last one is, too, or could not be written. */
export function logOnDisk(context: InodeCacheContext): CacheAnswer {
  const failed = logFailed(context);
  if (failed !== undefined) return failed;
  const [change, forced] = logFlushed(context);
  const effects = [...forced, ...freedByCil(context, change)];
  const after = { ...context, ...change };
  if (after.shutDown === null || after.shutDown.logIsDown || isAnyPinned(after)) return [change, effects];
  const [down, told] = logShutDown(after);
  return [{ ...change, ...down }, [...effects, ...told]];
}

/** What comes of a write of the log that failed, or of one in a log that is down; undefined if it did not fail. */
function logFailed(context: InodeCacheContext): CacheAnswer | undefined {
  const { disk, shutDown } = context;
  if (shutDown?.logIsDown === true) return [{}, []];
  if (disk?.failing.includes(Math.floor(disk.groups.length / 2)) !== true) return undefined;
  if (shutDown === null) return shutdownForced(context, 'log');
  const [change, effects] = logShutDown(context);
  return [change, [...logged(FIRST_LINES.log ?? []), ...effects]];
}

/** Returns whether some of the cluster buffers that are on their way to the disk do not get there. */
export function writeFails({ disk, shutDown, writing }: InodeCacheContext): boolean {
  if (disk === null || shutDown?.logIsDown === true) return false;
  return writing.some(({ ino }) => disk.failing.includes(agOf(ino)));
}

/**
 * xfs_buf_ioend_handle_error: the inodes of buffers that were not written stay dirty (XFS_LI_FAILED) and in the AIL,
 * here behind the others, as xfsaild's walk gets past them; the others are clean.
 */
export function writeFailed(context: InodeCacheContext): CacheAnswer {
  const { disk, geometry, writing } = context;
  const failed = writing.filter((run) => disk?.failing.includes(agOf(run.ino)) ?? false);
  const [change, effects] = writeDone(context, failed);
  const [first] = failed;
  if (disk === null || disk.alerted || first === undefined) return [change, effects];
  const daddr = first.ino - (first.ino % geometry.inodesPerCluster);
  const text = `metadata I/O error in "xfs_buf_ioend" at daddr 0x${daddr.toString(16)} len ${geometry.inodesPerCluster} error 5`;
  return [{ ...change, disk: { ...disk, alerted: true } }, [...effects, ...logged([text])]];
}
