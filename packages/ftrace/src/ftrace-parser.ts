/**
 * Reads the text of ftrace line by line: `trace`, `trace_pipe`, `trace-cmd report`, `perf script`, and what mails and
 * kernel logs make of them.
 */
import type { VirtualTime } from '@dragon/engine';
import { printable } from '@dragon/report';
import { anyFields, isUnread, readFields } from './event-fields.ts';
import { EventNames, isCut, markText } from './event-names.ts';
import { kernelEvent, type KernelFields, type TraceSink, UNNAMED } from './kernel-event.ts';
import { readOddHead } from './latency-line.ts';
import { blankHead, hasHeadInside, type LineHead, readHead } from './line-head.ts';
import { hasPrefix, withoutPrefix } from './line-prefix.ts';
import { likeLiteral, NameTable } from './name-table.ts';
import { classify, cpuOf } from './other-line.ts';
import { NO_COUNTS, type ParserCounts } from './parser-counts.ts';
import { QuotedLines } from './quoted-lines.ts';
import { TaskNames } from './task-names.ts';

/** A line that could not be read is shown up to here. */
const SHOWN = 160;
/** TASK_COMM_LEN, with its final zero. */
const LONGEST_COMM = 16;
/** Lines of several CPUs may be a little out of order; what goes back further is another trace. */
const MOST_BACK = 100_000_000;
/** No event is as long as this; what is longer is only counted. */
const LONGEST_LINE = 8_192;
const EQUALS = 61;
/** Mail programs fold a line into so many at most. */
const MOST_FOLDS = 8;

/** A line that may be whole together with the next one. */
type Torn = {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
  readonly cpu: number | undefined;
  readonly pid?: number;
  readonly event?: string;
  readonly folds: number;
};

/**
 * Feeds a sink with the events and gaps of a text, a line at a time. Nothing in the text is fatal, and nothing is
 * dropped without being counted.
 */
export class FtraceParser {
  readonly counts: ParserCounts = { ...NO_COUNTS };
  /** The lines to come have nothing in them that a terminal may obey: names in their fields need no look. */
  isPlain = false;
  readonly #sink: TraceSink;
  readonly #tasks: TaskNames;
  /** By the name as it stands in a line; null if it has a foreign prefix. */
  readonly #comms = new NameTable<string | null>();
  readonly #names = new NameTable<string>();
  readonly #events = new EventNames();
  readonly #head: LineHead = blankHead();
  #last: VirtualTime = 0;
  #line = 0;
  #torn: Torn | undefined;
  readonly #quoted = new QuotedLines();
  /** The last line was an event, or the rest of one. */
  #inEvent = false;

  /** `tasks` knows names that stand further below, if somebody has looked. */
  constructor(sink: TraceSink, tasks = new TaskNames()) {
    this.#sink = sink;
    this.#tasks = tasks;
  }

  /** Reads a line, without its newline. */
  line(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (this.#quoted.isPlain && text.charCodeAt(text.length - 1) !== EQUALS) {
      this.counts.lines += 1;
      return this.#read(text);
    }
    if (this.#quoted.isOpen && (readHead(text, this.#head) || cpuOf(text) !== undefined)) this.#close();
    const goesOn = this.#quoted.isOpen;
    this.counts.lines += 1;
    const whole = this.#quoted.whole(text);
    if (goesOn) this.counts.folded += 1;
    if (whole !== undefined) this.#read(whole);
  }

  #close(): void {
    const text = this.#quoted.closed();
    if (text !== undefined) this.#read(text);
  }

  /** The text is over. */
  end(): void {
    this.#close();
    this.#giveUp();
  }

  /** Reads what is left where the text was cut: an event may have lost its end, and is none. */
  cutLine(text: string): void {
    if (!readHead(text, this.#head)) return this.line(text);
    this.counts.lines += 1;
    this.#giveUp();
    this.#line = this.counts.lines;
    this.#malformed('the file ends inside this line', text, cpuOf(text), this.#head.pid);
  }

  #read(text: string): void {
    if (text.length > LONGEST_LINE) {
      this.#giveUp();
      this.#line = this.counts.lines;
      this.#malformed('too long for an event', text.slice(0, SHOWN), undefined, undefined);
      return;
    }
    if (readHead(text, this.#head)) {
      const comm = this.#commOf(this.#head.comm);
      if (comm !== null) {
        if (this.#torn !== undefined) this.#giveUp();
        this.#line = this.counts.lines;
        this.#event(comm, text, 0);
        return;
      }
    }
    this.#readOdd(text);
  }

  /** A line that does not begin as events do. */
  #readOdd(line: string): void {
    const text = withoutPrefix(line);
    const head = this.#head;
    let whole = readHead(text, head);
    if (!whole) {
      const form = readOddHead(text, head);
      whole = form !== undefined;
      if (form === 'without-cpu') this.counts.withoutCpu += 1;
    }
    if (whole) {
      this.#giveUp();
      this.#line = this.counts.lines;
      if (head.comm.length > LONGEST_COMM) this.#malformed('two lines in one', text, cpuOf(text), undefined);
      else this.#event(this.#name(head.comm), text, 0);
      return;
    }
    if (this.#torn !== undefined && this.#joined(this.#torn, text)) return;
    this.#giveUp();
    this.#line = this.counts.lines;
    this.#other(text);
  }

  /** Whether the torn line is whole, or may become so, with this one at its end. */
  #joined(torn: Torn, rest: string): boolean {
    const line = classify(rest, true);
    if (line.kind !== 'rest' && line.kind !== 'foreign') return false;
    const text = `${torn.text.trimEnd()} ${rest.trim()}`;
    if (text.length > LONGEST_LINE || torn.folds >= MOST_FOLDS) return false;
    const head = this.#head;
    if (!readHead(text, head) && readOddHead(text, head) === undefined) return false;
    this.#torn = undefined;
    this.#line = torn.line;
    this.#event(this.#name(head.comm), text, torn.folds + 1);
    // What cannot be read with this line at its end is no better without it.
    this.counts.folded += 1;
    return true;
  }

  #event(comm: string, text: string, folds: number): void {
    const { event: shown, pid, absurd } = this.#head;
    const body = this.isPlain ? this.#head.body : printable(this.#head.body);
    this.#inEvent = true;
    const event = this.#events.named(shown);
    if (event.role === 'stack') {
      this.counts.stackLines += 1;
      return;
    }
    if (absurd !== '') return this.#malformed(absurd, text, undefined, undefined);
    if (hasHeadInside(body)) return this.#malformed('two lines in one', text, cpuOf(text), undefined);
    const { name, format } = event;
    const rest = event.role === 'mark' ? markText(body) : body.trimEnd();
    if (format === undefined) {
      this.counts.unknown += 1;
      const fields = anyFields(rest);
      return this.#tell(this.#nameOf(comm, pid, name, fields), event.name, fields, false);
    }
    const fields = readFields(format, rest);
    if (isUnread(fields)) {
      const { kind, lacks } = fields;
      if (kind === 'torn') return this.#tear(name, `${name} without ${lacks}`, text, folds);
      this.counts.otherForms += 1;
      const told = printable(`${name} without ${lacks}: ${text.trim().slice(0, SHOWN)}`);
      this.#sink.unread?.({ kind: 'another-form', line: this.#line, event: name, text: told });
      return this.#tell(this.#nameOf(comm, pid, name, fields), name, { text: rest }, false);
    }
    if (isCut(event, fields)) return this.#tear(name, `${name} lacks its last fields`, text, folds);
    this.#tell(
      this.#nameOf(comm, pid, name, fields),
      name,
      name === 'mark_victim' ? this.#victim(fields) : fields,
      true,
    );
  }

  #tell(comm: string, event: string, fields: KernelFields, known: boolean): void {
    const { at, cpu, pid, flags } = this.#head;
    if (at < this.#last) {
      this.counts.outOfOrder += 1;
      if (this.#last - at > MOST_BACK) this.#gap('restart', undefined, undefined, 'the time goes back');
    }
    this.#last = at;
    this.counts.events += 1;
    const place = { line: this.#line, at, cpu, comm, pid, flags: this.#name(flags) };
    this.#sink.event(kernelEvent(place, event, fields, known));
  }

  /** Returns the task's name, if any line has told it. */
  #nameOf(comm: string, pid: number, event: string, fields: { readonly [field: string]: unknown }): string {
    if (comm !== UNNAMED) {
      this.#tasks.seen(pid, comm);
      return comm;
    }
    if (event === 'mm_vmscan_kswapd_wake' || event === 'mm_vmscan_kswapd_sleep')
      this.#tasks.kswapd(pid, Number(fields['nid'] ?? 0));
    const known = this.#tasks.of(pid);
    if (known === undefined) this.counts.unnamed += 1;
    return known ?? comm;
  }

  /** Kernels before 6.8 print the victim's pid alone. */
  #victim(fields: KernelFields): KernelFields {
    const pid = fields['pid'];
    if (fields['comm'] !== undefined || typeof pid !== 'number') return fields;
    const comm = this.#tasks.of(pid);
    return comm === undefined ? fields : { ...fields, comm };
  }

  /** What is not an event as it stands. */
  #other(text: string): void {
    const { counts } = this;
    const line = classify(text, this.#inEvent);
    switch (line.kind) {
      case 'lost':
        counts.lost += line.count ?? 0;
        this.#gap('lost', line.cpu, line.count, printable(text.trim()));
        return;
      case 'started':
        this.#gap('started', line.cpu, undefined, printable(text));
        return;
      case 'comment':
        counts.comments += 1;
        counts.overwritten += line.overwritten;
        if (line.release !== undefined) this.#sink.writtenBy?.(printable(line.release));
        if (line.begins && counts.events > 0) {
          this.#last = 0;
          this.#gap('restart', undefined, undefined, printable(text));
        }
        return;
      case 'stack':
        counts.stackLines += 1;
        return;
      case 'function':
        counts.functionLines += 1;
        return;
      case 'rest':
        counts.folded += 1;
        return;
      case 'foreign':
        this.#inEvent = false;
        counts.foreign += 1;
        this.#sink.unread?.({
          kind: 'foreign',
          line: this.#line,
          text: printable(`not of a trace: ${text.trim().slice(0, SHOWN)}`),
        });
        return;
      case 'torn':
        this.#inEvent = false;
        this.#torn = { line: this.#line, text, reason: line.reason, cpu: cpuOf(text), folds: 0 };
    }
  }

  #tear(event: string, reason: string, text: string, folds: number): void {
    const { cpu, pid } = this.#head;
    this.#torn = { line: this.#line, text, reason, cpu, pid, event, folds };
  }

  /** What was torn stays so. */
  #giveUp(): void {
    const torn = this.#torn;
    if (torn === undefined) return;
    this.#torn = undefined;
    this.#line = torn.line;
    this.#malformed(torn.reason, torn.text, torn.cpu, torn.pid, torn.event);
  }

  #malformed(reason: string, text: string, cpu: number | undefined, pid: number | undefined, event?: string): void {
    this.counts.malformed += 1;
    const shown = printable(`${reason}: ${text.trim().slice(0, SHOWN)}`);
    this.#sink.gap({
      kind: 'malformed',
      line: this.#line,
      cpu,
      count: undefined,
      text: shown,
      ...(pid !== undefined && { pid }),
      ...(event !== undefined && { event }),
    });
  }

  #gap(kind: 'lost' | 'started' | 'restart', cpu: number | undefined, count: number | undefined, text: string) {
    if (kind === 'restart') {
      this.#events.restart();
      this.counts.restarts += 1;
    }
    this.#sink.gap({ kind, line: this.#line, cpu, count, text });
  }

  /** Returns the name as it is to be told, or null if something foreign stands in front of it. */
  #commOf(shown: string): string | null {
    const known = this.#comms.get(shown);
    if (known !== undefined) return known;
    const comm = shown.length > LONGEST_COMM || hasPrefix(shown) ? null : this.#name(shown);
    this.#comms.set(shown, comm);
    return comm;
  }

  /**
   * One string for each name, safe to print and no slice of the file's text. perf calls a
   * task it does not know `:` and its pid.
   */
  #name(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const kept = text === '' || /^:-?\d+$/.test(text) ? UNNAMED : likeLiteral(printable(text));
    this.#names.set(text, kept);
    return kept;
  }
}
