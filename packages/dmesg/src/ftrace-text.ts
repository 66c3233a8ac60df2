/** A text of ftrace, which people take for a kernel's log: told by its shape. */

/** `comm-pid [cpu] flags seconds: event:`. */
const EVENT = /^ *.{1,40}-\d+ +(?:\( *[\d-]+\) +)?\[\d{3,}\] .*\d+\.\d+: \w+:? /;
const HEADER = /^# tracer: /m;
/** What a log has and a trace has not. */
const LOG = /^(?:<\d+>)?\[ *\d+\.\d+\]|\bkernel: |^ *task:|Call [Tt]race:/m;

/** Returns whether a text that begins like this is of ftrace. A log that has a dump of the trace buffer is a log. */
export function isFtraceText(start: string): boolean {
  if (LOG.test(start)) return false;
  const lines = start.split('\n').filter((line) => line.trim() !== '');
  return HEADER.test(start) || lines.filter((line) => EVENT.test(line)).length * 2 > lines.length;
}
