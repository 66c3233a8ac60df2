/** A run in many processes over NATS; this one holds the coordinator, and ends what it started, whatever happens. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Json, Plan } from '@dragon/engine';
import {
  connectNats,
  coordinate,
  dealAgents,
  FederationError,
  keyFromEnvironment,
  launchFederates,
  openNatsServer,
} from '@dragon/federation';
import { reportFinders } from '@dragon/report';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import type { RunInspection } from '../inspect/run-inspection.ts';
import { hostProgram } from '../join/host-program.ts';
import { launchOnJoined } from '../join/launch-on-joined.ts';
import type { ProcessPlan } from './process-plan.ts';
import { NATS_CACHE, ROOT } from '../project-paths.ts';
import type { Simulated, Watching } from './run-here.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DistributedOptions extends Watching {
  readonly processPlan: ProcessPlan;
  /** Says which NATS server to use (`DRAGON_NATS_URL` and its companions), or where a nats-server is. */
  readonly env: Environment;
  /** Called now and then until all processes are there; with how many hosts are, while it waits for those. */
  readonly onStarting: (seconds: number, hosts?: number) => void;
  /** Called when all processes are there. */
  readonly onStarted?: (() => void) | undefined;
  /** Whether a run over a server of its own goes on when a process is killed; default: yes. */
  readonly recovers?: boolean | undefined;
  readonly onNotice: (text: string) => void;
  /** Called with the name by which others at the same server can watch the run, if they have its key. */
  readonly onNamed?: ((run: string, keyGiven: boolean) => void) | undefined;
  /** What those who watch the run are told of it, besides its plan. */
  readonly about?: Json | undefined;
  /** Opened before the run begins. */
  readonly inspection?: RunInspection | undefined;
}

const PATIENCE_MS = 120_000;

/** One waits for a CPU while each CPU starts another. */
const startingAtOnce = () => 2 * availableParallelism();

/** Processes of Node start one after the other where there are few CPUs. */
const PATIENCE_A_PROCESS_MS = 2_000;

/**
 * Runs a plan to its end; the caller closes what it returns. Rejects with a `FederationError`; code `no-server` means
 * that there is no NATS server to be had.
 */
export async function runDistributed(plan: Plan, options: DistributedOptions): Promise<Simulated> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  let hosts: number | undefined;
  const ticker = setInterval(() => options.onStarting(seconds(), hosts), 100);
  const cleanUp: (() => Promise<unknown> | void)[] = [() => clearInterval(ticker)];
  const close = async () => {
    for (const clean of cleanUp.splice(0)) await clean();
  };
  try {
    const given = keyFromEnvironment(options.env);
    const key = given ?? randomBytes(32).toString('base64url');
    const died = new AbortController();
    const server = await openNatsServer({
      env: options.env,
      cacheFolder: NATS_CACHE,
      onDeath: (error) => died.abort(error),
      onRestart: options.recovers === false ? undefined : options.onNotice,
    });
    if ('advice' in server) throw new FederationError('no-server', server.advice);
    cleanUp.unshift(() => server.stop());
    options.signal.throwIfAborted();
    const link = await connectNats(server.address, { name: 'dragon coordinator' });
    cleanUp.unshift(() => link.close());
    options.signal.throwIfAborted();

    const { commands: planned, placement = dealAgents } = options.processPlan;
    const programNamed = await bundledPrograms();
    const commands = planned.map(({ program, ...command }) => ({
      ...command,
      argv: commandLine(programNamed(program)),
    }));
    options.signal.throwIfAborted();
    const run = `run-${randomBytes(6).toString('hex')}`;
    options.onNamed?.(run, given !== undefined);
    await options.inspection?.openBeside({ run, key, address: server.address });
    const { address } = server;
    // At a server of somebody else's nothing is left behind, whatever happens.
    const isRecovering = options.recovers !== false && server.pid !== undefined;
    const store = isRecovering ? await link.openStore(run) : undefined;
    const launch = { run, key, address, commands, cwd: ROOT, atOnce: startingAtOnce() };
    const launched = options.processPlan.onHosts
      ? await launchOnJoined(link, {
          run,
          key,
          federates: commands.map(({ name }) => name),
          program: hostProgram(programNamed),
          signal: options.signal,
          onNotice: options.onNotice,
          onCount: (count) => {
            hosts = count;
          },
        })
      : launchFederates({ ...launch, restarts: store !== undefined });
    hosts = undefined;
    cleanUp.unshift(() => launched.stop());
    const { graph, lockdep, oom, chaos, finders } = reportFinders(plan);
    let startSeconds = 0;
    const result = await coordinate(link, {
      run,
      plan,
      finders,
      key,
      federates: commands.map(({ name }) => name),
      recovery: store && { store, replace: launched.replace },
      about: options.about,
      paused: options.inspection?.options.paused,
      speed: options.inspection?.options.speed,
      onHello: launched.hasCome,
      watchLost: launched.watchLost,
      joinMs: Math.max(PATIENCE_MS, commands.length * PATIENCE_A_PROCESS_MS),
      signal: AbortSignal.any([options.signal, died.signal]),
      history: () => graph.deadlock?.cycle.map(({ agent }) => agent) ?? [],
      onRow: options.onRow,
      onFacts: options.onFacts,
      onCensus: options.onCensus,
      onVerdict: options.onVerdict,
      onTrace: options.onTrace,
      onNotice: options.onNotice,
      onProgress: ({ at, events }) => options.onProgress?.(at, events),
      // Asked once, when all processes are there.
      placement: (agents, applicants) => {
        startSeconds = seconds();
        clearInterval(ticker);
        options.onStarted?.();
        return placement(agents, applicants);
      },
    });
    const wallSeconds = seconds() - startSeconds;
    const { processes } = result;
    return { result, graph, lockdep, oom, chaos, processes, startSeconds, wallSeconds, federation: result, close };
  } catch (error) {
    await close();
    throw error;
  }
}
