/**
 * Heads of trace lines: who, where and when, as ftrace, trace-cmd and perf print them in front of an event. Linux 6.1
 * kernel/trace/trace_output.c trace_print_context; tools/perf/builtin-script.c.
 *
 * Written out, without a regular expression: it is half of the time of reading a trace.
 */
import type { VirtualTime } from '@dragon/engine';

/** The head of a line, and the rest of it. One object is used for all lines. */
export type LineHead = {
  /** As it stands there: a foreign prefix may be part of it. */
  comm: string;
  pid: number;
  cpu: number;
  flags: string;
  at: VirtualTime;
  /** The event's name, with its group; empty of a stack. */
  event: string;
  body: string;
  /** What it cannot be, if the head is whole and says something absurd; else empty. */
  absurd: string;
};

/** NR_CPUS of the largest kernel. */
const MOST_CPUS = 8_192;
/** Seconds have at most so many digits: three hundred years, and the time of day. */
const MOST_SECOND_DIGITS = 10;
/** Those of PREEMPT_RT; the two counts of depth may have two digits. */
const MOST_FLAGS = 9;

export const blankHead = (): LineHead => ({
  comm: '',
  pid: 0,
  cpu: 0,
  flags: '',
  at: 0,
  event: '',
  body: '',
  absurd: '',
});

const SPACE = 32;
const [OPEN, CLOSE, PLUS, DASH, DOT, SLASH, COLON, SHUT] = [40, 41, 43, 45, 46, 47, 58, 93];

const isDigit = (code: number) => code >= 48 && code <= 57;
const isWord = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95;

/**
 * Fills in `head` from a line of the form `comm-pid (tgid) [cpu] flags seconds: event: text` or, as perf prints it,
 * `comm pid/tid [cpu] seconds: period group:event: text`; tgid, flags and period may be absent. Returns whether it is
 * one.
 */
export function readHead(text: string, head: LineHead): boolean {
  let start = 0;
  while (text.charCodeAt(start) === SPACE) start += 1;
  for (let open = text.indexOf('[', start); open >= 0; open = text.indexOf('[', open + 1)) {
    let end = open + 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
    if (end - open < 4 || text.charCodeAt(end) !== SHUT || text.charCodeAt(end + 1) !== SPACE) continue;
    if (!readTask(text, start, open, head)) continue;
    head.cpu = numberAt(text, open + 1, end);
    return readRest(text, end + 1, head);
  }
  return false;
}

/** Reads backwards from the CPU: the name of a command may contain anything. */
function readTask(text: string, start: number, open: number, head: LineHead): boolean {
  let at = open - 1;
  while (text.charCodeAt(at) === SPACE) at -= 1;
  if (text.charCodeAt(at) === CLOSE) {
    const group = text.lastIndexOf('(', at);
    if (group <= start || at - group > 16) return false;
    at = group - 1;
    while (text.charCodeAt(at) === SPACE) at -= 1;
  }
  const end = at + 1;
  if (end === open) return false;
  while (at >= start && isDigit(text.charCodeAt(at))) at -= 1;
  if (at < start || at + 1 === end) return false;
  head.pid = numberAt(text, at + 1, end);
  let before = text.charCodeAt(at);
  if (before === SLASH) {
    // perf: process/thread, and the kernel's pid is the thread's.
    at -= 1;
    while (at >= start && isDigit(text.charCodeAt(at))) at -= 1;
    before = text.charCodeAt(at);
    if (before !== SPACE) return false;
  }
  if (before === DASH) {
    head.comm = text.slice(start, at);
    return true;
  }
  if (before !== SPACE) return false;
  while (at > start && text.charCodeAt(at - 1) === SPACE) at -= 1;
  head.comm = text.slice(start, at);
  return at > start;
}

/** Reads flags, time, name and text. */
export function readRest(text: string, from: number, head: LineHead): boolean {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at += 1;
  head.flags = '';
  if (!isDigit(text.charCodeAt(at))) {
    const end = text.indexOf(' ', at);
    if (end - at < 3 || end - at > MOST_FLAGS) return false;
    head.flags = text.slice(at, end);
    at = end + 1;
    while (text.charCodeAt(at) === SPACE) at += 1;
  }
  const point = digitsFrom(text, at);
  if (point === at || text.charCodeAt(point) !== DOT) return false;
  const end = digitsFrom(text, point + 1);
  const decimals = end - point - 1;
  if (decimals < 1 || decimals > 9 || text.charCodeAt(end) !== COLON) return false;
  head.at = numberAt(text, at, point) * 1_000_000_000 + numberAt(text, point + 1, end) * (POWERS[9 - decimals] ?? 1);
  head.absurd = absurdity(point - at, head.cpu);
  return readEvent(text, end + 1, head);
}

/** Returns what is wrong with a time of so many digits of seconds, or with the CPU; empty if nothing is. */
export function absurdity(secondDigits: number, cpu: number): string {
  if (secondDigits > MOST_SECOND_DIGITS) return 'no clock shows such a time';
  return cpu >= MOST_CPUS ? `no machine has a CPU ${cpu}` : '';
}

/** `group:event: text`; perf may print a period first, trace-cmd the time since the last event; a stack has no name. */
export function readEvent(text: string, from: number, head: LineHead): boolean {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at += 1;
  if (text.charCodeAt(at) === OPEN && text.charCodeAt(at + 1) === PLUS) {
    at = text.indexOf(')', at) + 1;
    while (text.charCodeAt(at) === SPACE) at += 1;
  }
  if (isDigit(text.charCodeAt(at))) {
    at = digitsFrom(text, at);
    while (text.charCodeAt(at) === SPACE) at += 1;
  }
  if (text.charCodeAt(at) === 60) {
    head.event = '';
    head.body = text.slice(at);
    return true;
  }
  let end = at;
  let colon = -1;
  for (let code = text.charCodeAt(end); isWord(code) || code === COLON || code === DOT; code = text.charCodeAt(end)) {
    if (code === COLON) {
      colon = end;
      if (text.charCodeAt(end + 1) === SPACE) break;
    }
    end += 1;
  }
  if (colon <= at || isDigit(text.charCodeAt(at))) return false;
  head.event = text.slice(at, colon);
  at = colon + 1;
  while (text.charCodeAt(at) === SPACE) at += 1;
  head.body = text.slice(at);
  return true;
}

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

function digitsFrom(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

function numberAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}

/** Whether the head of another line stands in the text: two lines were written into each other. */
export function hasHeadInside(text: string): boolean {
  for (let open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
    const end = digitsFrom(text, open + 1);
    if (end - open < 4 || text.charCodeAt(end) !== SHUT || text.charCodeAt(end + 1) !== SPACE) continue;
    let at = open - 1;
    while (text.charCodeAt(at) === SPACE) at -= 1;
    if (at === open - 1) continue;
    if (text.charCodeAt(at) === CLOSE) {
      at = text.lastIndexOf('(', at) - 1;
      while (text.charCodeAt(at) === SPACE) at -= 1;
    }
    const pid = at;
    while (isDigit(text.charCodeAt(at))) at -= 1;
    if (at < pid && text.charCodeAt(at) === DASH) return true;
  }
  return false;
}
