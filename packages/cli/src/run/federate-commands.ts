/**
 * The processes of a distributed run: one for each agent, from the folder of its kind, or a number of them that host
 * any kind.
 */
import type { AgentSpec, Plan } from '@dragon/engine';
import type { FederateCommand, PlacementPolicy } from '@dragon/federation';

/** Where the service of each kind is; its process is `main.ts` beside this. */
const SERVICES: Readonly<Record<string, string>> = {
  ag: import.meta.resolve('@dragon/ag'),
  cpu: import.meta.resolve('@dragon/cpu'),
  allocator: import.meta.resolve('@dragon/workload'),
  churner: import.meta.resolve('@dragon/workload'),
  closer: import.meta.resolve('@dragon/workload'),
  'drop-caches': import.meta.resolve('@dragon/workload'),
  freezer: import.meta.resolve('@dragon/workload'),
  'inode-cache': import.meta.resolve('@dragon/inode-cache'),
  inodegc: import.meta.resolve('@dragon/inodegc'),
  kswapd: import.meta.resolve('@dragon/kswapd'),
  memory: import.meta.resolve('@dragon/memory'),
  repair: import.meta.resolve('@dragon/repair'),
  shrinkers: import.meta.resolve('@dragon/shrinkers'),
  hog: import.meta.resolve('@dragon/workload'),
  stream: import.meta.resolve('@dragon/workload'),
  umounter: import.meta.resolve('@dragon/workload'),
  unlinker: import.meta.resolve('@dragon/workload'),
  watchdog: import.meta.resolve('@dragon/watchdog'),
};

/** A process and the TypeScript program that it runs. */
type DealtProcess = Omit<FederateCommand, 'argv'> & { readonly entry: URL };

/** What `coordinate` and `launchFederates` must know of the processes. */
export interface Deal {
  readonly commands: readonly DealtProcess[];
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
      entry: mainOf(kind),
    })),
    placement: (specs: readonly AgentSpec[]) => specs.map(({ id }) => processName(id)),
  };
}

/** Returns `count` processes that host whatever they are dealt. */
export function hostProcesses(count: number): Deal {
  const entry = new URL('./federate-main.ts', import.meta.url);
  return { commands: Array.from({ length: count }, (_, i) => ({ name: `host-${i + 1}`, entry })) };
}

/** `inodegc/0` -> `inodegc-0`. */
const processName = (agent: string) => agent.replaceAll('/', '-');

function mainOf(kind: string): URL {
  const service = SERVICES[kind];
  if (service === undefined) throw new Error(`no service hosts agents of kind ${kind}`);
  return new URL('main.ts', service);
}
