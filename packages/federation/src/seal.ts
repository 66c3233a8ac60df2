/**
 * The seal of a run: what proves of each message that it was written by somebody with the run's key, for this subject,
 * and has not been altered.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { FederationError } from './federation-error.ts';

/** The environment variable that has the key of a run: it travels as credentials do, never in a command line. */
export const KEY_VARIABLE = 'DRAGON_RUN_KEY';
/** So many characters of base64, 132 bits: who does not have the key has one chance in as many a try. */
const TAG_LENGTH = 22;
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
    // How long it takes says nothing of the right one.
    const isRight = timingSafeEqual(Buffer.from(tag, 'latin1'), message.subarray(0, TAG_LENGTH));
    return isRight ? { bytes, tag } : undefined;
  }

  /** Returns the tag of bytes. No subject has a zero in it, so no other subject and bytes have the same. */
  tagOf(subject: string, bytes: Uint8Array): Tag {
    const hmac = createHmac('sha256', this.#key).update(subject).update('\0').update(bytes);
    return hmac.digest('base64url').slice(0, TAG_LENGTH);
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
