/**
 * The seal of a run: what proves of each message that it was written by somebody with the run's key, for this subject,
 * and has not been altered.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { FederationError } from './federation-error.ts';

/** The environment variable that has the key of a run: it travels as credentials do, never in a command line. */
export const KEY_VARIABLE = 'DRAGON_RUN_KEY';
/** Half of a SHA-256: who does not have the key has one chance in 2^128 a try. */
const TAG_BYTES = 16;
const SHORTEST_KEY = 16;

/** The tag of what was sealed, as text: two frames with the same tag are the same frame. */
export type Tag = string;

/**
 * Seals with HMAC-SHA-256 over the subject and the bytes. The subject is part of it, so what was said to one federate
 * cannot be played to another, nor to another run. Without a key the tag is a checksum that everybody can compute: it
 * still tells one frame from another.
 */
export class Seal {
  readonly #key: string;

  constructor(key = '') {
    this.#key = key;
  }

  /** Returns the message that carries `bytes` under `subject`: the tag, then the bytes. */
  close(subject: string, bytes: Uint8Array): { readonly message: Uint8Array; readonly tag: Tag } {
    const tag = this.#sum(subject, bytes);
    const message = new Uint8Array(TAG_BYTES + bytes.length);
    message.set(tag);
    message.set(bytes, TAG_BYTES);
    return { message, tag: textOf(tag) };
  }

  /** Returns what a message carries, which is a view of it; undefined if it was not sealed with this key. */
  open(subject: string, message: Uint8Array): { readonly bytes: Uint8Array; readonly tag: Tag } | undefined {
    if (message.length < TAG_BYTES) return undefined;
    const bytes = message.subarray(TAG_BYTES);
    const tag = this.#sum(subject, bytes);
    if (!timingSafeEqual(tag, message.subarray(0, TAG_BYTES))) return undefined;
    return { bytes, tag: textOf(tag) };
  }

  /** Returns the tag of bytes that travel in pieces. */
  tagOf(subject: string, bytes: Uint8Array): Tag {
    return textOf(this.#sum(subject, bytes));
  }

  #sum(subject: string, bytes: Uint8Array): Buffer {
    // No subject has a zero in it, so no other subject and bytes are summed up the same way.
    return createHmac('sha256', this.#key).update(`${subject}\0`).update(bytes).digest().subarray(0, TAG_BYTES);
  }
}

/** How many bytes a message is longer than what it carries. */
export const SEAL_BYTES = TAG_BYTES;

const textOf = (tag: Buffer): Tag => tag.toString('base64url');

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
