/** The small multiples of a comparison: one panel for each measure, policies as rows, CPUs as marks. */
import type { CellDetails, CompareCell } from './compare-cell.ts';
import type { Comparison } from './comparison.ts';
import type { Mark, Panel } from './dot-plot.ts';
import { policyLabel } from './policy-label.ts';
import { grouped, percent, shortDuration, stallText } from './short-number.ts';

/** Returns the panels in the order of the question: does it hang, does it kill, and what does it cost? */
export function comparePanels(comparison: Comparison): Panel[] {
  const rows = (mark: (cell: CompareCell, details: CellDetails) => Omit<Mark, 'label' | 'href'>) =>
    comparison.policies.map((policy) => ({
      label: policyLabel(policy),
      marks: comparison.cells.flatMap((cell, i): Mark[] => {
        const details = comparison.details[i];
        if (cell.policy !== policy || details === undefined) return [];
        const label = `${cell.cpus} ${cell.cpus === 1 ? 'CPU' : 'CPUs'}`;
        return [{ label, href: `#${cellAnchor(i)}`, ...mark(cell, details) }];
      }),
    }));
  return [
    {
      title: 'Runs with a deadlock',
      caption: 'Share of runs, with 95 % interval.',
      scale: 'share',
      failure: true,
      rows: rows(({ deadlocks, runs }, details) => shareMark(deadlocks, runs, details.deadlocks)),
    },
    {
      title: 'Runs with an OOM kill',
      caption: 'Share of runs, with 95 % interval.',
      scale: 'share',
      failure: true,
      rows: rows(({ ooms, runs }, details) => shareMark(ooms, runs, details.ooms)),
    },
    {
      title: 'Inodes unaccounted at the kill',
      caption:
        'Median over the runs with an OOM kill: freeable, but counted by no shrinker when the killer first struck. Log scale.',
      scale: 'count',
      failure: true,
      rows: rows((cell, details) => ({
        value: cell.unaccountedAtOom ?? undefined,
        interval: details.unaccountedAtOom,
        text: cell.unaccountedAtOom === null ? 'no kill' : grouped(cell.unaccountedAtOom),
      })),
    },
    {
      title: 'kswapd stalls',
      caption: '○ median, ● p99 with 95 % interval, | longest; the number is p99. Log scale.',
      scale: 'duration',
      rows: rows(({ kswapdStallNs: { p50, p99, max } }, details) => ({
        value: p99 ?? undefined,
        interval: details.kswapdStallP99Ns,
        hollow: p50 ?? undefined,
        stroke: max ?? undefined,
        text: p99 === null ? 'none' : stallText(p99, max, details.unfinishedKswapdStalls),
      })),
    },
    {
      title: 'Allocation stalls',
      caption:
        'From where an allocation takes the slow path to its end: ● p99 with 95 % interval, | longest. Log scale.',
      scale: 'duration',
      rows: rows(({ allocStallNs: { p99, max } }, details) => ({
        value: p99 ?? undefined,
        interval: details.allocStallP99Ns,
        stroke: max ?? undefined,
        text: p99 === null ? 'none' : stallText(p99, max, details.unfinishedAllocStalls),
      })),
    },
    {
      title: 'Time until memory is back',
      caption: 'Median over runs: from the first fall below the low watermark until above it for good. Log scale.',
      scale: 'duration',
      rows: rows(({ recoveredNs: { p50 } }, details) => ({
        value: p50 ?? (details.pressed > 0 ? Infinity : undefined),
        interval: p50 === null ? null : details.recoveredP50Ns,
        text: p50 === null ? (details.pressed > 0 ? 'never' : 'not short') : shortDuration(p50),
      })),
    },
    {
      title: 'Inodes inactivated per second',
      caption: 'Median over runs, from the first inode queued to the last one done, with 95 % interval.',
      scale: 'rate',
      rows: rows((cell, details) => ({
        value: cell.inactivatedPerSecond ?? undefined,
        interval: details.inactivatedPerSecond,
        text: cell.inactivatedPerSecond === null ? 'none' : grouped(cell.inactivatedPerSecond),
      })),
    },
  ];
}

/** The id of the section of a cell. */
export function cellAnchor(cell: number): string {
  return `cell-${cell + 1}`;
}

function shareMark(count: number, runs: number, interval: CellDetails['deadlocks']): Omit<Mark, 'label' | 'href'> {
  return { value: count / runs, interval, text: `${percent(count / runs)} %` };
}
