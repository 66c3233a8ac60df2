/**
 * A line of a kernel's log without what tools put in front of it: levels, times, hosts, callers, quote marks. What is
 * left is what the kernel printed, whoever passed it on: dmesg (with -T, -d, -x), /dev/kmsg, syslog, journalctl,
 * netconsole, a mail, a serial console.
 */
import { printable, withoutControls } from '@dragon/report';
import { wallClock } from './wall-clock.ts';

/** Longer lines are cut: nothing that a kernel prints about a task is as long. */
const LONGEST = 4_096;

/** When a line was printed, as far as it tells. */
export interface LogTime {
  /** Seconds since boot. */
  readonly at: number | undefined;
  /** Seconds of the time of day, since a moment that is one for the whole log. */
  readonly clock: number | undefined;
}

export interface LogLine extends LogTime {
  readonly text: string;
  /**
   * `T123` or `C0`, of CONFIG_PRINTK_CALLER; empty if the line does not tell. Lines of several callers may be mixed.
   */
  readonly caller: string;
  /** Whether a time, a level or `kernel:` stood before it. */
  readonly headed: boolean;
}

/** As rsyslog writes tabs and newlines inside a message. */
const OCTAL = /#01([12])/g;

const QUOTE = /^(?:[>|] ?)+/;
const LEVEL = /^<\d{1,3}>/;
/** The time since boot as printk prints it, with whatever a collector of logs has put before it. */
const UPTIME = /^(.{0,160}?)\[ *(\d+\.\d{6})\] ?/;
/** With fewer digits nothing but the start of a line is sure to be one. */
const ROUNDED_UPTIME = /^()\[ *(\d+\.\d+)\] ?/;
const DELTA = /^\[ *[+<] *\d+\.\d+>?\] ?/;
/** dmesg -d: `[  123.456789 <    0.000012>]`. */
const UPTIME_AND_DELTA = /^()\[ *(\d+\.\d+) <[ +]*\d+\.\d+>\] ?/;
/** /dev/kmsg, and what netconsole sends in its extended form: level, sequence number, microseconds, flags. */
const RECORD = /^(.{0,160}?)(?<![\d,])\d{1,3},\d+,(\d+),[-cf](?:,[^;]{0,60})?;/;
const RECORD_CALLER = /,caller=([TC]\d+)/;
/** Syslog and journalctl: time, host, and `kernel:` or `kernel[0]:`. */
const BY_KERNEL = /^.{0,160}?\bkernel(?:\[\d+\])?: ?/;
const CTIME = /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] ?/;
const RELTIME = /^\[[A-Z][a-z]{2}[ \d]+ ?\d\d:\d\d(?::\d\d)?\] ?/;
const ISO_ALONE = /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? +/;
const FACILITY = /^kern {0,3}:\w+ *: /;
/** CPU, or CPU and task, as the kernels of some phones print them behind the time: `c3 `, `(3)[43:kswapd0]`. */
const VENDOR = /^(?:c\d{1,2} (?= ?\S)|-?\(\d{1,2}\)\[\d+:[^\]]*\] ?)/;
const CALLER = /^\[ *([TC]\d+)\] ?/;

const HEADERS = [LEVEL, BY_KERNEL, CTIME, RELTIME, DELTA, ISO_ALONE, FACILITY];

/** Returns the line without any of that, without spaces around it, and without anything that a terminal obeys. */
export function logLine(line: string): LogLine {
  const cut = withoutControls(line.slice(0, LONGEST)).replaceAll('\t', ' ').replace(OCTAL, ' ');
  const all = printable(cut).trim();
  let rest = all;
  let at: number | undefined;
  let caller = '';
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(QUOTE, '').trimStart();
    const record = RECORD.exec(rest);
    if (record !== null) {
      at ??= Number(record[2]) / 1e6;
      caller ||= RECORD_CALLER.exec(record[0])?.[1] ?? '';
      rest = rest.slice(record[0].length);
    }
    const time = UPTIME_AND_DELTA.exec(rest) ?? UPTIME.exec(rest) ?? ROUNDED_UPTIME.exec(rest);
    if (time !== null) {
      at ??= Number(time[2]);
      rest = rest.slice(time[0].length).trimStart().replace(VENDOR, '');
    }
    for (const header of HEADERS) rest = rest.replace(header, '');
    const who = CALLER.exec(rest);
    if (who !== null) {
      caller = who[1] ?? '';
      rest = rest.slice(who[0].length);
    }
  }
  const head = all.slice(0, all.length - rest.length);
  return { text: rest.trim(), at, clock: wallClock(head), caller, headed: HEADED.test(head) };
}

/** More than quote marks. */
const HEADED = /[^>|\s]/;

/** Returns how long after `from` it was at `to`, in seconds; undefined where the two do not tell by the same clock. */
export function secondsBetween(from: LogTime, to: LogTime): number | undefined {
  if (from.at !== undefined && to.at !== undefined) return to.at - from.at;
  return from.clock !== undefined && to.clock !== undefined ? to.clock - from.clock : undefined;
}
