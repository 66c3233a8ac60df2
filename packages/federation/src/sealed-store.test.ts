/** A sealed store gives back what was put there, and refuses whatever somebody else made of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packData, PROTOCOL_VERSION } from './codec.ts';
import { loadRun } from './run-checkpoints.ts';
import { MemoryStore } from './run-store.ts';
import { SealedStore } from './sealed-store.ts';

const bytes = (words: string) => new TextEncoder().encode(words);
const KEY = 'the key of this run';

test('what is damaged, truncated, moved or of another run or key is refused in one line', async () => {
  const disk = new MemoryStore();
  const store = new SealedStore(disk, 'r', KEY);
  await store.put('f0.1', bytes('a checkpoint of f0'));
  const whole = (await disk.get('f0.1')) ?? new Uint8Array();
  expect(await store.get('f0.1')).toEqual(bytes('a checkpoint of f0'));
  await disk.put('f1.1', whole);
  await new SealedStore(disk, 'r', 'another key, as long').put('f2.1', bytes('a checkpoint of f2'));
  await new SealedStore(disk, 'q', KEY).put('f3.1', bytes('a checkpoint of f3'));
  const line = (key: string) => `what run r has stored as ${key} is damaged, or of another run`;
  for (const key of ['f1.1', 'f2.1', 'f3.1'])
    await expect(store.get(key)).rejects.toMatchObject({ code: 'bad-checkpoint', message: line(key) });
  const damaged = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(damaged, async ([at, by, isCut]) => {
      const other = isCut ? whole.slice(0, at) : whole.map((byte, index) => (index === at ? byte ^ by : byte));
      await disk.put('f0.1', other);
      await expect(store.get('f0.1')).rejects.toMatchObject({ code: 'bad-checkpoint', message: line('f0.1') });
    }),
  );
});

test('a journal is used up to the first entry that is not there, or not as it was', async () => {
  const disk = new MemoryStore();
  const store = new SealedStore(disk, 'r', KEY);
  const saved = { version: PROTOCOL_VERSION, planDigest: 'p', session: 7, checkpoint: 3, round: 10 };
  await store.put('coordinator', packData(saved));
  for (const round of [9, 10, 11, 12, 14]) store.append(packData({ session: 7, round, grants: [] }));
  store.append(packData({ session: 6, round: 13, grants: [] }));
  disk.append(packData({ session: 7, round: 13, grants: [] }));
  expect((await loadRun(store, 'p'))?.rounds.map(({ round }) => round)).toEqual([11, 12]);
  await expect(loadRun(store, 'q')).rejects.toMatchObject({ code: 'bad-checkpoint' });
});
