/** The index of a trace: where its plan and its blocks are, and what is in them. */
import type { VirtualTime } from '@dragon/engine';
import {
  type BlockSummary,
  CENSUS_KIND,
  checkedSummary,
  FACTS_KIND,
  KNOWN_KINDS,
  recordsOf,
  ROW_KIND,
} from './trace-block.ts';
import { foreignJson } from '../foreign-json.ts';
import { checkedFooter, isCount, isList, isObject, type JsonObject, type Malformed } from './trace-fields.ts';
import type { TraceFooter, TraceHeader } from './trace-format.ts';
import type { MemberPlace } from './trace-member.ts';

export interface TraceBlock extends MemberPlace, BlockSummary {}

export interface TraceIndex {
  readonly header: TraceHeader;
  readonly plan: MemberPlace;
  readonly blocks: readonly TraceBlock[];
  /** How the recording ended, or why it has no end: the file was cut, and these are the blocks that are whole. */
  readonly end: { readonly footer: TraceFooter } | { readonly cut: string };
}

/** Returns the text of the index, a line of JSON. */
export function formatIndex(plan: MemberPlace, blocks: readonly TraceBlock[], footer: TraceFooter): string {
  return `${JSON.stringify({ footer, plan, blocks })}\n`;
}

export function parseIndex(text: string, header: TraceHeader, malformed: Malformed): TraceIndex {
  const value = foreignJson(text);
  if (!isObject(value) || !isObject(value['footer']) || !isObject(value['plan']) || !isList(value['blocks']))
    throw malformed('an index has "footer", "plan" and "blocks"');
  const blocks = value['blocks'].map((block): TraceBlock => {
    const summary = checkedSummary(block, malformed);
    return { ...checkedPlace(isObject(block) ? block : {}, malformed), ...summary };
  });
  const early = blocks.findIndex((block, i) => block.first < (blocks[i - 1]?.last ?? 0));
  if (early >= 0) throw malformed(`block ${early + 1} begins before the end of the block before it`);
  const astray = blocks.findIndex(({ offset }, i) => i > 0 && offset < endOf(blocks[i - 1]));
  if (astray >= 0) throw malformed(`block ${astray + 1} lies before the end of the block before it`);
  const footer = checkedFooter(value['footer'], rowsIn(blocks), malformed);
  return { header, plan: checkedPlace(value['plan'], malformed), blocks, end: { footer } };
}

const endOf = (place: MemberPlace | undefined): number => (place === undefined ? 0 : place.offset + place.length);

function checkedPlace({ offset, length }: JsonObject, malformed: Malformed): MemberPlace {
  if (!isCount(offset) || !isCount(length)) throw malformed('"offset" and "length" must be numbers of bytes');
  return { offset, length };
}

/** Returns how many rows these blocks have. */
export function rowsIn(blocks: readonly BlockSummary[]): number {
  return blocks.reduce((sum, block) => sum + recordsOf(block, ROW_KIND), 0);
}

/**
 * Returns the place in `blocks` of the last block that begins at this instant or before it; 0 if all begin later. What
 * is true at the instant is told by that block and those before it.
 */
export function blockAt(blocks: readonly BlockSummary[], at: VirtualTime): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((blocks[middle]?.first ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Returns the places in `blocks` of those that have records from `from` on, and up to `to` and at it. */
export function blocksBetween(blocks: readonly BlockSummary[], from: VirtualTime, to: VirtualTime): number[] {
  // Of several blocks that begin at one instant the last is found.
  let first = blockAt(blocks, from);
  while (first > 0 && (blocks[first - 1]?.last ?? -1) >= from) first -= 1;
  const places: number[] = [];
  for (let place = first; place < blocks.length && (blocks[place]?.first ?? 0) <= to; place += 1)
    if ((blocks[place]?.last ?? 0) >= from) places.push(place);
  return places;
}

/**
 * Returns in plain words what a trace does not say although another one may; empty if it says everything. What one that
 * was cut said in the part that is gone, nobody knows.
 */
export function traceLacks({ blocks, end }: Pick<TraceIndex, 'blocks'> & Partial<Pick<TraceIndex, 'end'>>): string[] {
  if (end !== undefined && 'cut' in end) return [];
  const has = (kind: string) => blocks.some(({ kinds }) => kinds.some(([each]) => each === kind));
  return [
    ...(has(FACTS_KIND) ? [] : ['who waits for whom: it has no changes of facts']),
    ...(has(CENSUS_KIND) ? [] : ['how many inodes and pages there are, and where: it has no census']),
  ];
}

/** Returns the kinds of record that are not known here, with how many of each: as text, `weather (12)`. */
export function unknownKinds(blocks: readonly BlockSummary[]): string[] {
  const counts = new Map<string, number>();
  for (const { kinds } of blocks)
    for (const [kind, records] of kinds)
      if (!KNOWN_KINDS.includes(kind)) counts.set(kind, (counts.get(kind) ?? 0) + records);
  return [...counts].map(([kind, records]) => `${kind} (${records})`);
}
