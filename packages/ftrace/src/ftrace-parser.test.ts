/** The parser: every form of line that ftrace and trace-cmd print, and every way in which one can be broken. */
import { expect, test } from 'vitest';
import { inInterrupt } from './kernel-event.ts';
import { parsed } from './recorded-traces.fixture.io.ts';

const one = (line: string) => {
  const { events, gaps } = parsed([line]);
  expect(gaps).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0];
};

const QUEUED =
  '              rm-280     [000] .....    10.389212: xfs_inode_set_need_inactive: dev 254:0 ino 0x820081 iflags 0x40';

test('a line of the trace file', () => {
  expect(one(QUEUED)).toEqual({
    line: 1,
    at: 10_389_212_000,
    cpu: 0,
    comm: 'rm',
    pid: 280,
    flags: '.....',
    event: 'xfs_inode_set_need_inactive',
    fields: { dev: '254:0', ino: 0x820081, iflags: 0x40 },
  });
});

test.each([
  [
    '<idle>-0       [002] d.s1.    24.920038: timer_expire_entry: timer=00000000eb106985 function=delayed_work_timer_fn now=4294898504 baseclk=4294898504',
    '<idle>',
    0,
  ],
  [
    '     kworker/0:2-48      [000] .....    15.358855: xfs_inodegc_worker: dev 254:0 shrinker_hits 3',
    'kworker/0:2',
    48,
  ],
  [' Web Content-2-77  [001] .....    15.358855: xfs_inodegc_worker: dev 254:0 shrinker_hits 3', 'Web Content-2', 77],
  ['           <...>-4711    [011] .....  7.000001: xfs_inodegc_worker: dev 254:0 shrinker_hits 3', '<...>', 4711],
  ['  a [000] b-9  [000] d..2    7.000001: xfs_inodegc_worker: dev 254:0 shrinker_hits 3', 'a [000] b', 9],
  ['  kswapd0-39   (     39) [000] d..2    7.000001: xfs_inodegc_worker: dev 254:0 shrinker_hits 3', 'kswapd0', 39],
  ['  kswapd0-39   (-------) [000] d..2    7.000001: xfs_inodegc_worker: dev 254:0 shrinker_hits 3', 'kswapd0', 39],
  ['  kswapd0-39    [000]    7.000001: xfs_inodegc_worker:   dev 254:0 shrinker_hits 3', 'kswapd0', 39],
  ['  kswapd0-39    [128] ..... 7.000001234: xfs:xfs_inodegc_worker: dev 254:0 shrinker_hits 3\r', 'kswapd0', 39],
])('the task of %s', (line, comm, pid) => {
  expect(one(line)).toMatchObject({ comm, pid });
});

test('nanoseconds are kept', () => {
  expect(one('  a-1    [000] ..... 7.000001234: xfs_inodegc_worker: dev 254:0 shrinker_hits 3')?.at).toBe(
    7_000_001_234,
  );
});

test('an interrupt is not its task', () => {
  const flags = (text: string) => one(`a-1 [000] ${text} 7.000001: xfs_inodegc_worker: dev 254:0 shrinker_hits 3`);
  const interrupts = ['.....', 'd..2.', 'd.s1.', 'd.h1.', 'dNH1.', 'd.s1'].map((text) => {
    const event = flags(text);
    return event !== undefined && inInterrupt(event);
  });
  expect(interrupts).toEqual([false, false, true, true, true, true]);
});

test.each([
  [
    'mm_shrink_slab_start: xfs_buftarg_shrink_scan+0x0/0xc0 [xfs] 000000005cee6320: nid: 0 objects to shrink 992 gfp_flags GFP_KERNEL_ACCOUNT|__GFP_ZERO cache items 517 delta 4 total_scan 7 priority 8',
    {
      shrink: 'xfs_buftarg_shrink_scan',
      shr: '000000005cee6320',
      nid: 0,
      nrObjectsToShrink: 992,
      gfpFlags: 'GFP_KERNEL_ACCOUNT|__GFP_ZERO',
      cacheItems: 517,
      delta: 4,
      totalScan: 7,
      priority: 8,
    },
  ],
  [
    'mm_shrink_slab_end: super_cache_scan+0x0/0x1f0 0000000080cb5356: nid: 0 unused scan count 0 new scan count 11 total_scan 11 last shrinker return val -1',
    {
      shrink: 'super_cache_scan',
      shr: '0000000080cb5356',
      nid: 0,
      unusedScan: 0,
      newScan: 11,
      totalScan: 11,
      retval: -1,
    },
  ],
  [
    'xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0',
    { dev: '254:0', nrToScan: 2049, caller: 'do_shrink_slab+0x13e/0x2e0' },
  ],
  [
    'timer_start: timer=0000000067470851 function=delayed_work_timer_fn expires=4294897340 [timeout=1] cpu=0 idx=187 flags=D|I',
    {
      timer: '0000000067470851',
      function: 'delayed_work_timer_fn',
      expires: 4294897340,
      timeout: 1,
      cpu: 0,
      idx: 187,
      flags: 'D|I',
    },
  ],
  [
    'workqueue_queue_work: work struct=0000000067470851 function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=3',
    { work: '0000000067470851', function: 'xfs_inodegc_worker', workqueue: 'xfs-inodegc/vda', reqCpu: 0, cpu: 3 },
  ],
  [
    'workqueue_execute_start: work struct 0000000067470851: function xfs_inodegc_worker [xfs]',
    { work: '0000000067470851', function: 'xfs_inodegc_worker' },
  ],
  [
    'sched_switch: prev_comm=a b=c prev_pid=286 prev_prio=120 prev_state=R+ ==> next_comm=kswapd0 next_pid=39 next_prio=120',
    {
      prevComm: 'a b=c',
      prevPid: 286,
      prevPrio: 120,
      prevState: 'R+',
      nextComm: 'kswapd0',
      nextPid: 39,
      nextPrio: 120,
    },
  ],
  [
    'sched_switch: hog:286 [120] R ==> kswapd0:39 [120]',
    { prevComm: 'hog', prevPid: 286, prevPrio: 120, prevState: 'R', nextComm: 'kswapd0', nextPid: 39, nextPrio: 120 },
  ],
  [
    'reclaim_retry_zone: node=0 zone=DMA32    order=0 reclaimable=3527 available=14844 min_wmark=11618 no_progress_loops=0 wmark_check=1',
    {
      node: 0,
      zone: 'DMA32',
      order: 0,
      reclaimable: 3527,
      available: 14844,
      minWmark: 11618,
      noProgressLoops: 0,
      wmarkCheck: 1,
    },
  ],
  [
    'flush_begin: (flush_delayed_work+0x0/0x40) dwork=0xffffe8ffffc00f50',
    { probe: 'flush_delayed_work+0x0/0x40', dwork: '0xffffe8ffffc00f50' },
  ],
  [
    'prune_icache_end: (super_cache_scan+0x163/0x1f0 <- prune_icache_sb) freed=0x1f',
    { probe: 'super_cache_scan+0x163/0x1f0 <- prune_icache_sb', freed: 31 },
  ],
  ['tracing_mark_write: churn start, a=b', { text: 'churn start, a=b' }],
  ['print: tracing_mark_write: churn start', { text: 'churn start' }],
  ['mark_victim: pid=286 comm=my hog total-vm=779000kB', { pid: 286, comm: 'my hog', totalVm: '779000kB' }],
  ['oom_score_adj_update: pid=286 comm=hog oom_score_adj=-1000', { pid: 286, comm: 'hog', oomScoreAdj: -1000 }],
  ['xfs_inode_reclaiming: dev 8:1 ino 0x20000000000001 iflags 0x5', { dev: '8:1', ino: '0x20000000000001', iflags: 5 }],
  ['sys_enter: NR 0 (3, 7ffd, 0)', { text: 'NR 0 (3, 7ffd, 0)' }],
  ['my_probe: a=1 b_c=two words', { a: 1, bC: 'two words' }],
])('the fields of %s', (text, fields) => {
  expect(one(`  task-1  [000] .....    15.358855: ${text}`)?.fields).toEqual(fields);
});

test('events without a known form are counted', () => {
  const { parser } = parsed(['a-1 [000] ..... 1.000000: my_probe: x=1', QUEUED]);
  expect(parser.counts).toMatchObject({ events: 2, unknown: 1 });
});

test.each([
  ['cut in its head', '              rm-280     [000] ....', 'not an event'],
  ['cut in its fields', QUEUED.slice(0, -30), 'xfs_inode_set_need_inactive without dev'],
  [
    'cut in a known form',
    'a-1 [000] ..... 1.000000: mm_shrink_slab_end: super_cache_scan+0x0/0x1f0 00: nid: 0 unused',
    'mm_shrink_slab_end without unused_scan',
  ],
  ['a line in the head of another', `              rm-2${QUEUED}`, 'two lines in one'],
  ['two lines in one', `${QUEUED.slice(0, 90)}${QUEUED}`, 'two lines in one'],
  ['a number that is none', QUEUED.replace('0x820081', '0x82zz'), 'xfs_inode_set_need_inactive without ino'],
  ['noise', 'lorem \u0001 ipsum', 'not an event'],
  [
    'a clock without seconds',
    'a-1 [000] ..... 123456: xfs_inodegc_worker: dev 254:0 shrinker_hits 3',
    'its time has no decimals',
  ],
])('malformed: %s', (_, line, reason) => {
  const { events, gaps, parser } = parsed(['# tracer: nop', line, QUEUED]);
  expect(gaps).toMatchObject([{ kind: 'malformed', line: 2, text: expect.stringContaining(reason) }]);
  expect(events.map((event) => event.line)).toEqual([3]);
  expect(parser.counts).toMatchObject({ lines: 3, events: 1, comments: 1, malformed: 1 });
});

test('what is not of a trace hides nothing', () => {
  const { gaps, unread, parser } = parsed(['Hi all, my machine is slow:', QUEUED, 'Thanks, Jan']);
  expect(gaps).toEqual([]);
  expect(unread).toMatchObject([
    { kind: 'foreign', line: 1 },
    { kind: 'foreign', line: 3 },
  ]);
  expect(parser.counts).toMatchObject({ lines: 3, events: 1, foreign: 2, malformed: 0 });
});

test('a line that lacks fields that its event always has is malformed', () => {
  const { gaps } = parsed([QUEUED, QUEUED, QUEUED, QUEUED.replace(/ iflags.*/, '')]);
  expect(gaps).toMatchObject([{ kind: 'malformed', line: 4, cpu: 0 }]);
});

test('a number that no kernel counts up to is damage, and no event; names and jiffies may be as large', () => {
  const head = '  kswapd0-39    [001] ..... 7.000001:';
  const { events, gaps } = parsed([
    `${head} mm_vmscan_kswapd_wake: nid=0 order=99999999999999999999`,
    `${head} mm_vmscan_kswapd_wake: nid=0 order=0x7fffffffffffffff`,
    `${head} xfs_inodegc_worker: dev 254:0 shrinker_hits ${'9'.repeat(400)}`,
    QUEUED.replace('0x820081', '0x7fffffffffffffff'),
    `${head.replace('7.000001', '11.000001')} timer_start: timer=0000 function=f expires=4611686018427387902 timeout=4611686018427387902 flags=0x0`,
  ]);
  expect(gaps.map(({ line, kind, text }) => [line, kind, text.split(':')[0]])).toEqual([
    [1, 'malformed', 'mm_vmscan_kswapd_wake without an exact order'],
    [2, 'malformed', 'mm_vmscan_kswapd_wake without an exact order'],
    [3, 'malformed', 'xfs_inodegc_worker without an exact shrinker_hits'],
  ]);
  expect(events.map(({ line, event }) => [line, event])).toEqual([
    [4, 'xfs_inode_set_need_inactive'],
    [5, 'timer_start'],
  ]);
});

test('what says that events are missing', () => {
  const { gaps, parser } = parsed([
    '# tracer: nop',
    '# entries-in-buffer/entries-written: 140080/250280   #P:4',
    '##### CPU 3 buffer started ####',
    QUEUED,
    'CPU:2 [LOST 1234 EVENTS]',
    'CPU:1 [LOST EVENTS]',
    'CPU:0 [12 EVENTS DROPPED]',
    'CPU:0 [EVENTS DROPPED]',
    '# tracer: nop',
    'cpus=4',
    '',
  ]);
  expect(gaps.map(({ kind, line, cpu, count }) => [kind, line, cpu, count])).toEqual([
    ['started', 3, 3, undefined],
    ['lost', 5, 2, 1234],
    ['lost', 6, 1, undefined],
    ['lost', 7, 0, 12],
    ['lost', 8, 0, undefined],
    ['restart', 9, undefined, undefined],
  ]);
  expect(parser.counts).toMatchObject({ lost: 1246, overwritten: 110_200, malformed: 0, comments: 5 });
});

test('a time before that of the line above is counted', () => {
  const { parser } = parsed([QUEUED, QUEUED.replace('10.389212', '10.389211')]);
  expect(parser.counts).toMatchObject({ events: 2, outOfOrder: 1 });
  const { gaps } = parsed([QUEUED, QUEUED.replace('10.389212', '10.389211'), QUEUED.replace('10.389212', '9.000000')]);
  expect(gaps).toMatchObject([{ kind: 'restart', line: 3 }]);
});
