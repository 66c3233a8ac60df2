/** A run in many processes over NATS; this one starts them all, and ends what it started, whatever happens. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Json, Plan } from '@dragon/engine';
import {
  connectNats,
  FederationError,
  keyFromEnvironment,
  launchFederates,
  type NatsAddress,
  type NatsLink,
  openNatsServer,
} from '@dragon/federation';
import { reportFinders } from '@dragon/report';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import { runCoordinator } from '../coordinator/coordinator-process.ts';
import { OutputReceiver } from '../coordinator/output-receiver.ts';
import type { RunInspection } from '../inspect/run-inspection.ts';
import { hostProgram } from '../join/host-program.ts';
import { launchOnJoined } from '../join/launch-on-joined.ts';
import type { KeptRun } from './kept-run.ts';
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
  /** Present if it shall go on when all its processes are gone, or does so now. */
  readonly kept?: KeptRun | undefined;
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
  let hostsThere: number | undefined;
  const ticker = setInterval(() => options.onStarting(seconds(), hostsThere), 100);
  const cleanUp: (() => Promise<unknown> | void)[] = [() => clearInterval(ticker)];
  const close = async () => {
    for (const clean of cleanUp.splice(0)) await clean();
  };
  try {
    const given = keyFromEnvironment(options.env);
    const { kept } = options;
    const key = kept?.key ?? given ?? randomBytes(32).toString('base64url');
    const died = new AbortController();
    const server = await openNatsServer({
      env: options.env,
      cacheFolder: NATS_CACHE,
      store: kept?.store,
      onDeath: (error) => died.abort(error),
      onRestart: options.recovers === false ? undefined : options.onNotice,
    });
    if ('advice' in server) throw new FederationError('no-server', server.advice);
    cleanUp.unshift(() => server.stop());
    options.signal.throwIfAborted();
    const { commands: planned, hosts } = options.processPlan;
    const programNamed = await bundledPrograms();
    const commands = planned.map(({ program, ...command }) => ({
      ...command,
      argv: commandLine(programNamed(program)),
    }));
    options.signal.throwIfAborted();
    const run = kept?.name ?? `run-${randomBytes(6).toString('hex')}`;
    options.onNamed?.(run, given !== undefined);
    await options.inspection?.openBeside({ run, key, address: server.address });
    const { address } = server;
    // At a server of somebody else's nothing is left behind, whatever happens.
    const isRecovering = options.recovers !== false && server.pid !== undefined;
    const launch = { run, key, address, commands, cwd: ROOT, atOnce: startingAtOnce() };
    const launched = options.processPlan.onHosts
      ? await launchOnJoined(await linkOf(address, cleanUp), {
          run,
          key,
          federates: commands.map(({ name }) => name),
          program: hostProgram(programNamed),
          signal: options.signal,
          onNotice: options.onNotice,
          onCount: (count) => {
            hostsThere = count;
          },
        })
      : launchFederates({ ...launch, restarts: isRecovering });
    hostsThere = undefined;
    cleanUp.unshift(() => launched.stop());
    let startSeconds = 0;
    const outputs = new OutputReceiver(options);
    const { result, histories, finders } = await runCoordinator({
      task: {
        address,
        run,
        key,
        plan,
        federates: commands.map(({ name }) => name),
        hosts,
        recovers: isRecovering,
        awaitsFederates: kept?.resumes === true,
        paused: options.inspection?.options.paused,
        speed: options.inspection?.options.speed,
        about: options.about,
        joinMs: Math.max(PATIENCE_MS, commands.length * PATIENCE_A_PROCESS_MS),
        wanted: outputs.wanted,
      },
      signal: AbortSignal.any([options.signal, died.signal]),
      outputs,
      federates: launched,
      cwd: ROOT,
      onPlacing: () => {
        startSeconds ||= seconds();
        clearInterval(ticker);
        options.onStarted?.();
      },
      onProgress: (at, events) => options.onProgress?.(at, events),
      onNotice: options.onNotice,
    });
    const wallSeconds = seconds() - startSeconds;
    const history = new Map(histories);
    return {
      ...restoredFinders(plan, finders),
      result: { ...result, history: (agent) => history.get(agent) ?? [] },
      processes: result.processes,
      startSeconds,
      wallSeconds,
      federation: result,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Returns a link to who has joined. */
async function linkOf(address: NatsAddress, cleanUp: (() => Promise<unknown> | void)[]): Promise<NatsLink> {
  const link = await connectNats(address, { name: 'dragon run' });
  cleanUp.unshift(() => link.close());
  return link;
}

/** Returns what a report wants to see, as the coordinator had it at the end. */
function restoredFinders(plan: Plan, saved: readonly Json[]): ReturnType<typeof reportFinders> {
  const kernel = reportFinders(plan);
  for (const [index, finder] of kernel.finders.entries()) finder.restore?.(saved[index] ?? null);
  return kernel;
}
