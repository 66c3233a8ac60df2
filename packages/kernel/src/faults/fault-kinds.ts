/**
 * Faults that a person may put into a run at an instant: the one table of what there is, read by the command line, by
 * the inspector's palette, and by whoever makes a plan of them. What each of them is in a plan stands where faults are
 * put into plans.
 */
import { MICROSECOND, MILLISECOND, SECOND } from '@dragon/engine';
import type { FaultKind } from './fault-kind.ts';
import { lasting, percent, slower, whole } from './fault-params.ts';
import { ruleKinds } from './rule-kinds.ts';

/** Who allocates and is not __GFP_NOFAIL. */
const INJECTED = ['allocator', 'hog', 'inodegc', 'stream'];

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    kind: 'stall-cpu',
    group: 'CPU',
    label: 'stall',
    title: ['Stall CPU ', ''],
    about: 'the CPU runs nothing: the thread on it stays there and does nothing, those who want it wait',
    standsFor: 'a virtual CPU that the hypervisor has taken away (steal time), or an SMI or NMI that takes long',
    leavesOut:
      "its interrupts are taken, no RCU grace period waits for it, and the stalled time counts as the thread's own, " +
      'as without steal time accounting',
    fits: ['cpu'],
    target: { param: 'cpu', by: 'number' },
    params: [lasting('how long it runs nothing', 10 * MILLISECOND, 10 * MICROSECOND)],
    alone: true,
  },
  {
    kind: 'unplug-cpu',
    group: 'CPU',
    label: 'unplug',
    title: ['Unplug CPU ', ''],
    about:
      'the CPU goes offline for good: all its threads go on on the others, and up to 6.5 its list of inodes moves there ' +
      'once its worker is done',
    standsFor:
      'echo 0 > /sys/devices/system/cpu/cpu1/online, a cloud machine that is made smaller: cpuhp, xfs_cpu_dead',
    leavesOut:
      'cpu_hotplug_lock and who waits for it, other callbacks, the way back; khungtaskd is blind to who does it',
    fits: ['cpu'],
    target: { param: 'cpu', by: 'number' },
    params: [],
    alone: true,
  },
  {
    kind: 'slow-disk',
    group: 'disk',
    label: 'slow',
    title: ['Slow down the disk', ''],
    about: 'whatever reads or writes the disk takes longer: a repair, a stream, write-back of inodes, the log',
    standsFor:
      'a disk that retries, a RAID that rebuilds, a cloud volume that has used up its credit, a noisy neighbour',
    leavesOut: 'header buffers of allocation groups and inode clusters, which the model has in memory',
    fits: ['inode-cache'],
    target: null,
    params: [slower(), lasting('how long it is slow', SECOND, MICROSECOND)],
    alone: false,
  },
  {
    kind: 'slow-ag',
    group: 'disk',
    label: 'slow AG',
    title: ['Slow down the disk of AG ', ''],
    about: 'reads of the disk in the allocation group take longer: those of a repair of it',
    standsFor:
      'a stretch of bad sectors, or one member of a concatenation that is slow: the other groups are as fast as ever',
    leavesOut: 'write-back and the log, which are of no one group, and header buffers, which the model has in memory',
    fits: ['ag'],
    target: { param: 'ag', by: 'number' },
    params: [slower(), lasting('how long it is slow', SECOND, MICROSECOND)],
    alone: false,
  },
  {
    kind: 'fail-disk',
    group: 'disk',
    label: 'fail AG',
    title: ['Fail the disk of AG ', ''],
    about:
      'reads and writes in the allocation group end with EIO, headers, inodes and the log in the group in the middle: ' +
      'XFS shuts down where it has to',
    standsFor:
      'bad sectors, a member of a concatenation that is gone, dm-error or dm-flakey: xfs_buf_ioend_handle_error, ' +
      'xfs_force_shutdown',
    leavesOut:
      'buffers in memory, but for headers that nobody holds, which count as dropped then; data, which is of no one ' +
      'group; unmount; how long it takes to fail',
    fits: ['ag'],
    target: { param: 'ag', by: 'number' },
    params: [lasting('how long it fails', null, MICROSECOND)],
    alone: true,
  },
  {
    kind: 'take-pages',
    group: 'memory',
    label: 'take pages',
    title: ['Take pages of node ', ''],
    about: 'free pages above the min watermark are taken at once, as many as there are, and kswapd is woken for more',
    standsFor: 'a driver that allocates with GFP_NOWAIT, a balloon that the hypervisor inflates, a huge page pool',
    leavesOut: 'reclaim by whoever takes them, and the watermark boost of an allocation that falls back',
    fits: ['memory'],
    target: { param: 'node', by: 'number', default: 0 },
    params: [
      { name: 'pages', about: 'of 4 KiB', type: 'count', unit: 'pages', least: 1, most: 1 << 30, default: 1_000 },
      lasting('how long they are away', null, MICROSECOND),
    ],
    alone: false,
  },
  {
    kind: 'alloc-storm',
    group: 'memory',
    label: 'storm',
    title: ['Let tasks take memory at once', ''],
    about: 'so many tasks more take memory at once, hold it for a while and give it back; each may be killed for it',
    standsFor: 'the restart of a service with all its workers, a parallel build, stress-ng --vm: a herd of page faults',
    leavesOut: 'memory cgroups, which would hold it back; khungtaskd is blind to these tasks',
    fits: ['memory'],
    target: null,
    params: [
      { ...whole('tasks', 'how many', 'tasks', 1, 8), most: 256 },
      whole('pages', 'that each of them takes', 'pages', 1, 4_000),
      lasting('how long each holds what it has', SECOND, MICROSECOND),
    ],
    alone: false,
  },
  {
    kind: 'drop-caches',
    group: 'memory',
    label: 'drop caches',
    title: ['Drop dentries and inodes', ''],
    about: 'a task calls every shrinker at priority 0, round after round, until a round frees next to nothing',
    standsFor: 'echo 2 > /proc/sys/vm/drop_caches, as benchmarks, and cron jobs that mean well, have it',
    leavesOut: '1 and 3, which drop page cache, too; khungtaskd is blind to this task',
    fits: ['shrinkers'],
    target: null,
    params: [],
    alone: false,
  },
  {
    kind: 'fail-page-alloc',
    group: 'memory',
    label: 'fail',
    title: ['Fail page allocations of ', ''],
    about: 'pages are not given although there are some: a page fault is taken again, a write fails with ENOMEM',
    standsFor:
      'fault injection, /sys/kernel/debug/fail_page_alloc and /proc/PID/make-it-fail: error paths that nobody takes',
    leavesOut:
      'min-order, ignore-gfp-wait and ignore-gfp-highmem are 0, N and N; no failslab; one setting at a time, the last one',
    fits: INJECTED,
    target: { param: 'task-filter', by: 'id', otherwise: 'every task' },
    params: [
      percent('how many of a hundred fail'),
      whole('interval', 'only each of so many may fail', 'allocations', 1, 1),
      whole('times', 'how many fail in all; -1: no end', 'allocations', -1, 1),
      whole('space', 'a budget of pages: none fails before it is down to one', 'pages', 0, 0),
      lasting('how long it is set', null, MICROSECOND),
    ],
    alone: true,
  },
  {
    kind: 'fail-nth',
    group: 'memory',
    label: 'fail nth',
    title: ['Fail the nth page allocation of ', ''],
    about: "one allocation of a page fails, the task's nth from then on, although there are pages",
    standsFor: 'fault injection, /proc/PID/fail-nth, with which a test makes each allocation of a call fail in turn',
    leavesOut: 'other calls that may fail by it (failslab, fail_futex, copy_from_user) are not counted',
    fits: INJECTED,
    target: { param: 'task', by: 'id' },
    params: [whole('nth', 'which one fails', 'allocations', 1, 1)],
    alone: false,
  },
  {
    kind: 'freeze',
    group: 'fs',
    label: 'freeze',
    title: ['Freeze the file system', ''],
    about:
      'whoever writes waits, and inodes are queued for inactivation, but no worker is started and nobody is throttled, until it thaws',
    standsFor: 'xfs_freeze -f and, after a while, -u, as a snapshot or a backup does: freeze_super, thaw_super',
    leavesOut: 'the sync of data; khungtaskd is blind to the task that freezes',
    fits: ['inode-cache'],
    target: null,
    params: [lasting('how long it stays frozen', 5 * SECOND, MILLISECOND)],
    alone: true,
  },
  {
    kind: 'repair-now',
    group: 'fs',
    label: 'repair now',
    title: ['Repair AG ', ' now'],
    about:
      'online repair of the allocation group begins at once, or once more if it is done; one that is at it goes on',
    standsFor: 'an administrator, or xfs_scrub_all.timer, that starts xfs_scrub at the worst moment',
    leavesOut: 'a second repair beside one of another group; khungtaskd is blind to one that the run did not have',
    fits: ['ag'],
    target: { param: 'ag', by: 'number', default: 0 },
    params: [],
    alone: false,
  },
  {
    kind: 'kill-task',
    group: 'task',
    label: 'kill',
    title: ['Kill ', ''],
    about: 'a fatal signal is pending: killable sleeps end, and the task exits where its chart lets it',
    standsFor: 'kill -9, a timeout of systemd, the end of a container: SIGKILL, fatal_signal_pending',
    leavesOut: 'a task that is killed may use reserves at once, which the kernel gives it when it asks the OOM killer',
    fits: ['allocator', 'closer', 'hog', 'repair', 'stream', 'unlinker'],
    target: { param: 'task', by: 'id' },
    params: [],
    alone: false,
  },
  {
    kind: 'message',
    group: 'message',
    label: 'send',
    title: ['Send a message to ', ''],
    about: 'one message more, of any type that the agent answers in the state that it is in',
    standsFor:
      'what somebody else may call or answer: a second unlock, a wake-up too many, a lock that is never let go',
    leavesOut: '',
    fits: [],
    target: { param: 'to', by: 'id' },
    params: [],
    carries: 'message',
    alone: false,
  },
  ...ruleKinds(),
];

/** The kinds by name. */
export const FAULT_KIND_NAMES: readonly string[] = FAULT_KINDS.map(({ kind }) => kind);
