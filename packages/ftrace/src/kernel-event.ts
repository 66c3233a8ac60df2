/** One tracepoint hit of a kernel, real or simulated, and what may be missing between two of them. */
import type { VirtualTime } from '@dragon/engine';

/**
 * The fields of an event under the kernel's names, camelCased. A number that is not exact as a double stays the text it
 * was.
 */
export type KernelFields = { readonly [field: string]: number | string };

/** `event` is the tracepoint's name; a probe's events have the name the probe was given. */
export type KernelEvent = {
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
  readonly event: string;
  readonly fields: KernelFields;
};

/**
 * Something between two events that hides others, so that nothing may be inferred across it.
 * - `lost`: the tracer says that it dropped events of this CPU.
 * - `started`: this CPU's buffer starts here, what was before is overwritten.
 * - `malformed`: a line that is not an event; `text` says what is wrong with it.
 * - `restart`: another trace begins here.
 */
export type TraceGap = {
  readonly kind: 'lost' | 'started' | 'malformed' | 'restart';
  readonly line: number;
  /** The CPU whose events are missing; undefined if it may be any. */
  readonly cpu: number | undefined;
  /** How many events are missing, if it is known. */
  readonly count: number | undefined;
  readonly text: string;
};

/** Takes a trace as it is read. */
export interface TraceSink {
  event(event: KernelEvent): void;
  gap(gap: TraceGap): void;
}

/** Returns the field as a number, or NaN. */
export function numberOf({ fields }: KernelEvent, field: string): number {
  const value = fields[field];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Returns the field as text; empty if there is none. */
export function textOf({ fields }: KernelEvent, field: string): string {
  return String(fields[field] ?? '');
}

/** In hardirq or softirq context: the event is not of the task it names, but of an interrupt on top of it. */
export function inInterrupt({ flags }: KernelEvent): boolean {
  const context = flags[2];
  return context === 'h' || context === 'H' || context === 's' || context === 'z' || context === 'Z';
}

const KSWAPD = /^kswapd\d+$/;

export function isKswapd(comm: string): boolean {
  return KSWAPD.test(comm);
}
