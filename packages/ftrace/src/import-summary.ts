/** Summary of a trace: its span, its events by name and by task, and everything that could not be read. */
import type { VirtualTime } from '@dragon/engine';
import { JiffyClock } from './jiffies.ts';
import { type KernelEvent, nameOf, type TraceGap, type TraceSink, type UnreadLine as Unread } from './kernel-event.ts';
import { isRecorded } from './recorded-fields.ts';

/** Lines kept word by word; more are only counted. */
const KEPT = 10_000;
const MOST_TASKS = 100_000;

export type Count = { readonly name: string; readonly events: number };
export type UnreadLine = { readonly line: number; readonly text: string };
export type LostEvents = { readonly line: number; readonly cpu: number; readonly count: number | undefined };

export type ImportSummary = {
  readonly events: number;
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly cpus: readonly number[];
  /** CONFIG_HZ, if the trace tells. */
  readonly hz: number | undefined;
  readonly byEvent: readonly Count[];
  /** Names of events that no rule and no statistic knows. */
  readonly unknownEvents: readonly string[];
  /** By name; threads of one name are counted together. */
  readonly byTask: readonly Count[];
  readonly malformed: readonly UnreadLine[];
  /** Whole events of a form that is not known. */
  readonly otherForms: readonly UnreadLine[];
  /** Lines that are not of a trace. */
  readonly foreign: readonly UnreadLine[];
  readonly lost: readonly LostEvents[];
};

export class ImportAccumulator implements TraceSink {
  readonly #clock = new JiffyClock();
  readonly #byEvent = new Map<string, number>();
  readonly #byTask = new Map<string, number>();
  readonly #cpus = new Set<number>();
  readonly #malformed: UnreadLine[] = [];
  readonly #otherForms: UnreadLine[] = [];
  readonly #foreign: UnreadLine[] = [];
  readonly #lost: LostEvents[] = [];
  #events = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = 0;

  event(event: KernelEvent): void {
    this.#events += 1;
    this.#from = Math.min(this.#from, event.at);
    this.#to = Math.max(this.#to, event.at);
    this.#cpus.add(event.cpu);
    this.#clock.event(event);
    const name = nameOf(event);
    this.#byEvent.set(name, (this.#byEvent.get(name) ?? 0) + 1);
    const known = this.#byTask.get(event.comm);
    if (known !== undefined || this.#byTask.size < MOST_TASKS) this.#byTask.set(event.comm, (known ?? 0) + 1);
  }

  gap({ kind, line, cpu, count, text }: TraceGap): void {
    if (kind === 'restart') this.#clock.restart();
    if (kind === 'malformed' && this.#malformed.length < KEPT) this.#malformed.push({ line, text });
    if (kind === 'lost' && cpu !== undefined && this.#lost.length < KEPT) this.#lost.push({ line, cpu, count });
  }

  unread({ kind, line, text }: Unread): void {
    const kept = kind === 'foreign' ? this.#foreign : this.#otherForms;
    if (kept.length < KEPT) kept.push({ line, text });
  }

  result(): ImportSummary {
    return {
      events: this.#events,
      from: this.#events === 0 ? 0 : this.#from,
      to: this.#to,
      cpus: [...this.#cpus].sort((a, b) => a - b),
      hz: this.#clock.hz,
      byEvent: sorted(this.#byEvent),
      unknownEvents: [...this.#byEvent.keys()].filter((name) => !isRecorded(name)).sort(),
      byTask: sorted(this.#byTask),
      malformed: this.#malformed,
      otherForms: this.#otherForms,
      foreign: this.#foreign,
      lost: this.#lost,
    };
  }
}

function sorted(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts].map(([name, events]) => ({ name, events })).sort((a, b) => b.events - a.events);
}
