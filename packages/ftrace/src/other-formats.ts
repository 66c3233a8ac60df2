/** Files that people have instead of a text of events, told by their first bytes or shape, and what to do then. */
import type { ParserCounts } from './parser-counts.ts';

/** `what` it is, and what to do about it, with FILE for its name. */
export type OtherFormat = { readonly what: string; readonly instead: string };

const packed = (name: string, program: string): OtherFormat => ({
  what: `is compressed with ${name}`,
  instead: `${program} -dc FILE | dragon import ftrace -`,
});

/** By the first bytes, as characters. */
const MAGIC: readonly (readonly [bytes: string, format: OtherFormat])[] = [
  [
    '\u0017\u0008\u0044tracing',
    { what: "is trace-cmd's binary file", instead: 'trace-cmd report FILE > trace.txt, and import trace.txt' },
  ],
  ['PERFILE2', { what: "is perf's binary file", instead: 'perf script -i FILE > trace.txt, and import trace.txt' }],
  ['2ELIFREP', { what: "is perf's binary file", instead: 'perf script -i FILE > trace.txt, and import trace.txt' }],
  ['\u00fd7zXZ\u0000', packed('xz', 'xz')],
  ['\u0028\u00b5\u002f\u00fd', packed('zstd', 'zstd')],
  ['BZh', packed('bzip2', 'bzip2')],
  ['\u0004\u0022\u004d\u0018', packed('lz4', 'lz4')],
  ['\u0002\u0021\u004c\u0018', packed('lz4', 'lz4')],
  ['\u001f\u009d', packed('compress', 'gzip')],
  ['PK\u0003\u0004', { what: 'is a zip archive', instead: 'unzip -p FILE | dragon import ftrace -' }],
  ['\u007fELF', { what: 'is a program', instead: 'import the text of /sys/kernel/tracing/trace' }],
  [
    '{"format":"dragon-trace"',
    { what: 'is a trace of a simulated run', instead: 'dragon replay FILE, or dragon diff FILE OTHER' },
  ],
  [
    '__CURSOR=',
    { what: 'is an export of the systemd journal', instead: 'journalctl -k -o short-monotonic, and import that' },
  ],
  [
    '{"__CURSOR"',
    { what: 'is an export of the systemd journal', instead: 'journalctl -k -o short-monotonic, and import that' },
  ],
];

/** tar has its magic further in. */
const TAR = /^[^\0]{1,100}\0[\s\S]*ustar/;

/** Returns what a file is that begins with these bytes, if it is known and no text of events. */
export function formatOfBytes(first: Uint8Array): OtherFormat | undefined {
  const start = String.fromCharCode(...first.subarray(0, 512));
  if (TAR.test(start)) return { what: 'is a tar archive', instead: 'tar -xOf FILE | dragon import ftrace -' };
  return MAGIC.find(([bytes]) => start.startsWith(bytes))?.[1];
}

const RECORD =
  'record events, such as trace-cmd record -e vmscan -e xfs -e sched, or echo nop > /sys/kernel/tracing/current_tracer';

const SHAPES: readonly (readonly [shape: RegExp, format: OtherFormat])[] = [
  [
    /^# tracer: function_graph|^ *\d+\) .*\|/m,
    { what: 'is of the function_graph tracer, without events', instead: RECORD },
  ],
  [/^# tracer: function$|\d: \S+ <-\S+$/m, { what: 'is of the function tracer, without events', instead: RECORD }],
  [
    /^# tracer: (?:blk|mmiotrace|hwlat|osnoise|timerlat)/m,
    { what: 'is of another tracer, without events', instead: RECORD },
  ],
  [
    /^Attach(?:ing|ed) \d+ probes?|^@\w*\[?.*\]?: (?:\d+|\n)/m,
    { what: 'is the output of bpftrace', instead: 'the tool bpftrace prints what its script says; ' + RECORD },
  ],
  [
    /^# event histogram/m,
    { what: 'is a histogram of events, without the events', instead: 'import the file trace beside it' },
  ],
  [
    /^# To display the perf\.data header info|^# Samples: /m,
    { what: 'is a report of perf', instead: 'perf script > trace.txt, and import trace.txt' },
  ],
  [
    /^(?:<\d+>)?\[ *\d+\.\d{6}\]|^\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\]| kernel: |^Call Trace:/m,
    { what: 'is a kernel log, without a dump of the trace buffer', instead: 'dragon import dmesg FILE' },
  ],
  [
    /^\s*(?:\{"traceEvents"|\[\s*\{"(?:name|ph|pid|cat)")/,
    { what: 'is a trace of a browser or of Perfetto', instead: RECORD },
  ],
];

/** Returns what a text is that has not one event. `start` is its beginning. */
export function formatOfText(start: string, { stackLines, lines }: ParserCounts): OtherFormat | undefined {
  const found = SHAPES.find(([shape]) => shape.test(start))?.[1];
  if (found !== undefined || stackLines === 0 || stackLines < lines / 2) return found;
  return { what: 'has stacks only', instead: 'dragon import dmesg FILE, if they are of a hung machine' };
}

/** Returns one line: what the file is, and what to do. */
export function formatText(path: string, { what, instead }: OtherFormat): string {
  return path === '-' ? `standard input ${what}: ${instead}` : `${path} ${what}: ${instead.replaceAll('FILE', path)}`;
}
