/** What rules may do to one kind of messages or timers, and why: the reasons that `admitted-fates.ts` deals out. */
import type { FateKind } from '@dragon/engine';

export interface Admission {
  readonly fates: readonly FateKind[];
  /** Why these and no others, as a sentence without its full stop. */
  readonly because: string;
}

const admitted = (fates: readonly FateKind[], because: string): Admission => ({ fates, because });

const LATE: readonly FateKind[] = ['delay', 'hold'];

export const CALL = admitted(
  LATE,
  'it is a call that a thread makes and waits for: an interrupt or the hypervisor may come before it, but a call is ' +
    'neither lost nor made twice, and a thread makes its calls in the order of its program',
);
export const NOTICE = admitted(
  [],
  'it is a call that returns nothing: if it came late, the next call of the same thread, to somebody else, would ' +
    'overtake it, which no thread of a kernel does',
);
export const RELEASE = admitted(
  LATE,
  'it is a release: others may see it late, as with pages that lie on a list of a CPU, or a wake list that is walked ' +
    'behind an interrupt, but what is released is released once',
);
export const WORK = admitted(
  LATE,
  'it is mod_delayed_work: the pool of the CPU may come to it late; the work stays pending until it does, and queued twice it runs once',
);
export const ANSWER = admitted(
  LATE,
  'it is what a call returns: the call may take longer, but it returns once, and before the next one is made',
);
export const HAND_OVER = admitted(
  LATE,
  'it is the hand-over of a lock: up() and rwsem_wake() take the first waiter off the list under the lock of the ' +
    'list, so it is neither lost nor given twice; the one who gets it may run late',
);
export const WAKE_UP = admitted(
  ['delay', 'hold', 'reorder', 'drop', 'duplicate'],
  'it is a wake-up: it is late where the interprocessor interrupt is, lost where a barrier is missing between the ' +
    'condition and the sleep, doubled where two wake, and wake-ups of two reasons have no order',
);
export const COMPLETION = admitted(
  ['delay', 'hold', 'drop'],
  'it is a completion: who waits may be woken late, or never where a wake-up is lost; complete() counts, so that one ' +
    'too many would be a bug of the caller and not of the machine',
);
export const RUN = admitted(
  ['delay', 'hold', 'drop'],
  'it is try_to_wake_up: a thread may come onto its run queue late, or never, as with a wake-up lost between p->state ' +
    'and p->on_rq; a thread that is on it already is left alone, so there is nothing to double',
);
export const COUNT = admitted(
  LATE,
  'it is a count that one task keeps for others: vmstat counts of a CPU are folded in late, but none is lost or added twice',
);
export const RACY_COUNT = admitted(
  ['delay', 'hold', 'reorder', 'drop', 'duplicate'],
  'it is READ_ONCE(gc->shrinker_hits) + 1 without a lock: an increment may be late, be lost to another one, or be seen twice',
);
export const SIGNAL = admitted(
  LATE,
  'it is SIGKILL, which is pending from then on: the target may look at it late; it is not lost, and one more is the same one',
);
export const SWITCH = admitted(
  LATE,
  'it is a context switch or an interrupt on the CPU itself: it may be late, but a CPU that forgets one has failed as a whole',
);
export const LOOK = admitted(
  LATE,
  'it is a look of khungtaskd at another thread, under RCU: it may be late, but what is read of memory is not lost',
);
export const FLAG = admitted(
  LATE,
  'it is a bit of memory that others read without a lock: they may see it late, but it is set once, and for good',
);
export const FREEZE_COUNT = admitted(
  [],
  'it is a per-CPU counter of a percpu_rw_semaphore: rcu_sync_enter waits until every CPU goes by what the writer says',
);
export const STRIKE = admitted([], 'it is a fault of its own, which the plan gives an instant');
export const WITHIN = admitted([], 'it never leaves its agent: it is a draw of the model and no message of the kernel');

export const TIMER = admitted(
  ['delay', 'drop'],
  'it is a timer of the kernel: late where interrupts are off or the CPU is away, and lost where the clock event ' +
    'device stops in deep idle or a race deletes it',
);
export const DISK = admitted(
  ['delay', 'drop'],
  'it is an I/O: a disk completes it late, or never where a controller loses the request',
);
export const KTHREAD = admitted(
  ['delay', 'drop'],
  'it is the way of a kernel thread onto a CPU: late under load, and lost with its wake-up',
);
export const PACE = admitted(
  ['delay'],
  'it is when a task of the workload goes on by itself: later is another workload, and never is none',
);
export const CPU_TIME = admitted(
  [],
  'it is CPU time that a thread computes for: nothing loses it, and stall-cpu takes it away',
);
export const OF_FAULT = admitted([], 'it is the instant of a timed fault, which the plan says itself');
