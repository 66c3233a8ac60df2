/** The states and types of messages that chunks name by number: each is told once, in the chunk that first has it. */
import type { RecordChunk } from './record-chunk.ts';

export class ChunkNames {
  /** By kind, then text. */
  readonly #states = new Map<string, Map<string, number>>();
  readonly #messages = new Map<string, number>();
  #stateCount = 0;
  #newStates: { kind: string; text: string }[] = [];
  #newMessages: string[] = [];

  /** Returns the number of a state of a kind of agent. */
  state(kind: string, text: string): number {
    let ofKind = this.#states.get(kind);
    if (ofKind === undefined) this.#states.set(kind, (ofKind = new Map()));
    const known = ofKind.get(text);
    if (known !== undefined) return known;
    ofKind.set(text, this.#stateCount);
    this.#newStates.push({ kind, text });
    this.#stateCount += 1;
    return this.#stateCount - 1;
  }

  /** Returns the number of a type of message. */
  message(type: string): number {
    const known = this.#messages.get(type);
    if (known !== undefined) return known;
    this.#messages.set(type, this.#messages.size);
    this.#newMessages.push(type);
    return this.#messages.size - 1;
  }

  /** Returns what is new since the last call. */
  take(): Pick<RecordChunk, 'newStates' | 'newMessages'> {
    const names = { newStates: this.#newStates, newMessages: this.#newMessages };
    [this.#newStates, this.#newMessages] = [[], []];
    return names;
  }
}
