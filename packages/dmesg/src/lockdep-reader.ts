/** A warning of lockdep, read line by line: who wanted which lock with which in hand, and the chain between them. */
import { listedLock } from './log-entry.ts';
import { printedNumber } from './printed-number.ts';
import type { LockdepSplat } from './shown-task.ts';

const TRYING = /^(.+)\/(\d+) is trying to acquire lock:/;
const HOLDING = /^but task is already holding lock:/;
/** As in a list of locks, but without its number. */
const LOCK = /^(?:\(ptrval\) |[0-9a-f]+ )? *\((.+)\)\{[^}]*\}(?:-\{\d+:\d+\})?, *at:/;
const LINK = /^-> #\d+ \( ?(.+?) ?\)\{/;
const END = /^(?:\*\*\* DEADLOCK \*\*\*|stack backtrace:)/;
const MOST_LINKS = 64;
const TITLES = {
  circular: 'possible circular locking dependency detected',
  recursive: 'possible recursive locking detected',
} as const;

export class LockdepReader {
  readonly #kind: keyof typeof TITLES;
  readonly #line: number;
  readonly #at: number | undefined;
  readonly #chain: string[] = [];
  #comm = '';
  #pid = 0;
  #acquiring = '';
  #holding = '';
  #next: 'acquiring' | 'holding' | undefined;

  constructor(kind: keyof typeof TITLES, line: number, at: number | undefined) {
    this.#kind = kind;
    this.#line = line;
    this.#at = at;
  }

  /** Returns whether the warning goes on behind this line. */
  read(text: string): boolean {
    const trying = TRYING.exec(text);
    if (trying !== null) {
      this.#comm = trying[1] ?? '';
      this.#pid = printedNumber(trying[2]);
      this.#next = 'acquiring';
    } else if (HOLDING.test(text)) this.#next = 'holding';
    const lockClass = LOCK.exec(text)?.[1];
    if (lockClass !== undefined && this.#next !== undefined) {
      const name = listedLock(undefined, lockClass, '').lockClass;
      if (this.#next === 'acquiring') this.#acquiring ||= name;
      else this.#holding ||= name;
    }
    const link = LINK.exec(text)?.[1];
    if (link !== undefined && this.#chain.length < MOST_LINKS)
      this.#chain.push(listedLock(undefined, link, '').lockClass);
    return !END.test(text);
  }

  /** Returns what it said; of one that breaks off before its locks no more than the title. */
  result(): LockdepSplat {
    const isWhole = this.#acquiring !== '' && this.#holding !== '';
    return {
      kind: isWhole ? this.#kind : 'other',
      title: TITLES[this.#kind],
      comm: this.#comm,
      pid: this.#pid,
      acquiring: this.#acquiring,
      holding: this.#holding,
      chain: this.#chain,
      line: this.#line,
      at: this.#at,
    };
  }
}
