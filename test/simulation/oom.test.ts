/**
 * What the throttle costs and what it buys (kernel reference 3.5, 6.3): whoever lets reclaim run past the workers gets
 * an OOM kill beside memory that is about to be freed; a worker that may reclaim waits for itself; a frozen file system
 * queues without bound; work that is never put off comes in small batches.
 */
import { LocalRun, MILLISECOND, type Plan, type Row, type RunResult, SECOND, type TraceHit } from '@dragon/engine';
import { findingsReport, kernelFinders, LongestWaits, outcomeOf, summarize, type WaitForGraph } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { planSmall, smallBigCache, smallFrozenFs, smallPressure, smallQuotaAndLowSpace } from './small-worlds.ts';

interface Run {
  readonly hits: readonly TraceHit[];
  readonly result: RunResult;
  readonly graph: WaitForGraph;
  readonly outcome: string;
  /** Events after which an inodegc work was armed for later. */
  readonly timers: number;
}

/** `upTo`: the tracepoint at which a test has seen enough. */
function run(plan: Plan, upTo = ''): Run {
  const hits: TraceHit[] = [];
  const seen = new Set<string>();
  let timers = 0;
  const onTrace = (hit: TraceHit): void => {
    hits.push(hit);
    seen.add(hit.event);
  };
  const { graph, finders } = kernelFinders();
  const onRow = ({ state }: Row): void => void (timers += state.startsWith('timer.armed') ? 1 : 0);
  const local = new LocalRun(plan, DEFINITIONS, { finders, onTrace, onRow });
  while (!seen.has(upTo) && local.advance(1_000));
  const result = local.result();
  return { hits, result, graph, outcome: outcomeOf(result), timers };
}

const named = ({ hits }: Pick<Run, 'hits'>, event: string): TraceHit[] => hits.filter((hit) => hit.event === event);

/** Where the kill of a run found the inodes, and what its log printed of memory, in pages. */
function kill({ hits, result }: Run) {
  const [victim] = named({ hits }, 'mark_victim');
  const [census] = named({ hits }, 'inode_census');
  if (victim === undefined || census === undefined) throw new Error('nobody was killed');
  const line = result.log.find(({ text }) => text.startsWith('Node 0 DMA32'))?.text ?? '';
  const pages = (name: string): number => Number(new RegExp(` ${name}:(\\d+)kB`).exec(line)?.[1]) / 4;
  const inodes = (name: string): number => Number(census.fields[name]);
  return {
    at: victim.at,
    freeing: inodes('freeing'),
    unaccounted: inodes('freeing') + inodes('rcu'),
    slabPages: inodes('slabPages'),
    free: pages('free'),
    file: pages('active_file') + pages('inactive_file'),
    boost: pages('boost'),
    min: pages('min'),
    high: pages('high'),
    memAvailable: Number(/MemAvailable: (\d+) kB/.exec(result.log.map(({ text }) => text).join('\n'))?.[1]) / 4,
  };
}

const SETTINGS = {
  scenario: 'big-cache',
  profile: 'v6.1',
  release: '6.1',
  policy: {},
  seed: 1,
  cpus: 1,
  untilNs: SECOND,
  keepGoing: true,
  set: [],
  latency: null,
  faults: [],
  planFile: null,
  rules: [],
  replay: '',
  planDigest: '',
};
const LONG = { timeout: 30_000 };

describe.each([1, 4])('20,000 inodes and no page cache, %i CPUs', (cpus) => {
  const plan = (policy: string): Plan => planSmall(smallBigCache, { policy, cpus, keepGoing: true });
  const skipped = run(plan('throttle=skip-reclaim'), 'inode_census');

  test('reclaim that skips the throttle: an OOM kill with thousands of inodes on their way to be free', () => {
    expect(skipped.outcome).toBe('oom');
    const { freeing, unaccounted } = kill(skipped);
    expect(freeing).toBeGreaterThan(5_000);
    expect(unaccounted).toBeGreaterThanOrEqual(freeing);
    expect(skipped.result.log.map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`${unaccounted} inodes are on their way to be free and in no count`),
    );
  });

  test('nothing on the LRU and nothing free, but MemAvailable shows memory', () => {
    const { free, file, boost, min, high, memAvailable: shown, slabPages } = kill(skipped);
    // The last try before the kill is for a page above HIGH.
    expect(free + file).toBeLessThanOrEqual(high);
    expect(slabPages).toBeGreaterThan(3_000);
    expect(shown).toBeGreaterThan(3 * (min - boost));
    expect(shown).toBeGreaterThan(2 * (high - boost));
  });

  test('the report and the summary tell of it', () => {
    const { graph, result } = skipped;
    const text = findingsReport({ graph, plan: plan(''), release: '6.1', colour: false, width: 80, result });
    expect(text).toMatch(/^\[ +0\.\d{6}\] hog invoked oom-killer: gfp_mask=/m);
    expect(text).toMatch(/^\[ +0\.\d{6}\] Out of memory: Killed process \d+ \(hog\) anon-rss:\d+kB/m);
    expect(text).toMatch(/^\[ +0\.\d{6}\] xfs sda: \d+ inodes are on their way to be free and in no count/m);
    const summary = summarize({
      settings: SETTINGS,
      plan: plan(''),
      processes: 1,
      wallSeconds: 1,
      withSteps: false,
      graph,
      waits: new LongestWaits(),
      result,
    });
    expect(summary.outcome).toBe('oom');
    expect(summary.oomKills).toEqual([{ atNs: kill(skipped).at, pid: expect.any(Number), comm: 'hog' }]);
  });

  test('in the kernel of 6.1 who reclaims waits for workers that have no memory either', LONG, () => {
    const paced = run(plan('throttle=always'));
    expect(named(paced, 'out_of_memory').length).toBeGreaterThan(0);
    // Who passes the barriers of a starved worker may come to the end of the cache, but not soon.
    const [victim] = named(paced, 'mark_victim');
    expect(victim?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThan(10 * kill(skipped).at);
  });

  test.each(['forces-log'])('nobody is killed where reclaim=%s unpins them', LONG, (reclaim) => {
    const unpinned = run(plan(`throttle=always,reclaim=${reclaim}`));
    expect(unpinned.outcome).toBe('completed');
    expect(named(unpinned, 'mark_victim')).toEqual([]);
  });

  test('an allocator that knows of the queued inodes does not kill while inactivation gets on', LONG, () => {
    const aware = run(plan('throttle=skip-reclaim,accounting=queued-counted-and-oom-aware'));
    const [victim] = named(aware, 'mark_victim');
    expect(victim?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThan(kill(skipped).at);
    // A worker that has no memory does not get on.
    const done = named(aware, 'xfs_inode_set_reclaimable').findLast(({ at }) => at < (victim?.at ?? 0));
    if (done !== undefined) expect(victim?.at).toBeGreaterThan(done.at + 4 * MILLISECOND);
  });
});

describe.each([1, 2])('a worker that allocates, %i CPUs', (cpus) => {
  const world = (cpuCount: number) => smallBigCache(cpuCount, 8_000);

  test('with GFP_KERNEL, as first released in 6.1.0, it waits for its own work', () => {
    const { outcome, graph } = run(planSmall(world, { cpus, policy: 'worker-context=gfp-kernel' }));
    expect(outcome).toBe('deadlock');
    const [only, ...others] = graph.deadlock?.cycle ?? [];
    expect(others).toEqual([]);
    expect(only?.agent).toMatch(/^inodegc\/\d$/);
    const cpu = only?.agent.split('/')[1];
    expect(only?.waitsFor.resource).toBe(`gc[${cpu}].work`);
    expect(only?.waitsFor.stack).toEqual(
      expect.arrayContaining(['__flush_work', 'destroy_inode', 'shrink_slab', 'xfs_inodegc_worker [xfs]']),
    );
  });

  test('with GFP_NOFS it does not', LONG, () => {
    const { outcome, graph } = run(planSmall(world, { cpus, policy: 'worker-context=nofs' }));
    expect(graph.deadlock).toBeUndefined();
    // So few inodes are not enough for the hogs: one may be killed in the end, but nobody is stuck.
    expect(['completed', 'oom']).toContain(outcome);
  });
});

test.each([1, 3])('the recorded pressure, made small, hangs nobody, and kills in few runs, %i CPUs', LONG, (cpus) => {
  const outcomes = [2, 3, 4, 5, 6].map((seed) => {
    const pressed = run(planSmall(smallPressure, { cpus, seed }));
    expect(named(pressed, 'mm_vmscan_direct_reclaim_begin').length).toBeGreaterThan(0);
    expect(named(pressed, 'mm_vmscan_kswapd_wake').length).toBeGreaterThan(0);
    return pressed.outcome;
  });
  expect(outcomes.filter((outcome) => outcome === 'completed').length).toBeGreaterThanOrEqual(4);
  expect(outcomes.filter((outcome) => outcome !== 'completed' && outcome !== 'oom')).toEqual([]);
});

/** Inodes in the list of each CPU at the end of `hits`, and the most that were there. */
function backlog(hits: readonly TraceHit[]): { readonly now: number; readonly most: number } {
  const lists = new Map<number, number>();
  let most = 0;
  for (const { event, fields } of hits) {
    const cpu = Number(fields['cpu'] ?? 0);
    if (event === 'xfs_inodegc_queue' || event === 'xfs_inode_set_need_inactive')
      lists.set(cpu, (lists.get(cpu) ?? 0) + Number(fields['count']));
    if (event === 'xfs_inodegc_worker') lists.set(cpu, 0);
    most = Math.max(most, lists.get(cpu) ?? 0);
  }
  return { now: [...lists.values()].reduce((sum, count) => sum + count, 0), most };
}

describe.each([1, 2])('a file system that is frozen for 5 s, %i CPUs', (cpus) => {
  const frozen = run(planSmall(smallFrozenFs, { cpus, seed: 2 }));
  const [thawedAt] = frozen.hits
    .filter(({ event, at }) => event === 'xfs_inodegc_worker' && at > 5_000_000_000)
    .map(({ at }) => at);
  const [from, to] = [60_000_000, 5_040_000_000];
  const during = frozen.hits.filter(({ at }) => at > from && at < to);

  test('queues grow far beyond the throttle, nobody waits and no worker starts', () => {
    expect(backlog(frozen.hits.filter(({ at }) => at < to)).most).toBeGreaterThan(4 * 256);
    expect(during.filter(({ event }) => event === 'xfs_inodegc_throttle')).toEqual([]);
    expect(during.filter(({ event }) => event === 'xfs_inodegc_queue')).toEqual([]);
    expect(during.filter(({ event, at }) => event === 'xfs_inodegc_worker' && at > from + 40_000_000)).toEqual([]);
  });

  test('the thaw starts the workers, and they drain all of it', () => {
    expect(thawedAt).toBeLessThan(5_100_000_000);
    expect(frozen.outcome).toBe('completed');
    expect(backlog(frozen.hits).now).toBe(0);
    const started = new Set(
      frozen.hits
        .filter(({ event, at }) => event === 'xfs_inodegc_worker' && at > to)
        .map(({ fields }) => fields['cpu']),
    );
    expect(started.size).toBe(cpus);
  });
});

describe.each([1, 2])('little space and quotas, %i CPUs', (cpus) => {
  const sizes = ({ hits }: Pick<Run, 'hits'>): number[] =>
    named({ hits }, 'xfs_inodegc_worker').map(({ fields }) => Number(fields['items']));
  const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

  test('with time between the files each inode is a batch of its own; elsewhere they gather for a jiffy', () => {
    const world = (cpuCount: number) => smallQuotaAndLowSpace(cpuCount, 100, 'hogPause');
    const plenty = (cpuCount: number) => {
      const { threads, ...rest } = world(cpuCount);
      return {
        ...rest,
        lowSpace: false,
        threads: threads.map((each) => ({ ...each, params: { ...each.params, nearQuota: false } })),
      };
    };
    const [low, gathered] = [world, plenty].map((each) => sizes(run(planSmall(each, { cpus, seed: 2 })))) as [
      number[],
      number[],
    ];
    expect([sum(low), sum(gathered)]).toEqual([200 * cpus, 200 * cpus]);
    expect(Math.max(...low)).toBeLessThanOrEqual(2);
    expect(low.length).toBeGreaterThan(195 * cpus);
    expect(gathered.length).toBeLessThan(low.length / 2);
  });

  test('without, the work is never put off either, but the worker has to wait for its turn on the CPU', () => {
    const busy = run(planSmall(smallQuotaAndLowSpace, { cpus, seed: 2 }));
    expect(busy.outcome).toBe('completed');
    expect(sum(sizes(busy))).toBe(2 * cpus * 150);
    expect(busy.timers).toBe(0);
    expect(named(busy, 'xfs_inodegc_throttle')).toEqual([]);
  });
});
