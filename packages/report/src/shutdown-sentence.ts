/** The sentence of a shutdown of the file system: when it was, who met the error, and which. */
import { formatSeconds } from '@dragon/engine';
import type { ShutdownPlace } from '@dragon/kernel';
import type { FsShutdown } from './shutdown-finder.ts';

/** Linux 6.1: as the console names the functions; a failed write of the log comes to xlog_ioend_work. */
const REASONS: { readonly [Place in ShutdownPlace]: string } = {
  ifree: 'xfs_inactive_ifree could not read an AGI',
  'free-extent': 'xfs_defer_finish_noroll could not read an AGF',
  iunlink: 'xfs_iunlink could not read an AGI in a dirty transaction',
  log: 'xlog_ioend_work could not write the log',
};

export function shutdownSentence({ atNs, where }: FsShutdown): string {
  return `The file system was shut down at ${formatSeconds(atNs)} s: ${REASONS[where]} (EIO).`;
}
