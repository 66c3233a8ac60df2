/**
 * The layout of a graph of waits: a ring if there is one, or may come to be one; layers otherwise. Who has a place
 * keeps it as long as that can be.
 */
import type { WaitGraphView } from './wait-graph.ts';
import type { LayoutInput, WaitLayout } from './wait-drawing.ts';
import { layeredLayout } from './layered-layout.ts';
import { ringLayout } from './ring-layout.ts';

/** So many stand on the corners of a ring before it closes. */
const MOST_IN_CHAIN = 3;

export function waitLayout(input: LayoutInput): WaitLayout {
  const { graph, parties, before, mayClose } = input;
  const isDrawn = (agent: string): boolean => graph.nodes.some(({ id }) => id === agent);
  if (graph.cycle.length > 0 || parties.some(isDrawn)) return ringLayout(input);
  const isLayered = before?.layers !== undefined && [...before.boxes.keys()].some(isDrawn);
  return mayClose && !isLayered && isChain(graph) ? ringLayout(input) : layeredLayout(input);
}

/** Whether all there is are a few tasks, each waiting for the next, and others that only wait for one of them. */
function isChain({ nodes, edges }: Pick<WaitGraphView, 'nodes' | 'edges'>): boolean {
  const isLink = new Map(
    nodes.map(({ id, isHolder, agents, spareHolds }) => [
      id,
      isHolder || (agents.length === 1 && spareHolds.length > 0),
    ]),
  );
  const links = nodes.filter(({ id }) => isLink.get(id) === true);
  if (links.length > MOST_IN_CHAIN) return false;
  const steps = edges.filter(({ from, to }) => isLink.get(from) === true && isLink.get(to) === true);
  const ends = (of: 'from' | 'to'): number => new Set(steps.map((step) => step[of])).size;
  return steps.length === links.length - 1 && ends('from') === steps.length && ends('to') === steps.length;
}
