/** One tracepoint hit of a kernel, real or simulated, and what may be missing between two of them. */
import type { VirtualTime } from '@dragon/engine';
import { type FieldOf, isRecorded, type NumberField, type RecordedName } from './recorded-fields.ts';

/**
 * The fields of an event under the kernel's names, camelCased. A number that is not exact as a double stays the text it
 * was.
 */
export type KernelFields = { readonly [field: string]: number | string };

/** Where, when and by whom a tracepoint was hit. */
export type Place = {
  /** Where it was read: the line of the file, counted from 1; of a simulation, the number of the event. */
  readonly line: number;
  /** Nanoseconds on the trace's clock. */
  readonly at: VirtualTime;
  readonly cpu: number;
  readonly comm: string;
  readonly pid: number;
  /**
   * The latency column as ftrace prints it (irqs-off, need-resched, context, preempt-depth, migrate-disable); empty if
   * there is none.
   */
  readonly flags: string;
};

/**
 * An event that a rule or a statistic knows, of one of these names; a probe's events have the name the probe was given.
 * The name tells which fields there may be: any may be absent in the form of some kernel, or where the simulator hits
 * it.
 */
export type RecordedEvent<Name extends RecordedName = RecordedName> = {
  [Each in Name]: Place & {
    readonly event: Each;
    readonly fields: { readonly [Field in FieldOf<Each>]?: number | string };
  };
}[Name];

/** An event whose name no rule and no statistic knows. */
type OtherEvent = Place & { readonly event: 'other'; readonly name: string; readonly fields: KernelFields };

export type KernelEvent = RecordedEvent | OtherEvent;

/**
 * Returns the event with the fields that were read; `known`: a rule or a statistic knows it, and the fields are whole.
 * Written out: a spread would take as long as reading the line.
 */
export function kernelEvent(
  { line, at, cpu, comm, pid, flags }: Place,
  name: string,
  fields: KernelFields,
  known = isRecorded(name),
): KernelEvent {
  return known
    ? ({ line, at, cpu, comm, pid, flags, event: name, fields } as RecordedEvent)
    : { line, at, cpu, comm, pid, flags, event: 'other', name, fields };
}

/** Returns the tracepoint's name. */
export function nameOf(event: KernelEvent): string {
  return event.event === 'other' ? event.name : event.event;
}

/**
 * Something between two events that hides others, so that nothing may be inferred across it.
 * - `lost`: the tracer says that it dropped events of this CPU.
 * - `started`: this CPU's buffer starts here, what was before is overwritten.
 * - `malformed`: a line that was an event, torn; `text` says what is wrong with it.
 * - `restart`: another trace begins here.
 */
export type TraceGap = {
  readonly kind: 'lost' | 'started' | 'malformed' | 'restart';
  readonly line: number;
  /** The CPU whose events are missing; undefined if it may be any. */
  readonly cpu: number | undefined;
  /** The one task whose event is missing, if it is known. */
  readonly pid?: number;
  /** Its event's name, if that could be read. */
  readonly event?: string;
  /** How many events are missing, if it is known. */
  readonly count: number | undefined;
  readonly text: string;
};

/**
 * A whole line that tells nothing, and hides nothing either.
 * - `another-form`: an event whose text is not known; it is told as one of an unknown name, too.
 * - `foreign`: a line that is not of a trace.
 */
export type UnreadLine = {
  readonly kind: 'another-form' | 'foreign';
  readonly line: number;
  readonly event?: string;
  readonly text: string;
};

/** Takes a trace as it is read. */
export interface TraceSink {
  event(event: KernelEvent): void;
  gap(gap: TraceGap): void;
  unread?(line: UnreadLine): void;
  /** The trace's head says which kernel it is of: `6.1.0`. */
  writtenBy?(release: string): void;
}

/** Returns the field as a number; NaN if there is none, or none that is exact. */
export function numberOf<Name extends RecordedName>(event: RecordedEvent<Name>, field: NumberField<Name>): number {
  const value = (event.fields as KernelFields)[field];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Returns the field as text; empty if there is none. */
export function textOf<Name extends RecordedName>(event: RecordedEvent<Name>, field: FieldOf<Name>): string {
  return String((event.fields as KernelFields)[field] ?? '');
}

/** In hardirq or softirq context: the event is not of the task it names, but of an interrupt on top of it. */
export function inInterrupt({ flags }: Pick<KernelEvent, 'flags'>): boolean {
  const context = flags[2];
  return context === 'h' || context === 'H' || context === 's' || context === 'z' || context === 'Z';
}

/** What ftrace prints for a task whose name it has forgotten. */
export const UNNAMED = '<...>';

const KSWAPD = /^kswapd\d+$/;

export function isKswapd(comm: string): boolean {
  return KSWAPD.test(comm);
}
