/** The command line for tests that need no process: the same words, the same lines, the same exit codes. */
import { pageWidth, terminalStyle } from '@dragon/report';
import type { CommandContext } from './command-context.ts';
import { explainFailure } from './failure.ts';
import { runProgram, usageLine } from './program.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with these words, no terminal, and nothing in the environment but `env`. */
export async function dragonInProcess(words: readonly string[], env: CommandContext['env'] = {}): Promise<Said> {
  let [out, err] = ['', ''];
  const terminal = {
    colour: false,
    style: terminalStyle(false),
    width: pageWidth(undefined, env['COLUMNS']),
    print: (text: string) => void (out += text),
    note: (text: string) => void (err += `${text}\n`),
    live: () => undefined,
    still: () => undefined,
  };
  const context: CommandContext = { terminal, env, signal: new AbortController().signal, replay: undefined };
  try {
    const code = await runProgram(words, context);
    return { code, out, err };
  } catch (error) {
    const { exitCode, lines } = explainFailure(error, { usage: usageLine(words, context), replay: context.replay });
    return { code: exitCode, out, err: `${err}${lines.join('\n')}\n` };
  }
}
