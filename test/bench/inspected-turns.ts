/**
 * A run that pages of the inspector watch, or that runs alone as `dragon run` makes it: the same program, so that both
 * have the same code.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AgentId, LocalRun } from '@dragon/engine';
import { EmbeddedRun, type Inspector, openInspector } from '@dragon/inspector';
import { reportFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { takeTurns } from './take-turns.ts';

/** What a run cost the process that made it, in seconds, and what came of it. */
export interface InspectedTurn {
  readonly cpu: number;
  readonly wall: number;
  readonly digest: string;
  /** Those that received most events, the first of them most. */
  readonly busiest: readonly AgentId[];
}

export interface OpenedInspector {
  readonly address: string;
}

const [texts = '', pages = ''] = process.argv.slice(2);
const request = requestRun(readRun(JSON.parse(texts) as Parameters<typeof readRun>[0]));
const plan = request.plan();
let opened: { readonly inspector: Inspector; readonly run: EmbeddedRun } | undefined;

/** `open` answers with the page's address; `run` makes the run, with an inspector if one is open, and closes it. */
await takeTurns(async (order) => {
  if (order !== 'open') return madeRun();
  const onError = (error: unknown): void => {
    throw error;
  };
  const options = { subject: request, plan, paused: false, speed: Number.POSITIVE_INFINITY };
  const run = new EmbeddedRun({ ...options, onStop: () => undefined, onError });
  opened = { run, inspector: await openInspector({ run, page: pages, forks: pages, onError }) };
  return { address: opened.inspector.address } satisfies OpenedInspector;
});

async function madeRun(): Promise<InspectedTurn> {
  const local = new LocalRun(plan, DEFINITIONS, { finders: reportFinders(plan).finders });
  const [started, before] = [performance.now(), process.cpuUsage()];
  if (opened === undefined) while (local.advance(1_024)) await nextTurn();
  else await opened.run.drive(local, { signal: new AbortController().signal });
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - started) / 1_000;
  await opened?.inspector.close();
  opened = undefined;
  const busiest = local.engine
    .digests()
    .map(({ agent, chain: [, , received] }) => ({ agent, received }))
    .toSorted((a, b) => b.received - a.received)
    .slice(0, 10);
  return {
    cpu: (user + system) / 1e6,
    wall,
    digest: local.result().digest,
    busiest: busiest.map(({ agent }) => agent),
  };
}
