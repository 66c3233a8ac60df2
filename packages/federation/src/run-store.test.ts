/** A store keeps what it is given, in memory and at a server alike, and its journal in order. */
import { expect, inject, test } from 'vitest';
import { connectNats } from './nats-link.ts';
import { MemoryStore, type RunStore } from './run-store.ts';

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));
const bytes = (words: string) => new TextEncoder().encode(words);

test.each([
  ['memory', () => Promise.resolve({ open: () => Promise.resolve(memory), close: () => Promise.resolve() })],
  [
    'JetStream',
    async () => {
      const link = await connectNats(inject('natsAddress'));
      const run = `store-${process.pid}`;
      return { open: () => link.openStore(run), close: () => link.close() };
    },
  ],
])('in %s', async (_, opened: () => Promise<{ open: () => Promise<RunStore>; close: () => Promise<void> }>) => {
  const { open, close } = await opened();
  const [store, other] = [await open(), await open()];
  expect(await other.get('f0.1')).toBe(undefined);
  expect(await other.entries()).toEqual([]);
  await store.put('f0.1', bytes('first'));
  await store.put('f0.1', bytes('second'));
  await store.put('coordinator', new Uint8Array(3_000_000).fill(7));
  expect(text(await other.get('f0.1'))).toBe('second');
  expect((await other.get('coordinator'))?.length).toBe(3_000_000);
  await store.remove('f0.1');
  expect(await other.get('f0.1')).toBe(undefined);
  for (let i = 0; i < 700; i += 1) store.append(bytes(`entry ${i}`));
  // What was published before it is there when it is.
  await store.put('coordinator', bytes('after'));
  expect((await other.entries()).map(text)).toEqual(Array.from({ length: 700 }, (_each, i) => `entry ${i}`));
  await store.trim(2);
  expect((await other.entries()).map(text)).toEqual(['entry 698', 'entry 699']);
  await store.trim(0);
  expect(await other.entries()).toEqual([]);
  await close();
});

const memory = new MemoryStore();
