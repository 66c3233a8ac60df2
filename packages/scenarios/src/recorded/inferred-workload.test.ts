/** The workload that the events of a trace ask for, what is said of the rest, and the world that it runs in. */
import { MILLISECOND as MS, SECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { inferredWorkload } from './inferred-workload.ts';
import type { RecordedDemand, RecordedFacts, RecordedReclaimer, RecordedRemoval } from '@dragon/kernel';
import { workloadScenario } from './workload-scenario.ts';
import { workloadWorld } from './workload-world.ts';

const START = 10 * SECOND;
const DEMAND: RecordedDemand = {
  reclaimers: [],
  kswapdWokenAt: undefined,
  directAt: undefined,
  lruPages: 0,
  leastCache: undefined,
  minWmark: undefined,
  lastFree: undefined,
  cacheItems: undefined,
  reclaimableThen: 0,
  evicted: 0,
  evictedClean: 0,
  reclaimed: 0,
  oomKilled: [],
};
const FACTS: RecordedFacts = {
  cpus: 2,
  oneHostThread: false,
  firstAt: START,
  lastAt: START + 3 * SECOND,
  marks: [],
  removals: [],
  omitted: 0,
  demand: DEMAND,
  cacheDrops: [],
  pushes: [],
  flushes: [],
  stops: [],
  unmounts: [],
  starts: [],
  events: new Set(['xfs_inode_set_need_inactive', 'sched_switch']),
};
const apart = (ns: number) => [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1].map((p) => [p, ns] as const);
const RM: RecordedRemoval = {
  comm: 'rm',
  pid: 1,
  dev: '254:0',
  cpu: 1,
  from: START + 100 * MS,
  to: START + 300 * MS,
  files: 4_000,
  empty: 9,
  tagged: 0,
  again: 0,
  between: undefined,
  groups: [{ group: 2, files: 4_000 }],
  apart: apart(50_000),
  burst: 4_000,
  far: 0,
};
const HOG: RecordedReclaimer = {
  comm: 'hog',
  pid: 8,
  cpu: 1,
  from: START + 600 * MS,
  to: START + 900 * MS,
  anonymous: 30,
  written: 0,
  read: 0,
  other: 0,
  pages: 1_000,
  kernelThread: false,
};
const SHORT: RecordedDemand = {
  ...DEMAND,
  reclaimers: [HOG],
  kswapdWokenAt: START + 550 * MS,
  directAt: START + 600 * MS,
  lruPages: 1_000,
  leastCache: 500,
  minWmark: 2_000,
  cacheItems: 6_000,
  reclaimableThen: 1_000,
  evicted: 3_000,
  evictedClean: 1_000,
  reclaimed: 1_000,
};
const inferred = (change: Partial<RecordedFacts>) => inferredWorkload({ ...FACTS, ...change });
const tasksOf = (change: Partial<RecordedFacts>) => inferred(change).workload.tasks;

test('a trace in which nobody does anything has no tasks', () => {
  expect(inferred({})).toMatchObject({ workload: { cpus: 2, forMs: 3_100, tasks: [] }, doubts: [], cycle: undefined });
});

test('who removes files: where, when, how many, of which kind', () => {
  const empty = { ...RM, pid: 2, comm: 'touchrm', files: 10, empty: 10 };
  expect(inferred({ removals: [RM, empty] })).toMatchObject({
    workload: {
      ags: 4,
      tasks: [
        { kind: 'unlink', comm: 'rm', cpu: 1, startMs: 99.95, files: 4_000, fate: 'unlinked', ag: 2 },
        { comm: 'touchrm', fate: 'unlinkedEmpty' },
      ],
    },
    doubts: [],
    cycle: 50_000,
  });
});

test('a task that takes much longer than the quickest sleeps, and without sched_switch that is a doubt', () => {
  const slow = { ...RM, pid: 2, comm: 'slowrm', apart: apart(10_050_000) };
  const events = new Set(['xfs_inode_set_need_inactive']);
  const { workload, doubts } = inferred({ removals: [RM, slow], events });
  expect(workload.tasks).toMatchObject([{ comm: 'rm' }, { comm: 'slowrm', pauseMs: apart(10) }]);
  expect(workload.tasks[0]).not.toHaveProperty('pauseMs');
  expect(doubts.map(({ wouldTell }) => wouldTell)).toEqual(['sched:sched_switch']);
  // Alone, it tells nothing of what unlinking takes.
  expect(inferred({ removals: [slow] })).toMatchObject({ cycle: undefined, doubts: [] });
});

test('one short-lived task after the other is one; those at the same time are not', () => {
  const each = (pid: number, from: number, to: number) => ({
    ...RM,
    pid,
    files: 20,
    from: START + from,
    to: START + to,
  });
  expect(tasksOf({ removals: [each(1, 0, MS), each(2, 2 * MS, 3 * MS), each(3, 4 * MS, 5 * MS)] })).toMatchObject([
    { files: 60 },
  ]);
  expect(tasksOf({ removals: [each(1, 0, 3 * MS), each(2, MS, 2 * MS)] })).toHaveLength(2);
});

test('who removes the same numbers again makes the files', () => {
  const churn = { ...RM, comm: 'churn', again: 2_000, between: 400, burst: 8, far: 2 * MS };
  expect(tasksOf({ removals: [churn] })).toMatchObject([
    { kind: 'churn', files: 4_000, window: 400, burst: 8, pauseMs: [[0, 1.95]] },
  ]);
});

test('statfs belongs to whoever has just removed a file; umount pushes, too, and is left out', () => {
  const push = (pid: number, at: number) => ({ comm: 'df', pid, cpu: 0, at });
  const umount = push(7, RM.to + 2 * MS);
  const facts = { removals: [RM], pushes: [push(5, RM.to + MS), umount], flushes: [umount], stops: [umount] };
  expect(tasksOf(facts)).toMatchObject([{ statfs: true }]);
  expect(inferred(facts).doubts).toMatchObject([{ text: expect.stringContaining('inactivation stops for good') }]);
  const late = inferred({ removals: [RM], pushes: [push(5, RM.to + SECOND)] });
  expect(late.workload.tasks[0]).not.toHaveProperty('statfs');
  expect(late.doubts).toMatchObject([{ text: expect.stringMatching(/^1 .* by df\) /) }]);
});

test('files of several allocation groups are in these one after the other, as far as it was noted', () => {
  const groups = [2, 0, 2].map((group) => ({ group, files: 1_000 }));
  const { workload, doubts } = inferred({ removals: [{ ...RM, groups }] });
  expect(workload.tasks).toMatchObject([{ ag: [2, 0, 2].map((ag) => ({ ag, files: 1_000 })) }]);
  expect(doubts.map(({ text }) => text)).toEqual([expect.stringMatching(/^of which allocation groups .* of rm are/)]);
  expect(tasksOf({ removals: [{ ...RM, groups: [] }] })).toMatchObject([{ ag: 0 }]);
});

test('other file systems, and tasks without number, are left out, and that is said', () => {
  const other = { ...RM, dev: '8:1', files: 7 };
  expect(inferred({ removals: [RM, other] }).doubts).toMatchObject([
    { text: expect.stringMatching(/^7 removals on other/) },
  ]);
  const many = Array.from({ length: 300 }, (_, i) => ({ ...RM, pid: i, files: 100 + i }));
  expect(inferred({ removals: many })).toMatchObject({
    workload: { tasks: { length: 200 } },
    doubts: [{ text: expect.stringMatching(/^100 tasks that remove least are left out/) }],
  });
});

test('a demand for memory begins shortly before kswapd wakes, and is what reclaim gave', () => {
  const { workload, doubts } = inferred({ demand: SHORT });
  expect(workload.memory).toMatchObject({
    minFreeKbytes: 8_000,
    // LOW, and 200 ms of 65 pages each.
    freePages: 2_500 + 13_000,
    pageCachePages: 1_500,
    cachedInodes: 5_000,
    needInactivationPercent: 75,
  });
  // 1,000 pages of the LRU, and 1,000 inodes of 0.3 pages.
  expect(workload.tasks).toMatchObject([{ kind: 'allocate', comm: 'hog', startMs: 350, pages: 13_000 + 1_300 }]);
  expect(doubts.map(({ wouldTell }) => wouldTell)).toEqual([
    '/proc/meminfo, for --workload',
    "a mark 'hog start N MiB'",
  ]);
});

test('the size that a mark tells goes before it', () => {
  const marks = [{ at: START + 500 * MS, text: 'hog start 100 MiB' }];
  const { workload, doubts } = inferred({ demand: SHORT, marks });
  expect(workload.tasks).toMatchObject([{ kind: 'allocate', startMs: 500, pages: 25_600 }]);
  // 50 ms of 65 pages each until kswapd woke.
  expect(workload.memory?.freePages).toBe(2_500 + 3_250);
  expect(doubts).toHaveLength(1);
});

test('a marked task of which no event tells what it does is left out, and named', () => {
  const marks = [{ at: START, text: 'tar start 10 MiB' }];
  const { workload, doubts } = inferred({ demand: SHORT, marks });
  expect(workload.tasks.map(({ comm }) => comm)).toEqual(['hog']);
  expect(doubts.at(-1)?.text).toBe('what tar does with the 10 MiB that a mark names: it is left out');
});

test('page cache is divided among those that had to reclaim for it', () => {
  const stream = { ...HOG, comm: 'cp', pid: 9, anonymous: 0, written: 20, read: 10, pages: 3_000 };
  const { tasks, memory } = inferred({ demand: { ...SHORT, reclaimers: [HOG, stream] } }).workload;
  expect(tasks).toMatchObject([{ comm: 'hog' }, { kind: 'stream', comm: 'cp', pages: 488, readBack: true }]);
  expect(memory?.pageCachePages).toBe(0);
});

test('tasks of no known kind are named, kernel threads are not', () => {
  const awk = { ...HOG, comm: 'awk', pid: 11, anonymous: 1, pages: 10 };
  const worker = { ...HOG, comm: 'kworker/0:1', pid: 12, anonymous: 0, other: 9, kernelThread: true };
  const { doubts } = inferred({ demand: { ...SHORT, reclaimers: [HOG, awk, worker] } });
  expect(doubts[2]?.text).toBe('awk: tasks that had to reclaim now and then are left out');
});

test('who was killed for want of memory wanted more', () => {
  expect(inferred({ demand: { ...SHORT, oomKilled: [8] } }).doubts[2]?.text).toMatch(/^hog-8 was killed/);
});

test('what events would tell is said where they are missing', () => {
  const demand = { ...DEMAND, kswapdWokenAt: START, evicted: 10 };
  expect(inferred({ demand, events: new Set() }).doubts.map(({ wouldTell }) => wouldTell)).toEqual([
    '/proc/meminfo, for --workload',
    'vmscan:mm_vmscan_direct_reclaim_begin',
    'oom:reclaim_retry_zone',
    'vmscan:mm_shrink_slab_start',
    'xfs:xfs_inode_set_need_inactive',
  ]);
});

test('freezes and drops of caches', () => {
  const deed = (comm: string, at: number) => ({ comm, pid: 3, cpu: 0, at: START + at });
  const stops = [deed('fsfreeze', 100 * MS)];
  const starts = [deed('fsfreeze', 600 * MS)];
  expect(tasksOf({ stops, starts, cacheDrops: [deed('sh', MS)] })).toEqual([
    { kind: 'drop-caches', comm: 'sh', cpu: 0, startMs: 1 },
    { kind: 'freeze', comm: 'fsfreeze', cpu: 0, startMs: 100, forMs: 500 },
  ]);
});

test('who stops inactivation for good and frees inodes unmounts; who does not is named', () => {
  const deed = (comm: string, at: number) => ({ comm, pid: 3, cpu: 0, at: START + at });
  const stops = [deed('mount', 50 * MS), deed('umount', 100 * MS)];
  const { workload, doubts } = inferred({ stops, unmounts: stops.slice(1) });
  const unmount = { kind: 'unmount', comm: 'umount', cpu: 0, startMs: 100 } as const;
  expect(workload.tasks).toEqual([unmount]);
  expect(doubts.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^mount: inactivation stops for good/));
  expect(workloadWorld(workload).threads).toMatchObject([
    { id: 'unmounter/0', comm: 'umount', params: { device: 'sda' } },
  ]);
});

test('a task that calls fsync, which no event tells of, may stand in the file', () => {
  const { workload } = inferred({ removals: [RM] });
  const sync = { kind: 'fsync', comm: 'db', cpu: 0, startMs: 2, datasync: true, pauseMs: [[0, 5]] } as const;
  const { threads, latency } = workloadWorld({ ...workload, tasks: [sync] });
  const params = { cpu: 0, datasync: true, pause: 'pause fsync/0' };
  expect(threads).toEqual([{ id: 'fsyncer/0', comm: 'db', startMs: [2, 2.1], params }]);
  expect(latency).toEqual({ 'pause fsync/0': { kind: 'fixed', ns: 5 * MS } });
});

test('the world has a thread for each task, with its own sleeps, and runs for as long', () => {
  const churn = { ...RM, comm: 'churn', pid: 4, again: 2_000, between: 400, burst: 8, far: 2 * MS };
  const stream = { ...HOG, comm: 'cp', pid: 9, anonymous: 0, written: 20, read: 10, pages: 3_000 };
  const deed = (at: number) => ({ comm: 'sh', pid: 3, cpu: 0, at: START + at });
  const { workload } = inferred({
    removals: [RM, churn],
    demand: { ...SHORT, reclaimers: [HOG, stream] },
    cacheDrops: [deed(MS)],
    stops: [deed(0)],
    starts: [deed(MS)],
  });
  const world = workloadWorld(workload);
  expect(world.threads.map(({ id }) => id).sort()).toEqual([
    'churner/3',
    'drop-caches/1',
    'freezer/0',
    'hog/4',
    'stream/5',
    'unlinker/2',
  ]);
  expect(Object.keys(world.latency ?? {}).sort()).toEqual([
    'frozen 0',
    'hold 4',
    'pause allocate/4',
    'pause churn/3',
    'pause stream/5',
  ]);
  // Chunks of 64 inodes, 79 of them, of which three quarters.
  expect(world.cached?.filter(({ fate }) => fate === 'postEof')).toHaveLength(59);
  expect(workloadScenario(workload)).toMatchObject({ minCpus: 2, limit: { maxCpus: 2 }, until: 3.1 * SECOND });
});
