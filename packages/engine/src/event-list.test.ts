/** The event list against a sorted array. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEvents, type Event } from './event.ts';
import { type EventHandle, EventList } from './event-list.ts';
import { NEVER } from './time.ts';

const eventAt = (at: number, seq: number): Event => ({ at, to: `a/${seq % 3}`, from: 'b', seq, message: { type: 'm' } });

/** Picks are taken modulo the number of handles so far: pending, cancelled and popped ones alike. */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add'), value: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel'), value: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('popBefore'), value: fc.nat(25) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nextAt'), value: fc.constant(0) }) },
);

test('does what a sorted array does', () => {
  let sweeps = 0;
  fc.assert(
    fc.property(fc.array(operation, { size: 'xlarge', maxLength: 600 }), (operations) => {
      const list = new EventList();
      const handles: EventHandle[] = [];
      let model: Event[] = [];
      let cancels = 0;
      for (const { kind, value } of operations) {
        if (kind === 'add') {
          const event = eventAt(value, handles.length);
          handles.push(list.add(event));
          model = [...model, event].sort(compareEvents);
        } else if (kind === 'cancel') {
          const handle = handles[value % Math.max(1, handles.length)];
          if (handle === undefined) continue;
          list.cancel(handle);
          if (model.includes(handle.event)) cancels += 1;
          model = model.filter((event) => event !== handle.event);
        } else if (kind === 'popBefore') {
          const [first] = model;
          const expected = first !== undefined && first.at < value ? first : undefined;
          expect(list.popBefore(value)).toBe(expected);
          model = model.filter((event) => event !== expected);
        } else {
          expect(list.nextAt()).toBe(model[0]?.at ?? NEVER);
        }
        expect(list.size).toBe(model.length);
      }
      if (cancels > 100) sweeps += 1;
      expect(list.toSorted()).toEqual(model);
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
