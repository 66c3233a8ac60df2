/** Reading traces from files: plain or gzip whatever the name, whole or broken off. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TraceError } from '@dragon/report';
import { readFtrace } from './ftrace-file.io.ts';
import type { KernelEvent } from './kernel-event.ts';
import { EXCERPT } from './recorded-traces.fixture.io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-ftrace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, data: string | Uint8Array): string {
  writeFileSync(join(folder, name), data);
  return join(folder, name);
}

const ignore = { event: () => undefined, gap: () => undefined };
const text = () => readFileSync(EXCERPT);

test('gzip or not, whatever the name says', async () => {
  const plain = await readFtrace(EXCERPT, ignore);
  expect(plain).toMatchObject({ events: 940, malformed: 0, brokenOff: undefined });
  expect(await readFtrace(written('a.txt', gzipSync(text())), ignore)).toEqual(plain);
  expect(await readFtrace(written('b.gz', text()), ignore)).toEqual(plain);
});

test('compressed data that break off leave what came before', async () => {
  const whole = gzipSync(text());
  const events: KernelEvent[] = [];
  const path = written('c.gz', whole.subarray(0, whole.length - 200));
  const read = await readFtrace(path, { ...ignore, event: (event) => void events.push(event) });
  expect(read.brokenOff).toBe('its compressed data break off');
  expect(events.length).toBe(read.events);
  expect(read.events).toBeGreaterThan(400);
});

test('a last line without an end is read if it is whole, and a file without one event is no trace', async () => {
  const last = (less: number) => text().subarray(0, text().length - less);
  expect(await readFtrace(written('d', last(1)), ignore)).toMatchObject({ events: 940, malformed: 0, unended: true });
  expect(await readFtrace(written('d', last(60)), ignore)).toMatchObject({ events: 939, malformed: 1, unended: true });
  await expect(readFtrace(written('e', 'hello\nworld\n'), ignore)).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(readFtrace(written('f', ''), ignore)).rejects.toMatchObject({ code: 'not-a-trace' });
  await expect(readFtrace(written('g', new Uint8Array(3_000_000)), ignore)).rejects.toBeInstanceOf(TraceError);
  await expect(readFtrace(join(folder, 'none'), ignore)).rejects.toMatchObject({ code: 'unreadable' });
  await expect(readFtrace(folder, ignore)).rejects.toMatchObject({ code: 'unreadable' });
});

/** What each begins with, and the words that say what to do instead. */
const OTHERS: readonly (readonly [string, Uint8Array | string, string])[] = [
  ['trace.dat', new Uint8Array([0x17, 8, 0x44, ...Buffer.from('tracing6')]), 'trace-cmd report '],
  ['perf.data', 'PERFILE2\0\0', 'perf script -i '],
  ['t.xz', new Uint8Array([0xfd, ...Buffer.from('7zXZ'), 0, 0]), 'xz -dc '],
  ['t.zst', new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 4]), 'zstd -dc '],
  ['t.bz2', 'BZh91AY&SY', 'bzip2 -dc '],
  ['t.lz4', new Uint8Array([4, 0x22, 0x4d, 0x18, 0]), 'lz4 -dc '],
  ['t.zip', 'PK\u0003\u0004', 'unzip -p '],
  [
    'graph',
    '# tracer: function_graph\n#\n 0)   1.234 us    |  shrink_slab();\n 0)               |  f() {\n',
    'record events',
  ],
  ['function', '# tracer: function\n  a-1  [000] d..1.  1.000001: f <-g\n', 'record events'],
  ['ticks', '  a-1  [000] d..1.  4295000123: mm_vmscan_kswapd_sleep: nid=0\n', 'trace_clock'],
  ['verbose latency', ' a     7   0 0 00000001 00000000 [00000123] 1.200ms (+0.000ms): x: y=1\n', 'noverbose'],
  ['LTTng', '[11:46:49.123456789] (+?.?????????) host vmscan_x: { cpu_id = 0 }, { nid = 0 }\n', 'is of LTTng'],
  ['perf trace', '     0.000 kswapd0/77 vmscan:mm_vmscan_kswapd_wake(nid: 0)\n', 'perf record'],
  ['a page', '<!DOCTYPE html>\n<html></html>\n', 'is a page of HTML'],
  ['JSON', '{\n  "a": 1\n}\n', 'is JSON'],
  ['a format', 'name: mm_vmscan_kswapd_wake\nID: 1\nformat:\n', "is the description of an event's format"],
  ['a head', '# tracer: nop\n#\n#           TASK-PID     CPU#\n', 'has a head and no event'],
  ['nothing', '', 'is empty'],
  ['bpftrace', 'Attaching 2 probes...\n\n@calls[kswapd0]: 12\n', 'bpftrace'],
  ['dmesg', '[   12.345678] XFS (vda): Mounting V5 Filesystem\n', 'dragon import dmesg '],
  ['syslog', 'Nov 27 11:46:49 host kernel: XFS (vda): Mounting\n', 'dragon import dmesg '],
  ['journal', '__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1\n', 'journalctl -k'],
  ['ours', gzipSync('{"format":"dragon-trace","version":5}\n'), 'dragon replay '],
];

test.each(OTHERS)('%s is no text of events, and says what to do', async (name, data, instead) => {
  const path = written(name, data);
  const error = await readFtrace(path, ignore).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'not-a-trace', message: expect.stringContaining(instead) });
  expect(error).toMatchObject({ message: expect.not.stringMatching(/\n|FILE/) });
});

test('a text may have a mark of its encoding, or be UTF-16', async () => {
  const line = '  kswapd0-39  [000] .....  1.000000: mm_vmscan_kswapd_wake: nid=0 order=0\r\n';
  expect(await readFtrace(written('bom', `\ufeff${line}`), ignore)).toMatchObject({ events: 1, lines: 1 });
  const wide = Buffer.from(`\ufeff${line}${line}`, 'utf16le');
  expect(await readFtrace(written('wide', wide), ignore)).toMatchObject({ events: 2, lines: 2 });
});

test('a line without an end ends the reading, whatever it is packed in', async () => {
  const zeros = gzipSync(new Uint8Array(20 << 20));
  await expect(readFtrace(written('bomb', zeros), ignore)).rejects.toThrow(
    'line 1 has no end (16 MiB of it were read)',
  );
  const after = Buffer.concat([gzipSync(text()), zeros]);
  expect(await readFtrace(written('tail', after), ignore)).toMatchObject({
    events: 940,
    brokenOff: expect.stringMatching(/^line 990 has no end/),
  });
});

test('a name may stand further below, in front of a line or in its text', async () => {
  const at = (seconds: number, task: string, rest: string) => `  ${task}  [000] .....  ${seconds}.000000: ${rest}\n`;
  const lines = [
    at(1, '<...>-7', 'mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=32 nr_reclaimed=32 priority=12'),
    at(2, '<...>-8', 'mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL'),
    at(3, '<...>-9', 'mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL'),
    at(4, 'rm-3', 'mark_victim: pid=10'),
    at(5, '<...>-7', 'mm_vmscan_kswapd_sleep: nid=1'),
    at(6, 'a', 'x').replace('a ', 'dd-8 ').replace('x', 'mm_vmscan_direct_reclaim_end: nr_reclaimed=1'),
    at(
      7,
      'rm-3',
      'sched_switch: prev_comm=rm prev_pid=3 prev_prio=120 prev_state=D ==> next_comm=hog next_pid=10 next_prio=120',
    ),
  ];
  const events: KernelEvent[] = [];
  const read = await readFtrace(written('names', lines.join('')), { ...ignore, event: (e) => void events.push(e) });
  expect(events.map(({ comm }) => comm)).toEqual(['kswapd1', 'dd', '<...>', 'rm', 'kswapd1', 'dd', 'rm']);
  expect(events[3]).toMatchObject({ fields: { pid: 10, comm: 'hog' } });
  expect(read.unnamed).toBe(1);
});

test('a text of many lines without an event is given up soon', async () => {
  const many = gzipSync(Buffer.alloc(1 << 22, '\n'));
  await expect(readFtrace(written('newlines', many), ignore)).rejects.toThrow(
    /^\S+ is not a text of ftrace: no event in its first 1\d{6} lines$/,
  );
});

test('it tells how far it is, and stops when told to', async () => {
  const seen: number[] = [];
  await readFtrace(EXCERPT, ignore, { onProgress: ({ bytes, total }) => void seen.push(bytes / total) });
  expect(seen.at(-1)).toBe(1);
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(readFtrace(EXCERPT, ignore, { signal })).rejects.toThrow('stopped');
});
