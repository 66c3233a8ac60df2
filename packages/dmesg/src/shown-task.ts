/** Tasks and locks as a kernel's log shows them: what was read, and nothing that was concluded from it. */

/** A function on a stack, innermost first in a list of them. */
export interface StackFrame {
  /** As the source has it: without `.constprop.0`, `.isra.0`, `.part.0`, `.cold`. */
  readonly symbol: string;
  readonly module: string | undefined;
}

interface Workqueue {
  /** As in `xfs-inodegc/sda1`. */
  readonly name: string;
  readonly work: string;
}

/**
 * - `hung`, `blocked`: khungtaskd, or sched_show_task of sysrq.
 * - `running`: a backtrace of a CPU, taken by an NMI or by who runs there.
 * - `proc`: /proc/PID/stack, status.
 */
type ShownBy = 'hung' | 'blocked' | 'running' | 'proc';

export interface ShownTask {
  readonly comm: string;
  readonly pid: number;
  readonly by: ShownBy;
  /** The state letter of sched_show_task, `R` of a running task, `?` where nothing tells it. */
  readonly state: string;
  readonly cpu: number | undefined;
  readonly workqueue: Workqueue | undefined;
  /** Without frames of interrupts, and without the unwinder's guesses. */
  readonly frames: readonly StackFrame[];
  /** How many guesses there were. */
  readonly guesses: number;
  /** When it was shown: seconds since boot, and seconds of the time of day. */
  readonly at: number | undefined;
  readonly clock: number | undefined;
  /** The line of the file. */
  readonly line: number;
  /** What khungtaskd said last: blocked for more than so many seconds. */
  readonly blockedFor: number | undefined;
}

/** An entry of lockdep's list of locks that a task holds, or is about to take. */
export interface ListedLock {
  /** Absent where the kernel hides it. */
  readonly address: string | undefined;
  /** As in `shrinker_rwsem` or `&type->s_umount_key`, without the number of a subclass. */
  readonly lockClass: string;
  /** The function that took it. */
  readonly at: string;
}

export interface LockList {
  readonly comm: string;
  readonly pid: number;
  readonly locks: readonly ListedLock[];
}

/** `INFO: task A:1 is blocked on a mutex likely owned by task B:2.` */
export interface NamedOwner {
  readonly waiter: number;
  readonly lock: string;
  readonly owner: number;
  readonly comm: string;
  /** The kernel says no more than who held it last: a semaphore. */
  readonly last: boolean;
}

/** `in-flight: 7:xfs_inodegc_worker BAR(43)`: what a worker runs, and who waits for its end. */
export interface InFlightWork {
  readonly worker: number;
  readonly work: string;
  readonly workqueue: string;
  readonly flushers: readonly number[];
}

/** A warning of lockdep: an order of locks that could deadlock, whether or not it has; or another, by its title. */
export interface LockdepSplat {
  readonly kind: 'circular' | 'recursive' | 'other';
  readonly title: string;
  readonly comm: string;
  readonly pid: number;
  readonly acquiring: string;
  readonly holding: string;
  /** The lock classes of the chain, as printed: the last taken first. */
  readonly chain: readonly string[];
  readonly line: number;
  readonly at: number | undefined;
}

/** What was shown at one time. */
export interface KernelDump {
  /** As in `6.1.0-56-amd64`. */
  readonly release: string | undefined;
  /** Whether sysrq listed every blocked task, not khungtaskd one by one. */
  readonly complete: boolean;
  /** Which boot of those in the log; tasks of two never meet. */
  readonly boot: number;
  readonly tasks: readonly ShownTask[];
  readonly lockLists: readonly LockList[];
  readonly owners: readonly NamedOwner[];
  readonly inFlight: readonly InFlightWork[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly line: number;
}
