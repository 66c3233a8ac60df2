/**
 * Reads a trace without knowing where it is: each function is a generator that asks for some bytes of the file, or for
 * the text of a member, and takes the answer. So the same code reads a file on a disk and one that was dropped on a web
 * page, and a test counts what was asked for. Whoever has the file answers: `answerReading` does.
 */
import type { Json, Row, ToldVerdict } from '@dragon/engine';
import { foreignJson } from '../foreign-json.ts';
import { type CensusDelta, deltasOfCensus } from './census-columns.ts';
import { deltasOfColumns } from './facts-columns.ts';
import type { FactsDelta } from './facts-delta.ts';
import { type BlockText, CENSUS_KIND, FACTS_KIND, parseBlock, ROW_KIND, VERDICT_KIND } from './trace-block.ts';
import { TraceError } from './trace-error.ts';
import { checkedHeader, checkedPlan, isObject, type JsonObject } from './trace-fields.ts';
import { TRACE_FORMAT, TRACE_VERSION, type TraceHeader } from './trace-format.ts';
import { parseIndex, rowsIn, type TraceBlock, type TraceIndex } from './trace-index.ts';
import { END_MEMBER, MEMBER_HEAD, type MemberHead, type MemberPlace, parseMemberHead } from './trace-member.ts';
import { checkedColumns, type RowColumns, RowTable, rowsOfColumns } from './row-columns.ts';
import { verdictsOfColumns } from './verdict-columns.ts';

/** `bytes` wants those from `offset` on, as many as there are up to `length`; `text` what a gzip member there holds. */
export interface TraceQuestion extends MemberPlace {
  readonly want: 'bytes' | 'text';
}

/** A text is undefined if the member is damaged: gzip has a checksum. */
export type TraceAnswer = Uint8Array | string | undefined;

/** Every reading may throw a `TraceError`. */
export type Reading<T> = Generator<TraceQuestion, T, TraceAnswer>;

/** What a trace is called in messages, and how many bytes it has. */
export interface TraceName {
  readonly path: string;
  readonly size: number;
}

/** Returns whether these first bytes of a file are those of a trace container. */
export function isTraceContainer(bytes: Uint8Array): boolean {
  return parseMemberHead(bytes)?.kind === 'header';
}

/**
 * Reads header and index: all that it takes to find any instant. In a file that was cut, or whose index is damaged, the
 * blocks are looked for one by one.
 */
export function* readIndex(name: TraceName): Reading<TraceIndex> {
  const { path, size } = name;
  const head = yield* headAt(0);
  if (head?.kind !== 'header')
    throw new TraceError('not-a-trace', path, `${path} is not a trace: it does not begin with a header`);
  const text = head.length > size ? undefined : yield* textAt({ offset: 0, length: head.length });
  if (text === undefined) throw truncated(path, 0, 'its header is not whole');
  const header = headerOf(text, path);
  const end = yield* headAt(Math.max(0, size - END_MEMBER));
  if (end?.kind !== 'end') return yield* walk(name, header, head.length, 'it has no index');
  const index = yield* textAt({ offset: end.index, length: size - END_MEMBER - end.index });
  if (index === undefined) return yield* walk(name, header, head.length, 'its index is damaged');
  return parseIndex(index, header, (why) => malformed(path, 'its index', why));
}

/** Reads the plan that was recorded; nobody has looked yet whether it can be run. */
export function* readPlan({ path }: TraceName, { header, plan }: TraceIndex): Reading<JsonObject> {
  const text = yield* textAt(plan);
  if (text === undefined) throw malformed(path, 'its plan', 'it is damaged');
  return checkedPlan(text, header, (why) => malformed(path, 'its plan', why));
}

/** What a block has; of a kind that it lacks there is none. */
export interface TraceRecords {
  readonly rows: RowColumns;
  /** Changes since the block before, and since the start in the first: for a `FactsDecoder`. */
  readonly facts: readonly FactsDelta[];
  /** For a `CensusDecoder`. */
  readonly census: readonly CensusDelta[];
  readonly verdicts: readonly ToldVerdict[];
}

/** Reads all records of a block that are known here; `nth` is its place in the index. */
export function* readRecords(name: TraceName, index: TraceIndex, nth: number): Reading<TraceRecords> {
  const block = yield* blockText(name, index, nth);
  const rows = rowsOf(block);
  const [facts, census, verdicts] = [factsOf(block, rows), censusOf(block, rows), verdictsOf(block, rows)];
  return { rows, facts, census, verdicts };
}

/** What a block has, in rows. */
export interface TraceBlockRows extends Omit<TraceRecords, 'rows'> {
  readonly rows: readonly Row[];
}

/** Reads all records of a block that are known here, each row by itself. */
export function* readBlock(name: TraceName, index: TraceIndex, nth: number): Reading<TraceBlockRows> {
  const { rows, ...others } = yield* readRecords(name, index, nth);
  return { rows: rowsOfColumns(rows, blockError(name, nth)), ...others };
}

/** Reads the rows of a block, in columns. */
export function* readColumns(name: TraceName, index: TraceIndex, nth: number): Reading<RowColumns> {
  return rowsOf(yield* blockText(name, index, nth));
}

/** Reads the rows of a block. */
export function* readRows(name: TraceName, index: TraceIndex, nth: number): Reading<Row[]> {
  return rowsOfColumns(yield* readColumns(name, index, nth), blockError(name, nth));
}

/** Reads the changes of facts of a block. */
export function* readFacts(name: TraceName, index: TraceIndex, nth: number): Reading<FactsDelta[]> {
  const block = yield* blockText(name, index, nth);
  return factsOf(block, rowsOf(block));
}

/** Reads the census of a block. */
export function* readCensus(name: TraceName, index: TraceIndex, nth: number): Reading<CensusDelta[]> {
  const block = yield* blockText(name, index, nth);
  return censusOf(block, rowsOf(block));
}

/** A block, and how an error in it is told. */
interface FoundBlock extends BlockText {
  readonly fail: (why: string) => TraceError;
}

const rowsOf = (block: FoundBlock): RowColumns => {
  const [section, records] = sectionOf(block, ROW_KIND) ?? [];
  return records === undefined ? new RowTable().columns() : checkedColumns(section, records, block.fail);
};

const factsOf = (block: FoundBlock, rows: RowColumns): FactsDelta[] => {
  const [section, records] = sectionOf(block, FACTS_KIND) ?? [];
  return records === undefined ? [] : deltasOfColumns(section, records, rows, block.fail);
};

const censusOf = (block: FoundBlock, rows: RowColumns): CensusDelta[] => {
  const [section, records] = sectionOf(block, CENSUS_KIND) ?? [];
  return records === undefined ? [] : deltasOfCensus(section, records, rows, block.fail);
};

const verdictsOf = (block: FoundBlock, rows: RowColumns): ToldVerdict[] => {
  const [section, records] = sectionOf(block, VERDICT_KIND) ?? [];
  return records === undefined ? [] : verdictsOfColumns(section, records, rows, block.fail);
};

/** Returns the line of a kind, parsed, and how many records it has; undefined if the block has none of the kind. */
function sectionOf({ summary, sections }: BlockText, kind: string): readonly [Json | undefined, number] | undefined {
  const place = summary.kinds.findIndex(([each]) => each === kind);
  const records = summary.kinds[place]?.[1];
  return records === undefined ? undefined : [foreignJson(sections[place] ?? ''), records];
}

function* blockText(name: TraceName, index: TraceIndex, nth: number): Reading<FoundBlock> {
  const fail = blockError(name, nth);
  const block = index.blocks[nth];
  if (block === undefined) throw new RangeError(`a trace of ${index.blocks.length} blocks has none at ${nth}`);
  const text = yield* textAt(block);
  if (text === undefined) throw fail('it is damaged');
  return { ...parseBlock(text, fail), fail };
}

/** Returns the error of a trace that ends before its footer. */
export function cutError({ path }: TraceName, { blocks, end }: TraceIndex): TraceError {
  return truncated(path, rowsIn(blocks), 'cut' in end ? end.cut : 'it has no footer');
}

function* walk({ path, size }: TraceName, header: TraceHeader, start: number, why: string): Reading<TraceIndex> {
  const plan = yield* headAt(start);
  if (plan?.kind !== 'plan' || start + plan.length > size) throw truncated(path, 0, 'its plan is not whole');
  const blocks: TraceBlock[] = [];
  let cut = why;
  for (let offset = start + plan.length; ; ) {
    const head = yield* headAt(offset);
    if (head?.kind !== 'block' || offset + head.length > size) break;
    const place = { offset, length: head.length };
    const text = yield* textAt(place);
    const block = text === undefined ? undefined : wholeBlock(text);
    if (block === undefined) {
      cut = `block ${blocks.length + 1} is damaged`;
      break;
    }
    blocks.push({ ...place, ...block.summary });
    offset += head.length;
  }
  return { header, plan: { offset: start, length: plan.length }, blocks, end: { cut } };
}

/** Returns undefined for a text that is no block: what follows it cannot be told. */
function wholeBlock(text: string): BlockText | undefined {
  try {
    return parseBlock(text, (why) => malformed('', 'a block', why));
  } catch {
    return undefined;
  }
}

function* headAt(offset: number): Reading<MemberHead | undefined> {
  const bytes = yield { want: 'bytes', offset, length: MEMBER_HEAD };
  return bytes instanceof Uint8Array ? parseMemberHead(bytes) : undefined;
}

function* textAt({ offset, length }: MemberPlace): Reading<string | undefined> {
  const text = yield { want: 'text', offset, length };
  return typeof text === 'string' ? text : undefined;
}

function headerOf(text: string, path: string): TraceHeader {
  const value = foreignJson(text);
  if (!isObject(value) || value['format'] !== TRACE_FORMAT)
    throw new TraceError('not-a-trace', path, `${path} is not a trace: its header does not say that it is one`);
  const { version } = value;
  if (version !== TRACE_VERSION) throw TraceError.version(path, version);
  return checkedHeader(value, { format: TRACE_FORMAT, version }, (why) => malformed(path, 'its header', why));
}

const blockError =
  ({ path }: TraceName, nth: number) =>
  (why: string) =>
    malformed(path, `block ${nth + 1}`, why);

const malformed = (path: string, where: string, why: string) =>
  new TraceError('malformed', path, `${path} is malformed in ${where}: ${why}`);

const truncated = (path: string, rows: number, why: string) =>
  new TraceError('truncated', path, `${path} is truncated after ${rows === 1 ? '1 row' : `${rows} rows`}: ${why}`);
