/**
 * Coverage of charts: an observer that notes which transitions are taken, by runs and by transcripts, and names those
 * that nobody takes.
 */
import type { AgentDefinition, Chart, ChartNode, Move, Observer, Seen, Taken } from '@dragon/engine';
import { edgeText } from '../golden/chart-text.ts';

export class Coverage implements Observer {
  readonly moves = true;
  readonly #taken = new Set<string>();
  /** Compiled charts tell of a transition with the same object each time. */
  readonly #noted = new WeakSet<Taken>();
  readonly #parts = new Map<Chart, ReadonlyMap<string, string>>();

  see({ definition, moves = [] }: Pick<Seen, 'definition' | 'moves'>): void {
    this.note(definition, moves);
  }

  note({ chart }: AgentDefinition, moves: readonly Move[]): void {
    if (chart === undefined) return;
    for (const { taken } of moves) for (const each of taken) if (!this.#noted.has(each)) this.#noteTaken(chart, each);
  }

  #noteTaken(chart: Chart, taken: Taken): void {
    const { source, by, index } = taken;
    this.#taken.add(`${this.#partsOf(chart).get(source)} ${by} ${index}`);
    this.#noted.add(taken);
  }

  /**
   * Returns the transitions that nobody has taken, one line each, of a part of several charts the first. A number
   * behind one says that it is not the first of its state and cause.
   */
  untaken(definitions: Iterable<AgentDefinition>): string[] {
    const missing = new Map<string, string>();
    for (const { chart } of definitions) {
      if (chart === undefined) continue;
      const parts = this.#partsOf(chart);
      for (const node of chart.nodes) {
        for (const edge of node.edges) {
          const key = `${parts.get(node.path)} ${edge.by} ${edge.index}`;
          const nth = edge.index === 0 ? '' : ` (${edge.index + 1})`;
          if (!this.#taken.has(key) && !missing.has(key)) missing.set(key, `${chart.id} ${edgeText(node, edge)}${nth}`);
        }
      }
    }
    return [...missing.values()].sort();
  }

  /**
   * Returns for each node of a chart what it is a part of. Nodes that are alike in all but where they stand are one
   * part, and so are the handlers of all roots: what several threads share is built into each of them, and a transition
   * need be taken in one.
   */
  #partsOf(chart: Chart): ReadonlyMap<string, string> {
    let parts = this.#parts.get(chart);
    if (parts === undefined) {
      parts = new Map(chart.nodes.map((node) => [node.path, node.path === '' ? 'root' : partOf(node)]));
      this.#parts.set(chart, parts);
    }
    return parts;
  }
}

function partOf({ path, edges, ...node }: ChartNode): string {
  const own = (each: string) => each.slice(each.lastIndexOf('.') + 1);
  const shape = edges.map(({ target, ...edge }) => ({ ...edge, target: target.map(own) }));
  return JSON.stringify([own(path), node, shape]);
}
