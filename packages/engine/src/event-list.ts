/** The event list: pending events in slots of typed arrays, under a heap in their total order, with cancel. */
import type { Message } from './event.ts';
import { NEVER, type VirtualTime } from './time.ts';

/** No slot. */
export const NONE = -1;

/** A slot's numbers lie side by side, in half a cache line: its instant, eight bytes, then words of four. */
const WORDS = 8;
const [TO, FROM, SEQ, NEXT, FLAGS] = [2, 3, 4, 5, 6];
const [DEAD, PAUSABLE] = [1, 2];

const FIRST_SLOTS = 64;
const MOST_SEQ = 2 ** 31 - 1;
/** Of a heap with four children a node, half as deep as one with two: the four lie side by side. */
const CHILDREN = 4;

/**
 * Pending events, smallest first by instant, receiver, sender and number; agents by their rank, the place of their id
 * in text order, so that comparing ranks is comparing ids. An event is known by its slot from `add` until it is
 * cancelled or, after it was taken, released. `add` and `takeBefore` take O(log n); a cancelled event is dropped when
 * it comes to the top.
 */
export class EventList {
  #instants = new Float64Array((FIRST_SLOTS * WORDS) / 2);
  #words = new Int32Array(this.#instants.buffer);
  readonly #messages: (Message | undefined)[] = [];
  readonly #timers: (string | undefined)[] = [];
  /** The first of the free slots, which are linked by `NEXT`. */
  #free = NONE;
  #slots = 0;
  #heapAt = new Float64Array(FIRST_SLOTS);
  #heapSlot = new Int32Array(FIRST_SLOTS);
  #heapSize = 0;
  #dead = 0;

  /** Events that are pending and not cancelled. */
  get size(): number {
    return this.#heapSize - this.#dead;
  }

  /**
   * Returns the slot of a new event; `timer` is the name of the timer that made it. Throws a `RangeError` if `seq` is
   * beyond 2^31 - 1.
   */
  add(
    at: VirtualTime,
    to: number,
    from: number,
    seq: number,
    message: Message,
    timer: string | undefined,
    pausable: boolean,
  ): number {
    if (seq > MOST_SEQ) throw new RangeError(`one agent sends more than ${MOST_SEQ} events`);
    let slot = this.#free;
    if (slot === NONE) slot = this.#newSlot();
    else this.#free = this.next(slot);
    const words = this.#words;
    const word = slot * WORDS;
    this.#instants[word >> 1] = at;
    words[word + TO] = to;
    words[word + FROM] = from;
    words[word + SEQ] = seq;
    words[word + NEXT] = NONE;
    words[word + FLAGS] = pausable ? PAUSABLE : 0;
    this.#messages[slot] = message;
    this.#timers[slot] = timer;
    if (this.#heapSize === this.#heapAt.length) this.#growHeap();
    this.#up(this.#heapSize, at, slot);
    this.#heapSize += 1;
    return slot;
  }

  /** Cancels a pending event. */
  cancel(slot: number): void {
    this.#words[slot * WORDS + FLAGS] = DEAD;
    this.#dead += 1;
    // A timer that is re-armed on every enqueue leaves one dead entry each time: sweep before they outnumber the
    // living.
    if (this.#dead > 64 && this.#dead * 2 > this.#heapSize) this.#sweep();
  }

  /** Returns the instant of the next event, or `NEVER`. */
  nextAt(): VirtualTime {
    this.#dropDead();
    return this.#heapSize === 0 ? NEVER : (this.#heapAt[0] as number);
  }

  /** Takes the smallest event if it is strictly before `limit`, else returns `NONE`. The caller releases its slot. */
  takeBefore(limit: VirtualTime): number {
    this.#dropDead();
    if (this.#heapSize === 0 || (this.#heapAt[0] as number) >= limit) return NONE;
    const slot = this.#heapSlot[0] as number;
    this.#removeTop();
    return slot;
  }

  /** Frees the slot of an event that was taken. */
  release(slot: number): void {
    this.#messages[slot] = undefined;
    this.#timers[slot] = undefined;
    this.setNext(slot, this.#free);
    this.#free = slot;
  }

  at(slot: number): VirtualTime {
    return this.#instants[(slot * WORDS) >> 1] as number;
  }

  to(slot: number): number {
    return this.#words[slot * WORDS + TO] as number;
  }

  from(slot: number): number {
    return this.#words[slot * WORDS + FROM] as number;
  }

  seq(slot: number): number {
    return this.#words[slot * WORDS + SEQ] as number;
  }

  message(slot: number): Message {
    return this.#messages[slot] as Message;
  }

  timer(slot: number): string | undefined {
    return this.#timers[slot];
  }

  pausable(slot: number): boolean {
    return this.#words[slot * WORDS + FLAGS] === PAUSABLE;
  }

  /** A link that the list itself does not read while the event is pending: for whoever keeps chains of events. */
  next(slot: number): number {
    return this.#words[slot * WORDS + NEXT] as number;
  }

  setNext(slot: number, next: number): void {
    this.#words[slot * WORDS + NEXT] = next;
  }

  /** Returns the slots of the pending events in order. */
  toSorted(): number[] {
    return [...this.#heapSlot.subarray(0, this.#heapSize)]
      .filter((slot) => !this.#isDead(slot))
      .sort((a, b) => this.at(a) - this.at(b) || (this.#tieIsLess(a, b) ? -1 : 1));
  }

  #isDead(slot: number): boolean {
    return this.#words[slot * WORDS + FLAGS] === DEAD;
  }

  #newSlot(): number {
    const slot = this.#slots;
    this.#slots += 1;
    if (this.#slots * WORDS > this.#words.length) {
      const instants = new Float64Array(this.#instants.length * 2);
      instants.set(this.#instants);
      this.#instants = instants;
      this.#words = new Int32Array(instants.buffer);
    }
    return slot;
  }

  #growHeap(): void {
    const heapAt = this.#heapAt;
    const heapSlot = this.#heapSlot;
    this.#heapAt = new Float64Array(heapAt.length * 2);
    this.#heapAt.set(heapAt);
    this.#heapSlot = new Int32Array(heapSlot.length * 2);
    this.#heapSlot.set(heapSlot);
  }

  #dropDead(): void {
    while (this.#dead > 0 && this.#isDead(this.#heapSlot[0] as number)) {
      this.release(this.#heapSlot[0] as number);
      this.#dead -= 1;
      this.#removeTop();
    }
  }

  #sweep(): void {
    const heapAt = this.#heapAt;
    const heapSlot = this.#heapSlot;
    let size = 0;
    for (let i = 0; i < this.#heapSize; i += 1) {
      const slot = heapSlot[i] as number;
      if (this.#isDead(slot)) {
        this.release(slot);
        continue;
      }
      heapAt[size] = heapAt[i] as number;
      heapSlot[size] = slot;
      size += 1;
    }
    this.#heapSize = size;
    this.#dead = 0;
    for (let i = Math.floor((size - 2) / CHILDREN); i >= 0; i -= 1)
      this.#down(i, heapAt[i] as number, heapSlot[i] as number);
  }

  #removeTop(): void {
    this.#heapSize -= 1;
    const size = this.#heapSize;
    if (size > 0) this.#down(0, this.#heapAt[size] as number, this.#heapSlot[size] as number);
  }

  /** Whether the event of slot `a` comes before that of `b`, which is at the same instant. */
  #tieIsLess(a: number, b: number): boolean {
    const words = this.#words;
    const x = a * WORDS;
    const y = b * WORDS;
    const to = (words[x + TO] as number) - (words[y + TO] as number);
    if (to !== 0) return to < 0;
    const from = (words[x + FROM] as number) - (words[y + FROM] as number);
    if (from !== 0) return from < 0;
    return (words[x + SEQ] as number) < (words[y + SEQ] as number);
  }

  /** Puts an event where it belongs on the way from place `start` to the top. */
  #up(start: number, at: VirtualTime, slot: number): void {
    const heapAt = this.#heapAt;
    const heapSlot = this.#heapSlot;
    let i = start;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      const parentAt = heapAt[parent] as number;
      if (parentAt < at || (parentAt === at && this.#tieIsLess(heapSlot[parent] as number, slot))) break;
      heapAt[i] = parentAt;
      heapSlot[i] = heapSlot[parent] as number;
      i = parent;
    }
    heapAt[i] = at;
    heapSlot[i] = slot;
  }

  /** Puts an event where it belongs on the way from place `start` down. */
  #down(start: number, at: VirtualTime, slot: number): void {
    const heapAt = this.#heapAt;
    const heapSlot = this.#heapSlot;
    const size = this.#heapSize;
    let i = start;
    for (;;) {
      const first = CHILDREN * i + 1;
      if (first >= size) break;
      const end = Math.min(first + CHILDREN, size);
      let child = first;
      let childAt = heapAt[first] as number;
      for (let other = first + 1; other < end; other += 1) {
        const otherAt = heapAt[other] as number;
        if (
          otherAt < childAt ||
          (otherAt === childAt && this.#tieIsLess(heapSlot[other] as number, heapSlot[child] as number))
        ) {
          child = other;
          childAt = otherAt;
        }
      }
      if (at < childAt || (at === childAt && this.#tieIsLess(slot, heapSlot[child] as number))) break;
      heapAt[i] = childAt;
      heapSlot[i] = heapSlot[child] as number;
      i = child;
    }
    heapAt[i] = at;
    heapSlot[i] = slot;
  }
}
