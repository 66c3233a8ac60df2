/** The event list: a binary heap in the total order of events, with cancel. */
import { compareEvents, type Event } from './event.ts';
import { NEVER, type VirtualTime } from './time.ts';

interface Entry {
  readonly event: Event;
  cancelled: boolean;
}

/** What `add` returns; `EventList.cancel` takes it. */
export type EventHandle = { readonly event: Event };

/**
 * Pending events, smallest first. `add` and `pop` take O(log n); a cancelled event is dropped when it comes to the top.
 */
export class EventList {
  #heap: Entry[] = [];
  #cancelled = 0;

  /** Events that are pending and not cancelled. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  add(event: Event): EventHandle {
    const entry: Entry = { event, cancelled: false };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return entry;
  }

  /** Cancels a pending event. The caller must not cancel one that was popped. */
  cancel(handle: EventHandle): void {
    const entry = handle as Entry;
    if (entry.cancelled) return;
    entry.cancelled = true;
    this.#cancelled += 1;
    // A timer that is re-armed on every enqueue leaves one dead entry each time: sweep before they outnumber the
    // living.
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** Returns the instant of the next event, or `NEVER`. */
  nextAt(): VirtualTime {
    this.#dropCancelled();
    return this.#heap[0]?.event.at ?? NEVER;
  }

  /** Removes and returns the smallest event if it is strictly before `limit`. */
  popBefore(limit: VirtualTime): Event | undefined {
    this.#dropCancelled();
    const top = this.#heap[0];
    if (top === undefined || top.event.at >= limit) return undefined;
    this.#removeTop();
    // A popped entry counts as cancelled from here on, so that cancelling it late is harmless.
    top.cancelled = true;
    return top.event;
  }

  /** Returns the pending events in order. */
  toSorted(): Event[] {
    return this.#heap
      .filter((entry) => !entry.cancelled)
      .map((entry) => entry.event)
      .sort(compareEvents);
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) {
      this.#removeTop();
      this.#cancelled -= 1;
    }
  }

  #sweep(): void {
    this.#heap = this.#heap.filter((entry) => !entry.cancelled);
    this.#cancelled = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i -= 1) this.#down(i);
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down(0);
    }
  }

  #up(start: number): void {
    const heap = this.#heap;
    const entry = heap[start] as Entry;
    let i = start;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry;
      if (compareEvents(above.event, entry.event) <= 0) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #down(start: number): void {
    const heap = this.#heap;
    const entry = heap[start] as Entry;
    let i = start;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && compareEvents(right.event, left.event) < 0) child += 1;
      const smaller = heap[child] as Entry;
      if (compareEvents(smaller.event, entry.event) >= 0) break;
      heap[i] = smaller;
      i = child;
    }
    heap[i] = entry;
  }
}
