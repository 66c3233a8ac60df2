/**
 * A trace that is read for the page, part by part and without executing anything; then, if it does not say all that a
 * page shows, its run is made again beside it, compared row by row, and what was missing is filled in.
 */
import type { Plan } from '@dragon/engine';
import { chunkBuffers, type RecordChunk, RecordedRun } from '@dragon/inspection';
import { askedAgain, comparisonOffers } from '@dragon/inspection/comparison';
import { kernelPlanFrom } from '@dragon/kernel';
import { BlobTrace, openWebTrace, RangeTrace, type WebTrace } from '@dragon/report/web';
import { DEFINITIONS } from '@dragon/scenarios';
import { RemadeRun } from './remade-run.ts';
import type { Answer, PageRun, PlannedRun, TraceFile } from './worker-protocol.ts';

export interface TraceListener {
  readonly run: PageRun;
  readonly tell: (answer: Answer, transfer?: ArrayBuffer[]) => void;
  /** False when the page has opened something else in its place. */
  readonly isWanted: () => boolean;
}

/** Milliseconds between two words of how far it has been read. */
const PERIOD = 100;

/**
 * Reads a trace to its end. Resolves to its run if it was cut before any row: then that is all there is of it. Rejects
 * with an `Error` whose message is one line if it cannot be opened.
 */
export async function readTrace({ name, file }: TraceFile, listener: TraceListener): Promise<PlannedRun | undefined> {
  const bytes = typeof file === 'string' ? await RangeTrace.open(name, file) : new BlobTrace(name, file);
  const trace = await openWebTrace(bytes);
  const plan = planOf(trace, name);
  const recorded = new RecordedRun(plan, trace.header, DEFINITIONS);
  const { run, tell } = listener;
  if (!listener.isWanted()) return undefined;
  if (trace.index?.blocks.length === 0 && trace.footer === undefined) {
    const { heading, command, fork } = trace.header;
    tell({ kind: 'notice', run, text: `${name} was cut before its first rows. Its run is made again from its plan.` });
    return { plan, heading, command, fork };
  }
  const { opening } = recorded;
  tell({ kind: 'opening', run, opening, offers: comparisonOffers(opening), again: askedAgain(opening) });
  for (const what of trace.unknown) tell({ kind: 'notice', run, text: `${name} has records unknown here: ${what}` });
  const isWhole = await readRecords(trace, recorded, name, listener);
  if (!listener.isWanted()) return undefined;
  const lacks = [...trace.lacks];
  const untold = isWhole ? trace.footer && recorded.untold(trace.footer) : undefined;
  if (untold !== undefined) lacks.push(untold);
  if (lacks.length === 0) return undefined;
  const what = `${name} does not say ${lacks.join('; nor ')}.`;
  tell({ kind: 'notice', run, text: isWhole ? `${what} Its run is made again for that.` : what });
  if (isWhole) await makeAgain({ trace, recorded, plan, name }, listener);
  return undefined;
}

/** A read trace. */
interface ReadTrace {
  readonly trace: WebTrace;
  readonly recorded: RecordedRun;
  readonly plan: Plan;
  readonly name: string;
}

/** Resolves to whether it came to its end; of one that was cut, what there is stays. */
async function readRecords(
  trace: WebTrace,
  recorded: RecordedRun,
  name: string,
  { run, tell, isWanted }: TraceListener,
): Promise<boolean> {
  const post = (chunk: RecordChunk) => tell({ kind: 'chunk', run, chunk }, chunkBuffers(chunk));
  const blocks = trace.index?.blocks.length;
  let [read, saidAt] = [0, Number.NEGATIVE_INFINITY];
  try {
    for await (const records of trace.records()) {
      if (!isWanted()) return false;
      post(recorded.take(records));
      read += 1;
      if (performance.now() - saidAt < PERIOD) continue;
      saidAt = performance.now();
      tell({ kind: 'reading', run, share: blocks === undefined ? null : Math.min(read / blocks, 0.99) });
    }
    if (trace.footer !== undefined) post(recorded.finish(trace.footer));
    tell({ kind: 'reading', run, share: 1 });
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = error instanceof RangeError ? `${name}: ${why}` : why;
    tell({ kind: 'cut', run, why: `${what}. Only what comes before is shown.` });
    return false;
  }
}

async function makeAgain({ trace, recorded, plan, name }: ReadTrace, listener: TraceListener): Promise<void> {
  const { run, tell } = listener;
  try {
    const remade = new RemadeRun(plan, trace.header, recorded.told);
    for await (const records of trace.records()) {
      if (!listener.isWanted()) return;
      const row = remade.take(records, recorded.edge, (chunk) =>
        tell({ kind: 'chunk', run, chunk }, chunkBuffers(chunk)),
      );
      if (row === undefined) continue;
      tell({ kind: 'differs', run, at: 0, events: row });
      return;
    }
    const end = remade.finish(recorded.edge, (chunk) => tell({ kind: 'chunk', run, chunk }, chunkBuffers(chunk)));
    if (end !== undefined) tell({ kind: 'made', run, end });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell({ kind: 'notice', run, text: `${name} cannot be made again by this version: ${why}` });
  }
}

/** Throws an `Error` if the plan is not one for this version. */
function planOf({ plan }: WebTrace, name: string): Plan {
  try {
    return kernelPlanFrom(plan);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `${name} cannot be shown: ${why}; another version of this program made it, or a hand`;
    throw new Error(what, { cause: error });
  }
}
