/**
 * Traces in memory, for tests: made by hand, and read with what a web page has (`Blob`, `DecompressionStream`), every
 * question counted.
 */
import { gzipSync } from 'node:zlib';
import type { Json, Plan, Row } from '@dragon/engine';
import { BlobTrace } from './blob-trace.io.ts';
import { type RowColumns, RowTable } from './row-columns.ts';
import { formatBlock, ROW_KIND } from './trace-block.ts';
import { type TraceFooter, traceHeader, type TraceSubject } from './trace-format.ts';
import { formatIndex, type TraceBlock } from './trace-index.ts';
import { formatMember, type MemberKind, type MemberPlace } from './trace-member.ts';

/** A block that is to be made: rows, and records of kinds that nobody knows. */
export interface BlockMade {
  readonly rows: readonly Row[];
  readonly others?: readonly (readonly [kind: string, records: readonly Json[]])[];
}

export function columnsOf(rows: readonly Row[]): RowColumns {
  const table = new RowTable();
  for (const row of rows) table.take(row);
  return table.columns();
}

/** Returns the bytes of a trace, and where its members are. */
export function traceOf(
  subject: TraceSubject,
  plan: Plan,
  made: readonly BlockMade[],
  footer: TraceFooter,
): { readonly bytes: Uint8Array; readonly members: readonly MemberPlace[] } {
  const members: MemberPlace[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  const add = (kind: MemberKind, text: string, index?: number): MemberPlace => {
    const part = formatMember(kind, gzipSync(text), index);
    const place = { offset, length: part.length };
    parts.push(part);
    members.push(place);
    offset += part.length;
    return place;
  };
  add('header', `${JSON.stringify(traceHeader(subject, plan))}\n`);
  const planPlace = add('plan', `${JSON.stringify(plan)}\n`);
  const blocks = made.map(({ rows, others = [] }): TraceBlock => {
    const kinds = [...others.map(([kind, { length }]) => [kind, length] as const), [ROW_KIND, rows.length] as const];
    const summary = { first: rows[0]?.at ?? 0, last: rows.at(-1)?.at ?? 0, kinds };
    const sections = [...others.map(([, records]) => records), columnsOf(rows)];
    return { ...add('block', formatBlock(summary, sections)), ...summary };
  });
  const index = add('index', formatIndex(planPlace, blocks, footer));
  add('end', '', index.offset);
  return { bytes: Buffer.concat(parts), members };
}

/** A file that was dropped on a web page, every question counted. */
export class DroppedFile extends BlobTrace {
  /** Bytes that were asked for. */
  asked = 0;

  constructor(bytes: Uint8Array) {
    super('dropped.trace', new Blob([Uint8Array.from(bytes)]));
  }

  override async read(offset: number, length: number): Promise<Uint8Array> {
    this.asked += length;
    return super.read(offset, length);
  }
}
