/** Lines of a log that a mail program broke: put together again where what was read so far cannot be all. */
import { logEntry } from './log-entry.ts';
import type { LogLine } from './log-line.ts';
import { stackFrame } from './stack-frame.ts';

/** How a line begins that has more to say than one word. */
const BEGINNING =
  /^(?:INFO: task |task:|Workqueue:|CPU: \d+ (?:UID: \d+ )?PID: |Not tainted$|Tainted: |#\d+: |\d+ locks? held by$|-> #\d+ \($)/;
/** What a mail program leaves of a frame for the next line: its module. */
const MODULE_ALONE = /^\[[\w-]+\]$/;
/** A line is put together of at most so many. */
const MOST = 3;

/** Holds back one line, until the next one shows whether it goes on. */
export class WrappedLines {
  #held: LogLine | undefined;
  #parts = 0;

  /** Returns the line that is whole now, if any. */
  next(line: LogLine): LogLine | undefined {
    const held = this.#held;
    if (held !== undefined && this.#parts < MOST && goesOn(held, line)) {
      this.#held = { ...held, text: `${held.text} ${line.text}` };
      this.#parts += 1;
      return undefined;
    }
    this.#held = line;
    this.#parts = 1;
    return held;
  }

  /** Returns the last line. */
  end(): LogLine | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held;
  }
}

function goesOn(held: LogLine, line: LogLine): boolean {
  if (line.text === '' || (isTimed(held) && isTimed(line))) return false;
  if (held.text === '?') return true;
  if (MODULE_ALONE.test(line.text)) return typeof stackFrame(held.text) === 'object';
  return BEGINNING.test(held.text) && isUnfinished(held.text) && logEntry(line.text) === undefined;
}

/** A line of its own, and no rest of one. */
const isTimed = ({ at, clock }: LogLine) => at !== undefined || clock !== undefined;

function isUnfinished(text: string): boolean {
  const entry = logEntry(text);
  if (entry === undefined) return true;
  switch (entry.kind) {
    case 'task':
      return entry.pid === undefined;
    case 'hung':
      return entry.seconds === 0;
    case 'lock':
      return entry.lock.at === '';
    default:
      return false;
  }
}
