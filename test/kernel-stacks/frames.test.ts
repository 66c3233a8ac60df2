/**
 * Call paths of the table against stacks that real kernels printed: no frame is made up, none is missing, and whatever
 * could not be seen printed is named here with the reason.
 */
import { callPaths, functionOf, type PathPiece, waitIn } from '@dragon/kernel';
import { beforeAll, expect, test } from 'vitest';
import { type AgentWait, agentWaits } from './agent-stacks.ts';
import { type RealStack, realStacks } from './real-stacks.ts';

const DUMPS = realStacks('linux-6.1.192.txt');
const REPORTS = realStacks('public-reports.txt');

const pairsOf = (frames: readonly string[]): string[] => frames.slice(1).map((caller, i) => `${frames[i]} < ${caller}`);
const contains = (frames: readonly string[], part: readonly string[]): boolean =>
  `\n${frames.join('\n')}\n`.includes(`\n${part.join('\n')}\n`);

/** The stacks that a piece says it is from. */
function originOf({ source }: PathPiece): readonly RealStack[] {
  switch (source.kind) {
    case 'dump':
      return DUMPS.filter((stack) => stack.source.startsWith(`${source.section}. `));
    case 'report':
      return REPORTS.filter((stack) => stack.source.startsWith(`${source.address} `));
    case 'reconstructed':
      return [];
  }
}

const PIECES = [...new Set(callPaths().flatMap(({ pieces }) => pieces))];

test('every piece stands in the dump that it names, with the module, without a frame between', () => {
  const dumped = PIECES.filter(({ source }) => source.kind === 'dump');
  expect(dumped.length).toBeGreaterThan(20);
  const wrong = dumped.filter((piece) => !originOf(piece).some(({ frames }) => contains(frames, piece.frames)));
  expect(wrong).toEqual([]);
});

test('every piece stands in the report that it names', () => {
  const reported = PIECES.filter(({ source }) => source.kind === 'report');
  expect(reported.length).toBeGreaterThan(4);
  const wrong = reported.filter(
    (piece) => !originOf(piece).some(({ functions }) => contains(functions, piece.frames.map(functionOf))),
  );
  expect(wrong).toEqual([]);
});

test('where two pieces meet, a real stack has both frames next to each other', () => {
  const real = new Set([...DUMPS, ...REPORTS].flatMap(({ functions }) => pairsOf(functions)));
  const joints = callPaths().flatMap(({ pieces }) =>
    pieces.slice(1).flatMap((outer, i) => {
      const inner = pieces[i];
      const told = inner?.source.kind !== 'reconstructed' && outer.source.kind !== 'reconstructed';
      const pair = [inner?.frames.at(-1) ?? '', outer.frames[0] ?? ''].map(functionOf);
      return told ? pairsOf(pair) : [];
    }),
  );
  expect(joints.filter((pair) => !real.has(pair))).toEqual([]);
});

/** Functions of reconstructed pieces that no stack of the fixtures has. */
const UNSEEN = {
  'fs/statfs.c, kernel/workqueue.c and fs/xfs of 5.15': [
    '__do_sys_statfs',
    'flush_workqueue',
    'statfs_by_dentry',
    'user_statfs',
    'xfs_fs_statfs',
    'xfs_inodegc_flush',
  ],
  'fs/xfs/xfs_super.c: no dump of an umount that gets so far': [
    'xfs_close_devices',
    'xfs_fs_put_super',
    'xfs_unmountfs',
  ],
  'online repair: no dump of it exists': [
    'xchk_ag_init',
    'xchk_ag_read_headers',
    'xchk_setup_ag_btree',
    'xchk_teardown',
    'xchk_trans_alloc',
    'xfs_alloc_buftarg',
    'xfs_btree_lookup',
    'xfs_btree_lookup_get_block',
    'xfs_btree_read_buf_block',
    'xfs_buf_trylock',
    'xfs_file_ioctl',
    'xfs_free_buftarg',
    'xfs_ioc_scrub_metadata',
    'xfs_scrub_metadata',
    'xrep_attempt',
    'xrep_rmapbt',
    'xrep_setup_buftarg',
  ],
  'fs/nfs and net/sunrpc of 6.1': [
    '__rpc_wait_for_completion_task',
    '__wait_on_bit',
    'evict',
    'nfs4_evict_inode',
    'nfs4_proc_delegreturn',
    'nfs_do_return_delegation',
    'nfs_inode_evict_delegation',
    'out_of_line_wait_on_bit',
    'rpc_wait_bit_killable',
  ],
  'fs/xfs/xfs_super.c, fs/xfs/xfs_mount.c and fs/xfs/xfs_icache.c of 6.1': [
    'xfs_fs_fill_super',
    'xfs_inodegc_register_shrinker',
    'xfs_mountfs',
    'xfs_open_devices',
  ],
  'mm/vmscan.c of 6.1 and 6.4-rc1, mm/shrinker.c of 6.7': [
    '__mutex_lock',
    '__synchronize_srcu',
    'register_shrinker',
    'register_shrinker_prepared',
    'shrinker_alloc',
    'shrinker_free',
    'shrinker_memcg_alloc',
    'shrinker_register',
  ],
  'CPU hotplug of 6.1: no dump of it exists': [
    '__cancel_work_timer',
    '__cpuhp_invoke_callback_range',
    '_cpu_down',
    'cpu_device_down',
    'cpuhp_invoke_callback',
    'device_offline',
    'online_store',
    'xfs_cpu_dead',
    'xfs_inodegc_cpu_dead',
  ],
  'fs/super.c of 6.1': ['deactivate_super'],
  'fs/xfs/xfs_log.c, fs/xfs/xfs_trans_ail.c and fs/xfs/xfs_super.c of 6.1': [
    'xfs_ail_push_all_sync',
    'xfs_fs_freeze',
    'xfs_log_force',
    'xfs_log_force_seq',
    'xfs_log_quiesce',
    'xfs_unmount_flush_inodes',
    'xlog_wait_on_iclog',
  ],
  'kernel/locking/percpu-rwsem.c of 6.1': ['percpu_down_write'],
  'mm/readahead.c, mm/filemap.c and fs/xfs/xfs_file.c of 6.1': [
    'filemap_get_pages',
    'filemap_read',
    'ksys_read',
    'page_cache_ra_unbounded',
    'vfs_read',
    'xfs_file_buffered_read',
    'xfs_file_read_iter',
  ],
};

test('functions that no real stack here has are named, each with the reason', () => {
  const real = new Set([...DUMPS, ...REPORTS].flatMap(({ functions }) => functions));
  const names = new Set(PIECES.flatMap(({ frames }) => frames.map(functionOf)));
  expect([...names].filter((name) => !real.has(name)).sort()).toEqual(Object.values(UNSEEN).flat().sort());
});

/** Inlined, or they end in the call that sleeps: in 6.1 they leave no frame. */
const NO_FRAME_IN_6_1 = [
  'xfs_inodegc_queue',
  'xfs_inode_mark_reclaimable',
  'xfs_fs_destroy_inode',
  'flush_delayed_work',
  'flush_work',
  'wait_for_completion',
  'down_write',
  'evict',
  'iput',
  'xfs_free_extent',
];

test('no stack of 6.1 has a function that leaves no frame', () => {
  const wrong = callPaths().filter(
    ({ pieces, frames }) =>
      pieces.every(({ source }) => source.kind !== 'reconstructed') &&
      frames.some((frame) => NO_FRAME_IN_6_1.includes(functionOf(frame))),
  );
  expect(wrong).toEqual([]);
});

test('every stack begins in the scheduler, unless its task runs, and ends where threads and system calls begin', () => {
  const wrong = callPaths().filter(
    ({ frames }) =>
      !['__schedule', 'xfs_buf_trylock [xfs]'].includes(frames[0] ?? '') ||
      !['ret_from_fork', 'entry_SYSCALL_64_after_hwframe', 'asm_exc_page_fault'].includes(frames.at(-1) ?? ''),
  );
  expect(wrong).toEqual([]);
});

let waits: readonly AgentWait[];
beforeAll(() => {
  waits = agentWaits();
}, 60_000);

test('every stack that an agent gives is one of the table', () => {
  const table = new Set(callPaths().map(({ frames }) => frames.join('\n')));
  expect(waits.length).toBeGreaterThan(20);
  expect(waits.filter(({ stack }) => !table.has(stack.join('\n')))).toEqual([]);
});

/** What the reading of a stack must find, for the resource that the agent names. */
const READ_AS: readonly (readonly [resource: string, read: string])[] = [
  ['AGI', 'AGI'],
  ['AGF', 'AGF'],
  ['gc[', 'inodegc work'],
  ['gc[', 'inodegc works'],
  ['sb_writers', 'sb_writers R'],
  ['sb_internal', 'sb_internal R'],
  // The stack of a freezer does not tell at which level it waits.
  ['sb_', 'freeze protection W'],
  ['s_umount', 's_umount W'],
  ['s_umount', 's_umount R'],
  ['shrinker_rwsem', 'shrinker_rwsem W'],
  ['shrinkers.srcu', 'shrinker_srcu'],
  ['shrinker ', 'shrinker reference'],
  ['pfmemalloc_wait', 'pfmemalloc_wait'],
  ['outside:disk', 'buffer I/O'],
  ['outside:disk', 'log force'],
  ['outside:disk', 'AIL'],
  ['outside:server', 'server answer'],
];
const unmerged = (stack: readonly string[]) =>
  callPaths().some(
    ({ frames, pieces }) =>
      contains(frames, stack) &&
      pieces.some(({ source }) => source.kind === 'reconstructed' && source.from === 'a policy that no kernel has'),
  );

test('a stack read back names the resource that its agent waits for', () => {
  const asleep = waits.filter(({ mode, stack }) => mode !== 'polling' && !unmerged(stack));
  const wrong = asleep.flatMap(({ kind, resource, stack }) => {
    const wait = waitIn(stack.map(functionOf));
    const read = `${wait?.resource} ${wait?.lock}`.trim();
    const expected = READ_AS.filter(([start]) => resource.startsWith(start)).map(([, words]) => words);
    return expected.includes(read) ? [] : [`${kind} waits for ${resource}, its stack for ${read}`];
  });
  expect(wrong).toEqual([]);
});
