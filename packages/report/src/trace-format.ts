/**
 * The trace format, NDJSON: a header, a line per row in the order of the trace, a footer.
 *
 * A row is a positional array `[at, to, from, seq, message, state]`; its index is its place among the rows of `to`. The
 * footer is there if and only if the recording came to its end.
 */
import { type Json, type Plan, planDigest, type Row, type VirtualTime } from '@dragon/engine';
import type { Outcome } from './summary.ts';

export const TRACE_FORMAT = 'dragon-trace';
export const TRACE_VERSION = 1;

/** The command that made the run, as data: enough to make it again. */
export interface TraceCommand {
  readonly scenario: string;
  readonly profile: string;
  readonly policy: Json;
  readonly seed: number;
  readonly cpus: number;
  readonly until: VirtualTime;
  readonly [option: string]: Json | undefined;
}

export interface TraceHeader {
  readonly format: typeof TRACE_FORMAT;
  readonly version: typeof TRACE_VERSION;
  readonly command: TraceCommand;
  /**
   * The digest of the plan that the command led to: if a later program makes another plan of it, a replay must differ.
   */
  readonly plan: string;
}

export interface TraceFooter {
  readonly end: true;
  readonly outcome: Outcome;
  readonly events: number;
  readonly digest: string;
  readonly endedAt: VirtualTime;
}

export function traceHeader(command: TraceCommand, plan: Plan): TraceHeader {
  return { format: TRACE_FORMAT, version: TRACE_VERSION, command, plan: planDigest(plan) };
}

/** Returns a header or footer as a line, with its newline. */
export function formatTraceEnd(end: TraceHeader | TraceFooter): string {
  return `${JSON.stringify(end)}\n`;
}

/** Returns a row as a line, with its newline. */
export function formatTraceRow({ at, to, from, seq, message, state }: Row): string {
  return `${JSON.stringify([at, to, from, seq, message, state])}\n`;
}
