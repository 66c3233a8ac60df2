/**
 * Names cut out of a text, each with what is known of it. To hash every one costs more than all else that is done with
 * it, so those that come again and again are found by their length and three of their letters.
 */

const MOST = 100_000;
const SLOTS = 256;

type Entry<T> = { readonly name: string; readonly value: T };

export class NameTable<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #recent: (Entry<T> | undefined)[] = Array.from({ length: SLOTS });

  get(name: string): T | undefined {
    const slot = slotOf(name);
    const recent = this.#recent[slot];
    if (recent !== undefined && recent.name === name) return recent.value;
    const entry = this.#entries.get(name);
    if (entry !== undefined) this.#recent[slot] = entry;
    return entry?.value;
  }

  /** Adds an entry. Of more than 100,000 names the rest is not kept. */
  set(name: string, value: T): void {
    if (this.#entries.size >= MOST) return;
    const kept = likeLiteral(name);
    this.#entries.set(kept, { name: kept, value });
  }

  *values(): Generator<T> {
    for (const { value } of this.#entries.values()) yield value;
  }
}

function slotOf(name: string): number {
  const { length } = name;
  const letters = name.charCodeAt(0) * 3 + name.charCodeAt(length >> 1) * 7 + name.charCodeAt(length - 1);
  return (length * 31 + letters) & (SLOTS - 1);
}

/**
 * Returns the name as the very string that a literal of it is: whoever switches on names then compares addresses, not
 * letters, and every statistic switches on every event. Nor is it a slice of the file's text, which would keep all of
 * that in memory.
 */
export function likeLiteral(name: string): string {
  return Object.keys({ [name]: true })[0] ?? name;
}
