/**
 * Rules on kernels and machines that are not those of the recorded traces: other geometry, other policy, low space,
 * NUMA zones, several CPUs.
 */
import { expect, test } from 'vitest';
import { tallyOf } from '../recorded-traces.fixture.io.ts';

/** Lines with a running clock: `say(cpu, task, event)`. */
class Script {
  readonly lines: string[] = ['# tracer: nop'];
  #us = 5_000_000;
  #ino = 0x1000;
  #queued = new Map<number, string[]>();

  say(cpu: number, task: string, event: string, wait = 10): this {
    this.#us += wait;
    const at = `${Math.floor(this.#us / 1e6)}.${String(this.#us % 1e6).padStart(6, '0')}`;
    this.lines.push(`  ${task}  [${String(cpu).padStart(3, '0')}] .....  ${at}: ${event}`);
    return this;
  }

  /** Queues an inode; the work starts at once or a jiffy later; the caller waits or not. */
  queue(cpu: number, task: string, how: { readonly immediate: boolean; readonly throttled?: boolean }): this {
    const ino = `dev 254:0 ino 0x${(this.#ino++).toString(16)} iflags 0x40`;
    this.#queued.set(cpu, [...(this.#queued.get(cpu) ?? []), ino]);
    this.say(cpu, task, `xfs_inode_set_need_inactive: ${ino}`);
    this.say(cpu, task, 'xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70');
    if (how.immediate) this.kick(cpu, task, cpu);
    else
      this.say(
        cpu,
        task,
        `timer_start: timer=00ab${cpu} function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=${cpu} idx=1 flags=I`,
      );
    if (how.throttled) this.say(cpu, task, 'xfs_inodegc_throttle: dev 254:0 caller destroy_inode+0x38/0x70');
    return this;
  }

  kick(cpu: number, task: string, target: number): this {
    return this.say(
      cpu,
      task,
      `workqueue_queue_work: work struct=00cd${target} function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=${target} cpu=${target}`,
    );
  }

  run(cpu: number, hits = 0): this {
    const task = `kworker/${cpu}:1-9${cpu}`;
    this.say(cpu, task, `workqueue_execute_start: work struct 00cd${cpu}: function xfs_inodegc_worker [xfs]`);
    this.say(cpu, task, `xfs_inodegc_worker: dev 254:0 shrinker_hits ${hits}`);
    for (const ino of (this.#queued.get(cpu) ?? []).toReversed()) this.say(cpu, task, `xfs_inode_inactivating: ${ino}`);
    this.#queued.delete(cpu);
    return this.say(cpu, task, `workqueue_execute_end: work struct 00cd${cpu}: function xfs_inodegc_worker [xfs]`);
  }

  scan(cpu: number, task: string, targets: readonly number[]): this {
    this.say(cpu, task, 'xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0');
    for (const target of targets) this.kick(cpu, task, target);
    return this.say(cpu, task, 'tracing_mark_write: scanned');
  }
}

const times = (count: number, action: (i: number) => void) => {
  for (let i = 0; i < count; i += 1) action(i);
};

const account = (rule: string, { lines }: Script) => {
  const { checked, agreed, explained, disagreements } = tallyOf(rule, lines);
  return [checked, agreed, explained, disagreements.length];
};

test('another inodes_per_cluster is inferred', () => {
  const script = new Script().queue(0, 'rm-1', { immediate: false }).run(0);
  times(3, () => {
    times(80, (i) => script.queue(0, 'rm-1', { immediate: i > 64 }));
    script.run(0);
  });
  script.queue(0, 'rm-1', { immediate: false });
  expect(account('delay', script)).toEqual([242, 242, 0, 0]);
  expect([...tallyOf('delay', script.lines).notes]).toEqual(['inodes_per_cluster is 64']);
});

test('low space starts the work at once, for a while; a single time is wrong', () => {
  const script = new Script().queue(0, 'rm-1', { immediate: false }).run(0);
  times(20, () => script.queue(0, 'rm-1', { immediate: true }));
  script
    .queue(0, 'rm-1', { immediate: false })
    .queue(0, 'rm-1', { immediate: true })
    .queue(0, 'rm-1', { immediate: false });
  expect(account('delay', script)).toEqual([24, 3, 20, 1]);
});

test('a kernel in which kswapd never waits is recognised; a single miss is wrong', () => {
  const flood = (task: string, misses: number) => {
    const script = new Script().queue(0, 'rm-1', { immediate: false }).run(0);
    times(270, (i) =>
      script.queue(0, i < 258 ? 'rm-1' : task, { immediate: i > 32, throttled: i > 256 && i < 270 - misses }),
    );
    return script.say(0, task, 'tracing_mark_write: end');
  };
  expect(account('throttle', flood('kswapd0-39', 12))).toEqual([271, 258, 13, 0]);
  expect(account('throttle', flood('kswapd0-39', 1))).toEqual([271, 269, 1, 1]);
  expect(account('throttle', flood('xfs_scrub-77', 12))).toEqual([271, 258, 13, 0]);
});

test('kicks count on each CPU whose list holds something, and throttle who queues there', () => {
  const script = new Script();
  for (const cpu of [0, 1, 2]) script.queue(cpu, `rm-${cpu}`, { immediate: false }).run(cpu);
  script.queue(0, 'rm-0', { immediate: false }).queue(1, 'rm-1', { immediate: false });
  script.scan(2, 'kswapd0-39', [0, 1]).scan(2, 'kswapd0-39', [0, 1]);
  script.queue(0, 'rm-0', { immediate: false, throttled: true }).queue(2, 'rm-2', { immediate: false });
  script.run(0, 2).run(1, 2).run(2, 0);
  script.queue(0, 'rm-0', { immediate: false }).say(0, 'rm-0', 'tracing_mark_write: end');
  expect(account('shrinker-hits', script)).toEqual([6, 6, 0, 0]);
  expect(account('inodegc-kicks', script)).toEqual([2, 2, 0, 0]);
  expect(tallyOf('throttle', script.lines).disagreements).toEqual([]);
});

test('a kick that falls into the reset of the counter counts for either run', () => {
  const scanning = 'xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0';
  for (const hits of [0, 1]) {
    const script = new Script().queue(0, 'rm-0', { immediate: false }).run(0).queue(0, 'rm-0', { immediate: false });
    script
      .say(1, 'kswapd0-39', scanning)
      .run(0, hits)
      .kick(1, 'kswapd0-39', 0)
      .say(1, 'kswapd0-39', 'tracing_mark_write: x');
    script.queue(0, 'rm-0', { immediate: false }).run(0, 1 - hits);
    expect(tallyOf('shrinker-hits', script.lines).disagreements).toEqual([]);
  }
});

test('inodes queued while the worker takes its list belong to one of the two runs', () => {
  const script = new Script().queue(0, 'rm-0', { immediate: false }).run(0).queue(0, 'rm-0', { immediate: false });
  const { lines } = script.queue(0, 'a-1', { immediate: false }).run(0).run(0).queue(0, 'rm-0', { immediate: false });
  // The last inode is queued after the work has begun, before it says so.
  const start = lines.findLastIndex((line) => line.includes('execute_start'));
  expect(start).toBeGreaterThan(0);
  expect(tallyOf('batch-size', lines).disagreements).toEqual([]);
  const worker = lines.findIndex((line, i) => i > 8 && line.includes('execute_start'));
  const late = lines.slice(worker - 3, worker);
  const moved = [...lines.slice(0, worker - 3), lines[worker] ?? '', ...late, ...lines.slice(worker + 1)];
  expect(tallyOf('batch-size', moved).disagreements).toEqual([]);
  expect(tallyOf('lifo-order', moved).disagreements).toEqual([]);
});

test('before 5.19 a short list is queued without an event', () => {
  const script = new Script().queue(0, 'rm-0', { immediate: true }).run(0);
  const inode = (i: number) => `dev 254:0 ino 0x${(0x2000 + i).toString(16)} iflags 0x40`;
  for (let round = 0; round < 3; round += 1) {
    times(40, (i) => {
      script.say(0, 'rm-0', `xfs_inode_set_need_inactive: ${inode(i)}`);
      if (i > 32) script.say(0, 'rm-0', 'xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70');
      if (i === 33) script.kick(0, 'rm-0', 0);
    });
    script.say(0, 'kworker/0:1-90', 'workqueue_execute_start: work struct 00cd0: function xfs_inodegc_worker [xfs]');
    script.say(0, 'kworker/0:1-90', 'xfs_inodegc_worker: dev 254:0 shrinker_hits 0');
    times(40, (i) => script.say(0, 'kworker/0:1-90', `xfs_inode_inactivating: ${inode(39 - i)}`));
    script.say(0, 'kworker/0:1-90', 'workqueue_execute_end: work struct 00cd0: function xfs_inodegc_worker [xfs]');
  }
  for (const rule of ['batch-size', 'lifo-order', 'throttle'])
    expect(tallyOf(rule, script.lines).disagreements).toEqual([]);
  expect(account('delay', script)).toEqual([4, 3, 1, 0]);
});

const retry = (zone: string, order: number, available: number, check: number) =>
  `reclaim_retry_zone: node=0 zone=${zone.padEnd(8)} order=${order} reclaimable=10 available=${available} min_wmark=1000 no_progress_loops=0 wmark_check=${check}`;

test('reserves, orders and lower zones explain a watermark check; nothing else does', () => {
  const one = (...events: string[]) => {
    const script = new Script();
    for (const event of events) script.say(0, 'a-1', event);
    return account('reclaim-retry', script);
  };
  expect(one(retry('Normal', 0, 1001, 1), retry('Normal', 0, 1000, 0))).toEqual([2, 2, 0, 0]);
  expect(one(retry('Normal', 0, 700, 1))).toEqual([1, 0, 1, 0]);
  expect(one(retry('Normal', 0, 200, 1))).toEqual([1, 0, 0, 1]);
  expect(one(retry('Normal', 2, 5000, 0))).toEqual([1, 0, 1, 0]);
  expect(one(retry('DMA32', 0, 5000, 0))).toEqual([1, 0, 0, 1]);
  expect(one(retry('Normal', 0, 5000, 1), retry('DMA32', 0, 5000, 0))).toEqual([2, 1, 1, 0]);
});

test('the seeks of an unknown shrinker are inferred', () => {
  const script = new Script();
  const call = (freeable: number, delta: number) =>
    script
      .say(
        0,
        'a-1',
        `mm_shrink_slab_start: my_scan+0x0/0x10 00000000cafe0001: nid: 0 objects to shrink 0 gfp_flags GFP_KERNEL cache items ${freeable} delta ${delta} total_scan ${delta} priority 2`,
      )
      .say(
        0,
        'a-1',
        `mm_shrink_slab_end: my_scan+0x0/0x10 00000000cafe0001: nid: 0 unused scan count 0 new scan count 0 total_scan 0 last shrinker return val 0`,
      );
  call(4000, 400);
  call(8000, 800);
  expect(account('shrink-slab-start', script)).toEqual([2, 2, 0, 0]);
  expect([...tallyOf('shrink-slab-start', script.lines).notes]).toEqual(['1 my_scan with seeks 10']);
  call(8000, 801);
  expect(account('shrink-slab-start', script)).toEqual([3, 2, 0, 1]);
});

test('a kick from another CPU between the two events of one enqueue may have come before or after', () => {
  const throttled = (waits: boolean, kickWait: number) => {
    const script = new Script().queue(0, 'rm-1', { immediate: false }).run(0).queue(0, 'rm-1', { immediate: false });
    script.say(0, 'rm-1', 'xfs_inode_set_need_inactive: dev 254:0 ino 0x7777 iflags 0x40');
    script.say(
      1,
      'kswapd0-39',
      'xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0',
    );
    script.kick(1, 'kswapd0-39', 0).say(1, 'kswapd0-39', 'tracing_mark_write: scanned');
    script.say(0, 'rm-1', 'xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70', kickWait);
    if (waits) script.say(0, 'rm-1', 'xfs_inodegc_throttle: dev 254:0 caller destroy_inode+0x38/0x70');
    return account('throttle', script.say(0, 'rm-1', 'tracing_mark_write: end'));
  };
  expect(throttled(false, 300)).toEqual([3, 1, 2, 0]);
  expect(throttled(true, 300)).toEqual([3, 1, 2, 0]);
  expect(throttled(false, 3)).toEqual([3, 1, 2, 0]);
});

test('one loop that ends a batch early is wrong, three in a row are an umount', () => {
  const early = (count: number, left: number, gfp = 'GFP_KERNEL', before = '') => {
    const script = new Script();
    if (before !== '') script.say(0, 'umount-9', before);
    const call = (rest: number, ours: number, flags = gfp) => {
      const superblock = 'super_cache_scan+0x0/0x1f0 00000000cafe0001: nid: 0';
      script.say(
        0,
        'a-1',
        `mm_shrink_slab_start: ${superblock} objects to shrink 0 gfp_flags ${flags} cache items 8000 delta 4000 total_scan 4000 priority 2`,
      );
      script.say(
        0,
        'a-1',
        `mm_shrink_slab_end: ${superblock} unused scan count 0 new scan count ${ours} total_scan ${rest} last shrinker return val ${rest < 4000 ? 50 : 0}`,
      );
    };
    for (let i = 0; i < count; i += 1) call(left, left);
    call(928, 928, 'GFP_KERNEL');
    return account('shrink-slab-loop', script);
  };
  expect(early(1, 1952)).toEqual([2, 1, 0, 1]);
  expect(early(20, 1952)).toEqual([21, 1, 0, 20]);
  expect(early(2, 4000)).toEqual([3, 1, 0, 2]);
  expect(early(3, 4000)).toEqual([4, 1, 3, 0]);
  expect(early(1, 4000, 'GFP_KERNEL', 'xfs_inodegc_stop: dev 254:0 caller xfs_unmountfs+0x1/0x2')).toEqual([
    2, 1, 1, 0,
  ]);
  // Without __GFP_FS the first scan stops: nothing is scanned.
  expect(early(1, 1952, 'GFP_NOFS')).toEqual([2, 1, 0, 1]);
  expect(early(2, 4000, 'GFP_NOFS')).toEqual([3, 3, 0, 0]);
});

test('rounds without progress are counted; 0 without progress is never right', () => {
  const rounds = (...events: readonly string[]) => {
    const script = new Script();
    for (const event of events) script.say(0, 'a-1', event);
    return account('no-progress-loops', script);
  };
  const reclaim = (pages: number) => `mm_vmscan_direct_reclaim_end: nr_reclaimed=${pages}`;
  const asks = (loops: number, zone = 'Normal', check = 1) =>
    retry(zone, 0, check === 1 ? 2000 : 500, check).replace('no_progress_loops=0', `no_progress_loops=${loops}`);
  expect(rounds(reclaim(0), asks(1), reclaim(0), asks(2), reclaim(5), asks(0))).toEqual([3, 3, 0, 0]);
  expect(rounds(reclaim(0), asks(0))).toEqual([1, 0, 0, 1]);
  expect(rounds(reclaim(3), asks(1))).toEqual([1, 0, 0, 1]);
  expect(rounds(reclaim(0), asks(1), reclaim(0), asks(3))).toEqual([2, 1, 0, 1]);
  // A round asks zone after zone, and says the same in all.
  expect(rounds(reclaim(0), asks(1, 'Normal', 0), asks(1, 'DMA32'))).toEqual([1, 1, 0, 0]);
  expect(rounds(reclaim(0), asks(1, 'Normal', 0), asks(2, 'DMA32'))).toEqual([2, 1, 0, 1]);
});
