/** Statistics as tables for a person; beside each stands what was left out of it. */
import { formatDuration, formatSeconds } from '@dragon/engine';
import { foldLines, printable, textTable } from '@dragon/report';
import type { Distribution } from './quantile-sketch.ts';
import { shrinkersText } from './shrinkers-text.ts';
import type { TraceStatistics } from './trace-statistics.ts';

/**
 * Returns lines of at most `width` columns: batches, waits and reclaim; a section of which there is nothing is left
 * out.
 */
export function statisticsText(statistics: TraceStatistics, width: number): string[] {
  const { inodes, throttling, reclaim } = statistics;
  const lines = timesTable(statistics, width);
  const unread = (...events: string[]) => {
    const count = events.reduce((sum, event) => sum + (statistics.unreadLines[event] ?? 0), 0);
    return count === 0 ? '' : `; left out: ${count} ${count === 1 ? 'line' : 'lines'} of ${events.join(', ')}`;
  };
  const { batches } = inodes;
  if (batches !== undefined) {
    const top = batches.top.map(([size, runs]) => `${runs} of ${size}`).join(', ');
    const without = inodes.leftOut.batches;
    lines.push(
      `Runs of the worker: ${batches.sizes.n}; inodes a run: p50 ${batches.sizes.p50}, max ${batches.sizes.max} (${top})` +
        (without === 0 ? '' : `; left out: ${without} of which events are missing`) +
        unread('xfs_inodegc_worker'),
    );
  }
  if (inodes.maxBacklog.length > 0) {
    const longest = inodes.maxBacklog.map(({ cpu, items }) => `${items} on CPU ${cpu}`);
    lines.push(`Longest list: ${longest.join(', ')}${unread('xfs_inodegc_queue')}`);
  }
  if (throttling.throttles > 0) lines.push(throttledText(statistics) + unread('xfs_inodegc_throttle'));
  lines.push(...shrinkersText(reclaim, unread));
  if (reclaim.kswapdPages + reclaim.directPages > 0)
    lines.push(
      `Pages reclaimed from the LRU: ${reclaim.kswapdPages} by kswapd, ${reclaim.directPages} by others` +
        unread('mm_vmscan_lru_shrink_inactive'),
    );
  for (const { at, comm, pid } of reclaim.oomKills) lines.push(`OOM kill at ${formatSeconds(at)}: ${comm}-${pid}`);
  return foldLines(lines.map(printable), width);
}

function timesTable({ inodes, throttling, reclaim }: TraceStatistics, width: number): string[] {
  const rows: string[][] = [];
  let anyLeftOut = false;
  const times = (name: string, d: Distribution | undefined, leftOut?: number) => {
    anyLeftOut ||= leftOut !== undefined && leftOut > 0;
    if (d !== undefined) rows.push([name, ...timesOf(d), leftOut === undefined ? '' : String(leftOut)]);
    else if (leftOut !== undefined && leftOut > 0) rows.push([name, '0', '-', '-', '-', '-', String(leftOut)]);
  };
  times('queued to inactivating', inodes.latency, inodes.leftOut.latency);
  for (const { phase, comm, latency } of inodes.groups)
    times(`  ${comm}${phase === '' ? '' : ` (${shortened(phase)})`}`, latency);
  times('inactivating to reclaimable', inodes.service, inodes.leftOut.service);
  times('reclaimable to reclaiming', inodes.reclaimLag, inodes.leftOut.reclaimLag);
  times(`throttled${upperBound(throttling.upperBounds, throttling.wait)}`, throttling.wait, throttling.leftOut);
  for (const { comm, wait, upperBounds } of throttling.byComm) times(`  ${comm}${upperBound(upperBounds, wait)}`, wait);
  times('prune_icache_sb in kswapd', reclaim.kswapdPrune, reclaim.leftOut.kswapdPrune);
  times('direct reclaim', reclaim.directReclaim, reclaim.leftOut.directReclaim);
  if (rows.length === 0) return [];
  const head = ['', 'n', 'p50', 'p90', 'p99', 'max'];
  return textTable(anyLeftOut ? rows : rows.map((row) => row.slice(0, -1)), {
    width,
    head: anyLeftOut ? [...head, 'left out'] : head,
  });
}

/** Said where only the next event of a task tells that its wait is over. */
function upperBound(bounds: number, wait: Distribution | undefined): string {
  if (bounds === 0 || wait === undefined) return '';
  return bounds === wait.n ? ' (upper bound)' : ` (${bounds} upper bounds)`;
}

function throttledText({ throttling: { throttles, zeroProgress, progress } }: TraceStatistics): string {
  const times = `Throttled: ${throttles} ${throttles === 1 ? 'time' : 'times'}`;
  if (progress === undefined) return times;
  const { n, p50, max } = progress;
  if (n === 1) return `${times}, ${max} ${max === 1 ? 'inode' : 'inodes'} inactivated meanwhile`;
  return `${times}; inodes inactivated meanwhile: p50 ${p50}, max ${max}; ${zeroProgress} times without a single one`;
}

const PHASE = 30;

const shortened = (phase: string) => (phase.length > PHASE ? `${phase.slice(0, PHASE - 1)}…` : phase);

function timesOf({ n, p50, p90, p99, max }: Distribution): string[] {
  return [String(n), ...[p50, p90, p99, max].map((ns) => formatDuration(ns))];
}
