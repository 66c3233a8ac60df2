/** Messages to the schedulers of CPUs; all others stand in `messages.ts`. */
import type { AgentId } from '@dragon/engine';

/**
 * To the scheduler of a CPU, from the threads on it.
 * - wake: try_to_wake_up, the thread wants to run, here if it can be: it may run on the CPUs `allowed` of this LLC, and
 *   was woken `by` that agent. sleep: the thread gives the CPU up. A scheduler answers with `task.dispatched`, not
 *   always the one that was asked, and takes the CPU away with `task.preempted`. Both name the CPU and the turn of the
 *   wake-up they are about: a thread that slept and woke up again meanwhile does not take them for an answer to its new
 *   wake-up.
 * - stall, resume: a fault, or the host of a virtual CPU. The CPU runs nothing from the one to the other;
 *   `task.cpuStalled` and `task.cpuResumed` say so to the thread that is on it.
 * - raiseSoftirq: a grace period of RCU is over, and there are callbacks of this CPU to run: it interrupts whoever is
 *   on it and asks for them. callbacksRun: so many were run, and `pages` of slab came free with them; there are `more`.
 *   The thread that was interrupted is told of the pages, `task.rcuFreed`.
 * - unplug: the CPU goes offline, for good; `online` are the others. Reply `task.cpuUnplugged`. Whoever is on its run
 *   queue, and whoever wants it later, is told `task.cpuOffline`.
 */
export type CpuMessage =
  | { readonly type: 'cpu.wake'; readonly turn: number; readonly allowed: number; readonly by: AgentId }
  | { readonly type: 'cpu.sleep' }
  | { readonly type: 'cpu.stall' }
  | { readonly type: 'cpu.resume' }
  | { readonly type: 'cpu.raiseSoftirq' }
  | { readonly type: 'cpu.callbacksRun'; readonly callbacks: number; readonly pages: number; readonly more: boolean }
  | { readonly type: 'cpu.unplug'; readonly online: readonly number[] }
  | BalanceMessage;

/** A runnable thread on its way from one run queue to another; `lag`: how far its vruntime is from min_vruntime. */
type MovingThread = {
  readonly thread: AgentId;
  readonly turn: number;
  readonly allowed: number;
  readonly lag: number;
  /** Where it comes from. */
  readonly prev: number;
};

/**
 * Between the schedulers of an LLC, whose first knows which are idle.
 * - idle, busy: the CPU has nothing to run, or something. selectIdle: select_idle_cpu, asks for an idle one.
 * - overloaded: threads wait there that could run elsewhere; at the tick, `kick` are the CPUs that one may go to.
 * - pull: an idle CPU takes a thread from an overloaded one, which it is sent to; notPulled: there was none to take,
 *   and whether any waits at all that could be.
 * - enqueue: the thread goes on on that CPU.
 */
type BalanceMessage =
  | { readonly type: 'cpu.idle'; readonly cpu: number }
  | { readonly type: 'cpu.busy'; readonly cpu: number }
  | ({ readonly type: 'cpu.selectIdle' } & MovingThread)
  | { readonly type: 'cpu.overloaded'; readonly cpu: number; readonly kick: number }
  | { readonly type: 'cpu.pull'; readonly cpu: number }
  | { readonly type: 'cpu.notPulled'; readonly cpu: number; readonly busiest: number; readonly overloaded: boolean }
  | ({ readonly type: 'cpu.enqueue' } & MovingThread);
