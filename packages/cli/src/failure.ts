/**
 * Failures of the command: the errors that it raises itself, and what a person reads of any error, with the exit code.
 */
import { AgentFault } from '@dragon/engine';
import { FederationError, type FederationErrorCode } from '@dragon/federation/federation-error';
import { EXIT, TraceError, type TraceErrorCode, unwritableFile } from '@dragon/report';
import { LatencyProfileError, SettingError } from '@dragon/scenarios';
import { sourceStack } from './bundle/source-stack.ts';

/** Bad usage: the message is one line, and the usage line follows it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something outside the model that went wrong: one line that says what to do. */
export class OperationalError extends Error {
  override readonly name = 'OperationalError';
}

/** Output that could not be written, to a file or to standard output: one line that says where, why, and what to do. */
export class UnwrittenOutput extends Error {
  override readonly name = 'UnwrittenOutput';

  constructor(where: string, cause: unknown, advice?: string) {
    super(`${unwritableFile(where, cause)}${advice === undefined ? '' : `: ${advice}`}`, { cause });
  }
}

/** A promise of this program that did not hold, as that of equal digests. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export interface Failure {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

export interface FailureContext {
  /** The usage line of the command. */
  readonly usage: string;
  /** The command that repeats the run which was going on. */
  readonly replay: string | undefined;
}

const AGAIN = 'run the same command again; the result does not depend on it';

/** What to do, where the message does not say it. */
const FEDERATION_ADVICE: Readonly<Partial<Record<FederationErrorCode, string>>> = {
  denied: 'give this user what its part of a run needs; the project has it as deploy/nats/permissions.conf',
  silent: `the machine may be overloaded: ${AGAIN}, or --processes with a smaller number`,
  'lost-federate': AGAIN,
  'lost-coordinator': AGAIN,
  'bad-checkpoint': AGAIN,
  'wrong-frame':
    'no result can be trusted that came of it; if others use this NATS server, start one for the run alone',
  'link-lost': AGAIN,
  timeout: 'the machine may be overloaded: try --processes with a smaller number',
};

const TRACE_ADVICE: Readonly<Partial<Record<TraceErrorCode, string>>> = {
  'not-a-trace': 'record one with dragon run SCENARIO --trace FILE',
  malformed: 'record it again with dragon run SCENARIO --trace FILE',
  truncated: 'record it again with dragon run SCENARIO --trace FILE',
  version: 'use the version of this program that recorded it',
};

/** Returns what to print to standard error, and the exit code. */
export function explainFailure(error: unknown, { usage, replay }: FailureContext): Failure {
  if (error instanceof UsageError) return { exitCode: EXIT.usage, lines: [`dragon: ${error.message}`, usage] };
  if (error instanceof SettingError) return { exitCode: EXIT.usage, lines: [`dragon: ${settingText(error)}`, usage] };
  if (error instanceof UnwrittenOutput || (error instanceof TraceError && error.code === 'unwritable'))
    return { ...operational(error.message), exitCode: EXIT.unwritten };
  if (error instanceof TraceError) return operational(error.message, TRACE_ADVICE[error.code]);
  if (error instanceof OperationalError || error instanceof LatencyProfileError) return operational(error.message);
  if (error instanceof FederationError && error.code === 'bad-key')
    return { exitCode: EXIT.usage, lines: [`dragon: ${error.message}`, usage] };
  if (error instanceof FederationError && error.code !== 'agent-fault')
    return operational(error.message, FEDERATION_ADVICE[error.code]);
  return {
    exitCode: EXIT.bug,
    lines: [...bugLines(error), ...(replay === undefined ? [] : [`To repeat it: ${replay}`])],
  };
}

/** The scenario is an argument and names itself; all else that is set is an option. */
function settingText({ setting, message }: SettingError): string {
  return setting === 'scenario' ? message : `--${setting}: ${message}`;
}

/** One line; what a lost process had to say, if anything, is in the lines below it. */
function operational(message: string, advice?: string): Failure {
  const [first = '', ...rest] = sourceStack(message).split('\n');
  const head = advice === undefined ? first : `${first}: ${advice}`;
  return { exitCode: EXIT.operational, lines: indented([`dragon: ${head}`, ...rest].join('\n')) };
}

/** What others say goes on below our line, further in: it is not to pass for a line of ours. */
function indented(text: string): string[] {
  const [first = '', ...rest] = text.split('\n');
  return [first, ...rest.map((line) => `    ${line}`)];
}

/** A fault of an agent names seed and event itself; of anything else the stack is what there is. */
function bugLines(error: unknown): string[] {
  if (error instanceof BrokenPromise) return [`dragon: this is a bug: ${error.message}`];
  if (error instanceof AgentFault || error instanceof FederationError)
    return indented(`dragon: this is a bug in the model: ${error.message}`);
  const text = error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error);
  const [first = '', ...rest] = text.split('\n');
  return [`dragon: this is a bug: ${first}`, ...rest];
}
