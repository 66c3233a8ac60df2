/** Words of khungtaskd and of sched_show_task, as Linux 6.1 prints them (kernel/hung_task.c, kernel/sched/core.c). */
import { SECOND, type VirtualTime, type Wait } from '@dragon/engine';

/** CONFIG_DEFAULT_HUNG_TASK_TIMEOUT. */
export const HUNG_TASK_TIMEOUT: VirtualTime = 120 * SECOND;

/** A thread that sleeps, as the kernel would show it. */
export interface SleepingThread {
  readonly comm: string;
  /** Absent for an agent that is no thread; then its line says no more than name and state. */
  readonly pid?: number | undefined;
  /** A child of kthreadd; it carries the flag that all kernel threads show on x86. */
  readonly kernelThread?: true | undefined;
  /** Workqueue and function, as in `xfs-inodegc/sda xfs_inodegc_worker [xfs]`. */
  readonly workqueue?: string | undefined;
  readonly wait: Pick<Wait, 'mode' | 'stack'>;
}

/** Returns khungtaskd's whole report of a thread, a line each. Seconds are rounded down, as the kernel does. */
export function hungTaskLines(thread: SleepingThread, blockedFor: VirtualTime, release: string): string[] {
  const seconds = Math.floor(blockedFor / SECOND);
  return [
    `INFO: task ${threadName(thread)} blocked for more than ${seconds} seconds.`,
    taintLine(release),
    '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
    ...showTaskLines(thread),
  ];
}

/** Returns `kswapd0:71`, or the name alone where there is no pid. */
export function threadName({ comm, pid }: Pick<SleepingThread, 'comm' | 'pid'>): string {
  return pid === undefined ? comm : `${comm}:${pid}`;
}

/** Returns the taint and release line, as in `      Not tainted 6.1.0 #1` for the release `6.1.0`. */
export function taintLine(release: string): string {
  return `      Not tainted ${release} #1`;
}

/** Returns what sched_show_task prints: state line, `Workqueue:` where there is one, and the stack. */
export function showTaskLines({ comm, pid, kernelThread, workqueue, wait }: SleepingThread): string[] {
  const state = wait.mode === 'polling' ? 'R' : 'D';
  // task:%-15.15s state:%c stack:%-5lu pid:%-5d ppid:%-6d flags:0x%08lx
  const [ppid, flags] = kernelThread ? ['2', '00004000'] : ['1', '00000000'];
  const ids =
    pid === undefined
      ? ''
      : ` stack:${'0'.padEnd(5)} pid:${String(pid).padEnd(5)} ppid:${ppid.padEnd(6)} flags:0x${flags}`;
  return [
    `task:${comm.slice(0, 15).padEnd(15)} state:${state}${ids}`,
    ...(workqueue === undefined ? [] : [`Workqueue: ${workqueue}`]),
    'Call Trace:',
    ' <TASK>',
    ...wait.stack.map((frame) => ` ${frame}`),
    ' </TASK>',
  ];
}
