/** The lines of a file of ours, read one by one in constant memory: it may have grown for days. */
import { StringDecoder } from 'node:string_decoder';
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 16;
/** Nothing that we write is near this long. */
const LONGEST_LINE = 1 << 24;

/** Yields each line with whether a newline ends it; throws what the system says, or that a line has no end. */
export function* wholeLines(path: string): Generator<{ readonly line: string; readonly isEnded: boolean }, void> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(CHUNK);
    let pieces: string[] = [];
    let [held, number] = [0, 1];
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const [head = '', ...tails] = decoder.write(chunk.subarray(0, read)).split('\n');
      pieces.push(head);
      held += head.length;
      if (held > LONGEST_LINE) throw new Error(`line ${number} has no end (${LONGEST_LINE >> 20} MiB of it were read)`);
      const last = tails.pop();
      if (last === undefined) continue;
      yield { line: pieces.join(''), isEnded: true };
      for (const line of tails) yield { line, isEnded: true };
      number += 1 + tails.length;
      pieces = [last];
      held = last.length;
    }
    const rest = pieces.join('') + decoder.end();
    if (rest !== '') yield { line: rest, isEnded: false };
  } finally {
    closeSync(file);
  }
}
