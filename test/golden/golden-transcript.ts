/**
 * Golden transcripts for tests: a text file of commands, each with the exact output it must have.
 *
 *     command argument
 *     a line of input
 *     ----
 *     a line of output
 *
 * A case ends at an empty line; an output that has empty lines itself stands between two double lines of dashes.
 * `UPDATE_GOLDEN=1` writes what the commands print now into the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface TranscriptCase {
  /** The words of the first line. */
  readonly command: readonly string[];
  /** The lines between the command and the dashes. */
  readonly input: readonly string[];
}

/** Returns the transcript as it is in the file and as `run` gives it now: a test expects them to be equal. */
export function replayTranscript(
  file: URL,
  run: (each: TranscriptCase) => string,
): { readonly expected: string; readonly actual: string } {
  const expected = readFileSync(file, 'utf8');
  const actual = parseCases(expected)
    .map((lines) =>
      [...lines, ...frame(run({ command: lines[0]?.split(' ') ?? [], input: lines.slice(1) }))].join('\n'),
    )
    .join('\n\n');
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, `${actual}\n`);
    return { expected: actual, actual };
  }
  return { expected: expected.trimEnd(), actual };
}

/** Returns the lines of each case before its dashes; the output is made anew. */
function parseCases(text: string): string[][] {
  const lines = text.split('\n');
  const cases: string[][] = [];
  for (let i = 0; i < lines.length; ) {
    if (lines[i] === '') {
      i += 1;
      continue;
    }
    const dashes = lines.indexOf('----', i);
    if (dashes < 0) throw new Error(`the case in line ${i + 1} has no ----`);
    cases.push(lines.slice(i, dashes));
    const double = lines[dashes + 1] === '----';
    i = dashes + 2;
    if (double) {
      while (i < lines.length && (lines[i] !== '----' || lines[i + 1] !== '----')) i += 1;
      i += 2;
    } else {
      i = dashes + 1;
      while (i < lines.length && lines[i] !== '') i += 1;
    }
  }
  return cases;
}

function frame(output: string): string[] {
  const text = output.replace(/\n$/, '');
  return /^$/m.test(text) ? ['----', '----', text, '----', '----'] : ['----', text];
}
