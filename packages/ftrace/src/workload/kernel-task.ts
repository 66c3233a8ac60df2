/** Threads of the kernel by their names: what they do is the kernel's own, and no part of a workload. */

/** As Linux 6.1 names them; what stands behind a slash or a colon is a CPU, a device, a pool. */
const KERNEL_THREADS =
  /^(?:<idle>|swapper\/|kworker\/|kswapd\d|ksoftirqd\/|kcompactd\d|khugepaged$|kthreadd$|rcu|migration\/|cpuhp\/|watchdog|xfsaild\/|xfs[-_]|oom_reaper$|khungtaskd$|jbd2\/|kdevtmpfs$|kauditd$|irq\/|scsi_|writeback$)/;

/** Returns whether a task of this name is the kernel's. */
export function isKernelThread(comm: string, pid: number): boolean {
  return pid === 0 || KERNEL_THREADS.test(comm);
}
