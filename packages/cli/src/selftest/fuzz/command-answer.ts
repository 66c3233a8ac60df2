/** The command as the reader of a malformed file, and what of its answer must be right whatever is in the file. */
import { EXIT, isPrintable } from '@dragon/report';
import type { CommandContext } from '../../command-context.ts';
import { explainFailure } from '../../failure.ts';
import { isJsonName, jsonSchema } from '../../json/json-schemas.ts';
import { runProgram, usageLine } from '../../program.ts';
import { terminalOf } from '../../terminal.ts';
import { WrongAnswer } from './fuzzer.ts';

/** A run of a file that can be run may be long: it is stopped as a person would stop it. */
const PATIENCE_MS = 2_000;
/** What a command prints of a file as short as these are. */
const MOST_PRINTED = 16 << 20;
/** What no answer has, unless the file has it. */
const SLIPS = ['undefined', 'NaN', '[object '];

/** Returns `exit 0`, or whichever code it is; rejects with a `WrongAnswer`. `input` is what the file holds. */
export async function commandAnswer(words: readonly string[], input: Buffer): Promise<string> {
  let [out, err] = ['', ''];
  const terminal = terminalOf(
    {},
    { write: (said) => void (out += typeof said === 'string' ? said : Buffer.from(said).toString('latin1')) },
    { write: (said) => void (err += String(said)) },
  );
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error('it takes too long')), PATIENCE_MS);
  const context: CommandContext = { terminal, env: {}, signal: patience.signal, replay: undefined };
  const code = await runProgram(words, context)
    .catch((error: unknown) => {
      if (patience.signal.aborted) return undefined;
      const { exitCode, lines } = explainFailure(error, { usage: usageLine(words, context), replay: context.replay });
      terminal.note(lines.join('\n'));
      return exitCode;
    })
    .finally(() => clearTimeout(timer));
  if (code === undefined) return 'stopped';
  if (code === EXIT.bug || code === EXIT.unwritten) throw new WrongAnswer(`exit code ${code}: ${err}`);
  if (code === EXIT.operational && !err.startsWith('dragon: ')) throw new WrongAnswer(`it says ${err}`);
  if (out.length + err.length > MOST_PRINTED) throw new WrongAnswer(`it prints ${out.length + err.length} characters`);
  if (words.includes('--json') && out !== '') expectSchema(out);
  else expectClean(out, input);
  expectClean(err, input);
  return `exit ${code}`;
}

function expectSchema(out: string): void {
  const value: unknown = JSON.parse(out);
  const name = typeof value === 'object' && value !== null && 'schema' in value ? String(value.schema) : '';
  const known = name.startsWith('dragon/') ? name.slice('dragon/'.length) : '';
  if (!isJsonName(known)) throw new WrongAnswer(`its output is of no schema: ${out.slice(0, 200)}`);
  const { error } = jsonSchema(known).safeParse(value);
  if (error !== undefined) throw new WrongAnswer(`its output does not fit its schema: ${error.message}`);
  if (!isPrintable(out.trimEnd())) throw new WrongAnswer(`its output is not printable: ${quoted(out)}`);
}

function expectClean(text: string, input: Buffer): void {
  for (const line of text.split('\n')) {
    if (!isPrintable(line)) throw new WrongAnswer(`it prints what a terminal obeys: ${quoted(line)}`);
    const slip = SLIPS.find((each) => line.includes(each) && !input.includes(each));
    if (slip !== undefined) throw new WrongAnswer(`it prints ${slip}: ${quoted(line)}`);
  }
}

/** The part around the first character that is not printable, escaped. */
function quoted(text: string): string {
  const at = Array.from(text).findIndex((character) => !isPrintable(character));
  return JSON.stringify(text.slice(Math.max(0, at - 60), Math.max(0, at) + 100));
}
