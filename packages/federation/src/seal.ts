/**
 * The seal of a run: what proves of each message that it was written by somebody with the run's key, for this subject,
 * and has not been altered.
 */
import { hash } from 'node:crypto';
import { FederationError } from './federation-error.ts';

/** The environment variable that has the key of a run: it travels as credentials do, never in a command line. */
export const KEY_VARIABLE = 'DRAGON_RUN_KEY';
/** So many characters of base64, 132 bits: who does not have the key has one chance in as many a try. */
const TAG_LENGTH = 22;
/** The block of SHA-256. */
const BLOCK = 64;
const SUM_BYTES = 32;
/** Subjects whose beginnings are kept: those of hundreds of federates. */
const MOST_SUBJECTS = 4_096;
const SHORTEST_KEY = 16;

/** The tag of what was sealed, as text: two frames with the same tag are the same frame. */
export type Tag = string;

/**
 * Seals with HMAC-SHA-256 over the subject and the bytes. The subject is part of it, so what was said to one federate
 * cannot be played to another, nor to another run. Without a key the tag is a checksum that everybody can compute: it
 * still tells one frame from another.
 */
export class Seal {
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  /** What is summed before the bytes, by subject. */
  readonly #beginnings = new Map<string, Buffer>();

  constructor(key = '') {
    const bytes = Buffer.from(key);
    const block = Buffer.alloc(BLOCK);
    block.set(bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes);
    this.#inner = Buffer.from(block.map((byte) => byte ^ 0x36));
    this.#outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(SUM_BYTES)]);
  }

  /** Returns the message that carries `bytes` under `subject`: the tag, then the bytes. */
  close(subject: string, bytes: Uint8Array): { readonly message: Uint8Array; readonly tag: Tag } {
    const tag = this.tagOf(subject, bytes);
    const message = Buffer.allocUnsafe(TAG_LENGTH + bytes.length);
    message.write(tag, 'latin1');
    message.set(bytes, TAG_LENGTH);
    return { message, tag };
  }

  /** Returns what a message carries, which is a view of it; undefined if it was not sealed with this key. */
  open(subject: string, message: Uint8Array): { readonly bytes: Uint8Array; readonly tag: Tag } | undefined {
    if (message.length < TAG_LENGTH) return undefined;
    const bytes = message.subarray(TAG_LENGTH);
    const tag = this.tagOf(subject, bytes);
    let difference = 0;
    // All of it, wherever they differ: how long it takes says nothing of the right one.
    for (let index = 0; index < TAG_LENGTH; index += 1) difference |= tag.charCodeAt(index) ^ (message[index] ?? 0);
    return difference === 0 ? { bytes, tag } : undefined;
  }

  /**
   * Returns the tag of bytes. By two sums in one call each, as an HMAC is defined: Node's own object for it costs twice
   * as much for short messages.
   */
  tagOf(subject: string, bytes: Uint8Array): Tag {
    const beginning = this.#beginning(subject);
    const all = Buffer.allocUnsafe(beginning.length + bytes.length);
    all.set(beginning);
    all.set(bytes, beginning.length);
    this.#outer.write(hash('sha256', all, 'binary'), BLOCK, 'latin1');
    return hash('sha256', this.#outer, 'base64url').slice(0, TAG_LENGTH);
  }

  /** No subject has a zero in it, so no other subject and bytes are summed up the same way. */
  #beginning(subject: string): Buffer {
    const known = this.#beginnings.get(subject);
    if (known !== undefined) return known;
    const beginning = Buffer.concat([this.#inner, Buffer.from(`${subject}\0`)]);
    if (this.#beginnings.size >= MOST_SUBJECTS) this.#beginnings.clear();
    this.#beginnings.set(subject, beginning);
    return beginning;
  }
}

/** How many bytes a message is longer than what it carries. */
export const SEAL_BYTES = TAG_LENGTH;

/** Returns the key in the environment, if there is one. Throws `bad-key` if it could be guessed. */
export function keyFromEnvironment(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const key = env[KEY_VARIABLE];
  if (!key) return undefined;
  if (key.length >= SHORTEST_KEY) return key;
  throw new FederationError(
    'bad-key',
    `${KEY_VARIABLE} has ${key.length} characters: a key has ${SHORTEST_KEY} at least, as openssl rand -hex 32 prints them`,
  );
}
