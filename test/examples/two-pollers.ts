/** A scenario made by hand, without a world: two pollers and the allocation group whose AGI they share. */
import { MICROSECOND, MILLISECOND, SECOND } from '@dragon/engine';
import { agId, kernelResources } from '@dragon/kernel';
import type { Scenario } from '@dragon/scenarios';

/** Without schedulers each thread has a CPU of its own, and `statfs: 0` needs no workers. */
const pollerParams = { scheduled: false, cpu: 0, ag: 0, statfs: 0, polls: 3 };

export const twoPollers: Scenario = {
  name: 'two-pollers',
  about: 'two monitors meet at an AGI',
  minCpus: 1,
  plan: ({ seed, until, keepGoing }) => ({
    seed,
    until,
    grace: 100 * MILLISECOND,
    stopOnFinding: !keepGoing,
    agents: [
      { id: agId(0), kind: 'ag', params: { ag: 0 } },
      { id: 'poller/0', kind: 'poller', params: pollerParams, task: { comm: 'xfs_monitor', pid: 2301 } },
      { id: 'poller/1', kind: 'poller', params: pollerParams, task: { comm: 'xfs_monitor', pid: 2302 } },
    ],
    resources: kernelResources({ nodes: [], cpus: [], ags: [0], shrinkers: [], disks: [] }),
    latency: {
      delays: {
        'start poller/0': { kind: 'fixed', ns: 0 },
        'start poller/1': { kind: 'fixed', ns: 3 * MILLISECOND },
        readGeometry: { kind: 'uniform', min: 4 * MILLISECOND, max: 5 * MILLISECOND },
        pollPause: { kind: 'fixed', ns: SECOND },
      },
      links: { default: 2 * MICROSECOND },
    },
  }),
};
