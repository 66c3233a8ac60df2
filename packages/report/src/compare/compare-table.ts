/** A comparison as a terminal shows it: a row for each cell, and what the ranking depends on. */
import type { CompareCell } from './compare-cell.ts';
import type { Comparison, Sensitivity } from './comparison.ts';
import { policyLabel } from './policy-label.ts';
import { rankingText } from './policy-ranking.ts';
import { grouped, percent, shortDuration } from './short-number.ts';
import { textTable } from '../text-table.ts';
import { type Interval, wilsonInterval } from './wilson-interval.ts';

const HEAD = [
  ['', '', '', 'deadlocks', 'OOM kills', 'unaccounted', 'kswapd', 'stall', '', 'alloc', 'memory', 'inactivated'],
  ['policy', 'CPUs', 'runs', '[95 % CI]', '[95 % CI]', 'at OOM', 'p50', 'p99', 'max', 'p99', 'back', 'per s'],
] as const;

/** Returns the lines of the table. Times are quantiles over the stalls of all runs; `memory back` and `inactivated` are medians over runs. */
export function compareTable({ cells, details }: Comparison): string[] {
  const rows = cells.map((cell, i) => rowOf(cell, cell.recoveredNs.p50 === null && (details[i]?.pressed ?? 0) > 0));
  return textTable(alignRight([...HEAD, ...rows], 1));
}

function rowOf(cell: CompareCell, neverBack: boolean): string[] {
  const { policy, cpus, runs, deadlocks, ooms, unaccountedAtOom, kswapdStallNs, allocStallNs, recoveredNs } = cell;
  return [
    policyLabel(policy),
    String(cpus),
    String(runs),
    share(deadlocks, runs),
    share(ooms, runs),
    grouped(unaccountedAtOom),
    shortDuration(kswapdStallNs.p50),
    shortDuration(kswapdStallNs.p99),
    shortDuration(kswapdStallNs.max),
    shortDuration(allocStallNs.p99),
    neverBack ? 'never' : shortDuration(recoveredNs.p50),
    grouped(cell.inactivatedPerSecond),
  ];
}

/** Returns a line for each constant of which the ranking depends, or one that says that it depends on none. */
export function sensitivityLines({ seeds, ranking, rows }: Sensitivity): string[] {
  const text = rankingText(ranking, policyLabel);
  const inert = rows.filter(({ affected }) => affected === 0).map(scaledText);
  const changed = rows.filter(({ change }) => change !== 'none');
  const unused = inert.length === 0 ? [] : [`Without any effect on these runs: ${inert.join(', ')}.`];
  const count = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;
  if (changed.length === 0)
    return [`Ranking (${count}): ${text}; the same with each estimated constant halved and doubled.`, ...unused];
  return [
    `Ranking (${count}): ${text}. With an estimated constant halved or doubled:`,
    ...textTable(
      changed.map((row) => [
        scaledText(row),
        row.change === 'order' ? 'other order' : 'tie differs',
        rankingText(row.ranking, policyLabel),
      ]),
      '  ',
    ),
    `It stays as it is in the other ${rows.length - changed.length} of ${rows.length} cases.`,
    ...unused,
  ];
}

/** `evictInode x 0.5` */
export function scaledText({ constant, factor }: { readonly constant: string; readonly factor: number }): string {
  return `${constant} x ${factor}`;
}

/** `37 [28..47]`, in per cent. */
function share(count: number, runs: number): string {
  const { low, high }: Interval = wilsonInterval(count, runs);
  return `${count} [${percent(low)}..${percent(high)}]`;
}

/** Numbers stand below each other when they end together. */
function alignRight(rows: readonly (readonly string[])[], from: number): string[][] {
  const width = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return rows.map((row) => row.map((cell, i) => (i < from ? cell : cell.padStart(width(i)))));
}
