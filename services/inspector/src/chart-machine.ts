/**
 * A chart of ours as the definition of an XState 4 machine, which is what @xstate/inspect's protocol carries: for any
 * client to draw. The chart itself goes along in the root's `meta`, for a page that knows ours.
 */
import type { Chart, ChartEdge, ChartNode } from '@dragon/engine';

type Definition = { readonly [key: string]: unknown };

/** Returns the definition of a machine named `id`. */
export function chartMachine(id: string, chart: Chart | undefined): Definition {
  const [root, ...inner] = chart?.nodes ?? [];
  // A kind without a chart has one state, whatever it is called.
  if (chart === undefined || root === undefined) return { id, initial: 'state', states: { state: {} } };
  const children = new Map<string, ChartNode[]>();
  for (const node of inner) {
    const parent = parentOf(node);
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [node]);
    else known.push(node);
  }
  const definitionOf = (node: ChartNode): Definition => {
    const states = (children.get(node.path) ?? []).map((child) => [keyOf(child), definitionOf(child)] as const);
    return {
      ...(node.type === 'parallel' || node.type === 'final' ? { type: node.type } : {}),
      ...(node.initial === undefined ? {} : { initial: node.initial }),
      ...(node.tags.length === 0 ? {} : { tags: node.tags }),
      ...(node.meta === undefined ? {} : { meta: node.meta }),
      entry: node.entry,
      exit: node.exit,
      ...transitionsOf(node, id),
      states: Object.fromEntries(states),
    };
  };
  return { ...definitionOf(root), id, meta: { chart } };
}

/** Returns the keys `on`, `always` and `onDone`. */
function transitionsOf({ edges }: ChartNode, id: string): Definition {
  const on: Record<string, Definition[]> = {};
  const [always, onDone]: [Definition[], Definition[]] = [[], []];
  for (const edge of edges) {
    const transition = transitionOf(edge, id);
    if (edge.by === 'always') always.push(transition);
    else if (edge.by === 'done') onDone.push(transition);
    else (on[edge.by] ??= []).push(transition);
  }
  return { on, ...(always.length > 0 && { always }), ...(onDone.length > 0 && { onDone }) };
}

function transitionOf({ target, guard, actions, reenter }: ChartEdge, id: string): Definition {
  return {
    ...(target.length > 0 && { target: target.map((path) => `#${id}.${path}`) }),
    ...(guard !== undefined && { cond: guard }),
    actions,
    internal: !reenter,
  };
}

const keyOf = ({ path }: ChartNode) => path.slice(path.lastIndexOf('.') + 1);
const parentOf = ({ path }: ChartNode) => path.slice(0, Math.max(0, path.lastIndexOf('.')));
