/**
 * The latency model of the simulated machine: that of the traces, a CPU of 1 GIPS, which on this code is a real 3 GHz
 * core slowed down 1.5 to 4 times. Sources in kernel reference 8 and the traces' derived facts; what has none is in
 * `ESTIMATED_CONSTANTS`.
 */
import { type Latency, type LatencyModel, MICROSECOND, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';
import type { Policy } from '@dragon/kernel';

export const fixed = (ns: VirtualTime): Latency => ({ kind: 'fixed', ns });

/** Returns a latency spread evenly over [min, max]. */
export const between = (min: VirtualTime, max: VirtualTime): Latency => ({ kind: 'uniform', min, max });

const quantiles = (...points: readonly (readonly [probability: number, ns: VirtualTime])[]): Latency => ({
  kind: 'quantiles',
  points,
});

/** CONFIG_HZ=250. */
const JIFFY = 4 * MILLISECOND;

/** xfs_syncd_centisecs. */
export const LOG_WORKER = 30 * SECOND;

type LogWorkerTimes = { readonly logWorker?: VirtualTime; readonly logWorkerAt?: VirtualTime };

/** When the log worker runs, where a world says so. */
export function logWorkerLatency({ logWorker, logWorkerAt }: LogWorkerTimes): { readonly [name: string]: Latency } {
  return {
    ...(logWorker === undefined ? {} : { logWorker: fixed(logWorker) }),
    ...(logWorkerAt === undefined ? {} : { firstLogWorker: fixed(logWorkerAt) }),
  };
}

/**
 * Returns the model; `starts` says when each agent that has a start begins, `threadKinds` which kinds of agents are
 * threads.
 */
export function latencyModel(
  policy: Policy,
  starts: { readonly [agent: string]: Latency },
  threadKinds: Iterable<string>,
  overrides: { readonly [name: string]: Latency } = {},
): LatencyModel {
  const delays: { [name: string]: Latency } = {
    // Inactivation: an unlinked 4 KiB file takes 43 us with two locks of 4 us in it, a post-EOF trim 45-62 us (traces,
    // fact 3), shared out over the steps by estimate.
    transAlloc: between(2 * MICROSECOND, 4 * MICROSECOND),
    truncate: between(12 * MICROSECOND, 14 * MICROSECOND),
    ifree: between(14 * MICROSECOND, 16 * MICROSECOND),
    // Each neighbour on the list of unlinked inodes costs 13 us more (unlink-storm: 43 us alone, 57 us with one, 70 us
    // with two).
    ifreeWithNeighbour: between(27 * MICROSECOND, 30 * MICROSECOND),
    ifreeWithNeighbours: between(40 * MICROSECOND, 44 * MICROSECOND),
    trimPostEof: quantiles([0, 32_000], [0.5, 48_000], [0.9, 62_000], [0.99, 110_000], [1, 400_000]),
    // A task that does nothing else queues an inode every 50 us (unlink-storm), messages included.
    unlink: between(28 * MICROSECOND, 32 * MICROSECOND),
    betweenFiles: between(5 * MICROSECOND, 7 * MICROSECOND),
    createFile: between(75 * MICROSECOND, 95 * MICROSECOND),
    // kswapd queues an inode every 4-5 us (traces, fact 4).
    evictInode: between(3_500, 5_000),
    // A superblock scan without work takes 1 us with its tracepoints; 1024 dentries let off once take 120-128 us; one
    // killed 0.7-0.9 us (pressure).
    callShrinker: between(500, 1_000),
    isolateInode: between(100, 150),
    pruneDentry: between(700, 1_000),
    // 846 buffers in 1.7 ms. Walks of xfs_reclaim_inodes_nr that free nothing take 10 to 25 us for 32 inodes in each
    // of four groups; what they free takes 1.5 us an inode, that included (pressure).
    freeBuffer: between(1_500, 2_500),
    lookAtInode: between(80, 200),
    reclaimInode: between(1_200, 1_600),

    // As evictInode; and a round trip to a server nearby, which answers at once (both estimated).
    evictRemote: between(3_500, 5_000),
    serverAnswer: between(300 * MICROSECOND, 600 * MICROSECOND),

    // The way of an inactivated inode to its reclaim (kernel reference 2.3, 8).
    logForce: between(MILLISECOND, 4 * MILLISECOND),
    // An iclog of 32 KiB at some 300 MB/s, estimated; `logForce` is a flush and the last of them.
    writeIclog: between(60 * MICROSECOND, 140 * MICROSECOND),
    logWorker: fixed(LOG_WORKER),
    // 50 ms.
    xfsaildSleep: { kind: 'ticks', period: JIFFY, count: 13 },
    // Fitted to reclaimable-to-reclaiming of pressure, p50 0.73 s.
    writeCluster: between(100 * MICROSECOND, 400 * MICROSECOND),
    rcuGracePeriod: between(5 * MILLISECOND, 40 * MILLISECOND),
    // kmem_cache_free and what it takes to give an empty slab back (estimated).
    rcuCallback: between(200, 400),
    reclaimWork: fixed(5 * SECOND),

    // Memory. Taking a page, estimated; clearing one costs an instruction a byte (traces), and huge pages spare most of
    // the faults.
    allocPage: between(400, 600),
    touchPage: between(5_000, 5_600),
    // The stream goes from one direct reclaim of 32 pages to the next in about 1 ms (pressure).
    copyPage: between(18 * MICROSECOND, 24 * MICROSECOND),
    // Of folios of 16 KiB, as read-ahead makes them: the stream reads 23 pages a millisecond with a quarter of the CPU,
    // of which a third is reclaim (pressure).
    readPage: between(7 * MICROSECOND, 9 * MICROSECOND),
    freePage: between(500, 700),
    // 32 pages in 53 us (pressure); the reference has 1-4 M pages/s on a faster core.
    scanLruPage: between(1_400, 1_700),
    shrinkNode: between(2 * MICROSECOND, 4 * MICROSECOND),
    oomKill: between(MILLISECOND, 3 * MILLISECOND),
    oomReaperDelay: fixed(2 * SECOND),
    directThrottle: { kind: 'ticks', period: JIFFY, count: 250 },
    readDisk: between(50 * MICROSECOND, 2 * MILLISECOND),
    kswapdShortSleep: { kind: 'ticks', period: JIFFY, count: 25 },

    // What tasks do between their calls.
    useMemory: between(50 * MICROSECOND, 150 * MICROSECOND),
    holdMemory: between(3 * SECOND, 4 * SECOND),
    hogPause: fixed(2 * MILLISECOND),
    streamPause: fixed(300 * MICROSECOND),
    churnPause: fixed(2 * MILLISECOND),
    frozen: fixed(5 * SECOND),
    lookupPause: between(9 * MILLISECOND, 11 * MILLISECOND),
    // A superblock and the headers of some groups, and the log is looked through (estimated).
    readSuper: between(5 * MILLISECOND, 30 * MILLISECOND),
    stayMounted: between(90 * MILLISECOND, 110 * MILLISECOND),
    mountPause: between(900 * MILLISECOND, 1_100 * MILLISECOND),
    syncPause: between(900 * MILLISECOND, 1_100 * MILLISECOND),
    fsyncPause: between(90 * MILLISECOND, 110 * MILLISECOND),
    fdatasyncPause: between(90 * MILLISECOND, 110 * MILLISECOND),
    statfsPause: between(90 * MILLISECOND, 110 * MILLISECOND),
    holdUmount: between(4 * SECOND, 5 * SECOND),
    // A repair holds the AGI from milliseconds to minutes (estimated, kernel reference 4).
    rebuild: between(2_000 * MILLISECOND, 2_500 * MILLISECOND),
    repairCommit: between(50 * MICROSECOND, 100 * MICROSECOND),
    repairRetry: fixed(10 * MILLISECOND),

    // Time and scheduling.
    jiffy: { kind: 'ticks', period: JIFFY, count: 1 },
    tick: { kind: 'ticks', period: JIFFY, count: 0 },
    // Queue to start takes 5 us when the kworker preempts the queuer (traces, fact 4): two messages and the switch.
    startWork: between(500, 1_500),
    // process_one_work of a barrier; longer than the wake-up and the preemption that its complete() may bring (traces,
    // fact 5: a slipped round takes 8-9 us from flush to flush).
    runBarrier: between(4_500, 5_000),
    // Expiry to worker start takes 10 us (traces, fact 2).
    wakeWorker: between(5 * MICROSECOND, 15 * MICROSECOND),
    hungTaskInterval: fixed(120 * SECOND),
    throttleTimeout: fixed(policy.throttle.kind === 'timed' ? policy.throttle.ns : SECOND),
    ...overrides,
  };
  for (const agent of Object.keys(starts)) delays[`start ${agent}`] = starts[agent] ?? fixed(0);
  // A message is a call or an inter-processor interrupt (estimated). A wake-up and a switch take two messages of 1 us
  // with the scheduler, of the 2-5 us that the reference estimates for both. The shortest link is the lookahead of a
  // federation.
  const links: { default: VirtualTime; [kinds: string]: VirtualTime } = {
    default: 2 * MICROSECOND,
    'cpu>cpu': MICROSECOND,
  };
  for (const kind of threadKinds) {
    links[`${kind}>cpu`] = MICROSECOND;
    links[`cpu>${kind}`] = MICROSECOND;
  }
  return { delays, links };
}

/**
 * The constants of the model that have no source, or one that leaves much room: `dragon compare` halves and doubles
 * each of them.
 */
export const ESTIMATED_CONSTANTS: readonly string[] = [
  'transAlloc',
  'callShrinker',
  'isolateInode',
  'allocPage',
  'shrinkNode',
  'logForce',
  'writeIclog',
  'writeCluster',
  'rcuGracePeriod',
  'rcuCallback',
  'wakeWorker',
  'oomKill',
  'links',
];

/** How much smaller and larger a constant may well be; those that are not named, four times. */
const PLAUSIBLE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  // From a disk with a write cache of its own to one that turns: 0.1 to 30 ms.
  logForce: [1 / 16, 8],
};

const FOUR_TIMES = [1 / 4, 4] as const;

/** Returns the factors between which an estimated constant may well lie. */
export const plausibleFactors = (constant: string): readonly [least: number, most: number] =>
  PLAUSIBLE[constant] ?? FOUR_TIMES;

/** The delays that are CPU time of somebody: on a slower CPU they take longer, and the others do not. */
export const CPU_TIMES: readonly string[] = [
  'transAlloc',
  'truncate',
  'ifree',
  'ifreeWithNeighbour',
  'ifreeWithNeighbours',
  'trimPostEof',
  'unlink',
  'betweenFiles',
  'createFile',
  'evictInode',
  'evictRemote',
  'callShrinker',
  'isolateInode',
  'pruneDentry',
  'freeBuffer',
  'lookAtInode',
  'reclaimInode',
  'rcuCallback',
  'allocPage',
  'touchPage',
  'copyPage',
  'readPage',
  'freePage',
  'scanLruPage',
  'shrinkNode',
  'oomKill',
  'repairCommit',
  'startWork',
  'runBarrier',
];
