/** What is said of the parts of a chart at an instant: where the agent is, what it has just done, what it may do. */
import type { NamedState } from '@dragon/engine';
import type { LayoutBox, LayoutLine } from './chart-layout.ts';
import type { ChartIndex } from './chart-index.ts';
import type { StateLook } from '../state-look.ts';

/** Transitions are given by their numbers, states by their paths. */
export interface ChartMarks {
  readonly active: ReadonlySet<string>;
  /** How the active leaves look; `find` if the agent is a party of a finding. */
  readonly look: StateLook | 'find';
  /** The transitions of the last step. */
  readonly taken: ReadonlySet<number>;
  /** Where the agent has been and what it has taken before, as far as that is known. */
  readonly visitedStates: ReadonlySet<string>;
  readonly visitedEdges: ReadonlySet<number>;
  readonly possible: ReadonlySet<number>;
  /** Those that nothing in the run can make the agent take. */
  readonly ruledOut: ReadonlySet<number>;
}

/** Marks that say nothing. */
export const NO_MARKS: ChartMarks = {
  active: new Set(),
  look: 'part',
  taken: new Set(),
  visitedStates: new Set(),
  visitedEdges: new Set(),
  possible: new Set(),
  ruledOut: new Set(),
};

/** Returns the numbers of the transitions that may come next: those of all active states that lead anywhere. */
export function possibleEdges(
  index: ChartIndex,
  { active, leaves }: Pick<NamedState, 'active' | 'leaves'>,
  ruledOut: ReadonlySet<number>,
): Set<number> {
  const finals = new Set(leaves.flatMap(({ path, type }) => (type === 'final' ? [path] : [])));
  const possible = new Set<number>();
  for (const path of ['', ...active])
    for (const { number, target, by } of index.edgesOf(path)) {
      if (target.length === 0 || ruledOut.has(number)) continue;
      // A compound is done when the agent has come to the final state in it.
      if (by === 'done' && ![...finals].some((final) => final.startsWith(`${path}.`))) continue;
      possible.add(number);
    }
  return possible;
}

/** Returns the classes of a box. */
export function boxMarks({ path, kind }: Pick<LayoutBox, 'path' | 'kind'>, marks: ChartMarks): string[] {
  const { active, look, visitedStates } = marks;
  if (active.has(path)) return kind === 'open' ? ['around'] : ['active', `look-${look}`];
  return visitedStates.has(path) ? ['visited'] : [];
}

/** Returns the classes of a line: the strongest thing that holds of one of its transitions. */
export function lineMarks({ edges }: Pick<LayoutLine, 'edges'>, marks: ChartMarks): string[] {
  const has = (set: ReadonlySet<number>) => edges.some((edge) => set.has(edge));
  const classes = has(marks.possible) ? ['possible'] : [];
  if (has(marks.taken)) return [...classes, 'taken'];
  if (has(marks.visitedEdges)) return [...classes, 'visited'];
  if (edges.length > 0 && edges.every((edge) => marks.ruledOut.has(edge))) return ['out'];
  return classes;
}
