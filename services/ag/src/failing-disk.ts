/**
 * What a failing disk makes of an allocation group's header buffers. Linux 6.1 fs/xfs/xfs_buf.c xfs_buf_read_map,
 * xfs_buf_ioerror_alert; fs/xfs/xfs_trans_buf.c xfs_trans_read_buf_map. A buffer that is in memory (XBF_DONE) is not
 * read again, so a failing disk harms only those that are not: here these are the ones that nobody holds when it begins
 * to fail, as if the buffer cache had just dropped them. A read fails at once, as on a device that is gone; a disk that
 * retries first takes its time. Sectors are of 512 bytes, with an inode in each: daddrs follow from inode numbers.
 * Leaves out the offset behind the function's name in the line of the log, and its rate limit of 10 in 30 s.
 */
import type { AgentId, Effect } from '@dragon/engine';
import { type AgBuffer, inodeNumber, type Semaphore, toTask } from '@dragon/kernel';

export interface FailingDisk {
  readonly failing: boolean;
  /** Header buffers that are not in memory. */
  readonly unread: readonly AgBuffer[];
  /** xfs_is_shutdown: nothing is locked any more. */
  readonly shutDown: boolean;
}

export const WORKING_DISK: FailingDisk = { failing: false, unread: [], shutDown: false };

type Headers = { readonly [Buffer in AgBuffer]: Semaphore };

export function diskFailed(headers: Headers): Partial<FailingDisk> {
  return { failing: true, unread: (['AGI', 'AGF'] as const).filter((buffer) => headers[buffer].holder === null) };
}

export function diskHealed(): Partial<FailingDisk> {
  return { failing: false, unread: [] };
}

export function fileSystemShutDown(): Partial<FailingDisk> {
  return { shutDown: true };
}

/** Returns whether xfs_trans_read_buf_map of the buffer returns -EIO. */
export function isUnreadable({ shutDown, failing, unread }: FailingDisk, buffer: AgBuffer): boolean {
  return shutDown || (failing && unread.includes(buffer));
}

/** XFS_AGF_DADDR, XFS_AGI_DADDR. */
const SECTORS = { AGF: 1, AGI: 2 };
const READERS = { AGF: 'xfs_read_agf', AGI: 'xfs_read_agi' };

/** Returns what a task is told, and the kernel's log, whose read of a buffer has failed. */
export function bufferFailed(
  { ag, shutDown }: Pick<FailingDisk, 'shutDown'> & { readonly ag: number },
  buffer: AgBuffer,
  task: AgentId,
): Effect[] {
  const told = toTask(task, { type: 'task.bufferFailed', buffer, shutDown });
  if (shutDown) return [told];
  const daddr = inodeNumber(ag, SECTORS[buffer]).toString(16);
  const text = `XFS (sda): metadata I/O error in "${READERS[buffer]}" at daddr 0x${daddr} len 1 error 5`;
  return [{ kind: 'log', text }, told];
}
