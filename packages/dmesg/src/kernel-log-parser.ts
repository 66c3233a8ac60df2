/**
 * Parser of a kernel's log: finds what it shows of tasks, stacks and locks, whatever else stands between. Nothing in a
 * log is fatal; what is none of this is passed over.
 */
import { DumpList } from './dump-list.ts';
import { inFlightWorks } from './in-flight-works.ts';
import { LockdepReader } from './lockdep-reader.ts';
import { logEntry, type LogEntry } from './log-entry.ts';
import { logLine, type LogLine, type LogTime } from './log-line.ts';
import { isMomentary, type Place, Places } from './log-place.ts';
import { printedNumber } from './printed-number.ts';
import type { KernelDump, LockdepSplat, ShownTask, StackFrame } from './shown-task.ts';
import { bareFrame, stackFrame } from './stack-frame.ts';
import { WrappedLines } from './wrapped-lines.ts';

export interface KernelLog {
  /** In the order of the file; only those that show a task or a lock. */
  readonly dumps: readonly KernelDump[];
  readonly splats: readonly LockdepSplat[];
  readonly lines: number;
  /** Lines that a kernel prints, or that came with the time that a kernel or syslog puts before them. */
  readonly kernelLines: number;
  /** Tasks, dumps and warnings beyond what is kept. */
  readonly leftOut: number;
  /** Lines that speak of a blocked task in a form that is not known. */
  readonly unread: number;
}

const MOST_FRAMES = 128;
const MOST_SYMBOLS = 100_000;
/** A clock that goes back by so much is that of another boot. */
const ANOTHER_BOOT = 60;

/** Said by khungtaskd alone: a task that must not be lost in silence. */
const UNREAD = /\btask \S.* blocked (?:in I\/O wait )?for more than \d+ sec/;
const GREPPED = /^\/proc\/(\d+)\/(?:task\/(\d+)\/)?stack: ?(.*)$/;
/** A line that quoted-printable broke, and its signs of equality. */
const SOFT_BREAK = /[^=]=$/;
const QUOTED_EQUAL = /=3D/g;

const NO_ORDER = { kind: 'other', comm: '', pid: 0, acquiring: '', holding: '', chain: [] } as const;
const NOTHING_SAID = { cpu: undefined, workqueue: undefined, guesses: 0, keep: true } as const;

export class KernelLogParser {
  readonly #wrapped = new WrappedLines();
  readonly #places = new Places();
  readonly #symbols = new Map<string, StackFrame>();
  readonly #dumps = new DumpList();
  #workqueue = '';
  #lines = 0;
  #kernelLines = 0;
  #leftOut = 0;
  #unread = 0;
  #broken = '';

  /** Reads a line, without its newline. */
  line(raw: string): void {
    this.#lines += 1;
    const text = this.#broken + (raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    this.#broken = '';
    if (SOFT_BREAK.test(text) && text.length < 1_000) {
      this.#broken = text.slice(0, -1);
      return;
    }
    this.#take(this.#wrapped.next(logLine(text.replace(QUOTED_EQUAL, '='))));
  }

  /** Returns what was found. */
  end(): KernelLog {
    if (this.#broken !== '') this.#take(this.#wrapped.next(logLine(this.#broken)));
    this.#take(this.#wrapped.end());
    this.#newDump(false);
    return {
      dumps: this.#dumps.dumps,
      splats: this.#dumps.splats,
      lines: this.#lines,
      kernelLines: this.#kernelLines,
      leftOut: this.#leftOut + this.#dumps.leftOut,
      unread: this.#unread,
    };
  }

  #take(line: LogLine | undefined): void {
    if (line === undefined || line.text === '') return;
    const place = this.#places.of(line.caller);
    const { text } = line;
    if (line.headed) this.#kernelLines += 1;
    const grepped = GREPPED.exec(text);
    if (grepped !== null) {
      this.#openProc(place, printedNumber(grepped[2] ?? grepped[1]), '', line);
      this.#frame(place, grepped[3] ?? '');
      return;
    }
    if (this.#frame(place, text)) {
      this.#kernelLines += 1;
      return;
    }
    if (place.splat !== undefined && !place.splat.read(text)) this.#endSplat(place);
    const entry = logEntry(text);
    if (entry === undefined) {
      if (UNREAD.test(text)) this.#unread += 1;
      return;
    }
    this.#kernelLines += 1;
    this.#entry(entry, place, line);
  }

  #frame(place: Place, text: string): boolean {
    const { task, interrupt } = place;
    const printed = stackFrame(text);
    const frame = printed ?? (place.marked ? bareFrame(text) : undefined);
    if (frame === undefined) return false;
    if (task === undefined || interrupt) return true;
    if (frame === 'guess') {
      task.guesses += 1;
      return true;
    }
    // One frame with an offset shows that names alone were no frames but noise.
    if (printed !== undefined && place.marked) {
      task.frames = [];
      place.marked = false;
    }
    if (task.frames.length < MOST_FRAMES) task.frames.push(this.#interned(frame));
    return true;
  }

  #interned(frame: StackFrame): StackFrame {
    const key = `${frame.symbol} ${frame.module ?? ''}`;
    const known = this.#symbols.get(key);
    if (known !== undefined) return known;
    if (this.#symbols.size < MOST_SYMBOLS) this.#symbols.set(key, frame);
    return frame;
  }

  #entry(entry: LogEntry, place: Place, time: LogTime): void {
    switch (entry.kind) {
      case 'boot':
        this.#newBoot(entry.release);
        return;
      case 'show':
        if (entry.what !== 'running') this.#newDump(true);
        return;
      case 'release':
        this.#dumps.now.release = entry.release;
        return;
      case 'hung':
        this.#open(place, entry.comm, entry.pid, 'hung', 'D', time, entry.seconds > 0 ? entry.seconds : undefined);
        return;
      case 'task':
        this.#header(entry, place, time);
        return;
      case 'running':
        this.#running(entry, place, time);
        return;
      case 'workqueue':
        if (place.task !== undefined) place.task.workqueue = { name: entry.name, work: entry.work };
        return;
      case 'call-trace':
        place.interrupt = false;
        if (place.task !== undefined && place.task.frames.length > 0 && place.task.by !== 'running') this.#close(place);
        return;
      case 'mark':
        place.interrupt = entry.context === 'interrupt';
        place.marked = entry.context === 'task' && place.task?.frames.length === 0;
        if (entry.context === 'end') this.#close(place);
        return;
      case 'status':
        this.#status(entry, place, time);
        return;
      case 'proc':
        this.#openProc(place, entry.pid, entry.comm ?? '', time);
        return;
      case 'aside':
        this.#close(place);
        place.aside = true;
        return;
      case 'splat':
        this.#close(place);
        place.splat = new LockdepReader(entry.what, this.#lines, time.at);
        return;
      case 'other-splat':
        this.#close(place);
        this.#dumps.addSplat({ ...NO_ORDER, title: entry.title, line: this.#lines, at: time.at });
        place.aside = true;
        return;
      default:
        this.#lockEntry(entry, place);
    }
  }

  #lockEntry(
    entry: Extract<LogEntry, { kind: 'owner' | 'all-locks' | 'locks' | 'lock' | 'busy-workqueue' | 'in-flight' }>,
    place: Place,
  ): void {
    switch (entry.kind) {
      case 'owner': {
        const { kind: _kind, ...owner } = entry;
        this.#close(place);
        this.#dumps.now.addOwner(owner);
        return;
      }
      case 'all-locks':
        this.#close(place);
        this.#endSplat(place);
        return;
      case 'locks':
        // A warning of lockdep lists the locks of that moment.
        place.locks =
          place.splat === undefined && !place.aside ? this.#dumps.now.lockList(entry.comm, entry.pid).locks : [];
        return;
      case 'lock':
        // Where inlined functions are printed too, a lock has several lines, and the last is the real one.
        if (place.locks !== undefined && entry.index < 64) place.locks[entry.index] = entry.lock;
        return;
      case 'busy-workqueue':
        this.#workqueue = entry.name;
        return;
      case 'in-flight':
        for (const work of inFlightWorks(entry.rest, this.#workqueue)) this.#dumps.now.addInFlight(work);
    }
  }

  /** The header of sched_show_task, after khungtaskd's line or without. */
  #header({ comm, state, pid }: Extract<LogEntry, { kind: 'task' }>, place: Place, time: LogTime): void {
    const { task } = place;
    const announced = task?.by === 'hung' && task.frames.length === 0 && (pid === undefined || pid === task.pid);
    if (announced) {
      task.state = state;
      return;
    }
    this.#open(place, comm, pid ?? 0, 'blocked', state, time);
    if (pid === undefined && place.task !== undefined) place.task.keep = false;
  }

  #running(entry: Extract<LogEntry, { kind: 'running' }>, place: Place, time: LogTime): void {
    const { cpu, pid, comm, release } = entry;
    const aside = place.aside || place.splat !== undefined;
    this.#dumps.now.release = release;
    this.#open(place, comm, pid, 'running', 'R', time);
    if (place.task === undefined) return;
    place.task.cpu = cpu;
    // The idle thread has pid 0 on every CPU.
    place.task.keep = pid !== 0 && !aside;
  }

  /** /proc/PID/status: of its lines these come in the order Name, State, Pid. */
  #status({ field, value }: Extract<LogEntry, { kind: 'status' }>, place: Place, time: LogTime): void {
    if (field === 'Name') place.status = { name: value };
    else if (field === 'State') place.status.state = value.slice(0, 1);
    else if (printedNumber(value) > 0) {
      const { name = '', state } = place.status;
      this.#openProc(place, printedNumber(value), name, time);
      if (place.task !== undefined && state !== undefined) place.task.state = state;
      place.status = {};
    }
  }

  #openProc(place: Place, pid: number, comm: string, time: LogTime): void {
    const { task } = place;
    if (task?.by === 'proc' && task.pid === pid) {
      if (comm !== '') task.comm = comm;
      return;
    }
    this.#open(place, comm, pid, 'proc', '?', time);
  }

  #open(
    place: Place,
    comm: string,
    pid: number,
    by: ShownTask['by'],
    state: string,
    time: LogTime,
    blockedFor?: number,
  ): void {
    this.#close(place);
    this.#endSplat(place);
    place.aside = false;
    place.locks = undefined;
    const gap = this.#dumps.now.secondsTo(time);
    if (gap !== undefined && gap < -ANOTHER_BOOT) this.#newBoot(undefined);
    else if (gap !== undefined && !this.#dumps.now.isOfThatMoment(gap, { by, blockedFor })) this.#newDump(false);
    const { at, clock } = time;
    const line = this.#lines;
    place.task = { comm, pid, by, state, at, clock, line, blockedFor, ...NOTHING_SAID, frames: [] };
  }

  #close(place: Place): void {
    const { task } = place;
    place.task = undefined;
    place.interrupt = false;
    place.marked = false;
    if (task === undefined || !task.keep) return;
    if (task.by === 'running' && isMomentary(task.frames)) return;
    const { keep: _keep, ...shown } = task;
    this.#dumps.add(shown);
  }

  #endSplat(place: Place): void {
    const splat = place.splat?.result();
    if (place.splat !== undefined) place.aside = true;
    place.splat = undefined;
    if (splat !== undefined) this.#dumps.addSplat(splat);
  }

  #newBoot(release: string | undefined): void {
    this.#newDump(false);
    this.#dumps.newBoot(release);
  }

  #newDump(complete: boolean): void {
    for (const place of this.#places.all()) {
      this.#close(place);
      this.#endSplat(place);
    }
    this.#dumps.next(this.#lines + 1, complete);
  }
}
