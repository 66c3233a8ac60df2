/** The event list against a sorted array. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventList, NONE } from './event-list.ts';
import { NEVER } from './time.ts';

interface Pending {
  readonly slot: number;
  readonly at: number;
  readonly to: number;
  readonly from: number;
  readonly seq: number;
}

const MESSAGE = { type: 'm' };

function add(list: EventList, at: number, seq: number): Pending {
  const [to, from] = [seq % 3, (seq >> 2) % 2];
  return { slot: list.add(at, to, from, seq, { ...MESSAGE, seq }, `timer ${seq}`, seq % 2 === 0), at, to, from, seq };
}

const compare = (a: Pending, b: Pending): number => a.at - b.at || a.to - b.to || a.from - b.from || a.seq - b.seq;

/** Expects all that was put into a slot to be there. */
function expectIn(list: EventList, { slot, at, to, from, seq }: Pending): void {
  const found = [list.at(slot), list.to(slot), list.from(slot), list.seq(slot), list.pausable(slot)];
  expect(found).toEqual([at, to, from, seq, seq % 2 === 0]);
  expect([list.message(slot), list.timer(slot)]).toEqual([{ ...MESSAGE, seq }, `timer ${seq}`]);
}

/** `value` is an instant; for a cancel it picks, modulo their number, the first of the pending events. */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add'), value: fc.nat(20), count: fc.nat(40) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('cancel'), value: fc.nat(), count: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('takeBefore'), value: fc.nat(25), count: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nextAt'), value: fc.constant(0), count: fc.constant(1) }) },
);

test('does what a sorted array does', () => {
  let sweeps = 0;
  fc.assert(
    fc.property(fc.array(operation, { size: 'max', maxLength: 30 }), (operations) => {
      const list = new EventList();
      let model: Pending[] = [];
      let [added, buried] = [0, 0];
      for (const { kind, value, count } of operations) {
        for (let i = 0; i < count; i += 1) {
          if (kind === 'add') {
            model.push(add(list, (value + 7 * i) % 21, added));
            model.sort(compare);
            added += 1;
          } else if (kind === 'cancel') {
            const [gone] = model.splice(value % Math.max(1, model.length), 1);
            if (gone === undefined) break;
            list.cancel(gone.slot);
            buried += 1;
          } else if (kind === 'takeBefore') {
            const first = model[0];
            const expected = first !== undefined && first.at < value ? first : undefined;
            expect(list.takeBefore(value)).toBe(expected?.slot ?? NONE);
            if (expected === undefined) break;
            expectIn(list, expected);
            list.release(expected.slot);
            model = model.slice(1);
          } else {
            expect(list.nextAt()).toBe(model[0]?.at ?? NEVER);
          }
        }
        expect(list.size).toBe(model.length);
      }
      if (buried > 65 && buried > model.length) sweeps += 1;
      expect(list.toSorted()).toEqual(model.map(({ slot }) => slot));
      for (const event of model) {
        expect(list.takeBefore(NEVER)).toBe(event.slot);
        expectIn(list, event);
      }
      expect([list.takeBefore(NEVER), list.nextAt()]).toEqual([NONE, NEVER]);
    }),
    { seed: 1 },
  );
  expect(sweeps).toBeGreaterThan(5);
});

test('a timer that is re-armed again and again keeps no slots', () => {
  const list = new EventList();
  const events = Array.from({ length: 10 }, (_, i) => add(list, 1_000 + i, i));
  const slots = new Set<number>();
  for (let i = 0; i < 10_000; i += 1) {
    const { slot } = add(list, i % 2_000, 10 + i);
    slots.add(slot);
    list.cancel(slot);
  }
  expect(list.size).toBe(10);
  expect(slots.size).toBeLessThan(100);
  expect(list.toSorted()).toEqual(events.map(({ slot }) => slot));
});

test('an event at the limit stays', () => {
  const list = new EventList();
  const { slot } = add(list, 7, 0);
  expect(list.takeBefore(7)).toBe(NONE);
  expect(list.takeBefore(8)).toBe(slot);
});

test('a number that its slot cannot hold is refused', () => {
  const list = new EventList();
  expect(() => list.add(0, 0, 0, 2 ** 31, MESSAGE, undefined, false)).toThrow('more than 2147483647 events');
});
