/** `dragon inspect`: a run, a trace or a kernel's log in the browser; what is meant is told by looking. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findingsJson, logFindings } from '@dragon/dmesg';
import { KernelLogError, readKernelLog } from '@dragon/dmesg/io';
import type { Json } from '@dragon/engine';
import { addressFromEnvironment, connectNats } from '@dragon/federation';
import { FederatedRun, standingRun, type WatchedRun } from '@dragon/inspector';
import { printable, TraceError } from '@dragon/report';
import { openTrace } from '@dragon/report/io';
import { SCENARIOS } from '@dragon/scenarios';
import type { CommandContext } from '../command-context.ts';
import { OperationalError, UsageError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
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
  if (fragment !== undefined && !fragment.startsWith('#'))
    throw new UsageError(`'${fragment}' is no place in a run: give what a link has from its # on, in quotes`);
  const { port, open } = options;
  if (what !== undefined && SCENARIOS.some(({ name }) => name === what)) {
    if (options.run !== undefined) throw new UsageError(`--run is for attaching: leave out ${what}, or --run`);
    return runCommand(what, { ...options, inspect: port ?? true, fragment }, context);
  }
  expectNothingOfRuns(options, what === undefined ? ['nats', 'natsCreds', 'run'] : []);
  const { close, ...shown } = await shownBy(what, options, context);
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
  if (options.nats === undefined && options.run === undefined) return { run: standingRun({ mode: 'start' }) };
  return attached(options, context);
}

/** A run that somebody else coordinates. */
async function attached({ run = 'main', nats, natsCreds }: InspectOptions, context: CommandContext): Promise<Shown> {
  const address = addressFromEnvironment({
    ...context.env,
    ...(nats !== undefined && { DRAGON_NATS_URL: nats }),
    ...(natsCreds !== undefined && { DRAGON_NATS_CREDS: natsCreds }),
  });
  if (address === undefined) throw new UsageError('--run: which NATS server is it at? Give --nats URL');
  const link = await connectNats(address, { name: 'dragon inspect', signal: context.signal });
  const onError = (error: unknown) => context.terminal.note(`dragon: the inspector: ${String(error)}`);
  const federated = new FederatedRun(link, { run, onError });
  return {
    run: federated,
    async close() {
      await federated.close();
      await link.close();
    },
  };
}

async function fileShown(path: string, { signal }: CommandContext): Promise<Shown> {
  if (path !== '-' && !existsSync(path)) throw new UsageError(neitherScenarioNorFile(path));
  if (path !== '-' && (await isTrace(path)))
    return { run: standingRun({ mode: 'trace', trace: basename(path) }), trace: path };
  try {
    const findings = logFindings(await readKernelLog(path, { signal }));
    const name = path === '-' ? 'standard input' : path;
    const log = JSON.parse(jsonLine('import-dmesg', findingsJson(name, findings))) as Json;
    return { run: standingRun({ mode: 'dmesg', log }) };
  } catch (error) {
    if (!(error instanceof KernelLogError)) throw error;
    throw new OperationalError(`${printable(error.message)}; and it cannot be opened as a trace of dragon run --trace`);
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
  const rest = Object.keys(options).filter((name) => ![...taken, 'port', 'open'].includes(name));
  const [first] = rest;
  if (first === undefined) return;
  const flag = optionFlag(first);
  throw new UsageError(`${flag} is for a run: name a scenario, as in dragon inspect seed-deadlock ${flag}`);
}
