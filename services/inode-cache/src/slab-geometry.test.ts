/** The slabs of a mount at the start, against /proc/slabinfo of the recorded guests: see each row's trace. */
import { inodeNumber, profileNamed } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { initialSlabPages } from './cache-state.ts';

const POLICY = profileNamed('v6.1').policy;
const many = (count: number) => [{ ino: inodeNumber(0, 0), count, fate: 'postEof' } as const];

test.each([
  // pressure: 40,088 inodes on 5,011 slabs of 2 pages; 54,558 dentries, other file systems' too, on 2,598 pages.
  { cpus: 1, inodes: 40_088, inodePages: 5_011 * 2, dentries: 54_558, dentryPages: 2_598 },
  // unlink-storm and unlink-storm-smp4.
  { cpus: 1, inodes: 15_448, inodePages: 1_931 * 2, dentries: 29_841, dentryPages: 1_421 },
  { cpus: 4, inodes: 15_456, inodePages: 966 * 4, dentries: 30_030, dentryPages: 1_430 },
])('$inodes inodes on $cpus CPUs', ({ cpus, inodes, inodePages, dentries, dentryPages }) => {
  const pages = (lru: number, cached: number) =>
    initialSlabPages({ node: 0, policy: POLICY, cpus, lru: many(lru), cached: many(cached) });
  expect(pages(inodes, 0)).toBe(inodePages);
  expect(pages(0, dentries) - pages(dentries, 0)).toBe(dentryPages);
});
