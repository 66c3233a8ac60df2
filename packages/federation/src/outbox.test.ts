/** The outbox sends one frame per receiver and window, and keeps it until it is acknowledged. */
import { expect, test } from 'vitest';
import { decode, encode } from './codec.ts';
import { Outbox } from './outbox.ts';

function open() {
  const posted: [string, number][] = [];
  const outbox = new Outbox({
    hostOf: (agent) => (agent === 'nobody' ? undefined : `host-of-${agent}`),
    pack: (body) => [encode({ from: 'me', session: 1 }, body)],
    post(receiver, messages) {
      for (const message of messages) {
        const { frame } = decode(message);
        posted.push([receiver, frame?.kind === 'events' ? frame.seq : -1]);
      }
    },
  });
  const add = (to: string, at: number) => outbox.add({ at, to, from: 'me', seq: 0, message: { type: 't' } });
  return { outbox, posted, add };
}

test('one frame per receiver, with the earliest of its events', () => {
  const { outbox, posted, add } = open();
  for (const [to, at] of [
    ['a', 9],
    ['b', 5],
    ['a', 7],
  ] as const)
    add(to, at);
  expect(outbox.flush(1)).toEqual([
    { to: 'host-of-a', seq: 1, minAt: 7 },
    { to: 'host-of-b', seq: 1, minAt: 5 },
  ]);
  expect(outbox.flush(2)).toEqual([]);
  add('a', 11);
  expect(outbox.flush(3)).toEqual([{ to: 'host-of-a', seq: 2, minAt: 11 }]);
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
