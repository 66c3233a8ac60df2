/**
 * Real boots beside simulated runs with the same settings: a cell for each group and policy, and in it a row for each
 * thing that both were measured by.
 */
import { type Interval, wilsonInterval } from '../statistics.ts';
import type { RunMeasures } from '../run-measures.ts';
import type { Boot, BootPolicy } from './boot.ts';
import type { BootRun } from './boot-run.ts';
import { fisherExact, mannWhitneyExact } from './exact-tests.ts';

/** A run that stands for a boot. */
export interface BootTwin {
  readonly boot: Boot;
  readonly run: BootRun;
  readonly measures: RunMeasures;
}

/** One thing of one boot or run; null if there is none, as the instant of a kill without a kill. */
interface Measure {
  readonly name: MeasureName;
  readonly unit: 'seconds' | 'count';
  readonly real: (boot: Boot) => number | null;
  readonly simulated: (twin: BootTwin) => number | null;
}

type MeasureName =
  | 'killed after'
  | 'done after'
  | 'queued at the kill'
  | 'reclaimable at the kill'
  | 'pinned at the kill'
  | 'kswapd queued'
  | 'kswapd CPU changes';

const SECOND = 1_000_000_000;
const HOG = 'hog/0';

const killOf = ({ measures }: BootTwin) => measures.boot.kill;
const since = (at: number | undefined, { run }: BootTwin): number | null =>
  at === undefined ? null : (at - run.hogAtNs) / SECOND;

const MEASURES: readonly Measure[] = [
  {
    name: 'killed after',
    unit: 'seconds',
    real: ({ killS }) => killS,
    simulated: (twin) => since(killOf(twin)?.at, twin),
  },
  {
    name: 'done after',
    unit: 'seconds',
    real: ({ doneS }) => doneS,
    simulated: (twin) => since(twin.measures.boot.touched[HOG], twin),
  },
  {
    name: 'queued at the kill',
    unit: 'count',
    real: ({ queued }) => queued,
    simulated: (twin) => killOf(twin)?.queued ?? null,
  },
  {
    name: 'reclaimable at the kill',
    unit: 'count',
    real: ({ reclaimable }) => reclaimable,
    simulated: (twin) => killOf(twin)?.reclaimable ?? null,
  },
  {
    name: 'pinned at the kill',
    unit: 'count',
    real: ({ pinned }) => pinned,
    simulated: (twin) => killOf(twin)?.pinned ?? null,
  },
  {
    name: 'kswapd queued',
    unit: 'count',
    real: ({ kswapdQueued }) => kswapdQueued,
    simulated: ({ measures }) => measures.boot.kswapdQueued,
  },
  {
    name: 'kswapd CPU changes',
    unit: 'count',
    real: ({ kswapdCpuChanges }) => kswapdCpuChanges,
    simulated: ({ measures }) => measures.boot.kswapdCpuChanges,
  },
];

export interface KillShare {
  readonly kills: number;
  readonly of: number;
  /** 95 %. */
  readonly interval: Interval;
}

export interface MeasureRow {
  readonly name: MeasureName;
  readonly unit: 'seconds' | 'count';
  /** Medians of those that have one, and how many these are. */
  readonly real: number | null;
  readonly realCount: number;
  readonly simulated: number | null;
  readonly simulatedCount: number;
  /** Of the Mann-Whitney test; null where one side has none. */
  readonly p: number | null;
}

export interface BootCell {
  readonly group: string;
  readonly policy: BootPolicy;
  readonly workload: string;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly real: KillShare;
  readonly simulated: KillShare;
  /** Of Fisher's exact test of the two shares. */
  readonly p: number;
  readonly measures: readonly MeasureRow[];
  /** What differs beyond chance: with p below 0.05. */
  readonly disagrees: readonly (MeasureName | 'share of kills')[];
}

/** Below it a difference is not put down to chance. Of twenty comparisons of what is equal one is below it, too. */
const ALPHA = 0.05;

/** Returns the cells in the order of the boots. */
export function compareBoots(boots: readonly Boot[], twins: readonly BootTwin[]): BootCell[] {
  const cells = new Map<string, { readonly real: Boot[]; readonly simulated: BootTwin[] }>();
  for (const boot of boots) {
    const cell = cells.get(cellOf(boot)) ?? { real: [], simulated: [] };
    cell.real.push(boot);
    cells.set(cellOf(boot), cell);
  }
  for (const twin of twins) cells.get(cellOf(twin.boot))?.simulated.push(twin);
  return [...cells.values()].flatMap(({ real, simulated }) => {
    const [first] = real;
    return first === undefined ? [] : [cellOfBoots(first, real, simulated)];
  });
}

/** Names the cell of a boot. */
export const cellOf = ({ group, policy }: Boot): string => `${group} ${policy}`;

function cellOfBoots(first: Boot, real: readonly Boot[], simulated: readonly BootTwin[]): BootCell {
  const { group, policy, workload, cpus, memoryMib } = first;
  const shares = {
    real: shareOf(real.filter(({ killed }) => killed !== null).length, real.length),
    simulated: shareOf(simulated.filter((twin) => killOf(twin) !== null).length, simulated.length),
  };
  const p = fisherExact(shares.real.kills, shares.real.of, shares.simulated.kills, shares.simulated.of);
  const measures = MEASURES.map((measure) => rowOf(measure, real, simulated));
  const differing = measures.filter((row) => row.p !== null && row.p < ALPHA).map(({ name }) => name);
  const disagrees = [...(p < ALPHA ? (['share of kills'] as const) : []), ...differing];
  return { group, policy, workload, cpus, memoryMib, ...shares, p, measures, disagrees };
}

const shareOf = (kills: number, of: number): KillShare => ({ kills, of, interval: wilsonInterval(kills, of) });

function rowOf(measure: Measure, boots: readonly Boot[], twins: readonly BootTwin[]): MeasureRow {
  const { name, unit } = measure;
  const real = boots.flatMap((boot) => measure.real(boot) ?? []);
  const simulated = twins.flatMap((twin) => measure.simulated(twin) ?? []);
  return {
    name,
    unit,
    real: medianOf(real),
    realCount: real.length,
    simulated: medianOf(simulated),
    simulatedCount: simulated.length,
    p: mannWhitneyExact(real, simulated),
  };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[middle - 1] ?? 0, sorted[middle] ?? null];
  if (above === null) return null;
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}
