/**
 * The trace format, NDJSON: a header, the plan of the run, a line per row in the order of the trace, a footer.
 *
 * Header and footer are objects, and so is the plan: whoever has it makes the run again, whatever it was made from. A
 * row is a positional array `[at, to, from, seq, message, state]`; its index is its place among the rows of `to`. The
 * footer is there if and only if the recording came to its end.
 */
import { type Json, type Plan, planDigest, type Row, type VirtualTime } from '@dragon/engine';
import type { Outcome } from '../outcome.ts';

export const TRACE_FORMAT = 'dragon-trace';
export const TRACE_VERSION = 4;

/** What a person is told of the run; a replay needs none of it. */
export interface TraceSubject {
  /** One line, as in `seed-deadlock, profile v6.1, 4 CPUs, seed 1`. */
  readonly heading: string;
  /** What was asked for: scenario, policy, seed, …, as far as the run was made from such. */
  readonly command: { readonly [option: string]: Json | undefined };
}

export interface TraceHeader extends TraceSubject {
  readonly format: typeof TRACE_FORMAT;
  readonly version: typeof TRACE_VERSION;
  /** The digest of the plan, which is the next line. */
  readonly plan: string;
}

export interface TraceFooter {
  readonly end: true;
  readonly outcome: Outcome;
  readonly events: number;
  readonly digest: string;
  readonly endedAt: VirtualTime;
}

/** Returns the first two lines of a trace, each with its newline. */
export function formatTraceHead({ heading, command }: TraceSubject, plan: Plan): string {
  const header: TraceHeader = {
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    heading,
    command,
    plan: planDigest(plan),
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(plan)}\n`;
}

/** Returns a footer as a line, with its newline. */
export function formatTraceEnd(end: TraceFooter): string {
  return `${JSON.stringify(end)}\n`;
}

/** Returns a row as a line, with its newline. */
export function formatTraceRow({ at, to, from, seq, message, state }: Row): string {
  return `${JSON.stringify([at, to, from, seq, message, state])}\n`;
}
