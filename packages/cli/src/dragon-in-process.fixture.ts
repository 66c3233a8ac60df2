/** The command line for tests that need no process: the same words, the same lines, the same exit codes. */
import type { CommandContext } from './command-context.ts';
import { explainFailure } from './failure.ts';
import { runProgram, usageLine } from './program.ts';
import { terminalOf } from './terminal.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with these words, no terminal, and nothing in the environment but `env`. */
export async function dragonInProcess(words: readonly string[], env: CommandContext['env'] = {}): Promise<Said> {
  let [out, err] = ['', ''];
  const terminal = terminalOf(
    env,
    { write: (said) => void (out += typeof said === 'string' ? said : Buffer.from(said).toString('latin1')) },
    { write: (said) => void (err += String(said)) },
  );
  const context: CommandContext = { terminal, env, signal: new AbortController().signal, replay: undefined };
  try {
    const code = await runProgram(words, context);
    return { code, out, err };
  } catch (error) {
    const { exitCode, lines } = explainFailure(error, { usage: usageLine(words, context), replay: context.replay });
    terminal.note(lines.join('\n'));
    return { code: exitCode, out, err };
  }
}
