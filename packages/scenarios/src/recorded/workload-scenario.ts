/** The scenario that runs a workload, on as many CPUs as it says. */
import { MILLISECOND, type VirtualTime } from '@dragon/engine';
import { planningWorld, type Scenario } from '../scenario.ts';
import type { Workload } from './workload.ts';
import { workloadWorld } from './workload-world.ts';

/** `until`: as long as the workload says. */
export interface WorkloadScenario extends Scenario {
  readonly until: VirtualTime;
}

/** Returns the scenario; its plan throws `ScenarioError` if memory or inode numbers do not suffice. */
export function workloadScenario(workload: Workload): WorkloadScenario {
  const { cpus, forMs } = workload;
  return {
    name: 'workload',
    about: 'the workload of a trace',
    minCpus: cpus,
    limit: { maxCpus: cpus, because: 'the workload is of so many' },
    ...planningWorld(() => workloadWorld(workload)),
    until: Math.round(forMs * MILLISECOND),
  };
}
