/** The service of a host that has joined: answers commands that call, and starts federates of their runs. */
import { randomBytes } from 'node:crypto';
import type { Link } from '../link.ts';
import { HostChannel } from './host-channel.ts';
import { programText } from './host-roll.ts';
import { HOST_SUBJECTS, type HostProgram, type HostWord } from './host-words.ts';
import { type Perform, WorkService } from './work-service.ts';
import type { WorkSource } from './nats-work.ts';

const SILENCE_MS = 15_000;
/** After so many times that silence, a command does not come back to its queue. */
const QUEUE_SILENCES = 4;
/** Federates that have ended are known, so that nobody can play an old order again: the last so many. */
const MOST_KNOWN = 65_536;
/** Commands that call at a time; more than these, and somebody makes them up. */
const MOST_CALLERS = 1_024;

/** A federate's process. */
export interface StartedFederate {
  /** Resolves when it has ended, with the reason. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface HostServiceOptions {
  readonly key: string;
  readonly name: string;
  /** How many processes it has room for. */
  readonly capacity: number;
  readonly program: HostProgram;
  readonly startFederate: (run: string, federate: string) => StartedFederate;
  /** Opens the queue of a command. */
  readonly openWork: (caller: string) => Promise<WorkSource>;
  readonly perform: Perform;
  readonly onNotice: (text: string) => void;
  /** How long a command may be silent until what it ordered is ended, in milliseconds; default 15000. */
  readonly silenceMs?: number | undefined;
}

interface Hosted {
  readonly caller: string;
  readonly run: string;
  readonly federate: string;
  readonly process: StartedFederate;
}

export class HostService {
  readonly #id = randomBytes(12).toString('hex');
  readonly #options: HostServiceOptions;
  readonly #channel: HostChannel;
  readonly #hosted = new Map<string, Hosted>();
  /** Every federate that was started, also those that have ended. */
  readonly #known = new Set<string>();
  /** When each command called last. */
  readonly #callers = new Map<string, number>();
  readonly #strangers = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #work: WorkService;
  #beat = 0;
  #isClosed = false;

  constructor(link: Link, options: HostServiceOptions) {
    this.#options = options;
    this.#channel = new HostChannel(link, options.key, options.onNotice);
    const { key, openWork: open, perform, onNotice } = options;
    const hasRoom = () => this.#free > 0;
    this.#work = new WorkService({ key, host: this.#id, channel: this.#channel, hasRoom, open, perform, onNotice });
    this.#channel.listen(this.#channel.all, ['call'], (word) => this.#answer(word));
    this.#channel.listen(HOST_SUBJECTS.host(this.#id), ['order', 'release', 'taken'], (word) => {
      if (word.kind === 'order') this.#start(word);
      else if (word.kind === 'taken') this.#work.taken(word.caller, word.index);
      else void this.#end((hosted) => hosted.run === word.run);
    });
    const { silenceMs = SILENCE_MS } = options;
    this.#timer = setInterval(() => this.#forgetSilent(silenceMs), silenceMs / 10);
  }

  /** How many federates it hosts now, how many runs it makes for others, and how many it has made. */
  get standing(): { readonly federates: number; readonly making: number; readonly made: number } {
    return { federates: this.#hosted.size, making: this.#work.busy, made: this.#work.made };
  }

  /** Ends what it hosts, and says so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const caller of this.#callers.keys())
      this.#channel.send(HOST_SUBJECTS.caller(caller), { kind: 'leaving', host: this.#id });
    this.#work.close();
    await this.#end(() => true);
    this.#channel.close();
  }

  get #free(): number {
    return Math.max(0, this.#options.capacity - this.#hosted.size - this.#work.busy);
  }

  #answer({ caller, program, work }: Extract<HostWord, { readonly kind: 'call' }>): void {
    const { name, capacity, program: own, onNotice } = this.#options;
    if (this.#isClosed || (!this.#callers.has(caller) && this.#callers.size >= MOST_CALLERS)) return;
    const isStranger = program.sources !== own.sources;
    if (isStranger && !this.#strangers.has(program.sources) && this.#strangers.size < MOST_CALLERS) {
      this.#strangers.add(program.sources);
      onNotice(
        `a command of another version has called and gives nothing to this host: ${programText(program)} there, ${programText(own)} here`,
      );
    }
    this.#callers.set(caller, performance.now());
    this.#beat += 1;
    this.#channel.send(HOST_SUBJECTS.caller(caller), {
      kind: 'present',
      host: this.#id,
      name,
      beat: this.#beat,
      program: own,
      capacity,
      free: this.#free,
    });
    if (work && !isStranger) this.#work.serve(caller);
    else this.#work.release(caller);
  }

  /** An order is repeated until the federate has come: the first one counts. */
  #start({ caller, run, federate }: Extract<HostWord, { readonly kind: 'order' }>): void {
    const key = `${run} ${federate}`;
    if (this.#isClosed || this.#known.has(key)) return;
    const lost = (why: string) =>
      this.#channel.send(HOST_SUBJECTS.caller(caller), { kind: 'lost', host: this.#id, run, federate, why });
    if (this.#free === 0) {
      lost('there is no room for it');
      return;
    }
    this.#known.add(key);
    const [oldest = ''] = this.#known;
    if (this.#known.size > MOST_KNOWN) this.#known.delete(oldest);
    const process = this.#options.startFederate(run, federate);
    this.#hosted.set(key, { caller, run, federate, process });
    void process.ended.then((why) => {
      if (this.#hosted.delete(key)) lost(why.slice(0, 4_096));
      this.#work.roomMade();
      void process.stop();
    });
  }

  async #end(isMeant: (hosted: Hosted) => boolean): Promise<void> {
    const ending = [...this.#hosted].filter(([, hosted]) => isMeant(hosted));
    for (const [key] of ending) this.#hosted.delete(key);
    await Promise.all(ending.map(([, { process }]) => process.stop()));
    this.#work.roomMade();
  }

  #forgetSilent(silenceMs: number): void {
    const now = performance.now();
    for (const [caller, calledAt] of this.#callers) {
      if (now - calledAt < silenceMs) continue;
      void this.#end((hosted) => hosted.caller === caller);
      this.#work.release(caller);
      // It may have been cut off, and come back to its queue.
      if (now - calledAt < QUEUE_SILENCES * silenceMs) continue;
      this.#callers.delete(caller);
      void this.#work.remove(caller);
    }
  }
}
