/**
 * A search for edges of a verdict: how little a parameter or a constant must change until a candidate does something
 * else in most of its runs.
 *
 * It knows nothing of runs. It is told what is known, and answers with what it has to know next, or with the edges; so
 * it can go on from what a file has kept, and does the same whoever makes the runs, and in whichever order.
 *
 * Each way, from the usual value down and up, the end of the range comes first. If the verdict is another one there,
 * halving the logarithm of what lies between leads to an edge: between two values that are next to each other or no
 * further apart than `CLOSE` one verdict becomes another. If it is the same at the end, none is looked for: a verdict
 * that changes and changes back in between is not seen. Nor is, if it changes three times, which of these edges is the
 * nearest.
 */
import { type OutcomeTally, sameVerdict } from './run-outcome.ts';

/** What can be changed: so many times its usual value. */
export interface EdgeVariable {
  readonly name: string;
  /** A factor of 1 or less, and one of 1 or more. */
  readonly least: number;
  readonly most: number;
  /** Returns the value, as a person writes it; factors that come to the same have the same text. */
  readonly textOf: (factor: number) => string;
}

export interface EdgePoint {
  readonly variable: EdgeVariable;
  readonly factor: number;
  readonly policy: string;
}

export interface EdgeInput {
  readonly variables: readonly EdgeVariable[];
  readonly policies: readonly string[];
  /** With everything as usual. */
  readonly usual: (policy: string) => OutcomeTally;
  /** Returns what is known of a point; undefined: nothing yet. */
  readonly known: (point: EdgePoint) => OutcomeTally | undefined;
  /** Points that may be looked at in all. */
  readonly most: number;
}

/** Where the verdict of a policy becomes another one. */
export interface Edge {
  readonly variable: string;
  readonly policy: string;
  readonly usual: string;
  /** The last value that still has the usual verdict, and the first that has another. */
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  /** Whether the runs gave out before both were close to each other. */
  readonly isRough: boolean;
}

interface EdgeEnd {
  readonly factor: number;
  readonly text: string;
  readonly tally: OutcomeTally;
}

/** Nearest first. */
export interface Edges {
  readonly found: readonly Edge[];
  /** What flips no verdict, however far it goes within its range. */
  readonly never: readonly EdgeRange[];
  /** What was not looked at on both sides, as the runs gave out. */
  readonly unknown: readonly EdgeRange[];
  readonly points: number;
}

export interface EdgeRange {
  readonly variable: string;
  readonly least: string;
  readonly most: string;
}

/** Values within a tenth of each other are one edge. */
const CLOSE = 1.1;

interface Side {
  readonly variable: EdgeVariable;
  readonly policy: string;
  readonly end: number;
  same: EdgeEnd;
  /** undefined: the end was not looked at. */
  other: EdgeEnd | undefined;
  state: 'open' | 'same' | 'edge';
}

/** Returns the edges, or the points that have to be known first. */
export function searchEdges(input: EdgeInput): { readonly edges: Edges } | { readonly wanted: readonly EdgePoint[] } {
  const sides = sidesOf(input);
  let points = 0;
  for (;;) {
    const open = sides.filter(({ state }) => state === 'open');
    const affordable = open.slice(0, input.most - points);
    const asked = affordable.map((side) => ({ side, point: pointOf(side) }));
    const wanted = asked.filter(({ point }) => input.known(point) === undefined).map(({ point }) => point);
    if (wanted.length > 0) return { wanted };
    if (asked.length === 0) return { edges: edgesOf(input, sides, points) };
    for (const { side, point } of asked) {
      const tally = input.known(point);
      if (tally !== undefined) learn(side, { factor: point.factor, text: textAt(point), tally });
    }
    points += asked.length;
  }
}

/** How far a factor is from 1, whichever way. */
const distance = (factor: number) => Math.max(factor, 1 / factor);

const textAt = ({ variable, factor }: EdgePoint) => variable.textOf(factor);

/** The sides of all variables that have any room, in their order. */
function sidesOf({ variables, policies, usual }: EdgeInput): Side[] {
  return variables.flatMap((variable) =>
    policies.flatMap((policy) =>
      endsOf(variable).map((end): Side => {
        const same = { factor: 1, text: variable.textOf(1), tally: usual(policy) };
        return { variable, policy, end, same, other: undefined, state: 'open' };
      }),
    ),
  );
}

function endsOf(variable: EdgeVariable): number[] {
  return [variable.least, variable.most].filter((end) => variable.textOf(end) !== variable.textOf(1));
}

function pointOf({ variable, policy, end, same, other }: Side): EdgePoint {
  return { variable, policy, factor: other === undefined ? end : between(same.factor, other.factor) };
}

/** Half of the logarithm, to six digits: such a number has one way to be written. */
const between = (a: number, b: number) => Number(Math.sqrt(a * b).toPrecision(6));

function learn(side: Side, seen: EdgeEnd): void {
  const isOther = !sameVerdict(side.same.tally, seen.tally);
  if (side.other === undefined && !isOther) side.state = 'same';
  if (isOther) side.other = seen;
  else side.same = seen;
  if (side.other !== undefined && isClose(side, side.other)) side.state = 'edge';
}

function isClose({ variable, same }: Side, other: EdgeEnd): boolean {
  if (distance(other.factor / same.factor) <= CLOSE) return true;
  return [same.text, other.text].includes(variable.textOf(between(same.factor, other.factor)));
}

function edgesOf({ variables, policies }: EdgeInput, sides: readonly Side[], points: number): Edges {
  const found = variables.flatMap((variable) =>
    policies.flatMap((policy) => {
      const own = sides.filter((side) => side.variable === variable && side.policy === policy);
      return nearest(own.flatMap((side) => edgeOf(side) ?? []));
    }),
  );
  const rest = variables.filter(({ name }) => !found.some(({ variable }) => variable === name));
  const isUnknown = (variable: EdgeVariable) =>
    sides.some((side) => side.variable === variable && side.state === 'open');
  return {
    found: found.toSorted((a, b) => distance(a.to.factor) - distance(b.to.factor)),
    never: rest.filter((variable) => !isUnknown(variable)).map(rangeOf),
    unknown: rest.filter(isUnknown).map(rangeOf),
    points,
  };
}

function edgeOf({ variable, policy, same, other, state }: Side): Edge | undefined {
  if (other === undefined) return undefined;
  const usual = variable.textOf(1);
  return { variable: variable.name, policy, usual, from: same, to: other, isRough: state === 'open' };
}

const nearest = (edges: readonly Edge[]) =>
  edges.toSorted((a, b) => distance(a.to.factor) - distance(b.to.factor)).slice(0, 1);

const rangeOf = ({ name, least, most, textOf }: EdgeVariable): EdgeRange => ({
  variable: name,
  least: textOf(least),
  most: textOf(most),
});
