/** The store of a run: what must outlive its processes. Checkpoints by key, and the journal of its rounds. */

export interface RunStore {
  /** Keeps bytes under a key, in place of those that were there. Resolves when they would outlive this process. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  remove(key: string): Promise<void>;
  /** Writes behind the other entries of the journal, and does not wait: whoever comes later may miss the last ones. */
  append(bytes: Uint8Array): void;
  /** Returns the entries of the journal, oldest first. */
  entries(): Promise<readonly Uint8Array[]>;
  /** Forgets all entries but the last `keep`. */
  trim(keep: number): Promise<void>;
}

/** A store inside one process: what one link writes another one reads, and nothing outlives the process. */
export class MemoryStore implements RunStore {
  readonly #values = new Map<string, Uint8Array>();
  #journal: Uint8Array[] = [];

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#values.set(key, new Uint8Array(bytes));
    await nextTurn();
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    await nextTurn();
    return this.#values.get(key);
  }

  async remove(key: string): Promise<void> {
    this.#values.delete(key);
    await nextTurn();
  }

  append(bytes: Uint8Array): void {
    this.#journal.push(new Uint8Array(bytes));
  }

  async entries(): Promise<readonly Uint8Array[]> {
    await nextTurn();
    return [...this.#journal];
  }

  async trim(keep: number): Promise<void> {
    this.#journal = keep === 0 ? [] : this.#journal.slice(-keep);
    await nextTurn();
  }

  /** The keys and the number of entries: what a run has left behind. */
  get left(): { readonly keys: readonly string[]; readonly entries: number } {
    return { keys: [...this.#values.keys()], entries: this.#journal.length };
  }
}

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
