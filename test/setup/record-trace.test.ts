/** The script that records a trace: with a trace-cmd that plays one back, and with a tracefs that is a folder. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/record-trace.sh', import.meta.url));
const TRACE = fileURLToPath(new URL('../kernel-traces/storm-on-4-cpus.txt', import.meta.url));
const NEEDED = [
  'xfs_inode_set_need_inactive',
  'xfs_inodegc_queue',
  'xfs_inodegc_worker',
  'xfs_inode_inactivating',
  'xfs_inode_set_reclaimable',
  'xfs_inode_reclaiming',
].map((name) => `xfs/${name}`);

let folder: string;
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-record-'));
  for (const event of [...NEEDED, 'timer/timer_start', 'sched/sched_switch'])
    mkdirSync(at(`tracefs/events/${event}`), { recursive: true });
  for (const probe of ['flush_begin', 'flush_end', 'prune_icache_begin', 'prune_icache_end'])
    mkdirSync(at(`tracefs/events/inodegc/${probe}`), { recursive: true });
  for (const probe of ['reclaim_nr_begin', 'reclaim_nr_end'])
    mkdirSync(at(`tracefs/events/inodegc/${probe}`), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(words: readonly string[], tracefs = at('tracefs')) {
  const PATH = `${at('bin')}:/usr/bin:/bin`;
  const { status, stdout, stderr } = spawnSync('sh', [SCRIPT, ...words], {
    cwd: folder,
    env: { PATH, DRAGON_TRACEFS: tracefs },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

/** `record` runs the command behind --, as the real one does, and leaves its own arguments behind. */
function fakeTraceCmd(): void {
  mkdirSync(at('bin'));
  const text = `#!/bin/sh
case $1 in
  record) echo "$@" > ${at('arguments')}; while [ "$1" != -- ]; do [ "$1" = -o ] && out=$2; shift; done; shift; "$@"
    cp ${TRACE} "$out" ;;
  report) cat "$2"; [ ! -e ${at('broken')} ] ;;
esac
`;
  writeFileSync(at('bin/trace-cmd'), text);
  chmodSync(at('bin/trace-cmd'), 0o755);
}

test('with trace-cmd: the events that the kernel has, the command with its arguments as they are, a text', () => {
  fakeTraceCmd();
  const { code, out, err } = record(['-o', 'T.gz', '-b', '64', '--', 'sh', '-c', 'echo "a  b" > done']);
  expect([code, out]).toEqual([0, 'record-trace.sh: the trace is in T.gz\n']);
  expect(err).toContain('this kernel has no event vmscan/mm_shrink_slab_start: left out\n');
  expect(read('done')).toBe('a  b\n');
  expect(gunzipSync(readFileSync(at('T.gz'))).toString()).toBe(readFileSync(TRACE, 'utf8'));
  expect(read('arguments')).toMatch(/^record -C mono -b 64 -o T\.gz\.dat -e xfs:xfs_inode_set_need_inactive /);
  expect(read('arguments')).toContain(' -e inodegc:prune_icache_begin ');
  expect(read('arguments')).not.toContain('vmscan');
  expect(existsSync(at('T.gz.dat'))).toBe(false);
});

test('a report that breaks off leaves the record, and nothing that looks like a trace', () => {
  fakeTraceCmd();
  writeFileSync(at('broken'), '');
  const { code, err } = record(['-o', 'T.gz', '--', 'true']);
  expect(code).toBe(1);
  expect(err).toContain('record-trace.sh: trace-cmd report failed; the record is in T.gz.dat\n');
  expect([existsSync(at('T.gz.dat')), existsSync(at('T.gz'))]).toEqual([true, false]);
});

test('without: tracefs is switched on for the command, and off again', () => {
  const { code } = record([
    '-t',
    '-o',
    'T.gz',
    '--',
    'sh',
    '-c',
    'cat tracefs/tracing_on tracefs/trace_clock > seen; exit 3',
  ]);
  expect(code).toBe(0);
  expect(read('seen')).toBe('1\nmono\n');
  expect(read('tracefs/tracing_on')).toBe('0\n');
  expect(read('tracefs/kprobe_events').split('\n')).toHaveLength(13);
  for (const event of NEEDED) expect(read(`tracefs/events/${event}/enable`)).toBe('0\n');
  expect(existsSync(at('T.gz'))).toBe(true);
});

test('a dry run says what it would do, and does nothing', () => {
  const { code, out } = record(['-nt', '--', 'rm', '-rf', '/mnt/tree'], '/nowhere');
  expect(code).toBe(0);
  expect(out).toContain("echo '1' > /nowhere/events/xfs/xfs_inodegc_worker/enable\n");
  expect(out).toContain('\nrm -rf /mnt/tree\n');
  expect(existsSync(at('trace.gz'))).toBe(false);
});

test('what is missing is one line: tracefs, the events of XFS, the command', () => {
  expect(record(['--', 'true'], '/nowhere')).toMatchObject({
    code: 1,
    err: 'record-trace.sh: no tracefs at /nowhere: mount -t tracefs nodev /nowhere\n',
  });
  rmSync(at('tracefs/events/xfs'), { recursive: true });
  expect(record(['--', 'true'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^record-trace\.sh: this kernel has no event xfs\/\S+: it takes Linux 5\.14 [^\n]*\n$/,
    ) as string,
  });
  expect(record([])).toMatchObject({ code: 64, err: expect.stringMatching(/^usage: /) as string });
  expect(record(['-b', 'x', '--', 'true']).code).toBe(1);
});
