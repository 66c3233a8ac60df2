/**
 * A trace: a run on paper, with its plan, a row for each event, and how it ended. This is what its header and footer
 * say, in either form that a trace has: the container that is written (`trace-member.ts`), and the NDJSON that was
 * written before and is still read (`ndjson-parser.ts`).
 */
import { type Json, type Plan, planDigest, type VirtualTime } from '@dragon/engine';
import type { Outcome } from '../outcome.ts';

export const TRACE_FORMAT = 'dragon-trace';
/** What is written: the container. */
export const TRACE_VERSION = 5;
/** What is read besides: NDJSON. It has rows alone, and no index, so it is read from its start. */
export const NDJSON_VERSION = 4;

/**
 * From which run another forks off: the digest of its plan, the instant of the first fault, and how many events both
 * have until then, not counting those of the agent that strikes.
 */
export interface TraceFork {
  readonly parent: string;
  readonly at: VirtualTime;
  readonly events: number;
}

/** What a person is told of the run; a replay needs none of it. */
export interface TraceSubject {
  /** One line, as in `seed-deadlock, profile v6.1, 4 CPUs, seed 1`. */
  readonly heading: string;
  /** What was asked for: scenario, policy, seed, …, as far as the run was made from such. */
  readonly command: { readonly [option: string]: Json | undefined };
  /** Of a run with faults. */
  readonly fork?: TraceFork | undefined;
}

export interface TraceHeader extends TraceSubject {
  readonly format: typeof TRACE_FORMAT;
  readonly version: typeof TRACE_VERSION | typeof NDJSON_VERSION;
  /** The digest of the plan, which follows the header. */
  readonly plan: string;
}

/** It is there if and only if the recording came to its end. */
export interface TraceFooter {
  readonly end: true;
  readonly outcome: Outcome;
  readonly events: number;
  readonly digest: string;
  readonly endedAt: VirtualTime;
}

/** Returns the header that a trace of this plan begins with. */
export function traceHeader({ heading, command, fork }: TraceSubject, plan: Plan): TraceHeader {
  const header = { format: TRACE_FORMAT, version: TRACE_VERSION, heading, command, plan: planDigest(plan) } as const;
  return fork === undefined ? header : { ...header, fork };
}
