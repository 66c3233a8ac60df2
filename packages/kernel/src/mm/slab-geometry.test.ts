/** Against /proc/slabinfo of the recorded guests (Debian 6.1.192) and of the lists that the kernel reference names. */
import { expect, test } from 'vitest';
import { slabGeometry } from './slab-geometry.ts';

test.each([
  // [bytes, CPUs, objects, pages]
  [1024, 1, 8, 2],
  [1024, 2, 16, 4],
  [1024, 4, 16, 4],
  [1024, 8, 32, 8],
  [1024, 64, 32, 8],
  [192, 1, 21, 1],
  [192, 4, 21, 1],
  [200, 1, 20, 1],
  [200, 4, 20, 1],
  [384, 1, 10, 1],
  [384, 4, 21, 2],
])('%i bytes on %i CPUs', (size, cpus, objects, pages) => {
  expect(slabGeometry(size, cpus)).toEqual({ objects, pages });
});
