/**
 * The federate's loop: says hello, hosts the agents it is given, processes the windows it is granted, and never
 * outlives its run.
 */
import { Channel } from './channel.ts';
import type { FederateOptions, FederateResult } from './federate-options.ts';
import { errorText, FederationError } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import { Hosting } from './hosting.ts';
import type { Link } from './link.ts';
import { Silence } from './silence.ts';
import { checkName, type Subjects, subjectsOf } from './subjects.ts';
import { Windows } from './windows.ts';

/**
 * Takes part in one run. Resolves when the coordinator says goodbye. Rejects with an `AgentFault` if one of its agents
 * broke, and with a `FederationError` if the run was aborted, or the link or the coordinator is gone: it never waits
 * for ever.
 */
export function runFederate(link: Link, options: FederateOptions): Promise<FederateResult> {
  return new Promise((resolve, reject) => {
    const federate = new Federate(link, options, (error, result) =>
      error === undefined ? resolve(result) : reject(error),
    );
    federate.start();
  });
}

type End = (error: unknown, result: FederateResult) => void;

class Federate {
  readonly #link: Link;
  readonly #options: FederateOptions;
  readonly #channel: Channel;
  readonly #subjects: Subjects;
  readonly #silence: Silence;
  readonly #end: End;
  readonly #instance = crypto.randomUUID();
  readonly #cleanUp: (() => void)[] = [];
  #hosting: Hosting | undefined;
  #placed: Uint8Array[] = [];
  #windows: Windows | undefined;
  #finished = false;
  #ended = false;

  constructor(link: Link, options: FederateOptions, end: End) {
    checkName('federate', options.name);
    this.#link = link;
    this.#options = options;
    this.#subjects = subjectsOf(options.run);
    this.#end = end;
    const onError = (error: unknown) => this.#fail(error);
    this.#channel = new Channel(link, { from: options.name, onBadFrame: options.onBadFrame, onError });
    this.#silence = new Silence(options.joinMs ?? 60_000, () => this.#onSilence());
  }

  start(): void {
    const { name, repeatMs = 200, signal } = this.#options;
    const listen = (frame: Frame) => this.#receive(frame);
    for (const subject of [this.#subjects.all, this.#subjects.control(name), this.#subjects.events(name)])
      this.#channel.listen(subject, listen);
    const repeat = setInterval(() => this.#repeat(), repeatMs);
    const aborted = () => this.#fail(new FederationError('aborted', `federate ${name} was told to stop`));
    signal?.addEventListener('abort', aborted);
    const stop = this.#link.onTrouble(({ kind, text }) => {
      if (kind === 'lost') this.#finish(new FederationError('link-lost', text));
    });
    this.#cleanUp.push(
      stop,
      () => clearInterval(repeat),
      () => signal?.removeEventListener('abort', aborted),
    );
    if (signal?.aborted) aborted();
    else this.#hello();
  }

  #hello(): void {
    const { kinds = [...this.#options.definitions.keys()], capacity = Number.MAX_SAFE_INTEGER } = this.#options;
    this.#tell({
      kind: 'hello',
      instance: this.#instance,
      kinds: typeof kinds === 'string' ? kinds : [...kinds],
      capacity,
    });
  }

  #tell(body: Body): void {
    this.#channel.send(this.#subjects.coordinator, body);
  }

  /** What has no answer yet is said again. */
  #repeat(): void {
    if (this.#hosting === undefined) this.#hello();
    else this.#windows?.retry();
  }

  #receive(frame: Frame): void {
    if (this.#ended) return;
    if (this.#hosting === undefined) this.#receiveUnplaced(frame);
    else if (frame.session === this.#channel.session) this.#receivePlaced(frame, this.#hosting);
  }

  #receiveUnplaced(frame: Frame): void {
    if (frame.kind === 'pulse') {
      // A coordinator is there, and may be waiting for others: stay.
      this.#silence.heard();
      this.#hello();
    } else if (frame.kind === 'place' && frame.instance === this.#instance) this.#onPlace(frame);
    else if (frame.kind === 'goodbye') this.#finish(undefined);
    else if (frame.kind === 'abort') this.#finish(new FederationError('aborted', frame.text));
  }

  #receivePlaced(frame: Frame, hosting: Hosting): void {
    if (frame.kind === 'events') {
      this.#windows?.onEvents(frame);
      return;
    }
    if (frame.kind === 'resend') {
      hosting.outbox.resend(frame.from, frame.seqs);
      return;
    }
    this.#silence.heard();
    if (frame.kind === 'grant') this.#windows?.onGrant(frame);
    else if (frame.kind === 'place') this.#channel.post(this.#subjects.coordinator, this.#placed);
    else if (frame.kind === 'finish') this.#onFinish(frame, hosting);
    else if (frame.kind === 'goodbye') this.#finish(undefined);
    else if (frame.kind === 'abort') this.#finish(new FederationError('aborted', frame.text));
  }

  #onPlace(frame: Frame<'place'>): void {
    const { name, definitions, silenceMs = 10_000 } = this.#options;
    this.#channel.session = frame.session;
    this.#silence.limit = silenceMs;
    this.#silence.heard();
    const [channel, subjects] = [this.#channel, this.#subjects];
    const pack = (body: Body) => channel.pack(body);
    const hosting = new Hosting(frame, {
      name,
      definitions,
      pack,
      post: (receiver, messages) => channel.post(subjects.events(receiver), messages),
      onError: (error) => this.#fail(error),
    });
    this.#hosting = hosting;
    this.#windows = new Windows({
      hosting,
      pack,
      tell: (body) => this.#tell(body),
      post: (messages) => channel.post(subjects.coordinator, messages),
      askFor: (federate, seqs) => channel.send(subjects.control(federate), { kind: 'resend', seqs }),
    });
    this.#placed = pack(hosting.start());
    channel.post(subjects.coordinator, this.#placed);
  }

  #onFinish(frame: Frame<'finish'>, hosting: Hosting): void {
    this.#tell(hosting.finish(frame));
    // All that is left is a goodbye, which may get lost.
    this.#finished = true;
    this.#silence.limit = Math.min(this.#silence.limit, 5_000);
  }

  #onSilence(): void {
    if (this.#finished) {
      this.#finish(undefined);
      return;
    }
    const { name, run } = this.#options;
    const placed = this.#hosting !== undefined;
    const text = placed
      ? `the coordinator of run ${run} fell silent`
      : `no coordinator of run ${run} has placed ${name}`;
    this.#finish(new FederationError(placed ? 'silent' : 'timeout', text));
  }

  /** Ends, and tells the coordinator that it is not by its wish. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#tell({ kind: 'fault', text: errorText(error).slice(0, 65_536) });
    this.#finish(error);
  }

  #finish(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const hosting = this.#hosting;
    hosting?.stop();
    this.#silence.stop();
    this.#channel.close();
    for (const clean of this.#cleanUp) clean();
    const { badFrames } = this.#channel;
    this.#end(hosting?.fault ?? error, {
      processed: hosting?.processed ?? 0,
      windows: this.#windows?.count ?? 0,
      badFrames,
    });
  }
}
