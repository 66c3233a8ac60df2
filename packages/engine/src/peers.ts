/** The peers of each agent: who may exchange messages with whom, as the specs of a plan say it. */
import type { AgentSpec } from './agent.ts';
import type { AgentId } from './event.ts';

/** More pairs than this are not worth the memory of a table of them. */
const MOST_PAIRS = 4_000_000;

/**
 * Returns whom each agent may send to and hear from; undefined if any agent does not say, for then anybody may, and
 * where there are too many pairs to keep.
 */
export function peersOf(agents: readonly AgentSpec[]): ReadonlyMap<AgentId, ReadonlySet<AgentId>> | undefined {
  const byKind = new Map<string, AgentId[]>();
  for (const { id, kind } of agents) {
    const ofKind = byKind.get(kind);
    if (ofKind === undefined) byKind.set(kind, [id]);
    else ofKind.push(id);
  }
  const namedBy = ({ peers = [], peerKinds = [] }: AgentSpec): readonly (readonly AgentId[])[] => [
    peers,
    ...peerKinds.map((kind) => byKind.get(kind) ?? []),
  ];
  if (agents.some(({ peers }) => peers === undefined)) return undefined;
  const pairs = agents.reduce((sum, agent) => namedBy(agent).reduce((more, { length }) => more + length, sum), 0);
  if (pairs > MOST_PAIRS) return undefined;
  const peers = new Map(agents.map(({ id }) => [id, new Set<AgentId>()]));
  for (const agent of agents) {
    for (const peer of namedBy(agent).flat()) {
      if (peer === agent.id) continue;
      peers.get(agent.id)?.add(peer);
      peers.get(peer)?.add(agent.id);
    }
  }
  return peers;
}
