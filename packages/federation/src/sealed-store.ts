/**
 * A store that is sealed with the key of its run: what comes back is what was put there under that name, or it is
 * refused. Who can write where it is kept can take things away, but change nothing.
 */
import { errorText, FederationError } from './federation-error.ts';
import type { RunStore } from './run-store.ts';
import { Seal } from './seal.ts';

export class SealedStore implements RunStore {
  readonly #store: RunStore;
  readonly #run: string;
  readonly #seal: Seal;

  constructor(store: RunStore, run: string, key: string | undefined) {
    this.#store = store;
    this.#run = run;
    this.#seal = new Seal(key);
  }

  /** Throws `bad-checkpoint` if it cannot be stored. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const { message } = this.#seal.close(this.#nameOf(key), bytes);
    await this.#store.put(key, message).catch((error: unknown) => {
      throw new FederationError(
        'bad-checkpoint',
        `what run ${this.#run} is to store as ${key} cannot be stored: ${errorText(error)}`,
      );
    });
  }

  /** Throws `bad-checkpoint` for what was not put there under this key, or cannot be read. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const message = await this.#store.get(key).catch((error: unknown) => {
      throw new FederationError(
        'bad-checkpoint',
        `what run ${this.#run} has stored as ${key} cannot be read: ${errorText(error)}`,
      );
    });
    if (message === undefined) return undefined;
    const opened = this.#seal.open(this.#nameOf(key), message);
    if (opened !== undefined) return opened.bytes;
    throw new FederationError(
      'bad-checkpoint',
      `what run ${this.#run} has stored as ${key} is damaged, or of another run`,
    );
  }

  async remove(key: string): Promise<void> {
    await this.#store.remove(key);
  }

  append(bytes: Uint8Array): void {
    this.#store.append(this.#seal.close(this.#nameOf(''), bytes).message);
  }

  /** Entries that were not appended here are left out. */
  async entries(): Promise<readonly Uint8Array[]> {
    const messages = await this.#store.entries();
    return messages.flatMap((message) => this.#seal.open(this.#nameOf(''), message)?.bytes ?? []);
  }

  async trim(keep: number): Promise<void> {
    await this.#store.trim(keep);
  }

  /** No key is empty: that is the journal's. */
  #nameOf(key: string): string {
    return `dragon.${this.#run}.store.${key}`;
  }
}
