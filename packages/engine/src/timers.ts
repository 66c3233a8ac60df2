/** Timers of agents: pending ones are chained through the event list, those that a pause has stopped lie aside. */
import type { Message } from './event.ts';
import { type EventList, NONE } from './event-list.ts';
import type { VirtualTime } from './time.ts';

/** What of an agent its timers need. `timers` is the newest of its pending ones, by slot. */
export interface TimerOwner {
  readonly rank: number;
  /** Events that it sent so far. */
  seq: number;
  timers: number;
  paused: boolean;
  /** In the order in which they were set; absent if there are none. */
  stopped: StoppedTimer[] | undefined;
}

/** A pausable timer while its agent's timers are paused: what is left of it. */
export interface StoppedTimer {
  readonly timer: string;
  readonly left: VirtualTime;
  readonly message: Message;
}

/** The timers of all agents of an engine. An agent has few at a time, so that looking at all of its own is quick. */
export class Timers {
  readonly #events: EventList;

  constructor(events: EventList) {
    this.#events = events;
  }

  /** Sets a timer to fire `after` from now, or once that much has passed while its agent's timers are not paused. */
  set(
    owner: TimerOwner,
    timer: string,
    now: VirtualTime,
    after: VirtualTime,
    message: Message,
    pausable: boolean,
  ): void {
    if (pausable && owner.paused) (owner.stopped ??= []).push({ timer, left: after, message });
    else this.#start(owner, timer, now + after, message, pausable);
  }

  /** Does nothing if no timer of that name is pending or stopped. */
  cancel(owner: TimerOwner, timer: string): void {
    if (owner.stopped !== undefined) owner.stopped = withoutTimer(owner.stopped, timer);
    const events = this.#events;
    for (let slot = owner.timers; slot !== NONE; slot = events.next(slot)) {
      if (events.timer(slot) !== timer) continue;
      this.fired(owner, slot);
      events.cancel(slot);
      return;
    }
  }

  /** The timer of a slot is pending no longer. */
  fired(owner: TimerOwner, slot: number): void {
    const events = this.#events;
    const next = events.next(slot);
    if (owner.timers === slot) {
      owner.timers = next;
      return;
    }
    let newer = owner.timers;
    while (events.next(newer) !== slot) newer = events.next(newer);
    events.setNext(newer, next);
  }

  /** Pausing twice is nothing. */
  pause(owner: TimerOwner, now: VirtualTime): void {
    if (owner.paused) return;
    owner.paused = true;
    const events = this.#events;
    const stopped: StoppedTimer[] = [];
    let next = NONE;
    for (let slot = owner.timers; slot !== NONE; slot = next) {
      next = events.next(slot);
      if (!events.pausable(slot)) continue;
      stopped.push({ timer: events.timer(slot) ?? '', left: events.at(slot) - now, message: events.message(slot) });
      this.fired(owner, slot);
      events.cancel(slot);
    }
    // The newest is the first of the chain.
    if (stopped.length > 0) owner.stopped = stopped.toReversed();
  }

  /** They go on in the order in which they were set. */
  resume(owner: TimerOwner, now: VirtualTime): void {
    owner.paused = false;
    const { stopped } = owner;
    if (stopped === undefined) return;
    owner.stopped = undefined;
    for (const { timer, left, message } of stopped) this.#start(owner, timer, now + left, message, true);
  }

  /** Returns the names of the pending timers that a pause would stop, in the order in which they were set. */
  pausable(owner: TimerOwner): string[] {
    const events = this.#events;
    const names: string[] = [];
    for (let slot = owner.timers; slot !== NONE; slot = events.next(slot))
      if (events.pausable(slot)) names.push(events.timer(slot) ?? '');
    return names.toReversed();
  }

  /** The event of a slot is a timer of the agent that was set before a snapshot was taken. */
  restore(owner: TimerOwner, slot: number): void {
    const events = this.#events;
    const seq = events.seq(slot);
    // Numbers tell the order in which timers were set.
    let newer = NONE;
    let older = owner.timers;
    while (older !== NONE && events.seq(older) > seq) [newer, older] = [older, events.next(older)];
    events.setNext(slot, older);
    if (newer === NONE) owner.timers = slot;
    else events.setNext(newer, slot);
  }

  #start(owner: TimerOwner, timer: string, at: VirtualTime, message: Message, pausable: boolean): void {
    const { rank, seq, timers } = owner;
    owner.seq = seq + 1;
    owner.timers = this.#events.add(at, rank, rank, seq, message, timer, pausable);
    this.#events.setNext(owner.timers, timers);
  }
}

function withoutTimer(stopped: StoppedTimer[], name: string): StoppedTimer[] | undefined {
  const left = stopped.filter(({ timer }) => timer !== name);
  return left.length === 0 ? undefined : left;
}
