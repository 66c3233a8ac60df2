/** A set of numbers below a limit, which travels and is kept as text. */

export class NumberSet {
  readonly #bytes: Uint8Array;

  /** Empty, of numbers in [0, limit). */
  constructor(limit: number) {
    this.#bytes = new Uint8Array(Math.ceil(limit / 8));
  }

  /** Returns the set that `text` was made of; what lies at or beyond the limit is left out. */
  static from(text: string, limit: number): NumberSet {
    const set = new NumberSet(limit);
    for (let i = 0; 2 * i < text.length; i += 1) {
      const byte = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
      for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0 && 8 * i + bit < limit) set.add(8 * i + bit);
    }
    return set;
  }

  get size(): number {
    return this.members().length;
  }

  add(number: number): void {
    this.#bytes[number >> 3] = (this.#bytes[number >> 3] ?? 0) | (1 << (number & 7));
  }

  has(number: number): boolean {
    return ((this.#bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  /** In ascending order. */
  members(): number[] {
    const members: number[] = [];
    for (const [i, byte] of this.#bytes.entries())
      for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) members.push(8 * i + bit);
    return members;
  }

  /** Two hexadecimal digits for eight numbers. */
  text(): string {
    return Array.from(this.#bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}
