/**
 * A block of a trace: records that follow each other, of one kind or of several, readable by themselves.
 *
 * Its text is a summary, and then for each kind in the summary's order a line of JSON with its records. A reader takes
 * the lines of the kinds that it knows, and names the others: kinds can be added without a new version.
 */
import type { Json, VirtualTime } from '@dragon/engine';
import { foreignJson } from '../foreign-json.ts';
import { isCount, isList, isName, isObject, type Malformed } from './trace-fields.ts';

/** A row: `row-columns.ts`. */
export const ROW_KIND = 'row';
/** A change of facts: `facts-columns.ts`. */
export const FACTS_KIND = 'facts';
/** An instant of the census: `census-columns.ts`. */
export const CENSUS_KIND = 'census';
/** What a rule did to a message or a timer: `verdict-columns.ts`. Only where there are any. */
export const VERDICT_KIND = 'verdict';
/** The kinds of record that are written and read. */
export const KNOWN_KINDS: readonly string[] = [ROW_KIND, FACTS_KIND, CENSUS_KIND, VERDICT_KIND];

export interface BlockSummary {
  /** The instants of its first and its last record. */
  readonly first: VirtualTime;
  readonly last: VirtualTime;
  /** How many records there are of each kind. */
  readonly kinds: readonly (readonly [kind: string, records: number])[];
}

/** The text of a block, taken apart as far as its kinds. */
export interface BlockText {
  readonly summary: BlockSummary;
  /** The line of each kind, in the summary's order. */
  readonly sections: readonly string[];
}

/** Returns the text of a block; there is a section for each kind of the summary, in its order. */
export function formatBlock(summary: BlockSummary, sections: readonly Json[]): string {
  return [summary, ...sections].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function parseBlock(text: string, malformed: Malformed): BlockText {
  const [head = '', ...sections] = text.split('\n');
  const summary = checkedSummary(foreignJson(head), malformed);
  // What follows the last newline is nothing.
  if (sections.pop() !== '' || sections.length !== summary.kinds.length)
    throw malformed(`it has ${summary.kinds.length} kinds of records, and ${sections.length} lines`);
  return { summary, sections };
}

/** Returns what is in the index for a block, or in the first line of the block itself. */
export function checkedSummary(value: Json | undefined, malformed: Malformed): BlockSummary {
  if (!isObject(value)) throw malformed('a summary is an object');
  const { first, last, kinds } = value;
  if (!isCount(first) || !isCount(last) || first > last)
    throw malformed('"first" and "last" must be nanoseconds, in this order');
  if (!isList(kinds)) throw malformed('"kinds" must be a list');
  return {
    first,
    last,
    kinds: kinds.map((entry) => {
      const [kind, records] = isList(entry) ? entry : [];
      if (!isName(kind) || !isCount(records)) throw malformed('a kind is a name and a number of records');
      return [kind, records];
    }),
  };
}

/** Returns how many records of this kind a block has. */
export function recordsOf({ kinds }: BlockSummary, kind: string): number {
  return kinds.reduce((sum, [each, records]) => (each === kind ? sum + records : sum), 0);
}
