/** A comparison as a terminal shows it: a row for each cell, and what the ranking depends on. */
import type { CellDetails, CompareCell } from './compare-cell.ts';
import type { Comparison, Scaled, Sensitivity, SensitivityRow } from './comparison.ts';
import { policyLabel } from './policy-label.ts';
import { rankingText } from './policy-ranking.ts';
import { grouped, percent, shortDuration, stallText } from './short-number.ts';
import { foldLines, textTable } from '@dragon/report';
import { type Interval, wilsonInterval } from './statistics.ts';

const HEAD = [
  'policy',
  'CPUs',
  'deadlocks\n[95 % CI]',
  'OOM kills\n[95 % CI]',
  'unaccounted\nat OOM',
  'kswapd\nstall p50',
  'stall\np99',
  'stall\nmax',
  'alloc\nstall p99',
  'memory\nback',
  'inactivated\nper s',
];

/** A longer name would push the numbers out of sight: it goes below the table. */
const LONGEST_NAME = 24;

/**
 * Returns the lines of the table. Times are quantiles over the stalls of all runs; `memory back` and `inactivated` are
 * medians over runs.
 */
export function compareTable({ policies, cells, details }: Comparison, width: number): string[] {
  const names = new Map(policies.map((policy, i) => [policy, shortName(policy, i)]));
  const rows = cells.map((cell, i) => {
    const neverBack = cell.recoveredNs.p50 === null && (details[i]?.pressed ?? 0) > 0;
    return rowOf(names.get(cell.policy) ?? cell.policy, cell, neverBack, details[i]);
  });
  const legend = policies.filter((policy) => names.get(policy) !== policyLabel(policy));
  return [
    ...textTable(rows, { width, head: HEAD, figuresFrom: 1 }),
    ...foldLines(
      legend.map((policy) => `${names.get(policy)}: ${policyLabel(policy)}`),
      width,
    ),
  ];
}

function shortName(policy: string, index: number): string {
  const label = policyLabel(policy);
  return label.length > LONGEST_NAME ? `policy ${index + 1}` : label;
}

function rowOf(name: string, cell: CompareCell, neverBack: boolean, details: CellDetails | undefined): string[] {
  const stall = (ns: number | null) => stallText(ns, cell.kswapdStallNs.max, details?.unfinishedKswapdStalls ?? 0);
  const { cpus, runs, deadlocks, ooms, unaccountedAtOom, kswapdStallNs, allocStallNs, recoveredNs } = cell;
  return [
    name,
    String(cpus),
    share(deadlocks, runs),
    share(ooms, runs),
    grouped(unaccountedAtOom),
    stall(kswapdStallNs.p50),
    stall(kswapdStallNs.p99),
    stall(kswapdStallNs.max),
    stallText(allocStallNs.p99, allocStallNs.max, details?.unfinishedAllocStalls ?? 0),
    neverBack ? 'never' : shortDuration(recoveredNs.p50),
    grouped(cell.inactivatedPerSecond),
  ];
}

/** Returns what the ranking depends on, in lines of at most `width` columns. */
export function sensitivityLines({ seeds, ranking, rows }: Sensitivity, width: number): string[] {
  const text = rankingText(ranking, policyLabel);
  const active = rows.filter(({ affected }) => affected > 0);
  const inert = constantsOf(rows).filter((constant) => !constantsOf(active).includes(constant));
  const changed = active.filter(({ change }) => change !== 'none');
  const head = `Ranking (${seeds} ${seeds === 1 ? 'seed' : 'seeds'}): ${text}`;
  const unused = inert.length === 0 ? [] : [`Without any effect on these runs: ${inert.join(', ')}.`];
  if (active.length === 0) return foldLines([`${head}.`, ...unused], width);
  if (changed.length === 0)
    return foldLines(
      [`${head}; the same with ${constantsOf(active).join(', ')} halved and doubled.`, ...unused],
      width,
    );
  const lines = [
    `${head}. It depends on estimated constants:`,
    ...textTable(
      changed.map((row) => [
        scaledText(row),
        row.change === 'order' ? 'other order' : 'tie differs',
        rankingText(row.ranking, policyLabel),
      ]),
      { width, indent: '  ' },
    ),
    ...(changed.length < active.length
      ? [`In the other ${active.length - changed.length} of ${active.length} cases it stays as it is.`]
      : []),
    ...unused,
  ];
  return foldLines(lines, width);
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
