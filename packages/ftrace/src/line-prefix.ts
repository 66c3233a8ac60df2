/**
 * Prefixes that a trace line picks up on its way: quote marks of a mail, the time of a kernel log, a syslog head, a
 * grep's line number; and what stands between its columns: tabs, colours, the bars of a table.
 */
import { withoutEscapes } from '@dragon/report';

const ESCAPE = '\u001b';
/** A row of a table in a mail. */
const ROW = /^\s*\|.* \| *\[\d{3,}\] *\|/;

const PREFIXES: readonly RegExp[] = [
  /** Quote marks, any number and depth. */
  /^\s*[>|](?:\s?[>|])*/,
  /** Console log level. */
  /^\s*<\d{1,3}>/,
  /** dmesg, with or without the caller; `dmesg -T`. */
  /^\s*\[ *\d+\.\d{6}\](?: ?\[ *[A-Z]\d+\])?/,
  /^\s*\[\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}\]/,
  /** syslog and journalctl, with the host's name and the kernel's. */
  /^\s*(?:\w{3} +\d+ \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) \S+ kernel:/,
  /** grep -n, grep -H, cat -n. */
  /^\s*(?:[\w./-]+:)?\d+[:-](?=[\s#]|$)/,
  /^[\w./-]+:(?=\s\s)/,
];

/** Whether the name of a task cannot begin like this: something stands in front of it. */
export const hasPrefix = (comm: string) =>
  comm.startsWith(ESCAPE) || /^(?:[>|\s]|\[|<\d|\S*\d[:-]\s|[\w./-]+:\s\s)/.test(comm);

/** Returns the line without what others put in front of it; no-break spaces are spaces. */
export function withoutPrefix(line: string): string {
  let text = withoutEscapes(line.replaceAll(/[\u00a0\t]/g, ' '));
  if (ROW.test(text)) text = text.replaceAll(/(?:^| )\|(?= |$)/g, ' ');
  for (let found = true; found; ) {
    found = false;
    for (const prefix of PREFIXES) {
      const match = prefix.exec(text);
      if (match === null || match[0] === '') continue;
      text = text.slice(match[0].length);
      found = true;
    }
  }
  return text;
}
