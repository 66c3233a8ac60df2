/** The latency model of the simulated machine. Sources in kernel reference 8 and the traces' derived facts; what has none is marked estimated. */
import { type Latency, type LatencyModel, MICROSECOND, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';
import type { Policy } from '@dragon/kernel';

const fixed = (ns: VirtualTime): Latency => ({ kind: 'fixed', ns });

/** Returns a latency spread evenly over [min, max]. */
export const between = (min: VirtualTime, max: VirtualTime): Latency => ({ kind: 'uniform', min, max });

/** CONFIG_HZ=250. */
const JIFFY = 4 * MILLISECOND;

/** Returns the model; `starts` says when each agent that has a start begins, `threadKinds` which kinds of agents are threads. */
export function latencyModel(
  policy: Policy,
  starts: { readonly [agent: string]: Latency },
  threadKinds: Iterable<string>,
  overrides: { readonly [name: string]: Latency } = {},
): LatencyModel {
  const delays: { [name: string]: Latency } = {
    // Inactivation: an unlinked 4 KiB file takes 43 us, a post-EOF trim 45-62 us (traces, fact 3), shared out over the steps by estimate.
    transAlloc: between(2 * MICROSECOND, 6 * MICROSECOND),
    truncate: between(14 * MICROSECOND, 20 * MICROSECOND),
    ifree: between(14 * MICROSECOND, 22 * MICROSECOND),
    // Each neighbour on the list of unlinked inodes costs 13 us more (traces: 43 us alone, 57 us with one, 70 us with two).
    ifreeWithNeighbour: between(27 * MICROSECOND, 35 * MICROSECOND),
    ifreeWithNeighbours: between(40 * MICROSECOND, 48 * MICROSECOND),
    trimPostEof: {
      kind: 'quantiles',
      points: [
        [0, 30_000],
        [0.5, 48_000],
        [0.9, 65_000],
        [0.99, 120_000],
        [1, 400_000],
      ],
    },
    // unlink(2) takes 60-70 us (Dave Chinner, August 2021).
    unlink: between(60 * MICROSECOND, 70 * MICROSECOND),
    // Evicting a clean cached inode takes 2-5 us, estimated; isolating one is a list operation, estimated.
    evictInode: between(2 * MICROSECOND, 5 * MICROSECOND),
    isolateInode: between(100, 200),
    callShrinker: between(200, 600),
    betweenFiles: between(20 * MICROSECOND, 60 * MICROSECOND),
    useMemory: between(50 * MICROSECOND, 150 * MICROSECOND),
    holdMemory: between(3 * SECOND, 4 * SECOND),
    holdUmount: between(4 * SECOND, 5 * SECOND),
    // A repair holds the AGI from milliseconds to minutes (estimated, kernel reference 4).
    rebuild: between(2_000 * MILLISECOND, 2_500 * MILLISECOND),
    repairCommit: between(50 * MICROSECOND, 100 * MICROSECOND),
    repairRetry: fixed(10 * MILLISECOND),
    jiffy: { kind: 'ticks', period: JIFFY, count: 1 },
    tick: { kind: 'ticks', period: JIFFY, count: 0 },
    // Queue to start takes 5 us when the kworker preempts the queuer (traces, fact 4): two messages and the switch.
    startWork: between(500, 1_500),
    // process_one_work of a barrier; longer than the wake-up and the preemption that its complete() may bring (traces, fact 5: a slipped round takes
    // 8-9 us from flush to flush).
    runBarrier: between(4_500, 5_000),
    // Expiry to worker start takes 10 us (traces, fact 2).
    wakeWorker: between(5 * MICROSECOND, 15 * MICROSECOND),
    kswapdShortSleep: { kind: 'ticks', period: JIFFY, count: 25 },
    hungTaskInterval: fixed(120 * SECOND),
    throttleTimeout: fixed(policy.throttle.kind === 'timed' ? policy.throttle.ns : SECOND),
    ...overrides,
  };
  for (const agent of Object.keys(starts)) delays[`start ${agent}`] = starts[agent] ?? fixed(0);
  // A message is a call or an inter-processor interrupt (estimated). A wake-up and a switch take two messages of 1 us with the scheduler, of the 2-5 us
  // that the reference estimates for both. The shortest link is the lookahead of a federation.
  const links: { default: VirtualTime; [kinds: string]: VirtualTime } = { default: 2 * MICROSECOND };
  for (const kind of threadKinds) {
    links[`${kind}>cpu`] = MICROSECOND;
    links[`cpu>${kind}`] = MICROSECOND;
  }
  return { delays, links };
}

/** The constants of the model that have no source: `dragon compare` halves and doubles each of them. */
export const ESTIMATED_CONSTANTS: readonly string[] = ['transAlloc', 'evictInode', 'isolateInode', 'callShrinker'];
