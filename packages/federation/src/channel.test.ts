/** A channel keeps bad frames and throwing handlers away from the link, and long frames whole. */
import { expect, test } from 'vitest';
import { Channel } from './channel.ts';
import { encode } from './codec.ts';
import type { Frame } from './frame.ts';
import { MemoryHub, type MemoryHubOptions } from './memory-link.ts';
import { Seal } from './seal.ts';

const KEY = 'a key that nobody else has';

function open({ key, ...options }: MemoryHubOptions & { readonly key?: string } = {}) {
  const hub = new MemoryHub(options);
  const [a, b] = [hub.link(), hub.link()];
  const problems: string[] = [];
  const errors: unknown[] = [];
  const got: Frame[] = [];
  const sender = new Channel(a, { from: 'coordinator', key, onError: (error) => errors.push(error) });
  const receiver = new Channel(b, {
    from: 'b',
    key,
    onBadFrames: (text) => problems.push(text),
    onError: (error) => errors.push(error),
  });
  const tags: string[] = [];
  receiver.listen('s', (frame, { tag }) => {
    got.push(frame);
    tags.push(tag);
  });
  return { hub, a, b, sender, receiver, problems, errors, got, tags };
}

test('bad frames are counted, reported and dropped', async () => {
  const { hub, a, sender, receiver, problems, got } = open();
  a.publish('s', new Uint8Array([0xc1]));
  a.publish('s', new TextEncoder().encode('hello? is there anybody?'));
  sender.send('s', { kind: 'pulse', beat: 1 });
  await hub.delivered();
  expect(receiver.badFrames).toBe(2);
  receiver.close();
  // Once a second at most, and at the end.
  const problem = 'not sealed with the key of this run (DRAGON_RUN_KEY), or by another version of this program';
  expect(problems).toEqual([`dropped a bad frame: ${problem}`, `dropped a bad frame: ${problem}`]);
  expect(got).toEqual([{ kind: 'pulse', beat: 1, from: 'coordinator', session: 0 }]);
});

test('what a handler throws goes to onError', async () => {
  const { hub, sender, receiver, errors } = open();
  receiver.listen('t', () => {
    throw new Error('a bug');
  });
  sender.send('t', { kind: 'pulse', beat: 1 });
  await hub.delivered();
  expect(errors).toEqual([new Error('a bug')]);
});

test('a long frame travels in pieces, lost ones of which may come from another try', async () => {
  const faults = { seed: 1, drop: 0.3, duplicate: 0.2, reorder: 0.3 };
  const { hub, sender, got, tags, problems } = open({ maxPayload: 500, faults, key: KEY });
  const text = 'a long story. '.repeat(300);
  const packed = sender.pack('s', { kind: 'abort', text, instances: [] });
  const { messages } = packed;
  expect(messages.length).toBeGreaterThan(20);
  expect(messages.every(({ length }) => length <= 500)).toBe(true);
  for (let tries = 0; tries < 20 && got.length === 0; tries += 1) {
    sender.post(packed);
    for (let round = 0; round < 5; round += 1) await hub.delivered();
  }
  expect(got[0]).toEqual({ kind: 'abort', text, instances: [], from: 'coordinator', session: 0 });
  expect(tags[0]).toBe(packed.tag);
  expect(problems).toEqual([]);
});

test('pieces of nonsense, pieces in pieces, and pieces of what somebody else said are bad frames', async () => {
  const { hub, a, receiver, problems, got } = open();
  const envelope = { from: 'coordinator', session: 0 };
  const seal = new Seal();
  const part = (id: number, index: number, bytes: Uint8Array) =>
    a.publish('s', seal.close('s', encode(envelope, { kind: 'part', id, index, pieces: 2, bytes })).message);
  const halves = (id: number, bytes: Uint8Array) => {
    part(id, 0, bytes.subarray(0, 5));
    part(id, 1, bytes.subarray(5));
  };
  // A piece beyond the last, and one of a frame that was announced with another number of pieces: ignored.
  part(3, 7, new Uint8Array());
  const problemOf = async (id: number, bytes: Uint8Array) => {
    const { badFrames } = receiver;
    halves(id, bytes);
    await hub.delivered();
    expect(receiver.badFrames).toBe(badFrames + 1);
    receiver.close();
    receiver.listen('s', (frame) => got.push(frame));
    return problems.at(-1);
  };
  expect(await problemOf(1, new Uint8Array(9).fill(0xc1))).toMatch(/^dropped a bad frame: not msgpack/);
  const inner = encode(envelope, { kind: 'part', id: 9, index: 0, pieces: 2, bytes: new Uint8Array() });
  expect(await problemOf(2, inner)).toBe('dropped a bad frame: a piece of a frame inside a piece of a frame');
  const other = encode(
    { from: 'f', session: 0 },
    { kind: 'fault', instance: 'i', text: '', blamed: null, badCheckpoint: false },
  );
  expect(await problemOf(4, other)).toBe('dropped a bad frame: fault from f: in pieces from coordinator');
  expect(got).toEqual([]);
});

test('what is not sealed with the key, or for another subject, does not arrive', async () => {
  const { hub, a, sender, receiver, got } = open({ key: KEY });
  const [message = new Uint8Array()] = sender.pack('t', { kind: 'pulse', beat: 1 }).messages;
  a.publish('s', message);
  new Channel(a, { from: 'coordinator', onError: () => undefined }).send('s', { kind: 'pulse', beat: 1 });
  new Channel(a, { from: 'coordinator', key: `${KEY}?`, onError: () => undefined }).send('s', {
    kind: 'pulse',
    beat: 1,
  });
  await hub.delivered();
  expect([got, receiver.badFrames]).toEqual([[], 3]);
});

test('who has the name of a federate does not speak as the coordinator', async () => {
  const { hub, a, problems, got } = open();
  new Channel(a, { from: 'f', onError: () => undefined }).send('s', { kind: 'pulse', beat: 1 });
  await hub.delivered();
  expect(got).toEqual([]);
  expect(problems).toEqual(['dropped a bad frame: pulse from f: whoever has such a name does not say that']);
});

test('a closed channel hears nothing', async () => {
  const { hub, sender, receiver, got } = open();
  receiver.close();
  sender.send('s', { kind: 'pulse', beat: 1 });
  await hub.delivered();
  expect(got).toEqual([]);
});
