/** Samples of kernels' traces to mutate: short, and of every form that the parser knows. */

/** Events of ftrace as Linux 6.1 prints them. */
export const FTRACE_TEXT = `\
# tracer: nop
#
# entries-in-buffer/entries-written: 99835/99835   #P:1
#
#                                _-----=> irqs-off/BH-disabled
#                               / _----=> need-resched
#                              | / _---=> hardirq/softirq
#                              || / _--=> preempt-depth
#                              ||| / _-=> migrate-disable
#                              |||| /     delay
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
            init-1       [000] .....    10.387201: tracing_mark_write: A rm -rf single, 5000 files
              rm-280     [000] .....    10.389212: xfs_inode_set_need_inactive: dev 254:0 ino 0x820081 iflags 0x40
              rm-280     [000] ...1.    10.389213: xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70
              rm-280     [000] d..2.    10.389214: timer_start: timer=00000000ea225153 function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=0 idx=25 flags=I
              rm-280     [000] .....    10.389280: xfs_inode_set_need_inactive: dev 254:0 ino 0x820082 iflags 0x40
              rm-280     [000] ...1.    10.389281: xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70
              rm-280     [000] d..2.    10.389282: timer_start: timer=00000000ea225153 function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=0 idx=25 flags=I
              rm-280     [000] .....    10.389330: xfs_inode_set_need_inactive: dev 254:0 ino 0x820083 iflags 0x40
              rm-280     [000] ...1.    10.389330: xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70
              rm-280     [000] d..2.    10.389331: timer_start: timer=00000000ea225153 function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=0 idx=25 flags=I
              rm-280     [000] .....    10.389379: xfs_inode_set_need_inactive: dev 254:0 ino 0x820084 iflags 0x40
              rm-280     [000] ...1.    10.389380: xfs_inodegc_queue: dev 254:0 caller destroy_inode+0x38/0x70
              rm-280     [000] d..2.    10.389381: timer_start: timer=00000000ea225153 function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=0 idx=25 flags=I
              rm-280     [000] d..2.    10.390880: workqueue_queue_work: work struct=000000005aa5814c function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=0
     kworker/0:1-17      [000] .....    10.390885: workqueue_execute_start: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
     kworker/0:1-17      [000] .....    10.390886: xfs_inodegc_worker: dev 254:0 shrinker_hits 0
     kworker/0:1-17      [000] .....    10.390886: xfs_inode_inactivating: dev 254:0 ino 0x8200a2 iflags 0x2440
     kworker/0:1-17      [000] ...2.    10.390940: xfs_inode_set_reclaimable: dev 254:0 ino 0x8200a2 iflags 0x2440
     kworker/0:1-17      [000] .....    10.390942: xfs_inode_inactivating: dev 254:0 ino 0x8200a1 iflags 0x2440
     kworker/0:1-17      [000] ...2.    10.390992: xfs_inode_set_reclaimable: dev 254:0 ino 0x8200a1 iflags 0x2440
     kworker/0:1-17      [000] .....    10.390993: xfs_inode_inactivating: dev 254:0 ino 0x8200a0 iflags 0x2440
     kworker/0:1-17      [000] ...2.    10.391035: xfs_inode_set_reclaimable: dev 254:0 ino 0x8200a0 iflags 0x2440
     kworker/0:1-17      [000] .....    10.391036: xfs_inode_inactivating: dev 254:0 ino 0x82009f iflags 0x2440
     kworker/0:1-17      [000] ...2.    10.391079: xfs_inode_set_reclaimable: dev 254:0 ino 0x82009f iflags 0x2440
     kworker/0:1-17      [000] d.s..    10.392005: timer_expire_entry: timer=0000000011f84e48 function=delayed_work_timer_fn now=4294894872 baseclk=4294894872
     kworker/0:1-17      [000] .....    10.392484: workqueue_execute_end: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
            init-1       [000] .....    12.649958: tracing_mark_write: C slow unlink, 150 files, 10 ms apart
          slowrm-290     [000] d.s1.    12.652003: timer_expire_entry: timer=0000000011f84e48 function=delayed_work_timer_fn now=4294895437 baseclk=4294895376
          <idle>-0       [000] d.s1.    12.660037: timer_expire_entry: timer=00000000ea225153 function=delayed_work_timer_fn now=4294895439 baseclk=4294895439
          <idle>-0       [000] d.s2.    12.660038: workqueue_queue_work: work struct=000000005aa5814c function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=0
     kworker/0:1-17      [000] .....    12.660048: workqueue_execute_start: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
     kworker/0:1-17      [000] .....    12.660049: xfs_inodegc_worker: dev 254:0 shrinker_hits 0
     kworker/0:1-17      [000] .....    12.660093: workqueue_execute_end: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
          <idle>-0       [000] d.s1.    12.674922: timer_expire_entry: timer=00000000ea225153 function=delayed_work_timer_fn now=4294895442 baseclk=4294895442
          <idle>-0       [000] d.s2.    12.674923: workqueue_queue_work: work struct=000000005aa5814c function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=0
     kworker/0:1-17      [000] .....    12.674930: workqueue_execute_start: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
     kworker/0:1-17      [000] .....    12.674930: xfs_inodegc_worker: dev 254:0 shrinker_hits 0
     kworker/0:1-17      [000] .....    12.674983: workqueue_execute_end: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
          <idle>-0       [000] d.s2.    12.680031: workqueue_queue_work: work struct=000000005aa5814c function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=0
     kworker/0:1-17      [000] .....    12.680041: workqueue_execute_start: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
     kworker/0:1-17      [000] .....    12.680041: xfs_inodegc_worker: dev 254:0 shrinker_hits 0
     kworker/0:1-17      [000] .....    12.680086: workqueue_execute_end: work struct 000000005aa5814c: function xfs_inodegc_worker [xfs]
         kswapd0-39      [000] .....    22.517022: flush_begin: (flush_delayed_work+0x0/0x40) dwork=0xffffe8ffffc00f50
         kswapd0-39      [000] d..2.    22.517025: sched_switch: prev_comm=kswapd0 prev_pid=39 prev_prio=120 prev_state=D ==> next_comm=kworker/0:2 next_pid=48 next_prio=120
           churn-289     [000] .....    22.520044: flush_end: (destroy_inode+0x38/0x70 <- flush_delayed_work) ret=0x1
           churn-289     [000] .....    22.523757: mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE
           churn-289     [000] .....    22.523769: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=4 nr_reclaimed=4 nr_dirty=0 nr_writeback=0 nr_congested=0 nr_immediate=0 nr_activate_anon=0 nr_activate_file=0 nr_ref_keep=0 nr_unmap_fail=0 priority=12 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
           churn-289     [000] .....    22.523770: mm_shrink_slab_start: kfree_rcu_shrink_scan+0x0/0x110 0000000054b65862: nid: 0 objects to shrink 1 gfp_flags GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE cache items 1 delta 0 total_scan 0 priority 12
           churn-289     [000] .....    22.523771: mm_shrink_slab_end: kfree_rcu_shrink_scan+0x0/0x110 0000000054b65862: nid: 0 unused scan count 1 new scan count 1 total_scan 0 last shrinker return val 0
           churn-289     [000] .....    22.523776: mm_shrink_slab_start: super_cache_scan+0x0/0x1f0 0000000080cb5356: nid: 0 objects to shrink 8 gfp_flags GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE cache items 4 delta 2 total_scan 2 priority 12
           churn-289     [000] .....    22.523776: mm_shrink_slab_end: super_cache_scan+0x0/0x1f0 0000000080cb5356: nid: 0 unused scan count 8 new scan count 8 total_scan 2 last shrinker return val 0
           churn-289     [000] .....    22.523779: mm_shrink_slab_start: super_cache_scan+0x0/0x1f0 000000005e9b82ac: nid: 0 objects to shrink 79616 gfp_flags GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE cache items 39848 delta 18 total_scan 37 priority 12
           churn-289     [000] .....    22.523779: mm_shrink_slab_end: super_cache_scan+0x0/0x1f0 000000005e9b82ac: nid: 0 unused scan count 79616 new scan count 79634 total_scan 37 last shrinker return val 0
           churn-289     [000] .....    22.523780: mm_shrink_slab_start: xfs_buftarg_shrink_scan+0x0/0xc0 [xfs] 000000005cee6320: nid: 0 objects to shrink 1500 gfp_flags GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE cache items 750 delta 0 total_scan 0 priority 12
           churn-289     [000] .....    22.523781: mm_shrink_slab_end: xfs_buftarg_shrink_scan+0x0/0xc0 [xfs] 000000005cee6320: nid: 0 unused scan count 1500 new scan count 1500 total_scan 0 last shrinker return val 0
           churn-289     [000] .....    22.523782: xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0
           churn-289     [000] .....    22.523790: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=4 nr_reclaimed=4 nr_dirty=0 nr_writeback=0 nr_congested=0 nr_immediate=0 nr_activate_anon=0 nr_activate_file=0 nr_ref_keep=0 nr_unmap_fail=0 priority=11 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
           churn-289     [000] .....    22.523803: xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0
           churn-289     [000] .....    22.523813: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=8 nr_reclaimed=8 nr_dirty=0 nr_writeback=0 nr_congested=0 nr_immediate=0 nr_activate_anon=0 nr_activate_file=0 nr_ref_keep=0 nr_unmap_fail=0 priority=10 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
           churn-289     [000] .....    22.523826: xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0
           churn-289     [000] .....    22.523839: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=12 nr_reclaimed=12 nr_dirty=0 nr_writeback=0 nr_congested=0 nr_immediate=0 nr_activate_anon=0 nr_activate_file=0 nr_ref_keep=0 nr_unmap_fail=0 priority=9 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
           churn-289     [000] .....    22.523852: xfs_inodegc_shrinker_scan: dev 254:0 nr_to_scan 2049 caller do_shrink_slab+0x13e/0x2e0
           churn-289     [000] .....    22.523894: mm_vmscan_direct_reclaim_end: nr_reclaimed=52
           churn-289     [000] .....    22.527792: xfs_inodegc_throttle: dev 254:0 m_features 0x40000019bf6aa opstate (clean|inodegc|blockgc) s_flags 0x70818000 caller destroy_inode+0x38/0x70
           churn-289     [000] .....    22.527793: flush_begin: (flush_delayed_work+0x0/0x40) dwork=0xffffe8ffffc00f50
     kworker/0:2-48      [000] d..2.    22.530761: sched_switch: prev_comm=kworker/0:2 prev_pid=48 prev_prio=120 prev_state=R+ ==> next_comm=kswapd0 next_pid=39 next_prio=120
         kswapd0-39      [000] .....    22.530762: flush_end: (destroy_inode+0x38/0x70 <- flush_delayed_work) ret=0x1
         kswapd0-39      [000] .....    22.530767: xfs_inodegc_throttle: dev 254:0 m_features 0x40000019bf6aa opstate (clean|inodegc|blockgc) s_flags 0x70818000 caller destroy_inode+0x38/0x70
         kswapd0-39      [000] .....    22.530767: flush_begin: (flush_delayed_work+0x0/0x40) dwork=0xffffe8ffffc00f50
         kswapd0-39      [000] d..2.    22.530772: sched_switch: prev_comm=kswapd0 prev_pid=39 prev_prio=120 prev_state=D ==> next_comm=kworker/0:2 next_pid=48 next_prio=120
           churn-289     [000] .....    22.531602: flush_end: (destroy_inode+0x38/0x70 <- flush_delayed_work) ret=0x1
           churn-289     [000] .....    22.535288: mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_NOFS|__GFP_HIGHMEM|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE|__GFP_WRITE
           churn-289     [000] .....    22.535424: mm_vmscan_direct_reclaim_end: nr_reclaimed=51
           churn-289     [000] .....    22.535520: xfs_inodegc_throttle: dev 254:0 m_features 0x40000019bf6aa opstate (clean|inodegc|blockgc) s_flags 0x70818000 caller destroy_inode+0x38/0x70
           churn-289     [000] .....    22.535521: flush_begin: (flush_delayed_work+0x0/0x40) dwork=0xffffe8ffffc00f50
          stream-341     [000] .....    22.535531: mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_NOFS|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE
          stream-341     [000] .....    22.535658: mm_vmscan_direct_reclaim_end: nr_reclaimed=49
          stream-341     [000] .....    22.535720: mm_vmscan_direct_reclaim_begin: order=2 gfp_flags=GFP_NOFS|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE
          stream-341     [000] .....    20.384181: mm_vmscan_direct_reclaim_end: nr_reclaimed=35
          stream-341     [000] .....    20.384210: reclaim_retry_zone: node=0 zone=DMA32    order=0 reclaimable=4974 available=19865 min_wmark=15202 no_progress_loops=0 wmark_check=1
          stream-341     [000] .....    20.384375: reclaim_retry_zone: node=0 zone=DMA32    order=0 reclaimable=4939 available=19865 min_wmark=15202 no_progress_loops=0 wmark_check=1
          stream-341     [000] .....    20.384539: reclaim_retry_zone: node=0 zone=DMA32    order=0 reclaimable=4904 available=19865 min_wmark=15202 no_progress_loops=0 wmark_check=1
`;

/** The same in the latency format, without names, of perf, of an OOM kill, and quoted in a mail. */
export const OTHER_FTRACE_TEXTS: readonly string[] = [
  `\
# tracer: nop
#
# nop latency trace v1.1.5 on 6.1.0
# --------------------------------------------------------------------
#                    _------=> CPU#
#                   / _-----=> irqs-off/BH-disabled
#                  | / _----=> need-resched
#                  || / _---=> hardirq/softirq
#                  ||| / _--=> preempt-depth
#                  |||| / _-=> migrate-disable
#                  ||||| /     delay
#  cmd     pid     |||||| time  |   caller
#     \\   /        ||||||  \\    |    /
  kswapd0-39        0.....  1120us : mm_vmscan_kswapd_wake: nid=0 order=0
  kswapd0-39        0.....  2320us!: mm_vmscan_kswapd_sleep: nid=0
`,
  `\
           <...>-93    [005] .....  736.760169: mm_vmscan_kswapd_wake: nid=0 order=0
           <...>-93    [005] .....  736.860169: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=32 nr_reclaimed=32 priority=12 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
           <...>-93    [005] .....  736.960169: mm_vmscan_kswapd_sleep: nid=0
`,
  `\
         kswapd0    47 [000] 59599.956573: vmscan:mm_vmscan_kswapd_wake: nid=0 order=0
              dd 13873 [011] 59600.542919: vmscan:mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL
              dd 13873 [011] 59600.758689:   vmscan:mm_vmscan_direct_reclaim_end: nr_reclaimed=32
         kswapd0    47 [000] 59600.956629: vmscan:mm_vmscan_kswapd_sleep: nid=0
`,
  `\
          stress-33431   [001] ..... 13223.622580: reclaim_retry_zone: node=0 zone=Normal   order=0 reclaimable=4260 available=1772019 min_wmark=5962 no_progress_loops=16 wmark_check=1
          stress-33431   [001] ..... 13223.623080: mark_victim: pid=33431
`,
  `\
>          kswapd0-93    [005] .... 49736.760169: mm_vmscan_kswapd_wake: nid=0 order=0
>          kswapd0-93    [005] .... 49736.860169: mm_vmscan_lru_shrink_inactive: nid=0 nr_scanned=32 nr_reclaimed=32 priority=12 flags=RECLAIM_WB_FILE|RECLAIM_WB_ASYNC
> >        kswapd0-93    [005] .... 49736.960169: mm_vmscan_kswapd_sleep: nid=0
`,
];
