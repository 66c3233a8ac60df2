/** A channel keeps bad frames and throwing handlers away from the link, and long frames whole. */
import { expect, test } from 'vitest';
import { Channel } from './channel.ts';
import { encode } from './codec.ts';
import type { Frame } from './frame.ts';
import { MemoryHub, type MemoryHubOptions } from './memory-link.ts';

function open(options: MemoryHubOptions = {}) {
  const hub = new MemoryHub(options);
  const [a, b] = [hub.link(), hub.link()];
  const problems: string[] = [];
  const errors: unknown[] = [];
  const got: Frame[] = [];
  const sender = new Channel(a, { from: 'a', onError: (error) => errors.push(error) });
  const receiver = new Channel(b, {
    from: 'b',
    onBadFrame: (problem) => problems.push(problem),
    onError: (error) => errors.push(error),
  });
  receiver.listen('s', (frame) => got.push(frame));
  return { hub, a, b, sender, receiver, problems, errors, got };
}

test('bad frames are counted, reported and dropped', async () => {
  const { hub, a, sender, receiver, problems, got } = open();
  a.publish('s', new Uint8Array([0xc1]));
  a.publish('s', new TextEncoder().encode('hello?'));
  sender.send('s', { kind: 'pulse' });
  await hub.delivered();
  expect(receiver.badFrames).toBe(2);
  expect(problems).toHaveLength(2);
  expect(got).toEqual([{ kind: 'pulse', from: 'a', session: 0 }]);
});

test('what a handler throws goes to onError', async () => {
  const { hub, sender, receiver, errors } = open();
  receiver.listen('t', () => {
    throw new Error('a bug');
  });
  sender.send('t', { kind: 'pulse' });
  await hub.delivered();
  expect(errors).toEqual([new Error('a bug')]);
});

test('a long frame travels in pieces, lost ones of which may come from another try', async () => {
  const faults = { seed: 1, drop: 0.3, duplicate: 0.2, reorder: 0.3 };
  const { hub, sender, got, problems } = open({ maxPayload: 500, faults });
  const text = 'a long story. '.repeat(300);
  const messages = sender.pack({ kind: 'abort', text });
  expect(messages.length).toBeGreaterThan(20);
  expect(messages.every(({ length }) => length <= 500)).toBe(true);
  for (let tries = 0; tries < 20 && got.length === 0; tries += 1) {
    sender.post('s', messages);
    for (let round = 0; round < 5; round += 1) await hub.delivered();
  }
  expect(got[0]).toEqual({ kind: 'abort', text, from: 'a', session: 0 });
  expect(problems).toEqual([]);
});

test('pieces of nonsense, and pieces in pieces, are bad frames', async () => {
  const { hub, a, problems, got } = open();
  const envelope = { from: 'a', session: 0 };
  const part = (id: number, index: number, bytes: Uint8Array) =>
    a.publish('s', encode(envelope, { kind: 'part', id, index, pieces: 2, bytes }));
  part(1, 0, new Uint8Array([0xc1]));
  part(1, 1, new Uint8Array([0xc1]));
  const inner = encode(envelope, { kind: 'part', id: 9, index: 0, pieces: 2, bytes: new Uint8Array() });
  part(2, 0, inner.subarray(0, 5));
  part(2, 1, inner.subarray(5));
  // A piece beyond the last, and one of a frame that was announced with another number of pieces: ignored.
  part(3, 7, new Uint8Array());
  await hub.delivered();
  expect(problems).toEqual([expect.stringMatching(/^not msgpack/), 'a piece of a frame inside a piece of a frame']);
  expect(got).toEqual([]);
});

test('a closed channel hears nothing', async () => {
  const { hub, sender, receiver, got } = open();
  receiver.close();
  sender.send('s', { kind: 'pulse' });
  await hub.delivered();
  expect(got).toEqual([]);
});
