/**
 * Coverage of charts: which transitions of which machine have been taken, by an observer of runs and of transcripts,
 * and which have not.
 */
import type { AgentDefinition, Move, Observer, Seen } from '@dragon/engine';

const edgeName = (machine: string, source: string, by: string, index: number): string =>
  `${machine} ${source || '(root)'} --${by}${index === 0 ? '' : ` ${index + 1}`}-->`;

export class Coverage implements Observer {
  readonly moves = true;
  readonly #taken = new Set<string>();

  see({ definition, moves }: Pick<Seen, 'definition' | 'moves'>): void {
    this.note(definition, moves ?? []);
  }

  note({ chart }: AgentDefinition, moves: readonly Move[]): void {
    for (const { taken } of moves)
      for (const { source, by, index } of taken) this.#taken.add(edgeName(chart?.id ?? '', source, by, index));
  }

  /** Returns the transitions that nobody has taken, one line each: machine, state, cause, target. */
  untaken(definitions: Iterable<AgentDefinition>): string[] {
    const missing = new Set<string>();
    for (const { chart } of definitions) {
      for (const { path, edges } of chart?.nodes ?? []) {
        for (const { by, index, target } of edges) {
          const name = edgeName(chart?.id ?? '', path, by, index);
          if (!this.#taken.has(name)) missing.add(`${name} ${target.join(' ') || '(stays)'}`);
        }
      }
    }
    return [...missing].sort();
  }
}
