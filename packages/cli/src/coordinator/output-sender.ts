/**
 * The sending end of what a coordinator hands on: in batches that are acknowledged, and not far ahead of who takes
 * them.
 */
import type { NumberedMessage, Output } from './coordinator-messages.ts';

/** Outputs a message. */
const BATCH = 1_000;
/** Messages that may be on their way. */
const AHEAD = 16;

export class OutputSender {
  readonly #send: (message: NumberedMessage) => void;
  #outputs: Output[] = [];
  #sent = 0;
  #arrived = 0;
  /** Who waits until so many have arrived. */
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(send: (message: NumberedMessage) => void) {
    this.#send = send;
  }

  add(output: Output): void {
    this.#outputs.push(output);
    if (this.#outputs.length >= BATCH) this.#flush();
  }

  /** Resolves when a message, and all that was added before it, has arrived. */
  async deliver(message: NumberedMessage): Promise<void> {
    this.#flush();
    this.#post(message);
    await this.#until(this.#sent);
  }

  /** Resolves when all that was added until now has arrived. */
  async handedOver(): Promise<void> {
    this.#flush();
    await this.#until(this.#sent);
  }

  /** Returns what to wait for if too much is on its way. */
  keepUp(): Promise<void> | undefined {
    return this.#sent - this.#arrived <= AHEAD ? undefined : this.#until(this.#sent - AHEAD);
  }

  /** So many messages have arrived. */
  arrived(count: number): void {
    this.#arrived = count;
    for (const { resolve } of this.#waiting.filter((each) => each.count <= count)) resolve();
    this.#waiting = this.#waiting.filter((each) => each.count > count);
  }

  #flush(): void {
    if (this.#outputs.length === 0) return;
    this.#post({ kind: 'outputs', outputs: this.#outputs });
    this.#outputs = [];
  }

  #post(message: NumberedMessage): void {
    this.#sent += 1;
    this.#send(message);
  }

  #until(count: number): Promise<void> {
    if (this.#arrived >= count) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ count, resolve }));
  }
}
