/** Verdicts on dumps that differ in one thing: what is a deadlock, what only looks like one, what cannot be told. */
import { describe, expect, test } from 'vitest';
import { cyclesIn, edgesIn, findingsOf, shownTask, STACKS, sysrqW, type TaskText } from './kernel-logs.fixture.io.ts';
import { nearestScenario } from './nearest-scenario.ts';

const worker = (pid: number, device: string, stack: string): TaskText => ({
  comm: `kworker/${pid}:1`,
  pid,
  workqueue: `xfs-inodegc/${device} xfs_inodegc_worker`,
  stack,
});
const KSWAPD = { comm: 'kswapd0', pid: 43, stack: STACKS.kswapdInFlush };
const WORKER = worker(7, 'sda1', STACKS.workerOnAgi);
const REPAIR = { comm: 'xfs_scrub', pid: 407, stack: STACKS.repairUnregisters };
const UMOUNT = { comm: 'umount', pid: 657, stack: STACKS.umountUnregisters };
const MOUNT = { comm: 'mount', pid: 656, stack: STACKS.mountRegisters };
const verdictOf = (tasks: readonly TaskText[], release?: string) => findingsOf(sysrqW(tasks, release)).verdict;

describe('the seed', () => {
  test('is a deadlock, whichever way memory is reclaimed, and the scenario says which', () => {
    const reclaimers = [
      ['seed-deadlock', KSWAPD],
      ['seed-direct-reclaim', { comm: 'hog', pid: 44, stack: STACKS.hogInFlush }],
      ['seed-drop-caches', { comm: 'bash', pid: 45, stack: STACKS.dropCachesInFlush }],
    ] as const;
    for (const [scenario, reclaimer] of reclaimers) {
      const { verdict, told } = findingsOf(sysrqW([WORKER, reclaimer, REPAIR]));
      expect(verdict).toBe('deadlock');
      expect(cyclesIn(told)).toEqual([`kworker/7:1 > xfs_scrub > ${reclaimer.comm}`]);
      expect(told && nearestScenario(told)).toMatchObject({ scenario, profile: undefined });
    }
  });

  test('needs each of its three', () => {
    expect(verdictOf([WORKER, KSWAPD])).toBe('unclear');
    expect(verdictOf([KSWAPD, REPAIR])).toBe('unclear');
    expect(verdictOf([WORKER, REPAIR])).toBe('unclear');
  });

  test('is none if the only task behind kswapd cannot have an AGI', () => {
    for (const other of [UMOUNT, MOUNT]) expect(verdictOf([WORKER, KSWAPD, other])).toBe('unclear');
    const driver = 'rwsem_down_write_slowpath unregister_shrinker lima_sched_fini[lima2] __do_sys_delete_module';
    expect(verdictOf([WORKER, KSWAPD, { comm: 'rmmod', pid: 9, stack: driver }])).toBe('unclear');
    const known = 'rwsem_down_write_slowpath unregister_shrinker i915_gem_driver_unregister__shrinker[i915]';
    expect(verdictOf([WORKER, KSWAPD, { comm: 'modeset', pid: 9, stack: known }])).toBe('unclear');
  });

  test('is none since 6.7, when a walk of the shrinkers holds no lock of the list', () => {
    expect(verdictOf([WORKER, KSWAPD, REPAIR], '6.6.30')).toBe('deadlock');
    const free =
      '__schedule schedule schedule_timeout __wait_for_common wait_for_completion shrinker_free xfs_free_buftarg[xfs] xrep_rmapbt[xfs]';
    const { verdict, told } = findingsOf(sysrqW([WORKER, KSWAPD, { ...REPAIR, stack: free }], '6.8.1'));
    expect([verdict, edgesIn(told)['xfs_scrub']]).toEqual(['unclear', 'shrinker reference']);
    const own = STACKS.kswapdInFlush.replace('super_cache_scan', 'xfs_buftarg_shrink_scan[xfs]');
    const inside = findingsOf(
      sysrqW(
        [
          { ...KSWAPD, stack: own },
          { ...REPAIR, stack: free },
        ],
        '6.8.1',
      ),
    ).told;
    expect(edgesIn(inside)['xfs_scrub']).toBe('shrinker reference kswapd0?');
  });

  test('is none if one of its parties is seen on a CPU', () => {
    const nmi = [
      'NMI backtrace for cpu 2',
      'CPU: 2 PID: 43 Comm: kswapd0 Not tainted 6.1.0 #1',
      'RIP: 0010:inode_lru_isolate+0x10/0x200',
      'Call Trace:',
      ' <TASK>',
      ...STACKS.kswapdInFlush
        .split(' ')
        .slice(8)
        .map((frame) => ` ${frame}+0x1/0x2`),
      ' </TASK>',
    ];
    const { verdict, told } = findingsOf([sysrqW([WORKER, KSWAPD, REPAIR]), ...nmi].join('\n'));
    expect(verdict).toBe('stall');
    expect(told?.roots[0]).toMatchObject({ kind: 'running', pid: 43, behind: [7, 407] });
  });

  test('is none if repair waits for a disk, and says where the chain ends', () => {
    const { verdict, told } = findingsOf(sysrqW([WORKER, KSWAPD, { ...REPAIR, stack: STACKS.repairOnDisk }]));
    expect(verdict).toBe('stall');
    expect(told?.roots).toEqual([{ kind: 'outside', pid: 407, what: 'I/O of an XFS buffer', behind: [7, 43, 407] }]);
  });
});

describe('holders that a stack cannot name', () => {
  const second = { ...REPAIR, comm: 'xfs_scrub2', pid: 408 };
  const onDisk = { ...second, stack: STACKS.repairOnDisk };

  test('two that fit, both stuck: a deadlock whichever it is', () => {
    const { verdict, told } = findingsOf(sysrqW([WORKER, KSWAPD, REPAIR, second]));
    expect(verdict).toBe('deadlock');
    expect(edgesIn(told)['kworker/7:1']).toBe('AGI xfs_scrub? xfs_scrub2?');
  });

  test('two that fit, one of them free: too little to tell, and the cycle that might be is told as such', () => {
    const { verdict, told } = findingsOf(sysrqW([WORKER, KSWAPD, REPAIR, onDisk]));
    expect(verdict).toBe('unclear');
    expect(told?.cycles).toEqual([]);
    expect(told?.possible).toHaveLength(1);
  });

  test('two file systems: which worker is flushed is not told, unless both are stuck', () => {
    const other = worker(8, 'sdb1', STACKS.workerOnDisk);
    const { verdict, told } = findingsOf(sysrqW([WORKER, other, KSWAPD, REPAIR]));
    expect(verdict).toBe('unclear');
    expect(edgesIn(told)['kswapd0']).toBe('inodegc work kworker/7:1? kworker/8:1?');
    expect(verdictOf([WORKER, worker(8, 'sdb1', STACKS.workerOnAgi), KSWAPD, REPAIR])).toBe('deadlock');
  });

  test('a worker of another file system is no holder of this one', () => {
    const { told } = findingsOf(sysrqW([WORKER, worker(8, 'sdb1', STACKS.workerOnAgf)]));
    expect(edgesIn(told)).toEqual({ 'kworker/7:1': 'AGI', 'kworker/8:1': 'AGF' });
  });

  test('tasks that come to a lock before a header of an AG do not have one', () => {
    const rm = { comm: 'rm', pid: 150, stack: STACKS.rmOnAgi };
    const closer = { comm: 'closer', pid: 151, stack: STACKS.closerInFlush };
    const ilock = {
      comm: 'mv',
      pid: 152,
      stack: 'rwsem_down_write_slowpath down_write xfs_ilock[xfs] xfs_lock_two_inodes[xfs] xfs_remove[xfs]',
    };
    const { verdict, told } = findingsOf(sysrqW([worker(7, 'sda1', STACKS.workerOnAgf), rm, closer, ilock]));
    expect(edgesIn(told)).toMatchObject({ 'kworker/7:1': 'AGF', rm: 'AGI' });
    expect(verdict).toBe('unclear');
  });
});

describe('freezing', () => {
  const writer = { comm: 'sh', pid: 30, stack: STACKS.writesWhileFrozen };

  test('a frozen file system that nobody thaws is outside', () => {
    const { verdict, told } = findingsOf(sysrqW([writer]));
    expect([verdict, edgesIn(told)['sh']]).toEqual(['stall', 'sb_writers R (the thaw of a frozen file system)']);
    expect(told && nearestScenario(told)).toMatchObject({ scenario: 'frozen-fs' });
  });

  test('a freeze in progress waits for workers, a thaw for the freeze, writers for both', () => {
    const tasks = [
      writer,
      { comm: 'fsfreeze', pid: 31, stack: STACKS.freezes },
      { comm: 'thaw', pid: 32, stack: STACKS.thaws },
      worker(7, 'sda1', STACKS.workerOnDisk),
    ];
    const { verdict, told } = findingsOf(sysrqW(tasks));
    expect(verdict).toBe('stall');
    expect(edgesIn(told)).toMatchObject({
      sh: 'sb_writers R fsfreeze?',
      fsfreeze: 'inodegc works kworker/7:1?',
      thaw: 's_umount W fsfreeze?',
    });
  });
});

describe('waits that end by themselves', () => {
  test('a throttled reclaimer stands behind kswapd, and is in no cycle', () => {
    const hog = { comm: 'hog', pid: 60, stack: STACKS.throttledByKswapd };
    const { told } = findingsOf(sysrqW([WORKER, KSWAPD, REPAIR, hog]));
    expect(cyclesIn(told)).toEqual(['kworker/7:1 > xfs_scrub > kswapd0']);
    expect(told?.cycles.flatMap(({ pids }) => pids)).not.toContain(60);
    expect(edgesIn(told)['hog']).toBe('pfmemalloc_wait kswapd0');
  });

  test('a task alone behind a disk is a stall behind a disk', () => {
    const { verdict, told } = findingsOf(sysrqW([{ comm: 'fsync', pid: 5, stack: STACKS.writesToDisk }]));
    expect(verdict).toBe('stall');
    expect(told && nearestScenario(told)).toMatchObject({ scenario: 'stuck-disk' });
  });
});

describe('lists of held locks', () => {
  const list = (comm: string, pid: number, ...locks: string[]) =>
    [`${locks.length} locks held by ${comm}/${pid}:`, ...locks.map((lock, i) => ` #${i}: ${lock}`)].join('\n');
  const a = (at: string) => `ffff888000000a00 (&a->mutex){+.+.}-{3:3}, at: ${at}+0x1/0x2`;
  const b = (at: string) => `ffff888000000b00 (&b->mutex){+.+.}-{3:3}, at: ${at}+0x1/0x2`;
  const one = shownTask({ comm: 'one', pid: 11, stack: '__schedule schedule __mutex_lock mutex_lock take_b run_one' });
  const two = shownTask({ comm: 'two', pid: 12, stack: '__schedule schedule __mutex_lock mutex_lock take_a run_two' });
  const header = 'Showing all locks held in the system:';

  test('two mutexes taken in both orders are a deadlock of facts', () => {
    const text = [
      one,
      two,
      header,
      list('one', 11, a('run_one'), b('take_b')),
      list('two', 12, b('run_two'), a('take_a')),
    ];
    const { verdict, told } = findingsOf(text.join('\n'));
    expect([verdict, cyclesIn(told), edgesIn(told)]).toEqual([
      'deadlock',
      ['one > two'],
      { one: 'mutex two', two: 'mutex one' },
    ]);
  });

  test('the lock that a task waits for is on its list, too: two who wait for one are no deadlock', () => {
    const alike = shownTask({
      comm: 'two',
      pid: 12,
      stack: '__schedule schedule __mutex_lock mutex_lock take_b run_two',
    });
    const text = [one, alike, header, list('one', 11, b('take_b')), list('two', 12, b('take_b'))];
    const { verdict, told } = findingsOf(text.join('\n'));
    expect([verdict, edgesIn(told)]).toEqual(['unclear', { one: 'mutex', two: 'mutex' }]);
  });

  test('a holder without a stack is named, and no more is claimed', () => {
    const text = [one, header, list('one', 11, a('run_one'), b('take_b')), list('gone', 99, b('x'), a('y'))];
    const { verdict, told } = findingsOf(text.join('\n'));
    expect([verdict, told?.roots]).toEqual(['unclear', [{ kind: 'not-shown', pid: 99, what: '', behind: [11] }]]);
  });

  test('lists that contradict each other make no fact: a mutex has one holder', () => {
    const text = [
      one,
      two,
      header,
      list('one', 11, a('run_one'), b('take_b')),
      list('two', 12, b('run_two'), a('take_a')),
      list('three', 13, b('run_three'), a('run_three')),
    ];
    const { verdict, told } = findingsOf(text.join('\n'));
    expect([verdict, edgesIn(told)['one']]).toEqual(['unclear', 'mutex two? pid 13?']);
  });

  test('where the kernel hides addresses, nothing follows from a name', () => {
    const hidden = (lock: string) => lock.replace(/^\S+/, '(____ptrval____)');
    const text = [
      one,
      two,
      header,
      list('one', 11, hidden(a('run_one')), hidden(b('take_b'))),
      list('two', 12, hidden(b('run_two')), hidden(a('take_a'))),
    ];
    expect(findingsOf(text.join('\n')).verdict).toBe('unclear');
  });

  test('a dump of workqueues names those who wait for a work', () => {
    const other = worker(8, 'sdb1', STACKS.workerOnDisk);
    const busy = [
      'Showing busy workqueues and worker pools:',
      'workqueue xfs-inodegc/sda1: flags=0xc',
      '  pwq 2: cpus=1 node=0 flags=0x0 nice=0 active=1/1 refcnt=4',
      '    in-flight: 7:xfs_inodegc_worker [xfs] BAR(43)',
    ];
    const { verdict, told } = findingsOf([sysrqW([WORKER, other, KSWAPD, REPAIR]), ...busy].join('\n'));
    expect([verdict, edgesIn(told)['kswapd0']]).toEqual(['deadlock', 'inodegc work kworker/7:1']);
  });
});

test('two hangs that have nothing to do with each other stay apart', () => {
  const dd = { comm: 'dd', pid: 70, stack: STACKS.writesToDisk };
  const { verdict, told } = findingsOf(sysrqW([dd, WORKER, KSWAPD, REPAIR]));
  expect([verdict, told?.behind, told?.roots]).toEqual([
    'deadlock',
    [],
    [{ kind: 'outside', pid: 70, what: 'the end of writeback of a folio', behind: [70] }],
  ]);
});

test('a worker that flushes its own queue waits for itself, unless another may be meant that gets on', () => {
  const flush = STACKS.hogInFlush.replace('__alloc_pages', '__alloc_pages xfs_trans_alloc[xfs] xfs_inactive[xfs]');
  const self = worker(7, 'sda1', `${flush} xfs_inodegc_worker[xfs] process_one_work worker_thread`);
  expect(cyclesIn(findingsOf(sysrqW([self], '6.1.0')).told)).toEqual(['kworker/7:1']);
  // Reclaim goes over all file systems: it may be the queue of another that is flushed.
  const other = findingsOf(sysrqW([self, worker(8, 'sdb1', STACKS.workerOnDisk)], '6.1.0'));
  expect(other.told?.cycles).toEqual([]);
  expect(edgesIn(other.told)['kworker/7:1']).toBe('inodegc work kworker/7:1? kworker/8:1?');
});

test('under SRCU, too, whoever frees a shrinker waits for those who walk the list', () => {
  const srcu = '__schedule schedule schedule_timeout wait_for_completion __synchronize_srcu synchronize_srcu';
  const stack = `${srcu} unregister_shrinker xfs_free_buftarg[xfs] xrep_rmapbt[xfs] xrep_attempt[xfs]`;
  expect(verdictOf([WORKER, KSWAPD, { ...REPAIR, stack }], '6.4.0-rc1')).toBe('deadlock');
});

test('rtnl_mutex: whoever waits for it further in does not have it, and who has it may wait for it', () => {
  const wait = '__schedule schedule schedule_preempt_disabled __mutex_lock mutex_lock rtnl_lock';
  const later = { comm: 'ip', pid: 1, stack: `${wait} rtnl_newlink rtnetlink_rcv_msg netlink_rcv_skb` };
  expect(verdictOf([later, { ...later, comm: 'dhcpcd', pid: 2 }], '6.13.0')).toBe('unclear');
  const opens = { comm: 'ip', pid: 1, stack: `${wait} igb_resume[igb] __dev_open do_setlink rtnetlink_rcv_msg` };
  expect(verdictOf([opens], '5.12.0')).toBe('deadlock');
});

test('a log without blocked tasks has none', () => {
  expect(findingsOf('Linux version 6.1.0\n[    1.0] systemd[1]: Started.').verdict).toBe('nothing');
  expect(verdictOf([{ comm: 'bash', pid: 1, state: 'S', stack: '__schedule schedule do_wait' }])).toBe('nothing');
});
