/** Tests of inode numbers and runs of inodes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agOf, countInodes, type InodeFate, inodeNumber, type InodeRun, takeInodes } from './inode.ts';

test('an inode number holds its allocation group', () => {
  expect([inodeNumber(0, 0), inodeNumber(0, 5), inodeNumber(3, 5)]).toEqual([0, 5, 3 * 2 ** 24 + 5]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(2 ** 24 - 1), (ag, agino) => {
      expect(agOf(inodeNumber(ag, agino))).toBe(ag);
    }),
  );
  expect(agOf(inodeNumber(7, 2 ** 24 - 1))).toBe(7);
  expect(inodeNumber(7, 2 ** 24 - 1) + 1).toBe(inodeNumber(8, 0));
});

test('inodes are taken from the front, and a run is cut where need be', () => {
  const runs: InodeRun[] = [
    { ino: 10, count: 3, fate: 'clean' },
    { ino: 90, count: 4, fate: 'unlinked' },
  ];
  expect(takeInodes(runs, 5)).toEqual([
    [
      { ino: 10, count: 3, fate: 'clean' },
      { ino: 90, count: 2, fate: 'unlinked' },
    ],
    [{ ino: 92, count: 2, fate: 'unlinked' }],
  ]);
  expect(takeInodes(runs, 0)).toEqual([[], runs]);
  expect(takeInodes(runs, 3)).toEqual([runs.slice(0, 1), runs.slice(1)]);
  expect(takeInodes(runs, 8)).toEqual([runs, []]);
  expect(takeInodes([], 8)).toEqual([[], []]);
});

test('none is lost, none comes twice', () => {
  const fate = fc.constantFrom<InodeFate>('clean', 'postEof', 'unlinked', 'unlinkedEmpty');
  const runs = fc.array(fc.record({ ino: fc.nat(1_000), count: fc.integer({ min: 1, max: 20 }), fate }), {
    maxLength: 8,
  });
  const each = (all: readonly InodeRun[]): string[] =>
    all.flatMap(({ ino, count, fate: what }) => Array.from({ length: count }, (_, i) => `${ino + i} ${what}`));
  fc.assert(
    fc.property(runs, fc.nat(100), (all, count) => {
      const [taken, rest] = takeInodes(all, count);
      expect(countInodes(taken)).toBe(Math.min(count, countInodes(all)));
      expect([...each(taken), ...each(rest)]).toEqual(each(all));
    }),
  );
});
