/**
 * The text of a statechart for golden transcripts: a line for each of its transitions, in the order in which they are
 * tried, as `state --by [guard]--> target`. A guard without a name is `(inline)`, a transition that only acts leads to
 * `(stays)`, and `[*]` is where a state with children begins. The tags of a state stand beside it in parentheses.
 */
import type { Chart, ChartEdge, ChartNode } from '@dragon/engine';

/** Returns the lines of a chart: of each state its beginning and its transitions, or its name if it has neither. */
export function chartText({ nodes }: Chart): string[] {
  return nodes.flatMap((node) => {
    const begins = node.initial === undefined ? [] : [`[*] --> ${childPath(node, node.initial)}`];
    const edges = node.edges.map((edge) => edgeText(node, edge));
    const isLeaf = node.type === 'atomic' || node.type === 'final';
    return isLeaf && edges.length === 0 ? [stateText(node)] : [...edges, ...begins];
  });
}

export function edgeText(node: Pick<ChartNode, 'path' | 'tags'>, { by, guard, target }: ChartEdge): string {
  const named = guard === undefined || guard.startsWith('(') ? guard : `[${guard}]`;
  const cause = named === undefined ? by : `${by} ${named}`;
  return `${stateText(node)} --${cause}--> ${target.join(' ') || '(stays)'}`;
}

function stateText({ path, tags }: Pick<ChartNode, 'path' | 'tags'>): string {
  const name = path === '' ? '(root)' : path;
  return tags.length === 0 ? name : `${name} (${tags.join(', ')})`;
}

function childPath({ path }: ChartNode, child: string): string {
  return path === '' ? child : `${path}.${child}`;
}
