/**
 * The trace container: a gzip file whose members say how long they are, so that a reader finds one without unpacking
 * those before it, and still finds what is whole in a file that was cut. `zcat` prints all of it. As in BGZF, the form
 * that genomes are kept in, the length is in the extra field of a member's head (RFC 1952, 2.3.1.1).
 *
 * | member | its text, lines of JSON |
 * |---|---|
 * | header | `TraceHeader` |
 * | plan | the plan of the run: whoever has it makes the run again, whatever it was made from |
 * | block, … | a summary and, for each kind of record, a line of columns (`trace-block.ts`) |
 * | index | the footer, and where plan and blocks are (`trace-index.ts`) |
 * | end | nothing; its head says where the index is |
 */

const MEMBER_KINDS = ['header', 'plan', 'block', 'index', 'end'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

export interface MemberHead {
  readonly kind: MemberKind;
  /** Bytes of the whole member. */
  readonly length: number;
  /** Where the index is: said by the end, 0 in all others. */
  readonly index: number;
}

/** Where a member is in the file, in bytes. */
export interface MemberPlace {
  readonly offset: number;
  readonly length: number;
}

const GZIP_HEAD = 10;
const FLAGS = 3;
const OPERATING_SYSTEM = 9;
const FEXTRA = 4;
/** `D`, `R`, then the length of what follows: kind (1 byte), length (4) and index (6), little-endian. */
const SUBFIELD = 4 + 11;

/** Bytes of the head of a member: those that `parseMemberHead` needs. */
export const MEMBER_HEAD = GZIP_HEAD + 2 + SUBFIELD;

/** Bytes of the end: a head, an empty deflate stream, a checksum and a size. */
export const END_MEMBER = MEMBER_HEAD + 2 + 8;

/** Returns a member made of a gzip file of one member without an extra field, as zlib makes it. */
export function formatMember(kind: MemberKind, gzip: Uint8Array, index = 0): Uint8Array {
  const member = new Uint8Array(gzip.length + MEMBER_HEAD - GZIP_HEAD);
  member.set(gzip.subarray(0, GZIP_HEAD));
  member[FLAGS] = FEXTRA;
  // Unknown: the file does not depend on the machine that it was written on.
  member[OPERATING_SYSTEM] = 255;
  const view = new DataView(member.buffer);
  view.setUint16(GZIP_HEAD, SUBFIELD, true);
  member.set([0x44, 0x52], 12);
  view.setUint16(14, SUBFIELD - 4, true);
  view.setUint8(16, MEMBER_KINDS.indexOf(kind));
  view.setUint32(17, member.length, true);
  view.setUint32(21, index % 2 ** 32, true);
  view.setUint16(25, Math.floor(index / 2 ** 32), true);
  member.set(gzip.subarray(GZIP_HEAD), MEMBER_HEAD);
  return member;
}

/** Returns what a head says; undefined if this is none, or not whole. */
export function parseMemberHead(bytes: Uint8Array): MemberHead | undefined {
  if (bytes.length < MEMBER_HEAD) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ours =
    view.getUint32(0) === 0x1f8b0804 &&
    view.getUint16(GZIP_HEAD, true) === SUBFIELD &&
    view.getUint16(12) === 0x4452 &&
    view.getUint16(14, true) === SUBFIELD - 4;
  const kind = MEMBER_KINDS[view.getUint8(16)];
  const length = view.getUint32(17, true);
  if (!ours || kind === undefined || length < END_MEMBER) return undefined;
  return { kind, length, index: view.getUint32(21, true) + view.getUint16(25, true) * 2 ** 32 };
}
