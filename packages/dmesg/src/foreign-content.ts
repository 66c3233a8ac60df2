/** Files that people take for a kernel's log: recognised by how they begin, and answered with what to do instead. */

/** Begins with -> what it is, and what to do. U+FFFD stands for a byte that is no UTF-8. */
const BEGINNINGS: readonly (readonly [beginning: string, answer: string])[] = [
  ['\u0017\bDtracing', "is a trace.dat: turn it into text with trace-cmd report, then run 'dragon import ftrace'"],
  ['PERFILE2', "is a perf.data: turn it into text with perf script, then run 'dragon import ftrace'"],
  ['\ufffd7zXZ', 'is compressed with xz: unpack it with xz -d first'],
  ['(\ufffd/\ufffd', 'is compressed with zstd: unpack it with zstd -d first'],
  ['BZh', 'is compressed with bzip2: unpack it with bzip2 -d first'],
  ['PK\u0003\u0004', 'is a zip archive: unpack it first'],
  ['LPKSHHRH', 'is a journal of systemd: print it with journalctl -k --file FILE'],
  ['\u007fELF', 'is an ELF file, perhaps a crash dump: take its log out with makedumpfile --dump-dmesg, or with crash'],
  ['KDUMP   ', 'is a crash dump: take its log out with makedumpfile --dump-dmesg, or with crash'],
];

/** Of ftrace: `comm-pid [cpu] flags seconds: event:`. */
const FTRACE_EVENT = /^ *.{1,40}-\d+ +(?:\( *[\d-]+\) +)?\[\d{3,}\] .*\d+\.\d+: \w+:? /;
const FTRACE_HEADER = /^# tracer: /m;
const JOURNAL_JSON = /^\{"[^\n]*"MESSAGE"/;
const LOG = /^(?:<\d+>)?\[ *\d+\.\d+\]|\bkernel: |^ *task:|Call [Tt]race:/m;

/** Returns what the file is, as the rest of a sentence that begins with its name, or undefined if it may be a log. */
export function foreignContent(head: string): string | undefined {
  const known = BEGINNINGS.find(([beginning]) => head.startsWith(beginning));
  if (known !== undefined) return known[1];
  const nulls = head.split('\0').length - 1;
  if (nulls > head.length / 4) return 'is UTF-16 or binary: a kernel log is plain text; save it as UTF-8';
  if (head.includes('\0') && !LOG.test(head)) return 'is a binary file: a kernel log is plain text';
  if (JOURNAL_JSON.test(head)) return 'is JSON of journalctl: print it with journalctl -k -o short';
  if (LOG.test(head)) return undefined;
  const lines = head.split('\n').filter((line) => line.trim() !== '');
  const events = lines.filter((line) => FTRACE_EVENT.test(line)).length;
  if (FTRACE_HEADER.test(head) || events * 2 > lines.length)
    return "is a text of ftrace: run 'dragon import ftrace' with it";
  return undefined;
}
