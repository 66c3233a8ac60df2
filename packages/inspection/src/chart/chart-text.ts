/** The words on a chart's drawing: names, labels of transitions, and how they are cut to fit. */
import type { GraphLine, GraphNode } from './chart-graph.ts';
import type { NumberedEdge } from './chart-index.ts';

/** A text as it is drawn, and in full. */
export interface DrawnText {
  readonly text: string;
  readonly full: string;
}

/** Returns what makes a transition fire in as few words as say it: a message without its receiver. */
const causeText = ({ by }: Pick<NumberedEdge, 'by'>): string => by.slice(by.indexOf('.') + 1);

/** Returns it as part of a phrase: `on workFlushed`, `after rebuild`. Only messages have a receiver before a dot. */
export const causeWords = ({ by }: Pick<NumberedEdge, 'by'>): string =>
  by.includes('.') ? `on ${causeText({ by })}` : by;

/** Returns the whole of what is known of a transition's cause, with its guard if that has a name. */
export function causeTitle({ by, guard }: Pick<NumberedEdge, 'by' | 'guard'>): string {
  return guard === undefined || guard === UNNAMED ? by : `${by} [${guard}]`;
}

/** What a chart calls a guard that has no name. */
const UNNAMED = '(inline)';

/** Labels longer than this are cut; in characters. */
const LONGEST_LABEL = 26;
/** A line that stands for more transitions than this says so instead of naming them all. */
const MOST_LABELS = 3;

/** Returns the labels of a line, one below the other: each cause once, with its guard. */
export function lineLabels({ edges }: Pick<GraphLine, 'edges'>): DrawnText[] {
  const labels = new Map<string, string>();
  for (const edge of edges) {
    const guard = edge.guard === undefined || edge.guard === UNNAMED ? '' : ` [${edge.guard}]`;
    const text = `${causeText(edge)}${guard}`;
    if (!labels.has(text)) labels.set(text, causeTitle(edge));
  }
  const all = [...labels].map(([text, full]) => ({ text: shortened(text, LONGEST_LABEL), full }));
  if (all.length <= MOST_LABELS) return all;
  const rest = all.slice(MOST_LABELS - 1);
  const full = rest.map((label) => label.full).join('\n');
  return [...all.slice(0, MOST_LABELS - 1), { text: `and ${rest.length} more`, full }];
}

/** Returns the text, cut behind with "…" if it is longer than `most` characters. */
const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** Returns the second line of a closed compound. */
export const hiddenText = ({ hidden }: Pick<GraphNode, 'hidden'>): string =>
  hidden === 1 ? '1 state' : `${hidden} states`;
