/** The membership of a run: the pulse that asks for hellos, the hellos, and word of federates that are lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.ts';
import { FederationError } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import { Join, type JoinOptions } from './join.ts';
import type { Applicant } from './placement.ts';
import type { Subjects } from './subjects.ts';

/** How often a join that is not complete looks at the clock, in milliseconds. */
const LOOK_MS = 5;
/** How many processes are told when the run is over; more than these, and somebody makes them up. */
const MOST_INSTANCES = 4_096;

export interface MembershipOptions {
  readonly channel: Channel;
  readonly subjects: Subjects;
  readonly join: JoinOptions;
  readonly pulseMs: number;
  /** Aborted with the error when a federate that counts is lost; when somebody else aborts it, nobody waits here. */
  readonly failure: AbortController;
  /** Called with hellos that are not heard, and why. */
  readonly refuse: (frame: Frame, why: string) => void;
  /** Called with a federate when a process of its name first says hello. */
  readonly onHello?: ((federate: string) => void) | undefined;
  /** Present if a member may be replaced: called with the one that was started in its place. */
  readonly onReplaced?: ((member: Applicant) => void) | undefined;
}

export class Membership {
  readonly #channel: Channel;
  readonly #subjects: Subjects;
  readonly #join: Join;
  readonly #joinMs: number;
  readonly #failure: AbortController;
  readonly #refuse: MembershipOptions['refuse'];
  readonly #onHello: MembershipOptions['onHello'];
  readonly #onReplaced: MembershipOptions['onReplaced'];
  readonly #pulse: NodeJS.Timeout;
  /** The federates that host agents, with their instances; undefined while anybody may still be given some. */
  #members: Map<string, string> | undefined;
  /** The processes that said hello, placed or not. */
  readonly #instances = new Set<string>();
  /** Later than those of an earlier coordinator of this run. */
  #beats = Date.now();

  constructor({ channel, subjects, join, pulseMs, failure, refuse, onHello, onReplaced }: MembershipOptions) {
    this.#channel = channel;
    this.#subjects = subjects;
    this.#join = new Join(join);
    this.#joinMs = join.joinMs;
    this.#failure = failure;
    this.#refuse = refuse;
    this.#onHello = onHello;
    this.#onReplaced = onReplaced;
    this.#pulse = setInterval(() => this.#sendPulse(), pulseMs);
  }

  /** Resolves with all applicants once they can host every agent. Rejects if they do not come in time. */
  async applicants(): Promise<readonly Applicant[]> {
    this.#sendPulse();
    for (;;) {
      this.#failure.signal.throwIfAborted();
      if (this.#join.isComplete()) return this.#join.applicants;
      await sleep(LOOK_MS);
    }
  }

  /** From now on only these federates count: the run cannot do without any of them, and can without all others. */
  admit(members: readonly Applicant[]): void {
    this.#members = new Map(members.map(({ name, instance }) => [name, instance]));
  }

  /** Resolves when another process has come in the place of each of these members. Rejects if they do not in time. */
  async returned(members: readonly Applicant[]): Promise<void> {
    const startedMs = performance.now();
    this.#sendPulse();
    for (;;) {
      this.#failure.signal.throwIfAborted();
      const missing = members.filter(({ name, instance }) => this.#members?.get(name) === instance);
      if (missing.length === 0) return;
      if (performance.now() - startedMs >= this.#joinMs)
        throw new FederationError('timeout', `federate ${missing[0]?.name} was not started again in time`);
      await sleep(LOOK_MS);
    }
  }

  /** Returns true for the federates that host agents. */
  has(federate: string): boolean {
    return this.#members?.has(federate) ?? false;
  }

  /** The processes that said hello, which are told when the run is over. */
  get instances(): string[] {
    return [...this.#instances];
  }

  hello(frame: Frame<'hello'>): void {
    const { from, instance, kinds, capacity } = frame;
    const refused = this.#join.refusal(frame);
    if (refused !== undefined) {
      this.#refuse(frame, refused);
      return;
    }
    // Of an earlier run of this name; or the first of a process, which does not know yet who is here.
    if (frame.session !== this.#channel.session) {
      if (this.#members === undefined || this.#members.has(from))
        this.#channel.send(this.#subjects.control(from), this.#nextPulse());
      return;
    }
    if (this.#instances.size < MOST_INSTANCES) this.#instances.add(instance);
    if (this.#members === undefined) {
      if (this.#join.hello(frame)) this.#onHello?.(from);
      return;
    }
    const member = this.#members.get(from);
    if (member === undefined || member === instance) return;
    if (this.#onReplaced === undefined)
      this.#lose(`federate ${from} was started again during the run, or is there twice`);
    else {
      // What it said before is not heard again.
      this.#join.retire(member);
      this.#members.set(from, instance);
      this.#onHello?.(from);
      this.#onReplaced({ name: from, instance, kinds, capacity });
    }
  }

  /** A federate says that it cannot go on, through no fault of an agent. */
  gaveUp(frame: Frame<'fault'>): void {
    const { from, instance, text, blamed, badCheckpoint } = frame;
    if (this.#join.isRetired(instance)) this.#refuse(frame, 'another process has taken its place');
    else if (badCheckpoint) this.#failure.abort(new FederationError('bad-checkpoint', text));
    else if (blamed === null) this.#lose(`federate ${from} failed: ${text}`);
    else this.#failure.abort(new FederationError('wrong-frame', `${text} (federate ${from} found it)`, { blamed }));
  }

  /** The process of a federate is gone. */
  processLost(federate: string, why: string): void {
    if (this.#members?.has(federate) ?? true) this.#lose(`federate ${federate} is lost: ${why}`);
  }

  close(): void {
    clearInterval(this.#pulse);
  }

  #lose(text: string): void {
    this.#failure.abort(new FederationError('lost-federate', text));
  }

  #nextPulse(): Body<'pulse'> {
    this.#beats += 1;
    return { kind: 'pulse', beat: this.#beats };
  }

  /** Shows that the coordinator is alive, and asks for hellos. */
  #sendPulse(): void {
    this.#channel.send(this.#subjects.all, this.#nextPulse());
    if (this.#members !== undefined) return;
    const { reported, missing } = this.#join.standing();
    this.#channel.send(this.#subjects.watchers, { kind: 'joining', reported: [...reported], missing: [...missing] });
  }
}
