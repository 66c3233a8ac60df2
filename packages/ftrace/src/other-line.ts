/** Lines of a trace that are no events, told by their shape: comments, stacks, function tracers, torn ones. */
import { printable } from '@dragon/report';

export type OtherLine =
  | { readonly kind: 'lost'; readonly cpu: number; readonly count: number | undefined }
  | { readonly kind: 'started'; readonly cpu: number }
  /** `begins`: another trace; `release`: the kernel it is of. */
  | {
      readonly kind: 'comment';
      readonly overwritten: number;
      readonly begins: boolean;
      readonly release: string | undefined;
    }
  | { readonly kind: 'stack' | 'function' }
  /** What a mail program has folded out of the line above. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'torn'; readonly reason: string };

const LOST = /^\s*CPU:(\d+) \[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]$/;
/** `perf script --show-lost-events`. */
const LOST_OF_PERF = /\[(\d+)\].*: PERF_RECORD_LOST(?:_SAMPLES)? lost (\d+)$/;
const STARTED = /^\s*#+ CPU (\d+) buffer started #+$/;
const OVERWRITTEN = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;
/** The latency format's head, and that of `perf script --header`. */
const RELEASE = /^# (?:\w+ latency trace v[\d.]+ on|os release :) (\S+)/;
const TRACER = /^# tracer: /;
/** What trace-cmd, perf and a dump of the buffer print around the events. */
const PREAMBLE =
  /^(?:cpus=\d+|version = \d+|CPU \d+ is empty|trace\.dat.*|-{5,}|Dumping ftrace buffer:|\(ftrace buffer empty\))$/;
/** ` => xfs_inodegc_queue+0x1/0x2 [xfs]`, and perf's `ffffffff81234567 shrink_slab+0x1f ([kernel.kallsyms])`. */
const FRAME = /^=>(?: |$)|^[0-9a-f]{6,16} .*\([^)]*\)$/;
/** An address in the first page, or none. */
const SHORT_FRAME = /^[0-9a-f]{1,5} \S+ \([^)]*\)$/;
const STACK_HEAD = /^<(?:user )?stack trace ?>/;
/** `func <-parent` of the function tracer; ` 0)   1.234 us   |  func() {` of the function graph. */
const FUNCTION = /\d: \S+ <-\S+$|^\d+\) .*\|/;

const TICKS = /\] +(?:[^\s\d]\S{2,8} +)?\d+: [A-Za-z_]/;
/** A piece of a head, or text that is none. */
const PIECE = /\[\d{3,}\](?: |$)|-\d+ +[[(]|\d\.\d{4,9}: |\ufffd/;
/** A piece of a body. */
const WORDS = /\w=\S|(?:^|\s)0x[0-9a-f]|\w\+0x[0-9a-f]+\/0x/;

/** Returns what the line is, without its foreign prefix; `below`: the line above it is an event. */
export function classify(line: string, below: boolean): OtherLine {
  const text = line.trim();
  const lost = LOST.exec(text);
  if (lost !== null) {
    const count = lost[2] ?? lost[3];
    return { kind: 'lost', cpu: Number(lost[1]), count: count === undefined ? undefined : Number(count) };
  }
  const lostOfPerf = LOST_OF_PERF.exec(text);
  if (lostOfPerf !== null) return { kind: 'lost', cpu: Number(lostOfPerf[1]), count: Number(lostOfPerf[2]) };
  const started = STARTED.exec(text);
  if (started !== null) return { kind: 'started', cpu: Number(started[1]) };
  if (text === '' || text.startsWith('#') || PREAMBLE.test(text)) {
    const [, kept, written] = OVERWRITTEN.exec(text) ?? [];
    const overwritten = written === undefined ? 0 : Math.max(0, Number(written) - Number(kept));
    return { kind: 'comment', overwritten, begins: TRACER.test(text), release: RELEASE.exec(text)?.[1] };
  }
  if (FRAME.test(text) || STACK_HEAD.test(text) || (below && SHORT_FRAME.test(text))) return { kind: 'stack' };
  if (FUNCTION.test(text)) return { kind: 'function' };
  if (TICKS.test(text))
    return { kind: 'torn', reason: 'its time has no decimals: use the clock mono, local or global' };
  if (PIECE.test(text) || printable(text) !== text) return { kind: 'torn', reason: 'not an event' };
  if (WORDS.test(text)) return below ? { kind: 'rest' } : { kind: 'torn', reason: 'not an event' };
  return { kind: 'foreign' };
}

const CPUS = /\[(\d{3,4})\]/g;

/** Returns the one CPU that the line names. */
export function cpuOf(text: string): number | undefined {
  const cpus = [...text.matchAll(CPUS)].map((match) => Number(match[1]));
  return cpus.length > 0 && cpus.every((each) => each === cpus[0]) ? cpus[0] : undefined;
}
