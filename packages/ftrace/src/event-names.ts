/** Names of events as they stand in the lines of a trace, and what a parser has learnt of each. */
import { printable } from '@dragon/report';
import { type EventFormat, formatOf } from './event-fields.ts';
import type { KernelFields } from './kernel-event.ts';
import { likeLiteral, NameTable } from './name-table.ts';

/** So many lines of an event settle which fields it has. */
const SETTLED = 3;

/** What is known of the events of one name. */
export type EventName = {
  readonly name: string;
  /** Undefined if no rule and no statistic knows it. */
  readonly format: EventFormat | undefined;
  readonly role: 'event' | 'stack' | 'mark';
  /** Which fields its lines have. */
  fields: readonly string[];
  seen: number;
};

/** A mark is `print: tracing_mark_write: text`, or `print: 0xaddress: text`, or `bprint: function: text`. */
const MARKS: ReadonlySet<string> = new Set(['print', 'bprint']);
/** Their lines are a stack, of the event above them. */
const STACKS: ReadonlySet<string> = new Set(['', 'kernel_stack', 'user_stack']);

export class EventNames {
  /** By the name as it stands in a line. */
  readonly #events = new NameTable<EventName>();

  /** Returns what is known of the name; perf puts `group:` before it. */
  named(shown: string): EventName {
    let event = this.#events.get(shown);
    if (event === undefined) {
      const name = likeLiteral(printable(shown.slice(shown.lastIndexOf(':') + 1)));
      const role = MARKS.has(name) ? 'mark' : STACKS.has(name) ? 'stack' : 'event';
      const told = role === 'mark' ? 'tracing_mark_write' : name;
      event = { name: told, format: formatOf(told), role, fields: [], seen: 0 };
      this.#events.set(shown, event);
    }
    return event;
  }

  /** Another trace may be of another kernel. */
  restart(): void {
    for (const event of this.#events.values()) event.seen = 0;
  }
}

/** Whether it has lost its end: not all kernels and recorders print the same, but one prints the same each time. */
export function isCut(event: EventName, fields: KernelFields): boolean {
  const names = Object.keys(fields);
  const usual = event.fields;
  if (event.seen > 0 && names.length === usual.length) event.seen += 1;
  else if (names.length < usual.length && event.seen >= SETTLED) return names.every((name, i) => name === usual[i]);
  else {
    event.fields = names;
    event.seen = 1;
  }
  return false;
}

/** Returns what was written, without what the tracer puts before it. */
export function markText(body: string): string {
  const colon = body.indexOf(': ');
  return colon < 0 ? body : body.slice(colon + 2);
}
