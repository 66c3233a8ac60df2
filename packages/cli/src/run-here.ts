/** A run in this process, in slices, so that a Ctrl-C is heard and a live line can be drawn. */
import { LocalRun, type Plan } from '@dragon/engine';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Simulated, Watching } from './simulated.ts';

/** Events between two looks at the signal: some 20 ms. */
const SLICE = 1_024;

/** Runs a plan to its end. Rejects with the signal's reason if that comes first. */
export async function runHere(plan: Plan, { signal, onRow, onTrace, onProgress }: Watching): Promise<Simulated> {
  const started = performance.now();
  const graph = new WaitForGraph();
  const run = new LocalRun(plan, DEFINITIONS, { finders: [graph], onRow, onTrace });
  while (run.advance(SLICE)) {
    onProgress?.(run.engine.now, run.engine.processed);
    await nextTurn();
    signal.throwIfAborted();
  }
  const wallSeconds = (performance.now() - started) / 1_000;
  return { result: run.result(), graph, processes: 1, wallSeconds, startSeconds: 0 };
}
