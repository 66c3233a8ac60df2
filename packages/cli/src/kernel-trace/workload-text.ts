/** A workload as text for a person: machine, tasks, and what a trace did not tell of them. */
import { formatDuration, MILLISECOND } from '@dragon/engine';
import { printable, textTable } from '@dragon/report';
import type { Doubt, Workload, WorkloadTask } from '@dragon/scenarios';
import { counted } from '../run/run-output.ts';

const PAGES_PER_MIB = 256;

/** Tasks shown; the file of `--write-workload` has all. */
const SHOWN = 40;

export function workloadText({ cpus, oneHostThread, forMs, ags, memory, tasks }: Workload, width: number): string[] {
  const rows = tasks
    .slice(0, SHOWN)
    .map((task) => [time(task.startMs), `CPU ${task.cpu}`, printable(task.comm), deedOf(task)]);
  const more = tasks.length - rows.length;
  return [
    `Workload: ${counted(cpus, 'CPU', 'CPUs')}, ${counted(ags, 'allocation group', 'allocation groups')}, ${time(forMs)}`,
    ...(oneHostThread === true ? ['The CPUs are virtual, and run in turn on one thread of their host'] : []),
    ...(memory === undefined
      ? []
      : [
          `Memory at the start: ${mib(memory.freePages)} free of ${mib(memory.managedPages)}, ` +
            `${mib(memory.pageCachePages)} of page cache, ${counted(memory.cachedInodes, 'cached inode', 'cached inodes')}, ` +
            `of which ${memory.needInactivationPercent} % need inactivation`,
        ]),
    ...textTable(rows, { width, indent: '  ' }),
    ...(more > 0 ? [`  and ${counted(more, 'task', 'tasks')} more`] : []),
  ];
}

/** A line for each, with what would tell. */
export function doubtsText(doubts: readonly Doubt[]): string[] {
  if (doubts.length === 0) return [];
  return [
    'Not in the trace:',
    ...doubts.map(({ text, wouldTell }) => `  ${printable(text)} (${printable(wouldTell)} would tell)`),
  ];
}

const mib = (pages: number): string => `${Math.round(pages / PAGES_PER_MIB)} MiB`;
const time = (ms: number): string => formatDuration(Math.round(ms * MILLISECOND));

function deedOf(task: WorkloadTask): string {
  switch (task.kind) {
    case 'unlink': {
      const { files, pauseMs, statfs } = task;
      const usual = pauseMs?.[Math.floor(pauseMs.length / 2)]?.[1];
      const apart = usual === undefined ? '' : `, sleeps ${time(usual)} after each`;
      return `unlinks ${counted(files, 'file', 'files')}${apart}${statfs === true ? ', then statfs' : ''}`;
    }
    case 'churn':
      return `makes ${counted(task.files, 'file', 'files')}, and removes each when there are ${task.window} newer ones`;
    case 'allocate':
      return `takes ${mib(task.pages)}`;
    case 'stream':
      return `writes ${mib(task.pages)}${task.readBack ? ' and reads them back' : ''}`;
    case 'fsync':
      return `writes to a file and calls ${task.datasync ? 'fdatasync' : 'fsync'} on it`;
    case 'drop-caches':
      return 'drops caches';
    case 'unmount':
      return 'unmounts the file system';
    case 'freeze':
      return `freezes the file system for ${time(task.forMs)}`;
  }
}
