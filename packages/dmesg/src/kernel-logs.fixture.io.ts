/** Kernel logs for tests: those that are kept, and ones put together from stacks. */
import { readFileSync } from 'node:fs';
import type { Diagnosis } from './diagnosis.ts';
import { KernelLogParser } from './kernel-log-parser.ts';
import { type LogFindings, logFindings } from './log-findings.ts';

const FOLDER = new URL('../../../test/kernel-logs/', import.meta.url);

/** Returns the text of a log that is kept in `test/kernel-logs`. */
export function keptLog(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

export function findingsOf(text: string): LogFindings {
  const parser = new KernelLogParser();
  for (const line of text.split('\n')) parser.line(line);
  return logFindings(parser.end());
}

/** Who waits for whom, by name, with `?` behind an edge that is no fact: what a test compares. */
export function edgesIn(found: Diagnosis | undefined): Record<string, string> {
  if (found === undefined) return {};
  const { blocked, blockers, tasks } = found.graph;
  const nameOf = (pid: number) => tasks.get(pid)?.name ?? `pid ${pid}`;
  return Object.fromEntries(
    blocked.map(({ name, task, wait }) => {
      const { all = [], oneOf = [], outside } = blockers.get(task.pid) ?? {};
      const whom = [
        ...all.map(({ pid, basis }) => nameOf(pid) + (basis === 'fits' ? '?' : '')),
        ...oneOf.map(({ pid }) => `${nameOf(pid)}?`),
      ];
      const lock = wait === undefined ? '-' : `${wait.resource} ${wait.lock}`.trim();
      return [name, [lock, ...whom, ...(outside === undefined ? [] : [`(${outside})`])].join(' ')];
    }),
  );
}

/** Returns the cycles by name. */
export function cyclesIn(found: Diagnosis | undefined): string[] {
  return (found?.cycles ?? []).map(({ pids }) =>
    pids.map((pid) => found?.graph.tasks.get(pid)?.name ?? `pid ${pid}`).join(' > '),
  );
}

export interface TaskText {
  readonly comm: string;
  readonly pid: number;
  /** Innermost first, separated by spaces; `fn[module]` for one of a module. */
  readonly stack: string;
  readonly state?: string;
  readonly workqueue?: string;
}

/** Returns a task as sched_show_task of Linux 6.1 prints it. */
export function shownTask({ comm, pid, stack, state = 'D', workqueue }: TaskText): string {
  const frames = stack.split(' ').map((frame) => {
    const [name = '', module] = frame.replace(']', '').split('[');
    return ` ${name}+0x1f/0x2a0${module === undefined ? '' : ` [${module}]`}`;
  });
  return [
    `task:${comm.padEnd(15)} state:${state} stack:0     pid:${String(pid).padEnd(5)} ppid:2      flags:0x00004000`,
    ...(workqueue === undefined ? [] : [`Workqueue: ${workqueue} [xfs]`]),
    'Call Trace:',
    ' <TASK>',
    ...frames,
    ' </TASK>',
  ].join('\n');
}

/** Returns a dump of blocked tasks, as sysrq w of that release prints it. */
export function sysrqW(tasks: readonly TaskText[], release = '6.1.0-56-amd64'): string {
  return [`Linux version ${release} (gcc)`, 'sysrq: Show Blocked State', ...tasks.map(shownTask)].join('\n');
}

const SLEEP = '__schedule schedule';
const COMPLETION = `${SLEEP} schedule_timeout __wait_for_common`;
const EVICTING = 'destroy_inode dispose_list prune_icache_sb super_cache_scan do_shrink_slab shrink_slab shrink_node';
const BUFFER = `${SLEEP} schedule_timeout __down_common down xfs_buf_lock[xfs] xfs_buf_find_lock[xfs] xfs_buf_get_map[xfs]`;
const READ = 'xfs_buf_read_map[xfs] xfs_trans_read_buf_map[xfs]';

/** Stacks of Linux 6.1 to build dumps of. */
export const STACKS = {
  kswapdInFlush: `${COMPLETION} __flush_work ${EVICTING} balance_pgdat kswapd kthread ret_from_fork`,
  closerInFlush: `${COMPLETION} __flush_work destroy_inode __dentry_kill dput __fput task_work_run`,
  hogInFlush: `${COMPLETION} __flush_work ${EVICTING} do_try_to_free_pages try_to_free_pages __alloc_pages`,
  dropCachesInFlush: `${COMPLETION} __flush_work ${EVICTING} drop_slab drop_caches_sysctl_handler`,
  workerOnAgi: `${BUFFER} ${READ} xfs_read_agi[xfs] xfs_ialloc_read_agi[xfs] xfs_difree[xfs] xfs_ifree[xfs] xfs_inactive_ifree[xfs] xfs_inactive[xfs] xfs_inodegc_worker[xfs] process_one_work worker_thread`,
  workerOnAgf: `${BUFFER} ${READ} xfs_read_agf[xfs] xfs_alloc_read_agf[xfs] xfs_alloc_fix_freelist[xfs] __xfs_free_extent[xfs] xfs_defer_finish_noroll[xfs] xfs_itruncate_extents_flags[xfs] xfs_free_eofblocks[xfs] xfs_inactive[xfs] xfs_inodegc_worker[xfs] process_one_work worker_thread`,
  workerOnDisk: `${COMPLETION} xfs_buf_iowait[xfs] __xfs_buf_submit[xfs] ${READ} xfs_imap_to_bp[xfs] xfs_inactive[xfs] xfs_inodegc_worker[xfs] process_one_work worker_thread`,
  rmOnAgi: `${BUFFER} ${READ} xfs_read_agi[xfs] xfs_iunlink[xfs] xfs_remove[xfs] xfs_vn_unlink[xfs] vfs_unlink do_unlinkat`,
  repairUnregisters: `${SLEEP} rwsem_down_write_slowpath unregister_shrinker xfs_free_buftarg[xfs] xrep_rmapbt[xfs] xrep_attempt[xfs] xfs_scrub_metadata[xfs] xfs_file_ioctl[xfs]`,
  repairOnDisk: `${COMPLETION} xfs_buf_iowait[xfs] __xfs_buf_submit[xfs] ${READ} xrep_rmapbt[xfs] xrep_attempt[xfs] xfs_scrub_metadata[xfs]`,
  umountUnregisters: `${SLEEP} rwsem_down_write_slowpath unregister_shrinker deactivate_locked_super cleanup_mnt task_work_run`,
  mountRegisters: `${SLEEP} rwsem_down_write_slowpath __prealloc_shrinker prealloc_shrinker alloc_super sget_fc get_tree_bdev`,
  thaws: `${SLEEP} rwsem_down_write_slowpath thaw_super __x64_sys_ioctl`,
  freezes: `${COMPLETION} __flush_workqueue xfs_inodegc_stop[xfs] xfs_fs_sync_fs[xfs] sync_filesystem freeze_super __x64_sys_ioctl`,
  writesWhileFrozen: `${SLEEP} percpu_rwsem_wait __percpu_down_read mnt_want_write path_openat do_filp_open`,
  throttledByKswapd: `${SLEEP} throttle_direct_reclaim try_to_free_pages __alloc_pages_slowpath.constprop.0`,
  writesToDisk: `${SLEEP} io_schedule folio_wait_bit_common folio_wait_writeback __filemap_fdatawait_range xfs_file_fsync[xfs]`,
} as const;
