/** A link that speaks frames: encodes, cuts and checks them, and keeps from its user whatever arrives and is wrong. */
import { decode, encode, LONGEST_FRAME } from './codec.ts';
import { errorText, FederationError } from './federation-error.ts';
import { Fragments, framePieces } from './fragments.ts';
import type { Body, Frame } from './frame.ts';
import type { Link, Stop } from './link.ts';

export interface ChannelOptions {
  /** Our name on the wire. */
  readonly from: string;
  /** Called with the problem of every frame that was dropped. */
  readonly onBadFrame?: ((problem: string) => void) | undefined;
  /** Called with what a frame's handler throws, which is a bug of ours. */
  readonly onError: (error: unknown) => void;
}

export class Channel {
  /** The session that outgoing frames carry; 0 before there is one. */
  session = 0;
  /** Frames dropped so far. */
  badFrames = 0;
  /** Milliseconds of the wall clock spent so far on writing, reading and checking frames, and on handing them over. */
  wireMs = 0;
  readonly #link: Link;
  readonly #options: ChannelOptions;
  readonly #fragments = new Fragments(LONGEST_FRAME);
  readonly #stops: Stop[] = [];
  #parts = 0;

  constructor(link: Link, options: ChannelOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Returns the messages that carry `body`: one, or its pieces. Publish them again to say the same thing again. */
  pack(body: Body): Uint8Array[] {
    const startedMs = performance.now();
    const messages = this.#packed(body);
    this.wireMs += performance.now() - startedMs;
    return messages;
  }

  post(subject: string, messages: readonly Uint8Array[]): void {
    const startedMs = performance.now();
    for (const message of messages) this.#link.publish(subject, message);
    this.wireMs += performance.now() - startedMs;
  }

  send(subject: string, body: Body): void {
    this.post(subject, this.pack(body));
  }

  /**
   * Calls `handler` with every good frame. Nothing that arrives, and nothing that `handler` throws, gets out of here.
   */
  listen(subject: string, handler: (frame: Frame) => void): void {
    this.#stops.push(
      this.#link.subscribe(subject, (bytes) => {
        try {
          this.#take(bytes, handler);
        } catch (error) {
          this.#options.onError(error);
        }
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #packed(body: Body): Uint8Array[] {
    const envelope = { from: this.#options.from, session: this.session };
    const bytes = encode(envelope, body);
    if (bytes.length <= this.#link.maxPayload) return [bytes];
    if (bytes.length > LONGEST_FRAME)
      throw new FederationError('bad-frame', `a ${body.kind} frame of ${bytes.length} bytes is too long to be sent`);
    this.#parts += 1;
    return framePieces(this.#parts, bytes, this.#link.maxPayload).map((part) => encode(envelope, part));
  }

  #take(bytes: Uint8Array, handler: (frame: Frame) => void): void {
    const decoded = this.#decoded(bytes);
    if (decoded.frame === undefined) this.#drop(decoded.problem);
    else if (decoded.frame.kind === 'part') this.#join(decoded.frame, handler);
    else handler(decoded.frame);
  }

  #join(part: Frame<'part'>, handler: (frame: Frame) => void): void {
    const whole = this.#fragments.add(part);
    if (whole === undefined) return;
    const decoded = this.#decoded(whole);
    if (decoded.frame === undefined) this.#drop(decoded.problem);
    else if (decoded.frame.kind === 'part') this.#drop('a piece of a frame inside a piece of a frame');
    else handler(decoded.frame);
  }

  #decoded(bytes: Uint8Array): ReturnType<typeof decode> {
    const startedMs = performance.now();
    const decoded = decode(bytes);
    this.wireMs += performance.now() - startedMs;
    return decoded;
  }

  #drop(problem: string): void {
    this.badFrames += 1;
    try {
      this.#options.onBadFrame?.(problem);
    } catch (error) {
      this.#options.onError(new Error(`onBadFrame: ${errorText(error)}`));
    }
  }
}
