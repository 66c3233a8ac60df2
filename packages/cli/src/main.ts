/** The process of the command `dragon`: from its arguments to its exit code. */
import { setImmediate } from 'node:timers/promises';
import { EXIT } from '@dragon/report';
import type { CommandContext } from './command-context.ts';
import { explainFailure, UnwrittenOutput } from './failure.ts';
import { runProgram, usageLine } from './program.ts';
import { listenForStop } from './stop-signal.ts';
import { terminalOf } from './terminal.ts';

const stop = listenForStop();
const terminal = terminalOf(process.env, process.stdout, process.stderr);
const words = process.argv.slice(2);
const context: CommandContext = { terminal, env: process.env, signal: stop.signal, replay: undefined };

let exitCode: number = EXIT.ok;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads our output may have seen enough, as `head` has.
  process.exit(error.code === 'EPIPE' ? exitCode : fail(new UnwrittenOutput('standard output', error)));
});

/** Says what went wrong and returns the exit code. */
function fail(error: unknown): number {
  const failure = explainFailure(error, { usage: usageLine(words, context), replay: context.replay });
  // Whatever failed after a Ctrl-C failed because of it.
  const stopped = stop.exitCode();
  terminal.note(stopped === undefined ? failure.lines.join('\n') : 'dragon: stopped');
  return stopped ?? failure.exitCode;
}

// What nobody waited for, and threw. What must not outlive us is ended by `exit` listeners.
process.on('uncaughtException', (error) => process.exit(fail(error)));

exitCode = await runProgram(words, context).catch(fail);
terminal.still();
// What could not be printed is heard of a turn later, and an exit does not wait for it.
await setImmediate();
process.exit(exitCode);
