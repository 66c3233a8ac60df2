/** A hash of numbers, texts and JSON that is the same on every machine. */
import { compareText, type Json } from './event.ts';
import { KeyTrie } from './key-trie.ts';

/** The two lanes of a hash. */
export interface Lanes {
  readonly a: number;
  readonly b: number;
}

/**
 * A 64-bit non-cryptographic hash in two 32-bit lanes (multiply and rotate, after MurmurHash3). It finds differences
 * between runs; it does not resist somebody who looks for collisions.
 */
export class Hasher implements Lanes {
  #a: number;
  #b: number;

  constructor(a = 0x9e3779b9, b = 0x85ebca6b) {
    this.#a = a | 0;
    this.#b = b | 0;
  }

  get a(): number {
    return this.#a;
  }

  get b(): number {
    return this.#b;
  }

  /** Goes on from other lanes. */
  resume(a: number, b: number): void {
    this.#a = a;
    this.#b = b;
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
    if ((value | 0) === value && value >= 0) {
      this.word(value | 0);
      this.word(0);
    } else if (Number.isSafeInteger(value)) {
      this.word(value % 4294967296);
      this.word(Math.floor(value / 4294967296));
    } else {
      this.text(String(value));
    }
  }

  text(value: string): void {
    this.lanes(textHash(value));
  }

  /** A text by its hash. */
  lanes({ a, b }: Lanes): void {
    this.word(a);
    this.word(b);
  }

  /**
   * Keys are sorted first: two objects that differ in key order only have the same hash. An undefined member counts as
   * absent.
   */
  json(value: Json | undefined): void {
    if (typeof value === 'string') {
      this.word(5);
      this.text(value);
    } else if (typeof value === 'number') {
      this.word(4);
      this.number(value);
    } else if (value === null || value === undefined) this.word(1);
    else if (typeof value === 'boolean') this.word(value ? 3 : 2);
    else if (isArray(value)) {
      this.word(6);
      this.word(value.length);
      for (const member of value) this.json(member);
    } else {
      this.word(7);
      this.#object(value);
      this.word(8);
    }
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

  #object(value: JsonObject): void {
    const own = Object.keys(value);
    if (own.length > MOST_KEYS) {
      this.#largeObject(value, own);
      return;
    }
    let shape = shapes.root;
    for (let i = 0; i < own.length; i += 1) shape = shape.child(own[i] as string);
    const { keys, hashes } = (shape.value ??= shapeOf(own));
    for (let i = 0; i < keys.length; i += 1) {
      const member = value[keys[i] as string];
      if (member === undefined) continue;
      this.lanes(hashes[i] as Lanes);
      this.json(member);
    }
  }

  /** A table more than a message: its keys are nothing to remember. */
  #largeObject(value: JsonObject, keys: string[]): void {
    for (const key of keys.sort(compareText)) {
      if (value[key] === undefined) continue;
      this.text(key);
      this.json(value[key]);
    }
  }
}

/**
 * The same few hundred strings (states, message types, agents) are hashed millions of times: their hashes are kept, up
 * to a limit.
 */
const textHashes = new Map<string, Lanes>();
const TEXT_HASHES_KEPT = 65_536;

/** Returns the hash of a text, from memory if it is there. */
export function textHash(value: string): Lanes {
  let known = textHashes.get(value);
  if (known === undefined) {
    if (textHashes.size >= TEXT_HASHES_KEPT) textHashes.clear();
    textHashes.set(value, (known = newTextHash(value)));
  }
  return known;
}

/** Returns the hash of a text that nobody else will ask for. */
export function newTextHash(value: string): Lanes {
  const hasher = new Hasher();
  hasher.word(value.length);
  for (let i = 0; i < value.length; i += 1) hasher.word(value.charCodeAt(i));
  const { a, b } = hasher;
  return { a, b };
}

/** The keys of an object in text order, and their hashes. */
interface Shape {
  readonly keys: readonly string[];
  readonly hashes: readonly Lanes[];
}

const shapes = new KeyTrie<Shape>();
const MOST_KEYS = 32;

function shapeOf(own: readonly string[]): Shape {
  const keys = own.toSorted(compareText);
  return { keys, hashes: keys.map(textHash) };
}

type JsonObject = { readonly [key: string]: Json | undefined };

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
