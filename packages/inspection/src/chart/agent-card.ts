/**
 * The card of an agent: where it came from and why, where it is, and what may come, of the part of its chart that
 * matters now; the other regions of a parallel chart are words.
 */
import { type ChartNode, parentPath, type VirtualTime } from '@dragon/engine';
import { ownName } from './chart-graph.ts';
import type { ChartIndex, NumberedEdge } from './chart-index.ts';
import { possibleEdges } from './chart-marks.ts';
import { causeTitle, causeWords, type DrawnText } from './chart-text.ts';

/** A stretch of time in one state, as a record has it. */
export interface CardStretch {
  /** The state's name, as rows have it. */
  readonly state: string;
  readonly since: VirtualTime;
  /** The message that led to it, and the transitions taken as far as they are known; absent for the first state. */
  readonly cause?: { readonly message: string; readonly taken: readonly number[] } | undefined;
}

/** A state by its own name, with its path as the full text. */
export interface CardState extends DrawnText {
  readonly path: string;
}

/** What may come, or what cannot. */
export interface CardNext {
  readonly to: CardState;
  /** What makes it come. */
  readonly by: DrawnText;
  readonly edges: readonly number[];
  /** Undefined if it may come; otherwise what of the agent keeps it from that, as `policy`. */
  readonly ruledOut: readonly string[] | undefined;
}

export interface AgentCard {
  /** The names of the compounds around the state, from the outside in. */
  readonly compounds: readonly string[];
  readonly now: CardState;
  readonly since: VirtualTime;
  /** Whether it may have been there before `since`, too: it was for as many stretches as a card looks back. */
  readonly isOlder: boolean;
  /** Undefined if the agent started here, or nobody remembers. */
  readonly past: { readonly from: CardState; readonly by: DrawnText } | undefined;
  /** What comes by itself, then what else may come, then what cannot. */
  readonly next: readonly CardNext[];
  /** The other regions, each with its state. */
  readonly others: readonly { readonly region: string; readonly state: CardState }[];
}

/** What nothing in the run can make the agent do: transitions by number, and what keeps it from them. */
export type RuledOutEdges = ReadonlyMap<number, readonly string[]>;

/** How far back a card looks for what led to its state. */
const MOST_STRETCHES = 1_000;

/**
 * Returns the card of an agent. `stretches` begins with the present one and goes back; it is read as far as needed. The
 * region that waits for somebody is shown, or else the one that changed last. Undefined for a name without a state.
 */
export function agentCard(
  index: ChartIndex,
  stretches: Iterable<CardStretch>,
  ruledOut: RuledOutEdges,
): AgentCard | undefined {
  const history = new History(index, stretches);
  const { leaves } = index.read(history.at(0)?.state ?? '');
  const leaf = leaves.find(({ path }) => isBlocked(index, path)) ?? history.lastChanged(leaves);
  if (leaf === undefined) return undefined;
  const region = regionOf(index, leaf.path);
  const entered = history.entryOf(leaf.path);
  const before = history.at(entered + 1);
  const stretch = history.at(entered);
  const from = before && index.read(before.state).leaves.find(({ path }) => regionOf(index, path) === region);
  return {
    compounds: parentPath(leaf.path)
      .split('.')
      .filter((name) => name !== ''),
    now: stateOf(leaf),
    since: stretch?.since ?? 0,
    isOlder: entered + 1 >= MOST_STRETCHES,
    past: from && stretch?.cause && { from: stateOf(from), by: causeOf(index, stretch.cause, from.path) },
    next: nextOf(index, leaf, ruledOut),
    others: leaves.flatMap((each) =>
      each === leaf ? [] : [{ region: ownName(regionOf(index, each.path)), state: stateOf(each) }],
    ),
  };
}

const stateOf = ({ path }: ChartNode): CardState => ({ path, text: ownName(path), full: path });

/** Stretches that have been read. */
class History {
  readonly #index: ChartIndex;
  readonly #source: Iterator<CardStretch>;
  readonly #read: CardStretch[] = [];

  constructor(index: ChartIndex, stretches: Iterable<CardStretch>) {
    this.#index = index;
    this.#source = stretches[Symbol.iterator]();
  }

  at(back: number): CardStretch | undefined {
    const wanted = Math.min(back + 1, MOST_STRETCHES);
    while (this.#read.length < wanted) {
      const next = this.#source.next();
      if (next.done === true) break;
      this.#read.push(next.value);
    }
    return this.#read[back];
  }

  /** Returns how far back the stretch is with which the agent came into a state that it is in. */
  entryOf(path: string): number {
    let back = 0;
    for (let next = this.at(1); next !== undefined && this.#has(next, path); next = this.at(back + 1)) back += 1;
    return back;
  }

  /** Returns the leaf that was entered last. */
  lastChanged(leaves: readonly ChartNode[]): ChartNode | undefined {
    const [first] = leaves;
    if (leaves.length < 2) return first;
    for (let back = 1; ; back += 1) {
      const stretch = this.at(back);
      if (stretch === undefined) return first;
      const left = leaves.find(({ path }) => !this.#has(stretch, path));
      if (left !== undefined) return left;
    }
  }

  #has({ state }: CardStretch, path: string): boolean {
    return this.#index.read(state).active.has(path);
  }
}

/** Returns the innermost region of a parallel state that a state is in; empty if there is none. */
function regionOf(index: ChartIndex, path: string): string {
  for (let each = path; each !== ''; each = parentPath(each))
    if (index.node(parentPath(each)).type === 'parallel') return each;
  return '';
}

const isBlocked = (index: ChartIndex, path: string): boolean => {
  for (let each = path; ; each = parentPath(each)) {
    if (index.node(each).tags.includes('blocked')) return true;
    if (each === '') return false;
  }
};

/** Returns what led out of a state: the first transition of the step that left it, or the message if that is all. */
function causeOf(index: ChartIndex, { message, taken }: NonNullable<CardStretch['cause']>, from: string): DrawnText {
  const edges = taken.flatMap((number) => index.edges[number] ?? []);
  const edge = edges.find(({ source }) => source === from || from.startsWith(`${source}.`)) ?? edges[0];
  return edge === undefined ? { text: causeWords({ by: message }), full: message } : textOf(edge);
}

const textOf = (edge: Pick<NumberedEdge, 'by' | 'guard'>): DrawnText => ({
  text: causeWords(edge),
  full: causeTitle(edge),
});

function nextOf(index: ChartIndex, leaf: ChartNode, ruledOut: RuledOutEdges): CardNext[] {
  const active = new Set<string>();
  for (let path = leaf.path; path !== ''; path = parentPath(path)) active.add(path);
  const possible = possibleEdges(index, { active, leaves: [leaf] }, new Set());
  const next = new Map<string, { -readonly [Key in keyof CardNext]: CardNext[Key] }>();
  // From the inside out: what the state itself does comes before what all around it would.
  for (const path of active)
    for (const edge of index.edgesOf(path)) {
      const [target] = edge.target;
      // What a state does by itself it would have done: something else has to come before.
      if (target === undefined || edge.by === 'always' || !possible.has(edge.number)) continue;
      const out = ruledOut.get(edge.number);
      const key = `${target} ${edge.by} ${out === undefined}`;
      const known = next.get(key);
      if (known === undefined)
        next.set(key, { to: stateOf(index.node(target)), by: textOf(edge), edges: [edge.number], ruledOut: out });
      else known.edges = [...known.edges, edge.number];
    }
  const rank = ({ ruledOut: out, by: { text } }: CardNext): number =>
    out !== undefined ? 2 : text.startsWith('after ') ? 0 : 1;
  // What comes by itself before what somebody has to say, as a fault may.
  return [...next.values()].toSorted((a, b) => rank(a) - rank(b));
}
