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

const RECORD = 'record events, such as trace-cmd record -e vmscan -e xfs -e sched';
const RECORD_WITHOUT_TRACER = `${RECORD}, after echo nop > /sys/kernel/tracing/current_tracer`;
const SCRIPT = 'perf script > trace.txt, and import trace.txt';

const SHAPES: readonly (readonly [shape: RegExp, format: OtherFormat])[] = [
  [
    /^# tracer: function_graph|^ *\d+\) .*\|/m,
    { what: 'is of the function_graph tracer, whose form is not read', instead: RECORD_WITHOUT_TRACER },
  ],
  [
    /^# tracer: function$|\d: \S+ <-\S+$/m,
    { what: 'is of the function tracer, without events', instead: RECORD_WITHOUT_TRACER },
  ],
  [
    /^# tracer: (?:blk|mmiotrace|hwlat|osnoise|timerlat)/m,
    { what: 'is of another tracer, without events', instead: RECORD_WITHOUT_TRACER },
  ],
  [
    /^Attach(?:ing|ed) \d+ probes?|^@\w*\[?.*\]?: (?:\d+|\n)/m,
    { what: 'is the output of bpftrace', instead: `each script prints what it likes; ${RECORD}` },
  ],
  [
    /^# event histogram/m,
    { what: 'is a histogram of events, without the events', instead: 'import the file trace beside it' },
  ],
  [
    /^# To display the perf\.data header info|^# Samples: |^# Overhead {2}/m,
    { what: 'is a report of perf', instead: SCRIPT },
  ],
  [
    /^ *\d+\.\d{3} (?:\([^)]*\): )?\S.*\/\d+ \w+:\w+\(/m,
    { what: 'is the output of perf trace', instead: `perf record -a -e 'vmscan:*' -e 'xfs:*', then ${SCRIPT}` },
  ],
  [
    /^[^[\n]{0,99}-\d+ .{0,99}\[\d{3,}\] +(?:[^\s\d]\S{2,8} +)?\d+: [A-Za-z_]\w*: /m,
    {
      what: 'has times without decimals: its clock counts something else',
      instead: 'echo mono > /sys/kernel/tracing/trace_clock (trace-cmd record -C mono), and record it again',
    },
  ],
  [
    /^ *\S.* \d+ +\d+ \S+ [0-9a-f]{8} [0-9a-f]{8} \[[0-9a-f.]+\] \d+\.\d{3}ms \(\+/m,
    {
      what: 'is in the verbose latency format',
      instead: 'echo noverbose > /sys/kernel/tracing/trace_options, and read it again',
    },
  ],
  [/^\[\d\d:\d\d:\d\d\.\d+\] \(\+\S+\) /m, { what: 'is of LTTng, whose form is not read', instead: RECORD }],
  [
    /^name: \w+\nID: \d+\nformat:/m,
    { what: "is the description of an event's format", instead: 'import the text of /sys/kernel/tracing/trace' },
  ],
  [
    /^\s*<(?:!DOCTYPE|html)\b/i,
    { what: 'is a page of HTML, without events', instead: 'import the text that it shows' },
  ],
  [
    /^(?:<\d+>)?\[ *\d+\.\d{6}\]|^\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\]| kernel: |^Call Trace:/m,
    { what: 'is a kernel log, without a dump of the trace buffer', instead: 'dragon import dmesg FILE' },
  ],
  [
    /^\s*(?:\{\s*"traceEvents"|\[\s*\{\s*"(?:name|ph|pid|cat)")/,
    { what: 'is a trace of a browser or of Perfetto', instead: RECORD },
  ],
  [/^\s*[[{]\s*["{]/, { what: 'is JSON', instead: 'import the text that it was made of' }],
];

/** Returns what a text is that has not one event. `start` is its beginning; `whole`: it was read to its end. */
export function formatOfText(start: string, counts: ParserCounts, whole: boolean): OtherFormat | undefined {
  const { stackLines, comments, lines } = counts;
  const silent = whole && comments === lines;
  if (silent && start.trim() === '') return { what: 'is empty', instead: RECORD };
  const found = SHAPES.find(([shape]) => shape.test(start))?.[1];
  if (found === undefined && silent)
    return { what: 'has a head and no event: none was enabled, or none happened', instead: RECORD };
  if (found !== undefined || stackLines === 0 || stackLines < lines / 2) return found;
  return { what: 'has stacks only', instead: 'dragon import dmesg FILE, if they are of a hung machine' };
}

/** Returns one line: what the file is, and what to do. */
export function formatText(path: string, { what, instead }: OtherFormat): string {
  return path === '-' ? `standard input ${what}: ${instead}` : `${path} ${what}: ${instead.replaceAll('FILE', path)}`;
}
