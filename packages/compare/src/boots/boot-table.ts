/** Real boots beside simulated ones as a terminal shows them. */
import { foldLines, textTable, wrap } from '@dragon/report';
import { percent } from '../short-number.ts';
import type { BootCell, KillShare, MeasureRow } from './boot-comparison.ts';

const HEAD = ['', 'real', 'simulated', 'ratio', 'p'];

/** Returns a heading and a table for each cell, and what disagrees. */
export function bootLines(cells: readonly BootCell[], width: number): string[] {
  return [...cells.flatMap((cell) => [...cellLines(cell, width), '']), ...verdictLines(cells, width)];
}

function cellLines(cell: BootCell, width: number): string[] {
  const { group, policy, workload, cpus, memoryMib, real, simulated, p, measures } = cell;
  const size = memoryMib === 0 ? '' : `, ${memoryMib} MiB`;
  const heading = `${group}, ${policy}: ${workload} on ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}${size}; ${real.of} real, ${simulated.of} simulated`;
  const rows = [
    ['killed', shareText(real), shareText(simulated), '', pText(p)],
    ...measures.filter(({ real: one, simulated: other }) => one !== null || other !== null).map(rowOf),
  ];
  return [...foldLines([heading], width), ...textTable(rows, { width, head: HEAD, figuresFrom: 1 })];
}

const shareText = ({ kills, of, interval }: KillShare): string =>
  `${kills}/${of} [${percent(interval.low)}..${percent(interval.high)} %]`;

function rowOf({ name, unit, real, realCount, simulated, simulatedCount, p }: MeasureRow): string[] {
  const text = (value: number | null, count: number): string => {
    if (value === null) return '-';
    return `${unit === 'seconds' ? `${value.toFixed(1)} s` : String(Math.round(value))} (${count})`;
  };
  const ratio = real === null || simulated === null || real === 0 ? '-' : (simulated / real).toFixed(2);
  return [name, text(real, realCount), text(simulated, simulatedCount), ratio, p === null ? '-' : pText(p)];
}

const pText = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

function verdictLines(cells: readonly BootCell[], width: number): string[] {
  const apart = cells.filter(({ disagrees }) => disagrees.length > 0);
  const tests = cells.reduce((sum, { measures }) => sum + 1 + measures.filter(({ p }) => p !== null).length, 0);
  const how =
    'Medians, and in brackets of how many; ratio is simulated / real; of a share its 95 % interval (Wilson). ' +
    `p: how often chance alone makes such a difference, by Fisher's exact test of shares, else the exact Mann-Whitney test. Of ${tests} ` +
    'comparisons 1 in 20 is below 0.05 where nothing differs.';
  const verdict =
    apart.length === 0
      ? 'No cell disagrees with the real boots beyond chance.'
      : `${apart.length} of ${cells.length} cells disagree with the real boots beyond chance (p < 0.05):`;
  return [
    ...wrap(verdict, width),
    ...foldLines(
      apart.map(({ group, policy, disagrees }) => `  ${group}, ${policy}: ${disagrees.join(', ')}`),
      width,
    ),
    ...wrap(how, width),
  ];
}
