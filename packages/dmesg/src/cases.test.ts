/** Whole logs of real kernels: what each comes to, and how far that is known. */
import { expect, test } from 'vitest';
import { cyclesIn, edgesIn, findingsOf, keptLog } from './kernel-logs.fixture.io.ts';
import { nearestScenario } from './nearest-scenario.ts';

test("the mail's deadlock is a cycle of three, with a second one and three tasks behind", () => {
  const { verdict, told } = findingsOf(keptLog('mail-deadlock.txt'));
  expect(verdict).toBe('deadlock');
  expect(cyclesIn(told)).toEqual(['kworker/0:0 > scrub > kswapd0', 'hog > kworker/0:0 > scrub']);
  expect(told?.behind.map((pid) => told.graph.tasks.get(pid)?.name)).toEqual(['closer2', 'mount', 'umount']);
  expect(edgesIn(told)).toEqual({
    'kworker/0:0': 'AGI scrub?',
    kswapd0: 'inodegc work kworker/0:0?',
    closer2: 'inodegc work kworker/0:0?',
    scrub: 'shrinker_rwsem W kswapd0 hog',
    hog: 'inodegc work kworker/0:0?',
    mount: 'shrinker_rwsem W kswapd0 hog',
    umount: 'shrinker_rwsem W kswapd0 hog',
  });
  expect(told && nearestScenario(told)).toMatchObject({ scenario: 'seed-deadlock', profile: undefined });
});

test('a kswapd that waits for a thaw which waits for kswapd is a cycle', () => {
  const { verdict, told } = findingsOf(keptLog('kswapd-frozen-thaw.txt'));
  expect(verdict).toBe('deadlock');
  expect(cyclesIn(told)).toEqual(['kswapd0 > fsfreeze']);
  expect(edgesIn(told)).toEqual({
    kswapd0: 'sb_internal R fsfreeze?',
    mount: 'shrinker_rwsem W kswapd0',
    fsfreeze: 's_umount W kswapd0?',
    sh: 'sb_writers R fsfreeze?',
  });
  expect(told?.graph.tasks.get(576)?.holds.map(({ resource, lock }) => `${resource} ${lock}`)).toEqual(
    expect.arrayContaining(['shrinker_rwsem R', 's_umount R']),
  );
  expect(told && nearestScenario(told)).toMatchObject({ scenario: 'frozen-fs', profile: 'v5.13' });
});

test('a holder that runs is no deadlock', () => {
  const { verdict, told } = findingsOf(keptLog('holder-runs.txt'));
  expect(verdict).toBe('stall');
  expect(edgesIn(told)).toEqual({ clone: 'shrinker_rwsem W kswapd0', umount: 'shrinker_rwsem W kswapd0' });
  expect(told?.roots).toEqual([{ kind: 'running', pid: 88, what: 'i915_gem_shrinker_scan', behind: [1791, 1773] }]);
  expect(told?.graph.tasks.get(88)?.task.cpu).toBe(3);
});

/** Section of the dumps -> state and wait of each task that it shows. */
const WAITS: Readonly<Record<string, string>> = {
  a: 'kswapd0 inodegc work',
  b: 'hog2 inodegc work',
  c: 'bash inodegc work',
  c2: 'closer inodegc work',
  'c2/1': 'closer inodegc work',
  c3: 'umount inodegc work',
  d: 'rm AGI',
  'd/1': 'rm AGI',
  d2: 'touch AGI',
  d3: 'rm inactivation',
  e1: 'kworker/0:1 AGF of vda',
  e2: 'kworker/1:1 AGI of vda',
  e3: 'kworker/0:1 AGF of vda',
  f1: 'fsfreeze inodegc works',
  f2: 'fsfreeze s_umount W',
  f3: 'sync s_umount R',
  'f3/1': 'sync s_umount R',
  f4: 'bash s_umount R',
  f5: 'writer sb_writers R',
  'f5/1': 'writer sb_writers R',
  f6: 'rm sb_writers R',
  f7: 'closer sb_internal R',
  g1: 'mount shrinker_rwsem W',
  g2: 'umount shrinker_rwsem W',
  j1: 'victim pfmemalloc_wait',
  j2: 'dd dirty throttle',
  j3: 'creat1 CIL space',
  j4: 'kworker/u4:0 iclog of dm-0',
  j5: 'kworker/u4:0 iclog of dm-0',
  j6: 'ls buffer I/O',
  j7: 'fsync folio writeback',
  H: 'rm AGI',
};

const sections = keptLog('linux-6.1.192.txt')
  .split('\n# ')
  .slice(1)
  .map((section) => [section.slice(0, section.indexOf(':')), section] as const);

test('every dump of Linux 6.1.192 says what its task waits for, in whatever form it came', () => {
  const found = sections.map(([name, text]) => {
    const { told } = findingsOf(text);
    const waits = told?.graph.blocked.map(({ name: comm, wait, fileSystem }) =>
      [comm, wait?.resource, wait?.lock, fileSystem === undefined ? '' : `of ${fileSystem}`].filter(Boolean).join(' '),
    );
    return [name, waits?.join(', ') ?? ''];
  });
  expect(Object.fromEntries(found)).toEqual(WAITS);
});

test('no dump of a single wait is called a deadlock', () => {
  const verdicts = sections.map(([name, text]) => [name, findingsOf(text).verdict]);
  expect(verdicts.filter(([, verdict]) => verdict === 'deadlock')).toEqual([]);
  const external = ['j2', 'j4', 'j5', 'j6', 'j7', 'f5', 'f5/1', 'f6', 'f7'];
  expect(Object.fromEntries(verdicts)).toMatchObject(Object.fromEntries(external.map((name) => [name, 'stall'])));
});

test('what khungtaskd says is kept: release, and for how long', () => {
  const text = sections.find(([name]) => name === 'H')?.[1] ?? '';
  const { told } = findingsOf(text);
  expect(told?.graph.dump.release).toBe('6.1.0-56-amd64');
  expect(told?.graph.blocked[0]?.task).toMatchObject({ by: 'hung', blockedFor: 4, pid: 152 });
});

/** File -> verdict, release, edges. */
const PUBLIC: Readonly<Record<string, readonly [verdict: string, release: string | undefined, edges: object]>> = {
  'arm32-writeback-4.14.txt': ['unclear', '4.14.17-v7+', { 'kworker/u8:0': 'folio lock' }],
  'console-mixed-5.10.txt': ['stall', '5.10.0-8-cloud-amd64', { 'jbd2/sda1-8': 'disk I/O (I/O)' }],
  'decoded-without-offsets-3.15.txt': [
    'unclear',
    '3.15.0-rc4-next-20140508-sasha-00020-gec9304b-dirty',
    { khugepaged: 'rwsem W' },
  ],
  'drm-quoted-printable-5.0.txt': ['unclear', '5.0.0-19-generic', { 'kworker/u16:9': 'wait queue' }],
  'facility-kswapd-3.2.txt': ['unclear', undefined, { kswapd0: 'rwsem W' }],
  'fsync-el7.txt': ['stall', undefined, { manager: 'disk I/O (I/O)' }],
  'grab-super-4.15.txt': ['unclear', undefined, { zfs: 's_umount W' }],
  'guesses-jbd2-4.9.txt': ['unclear', '4.9.0-11-amd64', { 'jbd2/vdt-8': '-' }],
  'kswapd-writeback-5.4.txt': [
    'stall',
    '5.4.0-88-generic',
    {
      kswapd0: 'folio writeback (the end of writeback of a folio)',
      kswapd1: 'folio writeback (the end of writeback of a folio)',
    },
  ],
  'numbered-syslog-4.15.txt': ['stall', '4.15.0-96-generic', { kswapd0: 'buffer I/O (I/O of an XFS buffer)' }],
  'rtnl-self-5.12.txt': ['deadlock', '5.12.0-rc3+', { ip: 'rtnl_mutex ip' }],
  'shrinker-rwsem-shmem-4.14.txt': [
    'unclear',
    undefined,
    { 'pid 27163': 'folio lock', 'pid 1125': 'shrinker_rwsem W pid 27163' },
  ],
  'sync-5.0.txt': ['unclear', '5.0.0', { 'nix-build': 'writeback' }],
  'xfs-log-force-5.10.txt': ['unclear', '5.10.76', { 'kworker/15:1': 'log force' }],
  'arm64-rtnl-6.16.txt': ['unclear', '6.16-rc2', { 'kworker/0:1': 'rtnl_mutex dhcpcd', dhcpcd: 'rwsem W' }],
  'inodegc-agf-5.15-wrapped.txt': ['unclear', '5.15.26-cloudflare-2022.3.4', { 'kworker/25:0': 'AGF' }],
  'inodegc-flush-ppc64-6.8.txt': ['unclear', undefined, { umount: 'inodegc works' }],
  'kswapd-ilock-4.9.txt': ['unclear', '4.9.0-rc1+', { kswapd0: 'ILOCK R' }],
  'lockdep-fs-reclaim.txt': ['order', undefined, {}],
  'owner-self-6.15.txt': ['deadlock', '6.15.0-rc3-next-20250424-00001-g258d8df78c77-dirty', { zsh: 'mutex zsh' }],
  'owner-sleeps-6.16.txt': ['stall', '6.16.0-rc3', { 'cat:28631': 'rwsem R cat:28630?' }],
  'rename-agi-4.15.txt': ['unclear', '4.15.0-rc4-amd-vega+', { TaskSchedulerFo: 'AGI' }],
  'rename-whiteout-abba-5.3.txt': ['deadlock', '5.3.0', { touch: 'AGF mv?', mv: 'AGI touch?' }],
  'syzbot-decoded-6.8.txt': ['unclear', '6.8.0-rc2-next-20240202-syzkaller', { 'syz-executor218': 'inodegc works' }],
};

test.each(Object.entries(PUBLIC))('public report %s', (name, [verdict, release, edges]) => {
  const found = findingsOf(keptLog(`public/${name}`));
  expect([found.verdict, found.told?.graph.dump.release, edgesIn(found.told)]).toEqual([verdict, release, edges]);
});

test("lockdep's warning is an order, with its chain, and its own backtrace and list are no state of a task", () => {
  const { splats, dumps } = findingsOf(keptLog('public/lockdep-fs-reclaim.txt'));
  expect(dumps).toEqual([]);
  expect(splats).toMatchObject([
    {
      kind: 'circular',
      comm: 'kswapd0',
      pid: 100,
      acquiring: '&delayed_node->mutex',
      holding: 'fs_reclaim',
      chain: ['fs_reclaim', 'kernfs_mutex', '&fs_info->chunk_mutex', '&delayed_node->mutex'],
    },
  ]);
});

test('of a list of locks decoded by tools the frame that is real counts', () => {
  const { told } = findingsOf(keptLog('public/syzbot-decoded-6.8.txt'));
  expect(told?.graph.locks.lists.find(({ pid }) => pid === 5106)?.locks).toEqual([
    { address: 'ffff88807f4d40e0', lockClass: '&type->s_umount_key', at: 'deactivate_super' },
  ]);
});
