/** The requests of a coordinator to its federates: all are asked at once, and a run goes on when all have answered. */
import type { Arrival, Channel } from './channel.ts';
import type { Frame } from './frame.ts';
import { type Answer, PendingRequests, type Request, type RequestKind } from './pending-requests.ts';
import { countListening } from './silence-timer.ts';
import type { Subjects } from './subjects.ts';

export interface RequestsOptions {
  readonly channel: Channel;
  readonly subjects: Subjects;
  /** After so long without an answer a request is repeated. */
  readonly repeatMs: number;
  /** After so long without an answer it fails. */
  readonly silenceMs: number;
  /** How often the clock is looked at. */
  readonly tickMs: number;
  /** Fails every request, pending or to come, with its reason. */
  readonly signal: AbortSignal;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #pending: PendingRequests;
  readonly #cleanUp: readonly (() => void)[];

  constructor(options: RequestsOptions) {
    const { tickMs, signal } = options;
    this.#options = options;
    this.#pending = new PendingRequests(options);
    const aborted = () => this.#pending.rejectAll(signal.reason);
    signal.addEventListener('abort', aborted);
    this.#cleanUp = [
      countListening(tickMs, (ms) => this.#pending.passTime(ms)),
      () => signal.removeEventListener('abort', aborted),
    ];
  }

  /** Resolves with the answers, in the order of the requests, once there are all; rejects as soon as one fails. */
  async askAll<K extends RequestKind>(requests: readonly Request<K>[]): Promise<Answer<K>[]> {
    this.#options.signal.throwIfAborted();
    return Promise.all(requests.map((request) => this.#ask(request)));
  }

  /** As `askAll`, but asks no more than `most` at a time. */
  async askInTurns<K extends RequestKind>(requests: readonly Request<K>[], most: number): Promise<Answer<K>[]> {
    const answers: Answer<K>[] = [];
    const left = requests.entries();
    const askOneByOne = async () => {
      for (const [index, request] of left) {
        this.#options.signal.throwIfAborted();
        answers[index] = await this.#ask(request);
      }
    };
    await Promise.all(Array.from({ length: Math.min(most, requests.length) }, askOneByOne));
    return answers;
  }

  /** Takes what a federate says. */
  receive(frame: Frame, { tag }: Arrival): void {
    if (frame.kind === 'busy') this.#pending.busy(frame);
    else this.#pending.answered(frame, tag);
  }

  #ask<K extends RequestKind>(request: Request<K>): Promise<Answer<K>> {
    const { channel, subjects } = this.#options;
    const packed = channel.pack(subjects.control(request.to), request.body);
    return this.#pending.add(request, () => channel.post(packed));
  }

  close(): void {
    for (const clean of this.#cleanUp) clean();
  }
}
