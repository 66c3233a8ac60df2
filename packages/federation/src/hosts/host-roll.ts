/** The roll of a command: which hosts have joined at its server, and which of their federates are lost. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareText } from '@dragon/engine';
import { FederationError } from '../federation-error.ts';
import type { Link } from '../link.ts';
import { plainText } from '../plain-text.ts';
import { HostChannel } from './host-channel.ts';
import { HOST_SUBJECTS, type HostProgram, type HostWord } from './host-words.ts';

/** How often hosts are called. */
const CALL_MS = 500;
/** How long a host may be silent until it counts as gone. */
const SILENCE_MS = 10_000;
const LOOK_MS = 20;
/** More names than these come from nobody honest. */
const MOST_HOSTS = 4_096;

export interface HostRollOptions {
  readonly key: string;
  readonly program: HostProgram;
  readonly onNotice: (text: string) => void;
  /** Whether there is a queue of work. */
  readonly hasWork?: boolean | undefined;
}

/** A host that has joined. */
export interface JoinedHost {
  /** Tells it from another one of the same name. */
  readonly id: string;
  readonly name: string;
  readonly capacity: number;
  /** For how many processes it has room. */
  readonly free: number;
}

type Lost = Extract<HostWord, { readonly kind: 'lost' }>;
type Made = Extract<HostWord, { readonly kind: 'made' }>;

interface Standing extends JoinedHost {
  readonly beat: number;
  readonly heardAt: number;
}

export interface HostsWaitedFor {
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly onCount?: ((count: number) => void) | undefined;
}

export class HostRoll {
  /** Our name among those who call. */
  readonly caller = randomBytes(12).toString('hex');
  readonly channel: HostChannel;
  readonly #options: HostRollOptions;
  readonly #hosts = new Map<string, Standing>();
  /** Hosts of another version, by name. */
  readonly #strangers = new Map<string, string>();
  readonly #gone = new Set<(host: JoinedHost, why: string) => void>();
  readonly #lost = new Set<(lost: Lost) => void>();
  readonly #made = new Set<(made: Made) => void>();
  readonly #come = new Set<(host: JoinedHost) => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(link: Link, options: HostRollOptions) {
    this.#options = options;
    this.channel = new HostChannel(link, options.key, (text) => options.onNotice(`of hosts: ${text}`));
    this.channel.listen(HOST_SUBJECTS.caller(this.caller), ['present', 'leaving', 'lost', 'made'], (word) =>
      this.#hear(word),
    );
    this.#call();
    this.#timer = setInterval(() => this.#call(), CALL_MS);
  }

  /** Those that are there and of our version: those with most room first, then by name. */
  get hosts(): readonly JoinedHost[] {
    return [...this.#hosts.values()].sort(
      (a, b) => b.free - a.free || compareText(a.name, b.name) || compareText(a.id, b.id),
    );
  }

  /** Returns so many hosts with room, as soon as they are there. Throws `no-host` if they do not come in time. */
  async whenThere(count: number, { withinMs, signal, onCount }: HostsWaitedFor): Promise<readonly JoinedHost[]> {
    const giveUp = performance.now() + withinMs;
    for (;;) {
      signal.throwIfAborted();
      const able = this.hosts.filter(({ free }) => free > 0);
      onCount?.(able.length);
      if (able.length >= count) return able.slice(0, count);
      if (performance.now() >= giveUp) throw this.#tooFew(count, able.length, withinMs);
      await sleep(LOOK_MS);
    }
  }

  /** Calls `listener` when a host leaves or does not answer any more. */
  onGone(listener: (host: JoinedHost, why: string) => void): void {
    this.#gone.add(listener);
  }

  /** Calls `listener` with each host when it has come. */
  onCome(listener: (host: JoinedHost) => void): void {
    this.#come.add(listener);
  }

  /** Calls `listener` with what came of an order, again and again until the host is told that it was taken. */
  onMade(listener: (made: Made) => void): void {
    this.#made.add(listener);
  }

  /** Calls `listener` when a host says that a federate has ended. */
  onLost(listener: (lost: Lost) => void): void {
    this.#lost.add(listener);
  }

  close(): void {
    clearInterval(this.#timer);
    // Who works for us is told at once that it is over.
    if (this.#options.hasWork) this.#say(false);
    this.channel.close();
  }

  #call(): void {
    for (const host of this.#hosts.values())
      if (performance.now() - host.heardAt > SILENCE_MS)
        this.#remove(host, `does not answer for ${SILENCE_MS / 1_000} s`);
    this.#say(this.#options.hasWork === true);
  }

  #say(work: boolean): void {
    const { program } = this.#options;
    this.channel.send(this.channel.all, { kind: 'call', caller: this.caller, program, work });
  }

  #hear(word: Extract<HostWord, { readonly kind: 'present' | 'leaving' | 'lost' | 'made' }>): void {
    if (word.kind === 'present') {
      this.#enter(word);
      return;
    }
    const host = this.#hosts.get(word.host);
    if (word.kind === 'lost') for (const listener of this.#lost) listener(word);
    else if (word.kind === 'made') for (const listener of this.#made) listener(word);
    else if (host !== undefined) this.#remove(host, 'has left');
  }

  #enter({ host: id, name, beat, program, capacity, free }: Extract<HostWord, { readonly kind: 'present' }>): void {
    const { program: own, onNotice } = this.#options;
    if (program.sources !== own.sources) {
      if (this.#strangers.has(name) || this.#strangers.size >= MOST_HOSTS) return;
      this.#strangers.set(name, programText(program));
      onNotice(
        `host ${name} is of another version and is given nothing: ${plainText(programText(program))} there, ${programText(own)} here`,
      );
      return;
    }
    const known = this.#hosts.get(id);
    if (known === undefined ? this.#hosts.size >= MOST_HOSTS : known.beat >= beat) return;
    const host = { id, name, beat, capacity, free, heardAt: performance.now() };
    this.#hosts.set(id, host);
    if (known === undefined) for (const listener of this.#come) listener(host);
  }

  #remove(host: Standing, why: string): void {
    this.#hosts.delete(host.id);
    for (const listener of this.#gone) listener(host, why);
  }

  #tooFew(wanted: number, able: number, withinMs: number): FederationError {
    const there = [
      `${able} of ${wanted} hosts with room joined within ${withinMs / 1_000} s`,
      ...(this.#hosts.size > able ? [`${this.#hosts.size - able} without room`] : []),
      ...(this.#strangers.size > 0 ? [`${this.#strangers.size} of another version`] : []),
    ];
    return new FederationError('no-host', `${there.join(', ')}: start dragon join there with the same DRAGON_RUN_KEY`);
  }
}

/** `sleeping-dragon 1.2.3 (sources 0123456789abcdef)`. */
export const programText = ({ version, sources }: HostProgram): string => `${version} (sources ${sources})`;
