/** The nodes of a machine's chart in the document's order, and the names of sets of them. */
import { stateName } from '@dragon/engine';
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** Returns every state node of a machine, the root first. */
export function stateNodes(machine: AnyStateMachine): AnyStateNode[] {
  const collect = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(collect)];
  return collect(machine.root);
}

/** Returns whether a node has no states of its own. */
export const isLeaf = ({ type }: AnyStateNode): boolean => type === 'atomic' || type === 'final';

/** Returns whether `inner` is `node` or lies in it. */
export function isWithin(inner: AnyStateNode, node: AnyStateNode): boolean {
  for (let each: AnyStateNode | undefined = inner; each !== undefined; each = each.parent)
    if (each === node) return true;
  return false;
}

/**
 * Returns the name of a set of active nodes: the paths of its leaves in document order, `balancing.shrinkingLru`, or of
 * parallel regions `timer.armed worker.idle`.
 */
export function leavesName(nodes: readonly AnyStateNode[]): string {
  const leaves = nodes.filter(isLeaf).toSorted((a, b) => a.order - b.order);
  return stateName(leaves.map(({ path }) => path.join('.')));
}
