/** Cycles in a directed graph that is given by a function: whether one can be reached, and which of several to show. */
import { compareText } from '@dragon/engine';

/** The nodes that `node` points to; asked as often as needed, so it should be cheap. */
export type Successors = (node: string) => readonly string[];

/**
 * Returns whether a cycle can be reached from any of `starts`. Visits each node once, without recursion: chains may be
 * long.
 */
export function reachesCycle(starts: Iterable<string>, successors: Successors): boolean {
  const onPath = new Set<string>();
  const done = new Set<string>();
  for (const start of starts) {
    if (done.has(start)) continue;
    const path = [{ node: start, rest: successors(start)[Symbol.iterator]() }];
    onPath.add(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done) {
        onPath.delete(top.node);
        done.add(top.node);
        path.pop();
      } else if (onPath.has(next.value)) {
        return true;
      } else if (!done.has(next.value)) {
        onPath.add(next.value);
        path.push({ node: next.value, rest: successors(next.value)[Symbol.iterator]() });
      }
    }
  }
  return false;
}

/**
 * Returns the shortest cycle that can be reached from `starts`, beginning with its smallest node; of several shortest
 * ones the first in text order, node by node. So the answer depends on the graph only, not on the order of anything.
 */
export function shortestCycle(starts: Iterable<string>, successors: Successors): readonly string[] | undefined {
  const sorted = new Map<string, readonly string[]>();
  const pending = [...starts];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (sorted.has(node)) continue;
    const next = successors(node).toSorted(compareText);
    sorted.set(node, next);
    pending.push(...next);
  }
  let best: readonly string[] | undefined;
  for (const node of [...sorted.keys()].sort(compareText)) {
    const cycle = cycleThrough(node, (each) => sorted.get(each) ?? [], (best?.length ?? sorted.size + 1) - 1);
    // An earlier node gave a cycle as short or shorter, unless this one is strictly shorter.
    if (cycle !== undefined) best = cycle;
  }
  return best;
}

/**
 * Returns the shortest cycle through `start`, of at most `longest` nodes. Breadth first: with sorted successors the
 * first path found is the shortest, and of those the first in text order.
 */
export function cycleThrough(start: string, successors: Successors, longest: number): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  let level = [start];
  for (let length = 1; length <= longest && level.length > 0; length += 1) {
    const nextLevel: string[] = [];
    for (const node of level) {
      for (const next of successors(node)) {
        if (next === start) return pathTo(node, start, cameFrom);
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, node);
        nextLevel.push(next);
      }
    }
    level = nextLevel;
  }
  return undefined;
}

function pathTo(node: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [node];
  for (let at = node; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    path.push(at);
  }
  return path.toReversed();
}
