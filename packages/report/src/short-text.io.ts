/** Files that a person writes, read as a whole: not more than there can be, as a path may name `/dev/zero`, too. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 16;

/** Returns the text of a file; throws what the system says, or that it is longer than `most` bytes. */
export function shortText(path: string, most: number): string {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const chunk = Buffer.alloc(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, null);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, read));
      length += read;
      if (length > most) throw new Error(`it is longer than ${most >> 10} KiB, and no file of its kind is`);
    }
  } finally {
    closeSync(file);
  }
}
