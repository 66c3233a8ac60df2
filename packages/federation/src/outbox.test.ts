/** The outbox sends one frame per receiver and window, and keeps it until it is acknowledged. */
import { expect, test } from 'vitest';
import type { Packed } from './channel.ts';
import type { Body } from './frame.ts';
import { Outbox } from './outbox.ts';

function open() {
  const posted: [string, number][] = [];
  const bodies = new Map<Packed, Body<'events'>>();
  const outbox = new Outbox({
    hostOf: (agent) => (agent === 'nobody' ? undefined : `host-of-${agent}`),
    pack(subject, body) {
      const packed = { subject, messages: [], tag: `tag ${body.seq} of ${subject}` };
      bodies.set(packed, body);
      return packed;
    },
    post: (packed) => posted.push([packed.subject, bodies.get(packed)?.seq ?? -1]),
  });
  const add = (to: string, at: number) => outbox.add({ at, to, from: 'me', seq: 0, message: { type: 't' } });
  return { outbox, posted, add };
}

test('one frame per receiver, and what it is', () => {
  const { outbox, posted, add } = open();
  for (const [to, at] of [
    ['a', 9],
    ['b', 5],
    ['a', 7],
  ] as const)
    add(to, at);
  expect(outbox.flush(1)).toEqual([
    { to: 'host-of-a', seq: 1, count: 2, minAt: 7, tag: 'tag 1 of host-of-a' },
    { to: 'host-of-b', seq: 1, count: 1, minAt: 5, tag: 'tag 1 of host-of-b' },
  ]);
  expect(outbox.flush(2)).toEqual([]);
  add('a', 11);
  expect(outbox.flush(3)).toEqual([{ to: 'host-of-a', seq: 2, count: 1, minAt: 11, tag: 'tag 2 of host-of-a' }]);
  expect(posted).toEqual([
    ['host-of-a', 1],
    ['host-of-b', 1],
    ['host-of-a', 2],
  ]);
});

test('sends again what was not acknowledged, and nothing else', () => {
  const { outbox, posted, add } = open();
  for (const window of [1, 2, 3]) {
    add('a', window);
    outbox.flush(window);
  }
  outbox.acknowledge('host-of-a', 2);
  posted.length = 0;
  outbox.resend('host-of-a', [1, 2, 3, 4]);
  outbox.resend('stranger', [1]);
  expect(posted).toEqual([['host-of-a', 3]]);
});

test('an agent that nobody hosts is a bug', () => {
  expect(() => open().add('nobody', 1)).toThrow('no federate hosts nobody');
});
