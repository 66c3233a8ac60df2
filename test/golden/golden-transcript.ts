/**
 * Golden transcripts for tests: a text file of commands and the exact output that each must have, in turn, as the
 * datadriven tests of cockroachdb and etcd's raft have it.
 *
 *     # A comment.
 *     command argument
 *     a line of input
 *       that goes on here, because this one is indented
 *     ----
 *     a line of output
 *
 *     let name =
 *     a line of input
 *     another
 *
 * A command with its input ends at the dashes, an output at an empty line; an output that has empty lines itself stands
 * between two double lines of dashes. Lines of input given once by `let` have that name in what follows. Comments stand
 * wherever input does. `UPDATE_GOLDEN=1` writes what the commands print now into the file, and nothing else of it
 * changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface InputLine {
  readonly text: string;
  /** Where it begins, `file:line`. */
  readonly place: string;
}

export interface TranscriptCase {
  /** The words of the first line. */
  readonly command: readonly string[];
  /** Where the command is, `file:line`. */
  readonly place: string;
  /** The lines between the command and the dashes, without comments. */
  readonly input: readonly InputLine[];
  /** What `let` has named so far. */
  readonly named: ReadonlyMap<string, readonly InputLine[]>;
}

const WIDTH = 120;
const DASHES = '----';

/** Returns the transcript as it is in the file and as `run` gives it now: a test expects them to be equal. */
export function replayTranscript(
  file: URL,
  run: (each: TranscriptCase) => string,
): { readonly expected: string; readonly actual: string } {
  const expected = readFileSync(file, 'utf8');
  const path = fileURLToPath(file);
  const actual = rewrittenTranscript(expected, relative(process.cwd(), path), run);
  if (process.env['UPDATE_GOLDEN'] !== '1') return { expected, actual };
  writeFileSync(path, actual);
  return { expected: actual, actual };
}

/** Returns the text with each output made anew, and all else as it was; `file` is for the errors. */
export function rewrittenTranscript(text: string, file: string, run: (each: TranscriptCase) => string): string {
  const lines = text.split('\n');
  const named = new Map<string, readonly InputLine[]>();
  const written: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const end = firstFrom(lines, i, (line) => line === '' || line === DASHES);
    const [command, ...input] = inputLines(lines.slice(i, end), file, i + 1);
    written.push(...lines.slice(i, end));
    if (lines[end] !== DASHES) {
      if (command !== undefined) define(named, command, input);
      if (end < lines.length) written.push('');
      i = end + 1;
      continue;
    }
    if (command === undefined) throw new Error(`${file}:${end + 1}: no command above ${DASHES}`);
    written.push(...framed(run({ command: command.text.split(' '), place: command.place, input, named })));
    i = endOfOutput(lines, end + 1, file);
  }
  return written.join('\n');
}

/** Returns a line in as many as it needs to be no wider than a page; `inputLines` would make one of them again. */
export function wrappedLine(line: string, indent: string): string[] {
  if (line.length <= WIDTH) return [line];
  const at = line.lastIndexOf(' ', WIDTH);
  if (at <= indent.length) return [line];
  return [line.slice(0, at), ...wrappedLine(indent + line.slice(at + 1), indent)];
}

function inputLines(lines: readonly string[], file: string, first: number): InputLine[] {
  const input: InputLine[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('#')) continue;
    const place = `${file}:${first + i}`;
    if (!line.startsWith(' ')) {
      input.push({ text: line, place });
      continue;
    }
    const before = input.pop();
    if (before === undefined) throw new Error(`${place}: an indented line goes on with nothing`);
    input.push({ ...before, text: `${before.text} ${line.trimStart()}` });
  }
  return input;
}

function define(named: Map<string, readonly InputLine[]>, command: InputLine, input: readonly InputLine[]): void {
  const [verb, name = '', ...sign] = command.text.split(' ');
  if (verb !== 'let' || sign.join(' ') !== '=')
    throw new Error(`${command.place}: '${command.text}' has no ${DASHES} below, and is no 'let NAME ='`);
  if (named.has(name)) throw new Error(`${command.place}: ${name} has a meaning already`);
  if (input.length === 0) throw new Error(`${command.place}: ${name} is given no meaning`);
  named.set(name, input);
}

/** Returns where the old output is over that begins in a line. */
function endOfOutput(lines: readonly string[], begin: number, file: string): number {
  if (lines[begin] === DASHES) {
    return firstFrom(lines, begin + 1, (line, at) => line === DASHES && lines[at + 1] === DASHES) + 2;
  }
  const end = firstFrom(lines, begin, (line) => line === '' || line === DASHES);
  if (lines[end] === DASHES) throw new Error(`${file}:${end + 1}: no empty line between an output and this command`);
  return end;
}

/** Returns the index of the first line from `begin` on that is looked for; behind the last, if none is. */
function firstFrom(lines: readonly string[], begin: number, wanted: (line: string, at: number) => boolean): number {
  let at = begin;
  while (at < lines.length && !wanted(lines[at] ?? '', at)) at += 1;
  return at;
}

function framed(output: string): string[] {
  const text = output.replace(/\n$/, '');
  return /^$/m.test(text) ? [DASHES, DASHES, text, DASHES, DASHES] : [DASHES, text];
}
