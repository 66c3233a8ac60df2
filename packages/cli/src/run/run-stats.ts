/**
 * Statistics of a run, which `--stats` asks for: what it cost this process, or how a federation spent its rounds and
 * its time. Much of it is of the wall clock, so it goes into nothing that is compared.
 */
import type { FederateStats } from '@dragon/federation';
import { thousands } from '@dragon/report';
import type { ProcessStats } from './process-meter.ts';
import type { Simulated } from './run-here.ts';

/** Shares of the time of the rounds, from 0 to 1. */
interface TimeShares {
  /** In the steps of agents; of the coordinator, in the finders and in its computation of windows. */
  readonly steps: number;
  /** In writing, reading and checking frames, and handing them to NATS. */
  readonly codec: number;
  /** For grants, frames and reports of others, on their way over NATS or not there yet; and for a CPU. */
  readonly waiting: number;
}

interface WindowStats {
  readonly agents: number;
  readonly events: number;
  readonly windows: number;
  readonly frames: number;
  readonly eventsPerWindow: number;
  readonly framesPerWindow: number;
  readonly time: TimeShares;
}

/** What `--json` has under `stats`. */
export type RunStats = { readonly eventsPerSecond: number } & (
  | { readonly process: ProcessStats }
  | {
      readonly rounds: number;
      readonly roundsPerEvent: number;
      readonly federatesPerRound: number;
      readonly all: WindowStats;
      readonly federates: readonly (WindowStats & { readonly name: string })[];
      readonly coordinator: TimeShares;
    }
);

/** Rows of the text: a run may have hundreds of processes. */
const MOST_ROWS = 12;

/** Returns the statistics of a run that is over; those of this process count if it ran here. */
export function runStats(
  { result: { events }, wallSeconds, federation }: Pick<Simulated, 'result' | 'wallSeconds' | 'federation'>,
  { cpuSeconds, garbageSeconds, peakMegabytes }: ProcessStats,
): RunStats {
  const eventsPerSecond = Math.round(ratio(events, wallSeconds));
  if (federation === undefined) {
    const times = { cpuSeconds: rounded(cpuSeconds), garbageSeconds: rounded(garbageSeconds) };
    return { eventsPerSecond, process: { ...times, peakMegabytes: Math.round(peakMegabytes) } };
  }
  const { rounds, stats } = federation;
  const { federates, seconds, wireSeconds, mergeSeconds } = stats;
  const windows = federates.map((each) => ({ name: each.name, ...windowStats([each], seconds) }));
  const all = windowStats(federates, seconds);
  return {
    eventsPerSecond,
    rounds,
    roundsPerEvent: rounded(ratio(rounds, events)),
    federatesPerRound: rounded(ratio(all.windows, rounds)),
    all,
    federates: windows,
    coordinator: timeShares(mergeSeconds, wireSeconds, seconds),
  };
}

/** Returns lines of at most 80 columns. */
export function statsText(stats: RunStats): string {
  if ('process' in stats) {
    const { cpuSeconds, garbageSeconds, peakMegabytes } = stats.process;
    return [
      'Statistics of this process:',
      `  events a second     ${thousands(stats.eventsPerSecond)}`,
      `  CPU                 ${cpuSeconds.toFixed(2)} s`,
      `  garbage collection  ${garbageSeconds.toFixed(2)} s`,
      `  memory              ${peakMegabytes} MB at most`,
    ].join('\n');
  }
  const { rounds, roundsPerEvent, federatesPerRound, all, federates, coordinator, eventsPerSecond } = stats;
  const busiest = federates.toSorted((a, b) => b.events - a.events);
  const shown = busiest.length > MOST_ROWS ? busiest.slice(0, MOST_ROWS - 1) : busiest;
  const rows = [
    ['', 'agents', 'events', 'windows', 'events', 'frames', 'steps', 'codec', 'waits'],
    ['', '', '', '', 'a window', 'a window', '', '', ''],
    rowOf('all', all),
    ...shown.map((each) => rowOf(each.name, each)),
    ['coordinator', '', '', '', '', '', ...sharesOf(coordinator)],
  ];
  const left = federates.length - shown.length;
  return [
    'Statistics of the federation:',
    `  ${thousands(rounds)} rounds, ${roundsPerEvent.toFixed(3)} an event, with ${federatesPerRound.toFixed(2)} federates in each`,
    `  ${thousands(eventsPerSecond)} events a second`,
    ...alignedRows(rows).map((row) => `  ${row}`),
    ...(left > 0 ? [`  and ${left} federates with fewer events`] : []),
  ].join('\n');
}

function windowStats(federates: readonly FederateStats[], seconds: number): WindowStats {
  const sum = (of: (each: FederateStats) => number) => federates.reduce((total, each) => total + of(each), 0);
  const [events, windows, frames] = [
    sum((each) => each.events),
    sum((each) => each.windows),
    sum((each) => each.frames),
  ];
  return {
    agents: sum((each) => each.agents),
    events,
    windows,
    frames,
    eventsPerWindow: rounded(ratio(events, windows)),
    framesPerWindow: rounded(ratio(frames, windows)),
    time: timeShares(
      sum((each) => each.stepSeconds),
      sum((each) => each.wireSeconds),
      seconds * federates.length,
    ),
  };
}

function timeShares(stepSeconds: number, wireSeconds: number, seconds: number): TimeShares {
  const [steps, codec] = [ratio(stepSeconds, seconds), ratio(wireSeconds, seconds)];
  return { steps: rounded(steps), codec: rounded(codec), waiting: rounded(Math.max(0, 1 - steps - codec)) };
}

function rowOf(name: string, { agents, events, windows, eventsPerWindow, framesPerWindow, time }: WindowStats) {
  const counts = [agents, events, windows].map((count) => thousands(count));
  const ratios = [eventsPerWindow, framesPerWindow].map((each) => each.toFixed(each < 100 ? 2 : 0));
  return [name.slice(0, 14), ...counts, ...ratios, ...sharesOf(time)];
}

const sharesOf = ({ steps, codec, waiting }: TimeShares) =>
  [steps, codec, waiting].map((share) => `${Math.round(share * 100)} %`);

/** Returns a line a row; the first column is of words, the others of figures. */
function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(' ')
      .trimEnd(),
  );
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);

/** Three places are all that means anything. */
const rounded = (value: number) => Math.round(value * 1_000) / 1_000;
