/** Two traces side by side, a statistic a row: the kernel's and the simulator's. */
import { formatDuration } from '@dragon/engine';
import { textTable } from '@dragon/report';
import type { Distribution } from './quantile-sketch.ts';
import type { TraceStatistics } from './trace-statistics.ts';

/** `ratio` is simulated / real; undefined where one of them is missing or the real one is 0. */
export type ComparedStatistic = {
  readonly name: string;
  readonly unit: 'ns' | 'inodes' | 'objects' | 'pages' | 'count';
  readonly real: number | undefined;
  readonly simulated: number | undefined;
  readonly ratio: number | undefined;
};

type Flat = ReadonlyMap<string, { readonly unit: ComparedStatistic['unit']; readonly value: number }>;

/**
 * Returns the rows in which at least one of the two has a value, in a fixed order: the real one's, then what only the
 * simulated one has.
 */
export function compareStatistics(real: TraceStatistics, simulated: TraceStatistics): ComparedStatistic[] {
  const [ofReal, ofSimulated] = [flat(real), flat(simulated)];
  return [...new Set([...ofReal.keys(), ...ofSimulated.keys()])].map((name) => {
    const [a, b] = [ofReal.get(name), ofSimulated.get(name)];
    const ratio = a === undefined || b === undefined || a.value === 0 ? undefined : b.value / a.value;
    return { name, unit: a?.unit ?? b?.unit ?? 'count', real: a?.value, simulated: b?.value, ratio };
  });
}

/** Returns the rows as a table for a page of `width` columns. */
export function comparedText(rows: readonly ComparedStatistic[], width: number): string[] {
  const shown = (value: number | undefined, unit: ComparedStatistic['unit']) => {
    if (value === undefined) return '-';
    return unit === 'ns' ? formatDuration(Math.round(value)) : String(Math.round(value));
  };
  return textTable(
    rows.map(({ name, unit, real, simulated, ratio }) => [
      name,
      shown(real, unit),
      shown(simulated, unit),
      ratio === undefined ? '-' : ratio.toFixed(2),
    ]),
    { width, head: ['', 'real', 'simulated', 'ratio'] },
  );
}

function flat({ inodes, throttling, reclaim }: TraceStatistics): Flat {
  const rows = new Map<string, { unit: ComparedStatistic['unit']; value: number }>();
  const add = (name: string, unit: ComparedStatistic['unit'], value: number) => rows.set(name, { unit, value });
  const spread = (name: string, unit: ComparedStatistic['unit'], d: Distribution | undefined) => {
    if (d === undefined) return;
    for (const p of ['p50', 'p90', 'p99', 'max'] as const) add(`${name} ${p}`, unit, d[p]);
  };
  add('inodes queued', 'inodes', inodes.queued);
  add('worker runs', 'count', inodes.batches?.sizes.n ?? 0);
  spread('inodes a run', 'inodes', inodes.batches?.sizes);
  spread('queued to inactivating', 'ns', inodes.latency);
  spread('inactivating to reclaimable', 'ns', inodes.service);
  add('longest list of a CPU', 'inodes', Math.max(0, ...inodes.maxBacklog.map(({ items }) => items)));
  add('throttles', 'count', throttling.throttles);
  add('throttles without progress', 'count', throttling.zeroProgress);
  spread('throttled', 'ns', throttling.wait);
  const byPriority = new Map<number, number>();
  for (const { priority = -1, scanned } of reclaim.kswapdScans)
    byPriority.set(priority, (byPriority.get(priority) ?? 0) + scanned);
  for (const [priority, scanned] of [...byPriority].sort(([a], [b]) => b - a))
    add(priority < 0 ? 'kswapd objects' : `kswapd objects at priority ${priority}`, 'objects', scanned);
  spread('prune_icache_sb in kswapd', 'ns', reclaim.kswapdPrune);
  spread('direct reclaim', 'ns', reclaim.directReclaim);
  spread('reclaimable to reclaiming', 'ns', inodes.reclaimLag);
  add('pages reclaimed by kswapd', 'pages', reclaim.kswapdPages);
  add('pages reclaimed by others', 'pages', reclaim.directPages);
  add('OOM kills', 'count', reclaim.oomKills.length);
  return rows;
}
