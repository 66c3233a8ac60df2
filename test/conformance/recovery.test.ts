/** A federation whose members are killed at any frame and started again gives the result of one process. */
import { type Fate, type Plan, RandomStream, toldVerdict } from '@dragon/engine';
import { expect, test } from 'vitest';
import { expectSame, inOneProcess } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';
import { COORDINATOR, type Kill, withKills } from './recovery-run.ts';

const SMALL = toyPlan({ seed: 1, rings: 2, until: 60_000 });

test('nobody is killed, and checkpoints are taken: what is left is the last of them', async () => {
  const run = await withKills(SMALL, 2, []);
  expectSame(run, inOneProcess(SMALL));
  const { keys, entries } = run.store.left;
  expect(keys).toContain(COORDINATOR);
  // One that is being taken, the last complete one, and one that is about to be removed.
  expect(keys.filter((key) => key.startsWith('f0.')).length).toBeLessThanOrEqual(3);
  expect(entries).toBeLessThan(12);
});

// All frames of a run, in turns: each is taken by one of the three.
for (const [turn, who] of ['f0', 'f1', COORDINATOR].entries())
  test(`${who} is killed at a frame`, { timeout: 120_000 }, async () => {
    const local = inOneProcess(SMALL);
    const { frames } = await withKills(SMALL, 2, []);
    expect(frames).toBeGreaterThan(60);
    let kills = 0;
    for (let frame = 1 + turn; frame <= frames; frame += 3) {
      const run = await withKills(SMALL, 2, [{ frame, who }]);
      expectSame(run, local);
      kills += run.killed.length;
    }
    // What is repeated on a slow machine makes some more frames of one run than of another.
    expect(kills).toBeGreaterThan(frames / 6);
  });

const FATES: readonly Fate[] = [
  { kind: 'reorder', min: 1, max: 900 },
  { kind: 'delay', min: 1, max: 900 },
  { kind: 'duplicate', min: 1, max: 500 },
  { kind: 'hold', until: 30_000 },
  { kind: 'drop' },
];

test.each(FATES)('a rule decides as before for who was killed: $kind', { timeout: 60_000 }, async (fate) => {
  const plan: Plan = { ...SMALL, rules: [{ name: 'lot', about: 'messages', probability: 0.1, fate }] };
  const local = inOneProcess(plan);
  const struck = local.hits.filter((hit) => toldVerdict(hit)?.fate === fate.kind);
  expect(struck.length).toBeGreaterThan(0);
  for (const who of ['f0', COORDINATOR]) {
    const run = await withKills(plan, 2, [
      { frame: 12, who },
      { frame: 18, who: 'f1' },
    ]);
    expect(run.killed).toContain(who);
    expectSame(run, local);
  }
});

test('all are killed at once', { timeout: 60_000 }, async () => {
  const local = inOneProcess(SMALL);
  for (const frame of [9, 31, 50]) {
    const run = await withKills(
      SMALL,
      2,
      ['f0', 'f1', COORDINATOR].map((who) => ({ frame, who })),
    );
    expect(run.killed).toHaveLength(3);
    expectSame(run, local);
  }
});

test('one is killed by two frames of which it says the second as it dies, and is started once', async () => {
  const local = inOneProcess(SMALL);
  for (const frame of [49, 52, 64]) {
    const kills = [frame, frame + 1].map((each) => ({ frame: each, who: 'f0' }));
    expectSame(await withKills(SMALL, 2, kills), local);
  }
});

test('many are killed, again and again, over a link that loses, doubles and reorders', {
  timeout: 120_000,
}, async () => {
  const stream = RandomStream.of(1, 'kills');
  for (const seed of [1, 2, 3]) {
    const plan = toyPlan({ seed, until: 200_000 });
    const kills: Kill[] = Array.from({ length: 6 }, () => ({
      frame: 10 + stream.below(400),
      who: [COORDINATOR, 'f0', 'f1', 'f2'][stream.below(4)] ?? '',
    }));
    const faults = { seed, drop: 0.01, duplicate: 0.05, reorder: 0.05 };
    expectSame(await withKills(plan, 3, kills, { everyRounds: 20, faults }), inOneProcess(plan));
  }
});
