/** The parts every scenario is put together from: one mount on one NUMA node, and the threads that use it. */
import {
  type AgentSpec,
  type Json,
  kindOf,
  type Latency,
  MILLISECOND,
  type Plan,
  type Rule,
  SECOND,
  type VirtualTime,
} from '@dragon/engine';
import {
  agId,
  cpuId,
  cpusOfLlc,
  type Fault,
  firstOfLlc,
  type Geometry,
  inodegcId,
  inodesPerLogItemSlab,
  LOG_ITEM_BYTES,
  INODE_CACHE,
  type InodeFate,
  inodeNumber,
  inodesOfFiles,
  type InodeRun,
  kernelResources,
  kswapdId,
  memoryId,
  mountShrinkers,
  type Policy,
  type ShrinkerInfo,
  SHRINKERS,
} from '@dragon/kernel';
import { initialSlabPages } from '@dragon/inode-cache';
import { REPAIR_SHRINKER } from '@dragon/repair';
import { HOST_DELAYS, HOST_LINKS, hostOf } from './host-thread.ts';
import { numberInodes, type OwnedInodes } from './inode-ranges.ts';
import { between, latencyModel, logWorkerLatency } from './latency.ts';
import { namePeers } from './name-peers.ts';
import { type NfsMount, nfsParts } from './nfs-mount.ts';
import type { SetValues } from './parameter.ts';
import { scaleLatency, slowedCpu } from './scale-latency.ts';
import { tellingFreezers } from './writers.ts';

/** What a user may choose of a run; `until` is virtual time. */
export interface RunSettings {
  readonly policy: Policy;
  /** What `uname -r` says, as in `6.1.0`: for the kernel's words of a hung task. */
  readonly release: string;
  readonly cpus: number;
  readonly seed: number;
  readonly until: VirtualTime;
  /** Go on after a finding, to `until`. */
  readonly keepGoing: boolean;
  /**
   * Makes one constant of the model, named in `ESTIMATED_CONSTANTS`, so many times as large: how much does an answer
   * depend on it?
   */
  readonly scaled?: { readonly constant: string; readonly factor: number };
  /**
   * False: no CPU has a scheduler, and every thread runs as soon as it is told something. For whoever explores orders.
   */
  readonly scheduled?: boolean;
  /** What of the scenario is not as usual: parameter to value. */
  readonly set?: SetValues;
  /** Sizes of the simulated kernel other than its own. */
  readonly geometry?: Partial<Geometry>;
  /** Delays measured elsewhere, in place of the model's own: from a file that `dragon calibrate` wrote. */
  readonly latency?: { readonly [name: string]: Latency };
  /** What a person puts into the run. */
  readonly faults?: readonly Fault[];
  /** What is to become of messages and timers. */
  readonly rules?: readonly Rule[];
}

/** A thread of a scenario: when it starts (ms), unless its params name a latency for that; who it is, what it does. */
export interface ThreadSpec {
  readonly id: string;
  readonly comm: string;
  /** Where it begins, CPU 0 unless said otherwise; it goes on wherever the scheduler puts it. */
  readonly cpu?: number;
  /** It stays there: somebody has bound it, as taskset does. */
  readonly bound?: true;
  readonly startMs?: readonly [min: number, max: number];
  /** /proc/PID/oom_score_adj, 0 unless said otherwise. */
  readonly oomScoreAdj?: number;
  /** The inodes it owns; the world numbers them. */
  readonly inodes?: OwnedInodes<InodeFate>;
  readonly params: { readonly [key: string]: Json };
}

/** Counts of memory are pages of 4 KiB. */
export interface WorldSpec {
  /** Pages of the node, 1 GiB unless said otherwise; vm.min_free_kbytes if it was set. */
  readonly managed?: number;
  readonly minFreeKbytes?: number;
  /** Free pages at the start; clean page cache of files that stay open. */
  readonly free: number;
  readonly lruFile?: number;
  readonly kswapdFailures?: number;
  /** Inodes on the inode LRU. */
  readonly lru?: readonly InodeRun[];
  /** Closed inodes behind their dentries, and the pages of page cache that they have in all. */
  readonly cached?: readonly InodeRun[];
  readonly cachedPages?: number;
  /** Another file system, mounted before this one. */
  readonly nfs?: NfsMount;
  /** Cached buffers of the file system. */
  readonly buffers?: number;
  /** They are those of clusters of inodes that were looked up, and others: inodes that are logged hold them. */
  readonly clusterBuffers?: true;
  /** Pages that the log takes on the disk, 64 MiB unless said otherwise. */
  readonly log?: number;
  /** Period of the log worker (xfs_syncd_centisecs), 30 s unless said otherwise, and when it runs first if not then. */
  readonly logWorker?: VirtualTime;
  readonly logWorkerAt?: VirtualTime;
  /** Inodes in use that are in the AIL: synced, and not written. */
  readonly inAil?: number;
  /** Files were made shortly before: headers of allocation groups are in the AIL, too. */
  readonly headersInAil?: boolean;
  /** Less than 5 % of the file system is free. */
  readonly lowSpace?: boolean;
  /** Allocation groups, 4 unless said otherwise. */
  readonly ags?: number;
  /** Inode numbers of a group for each use that threads have for inodes, 4,194,304 unless said otherwise. */
  readonly inodeArea?: number;
  /**
   * Somebody has bound every task to where it begins, and kswapd to CPU 0, as taskset does: for worlds whose point is
   * who queues on which CPU.
   */
  readonly bound?: true;
  /** The CPUs that somebody has bound kswapd to; otherwise it begins on CPU 0, and runs anywhere. */
  readonly kswapdCpus?: readonly number[];
  readonly threads: readonly ThreadSpec[];
  /** The CPUs are virtual, and share one thread of their host: one of them runs at a time. */
  readonly oneHostThread?: boolean;
  /** CPU time of the kernel's and the tasks' work, in percent of the model's own. */
  readonly cpuCost?: number;
  readonly latency?: { readonly [name: string]: Latency };
}

const INODEGC_WORKQUEUE = 'xfs-inodegc/sda xfs_inodegc_worker [xfs]';
/** As mkfs.xfs makes them on a single disk. */
const AGS = 4;
const NODE = 0;

/** 1 GiB: watermarks 1024, 1286, 1548 pages. */
export const MANAGED_PAGES = 262_144;

/** 64 MiB, as mkfs.xfs makes it for some GiB. */
export const LOG_PAGES = 16_384;
const PAGE = 4_096;

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

/** The inodes of threads that are there at the start: open, or about to be removed. */
function inodesInUse(threads: readonly ThreadSpec[], first: ReadonlyMap<string, number>): InodeRun[] {
  return threads.flatMap(({ id, inodes }) =>
    inodes === undefined || inodes.use === 'made'
      ? []
      : inodesOfFiles(inodes.ag, first.get(id) ?? 0, inodes.count, inodes.fate),
  );
}

/** The same as the agent of the thread is told. */
function inodeParams({ id, inodes }: ThreadSpec, first: ReadonlyMap<string, number>): { readonly [key: string]: Json } {
  if (inodes === undefined) return {};
  return { ag: inodes.ag, firstAgino: first.get(id) ?? 0, files: inodes.count, fate: inodes.fate };
}

/** The agent of a thread is told where it begins, and where it may run. */
const placeParams = (cpus: readonly number[]): { readonly cpu: number; readonly cpus: readonly number[] } => ({
  cpu: cpus[0] ?? 0,
  cpus,
});

/** Returns the plan of a world under `settings`. */
export function planWorld(world: WorldSpec, settings: RunSettings): Plan {
  const { policy, geometry, scheduled = true } = settings;
  const sizes = geometry === undefined ? {} : { geometry };
  /** What every thread is told. */
  const common = { policy, ...sizes, ...(scheduled ? {} : { scheduled }) };
  const firstInode = numberInodes(world.threads, world.inodeArea);
  const ags = Array.from({ length: world.ags ?? AGS }, (_, ag) => ag);
  const kswapdCpus = world.kswapdCpus ?? (world.bound === true ? [0] : cpusOfLlc(0, settings.cpus));
  /** Without schedulers a thread stays where it begins, as on a machine on which nobody else wants to run. */
  const cpusOf = ({ cpu = 0, bound }: ThreadSpec): number[] =>
    bound === true || world.bound === true || !scheduled ? [cpu] : cpusOfLlc(cpu, settings.cpus);
  const balancing = new Set(
    [...world.threads.map(cpusOf), kswapdCpus].flatMap((each) => (each.length > 1 ? [firstOfLlc(each[0] ?? 0)] : [])),
  );
  const hosted = scheduled && world.oneHostThread === true;
  const cpus: AgentSpec[] = Array.from({ length: scheduled ? settings.cpus : 0 }, (_, cpu) => ({
    id: cpuId(cpu),
    kind: 'cpu',
    params: {
      cpu,
      cpus: settings.cpus,
      ...(balancing.has(firstOfLlc(cpu)) ? { balances: true } : {}),
      ...(hosted ? { hosted } : {}),
    },
  }));
  /** Every CPU has been used before: there is a slab of its own. */
  const room = inodesPerLogItemSlab(settings.cpus);
  const clusterBuffers = world.clusterBuffers === true ? { clusterBuffers: true } : {};
  const firstPid = 2300 + settings.cpus;
  const workers: AgentSpec[] = Array.from({ length: settings.cpus }, (_, cpu) => ({
    id: inodegcId(cpu),
    kind: 'inodegc',
    params: {
      ...common,
      node: NODE,
      cpu,
      machineCpus: settings.cpus,
      room,
      lowSpace: world.lowSpace ?? false,
      ...clusterBuffers,
    },
    task: {
      comm: `kworker/${cpu}:1`,
      pid: 200 + cpu,
      kernelThread: true,
      workqueue: INODEGC_WORKQUEUE,
      // A pool makes another worker when all it has are busy, so this one is younger than the threads.
      spare: { comm: `kworker/${cpu}:2`, pid: firstPid + world.threads.length + cpu },
    },
  }));
  const groups: AgentSpec[] = ags.map((ag) => ({ id: agId(ag), kind: 'ag', params: { ag } }));
  const threads: AgentSpec[] = world.threads.map((thread, i) => ({
    id: thread.id,
    kind: kindOf(thread.id),
    params: { ...thread.params, ...placeParams(cpusOf(thread)), ...inodeParams(thread, firstInode), ...common },
    task: { comm: thread.comm, pid: firstPid + i },
  }));
  const kswapd: AgentSpec = {
    id: kswapdId(NODE),
    kind: 'kswapd',
    params: { ...common, node: NODE, cpus: kswapdCpus },
    task: { comm: 'kswapd0', pid: 71, kernelThread: true },
  };
  const inodeCache = {
    ...sizes,
    node: NODE,
    policy,
    cpus: settings.cpus,
    scheduled,
    lru: world.lru ?? [],
    cached: world.cached ?? [],
    cachedPages: world.cachedPages ?? 0,
    inUse: inodesInUse(world.threads, firstInode),
    buffers: world.buffers ?? 0,
    ...clusterBuffers,
    log: (world.log ?? LOG_PAGES) * PAGE,
    logWorkerPhase: world.logWorkerAt !== undefined,
    synced: world.inAil ?? 0,
    headersLogged: world.headersInAil ?? false,
  };
  const nfs = nfsParts(world.nfs, NODE);
  /** In the order in which they were registered. */
  const shrinkers = [...nfs.shrinkers, ...MOUNT_SHRINKERS];
  const agents: AgentSpec[] = [
    ...cpus,
    kswapd,
    ...workers,
    ...groups,
    ...threads,
    ...nfs.agents,
    { id: SHRINKERS, kind: 'shrinkers', params: { mechanism: policy.shrinkers, shrinkers } },
    { id: INODE_CACHE, kind: 'inode-cache', params: inodeCache },
    {
      id: memoryId(NODE),
      kind: 'memory',
      params: {
        ...sizes,
        node: NODE,
        managed: world.managed ?? MANAGED_PAGES,
        free: world.free,
        lruFile: world.lruFile ?? 0,
        cachedFile: world.cachedPages ?? 0,
        slab: initialSlabPages(inodeCache) + nfs.slab,
        logItemBytes: settings.cpus * room * LOG_ITEM_BYTES,
        kswapdFailures: world.kswapdFailures ?? 0,
        tasks: threads.flatMap(({ id, task }, i) =>
          task === undefined ? [] : [{ id, ...task, ...scoreOf(world.threads[i]) }],
        ),
        ...(world.minFreeKbytes === undefined ? {} : { minFreeKbytes: world.minFreeKbytes }),
      },
    },
  ];
  const tasks = agents.flatMap(({ id, task }) => (task === undefined ? [] : [{ id, ...task }]));
  const watchdog: AgentSpec = { id: 'watchdog', kind: 'watchdog', params: { tasks, release: settings.release } };
  const starts = Object.fromEntries(
    world.threads.flatMap(({ id, startMs }) =>
      startMs === undefined ? [] : [[id, between(nsOf(startMs[0]), nsOf(startMs[1]))] as const],
    ),
  );
  const threadKinds = new Set(agents.flatMap(({ kind, task }) => (task === undefined ? [] : [kind])));
  const own = slowedCpu(latencyModel(policy, starts, threadKinds), (world.cpuCost ?? 100) / 100);
  const delays = {
    ...own.delays,
    ...(hosted ? HOST_DELAYS : {}),
    ...logWorkerLatency(world),
    ...world.latency,
    ...settings.latency,
  };
  const model = { ...own, delays, ...(hosted ? { links: { ...own.links, ...HOST_LINKS } } : {}) };
  const resources = kernelResources({
    nodes: [NODE],
    cpus: Array.from({ length: settings.cpus }, (_, cpu) => cpu),
    ags,
    shrinkers: [...shrinkers, ...mountedMeanwhile(world.threads), REPAIR_SHRINKER].map(({ id }) => id),
    disks: ['sda'],
    servers: nfs.servers,
  });
  return {
    seed: settings.seed,
    agents: namePeers(tellingFreezers([...agents, watchdog, ...(hosted ? [hostOf(settings.cpus, delays)] : [])])),
    resources,
    latency:
      settings.scaled === undefined ? model : scaleLatency(model, settings.scaled.constant, settings.scaled.factor),
    until: settings.until,
    grace: GRACE,
    stopOnFinding: !settings.keepGoing,
  };
}

const scoreOf = (thread: ThreadSpec | undefined): Pick<ThreadSpec, 'oomScoreAdj'> =>
  thread?.oomScoreAdj === undefined ? {} : { oomScoreAdj: thread.oomScoreAdj };

const nsOf = (ms: number): VirtualTime => Math.round(ms * MILLISECOND);

const MOUNT_SHRINKERS = mountShrinkers('sda', INODE_CACHE);

/** Those of file systems that threads mount meanwhile. */
const mountedMeanwhile = (threads: readonly ThreadSpec[]): ShrinkerInfo[] =>
  threads.flatMap(({ params: { mounts } }) => (typeof mounts === 'string' ? mountShrinkers(mounts, null) : []));

export const DEFAULT_CPUS = 4;
export const DEFAULT_SEED = 1;
export const DEFAULT_UNTIL = 300 * SECOND;
