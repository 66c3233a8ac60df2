/**
 * The part `digests`: runs that are drawn from the seed, each made in several ways, which must all end with the same
 * digest at the same instant.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AgentFault, combineDigests, Engine, type EngineSnapshot, type Plan, type RunResult } from '@dragon/engine';
import { FederationError } from '@dragon/federation';
import { PROFILES } from '@dragon/kernel';
import { DEFINITIONS, readRun, requestRun, type RunRequest, SCENARIOS } from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import { hostProcesses } from '../run/process-plan.ts';
import { runDistributed } from '../run/run-distributed.ts';
import { runHere } from '../run/run-here.ts';
import { Draw } from './draw.ts';
import { Counts, type PartReport, type PartRequest, type SelftestFailure, type SelftestPart } from './selftest-part.ts';

export const DIGESTS: SelftestPart = {
  name: 'digests',
  about: 'runs made in several ways: the same digest each time',
  run: compareDigests,
};

/** Scenarios whose cache takes seconds to fill: a case is one of many. */
const SLOW = new Set(['big-cache', 'many-cpus']);

/** Starting processes takes as long as a dozen runs here. */
const IN_PROCESSES_ONCE_IN = 6;

/** Events between two looks at the signal. */
const SLICE = 4_096;

/** What must be the same, whichever way a run is made. */
type End = Pick<RunResult, 'digest' | 'endedAt' | 'events'>;

interface Way {
  readonly name: string;
  readonly run: (plan: Plan, draw: Draw, first: End, asked: PartRequest) => Promise<End>;
}

async function compareDigests(asked: PartRequest): Promise<PartReport> {
  const counts = new Counts();
  const failures: SelftestFailure[] = [];
  const troubles: string[] = [];
  const [only] = asked.only;
  const first = only === undefined ? 0 : Number(only);
  const last = only === undefined ? first + (asked.cases ?? Number.POSITIVE_INFINITY) : first + 1;
  for (let n = first; n < last && performance.now() < asked.until && !asked.signal.aborted; n += 1) {
    const draw = new Draw(asked.seed, `digests/${n}`);
    const request = drawnRun(draw);
    asked.onProgress(`run ${n + 1}: ${request.heading}`);
    const inProcesses = only !== undefined || n % IN_PROCESSES_ONCE_IN === 0;
    const ways = [BY_XSTATE, FROM_SNAPSHOT, ...(inProcesses && troubles.length === 0 ? [IN_PROCESSES] : [])];
    const fail = (what: string) =>
      failures.push({ what: `${dragonCommand(request.replayArguments)}: ${what}`, only: String(n) });
    try {
      const plan = request.plan();
      const { result } = await runHere(plan, { signal: asked.signal });
      counts.add('runs');
      for (const way of ways) {
        const other = await way.run(plan, draw, result, asked).catch((error: unknown) => {
          if (!(error instanceof FederationError) || error.code === 'agent-fault') throw error;
          troubles.push(`${dragonCommand(request.replayArguments)}, ${way.name}: ${error.message}`);
          return undefined;
        });
        if (other === undefined) continue;
        counts.add(way.name);
        if (!areEqual(result, other)) fail(`${endText(result)} in one process, but ${way.name} ${endText(other)}`);
      }
    } catch (error) {
      if (asked.signal.aborted) break;
      if (!(error instanceof AgentFault || error instanceof FederationError)) throw error;
      fail(error.message);
    }
    await nextTurn();
  }
  return { counts: counts.all, failures, troubles };
}

/** A run of a few virtual seconds: long enough for the deadlock, and for all that leads to it. */
function drawnRun(draw: Draw): RunRequest {
  const scenario = draw.among(SCENARIOS.filter(({ name }) => !SLOW.has(name)));
  const cpus = Math.max(scenario?.minCpus ?? 1, 1 + draw.below(4));
  return requestRun({
    ...readRun({
      scenario: scenario?.name ?? '',
      profile: draw.among(PROFILES)?.name,
      cpus: String(cpus),
      seed: String(draw.below(1 << 30)),
      until: `${1 + draw.small(2_500)}ms`,
    }),
    keepGoing: draw.once(2),
  });
}

const areEqual = (one: End, other: End) =>
  one.digest === other.digest && one.endedAt === other.endedAt && one.events === other.events;

const endText = ({ digest, endedAt, events }: End) => `${digest} after ${events} events at ${endedAt} ns`;

const BY_XSTATE: Way = {
  name: 'stepped by XState itself',
  run: async (plan, _, __, { signal }) => (await runHere(plan, { signal, interpreted: true })).result,
};

/** Saved between two events, through JSON, and gone on with by another engine. */
const FROM_SNAPSHOT: Way = {
  name: 'gone on with from a snapshot',
  async run(plan, draw, { endedAt, events }, { signal }) {
    const taken = draw.below(events + 1);
    const before = new Engine({ plan, definitions: DEFINITIONS });
    before.run(endedAt, taken);
    const snapshot = JSON.parse(JSON.stringify(before.save())) as EngineSnapshot;
    const after = new Engine({ plan, definitions: DEFINITIONS, snapshot });
    while (after.run(endedAt, SLICE) > 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    return { digest: combineDigests(after.digests()), endedAt, events: taken + after.processed };
  },
};

const IN_PROCESSES: Way = {
  name: 'in 3 processes',
  async run(plan, _, __, { env, signal, onProgress }) {
    const simulated = await runDistributed(plan, {
      processPlan: hostProcesses(3),
      env,
      signal,
      onStarting: (seconds) => onProgress(`starting 3 processes, ${seconds.toFixed(1)} s`),
      onNotice: () => undefined,
    });
    await simulated.close?.();
    return simulated.result;
  },
};
