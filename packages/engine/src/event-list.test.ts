/** The event list against a sorted array. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEvents, type Event } from './event.ts';
import { type EventHandle, EventList } from './event-list.ts';
import { NEVER } from './time.ts';

const eventAt = (at: number, seq: number): Event => ({
  at,
  to: `a/${seq % 3}`,
  from: 'b',
  seq,
  message: { type: 'm' },
});

/**
 * `value` is an instant; for a cancel it picks, modulo their number, the first of the handles: pending, cancelled and
 * popped ones alike.
 */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add'), value: fc.nat(20), count: fc.nat(40) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('cancel'), value: fc.nat(), count: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('popBefore'), value: fc.nat(25), count: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nextAt'), value: fc.constant(0), count: fc.constant(1) }) },
);

test('does what a sorted array does', () => {
  let sweeps = 0;
  fc.assert(
    fc.property(fc.array(operation, { size: 'max', maxLength: 30 }), (operations) => {
      const list = new EventList();
      const handles: EventHandle[] = [];
      let model: Event[] = [];
      let buried = 0;
      for (const { kind, value, count } of operations) {
        for (let i = 0; i < count; i += 1) {
          if (kind === 'add') {
            const event = eventAt((value + 7 * i) % 21, handles.length);
            handles.push(list.add(event));
            model.push(event);
          } else if (kind === 'cancel') {
            const handle = handles[(value + i) % Math.max(1, handles.length)];
            if (handle === undefined) break;
            list.cancel(handle);
            buried += model.includes(handle.event) ? 1 : 0;
            model = model.filter((event) => event !== handle.event);
          } else if (kind === 'popBefore') {
            const first = model.sort(compareEvents)[0];
            const expected = first !== undefined && first.at < value ? first : undefined;
            expect(list.popBefore(value)).toBe(expected);
            model = model.filter((event) => event !== expected);
          } else {
            expect(list.nextAt()).toBe(model.sort(compareEvents)[0]?.at ?? NEVER);
          }
        }
        expect(list.size).toBe(model.length);
      }
      if (buried > 65 && buried > model.length) sweeps += 1;
      expect(list.toSorted()).toEqual(model.sort(compareEvents));
      for (const event of model) expect(list.popBefore(NEVER)).toBe(event);
      expect(list.popBefore(NEVER)).toBeUndefined();
      expect(list.nextAt()).toBe(NEVER);
    }),
    { seed: 1 },
  );
  expect(sweeps).toBeGreaterThan(5);
});

test('a timer that is re-armed again and again keeps its place', () => {
  const list = new EventList();
  const events = Array.from({ length: 10 }, (_, i) => eventAt(1_000 + i, i));
  for (const event of events) list.add(event);
  for (let i = 0; i < 10_000; i += 1) list.cancel(list.add(eventAt(i % 2_000, 10 + i)));
  expect(list.size).toBe(10);
  expect(list.toSorted()).toEqual(events);
  expect(events.map(() => list.popBefore(NEVER))).toEqual(events);
});

test('an event at the limit stays', () => {
  const list = new EventList();
  const event = eventAt(7, 0);
  list.add(event);
  expect(list.popBefore(7)).toBeUndefined();
  expect(list.popBefore(8)).toBe(event);
});
