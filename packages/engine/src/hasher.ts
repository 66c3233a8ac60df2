/** A hash of numbers, texts and JSON that is the same on every machine. */
import { compareText, type Json } from './event.ts';

/**
 * A 64-bit non-cryptographic hash in two 32-bit lanes (multiply and rotate, after MurmurHash3). It finds differences
 * between runs; it does not resist somebody who looks for collisions.
 */
export class Hasher {
  #a: number;
  #b: number;

  constructor(a = 0x9e3779b9, b = 0x85ebca6b) {
    this.#a = a | 0;
    this.#b = b | 0;
  }

  word(value: number): void {
    let k = Math.imul(value | 0, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    const a = this.#a ^ k;
    this.#a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    const b = Math.imul(this.#b ^ value, 0x2c1b3c6d);
    this.#b = (((b << 17) | (b >>> 15)) + this.#a) | 0;
  }

  /** A safe integer of any size, or any other number through its shortest decimal text. */
  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.word(value % 4294967296);
      this.word(Math.floor(value / 4294967296));
    } else {
      this.text(String(value));
    }
  }

  text(value: string): void {
    const [a, b] = textHash(value);
    this.word(a);
    this.word(b);
  }

  /**
   * Keys are sorted first: two objects that differ in key order only have the same hash. An undefined member counts as
   * absent.
   */
  json(value: Json | undefined): void {
    if (value === null || value === undefined) this.word(1);
    else if (typeof value === 'boolean') this.word(value ? 3 : 2);
    else if (typeof value === 'number') {
      this.word(4);
      this.number(value);
    } else if (typeof value === 'string') {
      this.word(5);
      this.text(value);
    } else if (isArray(value)) {
      this.word(6);
      this.word(value.length);
      for (const member of value) this.json(member);
    } else {
      this.word(7);
      for (const key of sortedKeys(value)) {
        if (value[key] === undefined) continue;
        this.text(key);
        this.json(value[key]);
      }
      this.word(8);
    }
  }

  get lanes(): readonly [number, number] {
    return [this.#a, this.#b];
  }

  /** Returns 16 hexadecimal digits. */
  hex(): string {
    let a = this.#a ^ (this.#a >>> 16);
    a = Math.imul(a, 0x85ebca6b);
    let b = this.#b ^ a;
    b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
    a = (a ^ (b >>> 15)) >>> 0;
    b = (b ^ (b >>> 16)) >>> 0;
    return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
  }
}

/**
 * The same few hundred strings (states, message types, agents) are hashed millions of times: their hashes are kept, up
 * to a limit.
 */
const textHashes = new Map<string, readonly [number, number]>();
const TEXT_HASHES_KEPT = 65_536;

function textHash(value: string): readonly [number, number] {
  const known = textHashes.get(value);
  if (known !== undefined) return known;
  const hasher = new Hasher();
  hasher.word(value.length);
  for (let i = 0; i < value.length; i += 1) hasher.word(value.charCodeAt(i));
  if (textHashes.size >= TEXT_HASHES_KEPT) textHashes.clear();
  textHashes.set(value, hasher.lanes);
  return hasher.lanes;
}

function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i += 1) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort(compareText);
  return keys;
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
