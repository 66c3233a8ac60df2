/**
 * The inbox gives every reported event once and in its sender's order, whatever the order of the frames, and nothing
 * that was not reported.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ArrivedBatch, type Expected, Inbox } from './inbox.ts';
import type { WireEvent } from './wire.ts';

const open = () => new Inbox({ senders: ['a', 'b'], belongs: ([, , from], sender) => from === sender });
const event = (seq: number, from = 'a'): WireEvent => [seq, 'x', from, seq, { type: 't' }];
const frame = (seq: number, more: Partial<ArrivedBatch> = {}): ArrivedBatch => ({
  from: 'a',
  seq,
  tag: `tag ${seq}`,
  events: [event(seq)],
  bytes: 100,
  ...more,
});
const expected = (seq: number, more: Partial<Expected> = {}): Expected => ({
  name: 'a',
  seq,
  tag: `tag ${seq}`,
  count: 1,
  minAt: seq,
  ...more,
});

test('names what is missing of what is expected', () => {
  const inbox = open();
  expect(inbox.accept(frame(2))).toBe(false);
  inbox.expect([expected(1), expected(2), expected(3), expected(1, { name: 'b' })]);
  expect(inbox.missing()).toEqual([
    { name: 'a', seqs: [1, 3] },
    { name: 'b', seqs: [1] },
  ]);
  expect(inbox.accept(frame(1))).toBe(true);
  expect(inbox.accept(frame(1))).toBe(false);
  expect(inbox.accept(frame(3))).toBe(true);
  expect(inbox.accept(frame(1, { from: 'b', events: [event(1, 'b')] }))).toBe(true);
  expect(inbox.missing()).toEqual([]);
  expect(inbox.take()).toEqual([event(1), event(2), event(3), event(1, 'b')]);
  expect(inbox.take()).toEqual([]);
});

test('what was taken is saved, and what came early is asked for again', () => {
  const inbox = open();
  for (const seq of [1, 2, 4]) inbox.accept(frame(seq));
  inbox.expect([expected(1), expected(2)]);
  inbox.take();
  const again = new Inbox({ senders: ['a', 'b'], belongs: () => true }, inbox.save());
  again.accept(frame(2));
  again.expect([expected(3), expected(4)]);
  expect(again.missing()).toEqual([{ name: 'a', seqs: [3, 4] }]);
  for (const seq of [3, 4]) again.accept(frame(seq));
  expect(again.take()).toEqual([event(3), event(4)]);
});

test('asks for no more than 256 frames of a sender at a time', () => {
  const inbox = open();
  inbox.expect(Array.from({ length: 300 }, (_, index) => expected(index + 1)));
  expect(inbox.missing()[0]?.seqs).toHaveLength(256);
});

test('any order, with any repetition and any forgeries, gives each frame once', () => {
  const arrival = fc.record({ seq: fc.integer({ min: 1, max: 12 }), forged: fc.integer({ min: 0, max: 6 }) });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), fc.integer({ min: 0, max: 60 }), (arrivals, grantedAt) => {
      const inbox = open();
      const grant = () => inbox.expect(Array.from({ length: 12 }, (_, index) => expected(index + 1)));
      for (const [index, { seq, forged }] of arrivals.entries()) {
        if (index === grantedAt) grant();
        inbox.accept(forged === 0 ? frame(seq) : frame(seq, { tag: `forged ${forged}`, events: [] }));
      }
      grant();
      for (const { seqs } of inbox.missing()) for (const seq of seqs) inbox.accept(frame(seq));
      expect(inbox.missing()).toEqual([]);
      inbox.giveUpWrong();
      expect(inbox.take().map(([at]) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(inbox.accept(frame(12))).toBe(false);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('a frame that nobody reported is not taken', () => {
  const inbox = open();
  inbox.accept(frame(1, { tag: 'forged', events: [] }));
  inbox.accept(frame(2));
  inbox.expect([]);
  expect(inbox.take()).toEqual([]);
});

test('if another frame comes again and again, its sender is named', () => {
  const inbox = open();
  inbox.accept(frame(1, { tag: 'forged', events: [] }));
  inbox.expect([expected(1)]);
  expect(() => inbox.giveUpWrong()).toThrow(
    'federate a sent another events frame 1 than it reported: what it says is not true, or somebody else speaks in its name',
  );
  inbox.accept(frame(1));
  expect(() => inbox.giveUpWrong()).not.toThrow();
});

test.each([
  ['another number of events', expected(1, { count: 2 }), frame(1), 'which has other events than it reported'],
  ['another earliest instant', expected(1, { minAt: 7 }), frame(1), 'which has other events than it reported'],
  [
    'agents of somebody else',
    expected(1),
    frame(1, { events: [event(1, 'b')] }),
    'which has events that are not from its agents to those of its receiver',
  ],
])('a frame that is the reported one with %s', (_, report, arrived, problem) => {
  const inbox = open();
  inbox.expect([report]);
  expect(() => inbox.accept(arrived)).toThrow(`federate a sent events frame 1, ${problem}`);
});

test('what nobody waits for is kept within bounds, and asked for when it is waited for', () => {
  const inbox = open();
  for (let seq = 1; seq <= 100; seq += 1) inbox.accept(frame(seq, { bytes: 1_048_576 }));
  inbox.expect(Array.from({ length: 100 }, (_, index) => expected(index + 1)));
  expect(inbox.missing()[0]?.seqs).toHaveLength(85);
  expect(inbox.missing()[0]?.seqs[0]).toBe(16);
});

test('at the end, a frame with earlier events that nobody reported is trouble', () => {
  const inbox = open();
  inbox.accept(frame(1));
  inbox.accept(frame(3));
  inbox.expect([expected(1)]);
  inbox.take();
  expect(() => inbox.refuseUnreported(3)).not.toThrow();
  expect(() => inbox.refuseUnreported(4)).toThrow('federate a sent events frame 3, but never reported it');
});

test('somebody who hosts nobody is no sender', () => {
  expect(open().knows('stranger')).toBe(false);
  expect(() => open().accept(frame(1, { from: 'stranger' }))).toThrow(
    'federate stranger sends events, but hosts no agents in this run',
  );
});
