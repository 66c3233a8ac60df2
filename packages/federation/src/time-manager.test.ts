/** The time manager counts what is on its way, so that nobody is granted an instant that an event may still reach. */
import { NEVER } from '@dragon/engine';
import { expect, test } from 'vitest';
import { TimeManager } from './time-manager.ts';

/** What a federate reports; by default that it has done nothing since. */
let processed = 0;
const said = (
  next: number,
  sent: { to: string; seq: number; minAt: number }[] = [],
  more: Partial<Said> = {},
): Said => ({
  next,
  sent: sent.map((each) => ({ ...each, count: 1, tag: `tag ${each.seq}` })),
  changes: [],
  hits: [],
  lines: [],
  processed: (processed += 1),
  fault: null,
  ...more,
});
type Said = Parameters<TimeManager['reported']>[1];
const batch = (name: string, seq: number, minAt: number) => ({ name, seq, minAt, count: 1, tag: `tag ${seq}` });

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
  time.reported(0, said(50, [{ to: 'b', seq: 1, minAt: 12 }]));
  time.reported(1, said(NEVER, []));
  expect(time.gvt()).toBe(12);
  expect(time.grants(1, 1_000, 1_000)).toEqual([
    { federate: 1, body: { kind: 'grant', window: 1, after: 0, lbts: 60, expect: [batch('a', 1, 12)], acked: [] } },
  ]);
});

test('a report confirms what its grant named, not what was sent since, and the sender hears of it with its next grant', () => {
  const time = open();
  time.reported(0, said(5, [{ to: 'b', seq: 1, minAt: 12 }]));
  time.reported(1, said(6, []));
  expect(time.grants(1, 1_000, 1_000).map(({ federate, body }) => [federate, body.lbts, body.expect])).toEqual([
    [0, 16, []],
    [1, 15, [batch('a', 1, 12)]],
  ]);
  // The sender's report, with a newer frame, comes before the receiver's.
  time.reported(0, said(NEVER, [{ to: 'b', seq: 2, minAt: 15 }]));
  time.reported(1, said(40, [{ to: 'a', seq: 1, minAt: 16 }]));
  expect(time.gvt()).toBe(15);
  const [first, second] = time.grants(2, 1_000, 1_000);
  expect(first?.body).toMatchObject({ acked: [{ name: 'b', seq: 1 }], expect: [batch('b', 1, 16)] });
  expect(second?.body).toMatchObject({ acked: [], expect: [batch('a', 2, 15)] });
});

test('nobody is granted anything at or after the end, nor a window that is too long, nor with a broken agent', () => {
  const time = open();
  time.reported(0, said(5, []));
  time.reported(1, said(NEVER, []));
  expect(time.grants(1, 3, 1_000)[0]?.body.lbts).toBe(8);
  expect(time.grants(1, 1_000, 7)[0]?.body.lbts).toBe(7);
  expect(time.grants(1, 1_000, 5)).toEqual([]);
  time.stop(0);
  expect(time.grants(1, 1_000, 1_000)).toEqual([]);
});

/** Two federates at 50 and 60, of which the first was granted a window up to 70. */
function granted() {
  const time = open();
  time.reported(0, said(50));
  time.reported(1, said(60));
  expect(time.grants(1, 1_000, 1_000)[0]).toMatchObject({ federate: 0, body: { lbts: 70 } });
  return time;
}

/** A report of something that was done since. */
const later: typeof said = (next, sent, more) => said(next, sent, { processed: 10_000, ...more });

test.each<[string, Said, string]>([
  [
    'events for a stranger',
    later(70, [{ to: 'c', seq: 1, minAt: 80 }]),
    'sent events to c, which is not another federate of this run',
  ],
  [
    'events for itself',
    later(70, [{ to: 'a', seq: 1, minAt: 80 }]),
    'sent events to a, which is not another federate of this run',
  ],
  ['a gap', later(70, [{ to: 'b', seq: 2, minAt: 80 }]), 'reports events frame 2 to b after frame 0'],
  [
    'an event that is too early',
    later(70, [{ to: 'b', seq: 1, minAt: 59 }]),
    'reports an event for b at 59 ns, but nothing of its doing can come there before 60 ns',
  ],
  [
    'a next event in its past',
    later(49),
    'reports that its next event is at 49 ns, but said before that it is at 50 ns',
  ],
  [
    'no progress',
    said(50, [], { processed: 0 }),
    'was granted a window in which it has an event at 50 ns, and processed none',
  ],
  [
    'something in its past',
    later(70, [], { lines: [[49, 'x', 'late']] }),
    'reports what happened at 49 ns, which is not in its window from 50 to 70 ns',
  ],
  [
    'something in its future',
    later(70, [], { hits: [[70, 'x', 'early', {}]] }),
    'reports what happened at 70 ns, which is not in its window from 50 to 70 ns',
  ],
])('who reports %s is named', (_, report, lie) => {
  const time = granted();
  expect(() => time.reported(0, report)).toThrow(`federate a ${lie}`);
});

test('who has something left at the end of the run, or has done something since, is named', () => {
  const time = granted();
  time.reported(0, said(70, [], { processed: 10_000 }));
  expect(() => time.finished(0, { next: 69, processed: 10_000 }, 70)).toThrow(
    'federate a still has an event at 69 ns, but reported that it had none before',
  );
  expect(() => time.finished(0, { next: 70, processed: 9_999 }, 70)).toThrow(
    'federate a has processed 9999 events at the end, but reported 10000',
  );
  time.finished(0, { next: 70, processed: 10_000 }, 70);
});
