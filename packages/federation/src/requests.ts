/** The requests of a coordinator to its federates: all are asked at once, and a run goes on when all have answered. */
import type { Arrival, Channel } from './channel.ts';
import type { Body, Frame } from './frame.ts';
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
  /** Called with a federate that has been silent for so long. Returns whether another process comes in its place. */
  readonly onSilence?: ((federate: string) => boolean) | undefined;
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

  /** As `askAll`, but asks no more than `most` at a time, each as `requestOf` has it then. */
  async askInTurns<T, K extends RequestKind>(
    all: readonly T[],
    requestOf: (each: T, index: number) => Request<K>,
    most: number,
  ): Promise<Answer<K>[]> {
    const answers: Answer<K>[] = [];
    const left = all.entries();
    const askOneByOne = async () => {
      for (const [index, each] of left) {
        this.#options.signal.throwIfAborted();
        answers[index] = await this.#ask(requestOf(each, index));
      }
    };
    await Promise.all(Array.from({ length: Math.min(most, all.length) }, askOneByOne));
    return answers;
  }

  /** Asks a federate that was started again to come to where its predecessor was, before it does what is pending. */
  redo(to: string, place: Body<'place'>, grants: readonly Body<'grant'>[]): void {
    const since = grants.map((grant) => this.#asked(to, grant));
    this.#pending.redo(to, this.#asked(to, place), since);
  }

  /** Takes what a federate says. */
  receive(frame: Frame, { tag }: Arrival): void {
    if (frame.kind === 'busy') this.#pending.busy(frame);
    else this.#pending.answered(frame, tag);
  }

  #ask<K extends RequestKind>(request: Request<K>): Promise<Answer<K>> {
    return this.#pending.add(request, this.#asked(request.to, request.body).post);
  }

  #asked<B extends Request['body']>(to: string, body: B): { readonly body: B; readonly post: () => void } {
    const { channel, subjects } = this.#options;
    const packed = channel.pack(subjects.control(to), body);
    return { body, post: () => channel.post(packed) };
  }

  close(): void {
    for (const clean of this.#cleanUp) clean();
  }
}
