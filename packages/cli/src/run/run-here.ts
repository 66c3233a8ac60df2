/** A run in this process, in slices, so that a Ctrl-C is heard and a live line can be drawn. */
import type { FederatedResult } from '@dragon/federation';
import type { Drive } from '../inspect/run-inspection.ts';
import { LocalRun, type Plan, type RunOptions, type RunResult, type VirtualTime } from '@dragon/engine';
import { reportFinders, type ReportFinders } from '@dragon/report';
import { DEFINITIONS, INTERPRETED_DEFINITIONS } from '@dragon/scenarios';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A simulated run, wherever it ran. */
export interface Simulated extends Omit<ReportFinders, 'finders'> {
  readonly result: RunResult;
  /** Processes that hosted agents. */
  readonly processes: number;
  /** From the first event to the last; the start of processes is not in it. */
  readonly wallSeconds: number;
  /** How long it took until every process was there. */
  readonly startSeconds: number;
  /** Of a run in many. */
  readonly federation?: Pick<FederatedResult, 'rounds' | 'stats'> | undefined;
  /** Ends what was started for a run in many. To be called once its result is told: it may take a moment. */
  readonly close?: (() => Promise<void>) | undefined;
}

/** What of a run is recorded. */
export type RecordOutlets = Pick<RunOptions, 'onRow' | 'onFacts' | 'onCensus' | 'onVerdict'>;

/** What it takes to watch one. */
export interface Watching extends RecordOutlets {
  readonly signal: AbortSignal;
  /** Called with every tracepoint that is hit. */
  readonly onTrace?: RunOptions['onTrace'];
  /** Called often. */
  readonly onProgress?: ((at: VirtualTime, events: number) => void) | undefined;
  /** Statecharts are stepped by XState itself. */
  readonly interpreted?: boolean | undefined;
  /** Advances the run to its end, for who wants it at another pace; default: as fast as it can be. */
  readonly drive?: Drive | undefined;
}

/** Events between two looks at the signal: some 20 ms. */
const SLICE = 1_024;

/** Runs a plan to its end. Rejects with the signal's reason if that comes first. */
export async function runHere(
  plan: Plan,
  { signal, onProgress, interpreted = false, drive = driveOn, ...outlets }: Watching,
): Promise<Simulated> {
  const started = performance.now();
  const { finders, ...found } = reportFinders(plan);
  const run = new LocalRun(plan, interpreted ? INTERPRETED_DEFINITIONS : DEFINITIONS, { finders, ...outlets });
  await drive(run, { signal, onProgress });
  const wallSeconds = (performance.now() - started) / 1_000;
  return { ...found, result: run.result(), processes: 1, wallSeconds, startSeconds: 0 };
}

const driveOn: Drive = async (run, { signal, onProgress }) => {
  while (run.advance(SLICE)) {
    onProgress?.(run.engine.now, run.engine.processed);
    await nextTurn();
    signal.throwIfAborted();
  }
};
