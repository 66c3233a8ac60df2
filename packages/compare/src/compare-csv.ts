/** A comparison as a table for other programs (RFC 4180, with newlines as Unix has them). */
import { nearestEdge } from './compare-edges.ts';
import type { Comparison } from './comparison.ts';
import { WAITERS } from './other-waits.ts';
import type { Interval } from './statistics.ts';

const COLUMNS = [
  'scenario',
  'seeds',
  'policy',
  'cpus',
  'runs',
  'deadlocks',
  'deadlock_share',
  'deadlock_share_low',
  'deadlock_share_high',
  'ooms',
  'oom_share',
  'oom_share_low',
  'oom_share_high',
  'unaccounted_at_oom',
  'unaccounted_at_oom_low',
  'unaccounted_at_oom_high',
  'kswapd_stall_p50_ns',
  'kswapd_stall_p50_low_ns',
  'kswapd_stall_p50_high_ns',
  'kswapd_stall_p99_ns',
  'kswapd_stall_p99_low_ns',
  'kswapd_stall_p99_high_ns',
  'kswapd_stall_max_ns',
  'kswapd_stalls_unfinished',
  'alloc_stall_p99_ns',
  'alloc_stall_p99_low_ns',
  'alloc_stall_p99_high_ns',
  'alloc_stall_max_ns',
  'alloc_stalls_unfinished',
  'runs_short_of_memory',
  'runs_never_recovered',
  'recovered_p50_ns',
  'recovered_p50_low_ns',
  'recovered_p50_high_ns',
  'inactivated_per_second',
  'inactivated_per_second_low',
  'inactivated_per_second_high',
  'worst_seed',
  'median_seed',
  'set',
  'nearest_edge_of',
  'nearest_edge_at',
  'nearest_edge_factor',
  ...WAITERS.flatMap((who) => [
    `${who}_wait_p99_ns`,
    `${who}_wait_p99_low_ns`,
    `${who}_wait_p99_high_ns`,
    `${who}_wait_max_ns`,
    `${who}_waits_unfinished`,
  ]),
];

type Value = string | number | null;

/** Returns a header and a line for each cell. An empty field: there is none, or it is infinite. */
export function compareCsv({ scenario, seeds, set, cells, details, edges }: Comparison): string {
  const rows = cells.map((cell, i): readonly Value[] => {
    const detail = details[i];
    if (detail === undefined) throw new Error('a cell without details');
    const edge = nearestEdge(edges, cell.policy);
    return [
      scenario,
      seeds,
      cell.policy,
      cell.cpus,
      cell.runs,
      cell.deadlocks,
      rounded(cell.deadlocks / cell.runs),
      ...ends(detail.deadlocks),
      cell.ooms,
      rounded(cell.ooms / cell.runs),
      ...ends(detail.ooms),
      cell.unaccountedAtOom,
      ...ends(detail.unaccountedAtOom),
      cell.kswapdStallNs.p50,
      ...ends(detail.kswapdStallP50Ns),
      cell.kswapdStallNs.p99,
      ...ends(detail.kswapdStallP99Ns),
      cell.kswapdStallNs.max,
      detail.unfinishedKswapdStalls,
      cell.allocStallNs.p99,
      ...ends(detail.allocStallP99Ns),
      cell.allocStallNs.max,
      detail.unfinishedAllocStalls,
      detail.pressed,
      detail.neverRecovered,
      cell.recoveredNs.p50,
      ...ends(detail.recoveredP50Ns),
      cell.inactivatedPerSecond,
      ...ends(detail.inactivatedPerSecond),
      detail.worst.seed,
      detail.median.seed,
      set.map(({ key, text }) => `${key}=${text}`).join(' '),
      edge?.variable ?? null,
      edge?.to.text ?? null,
      edge?.to.factor ?? null,
      ...WAITERS.flatMap((who): readonly Value[] => {
        const waits = cell.waitsNs[who];
        return [
          waits?.p99 ?? null,
          ...ends(detail.waitsP99Ns[who] ?? null),
          waits?.max ?? null,
          waits?.unfinished ?? null,
        ];
      }),
    ];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function ends(interval: Interval | null): readonly Value[] {
  return interval === null ? [null, null] : [rounded(interval.low), rounded(interval.high)];
}

/** Six digits of a share are more than enough; whole numbers stay whole. */
const rounded = (value: number) => (Number.isInteger(value) ? value : Number(value.toFixed(6)));

function field(value: Value): string {
  if (value === null || value === Infinity) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
