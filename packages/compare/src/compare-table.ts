/** A comparison as a terminal shows it: a row for each cell, and what the ranking depends on. */
import type { CompareCell } from './compare-cell.ts';
import type { Comparison, Scaled, Sensitivity, SensitivityRow } from './comparison.ts';
import { policyLabel } from './policy-label.ts';
import { rankingText } from './policy-ranking.ts';
import { grouped, percent, shortDuration } from './short-number.ts';
import { textTable } from '@dragon/report';
import { type Interval, wilsonInterval } from './statistics.ts';

const HEAD = [
  ['', '', '', 'deadlocks', 'OOM kills', 'unaccounted', 'kswapd', 'stall', '', 'alloc', 'memory', 'inactivated'],
  ['policy', 'CPUs', 'runs', '[95 % CI]', '[95 % CI]', 'at OOM', 'p50', 'p99', 'max', 'p99', 'back', 'per s'],
] as const;

/** A longer name would push the numbers out of sight: it goes below the table. */
const LONGEST_NAME = 24;

/**
 * Returns the lines of the table. Times are quantiles over the stalls of all runs; `memory back` and `inactivated` are
 * medians over runs.
 */
export function compareTable({ policies, cells, details }: Comparison): string[] {
  const names = new Map(policies.map((policy, i) => [policy, shortName(policy, i)]));
  const rows = cells.map((cell, i) => {
    const neverBack = cell.recoveredNs.p50 === null && (details[i]?.pressed ?? 0) > 0;
    return rowOf(names.get(cell.policy) ?? cell.policy, cell, neverBack);
  });
  const legend = policies.filter((policy) => names.get(policy) !== policyLabel(policy));
  return [
    ...textTable(alignRight([...HEAD, ...rows], 1)),
    ...legend.map((policy) => `${names.get(policy)}: ${policyLabel(policy)}`),
  ];
}

function shortName(policy: string, index: number): string {
  const label = policyLabel(policy);
  return label.length > LONGEST_NAME ? `policy ${index + 1}` : label;
}

function rowOf(name: string, cell: CompareCell, neverBack: boolean): string[] {
  const { cpus, runs, deadlocks, ooms, unaccountedAtOom, kswapdStallNs, allocStallNs, recoveredNs } = cell;
  return [
    name,
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

/** Returns what the ranking depends on, in lines: those that are rows of a table are indented. */
export function sensitivityLines({ seeds, ranking, rows }: Sensitivity): string[] {
  const text = rankingText(ranking, policyLabel);
  const active = rows.filter(({ affected }) => affected > 0);
  const inert = constantsOf(rows).filter((constant) => !constantsOf(active).includes(constant));
  const changed = active.filter(({ change }) => change !== 'none');
  const head = `Ranking (${seeds} ${seeds === 1 ? 'seed' : 'seeds'}): ${text}`;
  const unused = inert.length === 0 ? [] : [`Without any effect on these runs: ${inert.join(', ')}.`];
  if (active.length === 0) return [`${head}.`, ...unused];
  if (changed.length === 0)
    return [`${head}; the same with ${constantsOf(active).join(', ')} halved and doubled.`, ...unused];
  return [
    `${head}. It depends on estimated constants:`,
    ...textTable(
      changed.map((row) => [
        scaledText(row),
        row.change === 'order' ? 'other order' : 'tie differs',
        rankingText(row.ranking, policyLabel),
      ]),
      '  ',
    ),
    ...(changed.length < active.length
      ? [`In the other ${active.length - changed.length} of ${active.length} cases it stays as it is.`]
      : []),
    ...unused,
  ];
}

const constantsOf = (rows: readonly SensitivityRow[]) => [...new Set(rows.map(({ constant }) => constant))];

/** `evictInode x0.5` */
export function scaledText({ constant, factor }: Scaled): string {
  return `${constant} x${factor}`;
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
