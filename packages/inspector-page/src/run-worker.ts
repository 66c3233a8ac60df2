/** The worker that executes runs for the page: in slices, so that it hears of a new limit, with a pause between. */
import { chunkBuffers } from '@dragon/inspection';
import { Execution } from '@dragon/inspection/execution';
import { readRun, requestRun } from '@dragon/scenarios';
import type { Answer, Ask, PageRun, RunSource } from './worker-protocol.ts';

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<Ask>) => void): void;
  postMessage(answer: Answer, transfer: Transferable[]): void;
}

interface OpenRun {
  readonly execution: Execution;
  limit: number;
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
      const execution = opened(ask.source);
      runs.set(ask.run, { execution, limit: ask.limit ?? Number.POSITIVE_INFINITY, isBusy: false });
      scope.postMessage({ kind: 'opening', run: ask.run, opening: execution.opening }, []);
      advance(ask.run);
      break;
    }
    case 'limit': {
      const run = runs.get(ask.run);
      if (run === undefined) break;
      run.limit = ask.limit ?? Number.POSITIVE_INFINITY;
      if (!run.isBusy) advance(ask.run);
      break;
    }
    case 'ruled-out': {
      const { run, agent } = ask;
      const ruledOut = runs.get(run)?.execution.ruledOut(agent) ?? [];
      scope.postMessage({ kind: 'ruled-out', run, agent, ruledOut }, []);
      break;
    }
    case 'close':
      runs.delete(ask.run);
      break;
  }
}

function opened(source: RunSource): Execution {
  if (source.kind === 'plan') return new Execution(source.plan, source.heading, source.command, source.fork);
  const request = requestRun(readRun(source.texts));
  return new Execution(request.plan(), request.heading, request.command);
}

/** Executes a slice, and the next one after whatever has come in meanwhile. */
function advance(name: PageRun, wanted = runs.get(name)): void {
  const run = runs.get(name);
  // Meanwhile another run may have been opened in its place.
  if (run === undefined || run !== wanted || run.execution.isOver) return;
  const before = run.execution.events;
  const chunk = run.execution.advance(SLICE, run.limit);
  scope.postMessage({ kind: 'chunk', run: name, chunk }, chunkBuffers(chunk));
  run.isBusy = !run.execution.isOver && run.execution.events > before;
  if (run.isBusy) setTimeout(() => advance(name, run));
}
