/** Statistics as tables for a person. */
import { formatDuration, formatSeconds } from '@dragon/engine';
import { foldLines, textTable } from '@dragon/report';
import type { Distribution } from './quantile-sketch.ts';
import type { TraceStatistics } from './trace-statistics.ts';

/**
 * Returns lines of at most `width` columns: batches, waits and reclaim; a section of which there is nothing is left
 * out.
 */
export function statisticsText({ inodes, throttling, reclaim }: TraceStatistics, width: number): string[] {
  const lines: string[] = [];
  const rows: string[][] = [];
  const times = (name: string, d: Distribution | undefined) => d !== undefined && rows.push([name, ...timesOf(d)]);
  times('queued to inactivating', inodes.latency);
  for (const { phase, comm, latency } of inodes.groups)
    times(`  ${comm}${phase === '' ? '' : ` (${shortened(phase)})`}`, latency);
  times('inactivating to reclaimable', inodes.service);
  times('reclaimable to reclaiming', inodes.reclaimLag);
  times('throttled', throttling.wait);
  for (const { comm, wait } of throttling.byComm) times(`  ${comm}`, wait);
  times('prune_icache_sb in kswapd', reclaim.kswapdPrune);
  times('direct reclaim', reclaim.directReclaim);
  if (rows.length > 0) lines.push(...textTable(rows, { width, head: ['', 'n', 'p50', 'p90', 'p99', 'max'] }));
  const { batches } = inodes;
  if (batches !== undefined) {
    const top = batches.top.map(([size, runs]) => `${runs} of ${size}`).join(', ');
    lines.push(
      `Runs of the worker: ${batches.sizes.n}; inodes a run: p50 ${batches.sizes.p50}, max ${batches.sizes.max} (${top})`,
    );
  }
  if (inodes.maxBacklog.length > 0)
    lines.push(`Longest list: ${inodes.maxBacklog.map(({ cpu, items }) => `${items} on CPU ${cpu}`).join(', ')}`);
  if (throttling.throttles > 0)
    lines.push(
      `Throttled: ${throttling.throttles} times, ${throttling.zeroProgress} of them without a single inode inactivated meanwhile`,
    );
  const scanned = reclaim.kswapdScans.filter((scan) => scan.scanned > 0);
  if (scanned.length > 0) {
    const byPriority = new Map<number, number>();
    for (const scan of scanned) byPriority.set(scan.priority, (byPriority.get(scan.priority) ?? 0) + scan.scanned);
    const shown = [...byPriority].sort(([a], [b]) => b - a).map(([priority, objects]) => `${objects} at ${priority}`);
    lines.push(`Slab objects scanned by kswapd, by priority: ${shown.join(', ')}`);
  }
  if (reclaim.kswapdPages + reclaim.directPages > 0)
    lines.push(`Pages reclaimed from the LRU: ${reclaim.kswapdPages} by kswapd, ${reclaim.directPages} by others`);
  for (const { at, comm, pid } of reclaim.oomKills) lines.push(`OOM kill at ${formatSeconds(at)}: ${comm}-${pid}`);
  return foldLines(lines, width);
}

const PHASE = 30;

const shortened = (phase: string) => (phase.length > PHASE ? `${phase.slice(0, PHASE - 1)}…` : phase);

function timesOf({ n, p50, p90, p99, max }: Distribution): string[] {
  return [String(n), ...[p50, p90, p99, max].map((ns) => formatDuration(ns))];
}
