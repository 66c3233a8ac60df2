/** Times inside shrinkers in words: who, of which time, in what, behind which lock. */
import { formatDuration, MILLISECOND } from '@dragon/engine';
import type { ReclaimStatistics } from './reclaim-statistics.ts';
import type { ShrinkerTime } from './shrinker-times.ts';

const SHOWN = 8;

/** Returns lines; `unread` says how many lines of an event could not be read. */
export function shrinkersText(reclaim: ReclaimStatistics, unread: (...events: string[]) => string): string[] {
  const { shrinkers, shrinkerLock, insideAtEnd, kswapdScans, leftOut } = reclaim;
  const lines: string[] = [];
  const long = shrinkers.filter(({ time }) => time >= MILLISECOND).slice(0, SHOWN);
  const lock = shrinkerLock === 'held' ? ', shrinker_rwsem held' : '';
  lines.push(...long.map((each) => timeText(each, reclaim) + lock));
  const rest = long.length === 0 ? 0 : shrinkers.length - long.length;
  const without = leftOut.shrinkers === 0 ? '' : `; left out: ${leftOut.shrinkers} calls not seen to begin and to end`;
  if (long.length > 0 && (rest > 0 || without !== ''))
    lines.push(`Calls of shrinkers by others: ${rest} kinds, each shorter (with --json)${without}`);
  if (long.length > 0 && shrinkerLock === 'held-before-6.7')
    lines.push(
      'In kernels before 6.7, shrinker_rwsem is held during these calls; the trace does not say which it is of.',
    );
  for (const { task, shrinker, time } of insideAtEnd.slice(0, SHOWN))
    lines.push(`${task} is still in ${shrinker} at the end of the trace, for ${formatDuration(time)} by then`);
  const scanned = kswapdScans.filter((scan) => scan.scanned > 0);
  if (scanned.length === 0) return lines;
  const byPriority = new Map<number | undefined, number>();
  for (const scan of scanned) byPriority.set(scan.priority, (byPriority.get(scan.priority) ?? 0) + scan.scanned);
  const shown = [...byPriority]
    .sort(([a = -1], [b = -1]) => b - a)
    .map(([priority, objects]) =>
      priority === undefined ? `${objects} at a priority not told` : `${objects} at ${priority}`,
    );
  lines.push(
    `Slab objects scanned by kswapd, by priority: ${shown.join(', ')}${unread('mm_shrink_slab_start', 'mm_shrink_slab_end')}`,
  );
  return lines;
}

/** `kswapd1: 40.84 s of 41.11 s awake in super_cache_scan (2 calls, 1668 objects; the longest 35.37 s, 5.46 s)`. */
function timeText({ task, shrinker, calls, scanned, time, longest }: ShrinkerTime, reclaim: ReclaimStatistics): string {
  const awake = reclaim.kswapdAwake.find((each) => each.task === task);
  const direct = reclaim.directReclaimBy.find((each) => each.task === task);
  const of =
    awake !== undefined && awake.time >= time
      ? ` of ${formatDuration(awake.time)} awake`
      : direct !== undefined && direct.time >= time
        ? ` of ${formatDuration(direct.time)} of direct reclaim`
        : '';
  const each = longest.map((ns) => formatDuration(ns)).join(', ');
  const which = calls === 1 ? '' : calls <= longest.length ? `: ${each}` : `; the longest ${each}`;
  const many = `${calls} ${calls === 1 ? 'call' : 'calls'}, ${scanned} objects`;
  return `${task}: ${formatDuration(time)}${of} in ${shrinker} (${many}${which})`;
}
