/** Files of several allocation groups. */
import { expect, test } from 'vitest';
import { groupOfFile, groupsOf, inodesOfFiles } from './file-groups.ts';
import { inodeNumber } from './inode.ts';

const PARTS = [
  { ag: 2, files: 3 },
  { ag: 0, files: 2 },
  { ag: 2, files: 1 },
];

test('one group is that of all files', () => {
  expect([0, 9].map((index) => groupOfFile(3, index))).toEqual([3, 3]);
  expect(groupsOf(3)).toEqual([3]);
  expect(inodesOfFiles(3, 64, 10, 'unlinked')).toEqual([{ ino: inodeNumber(3, 64), count: 10, fate: 'unlinked' }]);
});

test('of parts each begins where the one before ends, and the last has what is left', () => {
  expect([0, 2, 3, 4, 5, 6, 7].map((index) => groupOfFile(PARTS, index))).toEqual([2, 2, 0, 0, 2, 2, 2]);
  expect(groupsOf(PARTS)).toEqual([2, 0]);
});

test('the inodes are those of the files, one by one', () => {
  for (const count of [2, 4, 6, 9]) {
    const inodes = inodesOfFiles(PARTS, 64, count, 'clean').flatMap(({ ino, count: n }) =>
      Array.from({ length: n }, (_, i) => ino + i),
    );
    expect(inodes).toEqual(Array.from({ length: count }, (_, i) => inodeNumber(groupOfFile(PARTS, i), 64 + i)));
  }
});
