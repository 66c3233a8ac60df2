/**
 * What real traces of an unlink storm show (shared/traces, derived facts 1, 4 and 5): batches of 34 when the kworker
 * preempts its queuer, batches of 258 when it does not, and a throttle that does not bound the backlog, because
 * mod_delayed_work slips the work behind the barrier of whoever waits for it.
 */
import { definitions as ag } from '@dragon/ag';
import { definitions as cpu } from '@dragon/cpu';
import {
  type AgentDefinition,
  type AgentId,
  Engine,
  type Json,
  type Latency,
  type Plan,
  type TraceHit,
} from '@dragon/engine';
import { definitions as inodegc } from '@dragon/inodegc';
import { type PoolEntry, profileNamed, type WorkItem } from '@dragon/kernel';
import { definitions as workload } from '@dragon/workload';
import { describe, expect, test } from 'vitest';
import { between, latencyModel } from '../../packages/scenarios/src/latency.ts';

/** Nothing comes back from the inode cache to those who evict or inactivate. */
const sink: AgentDefinition = {
  kind: 'inode-cache',
  init: () => ({ state: null, effects: [] }),
  receive: (state) => ({ state, effects: [] }),
  describe: () => '',
  facts: () => ({}),
  save: () => null,
  restore: () => null,
};

/** There is always enough memory. */
const plenty: AgentDefinition = {
  ...sink,
  kind: 'memory',
  receive(state, { message: { type, pages }, from }) {
    if (type !== 'memory.allocate') return { state, effects: [] };
    const reply = { type: 'task.pagesAllocated', granted: pages, free: 100_000, reclaimable: 0, minWmark: 1_000 };
    return { state, effects: [{ kind: 'send', to: from, message: reply }] };
  },
};

type Queuers = { readonly kind: 'unlinker' | 'closer'; readonly count: number; readonly files: number };

interface Storm {
  readonly hits: readonly TraceHit[];
  /** Inodes in the list when a run took it, run by run. */
  readonly batches: readonly number[];
  /**
   * The most that was in the list at any time, and what was in it when somebody was made to wait for the first time.
   */
  readonly maxBacklog: number;
  readonly firstThrottledAt: number | null;
  readonly throttled: number;
  /** Throttled flushes that returned before any inode had been inactivated. */
  readonly inVain: number;
  /** Nanoseconds each throttled flush took. */
  readonly waits: readonly number[];
}

const POLICY = profileNamed('v6.1').policy;

/**
 * The machine that was traced: one instruction a nanosecond, so that an unlink takes half of what it takes elsewhere,
 * and an inactivation 43 us.
 */
const TRACED_MACHINE: { readonly [name: string]: Latency } = {
  unlink: between(28_000, 31_000),
  betweenFiles: between(5_000, 6_000),
  evictInode: between(4_000, 5_000),
  transAlloc: between(2_000, 4_000),
  truncate: between(12_000, 14_000),
  ifree: between(14_000, 16_000),
  ifreeWithNeighbour: between(27_500, 29_500),
  ifreeWithNeighbours: between(41_000, 43_000),
};

/** Lets queuers remove their files on one CPU; `change` puts something else in the place of a definition. */
function storm(
  { kind, count, files }: Queuers,
  overrides: { readonly [name: string]: Latency } = {},
  change: (definition: AgentDefinition) => AgentDefinition = (definition) => definition,
  seed = 1,
): Storm {
  const definitions = new Map(
    [...ag, ...cpu, ...inodegc, ...workload, sink, plenty].map((each) => [each.kind, change(each)] as const),
  );
  const program = kind === 'unlinker' ? 'unlink' : 'close';
  const fate = kind === 'unlinker' ? 'unlinked' : 'postEof';
  const queuers = Array.from({ length: count }, (_, i) => ({
    id: `${kind}/${i}`,
    kind,
    params: { program, policy: POLICY, cpu: 0, ag: i, firstAgino: 1_000_000 * (i + 1), files, fate } as Json,
  }));
  const starts = Object.fromEntries(
    queuers.map(({ id }, i) => [id, between(1_000 + 100_000 * i, 2_000 + 100_000 * i)]),
  );
  const plan: Plan = {
    seed,
    agents: [
      { id: 'cpu/0', kind: 'cpu', params: { cpu: 0, cpus: 1 } },
      { id: 'inodegc/0', kind: 'inodegc', params: { cpu: 0, node: 0, policy: POLICY } },
      { id: 'memory/0', kind: 'memory', params: null },
      ...[0, 1, 2, 3].map((number) => ({ id: `ag/${number}`, kind: 'ag', params: { ag: number } })),
      { id: 'inode-cache', kind: 'inode-cache', params: null },
      ...queuers,
    ],
    resources: [],
    latency: latencyModel(POLICY, starts, ['inodegc', kind], { ...TRACED_MACHINE, ...overrides }),
    until: 20_000_000_000,
    grace: 0,
    stopOnFinding: false,
  };
  const hits: TraceHit[] = [];
  const engine = new Engine({ plan, definitions, observers: [{ hit: (hit) => void hits.push(hit) }] });
  engine.run(plan.until);
  return measured(hits, count * files);
}

function measured(hits: readonly TraceHit[], inodes: number): Storm {
  const batches: number[] = [];
  const waits: number[] = [];
  const flushes = new Map<AgentId, { readonly at: number; readonly done: number }>();
  let [backlog, maxBacklog, done, throttled, inVain] = [0, 0, 0, 0, 0];
  let firstThrottledAt: number | null = null;
  for (const { at, agent, event } of hits) {
    switch (event) {
      case 'xfs_inodegc_queue':
        backlog += 1;
        maxBacklog = Math.max(maxBacklog, backlog);
        break;
      case 'xfs_inodegc_throttle':
        throttled += 1;
        firstThrottledAt ??= backlog;
        break;
      case 'xfs_inodegc_worker':
        batches.push(backlog);
        backlog = 0;
        break;
      case 'xfs_inode_set_reclaimable':
        done += 1;
        break;
      case 'flush_begin':
        flushes.set(agent, { at, done });
        break;
      case 'flush_end': {
        const begun = flushes.get(agent);
        if (begun === undefined) throw new Error(`${agent} ends a flush that it has not begun`);
        waits.push(at - begun.at);
        if (begun.done === done) inVain += 1;
        break;
      }
      default:
    }
  }
  expect(done).toBe(inodes);
  return { hits, batches, maxBacklog, firstThrottledAt, throttled, inVain, waits };
}

/**
 * mod_delayed_work as it might be: work that is on the list already keeps its place there, before the barriers of those
 * who wait for it.
 */
function keepingItsPlace(definition: AgentDefinition): AgentDefinition {
  if (definition.kind !== 'inodegc') return definition;
  interface Thread {
    readonly inner: { readonly context: { readonly work: WorkItem } };
  }
  const poolOf = (state: unknown): readonly PoolEntry[] => (state as Thread).inner.context.work.pool;
  const hasWork = (pool: readonly PoolEntry[]): boolean => pool.some(({ kind }) => kind === 'work');
  return {
    ...definition,
    receive(state, { message, from, at }) {
      const before = poolOf(state);
      const step = definition.receive(state, { message, from, at });
      if (message.type !== 'inodegc.queueInodes' || !hasWork(before) || !hasWork(poolOf(step.state))) return step;
      const after = definition.save(step.state) as unknown as Thread;
      const { inner } = after;
      const work = { ...inner.context.work, pool: before };
      const changed = { ...after, inner: { ...inner, context: { ...inner.context, work } } };
      return { ...step, state: definition.restore(changed) };
    },
  };
}

describe('rm alone (facts 1 and 4)', () => {
  const rm = storm({ kind: 'unlinker', count: 1, files: 2_000 });

  test('every run but the last takes exactly 34 inodes, and nobody is throttled', () => {
    const full = rm.batches.slice(0, -1);
    expect(rm.batches).toHaveLength(Math.ceil(2_000 / 34));
    expect(full).toEqual(full.map(() => 34));
    expect([rm.maxBacklog, rm.throttled]).toEqual([34, 0]);
  });

  test('the newest inode comes first', () => {
    let last: number | undefined;
    for (const { event, fields } of rm.hits) {
      if (event === 'xfs_inodegc_worker') last = undefined;
      if (event !== 'xfs_inode_inactivating') continue;
      const ino = fields['ino'] as number;
      if (last !== undefined) expect(ino).toBe(last - 1);
      last = ino;
    }
  });

  test('the kworker preempts the queuer at once', () => {
    const begins = rm.hits.flatMap(({ event, at }, i) => {
      if (event !== 'xfs_inodegc_worker') return [];
      const queued = rm.hits.slice(0, i).findLast((hit) => hit.event === 'xfs_inodegc_queue');
      return [at - (queued?.at ?? 0)];
    });
    // The last run is of what did not fill a batch, and had to wait for the timer.
    expect(Math.max(...begins.slice(0, -1))).toBeLessThan(10_000);
  });
});

test('a queuer that sleeps in every throttle is not preempted: it fills the list to 258, then waits for all of them (fact 4)', () => {
  const once = between(400, 600);
  const { batches, waits, throttled, inVain } = storm(
    { kind: 'closer', count: 1, files: 10_000 },
    { betweenFiles: once },
  );
  const full = batches.filter((count) => count === 258);
  expect(full.length / batches.length).toBeGreaterThan(0.8);
  expect(inVain).toBeLessThan(throttled * 0.1);
  const sorted = waits.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  expect(median).toBeGreaterThan(10_000_000);
  expect(median).toBeLessThan(20_000_000);
});

describe.each([1, 2])('two queuers on a CPU (fact 5), seed %i', (seed) => {
  const two = storm({ kind: 'unlinker', count: 2, files: 3_000 }, {}, undefined, seed);

  test('the first to be throttled finds 258 queued, its own included', () => {
    expect(two.firstThrottledAt).toBe(258);
  });

  test('most of those who are throttled go on although nothing was inactivated', () => {
    expect(two.throttled).toBeGreaterThan(200);
    expect(two.inVain / two.throttled).toBeGreaterThan(0.8);
  });

  test('so the backlog grows beyond the throttle', () => {
    expect(two.maxBacklog).toBeGreaterThan(300);
  });

  test('which ends if the work keeps its place on the list', () => {
    const kept = storm({ kind: 'unlinker', count: 2, files: 3_000 }, {}, keepingItsPlace, seed);
    expect(kept.throttled).toBeGreaterThan(5);
    expect(kept.inVain).toBe(0);
    // Each of the two may be the one that finds 257 before it.
    expect(kept.maxBacklog).toBeLessThanOrEqual(259);
  }, 20_000);
});
