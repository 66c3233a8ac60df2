/**
 * A federate in one run: says hello, hosts the agents it is given, processes the windows it is granted, and never
 * outlives the run.
 */
import { type Arrival, Channel, type Packed } from './channel.ts';
import { errorText, FederationError, wrongFrame } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import { FederateCheckpoints, loadCheckpoint } from './federate-checkpoints.ts';
import type { FederateOptions, FederateResult } from './federate-options.ts';
import { HostedEngine } from './hosted-engine.ts';
import type { Link } from './link.ts';
import type { RunStore } from './run-store.ts';
import type { FederateCheckpoint } from './saved-state.ts';
import { SealedStore } from './sealed-store.ts';
import { SilenceTimer } from './silence-timer.ts';
import { checkFederateName, COORDINATOR } from './speakers.ts';
import { type Subjects, subjectsOf } from './subjects.ts';
import { Watchers } from './watchers.ts';
import { WindowRunner } from './window-runner.ts';

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
  readonly #silence: SilenceTimer;
  readonly #watchers: Watchers;
  readonly #end: End;
  readonly #instance = crypto.randomUUID();
  readonly #cleanUp: (() => void)[] = [];
  #engine: HostedEngine | undefined;
  #placed: Packed | undefined;
  #said: Packed | undefined;
  /** The latest sign of life of the coordinator. */
  #beat = -1;
  #windows: WindowRunner | undefined;
  #checkpoints: FederateCheckpoints | undefined;
  /** Agents are being placed here. */
  #isPlacing = false;
  /** The session in which that was asked last. */
  #askedIn = 0;
  #epoch = 0;
  #ended = false;

  constructor(link: Link, options: FederateOptions, end: End) {
    checkFederateName(options.name);
    this.#link = link;
    this.#options = options;
    this.#subjects = subjectsOf(options.run);
    this.#end = end;
    const onError = (error: unknown) => this.#fail(error);
    const { name: from, key, onBadFrames } = options;
    this.#channel = new Channel(link, { from, key, onBadFrames, onError });
    this.#watchers = new Watchers({
      silenceMs: options.watchMs ?? 5_000,
      send: (watcher, body) => this.#channel.send(this.#subjects.watch(watcher), body),
      flush: () => link.flush(),
    });
    this.#silence = new SilenceTimer(options.joinMs ?? 60_000, () => this.#onSilence());
  }

  start(): void {
    const { name, signal } = this.#options;
    const listen = (frame: Frame, arrival: Arrival) => this.#receive(frame, arrival);
    for (const subject of [this.#subjects.all, this.#subjects.control(name), this.#subjects.events(name)])
      this.#channel.listen(subject, listen);
    const aborted = () => this.#fail(new FederationError('aborted', `federate ${name} was told to stop`));
    signal?.addEventListener('abort', aborted);
    const stop = this.#link.onTrouble(({ kind, text }) => {
      if (kind === 'lost') this.#finish(new FederationError('link-lost', text));
      if (kind === 'denied') this.#fail(new FederationError('denied', text));
    });
    this.#cleanUp.push(stop, () => signal?.removeEventListener('abort', aborted));
    if (signal?.aborted) aborted();
    else this.#hello();
  }

  /** Whoever is heard with a pulse hears only who has heard it; the first hello is for whoever is there. */
  #hello(session = 0): void {
    const { kinds = [...this.#options.definitions.keys()], capacity = Number.MAX_SAFE_INTEGER } = this.#options;
    const offer = { kinds: typeof kinds === 'string' ? kinds : [...kinds], capacity };
    this.#channel.send(this.#subjects.coordinator, { kind: 'hello', instance: this.#instance, ...offer }, session);
  }

  #tell(body: Body): void {
    this.#channel.send(this.#subjects.coordinator, body);
  }

  #receive(frame: Frame, arrival: Arrival): void {
    if (this.#ended) return;
    if (frame.kind === 'watch') this.#watchers.watch(frame);
    else if (frame.kind === 'unwatch') this.#watchers.unwatch(frame);
    else if (this.#engine === undefined) this.#receiveUnplaced(frame);
    else if (frame.session === this.#channel.session) this.#receivePlaced(frame, arrival, this.#engine);
    // Its coordinator was started again before anything had happened.
    else if (this.#checkpoints !== undefined && this.#windows?.window === 0) this.#receiveUnplaced(frame);
  }

  #receiveUnplaced(frame: Frame): void {
    if (frame.kind === 'pulse') {
      // A coordinator is there, and may be waiting for others: stay.
      this.#silence.heard();
      this.#hello(frame.session);
    } else if (frame.kind === 'place' && frame.instance === this.#instance) void this.#onPlace(frame);
    // What was said to all in an earlier run of this name does not name us.
    else if (frame.kind === 'goodbye' && frame.instances.includes(this.#instance)) this.#finish(undefined);
    else if (frame.kind === 'abort' && frame.instances.includes(this.#instance)) this.#finish(aborted(frame));
  }

  #receivePlaced(frame: Frame, arrival: Arrival, engine: HostedEngine): void {
    switch (frame.kind) {
      case 'events':
      case 'resend':
        if (!engine.inbox.knows(frame.from)) this.#channel.refuse(frame, 'it hosts no agents in this run');
        else if (frame.kind === 'events') this.#windows?.onEvents(frame, arrival);
        else engine.outbox.resend(frame.from, frame.seqs);
        return;
      case 'pulse':
        if (frame.beat <= this.#beat) return;
        this.#beat = frame.beat;
        this.#silence.heard();
        return;
      case 'abort':
        this.#finish(aborted(frame));
        return;
      case 'goodbye':
        this.#onGoodbye();
        return;
      case 'grant':
        this.#silence.heard();
        this.#windows?.onGrant(frame, arrival);
        return;
      case 'place':
        this.#placedAgain(frame);
        return;
      case 'save':
        this.#silence.heard();
        this.#checkpoints?.save(frame);
        return;
      case 'finish':
        this.#silence.heard();
        if (this.#windows?.isAfter(frame.window) === true) this.#onFinish(frame, engine);
        return;
      default:
        return;
    }
  }

  #onGoodbye(): void {
    // One that was started again may come too late to be asked.
    if (this.#said !== undefined || this.#checkpoints !== undefined) this.#finish(undefined);
    else throw wrongFrame(COORDINATOR, 'ended the run before it asked for our share: somebody else speaks in its name');
  }

  async #onPlace(frame: Frame<'place'>): Promise<void> {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    this.#askedIn = frame.session;
    this.#engine?.stop();
    this.#windows?.stop();
    try {
      const { checkpoint } = frame;
      const store = checkpoint === null ? undefined : await this.#openStore();
      const saved = store && checkpoint ? await loadCheckpoint(store, this.#options.name, frame) : undefined;
      if (!this.#ended) this.#host(frame, store, saved);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isPlacing = false;
    }
  }

  async #openStore(): Promise<RunStore> {
    const { openStore, run, key } = this.#options;
    if (openStore !== undefined) return new SealedStore(await openStore(), run, key);
    throw new FederationError('no-host', `run ${run} wants checkpoints, but this federate has no store for them`);
  }

  /** Asked once more, it says the same once more; another process in its place has it end. */
  #placedAgain({ instance, epoch }: Frame<'place'>): void {
    const { name, run } = this.#options;
    if (instance === this.#instance) {
      this.#silence.heard();
      if (this.#placed !== undefined) this.#channel.post(this.#placed);
    } else if (epoch > this.#epoch)
      this.#finish(new FederationError('aborted', `another process goes on as federate ${name} of run ${run}`));
  }

  /** Also in place of what was hosted, if nothing has happened there. */
  #host(frame: Frame<'place'>, store: RunStore | undefined, saved: FederateCheckpoint | undefined): void {
    const { name, definitions, silenceMs = 10_000, repeatMs = 200 } = this.#options;
    this.#epoch = frame.epoch;
    this.#channel.session = frame.session;
    this.#silence.limit = silenceMs;
    this.#silence.heard();
    const [channel, subjects] = [this.#channel, this.#subjects];
    const pack = (body: Body) => channel.pack(subjects.coordinator, body);
    const engine = new HostedEngine(frame, {
      name,
      definitions,
      pack: (receiver, body) => channel.pack(subjects.events(receiver), body),
      post: (packed) => channel.post(packed),
      onError: (error) => this.#fail(error),
      saved: saved?.host,
    });
    this.#engine = engine;
    this.#windows = new WindowRunner({
      engine,
      pack,
      tell: (body) => this.#tell(body),
      post: (packed) => channel.post(packed),
      onError: (error) => this.#fail(error),
      repeatMs,
      askFor: (federate, seqs) => channel.send(subjects.control(federate), { kind: 'resend', seqs }),
      keepsReports: store !== undefined,
      saved: saved?.windows,
    });
    if (store !== undefined)
      this.#checkpoints = new FederateCheckpoints({
        name,
        session: frame.session,
        plan: frame.plan,
        store,
        engine,
        windows: this.#windows,
        tell: (body) => this.#tell(body),
        onError: (error) => this.#fail(error),
      });
    // One of all tells watchers the plan.
    const watching = this.#watchers.start(engine, frame.federates[0] === name ? frame.plan : null);
    this.#placed = pack(engine.start(watching));
    channel.post(this.#placed);
    // What it took to get here is no part of the rounds.
    channel.wireMs = 0;
  }

  #onFinish(frame: Frame<'finish'>, engine: HostedEngine): void {
    this.#watchers.finish();
    // Whoever has the key has sent what is here, and should have reported it.
    if (this.#options.key !== undefined) engine.inbox.refuseUnreported(frame.end);
    // Asked again it says the same thing: two answers that differ are trouble.
    this.#said ??= this.#channel.pack(this.#subjects.coordinator, engine.finish(frame, this.#channel.wireMs));
    this.#channel.post(this.#said);
    // All that is left is a goodbye, which may get lost.
    this.#silence.limit = Math.min(this.#silence.limit, 5_000);
  }

  #onSilence(): void {
    if (this.#said !== undefined) {
      this.#finish(undefined);
      return;
    }
    const { name, run } = this.#options;
    const placed = this.#engine !== undefined;
    this.#finish(
      placed
        ? new FederationError('silent', `the coordinator of run ${run} fell silent`)
        : new FederationError('timeout', `no coordinator of run ${run} has placed ${name}`),
    );
  }

  /** Ends, and tells the coordinator that it is not by its wish. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    // Also of what kept it from being placed.
    this.#channel.send(this.#subjects.coordinator, this.#faultOf(error), this.#askedIn);
    this.#finish(error);
  }

  #faultOf(error: unknown): Body<'fault'> {
    const { code, blamed = null } = error instanceof FederationError ? error : {};
    const text = errorText(error).slice(0, 65_536);
    return { kind: 'fault', instance: this.#instance, text, blamed, badCheckpoint: code === 'bad-checkpoint' };
  }

  #finish(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const engine = this.#engine;
    engine?.stop();
    this.#windows?.stop();
    this.#watchers.finish();
    this.#watchers.close();
    this.#silence.stop();
    this.#channel.close();
    for (const clean of this.#cleanUp) clean();
    const { badFrames } = this.#channel;
    this.#end(engine?.fault ?? error, {
      processed: engine?.processed ?? 0,
      windows: this.#windows?.count ?? 0,
      badFrames,
    });
  }
}

const aborted = ({ text }: Frame<'abort'>) => new FederationError('aborted', text);
