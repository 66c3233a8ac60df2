/**
 * A trace that a web page reads, in either form: header and plan at once, then piece by piece what it says, and after
 * the last one how it ended. A container says by its index what there is before anything of it is read.
 */
import type { Json } from '@dragon/engine';
import { answerReading, type TraceBytes } from './answer-reading.io.ts';
import { ndjsonLines } from './ndjson-lines.io.ts';
import type { NdjsonLine } from './ndjson-parser.ts';
import { RowTable } from './row-columns.ts';
import { TraceError } from './trace-error.ts';
import type { TraceFooter, TraceHeader } from './trace-format.ts';
import { type TraceIndex, traceLacks, unknownKinds } from './trace-index.ts';
import { MEMBER_HEAD } from './trace-member.ts';
import { cutError, isTraceContainer, readIndex, readPlan, readRecords, type TraceRecords } from './trace-reading.ts';

/** The bytes of a trace, by parts or all of them. */
export interface WebBytes extends TraceBytes {
  all(): Promise<Blob>;
}

export interface WebTrace {
  readonly header: TraceHeader;
  /** The plan that was recorded; nobody has looked yet whether it can be run. */
  readonly plan: Json;
  /** The index; undefined for NDJSON, which has none. */
  readonly index: TraceIndex | undefined;
  /** What it does not say although another one may, in plain words. */
  readonly lacks: readonly string[];
  /** Records that this program does not know and leaves out, as in `weather (12)`. */
  readonly unknown: readonly string[];
  /** Undefined until all has been taken, where no index says it at once. */
  readonly footer: TraceFooter | undefined;
  /** Yields all that there is; throws a `TraceError` where the file is not what it should be, or has no footer. */
  records(): AsyncGenerator<TraceRecords, void, undefined>;
}

/** Rows in a piece of NDJSON. */
const PIECE = 4_096;

/** Rejects with a `TraceError` if it is no trace. */
export async function openWebTrace(bytes: WebBytes): Promise<WebTrace> {
  return isTraceContainer(await bytes.read(0, MEMBER_HEAD)) ? openContainer(bytes) : openNdjson(bytes);
}

async function openContainer(bytes: WebBytes): Promise<WebTrace> {
  const index = await answerReading(bytes, readIndex(bytes));
  const footer = 'footer' in index.end ? index.end.footer : undefined;
  return {
    header: index.header,
    plan: await answerReading(bytes, readPlan(bytes, index)),
    index,
    lacks: traceLacks(index),
    unknown: unknownKinds(index.blocks),
    footer,
    async *records() {
      for (const nth of index.blocks.keys()) yield await answerReading(bytes, readRecords(bytes, index, nth));
      if (footer === undefined) throw cutError(bytes, index);
    },
  };
}

async function openNdjson(bytes: WebBytes): Promise<WebTrace> {
  const { path } = bytes;
  const file = await bytes.all();
  let footer: TraceFooter | undefined;
  let [header, plan]: [TraceHeader | undefined, Json | undefined] = [undefined, undefined];
  for await (const line of linesOf(path, file)) {
    if (line.kind === 'header') header = line.header;
    else if (line.kind === 'plan') plan = line.plan;
    if (plan !== undefined) break;
  }
  if (header === undefined || plan === undefined) throw new Error('the parser takes a header and a plan, or throws');
  return {
    header,
    plan,
    index: undefined,
    lacks: traceLacks({ blocks: [] }),
    unknown: [],
    get footer() {
      return footer;
    },
    async *records() {
      let table = new RowTable();
      for await (const line of linesOf(path, file)) {
        if (line.kind === 'footer') footer = line.footer;
        if (line.kind !== 'row') continue;
        table.take(line.row);
        if (table.rows < PIECE) continue;
        yield { rows: table.columns(), facts: [], census: [], verdicts: [] };
        table = new RowTable();
      }
      yield { rows: table.columns(), facts: [], census: [], verdicts: [] };
    },
  };
}

const linesOf = (path: string, file: Blob): AsyncGenerator<NdjsonLine, void, undefined> =>
  ndjsonLines(path, textOf(file), (cause) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new TraceError('unreadable', path, `${path} cannot be read: ${why}`, undefined, cause);
  });

/** Yields the text of a file in pieces, unpacked if it is packed. */
async function* textOf(file: Blob): AsyncGenerator<string, void, undefined> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  const bytes = isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      yield decoder.decode(next.value, { stream: true });
    yield decoder.decode();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
