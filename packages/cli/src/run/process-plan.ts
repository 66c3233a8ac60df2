/**
 * The processes of a distributed run: one for each agent, from the folder of its kind, or a number of them that host
 * any kind.
 */
import type { Plan } from '@dragon/engine';
import type { FederateCommand } from '@dragon/federation';
import { SERVICE_OF } from '@dragon/scenarios';

/** A process and the name of the program that it runs. */
type PlannedProcess = Omit<FederateCommand, 'argv'> & { readonly program: string };

/** What a coordinator and `launchFederates` must know of the processes. */
export interface ProcessPlan {
  readonly commands: readonly PlannedProcess[];
  /** The process of each agent, in the order of the plan. Absent: dealt evenly. */
  readonly hosts?: readonly string[];
  /** Whether they are on hosts that have joined, one on each, and not here. */
  readonly onHosts?: true;
}

/** Returns a process for each agent, named after it: a message about `kswapd-0` needs no explanation. */
export function oneProcessAnAgent({ agents }: Plan): ProcessPlan {
  return {
    commands: agents.map(({ id, kind }) => ({
      name: processName(id),
      kinds: [kind],
      capacity: 1,
      program: programOf(kind),
    })),
    hosts: agents.map(({ id }) => processName(id)),
  };
}

/** Returns `count` processes that host whatever they are dealt. */
export function hostProcesses(count: number): ProcessPlan {
  return { commands: Array.from({ length: count }, (_, i) => ({ name: `host-${i + 1}`, program: 'host-main' })) };
}

/** Returns a process on each of `count` joined hosts, which hosts whatever it is dealt. */
export function joinedHosts(count: number): ProcessPlan {
  return { ...hostProcesses(count), onHosts: true };
}

/** `inodegc/0` -> `inodegc-0`. */
const processName = (agent: string) => agent.replaceAll('/', '-');

function programOf(kind: string): string {
  const service = SERVICE_OF.get(kind);
  if (service === undefined) throw new Error(`no service hosts agents of kind ${kind}`);
  return `${service}-main`;
}
