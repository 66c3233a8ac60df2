/** Pieces make their frame in any order, and whoever sends pieces of frames that never end takes no memory for it. */
import { expect, test } from 'vitest';
import { Fragments, framePieces } from './fragments.ts';
import type { Frame } from './frame.ts';

const LONGEST = 100_000;
const part = (id: number, index: number, pieces: number, bytes: number, from = 'a'): Frame<'part'> => ({
  kind: 'part',
  session: 1,
  from,
  id,
  index,
  pieces,
  bytes: new Uint8Array(bytes).fill(index),
});

test('pieces of several frames of several senders, in any order, give each frame once', () => {
  const fragments = new Fragments(LONGEST);
  const whole = Uint8Array.from({ length: 5_000 }, (_, index) => index % 251);
  const pieces = framePieces(7, whole, 1_000).toReversed();
  const got: Uint8Array[] = [];
  for (const piece of pieces)
    for (const from of ['a', 'b']) {
      const frame = fragments.add({ ...piece, from, session: 1 });
      if (frame !== undefined) got.push(new Uint8Array(frame));
    }
  expect(got).toEqual([whole, whole]);
});

test('a frame that is longer than any is given up', () => {
  const fragments = new Fragments(LONGEST);
  fragments.add(part(1, 0, 3, 90_000));
  expect(fragments.add(part(1, 1, 3, 90_000))).toBeUndefined();
  expect(fragments.add(part(1, 2, 3, 1))).toBeUndefined();
});

test('frames that never end are given up for newer ones, not those that go on', () => {
  const fragments = new Fragments(LONGEST);
  fragments.add(part(1, 0, 3, 1_000));
  for (let index = 0; index < 500; index += 1) {
    fragments.add(part(index, 0, 2, 10_000, `stranger-${index}`));
    fragments.add(part(1, index % 2, 3, 1_000));
  }
  expect(fragments.add(part(1, 2, 3, 1_000))).toHaveLength(3_000);
  // The first stranger's frame is gone: its second piece alone completes nothing.
  expect(fragments.add(part(0, 1, 2, 10_000, 'stranger-0'))).toBeUndefined();
  expect(fragments.add(part(499, 1, 2, 10_000, 'stranger-499'))).toHaveLength(20_000);
});
