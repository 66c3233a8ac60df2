/** State names as rows show them, `timer.armed worker.idle`: how they are written, and what of a chart they name. */
import type { Chart, ChartNode } from './agent.ts';

/** Returns the name of a state whose active leaves have these paths, in document order. */
export const stateName = (leaves: readonly string[]): string => leaves.join(' ');

/** Returns the name with a word that says more of the state than its chart does, as `offCpu`. */
export const stateNameWith = (name: string, word: string): string => `${name} ${word}`;

/** What a state's name says of a chart. */
export interface NamedState {
  /** The active leaves, in document order. */
  readonly leaves: readonly ChartNode[];
  /** The paths of all active nodes but the root: leaves and the compounds around them. */
  readonly active: ReadonlySet<string>;
  /** Words that name no state of the chart: what `stateNameWith` has added. */
  readonly others: readonly string[];
}

/**
 * Returns what reads the names of a chart's states. A word that is no leaf is among the `others`: a name made by
 * another version of the chart is read as far as it goes.
 */
export function stateNameReader({ nodes }: Chart): (name: string) => NamedState {
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const isLeaf = (node: ChartNode | undefined): node is ChartNode => node?.type === 'atomic' || node?.type === 'final';
  return (name) => {
    const leaves: ChartNode[] = [];
    const active = new Set<string>();
    const others: string[] = [];
    for (const word of name === '' ? [] : name.split(' ')) {
      const node = byPath.get(word);
      if (!isLeaf(node)) {
        others.push(word);
        continue;
      }
      leaves.push(node);
      for (let path = word; path !== ''; path = parentPath(path)) active.add(path);
    }
    return { leaves, active, others };
  };
}

/** Returns the path of the node around a node: `worker` of `worker.idle`; empty, the root's, of a node at the top. */
export const parentPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));
