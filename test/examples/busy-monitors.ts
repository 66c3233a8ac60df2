/**
 * A scenario made as a world: two monitors poll AG 0 so often that its AGI passes from one to the other and is never
 * free, while the parts of the deadlock of December 2022 want it too.
 */
import { MILLISECOND } from '@dragon/engine';
import {
  allocator,
  cachedInodes,
  closer,
  planningWorld,
  repairThread,
  type Scenario,
  type ThreadSpec,
  type WorldSpec,
} from '@dragon/scenarios';

/** On the last CPU, out of kswapd's way. */
const monitor = (index: number, cpus: number): ThreadSpec => ({
  id: `poller/${index}`,
  comm: 'xfs_monitor',
  startMs: [2 * index, 2 * index + 1],
  params: { cpu: cpus - 1, ag: 0, statfs: cpus, polls: 100 },
});

const world = (cpus: number): WorldSpec => ({
  free: 1_500,
  lru: cachedInodes(320, [0, 1, 2, 3], 'postEof'),
  kswapdCpus: [0],
  threads: [
    monitor(0, cpus),
    monitor(1, cpus),
    repairThread(0, [10, 15]),
    closer(0, 0, 0, 3, [30, 35]),
    allocator(0, 0, 400, [50, 60]),
  ],
  latency: {
    rebuild: { kind: 'fixed', ns: 80 * MILLISECOND },
    readGeometry: { kind: 'uniform', min: 8 * MILLISECOND, max: 10 * MILLISECOND },
    pollPause: { kind: 'fixed', ns: 4 * MILLISECOND },
  },
});

export const busyMonitors: Scenario = {
  name: 'busy-monitors',
  about: 'an AGI that is always locked: a repair that only tries it never gets it',
  minCpus: 2,
  ...planningWorld(world),
};
