/** The parts every scenario is put together from: one mount on one NUMA node, and the threads that use it. */
import {
  type AgentSpec,
  type Json,
  type Latency,
  MILLISECOND,
  type Plan,
  SECOND,
  type VirtualTime,
} from '@dragon/engine';
import {
  agId,
  inodegcId,
  INODE_CACHE,
  type InodeFate,
  inodeNumber,
  type InodeRun,
  kswapdId,
  memoryId,
  type Policy,
  SHRINKERS,
} from '@dragon/kernel';
import { between, latencyModel } from './latency.ts';

/** What a user may choose of a run; `until` is virtual time. */
export interface RunSettings {
  readonly policy: Policy;
  readonly profile: string;
  readonly cpus: number;
  readonly seed: number;
  readonly until: VirtualTime;
  /** Go on after a finding, to `until`. */
  readonly keepGoing: boolean;
  /** Makes one constant of the model, named in `ESTIMATED_CONSTANTS`, so many times as large: how much does an answer depend on it? */
  readonly scaled?: { readonly constant: string; readonly factor: number };
}

/** A thread of a scenario: when it starts (ms), who it is, what it does. */
export interface ThreadSpec {
  readonly id: string;
  readonly comm: string;
  readonly startMs: readonly [min: number, max: number];
  readonly params: { readonly [key: string]: Json };
}

export interface WorldSpec {
  readonly lru: readonly InodeRun[];
  /** Free pages at the start, of `managed`; and pages of clean page cache. */
  readonly free: number;
  readonly lruFile?: number;
  readonly kswapdFailures?: number;
  /** CPUs that kswapd may run on. */
  readonly kswapdCpus: readonly number[];
  readonly threads: readonly ThreadSpec[];
  readonly latency?: { readonly [name: string]: Latency };
}

const AGS = 4;
const NODE = 0;

/** 1 GiB: watermarks 1024, 1286, 1548 pages. */
const MANAGED_PAGES = 262_144;

/** How long a run goes on after a finding: long enough for those on their way into the jam to arrive. */
const GRACE = 100 * MILLISECOND;

/** Returns `count` inodes of the given fate, in runs of 64 as create would leave them, dealt over `ags` in turn. */
export function cachedInodes(count: number, ags: readonly number[], fate: InodeFate): InodeRun[] {
  const runs: InodeRun[] = [];
  for (let made = 0, turn = 0; made < count; made += 64, turn += 1) {
    const ag = ags[turn % ags.length] ?? 0;
    runs.push({
      ino: inodeNumber(ag, 128 + 64 * Math.floor(turn / ags.length)),
      count: Math.min(64, count - made),
      fate,
    });
  }
  return runs;
}

/** Returns the plan of a world under `settings`. */
export function planWorld(world: WorldSpec, settings: RunSettings): Plan {
  const { policy } = settings;
  const workers: AgentSpec[] = Array.from({ length: settings.cpus }, (_, cpu) => ({
    id: inodegcId(cpu),
    kind: 'inodegc',
    params: { cpu, policy },
    task: { comm: `kworker/${cpu}:1`, pid: 200 + cpu },
  }));
  const groups: AgentSpec[] = Array.from({ length: AGS }, (_, ag) => ({ id: agId(ag), kind: 'ag', params: { ag } }));
  const firstPid = 2300 + settings.cpus;
  const threads: AgentSpec[] = world.threads.map((thread, i) => ({
    id: thread.id,
    kind: thread.id.slice(0, thread.id.indexOf('/')),
    params: { ...thread.params, policy },
    task: { comm: thread.comm, pid: firstPid + i },
  }));
  const kswapd: AgentSpec = {
    id: kswapdId(NODE),
    kind: 'kswapd',
    params: { node: NODE, policy, cpus: world.kswapdCpus },
    task: { comm: 'kswapd0', pid: 71 },
  };
  const inUse = world.threads.reduce(
    (sum, { params }) => sum + (typeof params['files'] === 'number' ? params['files'] : 0),
    0,
  );
  const agents: AgentSpec[] = [
    kswapd,
    ...workers,
    ...groups,
    ...threads,
    { id: SHRINKERS, kind: 'shrinkers', params: { mechanism: policy.shrinkers, shrinkers: MOUNT_SHRINKERS } },
    {
      id: INODE_CACHE,
      kind: 'inode-cache',
      params: { node: NODE, cpus: settings.cpus, policy, lru: world.lru, inUse },
    },
    {
      id: memoryId(NODE),
      kind: 'memory',
      params: {
        node: NODE,
        managed: MANAGED_PAGES,
        free: world.free,
        lruFile: world.lruFile ?? 0,
        kswapdFailures: world.kswapdFailures ?? 0,
      },
    },
  ];
  const tasks = agents.flatMap(({ id, kind, task }) =>
    task === undefined
      ? []
      : [{ id, ...task, ...(kind === 'inodegc' ? { workqueue: 'xfs-inodegc/sda xfs_inodegc_worker [xfs]' } : {}) }],
  );
  const watchdog: AgentSpec = { id: 'watchdog', kind: 'watchdog', params: { tasks, release: settings.profile } };
  const starts = Object.fromEntries(
    world.threads.map(({ id, startMs: [min, max] }) => [id, between(min * MILLISECOND, max * MILLISECOND)]),
  );
  return {
    seed: settings.seed,
    agents: [...agents, watchdog],
    latency: latencyModel(policy, starts, world.latency),
    until: settings.until,
    grace: GRACE,
    stopOnFinding: !settings.keepGoing,
  };
}

/** Registration order: the superblock at sget, then what mounting XFS adds. */
const MOUNT_SHRINKERS: Json = [
  { id: 'sb-xfs:sda', owner: INODE_CACHE, seeks: 2, batch: 1024 },
  { id: 'xfs-buf:sda', owner: null, seeks: 2, batch: 128 },
  { id: 'xfs-inodegc:sda', owner: INODE_CACHE, seeks: 0, batch: 2049 },
];

export const DEFAULT_CPUS = 4;
export const DEFAULT_SEED = 1;
export const DEFAULT_UNTIL = 300 * SECOND;
