/** The inbox gives every event once and in its sender's order, whatever the order of the frames. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';
import type { WireEvent } from './wire.ts';

const event = (seq: number, from = 'a'): WireEvent => [seq, 'x', from, seq, { type: 't' }];

test('names what is missing, up to what is expected', () => {
  const inbox = new Inbox();
  inbox.accept('a', 2, [event(2)]);
  expect(
    inbox.missing([
      { name: 'a', seq: 4 },
      { name: 'b', seq: 1 },
    ]),
  ).toEqual([
    { name: 'a', seqs: [1, 3, 4] },
    { name: 'b', seqs: [1] },
  ]);
  expect(inbox.take()).toEqual([]);
  inbox.accept('a', 1, [event(1)]);
  expect(inbox.take()).toEqual([event(1), event(2)]);
  expect(inbox.missing([{ name: 'a', seq: 2 }])).toEqual([]);
});

test('asks for no more than 256 frames of a sender at a time', () => {
  expect(new Inbox().missing([{ name: 'a', seq: Number.MAX_SAFE_INTEGER }])[0]?.seqs).toHaveLength(256);
});

test('any order, with any repetition, gives each frame once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 }), (order) => {
      const inbox = new Inbox();
      const taken: WireEvent[] = [];
      for (const [index, seq] of [...order, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].entries()) {
        const before = order.slice(0, index).includes(seq);
        expect(inbox.accept('a', seq, [event(seq)])).toBe(index < order.length ? !before : !order.includes(seq));
        if (index % 3 === 0) taken.push(...inbox.take());
      }
      taken.push(...inbox.take());
      expect(taken.map(([at]) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }),
    { numRuns: 200, seed: 1 },
  );
});
