/**
 * Traces in memory, for tests: made by hand, and read with what a web page has (`Blob`, `DecompressionStream`), every
 * question counted.
 */
import { gzipSync } from 'node:zlib';
import type { Json, Plan, Row } from '@dragon/engine';
import type { TraceBytes } from './answer-reading.io.ts';
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

/** Bytes as a web page has them: a `Blob` that was dropped on it. */
export class DroppedFile implements TraceBytes {
  readonly path = 'dropped.trace';
  readonly #blob: Blob;
  /** Bytes that were asked for. */
  asked = 0;

  constructor(bytes: Uint8Array) {
    this.#blob = new Blob([Uint8Array.from(bytes)]);
  }

  get size(): number {
    return this.#blob.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.asked += length;
    return new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
  }

  async unpack(member: Uint8Array): Promise<string | undefined> {
    try {
      return await new Response(
        new Blob([Uint8Array.from(member)]).stream().pipeThrough(new DecompressionStream('gzip')),
      ).text();
    } catch {
      return undefined;
    }
  }
}
