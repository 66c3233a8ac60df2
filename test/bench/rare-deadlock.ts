/**
 * A world in which the deadlock of December 2022 can happen and hardly ever does. For a minute two tasks remove a file
 * every few seconds, memory is plenty, and nothing is repaired. Somebody has to start a repair in one of the two groups
 * that have files, and within its two seconds somebody has to shrink caches, so that a worker comes upon an inode of
 * that group while its shrinker is waited for.
 */
import { MILLISECOND, type Plan, SECOND } from '@dragon/engine';
import { type Attempt, ChartTable, FaultSpace, type Ground, type HuntedRun, huntedRun } from '@dragon/hunt';
import { profileNamed } from '@dragon/kernel';
import {
  cachedInodes,
  DEFINITIONS,
  planWorld,
  unlinker,
  hasRoom,
  withFaults,
  withRules,
  type WorldSpec,
} from '@dragon/scenarios';

const BUSY = 60 * SECOND;
const FILES = 24;
const PAUSE = 'between files';
/** Of every run, the plain one has 1,764: one that a storm of allocations prolongs is not waited for. */
const MOST_EVENTS = 20_000;

const WORLD: WorldSpec = {
  free: 200_000,
  lru: cachedInodes(640, [1, 2], 'postEof'),
  kswapdCpus: [0],
  threads: [unlinker(0, 0, 1, FILES, [10, 20], { pause: PAUSE }), unlinker(1, 1, 2, FILES, [10, 20], { pause: PAUSE })],
  latency: { [PAUSE]: { kind: 'uniform', min: 2_250 * MILLISECOND, max: 2_750 * MILLISECOND } },
};

const planOf = (seed: number): Plan =>
  planWorld(WORLD, {
    policy: profileNamed('v6.1').policy,
    release: '6.1.0',
    cpus: 2,
    seed,
    until: BUSY + 10 * SECOND,
    keepGoing: false,
  });

/** The ground of hunts in this world, and the run of an attempt. */
export class RareDeadlock {
  readonly ground: Ground;
  readonly #table: ChartTable;

  constructor() {
    const plan = planOf(1);
    this.#table = new ChartTable(plan, DEFINITIONS);
    const space = new FaultSpace(plan, BUSY, (faults) => hasRoom(plan, faults));
    this.ground = { plan, space, edges: this.#table.edges.length };
  }

  run({ seed, faults, rules }: Attempt): HuntedRun {
    return huntedRun(withRules(withFaults(planOf(seed), faults), rules), DEFINITIONS, this.#table, MOST_EVENTS);
  }
}

/** Returns whether a run came to that deadlock, whoever it was that shrank caches. */
export const isFound = ({ finding }: HuntedRun): boolean =>
  finding !== null && PARTS.every((part) => finding.line.includes(part));

const PARTS = ['inodegc > AG', ' > repair', 'repair > shrinker_rwsem (W)', '> inodegc work'];
