/** The coordinator's desk: asks federates, asks again, and gives up with one clear line when somebody stays silent. */
import { randomInt } from 'node:crypto';
import { Channel } from './channel.ts';
import { errorText, FederationError } from './federation-error.ts';
import type { Body, Frame, FrameKind } from './frame.ts';
import type { Link } from './link.ts';
import { Questions, request } from './questions.ts';
import { type Subjects, subjectsOf } from './subjects.ts';

export interface DeskOptions {
  readonly run: string;
  /** After this long without an answer a question is repeated. */
  readonly repeatMs: number;
  /** After this long without an answer the run fails. */
  readonly silenceMs: number;
  readonly pulseMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onNotice: ((text: string) => void) | undefined;
}

export interface Question {
  readonly to: string;
  readonly body: Body;
}

interface Round {
  readonly kind: FrameKind;
  readonly window: number | undefined;
  readonly onAnswer: (frame: Frame) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Desk {
  readonly #channel: Channel;
  readonly #subjects: Subjects;
  readonly #questions: Questions;
  readonly #cleanUp: (() => void)[] = [];
  #round: Round | undefined;
  #failure: Error | undefined;
  #onHello: (frame: Frame<'hello'>) => void = () => undefined;
  #onFailure: ((error: Error) => void) | undefined;
  /** Called about ten times a second. */
  onTick: () => void = () => undefined;

  constructor(link: Link, options: DeskOptions) {
    const { run, signal, onNotice, pulseMs, repeatMs, silenceMs } = options;
    this.#subjects = subjectsOf(run);
    this.#channel = new Channel(link, {
      from: 'coordinator',
      onBadFrame: (problem) => onNotice?.(`dropped a bad frame: ${problem}`),
      onError: (error) => this.fail(error),
    });
    const post = (subject: string, messages: readonly Uint8Array[]) => this.#channel.post(subject, messages);
    this.#questions = new Questions({ repeatMs, silenceMs, post });
    this.#channel.session = randomInt(1, 2 ** 32);
    this.#channel.listen(this.#subjects.coordinator, (frame) => this.#receive(frame));
    const tickMs = Math.max(1, Math.min(100, repeatMs / 2));
    let last = performance.now();
    const tick = setInterval(() => {
      const now = performance.now();
      // A machine that slept was not listening either: no tick counts for more than twice its length.
      this.#tick(Math.min(now - last, 2 * tickMs));
      last = now;
    }, tickMs);
    const pulse = setInterval(() => this.pulse(), pulseMs);
    const aborted = () => {
      const reason: unknown = signal?.reason;
      this.fail(reason instanceof FederationError ? reason : new FederationError('aborted', `run ${run} was stopped`));
    };
    signal?.addEventListener('abort', aborted);
    const stop = link.onTrouble(({ kind, text }) => {
      onNotice?.(text);
      if (kind === 'lost') this.fail(new FederationError('link-lost', text));
    });
    this.#cleanUp.push(
      stop,
      () => clearInterval(tick),
      () => clearInterval(pulse),
    );
    this.#cleanUp.push(() => signal?.removeEventListener('abort', aborted));
    if (signal?.aborted) aborted();
  }

  get badFrames(): number {
    return this.#channel.badFrames;
  }

  /** Shows that the coordinator is alive, and asks for hellos. */
  pulse(): void {
    this.#channel.send(this.#subjects.all, { kind: 'pulse' });
  }

  /** Ends everything that waits here, now and later, with `error`. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#round?.reject(this.#failure);
    this.#onFailure?.(this.#failure);
  }

  /** Calls `onHello` with each hello until it returns true. Rejects if the desk fails meanwhile. */
  gather(onHello: (frame: Frame<'hello'> | undefined) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (frame: Frame<'hello'> | undefined) => {
        try {
          if (!onHello(frame)) return;
        } catch (error) {
          this.fail(error);
          return;
        }
        this.onTick = () => undefined;
        this.#onFailure = undefined;
        resolve();
      };
      this.#onFailure = reject;
      this.#onHello = look;
      this.onTick = () => look(undefined);
      if (this.#failure === undefined) this.pulse();
      else reject(this.#failure);
    });
  }

  /** From now on `onHello` is told of hellos. */
  watchHellos(onHello: (frame: Frame<'hello'>) => void): void {
    this.#onHello = onHello;
  }

  /** Asks all, and resolves when each has answered with a frame of `kind` (of `window`, if given). */
  ask<K extends FrameKind>(
    kind: K,
    questions: readonly Question[],
    onAnswer: (frame: Frame<K>) => void,
    window?: number,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#round = { kind, window, onAnswer: onAnswer as (frame: Frame) => void, resolve, reject };
      for (const { to, body } of questions)
        this.#questions.ask(to, this.#subjects.control(to), this.#channel.pack(body), request(body));
      if (questions.length === 0) resolve();
    });
  }

  /** Tells every federate that the run failed. */
  abort(error: unknown): void {
    this.#channel.send(this.#subjects.all, { kind: 'abort', text: errorText(error).slice(0, 65_536) });
  }

  goodbye(): void {
    this.#channel.send(this.#subjects.all, { kind: 'goodbye' });
  }

  close(): void {
    this.#channel.close();
    for (const clean of this.#cleanUp) clean();
  }

  #receive(frame: Frame): void {
    if (frame.kind === 'hello') {
      this.#onHello(frame);
      return;
    }
    if (frame.session !== this.#channel.session) return;
    if (frame.kind === 'fault')
      this.fail(new FederationError('lost-federate', `federate ${frame.from} failed: ${frame.text}`));
    else if (frame.kind === 'busy') {
      if (frame.window === this.#round?.window) this.#questions.excused(frame);
    } else this.#answer(frame);
  }

  #answer(frame: Frame): void {
    const round = this.#round;
    if (round === undefined || frame.kind !== round.kind) return;
    if (round.window !== undefined && 'window' in frame && frame.window !== round.window) return;
    if (!this.#questions.answered(frame.from)) return;
    round.onAnswer(frame);
    if (this.#questions.size > 0) return;
    this.#round = undefined;
    round.resolve();
  }

  #tick(ms: number): void {
    try {
      this.#questions.tick(ms);
      this.onTick();
    } catch (error) {
      this.fail(error);
    }
  }
}
