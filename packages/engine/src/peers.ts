/** The peers of each agent: who may exchange messages with whom, as the specs of a plan say it. */
import type { AgentSpec } from './agent.ts';
import type { AgentId } from './event.ts';

/** Returns whom each agent may send to and hear from; undefined if any agent does not say, for then anybody may. */
export function peersOf(agents: readonly AgentSpec[]): ReadonlyMap<AgentId, ReadonlySet<AgentId>> | undefined {
  const peers = new Map(agents.map(({ id }) => [id, new Set<AgentId>()]));
  for (const { id, peers: named } of agents) {
    if (named === undefined) return undefined;
    for (const peer of named) {
      peers.get(id)?.add(peer);
      peers.get(peer)?.add(id);
    }
  }
  return peers;
}
