/**
 * A line of a kernel's log without what tools put in front of it: levels, times, hosts, callers, quote marks. What is
 * left is what the kernel printed, whoever passed it on: dmesg (with -T, -d, -x), syslog, journalctl, a mail, a serial
 * console.
 */
import { printable } from '@dragon/report';

/** Longer lines are cut: nothing that a kernel prints about a task is as long. */
const LONGEST = 4_096;

export interface LogLine {
  readonly text: string;
  /** Seconds since boot, if the line tells. */
  readonly at: number | undefined;
  /**
   * `T123` or `C0`, of CONFIG_PRINTK_CALLER; empty if the line does not tell. Lines of several callers may be mixed.
   */
  readonly caller: string;
  /** Whether a time, a level or `kernel:` stood before it. */
  readonly headed: boolean;
}

/** ECMA-48: CSI and OSC sequences, single escapes, and control characters but tab. */
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- a log may have any character
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** As rsyslog writes tabs and newlines inside a message. */
const OCTAL = /#01([12])/g;

const QUOTE = /^(?:[>|] ?)+/;
const LEVEL = /^<\d{1,3}>/;
const UPTIME = /^\[ *(\d+\.\d+)\] ?/;
const DELTA = /^\[ *[+<] *\d+\.\d+>?\] ?/;
/** dmesg -d: `[  123.456789 <    0.000012>]`. */
const UPTIME_AND_DELTA = /^\[ *(\d+\.\d+) <[ +]*\d+\.\d+>\] ?/;
const WEEKDAY = String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`;
const MONTH = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`;
const CTIME = new RegExp(String.raw`^\[${WEEKDAY} ${MONTH} [ \d]\d \d\d:\d\d:\d\d \d{4}\] ?`);
const RELTIME = new RegExp(String.raw`^\[${MONTH}[ \d]+ ?\d\d:\d\d(?::\d\d)?\] ?`);
const ISO = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`;
const ISO_ALONE = new RegExp(String.raw`^\[?${ISO}\]? +`);
/** The header of syslog or journalctl: time, host, `kernel:` or `kernel[0]:`. */
const SYSLOG = new RegExp(
  String.raw`^(?:${WEEKDAY} )?(?:${MONTH} [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?|${ISO}) \S+ (?:kern\.\w+ )?kernel(?:\[\d+\])?: ?`,
);
const UNIT = /^(?:kern {0,3}:\w+ *: |kernel: )/;
const CALLER = /^\[ *([TC]\d+)\] ?/;

const HEADERS = [LEVEL, SYSLOG, CTIME, RELTIME, DELTA, ISO_ALONE, UNIT];

/** Returns the line without any of that, without spaces around it, and without anything that a terminal obeys. */
export function logLine(line: string): LogLine {
  let rest = printable(line.slice(0, LONGEST).replace(ESCAPES, '').replaceAll('\t', ' ').replace(OCTAL, ' ')).trim();
  let at: number | undefined;
  let caller = '';
  let headed = false;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(QUOTE, '').trimStart();
    const quoted = rest;
    for (const header of HEADERS) rest = rest.replace(header, '');
    headed ||= rest !== quoted;
    const time = UPTIME_AND_DELTA.exec(rest) ?? UPTIME.exec(rest);
    if (time !== null) {
      at ??= Number(time[1]);
      headed = true;
      rest = rest.slice(time[0].length);
    }
    const who = CALLER.exec(rest);
    if (who !== null) {
      caller = who[1] ?? '';
      rest = rest.slice(who[0].length);
    }
  }
  return { text: rest.trim(), at, caller, headed };
}
