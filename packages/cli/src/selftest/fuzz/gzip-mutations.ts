/** Mutations of compressed files: what is inside is mutated, or the compression itself is. */
import { gzipSync } from 'node:zlib';
import type { Draw } from '../draw.ts';
import { ANY_BYTES } from './byte-mutations.ts';
import type { Mutation } from './mutation.ts';

/** Zeros that unpack to some MiB: a bomb, as far as a test has time for one. */
const BOMB = gzipSync(Buffer.alloc(1 << 24));

/** Returns a mutation of texts that may be plain or gzip: this one, and now and then it is packed. */
export function packedOrNot(inner: Mutation): Mutation {
  return (input, draw, others) => {
    const mutated = inner(input, draw, others);
    if (!draw.once(4)) return mutated;
    return damaged(gzipSync(mutated, { level: 1 }), draw);
  };
}

function damaged(packed: Buffer, draw: Draw): Buffer {
  switch (draw.below(6)) {
    case 0:
      return ANY_BYTES(packed, draw, [packed]);
    case 1:
      return packed.subarray(0, draw.below(packed.length + 1));
    case 2:
      return Buffer.concat([packed, packed]);
    case 3:
      return Buffer.concat([packed, BOMB]);
    default:
      return packed;
  }
}
