/** Tools to plant an error in the events of a trace: a number that is another one, an event too few or too many. */
import { type KernelEvent, type KernelFields, nameOf } from '../kernel-event.ts';

export type Events = readonly KernelEvent[];

/** Whether the event at `i` is one where the error can be. */
export type Place = (event: KernelEvent, i: number, events: Events) => boolean;

/** A kind of error; `plant` returns the trace with it at `i`, or undefined if it would be none there. */
export type Kind = {
  readonly name: string;
  readonly at: Place;
  readonly plant: (events: Events, i: number, draw: Draw) => Events | undefined;
  /** Why the rule cannot find it. */
  readonly blind?: string;
};

/** Numbers from a seed: a linear congruential generator is enough to choose places. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * count);
  }

  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** Returns another number instead of `value`: one off, a few off, or off by a factor. */
  otherThan(value: number): number {
    const few = 2 + this.below(8);
    const others = [value + 1, value - 1, value + few, value - few, value * 2, value * 10 + 1];
    return this.of(others.filter((each) => each >= 0 && each !== value)) ?? value + 1;
  }
}

export function numberIn({ fields }: KernelEvent, field: string): number {
  const all: KernelFields = fields;
  return Number(all[field]);
}

export const named =
  (name: string): Place =>
  (event) =>
    nameOf(event) === name;

function withFields(events: Events, i: number, changed: (event: KernelEvent) => KernelFields): Events {
  return events.map((event, k) =>
    k === i ? ({ ...event, fields: { ...event.fields, ...changed(event) } } as KernelEvent) : event,
  );
}

/** The number is another one. */
export const off = (at: Place, field: string, name = field): Kind => ({
  name,
  at,
  plant: (events, i, draw) => withFields(events, i, (event) => ({ [field]: draw.otherThan(numberIn(event, field)) })),
});

/** The number is what `to` makes of it. */
export const made = (at: Place, name: string, to: (event: KernelEvent) => KernelFields): Kind => ({
  name,
  at,
  plant: (events, i) => withFields(events, i, to),
});

/** Two numbers of one event are exchanged. */
export const exchanged = (at: Place, a: string, b: string, name: string): Kind => ({
  ...made(
    (event, i, events) => at(event, i, events) && numberIn(event, a) !== numberIn(event, b),
    name,
    (event) => ({
      [a]: numberIn(event, b),
      [b]: numberIn(event, a),
    }),
  ),
});

export const dropped = (at: Place, name: string): Kind => ({
  name,
  at,
  plant: (events, i) => events.toSpliced(i, 1),
});

export const doubled = (at: Place, name: string): Kind => ({
  name,
  at,
  plant: (events, i) => events.toSpliced(i, 0, ...events.slice(i, i + 1)),
});

/** The event is what `to` makes of it. */
export const replaced = (at: Place, name: string, to: (event: KernelEvent) => KernelEvent): Kind => ({
  name,
  at,
  plant: (events, i) => events.map((event, k) => (k === i ? to(event) : event)),
});

/** After the event comes what `more` makes of it. */
export const followed = (at: Place, name: string, more: (event: KernelEvent) => KernelEvent): Kind => ({
  name,
  at,
  plant: (events, i) => events.toSpliced(i + 1, 0, ...events.slice(i, i + 1).map(more)),
});

/** The value of a field is that of the next event of the same kind by the same task, and the other way round. */
export const swapped = (at: Place, field: string, name: string): Kind => ({
  name,
  at,
  plant(events, i) {
    const event = events[i];
    const k = events.findIndex((each, n) => n > i && each.pid === event?.pid && at(each, n, events));
    const other = events[k];
    if (event === undefined || other === undefined || numberIn(event, field) === numberIn(other, field))
      return undefined;
    const swap = withFields(events, i, () => ({ [field]: numberIn(other, field) }));
    return withFields(swap, k, () => ({ [field]: numberIn(event, field) }));
  },
});
