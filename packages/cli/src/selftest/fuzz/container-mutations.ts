/**
 * Mutations of traces in members: what a member says is mutated and packed again, so that its checksum is right, and
 * digest and places that others say of it are made right again, or not.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Plan, planDigest } from '@dragon/engine';
import { formatMember, type MemberKind, parseMemberHead } from '@dragon/report';
import { ANY_BYTES } from './byte-mutations.ts';
import { edgeNumber } from './hostile-words.ts';
import { JSON_TEXT } from './json-mutations.ts';
import { type Mutation, oneOf } from './mutation.ts';

interface Member {
  readonly kind: MemberKind;
  readonly text: Buffer;
  /** Where it was. */
  readonly offset: number;
}

/** Changes what is in one of the members. */
const otherMember: Mutation = (input, draw) => {
  const members = membersOf(input);
  const chosen = draw.among(members.filter(({ kind }) => kind !== 'end'));
  if (chosen === undefined) return input;
  const text = JSON_TEXT(chosen.text, draw, [chosen.text]);
  return packed(
    members.map((member) => (member === chosen ? { ...member, text } : member)),
    draw.below(4) > 0,
  );
};

/** Members that are lost, doubled, or in another order. */
const otherOrder: Mutation = (input, draw) => {
  const members = membersOf(input);
  const at = draw.below(members.length + 1);
  const member = draw.among(members);
  if (member === undefined) return input;
  const other = draw.of([members.toSpliced(at, 1), members.toSpliced(at, 0, member), members.toReversed()]);
  return packed(other, draw.once(2));
};

/** A head that says something else of its member. */
const otherHead: Mutation = (input, draw) => {
  const output = Buffer.from(input);
  const member = draw.among(membersOf(input));
  if (member === undefined) return output;
  const edge = Number(edgeNumber(draw));
  const value = Number.isFinite(edge) ? Math.abs(Math.trunc(edge)) % 2 ** 32 : 0;
  if (draw.once(2)) output.writeUInt32LE(value, member.offset + 17);
  else output.writeUInt8(draw.below(256), member.offset + 16);
  return output;
};

export const CONTAINER = oneOf(otherMember, otherMember, otherMember, otherOrder, otherHead, ANY_BYTES);

/** Returns the members up to the first that is not whole. */
function membersOf(input: Buffer): Member[] {
  const members: Member[] = [];
  for (let offset = 0; ; ) {
    const head = parseMemberHead(input.subarray(offset));
    if (head === undefined || offset + head.length > input.length) return members;
    const text = textOf(input.subarray(offset, offset + head.length));
    if (text === undefined) return members;
    members.push({ kind: head.kind, text, offset });
    offset += head.length;
  }
}

function textOf(member: Buffer): Buffer | undefined {
  try {
    return gunzipSync(member, { maxOutputLength: 1 << 26 });
  } catch {
    return undefined;
  }
}

/** Returns the file of these members; if `fits`, with the digest of its plan and the places in its index made right. */
function packed(members: readonly Member[], fits: boolean): Buffer {
  const plan = members.find(({ kind }) => kind === 'plan');
  const digest = fits && plan !== undefined ? digestOf(plan.text) : undefined;
  const places = new Map<number, { readonly offset: number; readonly length: number }>();
  const parts: Uint8Array[] = [];
  let [offset, index] = [0, 0];
  for (const member of members) {
    const { kind } = member;
    const text =
      kind === 'header' && digest !== undefined
        ? changed(member.text, (header) => ({ ...header, plan: digest }))
        : kind === 'index' && fits
          ? changed(member.text, (value) => placed(value, places))
          : member.text;
    const part = formatMember(kind, gzipSync(text, { level: 1 }), kind === 'end' ? index : 0);
    if (kind === 'index') index = offset;
    places.set(member.offset, { offset, length: part.length });
    parts.push(part);
    offset += part.length;
  }
  return Buffer.concat(parts);
}

type Value = Readonly<Record<string, unknown>>;

/** Returns the text of a changed object; what is none is left alone. */
function changed(text: Buffer, change: (value: Value) => unknown): Buffer {
  try {
    const value: unknown = JSON.parse(text.toString());
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
    return Buffer.from(`${JSON.stringify(change(value as Value))}\n`);
  } catch {
    return text;
  }
}

function placed(value: Value, places: ReadonlyMap<number, object>): unknown {
  const place = (each: unknown) =>
    typeof each === 'object' && each !== null && 'offset' in each && typeof each.offset === 'number'
      ? { ...each, ...places.get(each.offset) }
      : each;
  const { plan, blocks } = value;
  return { ...value, plan: place(plan), blocks: Array.isArray(blocks) ? blocks.map(place) : blocks };
}

function digestOf(text: Buffer): string | undefined {
  try {
    return planDigest(JSON.parse(text.toString()) as Plan);
  } catch {
    return undefined;
  }
}
