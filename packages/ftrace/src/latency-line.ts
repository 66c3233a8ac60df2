/**
 * Lines that say less, or otherwise, than the usual ones: ftrace's latency format (also of a buffer dumped into the
 * kernel log), `trace-cmd report -l`, and lines without a CPU. Linux 6.1 kernel/trace/trace_output.c
 * trace_print_lat_context.
 */
import { absurdity, type LineHead, readEvent, readRest } from './line-head.ts';

/** `comm-pid`, then CPU and flags in one word, then microseconds with a mark for long gaps. */
const LATENCY = /^ *(.*?)-(\d+) +(\d+)([^\s\d]\S{2,8}) +(?:\[\d+\] +)?(\d+)us ?[^\s\w]? ?: ?/;
/** trace-cmd has seconds instead. */
const LATENCY_SECONDS = /^ *(.*?)-(\d+) +(\d+)([^\s\d]\S{2,8}) +(?=\d+\.\d+: )/;
/** A CPU and no flags is not told apart from another column: it is not read. */
const WITHOUT_CPU = /^ *(.+?)(?:-| +)(\d+)(?:\/(\d+))? +(?=\d+\.\d+: )/;

/** A longer line is none: the patterns look at it from many places. */
const LONGEST = 2_048;

/** Fills in `head` from such a line; returns which form it has. */
export function readOddHead(text: string, head: LineHead): 'latency' | 'without-cpu' | undefined {
  if (text.length > LONGEST) return undefined;
  const latency = LATENCY.exec(text);
  if (latency !== null) {
    const [all, comm = '', pid, cpu, flags = '', us = ''] = latency;
    const absurd = absurdity(us.length - 6, Number(cpu));
    Object.assign(head, { comm, pid: Number(pid), cpu: Number(cpu), flags, at: Number(us) * 1_000, absurd });
    return readEvent(text, all.length, head) ? 'latency' : undefined;
  }
  const seconds = LATENCY_SECONDS.exec(text);
  if (seconds !== null) {
    const [all, comm = '', pid, cpu, flags = ''] = seconds;
    Object.assign(head, { comm, pid: Number(pid), cpu: Number(cpu) });
    if (!readRest(text, all.length, head)) return undefined;
    head.flags = flags;
    return 'latency';
  }
  const bare = WITHOUT_CPU.exec(text);
  if (bare === null) return undefined;
  const [all, comm = '', pid, tid] = bare;
  Object.assign(head, { comm: comm.trimEnd(), pid: Number(tid ?? pid), cpu: 0 });
  return readRest(text, all.length, head) ? 'without-cpu' : undefined;
}
