/**
 * What goes on in a file system that is frozen, and what waits for the thaw: dumps f5 and f6 of a real kernel, and what
 * a boot of it showed (drop_caches puts all inodes on one CPU's list and returns, nobody is throttled, nothing is freed
 * until the thaw, and then one worker run inactivates all).
 */
import { type FactsChange, runPlan, type TaskFacts, type TraceHit } from '@dragon/engine';
import { agOf } from '@dragon/kernel';
import {
  cachedInodes,
  churner,
  DEFINITIONS,
  dropCaches,
  freezer,
  lookup,
  syncer,
  unlinker,
  unmounter,
  type WorldSpec,
} from '@dragon/scenarios';
import { beforeAll, describe, expect, test } from 'vitest';
import { realStacks } from '../kernel-stacks/real-stacks.ts';
import { planSmall } from './small-worlds.ts';

const MILLISECOND = 1_000_000;
const INODES = 5_000;

/** Frozen from 50 ms or a little later until a second after that. */
const world = (cpus: number): WorldSpec => ({
  free: 50_000,
  kswapdCpus: [0],
  lru: cachedInodes(INODES, [2], 'postEof'),
  threads: [
    freezer(0, cpus, [50, 51]),
    churner(0, 5_000, [100, 101]),
    unlinker(0, 0, 0, 5_000, [20, 21]),
    syncer(0),
    dropCaches(0, [200, 201]),
    lookup(0, 0, cpus, { ag: 2, firstAgino: 128, lookups: 1 }, [400, 401]),
    unmounter(0, cpus, [500, 501]),
  ],
  latency: {
    frozen: { kind: 'fixed', ns: 1_000 * MILLISECOND },
    syncPause: { kind: 'fixed', ns: 100 * MILLISECOND },
  },
});

const dumped = (section: string): readonly string[] | undefined =>
  realStacks('linux-6.1.192.txt').find(({ source }) => source.startsWith(`${section}. `))?.frames;

describe.each([1, 4])('%i CPUs', (cpus) => {
  const changes: FactsChange[] = [];
  const hits: TraceHit[] = [];

  beforeAll(() => {
    runPlan(planSmall(world, { cpus, until: 3_000 * MILLISECOND }), DEFINITIONS, {
      finders: [{ ends: false, facts: (change) => void changes.push(change) }],
      onTrace: (hit) => void hits.push(hit),
    });
  });

  const factsAt = (agent: string, ms: number): TaskFacts | undefined =>
    changes.filter((change) => change.agent === agent && change.at <= ms * MILLISECOND).at(-1)?.facts.task;

  const named = (name: string, fromMs: number, toMs: number): TraceHit[] =>
    hits.filter((hit) => hit.event === name && hit.at >= fromMs * MILLISECOND && hit.at < toMs * MILLISECOND);

  test.each([
    ['f5', 'churner/0'],
    ['f6', 'unlinker/0'],
  ])('%s: %s waits in mnt_want_write until the thaw', (section, agent) => {
    const wait = { resource: 'sb_writers', lock: 'R', stack: dumped(section) };
    expect(factsAt(agent, 900)?.waitsFor).toMatchObject(wait);
    expect(factsAt(agent, 1_200)?.waitsFor?.resource).not.toBe('sb_writers');
  });

  test('drop_caches is not throttled: all that it evicts stands on the list of its CPU', () => {
    const evicted = named('xfs_inode_set_need_inactive', 200, 1_000);
    expect(evicted.reduce((sum, { fields }) => sum + Number(fields['count'] ?? 1), 0)).toBe(INODES);
    expect(new Set(evicted.map(({ fields }) => fields['cpu'])).size).toBe(1);
    expect(named('xfs_inodegc_throttle', 100, 1_050)).toEqual([]);
    expect(factsAt('drop-caches/0', 900)?.holds).toEqual([]);
  });

  test('nothing is inactivated until the thaw, and then all of it by one run of a worker', () => {
    expect(named('xfs_inode_inactivating', 100, 1_050)).toEqual([]);
    const [run] = named('xfs_inodegc_worker', 1_050, 3_000);
    expect(run?.fields).toMatchObject({ items: INODES });
    const done = named('xfs_inode_inactivating', 1_050, 3_000).filter(
      ({ fields }) => agOf(Number(fields['ino'])) === 2,
    );
    expect(done).toHaveLength(INODES);
    expect(new Set(done.map(({ agent }) => agent))).toEqual(new Set([run?.agent]));
  });

  test('a lookup of one of them comes back every jiffy until the thaw, and holds nothing', () => {
    expect(factsAt('lookup/0', 900)).toMatchObject({ waitsFor: { mode: 'polling' }, holds: [] });
    expect(factsAt('lookup/0', 3_000)?.waitsFor).toBeNull();
  });

  test('sync gets through', () => {
    const waits = changes.filter(({ agent, at }) => agent === 'syncer/0' && at < 1_000 * MILLISECOND);
    const forced = waits.filter(({ facts }) => facts.task?.waitsFor?.resource.startsWith('outside:disk'));
    expect(forced).toHaveLength(9);
  });

  test('umount returns, and unmounts nothing', () => {
    const calls = named('syscall_begin', 500, 502).concat(named('syscall_end', 500, 502));
    expect(calls.filter(({ fields }) => fields['call'] === 'umount')).toHaveLength(2);
    expect(factsAt('unmounter/0', 900)?.holds).toEqual([]);
  });
});
