/** What the mount knows of a disk that fails, and that it is shut down for it. */
import type { AgentId } from '@dragon/engine';
import type { ShutdownPlace } from '@dragon/kernel';

export type FailingDisk = {
  /** The allocation groups whose part fails. */
  readonly failing: readonly number[];
  /** All groups, and tasks, that have to know at once when the file system is shut down. */
  readonly groups: readonly AgentId[];
  readonly tasks: readonly AgentId[];
  /** The kernel's log has a line of a write that failed. */
  readonly alerted: boolean;
};

/** `logIsDown`: xlog_is_shutdown, which comes after xfs_is_shutdown. */
export type Shutdown = { readonly where: ShutdownPlace; readonly logIsDown: boolean };
