/** A map of policies as text, as a table for other programs, and as an object for `--json`. */
import { foldLines, textTable } from '@dragon/report';
import { policyLabel } from './policy-label.ts';
import type { PointShare, RegionShares, SampleMap } from './sample-map.ts';
import { isLogarithmic } from './sample-range.ts';
import { percent } from './short-number.ts';

export const SAMPLE_HEAD = ['candidate', 'where', 'points', 'deadlocks', 'kills', 'stalls'];

/** Returns the rows: of each candidate the whole space, then each third of each parameter. */
export function sampleRows({ policyMaps, ranges }: SampleMap): string[][] {
  return policyMaps.flatMap(({ policy, all, thirds }) => [
    [policyLabel(policy), 'everywhere', ...shareCells(all)],
    ...thirds.map(({ key, from, to, shares }) => {
      const text = ranges.find((range) => range.key === key)?.textOf ?? String;
      return ['', `${key} ${text(from)}${to > from ? `..${text(to)}` : ''}`, ...shareCells(shares)];
    }),
  ]);
}

const shareCells = ({ deadlocks, ooms, stalls }: RegionShares): string[] => [
  String(deadlocks.points),
  ...[deadlocks, ooms, stalls].map(shareText),
];

/** `7 [21..67]` */
const shareText = ({ count, interval }: PointShare) => `${count} [${percent(interval.low)}..${percent(interval.high)}]`;

/** Returns what was sampled, and how the runs ended, in sentences. */
export function sampleFacts({ ranges, points, cells, ended, mostEvents }: SampleMap): string[] {
  const spans = ranges.map((range) => {
    const { key, least, most, textOf } = range;
    return `${key} ${textOf(least)}..${textOf(most)}${isLogarithmic(range) ? ' in logarithms' : ''}`;
  });
  const runs = cells.reduce((sum, cell) => sum + cell.runs.length, 0);
  return [
    `${points.length} points of a Latin hypercube over ${spans.join(', ')}; ${runs} runs.`,
    ...(ended['no-room'] === 0 ? [] : [`${ended['no-room']} of these were not made: no memory for what was set.`]),
    ...(ended.cut === 0
      ? []
      : [`${ended.cut} were cut after ${mostEvents} events, and count with what was seen of them.`]),
    'Counted are points at which it happens in more than half of the runs, with 95 % intervals of their share in per cent.',
  ];
}

export function sampleLines(map: SampleMap, width: number): string[] {
  return [
    ...foldLines(sampleFacts(map), width),
    '',
    ...textTable(sampleRows(map), { width, head: SAMPLE_HEAD, figuresFrom: 2 }),
  ];
}

/** Returns a header and a line for each run. An empty field: there was no run. */
export function sampleCsv({ scenario, ranges, points, cells }: SampleMap): string {
  const head = ['scenario', 'point', ...ranges.map(({ key }) => key), 'policy', 'seed', 'ended', ...RUN_COLUMNS];
  const rows = cells.flatMap(({ point, policy, runs }) =>
    runs.map(({ seed, ended, measures }) => [
      scenario,
      point + 1,
      ...ranges.map(({ textOf }, i) => textOf(points[point]?.[i] ?? 0)),
      policy,
      seed,
      ended,
      ...(measures === null
        ? RUN_COLUMNS.map(() => '')
        : [
            measures.deadlockAt ?? '',
            measures.oom?.kills ?? 0,
            measures.oom?.firstAt ?? '',
            measures.kswapdStalls.samples.max,
            measures.allocStalls.samples.max,
            measures.endedAt,
            measures.events,
          ]),
    ]),
  );
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

const RUN_COLUMNS = [
  'deadlock_at_ns',
  'oom_kills',
  'first_kill_at_ns',
  'kswapd_stall_max_ns',
  'alloc_stall_max_ns',
  'ended_at_ns',
  'events',
];

function field(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns what `--json` prints. */
export function sampleJson({
  scenario,
  seeds,
  until,
  mostEvents,
  ranges,
  points,
  policyMaps,
  ended,
  cells,
}: SampleMap): object {
  return {
    scenario,
    seeds,
    untilNs: until,
    mostEvents,
    ranges: ranges.map((range) => ({
      key: range.key,
      least: range.least,
      most: range.most,
      scale: isLogarithmic(range) ? 'log' : 'linear',
    })),
    points,
    ended: { ran: ended.ran, noRoom: ended['no-room'], cut: ended.cut },
    candidates: policyMaps.map(({ policy, all, thirds, tallies }) => ({ policy, all, thirds, tallies })),
    runs: cells.reduce((sum, cell) => sum + cell.runs.length, 0),
  };
}
