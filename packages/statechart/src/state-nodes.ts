/** The nodes of a machine's chart in the document's order. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** Returns every state node of a machine, the root first. */
export function stateNodes(machine: AnyStateMachine): AnyStateNode[] {
  const collect = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(collect)];
  return collect(machine.root);
}
