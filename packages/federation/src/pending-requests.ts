/**
 * The pending requests of a coordinator, one a federate: each is repeated until it is answered, and given up with one
 * clear line that names the silent federate and what it was asked.
 */
import { FederationError, wrongFrame } from './federation-error.ts';
import type { Body, Frame, FrameKind } from './frame.ts';
import type { Tag } from './seal.ts';

/** The kind of frame that answers each kind of request. */
const ANSWERS = { place: 'placed', grant: 'report', save: 'saved', finish: 'finished' } as const satisfies Partial<
  Record<FrameKind, FrameKind>
>;

/**
 * How many times more rarely it is repeated that agents are to be placed: that is the longest frame, and a federate
 * starts its agents in one go, so on a busy machine each repetition adds to what it is waited for.
 */
const PLACE_PATIENCE = 5;

export type RequestKind = keyof typeof ANSWERS;

export interface Request<K extends RequestKind = RequestKind> {
  /** The federate that is asked. */
  readonly to: string;
  readonly body: Body<RequestKind> & Body<K>;
}

export type Answer<K extends RequestKind> = Frame<(typeof ANSWERS)[K]>;

export interface PendingOptions {
  readonly repeatMs: number;
  readonly silenceMs: number;
  /** Called with a federate that has been silent for so long. Returns whether another process comes in its place. */
  readonly onSilence?: ((federate: string) => boolean) | undefined;
}

/** What is asked, and how. */
interface Asked {
  readonly body: Request['body'];
  readonly post: () => void;
}

interface Pending extends Asked {
  /** It was answered once, by a process that is gone: the one in its place has to come to where that one was. */
  readonly isRedo: boolean;
  readonly resolve: (answer: Frame) => void;
  readonly reject: (error: unknown) => void;
  readonly repeatMs: number;
  repeatIn: number;
  silent: number;
  /** What the federate itself waits for, if it said so. */
  waitsFor: string;
}

export class PendingRequests {
  readonly #options: PendingOptions;
  /** The first of each federate's is asked; the next one is when that has its answer. */
  readonly #pending = new Map<string, Pending[]>();
  /** What each federate answered last. */
  readonly #answers = new Map<string, { readonly to: string; readonly tag: Tag }>();
  /** Federates that were started again. Their last answer says how long they took, each process another time. */
  readonly #redone = new Set<string>();

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /** Posts a request and resolves with its answer. */
  add<K extends RequestKind>({ to, body }: Request<K>, post: () => void): Promise<Answer<K>> {
    return new Promise((resolve, reject) => {
      // `answered` looks at the kind before it resolves.
      const promise = { resolve: resolve as (answer: Frame) => void, reject };
      const requests = this.#pending.get(to) ?? [];
      requests.push(this.#asked({ body, post }, false, promise));
      this.#pending.set(to, requests);
      if (requests.length === 1) post();
    });
  }

  /**
   * Asks a federate that was started again to be placed and to do what its predecessor did, before what is pending. If
   * that is to be placed, it is placed in the place of it, and has done nothing yet.
   */
  redo(to: string, place: Asked, since: readonly Asked[]): void {
    const pending = (this.#pending.get(to) ?? []).filter(({ isRedo }) => !isRedo);
    const [first] = pending;
    if (first?.body.kind === 'place') pending[0] = this.#asked(place, false, first);
    else {
      const window = first?.body.kind === 'grant' ? first.body.window : undefined;
      const steps = [place, ...since.filter(({ body }) => !('window' in body) || body.window !== window)];
      const nobody = { resolve: () => undefined, reject: () => undefined };
      pending.unshift(...steps.map((step) => this.#asked(step, true, nobody)));
    }
    this.#pending.set(to, pending);
    this.#answers.delete(to);
    this.#redone.add(to);
    pending[0]?.post();
  }

  /**
   * Resolves the request that `frame` answers. An answer that comes twice, or too late, is no answer. Throws
   * `wrong-frame` for a second answer to the same request that is another one: one of them is not the federate's.
   */
  answered(frame: Frame, tag: Tag): void {
    const request = answeredRequest(frame);
    if (request === undefined) return;
    const answer = this.#answers.get(frame.from);
    if (answer?.to === request) {
      if (answer.tag !== tag && !(frame.kind === 'finished' && this.#redone.has(frame.from)))
        throw wrongFrame(
          frame.from,
          `answered twice, and not the same, to ${request}: somebody else speaks in its name`,
        );
      return;
    }
    const requests = this.#pending.get(frame.from) ?? [];
    const [pending, next] = requests;
    if (pending === undefined || frame.kind !== ANSWERS[pending.body.kind] || !isOfItsRequest(frame, pending.body))
      return;
    if (pending.body.kind !== 'save') this.#answers.set(frame.from, { to: request, tag });
    requests.shift();
    pending.resolve(frame);
    next?.post();
  }

  /** A federate is alive but has no answer yet. Work is not silence; waiting is. */
  busy(frame: Frame<'busy'>): void {
    const [pending] = this.#pending.get(frame.from) ?? [];
    if (pending === undefined || !isOfItsRequest(frame, pending.body)) return;
    const [first] = frame.missing;
    pending.waitsFor = first === undefined ? '' : `, but waits for frame ${first.seqs[0]} of ${first.name}`;
    if (first === undefined) pending.silent = 0;
  }

  /** Lets time pass: repeats requests, and rejects those whose federate has been silent for too long. */
  passTime(ms: number): void {
    const { silenceMs } = this.#options;
    for (const [name, [pending]] of this.#pending) {
      if (pending === undefined) continue;
      pending.silent += ms;
      pending.repeatIn -= ms;
      if (pending.silent >= silenceMs && this.#options.onSilence?.(name)) pending.silent = 0;
      else if (pending.silent >= silenceMs) {
        const error = new FederationError('silent', silenceText(name, pending, silenceMs));
        for (const { reject } of this.#pending.get(name) ?? []) reject(error);
        this.#pending.delete(name);
      } else if (pending.repeatIn <= 0) {
        pending.repeatIn = pending.repeatMs;
        pending.post();
      }
    }
  }

  rejectAll(error: unknown): void {
    for (const requests of this.#pending.values()) for (const { reject } of requests) reject(error);
    this.#pending.clear();
  }

  #asked({ body, post }: Asked, isRedo: boolean, { resolve, reject }: Pick<Pending, 'resolve' | 'reject'>): Pending {
    const repeatMs = this.#options.repeatMs * (body.kind === 'place' ? PLACE_PATIENCE : 1);
    return { body, post, isRedo, resolve, reject, repeatIn: repeatMs, repeatMs, silent: 0, waitsFor: '' };
  }
}

/** Returns what a frame answers, in words; undefined if it is no answer. */
function answeredRequest(frame: Frame): string | undefined {
  switch (frame.kind) {
    case 'placed':
      return 'the request to start its agents';
    case 'report':
      return `the grant of window ${frame.window}`;
    case 'saved':
      return `the request to save checkpoint ${frame.checkpoint}`;
    case 'finished':
      return 'the request to finish';
    default:
      return undefined;
  }
}

/** Windows and checkpoints are numbered: what a federate says of an earlier one may still be on its way. */
function isOfItsRequest(frame: Frame, body: Request['body']): boolean {
  if (frame.kind === 'saved') return body.kind === 'save' && frame.checkpoint === body.checkpoint;
  return !('window' in frame) || (body.kind === 'grant' && frame.window === body.window);
}

function silenceText(name: string, { body, waitsFor }: Pending, silenceMs: number): string {
  const seconds = (silenceMs / 1_000).toFixed(1);
  return `federate ${name} has not answered for ${seconds} s: it was asked to ${requestText(body)}${waitsFor}`;
}

function requestText(body: Request['body']): string {
  switch (body.kind) {
    case 'place':
      return 'start its agents';
    case 'grant':
      return `process window ${body.window}, up to ${body.lbts} ns`;
    case 'save':
      return `save checkpoint ${body.checkpoint}`;
    case 'finish':
      return 'finish';
  }
}
