/** Counts of what a trace consists of: nothing in it is dropped without being counted. */

/** What was read besides events. */
export type ParserCounts = {
  lines: number;
  events: number;
  comments: number;
  /** Lines that were events, torn: what they told is missing. */
  malformed: number;
  /** Lines that are not of a trace. */
  foreign: number;
  /** Whole events whose text has a form that is not known. */
  otherForms: number;
  /** Lines of stacks, each of the event above it, and of the function tracers. */
  stackLines: number;
  functionLines: number;
  /** Lines that a mail program has folded out of the line above them. */
  folded: number;
  /** Events whose name has no known format. */
  unknown: number;
  /** Events whose line names no CPU: they are counted as CPU 0. */
  withoutCpu: number;
  /** Events of tasks that no line of the trace names. */
  unnamed: number;
  /** Events that the tracer says it dropped, or overwrote before the trace was read. */
  lost: number;
  overwritten: number;
  /** Events with a time before that of the event above them. */
  outOfOrder: number;
  /** Where another trace begins. */
  restarts: number;
};

export const NO_COUNTS: ParserCounts = {
  lines: 0,
  events: 0,
  comments: 0,
  malformed: 0,
  foreign: 0,
  otherForms: 0,
  stackLines: 0,
  functionLines: 0,
  folded: 0,
  unknown: 0,
  withoutCpu: 0,
  unnamed: 0,
  lost: 0,
  overwritten: 0,
  outOfOrder: 0,
  restarts: 0,
};
