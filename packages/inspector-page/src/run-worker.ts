/** The worker that executes runs for the page: in slices, so that it hears of a new limit, with a pause between. */
import { chunkBuffers } from '@dragon/inspection';
import { comparisonOffers, RunDifference } from '@dragon/inspection/comparison';
import { Execution } from '@dragon/inspection/execution';
import { readRun, requestRun } from '@dragon/scenarios';
import type { Answer, Ask, PageRun, RunLimit, RunSource } from './worker-protocol.ts';

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<Ask>) => void): void;
  postMessage(answer: Answer, transfer: Transferable[]): void;
}

interface OpenRun {
  readonly execution: Execution;
  limit: RunLimit | null;
  /** Digests still to be compared, in order. */
  checks: RunLimit[];
  isBusy: boolean;
}

/** Events in a slice: some 20 ms. */
const SLICE = 4_096;

const scope = self as unknown as WorkerScope;
const runs = new Map<PageRun, OpenRun>();

scope.addEventListener('message', ({ data: ask }) => {
  try {
    answer(ask);
  } catch (error) {
    scope.postMessage(
      { kind: 'failed', run: ask.run, why: error instanceof Error ? error.message : String(error) },
      [],
    );
  }
});

function answer(ask: Ask): void {
  switch (ask.kind) {
    case 'open': {
      const execution = executionOf(ask.source);
      const { opening } = execution;
      // A run that is shown stands alone until another is opened beside it.
      if (ask.run === 'main') runs.delete('other');
      runs.set(ask.run, { execution, limit: ask.limit, checks: [], isBusy: false });
      scope.postMessage({ kind: 'opening', run: ask.run, opening, offers: comparisonOffers(opening) }, []);
      advance(ask.run);
      break;
    }
    case 'limit': {
      const run = runs.get(ask.run);
      if (run === undefined) break;
      run.limit = ask.limit;
      if (ask.limit?.digest !== undefined) run.checks.push(ask.limit);
      if (!run.isBusy) advance(ask.run);
      break;
    }
    case 'ruled-out': {
      const { run, agent } = ask;
      const ruledOut = runs.get(run)?.execution.ruledOut(agent) ?? [];
      scope.postMessage({ kind: 'ruled-out', run, agent, ruledOut }, []);
      break;
    }
    case 'difference': {
      const [main, other] = [runs.get('main'), runs.get('other')];
      if (main === undefined || other === undefined) break;
      compare(new RunDifference(main.execution.opening.plan, other.execution.opening.plan), other);
      break;
    }
    case 'close':
      runs.delete(ask.run);
      break;
  }
}

function executionOf(source: RunSource): Execution {
  if (source.kind === 'plan') return new Execution(source.plan, source.heading, source.command, source.fork);
  const request = requestRun(readRun(source.texts));
  return new Execution(request.plan(), request.heading, request.command);
}

/** Executes a slice, and the next one after whatever has come in meanwhile. */
function advance(name: PageRun, opened = runs.get(name)): void {
  const run = runs.get(name);
  // Meanwhile another run may have been opened in its place.
  if (run === undefined || run !== opened || run.execution.isOver) return;
  const { execution, limit } = run;
  const before = execution.events;
  const [check] = run.checks;
  const wanted = Math.min(limit?.events ?? SLICE + before, check?.events ?? SLICE + before, SLICE + before);
  const isExact = limit !== null && limit.events !== null;
  const chunk = execution.advance(Math.max(0, wanted - before), isExact || limit === null ? undefined : limit.before);
  scope.postMessage({ kind: 'chunk', run: name, chunk }, chunkBuffers(chunk));
  compareDigest(name, run);
  run.isBusy = !execution.isOver && execution.events > before;
  if (run.isBusy) setTimeout(() => advance(name, run));
}

/** Compares the digest that was told of so many events, now that they are processed. */
function compareDigest(name: PageRun, { execution, checks }: OpenRun): void {
  while (checks[0] !== undefined && (checks[0].events ?? 0) <= execution.events) {
    const { before: at, events, digest } = checks.shift() ?? { before: 0, events: null };
    if (events === execution.events && digest !== execution.digest)
      scope.postMessage({ kind: 'differs', run: name, at, events }, []);
  }
}

/** Compares a piece of both runs, and the next one after whatever has come in meanwhile. */
function compare(comparison: RunDifference, other: OpenRun): void {
  if (runs.get('other') !== other) return;
  const difference = comparison.advance(SLICE);
  if (difference === undefined) setTimeout(() => compare(comparison, other));
  else scope.postMessage({ kind: 'difference', run: 'other', difference }, []);
}
