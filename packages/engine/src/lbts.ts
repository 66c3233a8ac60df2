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

/**
 * Returns the shortest paths between federates from the latencies of the links between the agents they host. The
 * diagonal is the shortest cycle through another federate: what a federate sends may come back to it, but not sooner
 * than that.
 */
export function federateDistances(placement: readonly (readonly AgentId[])[], model: LatencyModel): Distances {
  const kindsOf = placement.map((agents) => representatives(agents));
  const direct = kindsOf.map((senders, i) =>
    kindsOf.map((receivers, j) =>
      i === j
        ? NEVER
        : Math.min(NEVER, ...senders.flatMap((from) => receivers.map((to) => linkLatency(model, from, to)))),
    ),
  );
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

/** One agent of each kind: links depend on kinds only. */
function representatives(agents: readonly AgentId[]): AgentId[] {
  const byKind = new Map<string, AgentId>();
  for (const id of agents) byKind.set(kindOf(id), id);
  return [...byKind.values()];
}

/**
 * Returns for each federate the instant before which it may process events. `next[i]` is the earliest event that
 * federate i has or that is on its way to it. No bound lies more than `longest` after the earliest event of all, nor
 * after `end`.
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
      const at = next[from] ?? NEVER;
      const distance = distances[from]?.[to] ?? NEVER;
      if (at !== NEVER && distance !== NEVER) bound = Math.min(bound, at + distance);
    }
    return bound;
  });
}
