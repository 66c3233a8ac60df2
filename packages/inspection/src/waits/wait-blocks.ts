/**
 * Waits in layers: tasks that have to do with one another are a block, in which each stands in a layer before the one
 * it waits for, beside the others of its queue. Who waits for nobody is in the last.
 */
import type { AgentId } from '@dragon/engine';
import type { Cell } from './wait-drawing.ts';
import type { WaitEdge, WaitNode } from './wait-graph.ts';

export interface WaitBlock {
  readonly nodes: readonly WaitNode[];
  readonly cells: ReadonlyMap<AgentId, Cell>;
  /** In layers, and in tasks side by side. */
  readonly depth: number;
  readonly breadth: number;
}

/** Returns the blocks in the order of the nodes; who neither waits nor is waited for is in none. */
export function waitBlocks(nodes: readonly WaitNode[], edges: readonly WaitEdge[]): WaitBlock[] {
  const blocks: WaitBlock[] = [];
  const seen = new Set<AgentId>();
  for (const { id } of nodes) {
    if (seen.has(id)) continue;
    const members = connected(id, edges);
    for (const member of members) seen.add(member);
    if (members.size > 1)
      blocks.push(
        blockOf(
          nodes.filter((node) => members.has(node.id)),
          edges,
        ),
      );
  }
  return blocks;
}

/** Returns the arrows that lead on: without those by which some wait in a circle. */
export function forwardEdges(nodes: readonly WaitNode[], edges: readonly WaitEdge[]): WaitEdge[] {
  const open = new Set<AgentId>();
  const done = new Set<AgentId>();
  const forward: WaitEdge[] = [];
  const visit = (id: AgentId): void => {
    open.add(id);
    for (const edge of edges.filter(({ from }) => from === id)) {
      if (open.has(edge.to)) continue;
      forward.push(edge);
      if (!done.has(edge.to)) visit(edge.to);
    }
    open.delete(id);
    done.add(id);
  };
  for (const { id } of nodes) if (!done.has(id)) visit(id);
  return forward;
}

function connected(start: AgentId, edges: readonly WaitEdge[]): Set<AgentId> {
  const found = new Set([start]);
  // A set that grows is walked to its new end.
  for (const id of found)
    for (const { from, to } of edges) {
      if (from === id) found.add(to);
      if (to === id) found.add(from);
    }
  return found;
}

function blockOf(nodes: readonly WaitNode[], edges: readonly WaitEdge[]): WaitBlock {
  const ids = new Set(nodes.map(({ id }) => id));
  const forward = forwardEdges(
    nodes,
    edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  );
  const targets = (id: AgentId): AgentId[] => forward.flatMap(({ from, to }) => (from === id ? [to] : []));
  const steps = new Map<AgentId, number>();
  const stepsOf = (id: AgentId): number => {
    const known = steps.get(id);
    if (known !== undefined) return known;
    const own = Math.max(-1, ...targets(id).map(stepsOf)) + 1;
    steps.set(id, own);
    return own;
  };
  const depth = Math.max(...nodes.map(({ id }) => stepsOf(id))) + 1;
  // Each stands in the queue of one that is a layer further, if it waits for several.
  const heads = new Map(nodes.map(({ id }) => [id, targets(id).find((target) => stepsOf(target) === stepsOf(id) - 1)]));
  const cells = new Map<AgentId, Cell>();
  let breadth = 0;
  const place = (id: AgentId): number => {
    const queue = nodes.filter((node) => heads.get(node.id) === id).map((node) => place(node.id));
    const [first, last] = [queue[0], queue.at(-1)];
    const across = first === undefined || last === undefined ? breadth++ : (first + last) / 2;
    cells.set(id, { layer: depth - 1 - stepsOf(id), across });
    return across;
  };
  for (const { id } of nodes) if (heads.get(id) === undefined) place(id);
  return { nodes, cells, depth, breadth };
}
