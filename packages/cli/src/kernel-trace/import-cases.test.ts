/** Traces as people send them, imported: what the command says of each. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

const CASES = fileURLToPath(new URL('../../../../test/kernel-traces/', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const plain = (text: string) => text.replaceAll(/\s+/g, ' ');

async function imported(path: string): Promise<string> {
  const { code, out, err } = await dragon(['import', 'ftrace', path]);
  expect([code, err]).toEqual([0, '']);
  for (const line of out.split('\n')) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(80);
  return plain(out);
}

/** Writes lines to a file and imports it. */
async function importedLines(lines: readonly string[]): Promise<string> {
  const path = join(folder, 'lines.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return imported(path);
}

const WAIT = [
  '1 wait, 13.0 ms',
  'throttled 1 13.0 ms',
  'Runs of the worker: 1; inodes a run: p50 258, max 258 (1 of 258)',
  'Longest list: 258 on CPU 0',
  'Throttled: 1 time, 258 inodes inactivated meanwhile',
  'Malformed lines: 0',
];

const EXPECTED: readonly (readonly [string, readonly string[]])[] = [
  [
    'kswapd-35s-in-shrinker',
    [
      'kswapd1: 40.83 s of 41.11 s awake in super_cache_scan (2 calls, 2048 objects: 35.37 s, 5.46 s), shrinker_rwsem held',
      'kswapd1 is in super_cache_scan for 35.37 s',
    ],
  ],
  ['latency-format', ['2 events in 1.2 ms', '1 CPU', 'kswapd0 2', '0.001200 kswapd0 sleeps']],
  ['oom-victim-pid-only', ['OOM kill: stress-33431, for stress-33431', 'OOM kill at 13223.623080000: stress-33431']],
  [
    'perf-script',
    ['4 events', '2 CPUs', '1 direct reclaim of 32 pages by dd, 215.8 ms', 'kswapd0 wakes', 'kswapd0 sleeps'],
  ],
  ['quoted-in-a-mail', ['3 events', 'kswapd0 3', 'Pages reclaimed from the LRU: 32 by kswapd, 0 by others']],
  ['sched-events-end-the-wait', WAIT],
  [
    'slab-form-2026',
    [
      '4 events',
      'Malformed lines: 0',
      'kswapd0: 40.0 ms of 50.0 ms awake in super_cache_scan (1 call, 6144 objects) Slab',
      'Slab objects scanned by kswapd, by priority: 6144 at 4',
    ],
  ],
  [
    'slab-form-4.13',
    [
      '5 events',
      'Malformed lines: 0',
      '1 direct reclaim of 31 pages by app, 10.31 s, of which 10.31 s in super_cache_scan',
      'app: 10.31 s of 10.31 s of direct reclaim in super_cache_scan (1 call, 2048 objects), shrinker_rwsem held',
    ],
  ],
  ['unnamed-kswapd', ['kswapd0 3', 'Pages reclaimed from the LRU: 32 by kswapd, 0 by others']],
];

test.each(EXPECTED)('%s', async (name, sentences) => {
  const text = await imported(join(CASES, `${name}.txt`));
  for (const sentence of sentences) expect(text).toContain(sentence);
});

const throttled = () => readFileSync(join(CASES, 'sched-events-end-the-wait.txt'), 'utf8').trimEnd().split('\n');
const STACK = [
  '              rm-280     [000] .....   100.002581: <stack trace>',
  ' => trace_event_raw_event_xfs_fs_class',
  ' => xfs_inodegc_queue+0x1a0/0x2c0 [xfs]',
  ' => do_syscall_64',
];

test('the stack trigger changes nothing', async () => {
  const lines = throttled().flatMap((line) => (line.includes('sched_stat_runtime') ? STACK : [line]));
  const text = await importedLines(lines);
  for (const sentence of WAIT) expect(text).toContain(sentence);
  expect(text).toContain('Lines of stacks, each of the event above it: 4');
});

test('without events of the scheduler a wait is an upper bound, and with the barrier it is not', async () => {
  const bare = throttled().filter((line) => !line.includes(': sched_'));
  const text = await importedLines(bare);
  expect(text).toContain('rm is throttled: 1 wait, 13.0 ms (upper bound)');
  expect(text).toContain('throttled (upper bound) 1 13.0 ms');
  const at = bare.findIndex((line) => line.includes('ino 0x2000 '));
  const work = '0000000012345678: function wq_barrier_func';
  bare.splice(
    at,
    0,
    `     kworker/0:1-312     [000] .....   100.014580: workqueue_execute_start: work struct ${work}`,
    `     kworker/0:1-312     [000] .....   100.014581: workqueue_execute_end: work struct ${work}`,
  );
  const exact = await importedLines(bare);
  expect(exact).toContain('rm is throttled: 1 wait, 12.0 ms 0');
  expect(exact).not.toContain('upper bound');
});

test('escapes never reach the terminal', async () => {
  const evil = '\u001b[31mEVIL\u0007';
  const text = await importedLines([
    `  ${evil}-1  [000] .....  1.000000: tracing_mark_write: ${evil}`,
    `  a-1  [000] .....  1.000001: mm_vmscan_kswapd_wake: ${evil}`,
    `  a-1  [000] .....  1.000002: mm_${evil}: x=1`,
    `  a-1  [99999] .....  1.000002: mm_vmscan_kswapd_wake: nid=0 order=0`,
    `  a-1  [000] .....  10000000000000000.000002: mm_vmscan_kswapd_wake: nid=0 order=0`,
    evil,
  ]);
  expect(text).not.toContain('\u001b');
  expect(text).toContain(String.raw`\x1b[31mEVIL\x07`);
  expect(text).toContain('1 CPU');
  expect(text).toContain('no machine has a CPU 99999');
  expect(text).toContain('no clock shows such a time');
});

test('a heading with nothing below it is left out', async () => {
  const text = await importedLines([
    '  kworker/0:1-17 [000] .....  37.858395: xfs_log_force: dev 254:0 lsn 0x0 caller xfs_log_worker+0x3b/0xd0 [xfs]',
  ]);
  expect(text).toContain('Lost events: 0');
  expect(text).not.toContain('Timeline');
});
