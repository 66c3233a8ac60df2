/** The codec: frames to bytes and back, where nothing comes back that its schema has not passed. */
import { type Plan, planTrouble, planTroubleText } from '@dragon/engine';
import { Packr } from 'msgpackr';
import { errorText, FederationError } from './federation-error.ts';
import { type Body, ENVELOPE, type Envelope, FRAMES, type Frame, type FrameKind } from './frame.ts';

/** Changes whenever a frame does: two versions do not talk to each other. */
export const PROTOCOL_VERSION = 14;
/** The longest frame, all pieces together. */
export const LONGEST_FRAME = 64 * 1_048_576;

// Without `useRecords: false` the same frame would have other bytes in another process.
const packr = new Packr({ useRecords: false });
const KINDS = Object.keys(FRAMES) as FrameKind[];
const CODES = new Map(KINDS.map((kind, code) => [kind, code]));
const FIELDS = KINDS.map((kind) => Object.keys(FRAMES[kind].shape));
const HEADER = 4;

export type Decoded =
  | { readonly frame: Frame; readonly problem?: undefined }
  | { readonly frame?: undefined; readonly problem: string };

/** Returns `[version, kind, session, from, ...fields]` as msgpack. */
export function encode({ session, from }: Envelope, body: Body): Uint8Array {
  const code = CODES.get(body.kind) ?? -1;
  const values = body as unknown as Readonly<Record<string, unknown>>;
  return packr.pack([PROTOCOL_VERSION, code, session, from, ...(FIELDS[code] ?? []).map((field) => values[field])]);
}

/** Returns the frame, or what is wrong with it. Never throws. */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length > LONGEST_FRAME) return { problem: `${bytes.length} bytes are more than a frame may have` };
  let values: unknown;
  try {
    values = packr.unpack(bytes);
  } catch (error) {
    return { problem: `not msgpack: ${errorText(error)}` };
  }
  try {
    return read(values);
  } catch (error) {
    // A schema does not throw, but what it looks at comes from anywhere.
    return { problem: `unreadable: ${errorText(error)}` };
  }
}

/** Returns data as msgpack: for what this program itself will read again. */
export const packData = (data: unknown): Uint8Array => packr.pack(data);

export const unpackData = (bytes: Uint8Array): unknown => packr.unpack(bytes);

/** Throws `bad-frame` if a plan has something that no federate would accept: it would be silent, not clear. */
export function checkPlan(plan: Plan): void {
  const trouble = planTrouble(plan);
  if (trouble !== undefined)
    throw new FederationError('bad-frame', `the plan cannot be sent to federates: ${planTroubleText(trouble)}`);
}

function read(values: unknown): Decoded {
  if (!Array.isArray(values)) return { problem: 'not an array' };
  const [version, code, session, from] = values as unknown[];
  if (version !== PROTOCOL_VERSION)
    return { problem: `protocol version ${String(version)}, but this side speaks version ${PROTOCOL_VERSION}` };
  const kind = typeof code === 'number' ? KINDS[code] : undefined;
  const fields = typeof code === 'number' ? FIELDS[code] : undefined;
  if (kind === undefined || fields === undefined) return { problem: `unknown kind ${String(code)}` };
  if (values.length !== HEADER + fields.length) return { problem: `${kind} with ${values.length} fields` };
  // Plain loops and one object: this runs for every frame, and iterators and copies cost more here than all checks.
  const body: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index += 1) body[fields[index] ?? ''] = values[HEADER + index];
  const envelope = ENVELOPE.safeParse({ session, from });
  if (!envelope.success) return { problem: `${kind}: ${firstIssue(envelope.error)}` };
  const parsed = FRAMES[kind].safeParse(body);
  if (!parsed.success) return { problem: `${kind} from ${envelope.data.from}: ${firstIssue(parsed.error)}` };
  return {
    frame: Object.assign(parsed.data, { kind, from: envelope.data.from, session: envelope.data.session }) as Frame,
  };
}

function firstIssue(error: {
  readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  return issue === undefined ? 'invalid' : `${issue.path.map(String).join('.')} ${issue.message}`.trimStart();
}
