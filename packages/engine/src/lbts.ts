/**
 * LBTS: the lower bound on the time stamp of any event that a federate may still receive. Conservative synchronisation
 * after Chandy, Misra and Bryant; the term is the High Level Architecture's.
 */
import { type AgentId, kindOf } from './event.ts';
import { type LatencyModel, linkLatency } from './latency.ts';
import { NEVER, type VirtualTime } from './time.ts';

/**
 * `distances[from][to]`: the least virtual time in which something that happens at one federate can reach another, by
 * any path.
 */
export type Distances = readonly (readonly VirtualTime[])[];

/** Whom each agent may exchange messages with. */
type Peers = ReadonlyMap<AgentId, ReadonlySet<AgentId>>;

/**
 * Returns the shortest paths between federates from the latencies of the links between the agents they host: of all
 * links, or of those between peers. The diagonal is the shortest cycle through another federate: what a federate sends
 * may come back to it, but not sooner than that.
 */
export function federateDistances(
  placement: readonly (readonly AgentId[])[],
  model: LatencyModel,
  peers?: Peers,
): Distances {
  const direct = peers === undefined ? anyLinks(placement, model) : peerLinks(placement, model, peers);
  const paths = direct.map((row) => [...row]);
  // Floyd-Warshall. NEVER is no number to add to.
  for (let k = 0; k < paths.length; k += 1) {
    for (const row of paths) {
      const toK = row[k] ?? NEVER;
      if (toK === NEVER) continue;
      for (let j = 0; j < row.length; j += 1) {
        const onward = paths[k]?.[j] ?? NEVER;
        if (onward !== NEVER) row[j] = Math.min(row[j] ?? NEVER, toK + onward);
      }
    }
  }
  return paths;
}

/** Returns the shortest link between any agents of two federates. */
function anyLinks(placement: readonly (readonly AgentId[])[], model: LatencyModel): VirtualTime[][] {
  const kindsOf = placement.map((agents) => representatives(agents));
  return kindsOf.map((senders, i) =>
    kindsOf.map((receivers, j) =>
      i === j
        ? NEVER
        : Math.min(NEVER, ...senders.flatMap((from) => receivers.map((to) => linkLatency(model, from, to)))),
    ),
  );
}

/** Returns the shortest link between peers in two federates. */
function peerLinks(placement: readonly (readonly AgentId[])[], model: LatencyModel, peers: Peers): VirtualTime[][] {
  const hosts = new Map(placement.flatMap((agents, host) => agents.map((id) => [id, host] as const)));
  return placement.map((agents, host) => {
    const links = placement.map(() => NEVER);
    for (const from of agents) {
      for (const to of peers.get(from) ?? []) {
        const other = hosts.get(to);
        if (other === undefined || other === host) continue;
        links[other] = Math.min(links[other] ?? NEVER, linkLatency(model, from, to));
      }
    }
    return links;
  });
}

/** One agent of each kind: links depend on kinds only. */
function representatives(agents: readonly AgentId[]): AgentId[] {
  const byKind = new Map<string, AgentId>();
  for (const id of agents) byKind.set(kindOf(id), id);
  return [...byKind.values()];
}

/**
 * Returns for each federate the instant before which nothing that others have to do can reach it. `next[i]` is the
 * earliest event that federate i has or that is on its way to it. No bound lies more than `longest` after the earliest
 * event of all, nor after `end`.
 *
 * Answers to what a federate itself sends are not in it: a federate that sends an event to federate i, to arrive at t,
 * may from then on process no more than what is before t + `distances[i][self]`. So one that alone has something to do
 * goes on until it does send.
 */
export function lowerBounds(
  next: readonly VirtualTime[],
  distances: Distances,
  longest: VirtualTime,
  end: VirtualTime,
): VirtualTime[] {
  const earliest = Math.min(NEVER, ...next);
  const cap = Math.min(end, earliest === NEVER ? NEVER : earliest + longest);
  return next.map((_, to) => {
    let bound = cap;
    for (let from = 0; from < next.length; from += 1) {
      if (from === to) continue;
      const at = next[from] ?? NEVER;
      const distance = distances[from]?.[to] ?? NEVER;
      if (at !== NEVER && distance !== NEVER) bound = Math.min(bound, at + distance);
    }
    return bound;
  });
}
