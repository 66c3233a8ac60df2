/** The processes of a distributed run: one for each agent, from the folder of its kind, or a number of them that host any kind. */
import type { AgentSpec, Plan } from '@dragon/engine';
import type { FederateCommand, PlacementPolicy } from '@dragon/federation';
import { projectFile } from './project-paths.ts';

/** Kinds whose service has another name than they. */
const SERVICES: Readonly<Record<string, string>> = {
  allocator: 'workload',
  closer: 'workload',
  'drop-caches': 'workload',
  umounter: 'workload',
  unlinker: 'workload',
};

/** What `coordinate` and `launchFederates` must know of the processes. */
export interface Deal {
  readonly commands: readonly FederateCommand[];
  /** Absent: dealt evenly. */
  readonly placement?: PlacementPolicy;
}

/** Returns a process for each agent, named after it: a message about `kswapd-0` needs no explanation. */
export function oneProcessAnAgent({ agents }: Plan): Deal {
  return {
    commands: agents.map(({ id, kind }) => ({
      name: processName(id),
      kinds: [kind],
      capacity: 1,
      argv: nodeRunning(projectFile(`services/${SERVICES[kind] ?? kind}/src/main.ts`)),
    })),
    placement: (specs: readonly AgentSpec[]) => specs.map(({ id }) => processName(id)),
  };
}

/** Returns `count` processes that host whatever they are dealt. */
export function hostProcesses(count: number): Deal {
  const argv = nodeRunning(projectFile('packages/cli/src/federate-main.ts'));
  return { commands: Array.from({ length: count }, (_, i) => ({ name: `host-${i + 1}`, argv })) };
}

/** `inodegc/0` -> `inodegc-0`. */
const processName = (agent: string) => agent.replaceAll('/', '-');

function nodeRunning(file: string): [string, ...string[]] {
  return [process.execPath, '--import', import.meta.resolve('tsx/esm'), file];
}
