/**
 * A link that speaks frames: encodes, seals, cuts and checks them, and keeps from its user whatever arrives and is
 * wrong.
 */
import { randomInt } from 'node:crypto';
import { BadFrames } from './bad-frames.ts';
import { decode, encode, LONGEST_FRAME } from './codec.ts';
import { errorText, FederationError } from './federation-error.ts';
import { Fragments, framePieces } from './fragments.ts';
import type { Body, Frame } from './frame.ts';
import type { Link, Stop } from './link.ts';
import { Seal, SEAL_BYTES, type Tag } from './seal.ts';
import { maySay } from './speakers.ts';

export interface ChannelOptions {
  /** Our name on the wire. */
  readonly from: string;
  /** The key of the run; without one, whoever may use the link can speak in any name. */
  readonly key?: string | undefined;
  /** Called once a second at most, with how many frames were dropped, and what was wrong with the last one. */
  readonly onBadFrames?: ((text: string) => void) | undefined;
  /** Called with what a frame's handler throws, which is a bug of ours. */
  readonly onError: (error: unknown) => void;
}

const WRONG_NAME = 'whoever has such a name does not say that';

/** A frame as it is published: one message, or the pieces of a long one. */
export interface Packed {
  readonly subject: string;
  readonly messages: readonly Uint8Array[];
  readonly tag: Tag;
}

/** How a frame arrived: its tag is the one that its sender has from `pack`. */
export interface Arrival {
  readonly tag: Tag;
  readonly bytes: number;
}

export type FrameHandler = (frame: Frame, arrival: Arrival) => void;

export class Channel {
  /** The session that outgoing frames carry; 0 before there is one. */
  session = 0;
  /** Milliseconds of the wall clock spent so far on writing, reading and checking frames, and on handing them over. */
  wireMs = 0;
  readonly #link: Link;
  readonly #options: ChannelOptions;
  readonly #seal: Seal;
  readonly #badFrames: BadFrames;
  readonly #fragments = new Fragments(LONGEST_FRAME);
  readonly #stops: Stop[] = [];
  /** Begins anywhere, so that another process in our place does not say other things by the same number. */
  #parts = randomInt(2 ** 40);

  constructor(link: Link, options: ChannelOptions) {
    this.#link = link;
    this.#options = options;
    this.#seal = new Seal(options.key);
    this.#badFrames = new BadFrames((text) => this.#tellBadFrames(text));
  }

  /** Frames dropped so far. */
  get badFrames(): number {
    return this.#badFrames.count;
  }

  /** Returns what carries `body` under `subject`. Post it again to say the same thing again. */
  pack(subject: string, body: Body, session = this.session): Packed {
    const startedMs = performance.now();
    const packed = this.#packed(subject, body, session);
    this.wireMs += performance.now() - startedMs;
    return packed;
  }

  post({ subject, messages }: Packed): void {
    const startedMs = performance.now();
    for (const message of messages) this.#link.publish(subject, message);
    this.wireMs += performance.now() - startedMs;
  }

  /** With the channel's session, unless another one is given. */
  send(subject: string, body: Body, session = this.session): void {
    this.post(this.pack(subject, body, session));
  }

  /**
   * Calls `handler` with every good frame. Nothing that arrives, and nothing that `handler` throws, gets out of here.
   */
  listen(subject: string, handler: FrameHandler): void {
    this.#stops.push(
      this.#link.subscribe(subject, (bytes) => {
        try {
          this.#take(subject, bytes, handler);
        } catch (error) {
          this.#options.onError(error);
        }
      }),
    );
  }

  /** Counts a good frame as a bad one: one that its sender may not say, or not now. */
  refuse({ kind, from }: Frame, why: string): void {
    this.#badFrames.add(`${kind} from ${from}: ${why}`);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#badFrames.flush();
  }

  #packed(subject: string, body: Body, session: number): Packed {
    const envelope = { from: this.#options.from, session };
    const bytes = encode(envelope, body);
    const room = this.#link.maxPayload - SEAL_BYTES;
    if (bytes.length <= room) {
      const { message, tag } = this.#seal.close(subject, bytes);
      return { subject, messages: [message], tag };
    }
    if (bytes.length > LONGEST_FRAME)
      throw new FederationError('bad-frame', `a ${body.kind} frame of ${bytes.length} bytes is too long to be sent`);
    this.#parts += 1;
    const parts = framePieces(this.#parts, bytes, room);
    const messages = parts.map((part) => this.#seal.close(subject, encode(envelope, part)).message);
    return { subject, messages, tag: this.#seal.tagOf(subject, bytes) };
  }

  #take(subject: string, message: Uint8Array, handler: FrameHandler): void {
    const startedMs = performance.now();
    const opened = this.#seal.open(subject, message);
    const decoded = opened === undefined ? undefined : decode(opened.bytes);
    this.wireMs += performance.now() - startedMs;
    if (opened === undefined || decoded === undefined)
      this.#badFrames.add(
        'not sealed with the key of this run (DRAGON_RUN_KEY), or by another version of this program',
      );
    else if (decoded.frame === undefined) this.#badFrames.add(decoded.problem);
    else if (!maySay(decoded.frame.from, decoded.frame.kind)) this.refuse(decoded.frame, WRONG_NAME);
    else if (decoded.frame.kind === 'part') this.#join(subject, decoded.frame, handler);
    else handler(decoded.frame, { tag: opened.tag, bytes: message.length });
  }

  #join(subject: string, part: Frame<'part'>, handler: FrameHandler): void {
    const startedMs = performance.now();
    const whole = this.#fragments.add(part);
    const decoded = whole && decode(whole);
    this.wireMs += performance.now() - startedMs;
    if (whole === undefined || decoded === undefined) return;
    if (decoded.frame === undefined) this.#badFrames.add(decoded.problem);
    else if (decoded.frame.kind === 'part') this.#badFrames.add('a piece of a frame inside a piece of a frame');
    else if (decoded.frame.from !== part.from) this.refuse(decoded.frame, `in pieces from ${part.from}`);
    else if (!maySay(decoded.frame.from, decoded.frame.kind)) this.refuse(decoded.frame, WRONG_NAME);
    else handler(decoded.frame, { tag: this.#seal.tagOf(subject, whole), bytes: whole.length });
  }

  #tellBadFrames(text: string): void {
    try {
      this.#options.onBadFrames?.(text);
    } catch (error) {
      this.#options.onError(new Error(`onBadFrames: ${errorText(error)}`));
    }
  }
}
