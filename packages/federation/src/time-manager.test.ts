/** The time manager counts what is on its way, so that nobody is granted an instant that an event may still reach. */
import { NEVER } from '@dragon/engine';
import { expect, test } from 'vitest';
import { TimeManager } from './time-manager.ts';

const open = () =>
  new TimeManager(
    ['a', 'b'],
    [
      [20, 10],
      [10, 20],
    ],
  );

test('an event on its way counts as the next event of its receiver, and what a federate itself does binds others only', () => {
  const time = open();
  time.reported(0, { next: 50, sent: [{ to: 'b', seq: 1, minAt: 12 }] });
  time.reported(1, { next: NEVER, sent: [] });
  expect(time.gvt()).toBe(12);
  expect(time.grants(1, 1_000, 1_000)).toEqual([
    { federate: 1, body: { kind: 'grant', window: 1, lbts: 60, expect: [{ name: 'a', seq: 1 }], acked: [] } },
  ]);
});

test('a report confirms what its grant named, not what was sent since, and the sender hears of it with its next grant', () => {
  const time = open();
  time.reported(0, { next: 5, sent: [{ to: 'b', seq: 1, minAt: 12 }] });
  time.reported(1, { next: 6, sent: [] });
  expect(time.grants(1, 1_000, 1_000).map(({ federate, body }) => [federate, body.lbts, body.expect])).toEqual([
    [0, 16, []],
    [1, 15, [{ name: 'a', seq: 1 }]],
  ]);
  // The sender's report, with a newer frame, comes before the receiver's.
  time.reported(0, { next: NEVER, sent: [{ to: 'b', seq: 2, minAt: 15 }] });
  time.reported(1, { next: 40, sent: [{ to: 'a', seq: 1, minAt: 16 }] });
  expect(time.gvt()).toBe(15);
  const [first, second] = time.grants(2, 1_000, 1_000);
  expect(first?.body).toMatchObject({ acked: [{ name: 'b', seq: 1 }], expect: [{ name: 'b', seq: 1 }] });
  expect(second?.body).toMatchObject({ acked: [], expect: [{ name: 'a', seq: 2 }] });
});

test('nobody is granted anything at or after the end, nor a window that is too long, nor with a broken agent', () => {
  const time = open();
  time.reported(0, { next: 5, sent: [] });
  time.reported(1, { next: NEVER, sent: [] });
  expect(time.grants(1, 3, 1_000)[0]?.body.lbts).toBe(8);
  expect(time.grants(1, 1_000, 7)[0]?.body.lbts).toBe(7);
  expect(time.grants(1, 1_000, 5)).toEqual([]);
  time.stop(0);
  expect(time.grants(1, 1_000, 1_000)).toEqual([]);
});

test('events for somebody who is not in the run are an error', () => {
  expect(() => open().reported(0, { next: 5, sent: [{ to: 'c', seq: 1, minAt: 6 }] })).toThrow('a sent events to c');
});
