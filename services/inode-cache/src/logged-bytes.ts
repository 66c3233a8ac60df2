/**
 * What the log and its checkpoints are made of, in bytes. Linux 6.1 fs/xfs/xfs_log_priv.h XLOG_CIL_SPACE_LIMIT,
 * XLOG_BIG_RECORD_BSIZE.
 */

import type { AgentId } from '@dragon/engine';

const MIB = 1_048_576;

/** mkfs.xfs makes one of this size for a file system of some GiB. */
export const USUAL_LOG = 64 * MIB;

/** An in-core log: what of a checkpoint is written at once. */
const ICLOG = 32_768;

/**
 * An inactivated inode in a checkpoint: its log format, its core and its extents with a header each, and its share of
 * the buffers that many have in common. A real kernel's CIL was at its limit of 8 MiB with 27,868 inodes.
 */
const INODE = 301;

/**
 * Inodes that a checkpoint has: inactivated ones, others that were made meanwhile, and those of files that somebody
 * writes to, by the writer.
 */
export type Logged = { readonly inodes: number; readonly made: number; readonly written: readonly AgentId[] };

export const NOTHING_LOGGED: Logged = { inodes: 0, made: 0, written: [] };

/** XLOG_CIL_SPACE_LIMIT: returns how much the CIL may hold before it is pushed without being asked. */
export function cilLimit(log: number): number {
  return Math.min(Math.floor(log / 8), 32 * MIB);
}

/** Returns how many inodes take so much of the log. */
export const inodesIn = (bytes: number): number => Math.floor(bytes / INODE);

export const loggedCount = ({ inodes, made, written }: Logged): number => inodes + made + written.length;

export const bytesOf = (logged: Logged): number => loggedCount(logged) * INODE;

export const iclogsOf = (logged: Logged): number => Math.ceil(bytesOf(logged) / ICLOG);

/** Returns whether a checkpoint fills the rest of an iclog that another one has begun. */
export const fillsIclog = (logged: Logged): boolean => bytesOf(logged) >= ICLOG;

export const bothLogged = (a: Logged, b: Logged): Logged => ({
  inodes: a.inodes + b.inodes,
  made: a.made + b.made,
  written: [...a.written, ...b.written],
});
