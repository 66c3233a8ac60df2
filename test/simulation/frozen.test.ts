/**
 * A freeze of the file system and those whom it meets, as dumps f1 to f7 of a real kernel have them: whom it waits for,
 * who waits for it, and what no thaw ends.
 */
import { type FactsChange, type Plan, type Row, runPlan, type TaskFacts } from '@dragon/engine';
import { plainText, reportNames } from '@dragon/report';
import { closer, DEFINITIONS, dropCaches, freezer, repairThread, syncer, type WorldSpec } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { stallReason } from '../../packages/report/src/stall-story.ts';
import { realStacks } from '../kernel-stacks/real-stacks.ts';
import { planOf, simulate } from './simulate.ts';
import { planSmall } from './small-worlds.ts';

const MILLISECOND = 1_000_000;
const SECOND = 1_000 * MILLISECOND;

const dumped = (section: string): readonly string[] => {
  const stack = realStacks('linux-6.1.192.txt').find(({ source }) => source.startsWith(`${section}. `));
  if (stack === undefined) throw new Error(`there is no dump ${section}`);
  return stack.frames;
};

type Watched = { readonly changes: readonly FactsChange[] };

function watched(plan: Plan): Watched {
  const changes: FactsChange[] = [];
  runPlan(plan, DEFINITIONS, { finders: [{ ends: false, facts: (change) => void changes.push(change) }] });
  return { changes };
}

/** What a task has said of itself so far, at an instant. */
function factsAt({ changes }: Watched, agent: string, at: number): TaskFacts | undefined {
  return changes.filter((change) => change.agent === agent && change.at <= at).at(-1)?.facts.task;
}

/** When a task comes into a state. */
const reached = ({ rows }: { readonly rows: readonly Row[] }, agent: string, state: string): number =>
  rows.find((row) => row.to === agent && row.state.includes(state))?.at ?? Number.NaN;

const holdsOf = (facts: TaskFacts | undefined): string[] =>
  facts?.holds.map(({ resource, mode }) => `${resource} ${mode}`.trim()) ?? [];

test.each([1, 4])(
  'before there were workers kswapd sleeps in a transaction, and the thaw waits for it: %i CPUs',
  (cpus) => {
    const run = simulate({ scenario: 'frozen-fs', profile: 'v5.13', cpus, until: 10 * SECOND });
    expect([run.outcome, run.parties]).toEqual(['deadlock', ['freezer', 'kswapd']]);
    const { at } = run.result.findings[0] ?? { at: 0 };
    expect(factsAt(run, 'freezer/0', at)?.waitsFor).toMatchObject({ resource: 's_umount', stack: dumped('f2') });
    const kswapd = factsAt(run, 'kswapd/0', at);
    expect(kswapd?.waitsFor).toMatchObject({ resource: 'sb_internal', lock: 'R' });
    expect(kswapd?.waitsFor?.stack.slice(0, 6)).toEqual(dumped('f7').slice(0, 6));
    expect(holdsOf(kswapd)).toEqual(['shrinker_rwsem R', 's_umount R']);
    // It was frozen at 50 ms for 5 s.
    expect(at).toBeGreaterThan(5.05 * SECOND);
    expect(at).toBeLessThan(5.07 * SECOND);
  },
);

describe.each([1, 4])('%i CPUs', (cpus) => {
  const run = simulate({ scenario: 'frozen-fs', cpus, until: 200 * MILLISECOND });

  test('unlink waits in mnt_want_write, as in dump f6', () => {
    const frozen = reached(run, 'freezer/0', 'frozen');
    expect(frozen).toBeLessThan(70 * MILLISECOND);
    for (let cpu = 0; cpu < cpus; cpu += 1) {
      const facts = factsAt(run, `unlinker/${cpu}`, 200 * MILLISECOND);
      expect(facts?.waitsFor).toMatchObject({ resource: 'sb_writers', lock: 'R', stack: dumped('f6') });
    }
  });

  test('frozen, the levels are had, by no task that lockdep would know of; s_umount is free', () => {
    expect(holdsOf(factsAt(run, 'freezer/0', 200 * MILLISECOND))).toEqual([
      'sb_writers',
      'sb_pagefault',
      'sb_internal',
    ]);
  });
});

describe('a worker that waits for an AGI', () => {
  // Repair has the AGI from 15 ms to 2.2 s; an unlinked inode is queued behind it at 50 to 60 ms.
  const run = simulate({
    scenario: 'seed-deadlock',
    cpus: 4,
    faults: ['freeze for=1s at=100ms'],
    keepGoing: true,
    until: 10 * SECOND,
  });
  const at = 150 * MILLISECOND;

  test('f1: fsfreeze waits for it, with s_umount held', () => {
    const facts = factsAt(run, 'freezer/0', at);
    expect(facts?.waitsFor).toMatchObject({ resource: 'gc[0].work', stack: dumped('f1') });
    expect(holdsOf(facts)).toEqual(['sb_writers W', 's_umount W', 'sb_pagefault W']);
  });

  const behind = (cpus: number): WorldSpec => ({
    free: 50_000,
    kswapdCpus: [0],
    threads: [
      repairThread(0, [1, 2]),
      closer(0, 0, 0, 10, [10, 20]),
      freezer(0, cpus, [50, 51]),
      syncer(0),
      dropCaches(0, [60, 61], 3),
    ],
    latency: { syncPause: { kind: 'fixed', ns: 60 * MILLISECOND } },
  });
  const blocked = [1, 4].map((cpus) => watched(planSmall(behind, { cpus, until: 5 * SECOND })));

  test('f1: on one CPU, too', () => {
    for (const each of blocked)
      expect(factsAt(each, 'freezer/0', at)?.waitsFor).toMatchObject({ resource: 'gc[0].work', stack: dumped('f1') });
  });

  test.each([
    ['f3', 'syncer/0'],
    ['f4', 'drop-caches/0'],
  ])('%s: %s waits for s_umount behind it', (section, agent) => {
    for (const each of blocked) {
      const wait = { resource: 's_umount', lock: 'R', stack: dumped(section) };
      expect(factsAt(each, agent, at)?.waitsFor).toMatchObject(wait);
      expect(factsAt(each, agent, 2 * SECOND)?.waitsFor).toMatchObject(wait);
      expect(factsAt(each, 'freezer/0', 3 * SECOND)?.waitsFor).toBeNull();
      expect(factsAt(each, agent, 3 * SECOND)?.waitsFor?.resource).not.toBe('s_umount');
    }
  });

  test('it goes on when the AGI is free, and nothing of the mail comes of it: reclaim keeps off the superblock', () => {
    expect(reached(run, 'freezer/0', 'frozen')).toBeGreaterThan(reached(run, 'repair/0', 'done'));
    expect(run.outcome).toBe('completed');
  });
});

describe('xfs_inodegc_stop queues the works again', () => {
  const world = (cpus: number): WorldSpec => ({
    free: 50_000,
    kswapdCpus: [0],
    threads: [
      repairThread(0, [1, 2]),
      // The worker takes what the first has queued; the second waits behind the work that is queued after that.
      closer(0, 0, 0, 600, [10, 20]),
      closer(1, 0, 0, 600, [100, 110]),
      freezer(0, cpus, [300, 301]),
    ],
  });
  const run = watched(planSmall(world, { cpus: 2, until: 5 * SECOND }));

  test('a throttled task goes on with that, though its worker still waits', () => {
    const [before, after] = [299, 310].map((ms) => factsAt(run, 'closer/1', ms * MILLISECOND));
    expect(before?.waitsFor?.resource).toBe('gc[0].work');
    expect(after?.waitsFor).toBeNull();
    expect(factsAt(run, 'inodegc/0', 310 * MILLISECOND)?.waitsFor?.resource).toBe('AGI 0');
  });

  test('and fsfreeze waits for the worker', () => {
    expect(factsAt(run, 'freezer/0', 310 * MILLISECOND)?.waitsFor?.resource).toBe('gc[0].work');
  });
});

test('a frozen file system that nobody thaws is a stall that names who froze it', () => {
  const run = simulate({ scenario: 'frozen-fs', cpus: 1, faults: ['freeze for=200s at=1ms'], until: 190 * SECOND });
  expect(run.outcome).toBe('stalled');
  const [stall] = run.graph.blocked().filter(({ agent }) => agent === 'unlinker/0');
  expect(stall).toMatchObject({ waitsFor: { resource: 'sb_writers' }, blockedOn: ['freezer/1'] });
  expect(stall && plainText(stallReason(stall, reportNames(run.plan)))).toBe(
    'sb_writers for reading, held by xfs_freeze until the file system thaws',
  );
  // The other fsfreeze was told EBUSY.
  expect(run.rows.find(({ to, state }) => to === 'freezer/0' && state.startsWith('exited'))?.at).toBeLessThan(SECOND);
});

test('the same events compiled and interpreted', () => {
  const plan = planOf({ scenario: 'frozen-fs', profile: 'v5.13', cpus: 2, until: 300 * MILLISECOND });
  const interpreted = new Map(
    [...DEFINITIONS].map(([kind, definition]) => [
      kind,
      (definition as { readonly interpreted?: typeof definition }).interpreted ?? definition,
    ]),
  );
  expect(runPlan(plan, interpreted, { finders: [] }).digest).toBe(runPlan(plan, DEFINITIONS, { finders: [] }).digest);
});
