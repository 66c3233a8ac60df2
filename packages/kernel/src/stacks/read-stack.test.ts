/** Tests of what a stack of a real kernel tells: what its task waits for, and what it holds. */
import { expect, test } from 'vitest';
import { kernelVersionOf } from './kernel-versions.ts';
import { functionOf, holdsIn } from './read-stack.ts';
import { stackReading } from './stack-reading.fixture.ts';

const EVICTING = 'I_NEW or I_FREEING, s_umount R, shrinker_rwsem R';

test.each([
  [
    '5.10',
    'percpu_rwsem_wait __percpu_down_read xfs_trans_alloc xfs_free_eofblocks xfs_fs_destroy_inode destroy_inode dispose_list prune_icache_sb super_cache_scan do_shrink_slab shrink_slab shrink_node balance_pgdat kswapd',
    `sb_internal R; holds ${EVICTING}, pfmemalloc_wait`,
  ],
  ['5.10', '__schedule schedule rwsem_down_write_slowpath prealloc_shrinker alloc_super sget_fc', 'shrinker_rwsem W'],
  ['5.10', '__schedule schedule rwsem_down_write_slowpath thaw_super __x64_sys_ioctl', 's_umount W'],
  ['5.10', '__schedule schedule percpu_rwsem_wait __percpu_down_read mnt_want_write open_last_lookups', 'sb_writers R'],
  ['5.4', '__schedule schedule rwsem_down_write_slowpath register_shrinker_prepared sget_fc', 'shrinker_rwsem W'],
  [
    '4.14',
    'schedule rwsem_down_write_failed call_rwsem_down_write_failed down_write unregister_shrinker deactivate_locked_super',
    'shrinker_rwsem W; holds s_umount W',
  ],
  [
    '4.14',
    'schedule rwsem_down_read_failed call_rwsem_down_read_failed down_read iterate_supers sys_sync',
    's_umount R',
  ],
  ['4.4', 'schedule __sb_start_write mnt_want_write do_unlinkat', 'sb_writers R'],
  [
    '4.4',
    'schedule xlog_grant_head_wait xlog_grant_head_check xfs_log_reserve xfs_trans_reserve xfs_create',
    'log space',
  ],
  ['6.1', 'schedule percpu_rwsem_wait percpu_down_write freeze_super __x64_sys_ioctl', 'freeze protection W'],
  [
    '6.7',
    '__schedule schedule schedule_timeout __wait_for_common wait_for_completion shrinker_free xfs_free_buftarg',
    'shrinker reference',
  ],
  [
    '6.7',
    '__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 shrinker_register alloc_super',
    'shrinker_mutex',
  ],
  [
    '6.7',
    'schedule __flush_work xfs_inodegc_queue destroy_inode dispose_list super_cache_scan do_shrink_slab shrink_slab shrink_node',
    'inodegc work; holds I_NEW or I_FREEING, s_umount R, shrinker reference',
  ],
  [
    '5.10',
    '__schedule schedule rpc_wait_bit_killable __wait_on_bit out_of_line_wait_on_bit __rpc_wait_for_completion_task nfs4_proc_delegreturn nfs_do_return_delegation nfs4_evict_inode evict dispose_list prune_icache_sb super_cache_scan do_shrink_slab shrink_slab',
    `server answer, killable; holds ${EVICTING}`,
  ],
  ['6.9', 'schedule_timeout reclaim_throttle shrink_node do_try_to_free_pages', 'reclaim throttle, timed'],
  ['6.9', 'schedule schedule_timeout throttle_direct_reclaim try_to_free_pages', 'pfmemalloc_wait, timed'],
  ['5.4', 'schedule_preempt_disabled __mutex_lock some_driver_ioctl', 'mutex'],
  ['5.4', 'rwsem_down_read_slowpath down_read_killable m_start', 'mmap_lock R, killable'],
  ['', 'iterate_supers ksys_sync __do_sys_sync', 's_umount R'],
  ['', 'a_function_of_a_driver another', 'runs'],
  ['', '', 'runs'],
])('Linux %s: %s', (release, frames, expected) => {
  expect(
    stackReading(
      frames
        .split(' ')
        .filter((frame) => frame !== '')
        .map(functionOf),
      release,
    ),
  ).toBe(expected);
});

test('a task that runs in a shrinker holds shrinker_rwsem up to 6.6, and since then a reference', () => {
  const frames = ['__rcu_read_lock', 'shmem_writeback', 'i915_gem_shrinker_scan', 'do_shrink_slab', 'shrink_slab'];
  expect(holdsIn(frames, '5.4').map(({ resource, lock, frame }) => [resource, lock, frame])).toEqual([
    ['shrinker_rwsem', 'R', 'shrink_slab'],
  ]);
  expect(holdsIn(frames, '6.12').map(({ resource }) => resource)).toEqual(['shrinker reference']);
});

test('frames as printed, and versions as uname says them', () => {
  expect(
    ['xfs_buf_lock+0x2d/0xe0 [xfs]', 'xfs_buf_lock [xfs]', 'set_cmd.cold+0x80/0xde0', 'down'].map(functionOf),
  ).toEqual(['xfs_buf_lock', 'xfs_buf_lock', 'set_cmd', 'down']);
  expect(['6.1.0-56-amd64', '5.10', '6.4-rc', 'next', ''].map(kernelVersionOf)).toEqual([
    '6.1',
    '5.10',
    '6.4',
    undefined,
    undefined,
  ]);
});
