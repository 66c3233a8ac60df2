/** `dragon run`: one run, its report, its trace. */
import { type Plan, planDigest } from '@dragon/engine';
import { FederationError } from '@dragon/federation/federation-error';
import { publicUrl } from '@dragon/federation/public-url';
import { commandLines, EXIT, outcomeOf, wrap } from '@dragon/report';
import { type RunRequest, SettingError } from '@dragon/scenarios';
import { type CommandContext, liveProgress } from '../command-context.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError, UsageError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { expectNatsUrl, hostsKey, natsEnvironment, type NatsOptions } from '../nats-url.ts';
import { hostProcesses, joinedHosts, oneProcessAnAgent, type ProcessPlan } from './process-plan.ts';
import { ProcessMeter } from './process-meter.ts';
import { MOST_PROCESSES } from '../option-values.ts';
import { blamed } from './blamed.ts';
import { forkOf } from './fork-of.ts';
import { KeptRun } from './kept-run.ts';
import { Recording } from './recording.ts';
import { requestedRun } from './requested-run.ts';
import type { SettingsOptions } from './settings-options.ts';
import type { RunInspection } from '../inspect/run-inspection.ts';
import { runHere, type Simulated } from './run-here.ts';
import { runStats, statsText } from './run-stats.ts';
import { kernelLogOf, type RunFormat } from './kernel-log.ts';
import { counted, figuresOf, findingsOf, summaryOf, verdictsOf } from './run-output.ts';

/** The options as commander hands them over. */
export interface RunOptions extends SettingsOptions, NatsOptions {
  readonly distributed?: true;
  readonly processes?: number;
  /** How many joined hosts share the run. */
  readonly hosts?: number;
  readonly recovery: boolean;
  readonly resumable?: true;
  readonly trace?: string;
  /** The port of the inspector, or true for any. */
  readonly inspect?: number | true;
  readonly open: boolean;
  readonly fragment?: string | undefined;
  readonly paused?: true;
  readonly speed?: number;
  readonly interpreted?: true;
  readonly format?: RunFormat;
  readonly verbose?: true;
  readonly stats?: true;
  readonly json?: true;
}

/** Returns the exit code. */
export async function runCommand(scenario: string, options: RunOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  if (!options.open && options.inspect === undefined)
    throw new UsageError('--no-open is for the inspector: add --inspect, or leave it out');
  const request = requestedRun(scenario, options);
  const plan = request.plan();
  const processPlan = processPlanOf(options, plan, context.env);
  expectTraceName(options.trace);
  const isKernelLog = options.format !== undefined && options.format !== 'text';
  if (isKernelLog && (options.json || options.stats || options.verbose))
    throw new UsageError(
      `--format ${options.format} prints a kernel's log and nothing else: leave out --json, --stats and --verbose`,
    );
  context.replay = dragonCommand(request.replayArguments);
  const kept = keptRun(options, processPlan, plan, context);
  const subject = { ...request, fork: options.trace === undefined ? undefined : forkOf(plan) };
  const recording = options.trace === undefined ? undefined : new Recording(options.trace, subject, plan);
  const { width } = terminal;
  if (!options.json && !isKernelLog)
    terminal.print(`${wrap(`${request.heading}, ${placementOf(processPlan, options)}`, width).join('\n')}\n\n`);
  const meter = options.stats && new ProcessMeter();
  const inspection = await inspectionOf(request, options, context);
  let simulated: Simulated | undefined;
  try {
    simulated = await simulate(plan, processPlan, options, context, { request, recording, inspection, kept });
    await recording?.finish(simulated);
  } catch (error) {
    await simulated?.close?.();
    recording?.close();
    if (inspection?.signal.aborted && !context.signal.aborted) {
      terminal.note('dragon: the run was stopped from its page');
      await inspection.stay();
    }
    await inspection?.close();
    if (kept !== undefined) leaveKept(kept, error, context);
    throw blamed(plan, error);
  } finally {
    terminal.still();
    recording?.close();
  }
  const code = tell(simulated, { request, plan, options, recording, meter }, context);
  await simulated.close?.();
  kept?.remove();
  await inspection?.stay();
  return code;
}

/** Returns where the run is kept, if it shall go on when all its processes are gone. */
function keptRun(
  options: RunOptions,
  processPlan: ProcessPlan | undefined,
  plan: Plan,
  context: CommandContext,
): KeptRun | undefined {
  if (!options.resumable) return undefined;
  if (processPlan === undefined || !options.recovery)
    throw new UsageError(
      '--resumable is for a distributed run that recovers: add --distributed, leave out --no-recovery',
    );
  const { DRAGON_NATS_URL: named, NATS_URL: usual } = natsEnvironment(options, context.env);
  if (named || usual)
    throw new UsageError('--resumable is for a run over a server of its own: leave out --nats and NATS_URL');
  if (options.trace !== undefined)
    throw new UsageError('--resumable: what a trace has of a run is in no checkpoint of it: leave out --trace');
  const { resumed, words = [], terminal } = context;
  const digest = planDigest(plan);
  resumed?.expectPlan(digest);
  if (resumed !== undefined) return resumed;
  const kept = KeptRun.begin(words, digest);
  terminal.note(`dragon: if all of it is killed, it goes on with: ${dragonCommand(`run --resume ${kept.name}`)}`);
  return kept;
}

/** What is left of a run that ended without a result. Throws an `OperationalError` if it can't go on. */
function leaveKept(kept: KeptRun, error: unknown, { terminal, replay }: CommandContext): void {
  if (error instanceof FederationError && error.code === 'bad-checkpoint') {
    kept.remove();
    throw new OperationalError(`${error.message}, so it cannot go on: begin it again with ${replay}`);
  }
  if (error instanceof FederationError && error.code !== 'agent-fault')
    terminal.note(`dragon: it goes on with: ${dragonCommand(`run --resume ${kept.name}`)}`);
  else kept.remove();
}

/** What there is to be told of a run besides what it left. */
interface Told {
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly recording: Recording | undefined;
  readonly meter: ProcessMeter | undefined;
}

/** Prints what the run found. Returns the exit code. */
function tell(
  simulated: Simulated,
  { request, plan, options, recording, meter }: Told,
  { terminal }: CommandContext,
): number {
  const { width } = terminal;

  const found = outcomeOf(simulated.result) !== 'completed';
  if (options.format === 'hung-task' || options.format === 'lockdep') {
    const { lines, notes } = kernelLogOf(options.format, request, plan, simulated);
    for (const note of notes) terminal.note(`dragon: ${note}`);
    if (lines.length > 0) terminal.print(`${lines.join('\n')}\n`);
    return found ? EXIT.finding : EXIT.ok;
  }
  const stats = meter && runStats(simulated, meter.finish());
  if (options.json)
    terminal.print(jsonLine('run', { ...summaryOf(request, plan, simulated, options.verbose === true), stats }));
  else {
    const findings = findingsOf(request, plan, simulated, { colour: terminal.colour, width, verbose: options.verbose });
    if (findings !== '') terminal.print(`${findings}\n`);
    const verdicts = verdictsOf(plan, simulated, width);
    if (verdicts !== undefined) terminal.print(`${verdicts}\n\n`);
    terminal.print(`${figuresOf(simulated, width)}\n`);
    if (stats) terminal.print(`${statsText(stats)}\n`);
    if (recording) terminal.print(`Trace: ${recording.path}, ${counted(simulated.result.events, 'row', 'rows')}\n`);
    if (found)
      terminal.print(
        `${commandLines('The same run again:', dragonCommand(request.replayArguments), width).join('\n')}\n`,
      );
  }
  return found ? EXIT.finding : EXIT.ok;
}

/** The inspector is loaded for who wants it. */
async function inspectionOf(
  request: RunRequest,
  { inspect, open, fragment, paused, speed = Number.POSITIVE_INFINITY, json, format = 'text' }: RunOptions,
  context: CommandContext,
): Promise<RunInspection | undefined> {
  if (inspect === undefined) return undefined;
  const { RunInspection: Inspection } = await import('../inspect/run-inspection.ts');
  const port = inspect === true ? undefined : inspect;
  const quiet = json === true || format !== 'text';
  return new Inspection(request, { port, open, fragment, quiet, paused: paused === true, speed }, context);
}

/** What is recorded and shown of a run, and what it is called. */
interface Observed {
  readonly request: RunRequest;
  readonly recording: Recording | undefined;
  readonly inspection: RunInspection | undefined;
  readonly kept: KeptRun | undefined;
}

async function simulate(
  plan: Plan,
  processPlan: ProcessPlan | undefined,
  options: RunOptions,
  { terminal, env, signal }: CommandContext,
  { request: { heading, command }, recording, inspection, kept }: Observed,
): Promise<Simulated> {
  let onProgress = liveProgress(terminal, plan.until);
  const signals = [recording?.signal, inspection?.signal].filter((each) => each !== undefined);
  const watching = {
    signal: signals.length === 0 ? signal : AbortSignal.any([signal, ...signals]),
    ...recording?.outlets,
    onProgress: (...now: Parameters<typeof onProgress>) => onProgress(...now),
  };
  if (processPlan === undefined) {
    const drive = await inspection?.openHere(plan);
    return runHere(plan, { ...watching, interpreted: options.interpreted, drive });
  }
  const { runDistributed } = await import('./run-distributed.ts');
  try {
    return await runDistributed(plan, {
      ...watching,
      processPlan,
      recovers: options.recovery,
      kept,
      inspection,
      about: { heading, command },
      env: natsEnvironment(options, env),
      onStarting: (seconds, hosts) =>
        terminal.live(
          signal.aborted
            ? 'stopping'
            : hosts !== undefined
              ? `${hosts} of ${counted(processPlan.commands.length, 'host', 'hosts')} joined   ${seconds.toFixed(1)} s`
              : `starting ${counted(processPlan.commands.length, 'process', 'processes')}   ${seconds.toFixed(1)} s`,
        ),
      onStarted: () => {
        onProgress = liveProgress(terminal, plan.until);
      },
      onNotice: (text) => terminal.note(`dragon: ${text}`),
      // Others can reach a server that was named, and nobody one of our own.
      onNamed: (run, keyGiven) => {
        const { nats } = options;
        if (nats === undefined) return;
        const words = `inspect --nats ${publicUrl(nats)} --run ${run}`;
        const how = keyGiven ? dragonCommand(words) : 'give DRAGON_RUN_KEY to the run, and to dragon inspect';
        terminal.note(`dragon: to look at the run meanwhile: ${how}`);
      },
    });
  } catch (error) {
    // What the federation makes of it is only that it was stopped.
    recording?.signal.throwIfAborted();
    throw error;
  }
}

/** A name that says NDJSON would lie: until version 4 it chose that form, of which there is no more than reading. */
function expectTraceName(path: string | undefined): void {
  if (path === '') throw new UsageError('--trace: a file needs a name, as run.trace');
  if (path?.endsWith('.ndjson') || path?.endsWith('.ndjson.gz'))
    throw new UsageError(`--trace: a trace is not NDJSON any more: give it another name than ${path}, as run.trace`);
}

/** Returns the processes to start; undefined for a run in this one. */
function processPlanOf(
  { distributed, processes, hosts, nats, natsCreds, recovery, interpreted }: RunOptions,
  plan: Plan,
  env: CommandContext['env'],
): ProcessPlan | undefined {
  if (hosts !== undefined && nats === undefined)
    throw new UsageError('--hosts is for hosts that have joined at a NATS server: name it with --nats');
  if (hosts !== undefined && processes !== undefined)
    throw new UsageError('--hosts starts a process on each host: leave out --processes');
  if (!distributed && processes === undefined && nats === undefined) {
    if (natsCreds !== undefined) throw new UsageError('--nats-creds is for a distributed run: add --distributed');
    if (!recovery) throw new UsageError('--no-recovery is for a distributed run: add --distributed');
    return undefined;
  }
  expectNatsUrl(nats);
  if (interpreted)
    throw new UsageError('--interpreted is for a run in one process: leave out --distributed, --processes and --nats');
  const agents = plan.agents.length;
  if (hosts !== undefined) {
    hostsKey(env);
    if (hosts > agents) throw new SettingError('hosts', `this run has no more than ${agents} agents`);
    return joinedHosts(hosts);
  }
  if (processes === undefined) {
    if (agents <= MOST_PROCESSES) return oneProcessAnAgent(plan);
    throw new UsageError(
      `a process for each of ${agents} agents is too much (at most ${MOST_PROCESSES}): add --processes 8, say, to share them out`,
    );
  }
  if (processes > agents) throw new SettingError('processes', `this run has no more than ${agents} agents`);
  return hostProcesses(processes);
}

function placementOf(processPlan: ProcessPlan | undefined, { nats }: RunOptions): string {
  if (processPlan === undefined) return 'in one process';
  const where = nats === undefined ? '' : ` at ${publicUrl(nats)}`;
  const { length } = processPlan.commands;
  const what = processPlan.onHosts ? counted(length, 'host', 'hosts') : counted(length, 'process', 'processes');
  const cost = length === 1 ? '' : ' (the same digest as in one, several times as long: for proof, not for speed)';
  return `${processPlan.onHosts ? 'on' : 'in'} ${what} over NATS${where}${cost}`;
}
