/** Edges of the verdicts of a comparison: what is known of them, as text. */
import { foldLines, textTable } from '@dragon/report';
import type { Edge, EdgeRange, Edges } from './edge-search.ts';
import { policyLabel } from './policy-label.ts';
import { tallyText } from './run-outcome.ts';

/** What a comparison has of a search for edges. */
export interface ComparedEdges extends Edges {
  /** Runs of each candidate at each point, and of all points together. */
  readonly runsPerPoint: number;
  readonly runs: number;
  readonly mostRuns: number;
  /** Parameters that cannot be so many times as large: they are usually 0. */
  readonly notVaried: readonly string[];
}

export const EDGE_HEAD = ['changed', 'usually', 'flips at', 'factor', 'candidate', 'usual verdict', 'and beyond'];

/** Returns the cells of a row. */
export function edgeCells({ variable, policy, usual, from, to, isRough }: Edge): string[] {
  return [
    variable,
    usual,
    `${isRough ? 'before ' : ''}${to.text}`,
    `x${shortFactor(to.factor)}`,
    policyLabel(policy),
    tallyText(from.tally),
    tallyText(to.tally),
  ];
}

const shortFactor = (factor: number): string => String(Number(factor.toPrecision(3)));

/** Returns what the search found, in lines of at most `width` columns. */
export function edgeLines(edges: ComparedEdges, width: number): string[] {
  const rows = edges.found.map(edgeCells);
  return [
    ...foldLines([edgeHeadline(edges)], width),
    ...(rows.length === 0 ? [] : textTable(rows, { width, indent: '  ', head: EDGE_HEAD })),
    ...foldLines(edgeNotes(edges), width),
  ];
}

/** `Edges (…): the nearest is free 90MiB (x0.56), skip-kswapd: kills 3 of 3 instead of nothing in 3.` */
export function edgeHeadline({ found: [nearest], runsPerPoint, runs, mostRuns }: ComparedEdges): string {
  const how = `Edges (${runsPerPoint} ${runsPerPoint === 1 ? 'run' : 'runs'} a point; ${runs} of at most ${mostRuns})`;
  if (nearest === undefined) return `${how}: no change flips a verdict, as far as it was looked at.`;
  const { variable, from, to, policy } = nearest;
  return `${how}: the nearest is ${variable} ${to.text} (x${shortFactor(to.factor)}), ${policyLabel(policy)}: ${tallyText(to.tally)} instead of ${tallyText(from.tally)}.`;
}

/** Returns sentences on what flips nothing, and on what is not known. */
export function edgeNotes({ never, unknown, notVaried }: ComparedEdges): string[] {
  const ranges = (some: readonly EdgeRange[]) =>
    some.map(({ variable, least, most }) => `${variable} (${least === most ? least : `${least}..${most}`})`).join(', ');
  return [
    ...(never.length === 0 ? [] : [`Flips no verdict within its range: ${ranges(never)}.`]),
    ...(unknown.length === 0 ? [] : [`Not known, as the runs gave out: ${ranges(unknown)}.`]),
    ...(notVaried.length === 0 ? [] : [`Not varied, as it is usually 0: ${notVaried.join(', ')}.`]),
  ];
}

/** The nearest edge of a policy. */
export function nearestEdge(edges: ComparedEdges | null, policy: string): Edge | undefined {
  return edges?.found.find((edge) => edge.policy === policy);
}
