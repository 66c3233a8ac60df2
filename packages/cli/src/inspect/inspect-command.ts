/** `dragon inspect`: a run, a trace or a kernel's log in the browser; what is meant is told by looking. */
import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { findingsJson, logFindings } from '@dragon/dmesg';
import { KernelLogError, readKernelLog } from '@dragon/dmesg/io';
import type { Json } from '@dragon/engine';
import { addressFromEnvironment, connectNats, keyFromEnvironment } from '@dragon/federation';
import { fragmentTrouble, readFragment } from '@dragon/inspection';
import { FederatedRun, standingRun, type WatchedRun } from '@dragon/inspector';
import { FaultError, readFault } from '@dragon/kernel';
import { printable, printableName, TraceError } from '@dragon/report';
import { openTrace } from '@dragon/report/io';
import { SCENARIOS } from '@dragon/scenarios';
import type { CommandContext } from '../command-context.ts';
import { OperationalError, UsageError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { expectNatsUrl } from '../nats-url.ts';
import { neitherScenarioNorFile } from '../neither-scenario-nor-file.ts';
import { optionFlag } from '../option-values.ts';
import { type RunOptions, runCommand } from '../run/run-command.ts';
import { openInspection, type ShownOptions, untilStopped } from './inspection.ts';

/** The options as commander hands them over. */
export interface InspectOptions extends Omit<RunOptions, 'inspect'> {
  readonly run?: string;
  readonly port?: number;
}

/** What is shown, and what has to be closed after that. */
interface Shown {
  readonly run: WatchedRun;
  readonly trace?: string | undefined;
  readonly close?: (() => Promise<void>) | undefined;
}

/** Returns the exit code of a run that was made. Whatever else is shown, is so until Ctrl-C. */
export async function inspectCommand(
  what: string | undefined,
  fragment: string | undefined,
  options: InspectOptions,
  context: CommandContext,
): Promise<number> {
  if (fragment === undefined && what?.startsWith('#') && statusOf(what) === undefined) {
    if (!asksToAttach(options)) throw new UsageError(`'${what}' is a place in a run: say before it in which`);
    return inspectCommand(undefined, what, options, context);
  }
  if (fragment !== undefined) expectFragment(fragment);
  const { port, open } = options;
  if (what !== undefined && SCENARIOS.some(({ name }) => name === what)) {
    if (options.run !== undefined) throw new UsageError(`--run is for attaching: leave out ${what}, or --run`);
    return runCommand(what, { ...options, inspect: port ?? true, fragment }, context);
  }
  expectNothingOfRuns(options, what === undefined ? ['nats', 'natsCreds', 'run'] : []);
  const { close, ...shown } = await shownBy(what, options, context);
  if (fragment !== undefined && shown.run.about()?.mode === 'dmesg') {
    throw new UsageError(`a kernel's log is no run, and has no place like '${fragment}': leave that out`);
  }
  return stay(shown, { port, open, fragment }, close, context);
}

async function stay(
  shown: Shown,
  options: ShownOptions,
  close: Shown['close'],
  context: CommandContext,
): Promise<number> {
  try {
    const inspector = await openInspection(shown, options, context);
    await untilStopped(inspector.address, context);
    await inspector.close();
  } finally {
    await close?.();
  }
  context.signal.throwIfAborted();
  throw new Error('nobody stopped it');
}

async function shownBy(what: string | undefined, options: InspectOptions, context: CommandContext): Promise<Shown> {
  if (what !== undefined) return fileShown(what, context);
  if (!asksToAttach(options)) return { run: standingRun({ mode: 'start' }) };
  return attached(options, context);
}

const asksToAttach = ({ nats, natsCreds, run }: InspectOptions) => [nats, natsCreds, run].some(isGiven);

const isGiven = (value: string | undefined) => value !== undefined;

/** A run that somebody else coordinates. */
async function attached({ run = 'main', nats, natsCreds }: InspectOptions, context: CommandContext): Promise<Shown> {
  expectNatsUrl(nats);
  const address = addressFromEnvironment({
    ...context.env,
    ...(nats !== undefined && { DRAGON_NATS_URL: nats }),
    ...(natsCreds !== undefined && { DRAGON_NATS_CREDS: natsCreds }),
  });
  if (address === undefined) throw new UsageError('which NATS server is the run at? Give --nats URL');
  const key = keyFromEnvironment(context.env);
  const link = await connectNats(address, { name: 'dragon inspect', signal: context.signal });
  const onError = (error: unknown) => context.terminal.note(`dragon: the inspector: ${String(error)}`);
  const onBadFrames = (text: string) => context.terminal.note(`dragon: ${text}`);
  const federated = new FederatedRun(link, { run, key, onBadFrames, onError });
  return {
    run: federated,
    async close() {
      await federated.close();
      await link.close();
    },
  };
}

async function fileShown(path: string, { signal }: CommandContext): Promise<Shown> {
  const status = statusOf(path);
  if (path !== '-' && status === undefined) throw new UsageError(neitherScenarioNorFile(path));
  if (status?.isDirectory()) throw new OperationalError(`${printable(path)} is a folder: name a trace or a log in it`);
  // A pipe, as a shell's <(dmesg) is, can only be a log: there is no place in it to look at.
  if (status?.isFile() && (await isTrace(path)))
    return { run: standingRun({ mode: 'trace', trace: printableName(basename(path)) }), trace: path };
  const name = path === '-' ? 'standard input' : path;
  try {
    const findings = logFindings(await readKernelLog(path, { signal }));
    const log = JSON.parse(jsonLine('import-dmesg', findingsJson(name, findings))) as Json;
    return { run: standingRun({ mode: 'dmesg', log }) };
  } catch (error) {
    if (!(error instanceof KernelLogError)) throw error;
    const { instead, message } = error;
    throw new OperationalError(
      printable(
        instead === undefined
          ? message
          : `${name} is neither a trace of dragon run --trace nor a kernel's log: ${instead}`,
      ),
    );
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function expectFragment(fragment: string): void {
  const advice = 'give what a link has from its # on, in quotes';
  if (!fragment.startsWith('#')) throw new UsageError(`'${fragment}' is no place in a run: ${advice}`);
  const trouble = fragmentTrouble(fragment);
  if (trouble !== undefined) throw new UsageError(`'${fragment}' is no place in a run: ${trouble}`);
  try {
    readFragment(fragment).fork?.forEach(readFault);
  } catch (error) {
    if (error instanceof FaultError) throw new UsageError(`'${fragment}' has a fault that is none: ${error.message}`);
    throw error;
  }
}

/** Throws a `TraceError` for a trace that cannot be read. */
async function isTrace(path: string): Promise<boolean> {
  try {
    (await openTrace(path)).close();
    return true;
  } catch (error) {
    if (error instanceof TraceError && error.code === 'not-a-trace') return false;
    throw error;
  }
}

/** Options of a run say nothing of what was run elsewhere. */
function expectNothingOfRuns(options: InspectOptions, taken: readonly string[]): void {
  // An option that switches something off is there without having been given: what it switches is on.
  const given = Object.entries(options).filter(([name, value]) => name !== 'recovery' || value === false);
  const first = given.map(([name]) => name).find((name) => ![...taken, 'port', 'open'].includes(name));
  if (first === undefined) return;
  const flag = first === 'recovery' ? '--no-recovery' : optionFlag(first);
  throw new UsageError(`${flag} is for a run: name a scenario, as in dragon inspect seed-deadlock ${flag}`);
}
