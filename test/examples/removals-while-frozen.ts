/** A world for the finder of long lists: somebody closes unlinked files while the file system is frozen. */
import { closer, freezer, planningWorld, type Scenario, type WorldSpec } from '@dragon/scenarios';

const world = (cpus: number): WorldSpec => ({
  free: 50_000,
  kswapdCpus: [0],
  threads: [freezer(0, cpus, [10, 20]), closer(0, cpus - 1, 1, 200, [50, 60])],
});

export const removalsWhileFrozen: Scenario = {
  name: 'removals-while-frozen',
  about: 'unlinked files are closed while the file system is frozen',
  minCpus: 1,
  ...planningWorld(world),
};
