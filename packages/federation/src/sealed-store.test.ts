/** A sealed store gives back what was put there, and refuses whatever somebody else made of it. */
import { type Plan, planDigest } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packData, PROTOCOL_VERSION } from './codec.ts';
import { loadRun } from './run-checkpoints.ts';
import { MemoryStore } from './run-store.ts';
import type { SavedRun } from './saved-state.ts';
import { SealedStore } from './sealed-store.ts';

const bytes = (words: string) => new TextEncoder().encode(words);
const KEY = 'the key of this run';

const PLAN: Plan = {
  seed: 1,
  agents: [{ id: 'a', kind: 'a', params: null }],
  resources: [],
  latency: { delays: {}, links: { default: 5 } },
  until: 100,
  grace: 1,
  stopOnFinding: true,
};
const SAVED: SavedRun = {
  version: PROTOCOL_VERSION,
  planDigest: planDigest(PLAN),
  session: 7,
  checkpoint: 3,
  round: 10,
  members: [{ name: 'f0', instance: 'i', kinds: 'any', capacity: 1 }],
  hosts: ['f0'],
  time: { clocks: [{ next: 17, onTheirWay: [], window: 10, processed: 3, seqs: [], acked: [] }], stopped: [] },
  outputs: {
    end: { at: 100, foundAt: null, findings: [], pending: [], finders: [] },
    handedOn: { rows: 0, hits: 0, changes: 0, samples: 0, verdicts: 0 },
    changes: [],
    hits: [],
    rows: [],
    firstLines: [],
    lines: [],
    samples: [],
    counted: [],
  },
  processed: [['f0', 3]],
};

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
  await store.put('coordinator', packData(SAVED));
  for (const round of [9, 10, 11, 12, 14]) store.append(packData({ session: 7, round, grants: [] }));
  store.append(packData({ session: 6, round: 13, grants: [] }));
  disk.append(packData({ session: 7, round: 13, grants: [] }));
  expect((await loadRun(store, PLAN))?.rounds.map(({ round }) => round)).toEqual([11, 12]);
  await expect(loadRun(store, { ...PLAN, seed: 2 })).rejects.toMatchObject({ code: 'bad-checkpoint' });
});

/** By whoever has the key: what is sealed may still be no checkpoint of this plan. */
test.each<readonly [what: string, changed: unknown]>([
  ['of another version', { ...SAVED, version: 1 }],
  ['no checkpoint', { ...SAVED, round: 'ten' }],
  ['a word', 'checkpoint'],
  ['of an agent more', { ...SAVED, hosts: ['f0', 'f0'] }],
  ['hosted by nobody', { ...SAVED, hosts: ['f1'] }],
  ['of a clock too few', { ...SAVED, time: { ...SAVED.time, clocks: [] } }],
  ['stopped nowhere', { ...SAVED, time: { ...SAVED.time, stopped: [1] } }],
])('a checkpoint that is sealed and %s is refused', async (_, changed) => {
  const store = new SealedStore(new MemoryStore(), 'r', KEY);
  await store.put('coordinator', packData(changed));
  await expect(loadRun(store, PLAN)).rejects.toMatchObject({ code: 'bad-checkpoint' });
});
