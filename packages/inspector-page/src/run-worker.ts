/**
 * The worker that makes runs for the page, or reads traces: in slices, so that it hears of a new limit, with a pause
 * between.
 */
import { AgentFault, type AgentId, type Plan } from '@dragon/engine';
import { chunkBuffers, PastContexts, ruledOutIn, savedContext, shownContext } from '@dragon/inspection';
import { askedAgain, comparisonOffers, RunDifference } from '@dragon/inspection/comparison';
import { Execution } from '@dragon/inspection/execution';
import { PROFILES } from '@dragon/kernel';
import { DEFINITIONS, readRun, refusedMessage, requestRun, SCENARIOS } from '@dragon/scenarios';
import { forkedRun } from './forked-run.ts';
import { readTrace } from './trace-reader.ts';
import { wantedCommand } from './wanted-command.ts';
import type { Answer, Ask, PageRun, RunLimit, RunSource, TraceFile } from './worker-protocol.ts';

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

/** A trace that is read, or has been. */
interface OpenTrace {
  plan: Plan | undefined;
}

/** The contexts of a run, and which one is wanted. */
interface AskedContexts {
  readonly past: PastContexts;
  wanted: { readonly agent: AgentId; readonly row: number } | undefined;
}

/** Events in a slice: some 20 ms. */
const SLICE = 4_096;

const scope = self as unknown as WorkerScope;
const runs = new Map<PageRun, OpenRun>();
const traces = new Map<PageRun, OpenTrace>();
const contexts = new Map<PageRun, AskedContexts>();

scope.addEventListener('message', ({ data: ask }) => {
  try {
    answer(ask);
  } catch (error) {
    fail(ask.run, error, ask.kind === 'open' ? wantedCommand(ask.source) : undefined);
  }
});

/** `again`: what to try where the page cannot go on. */
function fail(run: PageRun, error: unknown, again?: string): void {
  scope.postMessage({ kind: 'failed', run, why: error instanceof Error ? error.message : String(error), again }, []);
}

/** Ends a run that cannot go on. */
function stop(run: PageRun, error: unknown): void {
  const plan = planOf(run);
  close(run);
  const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
  const refusal =
    error instanceof AgentFault && plan !== undefined ? refusedMessage(plan, error.event?.at, why) : undefined;
  fail(run, refusal ?? error);
}

function answer(ask: Ask): void {
  switch (ask.kind) {
    case 'open': {
      close(ask.run);
      // A run that is shown stands alone until another is opened beside it.
      if (ask.run === 'main') close('other');
      if (ask.source.kind === 'trace') {
        openTrace(ask.run, ask.source);
        break;
      }
      openExecution(ask.run, executionOf(ask.source), ask.limit);
      break;
    }
    case 'catalogue': {
      const scenarios = SCENARIOS.map(({ name, about }) => ({ name, about }));
      const profiles = PROFILES.map(({ name }) => name);
      scope.postMessage({ kind: 'catalogue', run: ask.run, catalogue: { scenarios, profiles } }, []);
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
      const plan = planOf(run);
      const ruledOut = plan === undefined ? [] : ruledOutIn(plan, agent, DEFINITIONS);
      scope.postMessage({ kind: 'ruled-out', run, agent, ruledOut }, []);
      break;
    }
    case 'context':
      wantContext(ask.run, ask.agent, ask.row);
      break;
    case 'difference': {
      const [plan, other] = [planOf('main'), runs.get('other')];
      if (plan === undefined || other === undefined) break;
      compare(new RunDifference(plan, other.execution.opening.plan), other);
      break;
    }
    case 'close':
      close(ask.run);
      break;
  }
}

const planOf = (run: PageRun): Plan | undefined => runs.get(run)?.execution.opening.plan ?? traces.get(run)?.plan;

function close(run: PageRun): void {
  runs.delete(run);
  traces.delete(run);
  contexts.delete(run);
}

/** Takes the place of what was wanted before: the cursor has moved on. */
function wantContext(run: PageRun, agent: AgentId, row: number): void {
  const plan = planOf(run);
  if (plan === undefined) return;
  let asked = contexts.get(run);
  const isBusy = asked?.wanted !== undefined;
  if (asked === undefined)
    contexts.set(run, (asked = { past: new PastContexts(plan, DEFINITIONS), wanted: undefined }));
  asked.wanted = { agent, row };
  if (!isBusy) approach(run, asked);
}

function approach(run: PageRun, asked: AskedContexts): void {
  if (contexts.get(run) !== asked || asked.wanted === undefined) return;
  const { agent, row } = asked.wanted;
  try {
    if (asked.past.approach(row + 1, SLICE)) {
      const { context } = savedContext(asked.past.saved(agent));
      scope.postMessage({ kind: 'context', run, agent, row, context: shownContext(context) }, []);
      asked.wanted = undefined;
    } else setTimeout(() => approach(run, asked));
  } catch (error) {
    asked.wanted = undefined;
    const why = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: 'notice', run, text: `The context of ${agent} cannot be told: ${why}` }, []);
  }
}

function openExecution(run: PageRun, execution: Execution, limit: RunLimit | null): void {
  const { opening } = execution;
  runs.set(run, { execution, limit, checks: [], isBusy: false });
  const [offers, again] = [comparisonOffers(opening), askedAgain(opening)];
  scope.postMessage({ kind: 'opening', run, opening, offers, again }, []);
  advance(run);
}

function openTrace(run: PageRun, file: TraceFile): void {
  const opened: OpenTrace = { plan: undefined };
  traces.set(run, opened);
  const isWanted = () => traces.get(run) === opened;
  readTrace(file, {
    run,
    isWanted,
    tell(told, transfer = []) {
      if (told.kind === 'opening') opened.plan = told.opening.plan;
      scope.postMessage(told, transfer);
    },
  })
    .then((planned) => {
      if (planned === undefined || !isWanted()) return;
      traces.delete(run);
      openExecution(run, executionOf({ kind: 'plan', ...planned }), null);
    })
    .catch((error: unknown) => fail(run, error, wantedCommand({ kind: 'trace', ...file })));
}

function executionOf(source: Exclude<RunSource, { kind: 'trace' }>): Execution {
  if (source.kind === 'fork') return executionOf({ kind: 'plan', ...forkedRun(source.of, source.faults) });
  if (source.kind === 'plan') return new Execution(source.plan, source.heading, source.command, source.fork);
  const request = requestRun(readRun(source.texts));
  return new Execution(request.plan(), request.heading, request.command);
}

/** Executes a slice, and the next one after whatever has come in meanwhile. */
function advance(name: PageRun, opened = runs.get(name)): void {
  try {
    advanceSlice(name, opened);
  } catch (error) {
    stop(name, error);
  }
}

function advanceSlice(name: PageRun, opened: OpenRun | undefined): void {
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
  try {
    const difference = comparison.advance(SLICE);
    if (difference === undefined) setTimeout(() => compare(comparison, other));
    else scope.postMessage({ kind: 'difference', run: 'other', difference }, []);
  } catch (error) {
    stop('other', error);
  }
}
