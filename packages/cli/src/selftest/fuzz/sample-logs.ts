/** Samples of kernels' logs to mutate: short, and of every form that the parser knows. */

/** Two tasks of a hang, as sysrq w of Linux 6.1 shows them. */
export const KERNEL_LOG = `\
[   65.379025] sysrq: Show Blocked State
[   65.385336] task:kworker/0:0     state:D stack:0     pid:7     ppid:2      flags:0x00004000
[   65.385444] Workqueue: xfs-inodegc/vda xfs_inodegc_worker [xfs]
[   65.385663] Call Trace:
[   65.385679]  <TASK>
[   65.385704]  __schedule+0x34d/0xa00
[   65.385745]  schedule+0x5a/0xd0
[   65.385755]  schedule_timeout+0x11a/0x150
[   65.385766]  __down_common+0x11e/0x240
[   65.385778]  down+0x43/0x60
[   65.385788]  xfs_buf_lock+0x2d/0xe0 [xfs]
[   65.385945]  xfs_buf_find_lock+0x41/0xf0 [xfs]
[   65.386094]  xfs_buf_get_map+0x17d/0x9b0 [xfs]
[   65.386244]  xfs_buf_read_map+0x5e/0x2a0 [xfs]
[   65.386540]  xfs_trans_read_buf_map+0x12a/0x2f0 [xfs]
[   65.386843]  xfs_read_agi+0x96/0x140 [xfs]
[   65.386991]  xfs_ialloc_read_agi+0x47/0x110 [xfs]
[   65.392264]  xfs_difree+0xb0/0x1d0 [xfs]
[   65.392595]  xfs_ifree+0x87/0x520 [xfs]
[   65.395032]  xfs_inactive_ifree+0xb0/0x1a0 [xfs]
[   65.395185]  xfs_inactive+0x148/0x1f0 [xfs]
[   65.398177]  xfs_inodegc_worker+0xa6/0x190 [xfs]
[   65.398338]  process_one_work+0x1c4/0x380
[   65.398369]  worker_thread+0x1ab/0x380
[   65.398391]  kthread+0xd7/0x100
[   65.398410]  ret_from_fork+0x1f/0x30
[   65.398428]  </TASK>
[   65.398470] task:kswapd0         state:D stack:0     pid:43    ppid:2      flags:0x00004000
[   65.398513] Call Trace:
[   65.398528]  <TASK>
[   65.398535]  __schedule+0x34d/0xa00
[   65.398549]  schedule+0x5a/0xd0
[   65.398557]  schedule_timeout+0x11a/0x150
[   65.398569]  __wait_for_common+0x91/0x1e0
[   65.398589]  __flush_work+0x61/0x90
[   65.398598]  ? flush_workqueue_prep_pwqs+0x110/0x110
[   65.398609]  destroy_inode+0x38/0x70
[   65.398621]  dispose_list+0x48/0x70
[   65.398630]  prune_icache_sb+0x51/0x80
[   65.398639]  super_cache_scan+0x163/0x1f0
[   65.398651]  do_shrink_slab+0x13e/0x2e0
[   65.398665]  shrink_slab+0xaa/0x290
[   65.398677]  shrink_node+0x2de/0x720
[   65.398689]  balance_pgdat+0x37a/0xa40
[   65.398740]  kswapd+0x1f0/0x3a0
[   65.398764]  kthread+0xd7/0x100
[   65.398782]  ret_from_fork+0x1f/0x30
[   65.398795]  </TASK>
`;

/** Two tasks that hold what the other waits for, with the list of held locks. */
export const LOCKS_LOG = `\
[  245.100001] INFO: task one:11 blocked for more than 120 seconds.
[  245.100002]       Not tainted 6.1.0 #1
[  245.100003] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[  245.100004] task:one             state:D stack:0     pid:11    ppid:1      flags:0x00004000
[  245.100005] Call Trace:
[  245.100006]  <TASK>
[  245.100007]  __schedule+0x34d/0xa00
[  245.100008]  schedule+0x5a/0xd0
[  245.100009]  schedule_preempt_disabled+0x11/0x20
[  245.100010]  __mutex_lock+0x2a2/0x500
[  245.100011]  take_b+0x1f/0x40 [abba]
[  245.100012]  run_one+0x2f/0x60 [abba]
[  245.100013]  kthread+0xd7/0x100
[  245.100014]  ret_from_fork+0x1f/0x30
[  245.100015]  </TASK>
[  245.100016] INFO: task two:12 blocked for more than 120 seconds.
[  245.100017]       Not tainted 6.1.0 #1
[  245.100018] task:two             state:D stack:0     pid:12    ppid:1      flags:0x00004000
[  245.100019] Call Trace:
[  245.100020]  <TASK>
[  245.100021]  __schedule+0x34d/0xa00
[  245.100022]  schedule+0x5a/0xd0
[  245.100023]  schedule_preempt_disabled+0x11/0x20
[  245.100024]  __mutex_lock+0x2a2/0x500
[  245.100025]  take_a+0x1f/0x40 [abba]
[  245.100026]  run_two+0x2f/0x60 [abba]
[  245.100027]  kthread+0xd7/0x100
[  245.100028]  ret_from_fork+0x1f/0x30
[  245.100029]  </TASK>
[  245.100030]
               Showing all locks held in the system:
[  245.100031] 2 locks held by one/11:
[  245.100032]  #0: ffff888003a40a00 (&a->lock){+.+.}-{3:3}, at: run_one+0x1f/0x60 [abba]
[  245.100033]  #1: ffff888003a40b00 (&b->lock){+.+.}-{3:3}, at: take_b+0x1f/0x40 [abba]
[  245.100034] 2 locks held by two/12:
[  245.100035]  #0: ffff888003a40b00 (&b->lock){+.+.}-{3:3}, at: run_two+0x1f/0x60 [abba]
[  245.100036]  #1: ffff888003a40a00 (&a->lock){+.+.}-{3:3}, at: take_a+0x1f/0x40 [abba]
[  245.100037] =============================================
`;

/** Logs as others sent them: of lockdep, of syslog, decoded, wrapped by a mail, with the owner of a lock. */
export const OTHER_LOGS: readonly string[] = [
  `\
======================================================
WARNING: possible circular locking dependency detected
5.9.0-rc3+ #4 Not tainted
------------------------------------------------------
kswapd0/100 is trying to acquire lock:
ffff96ecc22ef4a0 (&delayed_node->mutex){+.+.}-{3:3}, at: __btrfs_release_delayed_node.part.0+0x3f/0x330

but task is already holding lock:
ffffffff8dd74700 (fs_reclaim){+.+.}-{0:0}, at: __fs_reclaim_acquire+0x5/0x30

which lock already depends on the new lock.

the existing dependency chain (in reverse order) is:

-> #3 (fs_reclaim){+.+.}-{0:0}:
       fs_reclaim_acquire+0x65/0x80
       kmem_cache_alloc+0x37/0x270
       kernfs_get_inode+0x1b/0x130
       __x64_sys_mount+0xe3/0x120

-> #2 (kernfs_mutex){+.+.}-{3:3}:
       __mutex_lock+0x7e/0x7e0
       kernfs_add_one+0x23/0x150
       btrfs_ioctl+0x1ef/0x2e20

-> #1 (&fs_info->chunk_mutex){+.+.}-{3:3}:
       __mutex_lock+0x7e/0x7e0
       btrfs_chunk_alloc+0x125/0x3a0

-> #0 (&delayed_node->mutex){+.+.}-{3:3}:
       __lock_acquire+0x119c/0x1fc0
       __mutex_lock+0x7e/0x7e0
       __btrfs_release_delayed_node.part.0+0x3f/0x330
       super_cache_scan+0x161/0x1e0
       shrink_slab+0x17c/0x290
       kswapd+0x213/0x4c0

other info that might help us debug this:

Chain exists of:
  &delayed_node->mutex --> kernfs_mutex --> fs_reclaim

 Possible unsafe locking scenario:

       CPU0                    CPU1
       ----                    ----
  lock(fs_reclaim);
                               lock(kernfs_mutex);
                               lock(fs_reclaim);
  lock(&delayed_node->mutex);

 *** DEADLOCK ***

3 locks held by kswapd0/100:
 #0: ffffffff8dd74700 (fs_reclaim){+.+.}-{0:0}, at: __fs_reclaim_acquire+0x5/0x30
 #1: ffffffff8dd65c50 (shrinker_rwsem){++++}-{3:3}, at: shrink_slab+0x115/0x290
 #2: ffff96ed2ade30e0 (&type->s_umount_key#36){++++}-{3:3}, at: super_cache_scan+0x38/0x1e0

stack backtrace:
CPU: 0 PID: 100 Comm: kswapd0 Not tainted 5.9.0-rc3+ #4
Hardware name: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.13.0-2.fc32 04/01/2014
Call Trace:
 dump_stack+0x8b/0xb8
 check_noncircular+0x12d/0x150
 __lock_acquire+0x119c/0x1fc0
 ? find_held_lock+0x2b/0x80
 __btrfs_release_delayed_node.part.0+0x3f/0x330
 super_cache_scan+0x161/0x1e0
 shrink_slab+0x17c/0x290
 kswapd+0x213/0x4c0
 ret_from_fork+0x1f/0x30
`,
  `\
563663 Apr 22 20:06:57 AI02 kernel: [94488.814125] INFO: task kswapd0:139 blocked for more than 120 seconds.
563664 Apr 22 20:06:57 AI02 kernel: [94488.814132]       Tainted: P           OE    4.15.0-96-generic #97-Ubuntu
563665 Apr 22 20:06:57 AI02 kernel: [94488.814134] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
563666 Apr 22 20:06:57 AI02 kernel: [94488.814137] kswapd0         D    0   139      2 0x80000000
563667 Apr 22 20:06:57 AI02 kernel: [94488.814141] Call Trace:
563668 Apr 22 20:06:57 AI02 kernel: [94488.814151]  __schedule+0x24e/0x880
563669 Apr 22 20:06:57 AI02 kernel: [94488.814158]  ? blk_flush_plug_list+0xea/0x270
563670 Apr 22 20:06:57 AI02 kernel: [94488.814161]  schedule+0x2c/0x80
563671 Apr 22 20:06:57 AI02 kernel: [94488.814165]  schedule_timeout+0x1cf/0x350
563672 Apr 22 20:06:57 AI02 kernel: [94488.814219]  ? _xfs_buf_ioapply+0x396/0x4e0 [xfs]
563673 Apr 22 20:06:57 AI02 kernel: [94488.814223]  wait_for_completion+0xba/0x140
563674 Apr 22 20:06:57 AI02 kernel: [94488.814227]  ? wake_up_q+0x80/0x80
563676 Apr 22 20:06:57 AI02 kernel: [94488.814302]  xfs_buf_submit_wait+0x81/0x210 [xfs]
563677 Apr 22 20:06:57 AI02 kernel: [94488.814335]  xfs_bwrite+0x24/0x60 [xfs]
`,
  `\
INFO: task syz-executor218:5106 blocked for more than 143 seconds.
      Not tainted 6.8.0-rc2-next-20240202-syzkaller #0
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
task:syz-executor218 state:D stack:18928 pid:5106  tgid:5106  ppid:5102   flags:0x00004002
Call Trace:
 <TASK>
 context_switch kernel/sched/core.c:5400 [inline]
 __schedule+0x17df/0x4a40 kernel/sched/core.c:6727
 __schedule_loop kernel/sched/core.c:6804 [inline]
 schedule+0x14b/0x320 kernel/sched/core.c:6819
 schedule_timeout+0xb0/0x310 kernel/time/timer.c:2159
 do_wait_for_common kernel/sched/completion.c:95 [inline]
 __wait_for_common kernel/sched/completion.c:116 [inline]
 wait_for_completion+0x355/0x620 kernel/sched/completion.c:148
 __flush_workqueue+0x730/0x1630 kernel/workqueue.c:3617
 xfs_inodegc_wait_all fs/xfs/xfs_icache.c:465 [inline]
 xfs_inodegc_flush+0xe1/0x3e0 fs/xfs/xfs_icache.c:1912
 xfs_unmountfs+0x25/0x200 fs/xfs/xfs_mount.c:1064
 xfs_fs_put_super+0x65/0x140 fs/xfs/xfs_super.c:1136
 generic_shutdown_super+0x136/0x2d0 fs/super.c:646
 do_syscall_64+0x10a/0x240 arch/x86/entry/common.c:89
 entry_SYSCALL_64_after_hwframe+0x6d/0x75
RIP: 0033:0x7f1a396ed8f7
RAX: 0000000000000000 RBX: 0000000000000000 RCX: 00007f1a396ed8f7
 </TASK>

Showing all locks held in the system:
1 lock held by khungtaskd/29:
 #0: ffffffff8e130d60 (rcu_read_lock){....}-{1:2}, at: rcu_lock_acquire include/linux/rcupdate.h:298 [inline]
 #0: ffffffff8e130d60 (rcu_read_lock){....}-{1:2}, at: debug_show_all_locks+0x55/0x2a0 kernel/locking/lockdep.c:6614
2 locks held by getty/4817:
 #0: ffff88802a9230a0 (&tty->ldisc_sem){++++}-{0:0}, at: tty_ldisc_ref_wait+0x25/0x70 drivers/tty/tty_ldisc.c:243
 #1: ffffc90002f162f0 (&ldata->atomic_read_lock){+.+.}-{3:3}, at: n_tty_read+0x6b5/0x1e10 drivers/tty/n_tty.c:2201
1 lock held by syz-executor218/5106:
 #0: ffff88807f4d40e0 (&type->s_umount_key#48){+.+.}-{3:3}, at: __super_lock fs/super.c:56 [inline]
 #0: ffff88807f4d40e0 (&type->s_umount_key#48){+.+.}-{3:3}, at: deactivate_super+0xb5/0xf0 fs/super.c:509

=============================================

NMI backtrace for cpu 1
CPU: 1 PID: 29 Comm: khungtaskd Not tainted 6.8.0-rc2-next-20240202-syzkaller #0
Hardware name: Google Google Compute Engine/Google Compute Engine, BIOS Google 01/25/2024
Call Trace:
 <TASK>
 __dump_stack lib/dump_stack.c:88 [inline]
 dump_stack_lvl+0x1e7/0x2e0 lib/dump_stack.c:106
 nmi_cpu_backtrace+0x49c/0x4d0 lib/nmi_backtrace.c:113
 watchdog+0xfb0/0xff0 kernel/hung_task.c:379
 </TASK>
`,
  `\
[Sat Apr  2 09:55:47 2022] INFO: task kworker/25:0:3880332 blocked for
more than 85 seconds.
[Sat Apr  2 09:55:47 2022]       Tainted: G           O
5.15.26-cloudflare-2022.3.4 #1
[Sat Apr  2 09:55:47 2022] "echo 0 >
/proc/sys/kernel/hung_task_timeout_secs" disables this message.
[Sat Apr  2 09:55:47 2022] task:kworker/25:0    state:D stack:    0
pid:3880332 ppid:     2 flags:0x00004000
[Sat Apr  2 09:55:47 2022] Workqueue: xfs-inodegc/dm-5 xfs_inodegc_worker
[Sat Apr  2 09:55:47 2022] Call Trace:
[Sat Apr  2 09:55:47 2022]  <TASK>
[Sat Apr  2 09:55:47 2022]  __schedule+0x2cd/0x950
[Sat Apr  2 09:55:47 2022]  schedule+0x44/0xa0
[Sat Apr  2 09:55:47 2022]  schedule_timeout+0xfc/0x140
[Sat Apr  2 09:55:47 2022]  __down+0x7d/0xd0
[Sat Apr  2 09:55:47 2022]  down+0x43/0x60
[Sat Apr  2 09:55:47 2022]  xfs_buf_lock+0x29/0xa0
[Sat Apr  2 09:55:47 2022]  xfs_buf_find+0x2c4/0x590
[Sat Apr  2 09:55:47 2022]  xfs_buf_get_map+0x46/0x390
[Sat Apr  2 09:55:47 2022]  xfs_buf_read_map+0x52/0x270
[Sat Apr  2 09:55:47 2022]  ? xfs_read_agf+0x87/0x110
[Sat Apr  2 09:55:47 2022]  xfs_trans_read_buf_map+0x128/0x2a0
[Sat Apr  2 09:55:47 2022]  xfs_read_agf+0x87/0x110
[Sat Apr  2 09:55:47 2022]  xfs_alloc_read_agf+0x34/0x1a0
[Sat Apr  2 09:55:47 2022]  xfs_alloc_fix_freelist+0x3d7/0x4f0
[Sat Apr  2 09:55:47 2022]  xfs_alloc_vextent+0x22b/0x440
[Sat Apr  2 09:55:47 2022]  __xfs_inobt_alloc_block.isra.0+0xc5/0x1a0
[Sat Apr  2 09:55:47 2022]  __xfs_btree_split+0xf2/0x610
`,
  `\
[Fri Jun 27 15:21:34 2025] INFO: task cat:28631 blocked for more than 122 seconds.
[Fri Jun 27 15:21:34 2025]       Tainted: G S                  6.16.0-rc3 #8
[Fri Jun 27 15:21:34 2025] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[Fri Jun 27 15:21:34 2025] task:cat             state:D stack:0     pid:28631 tgid:28631 ppid:28501  task_flags:0x400000 flags:0x00004000
[Fri Jun 27 15:21:34 2025] Call Trace:
[Fri Jun 27 15:21:34 2025]  <TASK>
[Fri Jun 27 15:21:34 2025]  __schedule+0x7c7/0x1930
[Fri Jun 27 15:21:34 2025]  ? __pfx___schedule+0x10/0x10
[Fri Jun 27 15:21:34 2025]  schedule+0x6a/0x180
[Fri Jun 27 15:21:34 2025]  schedule_preempt_disabled+0x15/0x30
[Fri Jun 27 15:21:34 2025]  rwsem_down_read_slowpath+0x55e/0xe10
[Fri Jun 27 15:21:34 2025]  down_read+0xc9/0x230
[Fri Jun 27 15:21:34 2025]  read_dummy_rwsem_read+0x4a/0x90
[Fri Jun 27 15:21:34 2025]  full_proxy_read+0xff/0x1c0
[Fri Jun 27 15:21:34 2025]  vfs_read+0x177/0xa50
[Fri Jun 27 15:21:34 2025]  entry_SYSCALL_64_after_hwframe+0x76/0x7e
[Fri Jun 27 15:21:34 2025] RIP: 0033:0x7f3f8faefb40
[Fri Jun 27 15:21:34 2025]  </TASK>
[Fri Jun 27 15:21:34 2025] INFO: task cat:28631 <reader> blocked on an rw-semaphore likely owned by task cat:28630 <writer>
[Fri Jun 27 15:21:34 2025] task:cat             state:S stack:0     pid:28630 tgid:28630 ppid:28501  task_flags:0x400000 flags:0x00004000
[Fri Jun 27 15:21:34 2025] Call Trace:
[Fri Jun 27 15:21:34 2025]  <TASK>
[Fri Jun 27 15:21:34 2025]  __schedule+0x7c7/0x1930
[Fri Jun 27 15:21:34 2025]  schedule+0x6a/0x180
[Fri Jun 27 15:21:34 2025]  schedule_timeout+0xfb/0x230
[Fri Jun 27 15:21:34 2025]  msleep_interruptible+0xbe/0x150
[Fri Jun 27 15:21:34 2025]  read_dummy_rwsem_write+0x54/0x90
[Fri Jun 27 15:21:34 2025]  full_proxy_read+0xff/0x1c0
[Fri Jun 27 15:21:34 2025]  entry_SYSCALL_64_after_hwframe+0x76/0x7e
[Fri Jun 27 15:21:34 2025]  </TASK>
`,
];
