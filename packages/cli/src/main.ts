/** The process of the command `dragon`: from its arguments to its exit code. */
import type { CommandContext } from './command-context.ts';
import { explainFailure } from './failure.ts';
import { runProgram, usageLine } from './program.ts';
import { listenForStop } from './stop-signal.ts';
import { processTerminal } from './terminal.ts';

const stop = listenForStop();
const terminal = processTerminal(process.env);
const words = process.argv.slice(2);
const context: CommandContext = { terminal, env: process.env, signal: stop.signal, replay: undefined };

// Who reads our output may have seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
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

const exitCode = await runProgram(words, context).catch(fail);
terminal.still();
process.exit(exitCode);
