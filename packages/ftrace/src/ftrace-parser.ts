/**
 * Reads the text of ftrace line by line: `trace`, `trace_pipe` and `trace-cmd report`. Linux 6.1
 * kernel/trace/trace_output.c trace_print_context.
 */
import type { VirtualTime } from '@dragon/engine';
import { readFields } from './event-fields.ts';
import { kernelEvent, type KernelFields, type TraceSink } from './kernel-event.ts';
import { isRecorded } from './recorded-fields.ts';

/** `comm-pid (tgid) [cpu] flags seconds.fraction: event: text`; tgid and flags may be absent. */
const EVENT =
  /^ *(.+?)-(\d+) +(?:\( *[\d-]+\) +)?\[(\d{3,})\] +(?:([^\s\d][^\s]{2,5}) +)?(\d+)\.(\d{1,9}): +([A-Za-z_][\w.:]*): *(.*)$/;
/** The middle of such a line: where it stands inside another, two lines were written into each other. */
const INNER_HEADER = /-\d+ +(?:\( *[\d-]+\) +)?\[\d{3,}\] /;
const CPU_OF_LINE = /\[(\d{3,})\]/g;
const LOST = /^CPU:(\d+) \[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]$/;
const STARTED = /^#+ CPU (\d+) buffer started #+$/;
const OVERWRITTEN = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;
const TRACER = /^# tracer: /;
/** What trace-cmd prints around the events. */
const PREAMBLE = /^(?:cpus=\d+|version = \d+|CPU \d+ is empty|trace\.dat.*)$/;
const TICKS = /\] +(?:[^\s\d]\S{2,5} +)?\d+: [A-Za-z_]/;

/** A malformed line is shown up to here. */
const SHOWN = 160;
/** So many lines of an event settle how many fields it has. */
const SETTLED = 3;
/** TASK_COMM_LEN, with its final zero. */
const LONGEST_COMM = 16;
/** Lines of several CPUs may be a little out of order; what goes back further is another trace. */
const MOST_BACK = 100_000_000;
const MOST_NAMES = 100_000;

/** What was read besides events. */
export type ParserCounts = {
  lines: number;
  events: number;
  comments: number;
  malformed: number;
  /** Events whose name has no known format. */
  unknown: number;
  /** Events that the tracer says it dropped, or overwrote before the trace was read. */
  lost: number;
  overwritten: number;
  /** Events with a time before that of the event above them. */
  outOfOrder: number;
};

/**
 * Feeds a sink with the events and gaps of a text, a line at a time. Nothing in the text is fatal, and nothing is
 * dropped without being counted.
 */
export class FtraceParser {
  readonly counts: ParserCounts = {
    lines: 0,
    events: 0,
    comments: 0,
    malformed: 0,
    unknown: 0,
    lost: 0,
    overwritten: 0,
    outOfOrder: 0,
  };
  readonly #sink: TraceSink;
  readonly #names = new Map<string, string>();
  /** By event: how many fields its lines have. */
  readonly #fields = new Map<string, { readonly count: number; seen: number }>();
  #last: VirtualTime = 0;

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  /** Reads a line, without its newline. */
  line(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    this.counts.lines += 1;
    const match = EVENT.exec(text);
    if (match === null) {
      this.#other(text);
      return;
    }
    const [, comm = '', pid, cpu, flags = '', seconds, fraction = '', named = '', rest = ''] = match;
    const [event, body] = eventAndBody(named, rest);
    if (comm.length > LONGEST_COMM || INNER_HEADER.test(body)) return this.#malformed('two lines in one', text);
    const fields = readFields(event, body.trimEnd());
    if (typeof fields === 'string') return this.#malformed(fields, text);
    const known = isRecorded(event);
    if (known && this.#isCut(event, fields)) return this.#malformed(`${event} lacks its last fields`, text);
    const at = Number(seconds) * 1_000_000_000 + Number(fraction.padEnd(9, '0'));
    if (at < this.#last) {
      this.counts.outOfOrder += 1;
      if (this.#last - at > MOST_BACK) this.#gap('restart', undefined, undefined, 'the time goes back');
    }
    this.#last = at;
    this.counts.events += 1;
    if (!known) this.counts.unknown += 1;
    const place = {
      line: this.counts.lines,
      at,
      cpu: Number(cpu),
      comm: this.#name(comm),
      pid: Number(pid),
      flags: this.#name(flags),
    };
    this.#sink.event(kernelEvent(place, this.#name(event), fields));
  }

  /** Reads what is left when the text ends without a newline: it may have lost its end, so it is no event. */
  lastLine(text: string): void {
    this.counts.lines += 1;
    if (EVENT.test(text)) this.#malformed('the file ends inside this line', text);
    else this.#other(text);
  }

  /** Whether it has fewer fields than the event has had so far: not all kernels and recorders print the same. */
  #isCut(event: string, fields: KernelFields): boolean {
    const count = Object.keys(fields).length;
    const usual = this.#fields.get(event);
    if (usual === undefined) this.#fields.set(event, { count, seen: 1 });
    else if (count === usual.count) usual.seen += 1;
    else if (count < usual.count && usual.seen >= SETTLED) return true;
    else this.#fields.set(event, { count, seen: 1 });
    return false;
  }

  #other(text: string): void {
    const { counts } = this;
    const lost = LOST.exec(text);
    if (lost !== null) {
      const count = lost[2] ?? lost[3];
      counts.lost += Number(count ?? 0);
      this.#gap('lost', Number(lost[1]), count === undefined ? undefined : Number(count), text);
      return;
    }
    const started = STARTED.exec(text);
    if (started !== null) return this.#gap('started', Number(started[1]), undefined, text);
    if (text.startsWith('#') || text === '' || PREAMBLE.test(text)) {
      counts.comments += 1;
      const [, kept, written] = OVERWRITTEN.exec(text) ?? [];
      if (written !== undefined) counts.overwritten += Math.max(0, Number(written) - Number(kept));
      if (TRACER.test(text) && counts.events > 0) {
        this.#last = 0;
        this.#gap('restart', undefined, undefined, text);
      }
      return;
    }
    this.#malformed(
      TICKS.test(text) ? 'its time has no decimals: use the clock mono, local or global' : 'not an event',
      text,
    );
  }

  #malformed(reason: string, text: string): void {
    this.counts.malformed += 1;
    const cpus = [...text.matchAll(CPU_OF_LINE)].map((match) => Number(match[1]));
    const cpu = cpus.length > 0 && cpus.every((each) => each === cpus[0]) ? cpus[0] : undefined;
    this.#gap('malformed', cpu, undefined, `${reason}: ${text.trim().slice(0, SHOWN)}`);
  }

  #gap(
    kind: 'lost' | 'started' | 'malformed' | 'restart',
    cpu: number | undefined,
    count: number | undefined,
    text: string,
  ) {
    this.#sink.gap({ kind, line: this.counts.lines, cpu, count, text });
  }

  /** One string for each name: a slice of the file's text would keep all of it in memory. */
  #name(text: string): string {
    let kept = this.#names.get(text);
    if (kept === undefined) {
      kept = text;
      if (this.#names.size < MOST_NAMES) this.#names.set(text, kept);
    }
    return kept;
  }
}

/**
 * A mark is `tracing_mark_write: text`, or `print: tracing_mark_write: text`, or `print: 0xaddress: text`; perf puts
 * `group:` before a name.
 */
function eventAndBody(named: string, rest: string): [event: string, body: string] {
  if (named === 'print') {
    const colon = rest.indexOf(': ');
    return ['tracing_mark_write', colon < 0 ? rest : rest.slice(colon + 2)];
  }
  const group = named.lastIndexOf(':');
  return [group < 0 ? named : named.slice(group + 1), rest];
}
