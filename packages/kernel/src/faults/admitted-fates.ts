/** Fates that rules may give to messages of the simulated kernel, and why. */
import type {
  AgMessage,
  InodeCacheMessage,
  InodegcMessage,
  KswapdMessage,
  MemoryMessage,
  NfsCacheMessage,
  ShowHungTask,
  ShrinkersMessage,
  TaskMessage,
} from '../messages.ts';
import type { CpuMessage } from '../sched/cpu-messages.ts';
import { type Admission, admitted, LATE } from './admission.ts';

export type KernelMessageType = (
  | AgMessage
  | CpuMessage
  | InodeCacheMessage
  | InodegcMessage
  | KswapdMessage
  | MemoryMessage
  | NfsCacheMessage
  | ShowHungTask
  | ShrinkersMessage
  | TaskMessage
)['type'];

const CALL = admitted(
  LATE,
  'it is a call that a thread makes and waits for: an interrupt or the hypervisor may come before it, but a call is ' +
    'neither lost nor made twice, and a thread makes its calls in the order of its program',
);
const NOTICE = admitted(
  [],
  'it is a call that returns nothing: if it came late, the next call of the same thread, to somebody else, would ' +
    'overtake it, which no thread of a kernel does',
);
const RELEASE = admitted(
  LATE,
  'it is a release: others may see it late, as pages on a list of a CPU, but what is released is released once',
);
const WORK = admitted(
  LATE,
  'it is mod_delayed_work: the pool of the CPU may come to it late; the work stays pending until it does, and queued twice it runs once',
);
const ANSWER = admitted(
  LATE,
  'it is what a call returns: the call may take longer, but it returns once, and before the next one is made',
);
const HAND_OVER = admitted(
  LATE,
  'it is the hand-over of a lock: up() and rwsem_wake() take the first waiter off the list under the lock of the ' +
    'list, so it is neither lost nor given twice; the one who gets it may run late',
);
const WAKE_UP = admitted(
  ['delay', 'hold', 'reorder', 'drop', 'duplicate'],
  'it is a wake-up: it is late where the interprocessor interrupt is, lost where a barrier is missing between the ' +
    'condition and the sleep, doubled where two wake, and wake-ups of two reasons have no order',
);
const COMPLETION = admitted(
  ['delay', 'hold', 'drop'],
  'it is a completion: who waits may be woken late, or never where a wake-up is lost; complete() counts, so that one ' +
    'too many would be a bug of the caller and not of the machine',
);
const RUN = admitted(
  ['delay', 'hold', 'drop'],
  'it is try_to_wake_up: a thread may come onto its run queue late, or never, as with a wake-up lost between p->state ' +
    'and p->on_rq; a thread that is on it already is left alone, so there is nothing to double',
);
const COUNT = admitted(
  LATE,
  'it is a count that one task keeps for others: vmstat counts of a CPU are folded in late, but none is lost or added twice',
);
const RACY_COUNT = admitted(
  ['delay', 'hold', 'reorder', 'drop', 'duplicate'],
  'it is READ_ONCE(gc->shrinker_hits) + 1 without a lock: an increment may be late, be lost to another one, or be seen twice',
);
const SIGNAL = admitted(
  LATE,
  'it is SIGKILL, which is pending from then on: the target may look at it late; it is not lost, and one more is the same one',
);
const SWITCH = admitted(
  LATE,
  'it is a context switch or an interrupt on the CPU itself: it may be late, but a CPU that forgets one has failed as a whole',
);
const BALANCE = admitted(
  LATE,
  "it is a look of one CPU at another one's run queue, or a thread on its way between the two: CPUs see each other " +
    'late, but a thread that is taken off one run queue is put on the other one, once',
);
const LOOK = admitted(
  LATE,
  'it is a look of khungtaskd at another thread, under RCU: it may be late, but what is read of memory is not lost',
);
const FLAG = admitted(
  LATE,
  'it is a bit of memory that others read without a lock: they may see it late, but it is set once, and for good',
);
const FREEZE_COUNT = admitted([], 'it is a count of a percpu_rw_semaphore: rcu_sync_enter waits until all CPUs see it');
const STRIKE = admitted([], 'it is a fault of its own, which the plan gives an instant');
const WITHIN = admitted([], 'it never leaves its agent: it is a draw of the model and no message of the kernel');

/** By the type of the message. */
export const MESSAGE_ADMISSIONS: { readonly [Type in KernelMessageType]: Admission } = {
  'ag.lock': CALL,
  'ag.unlock': RELEASE,
  'ag.trylock': CALL,
  'ag.failDisk': STRIKE,
  'ag.healDisk': STRIKE,
  'ag.shutDown': FLAG,
  'inodegc.queueInodes': CALL,
  'inodegc.flush': CALL,
  'inodegc.abandonFlush': NOTICE,
  'inodegc.shrinkerHit': RACY_COUNT,
  'inodegc.push': WORK,
  'inodegc.setEnabled': NOTICE,
  'inodegc.cancelWork': CALL,
  'inodegc.takeList': CALL,
  'shrinkers.beginShrinkSlab': CALL,
  'shrinkers.nextShrinker': CALL,
  'shrinkers.endShrinkSlab': RELEASE,
  'shrinkers.preallocate': CALL,
  'shrinkers.register': CALL,
  'shrinkers.unregister': CALL,
  'shrinkers.tryUnregister': CALL,
  'inodeCache.countObjects': CALL,
  'inodeCache.scanObjects': CALL,
  'inodeCache.reclaimInodes': CALL,
  'inodeCache.scanFinished': NOTICE,
  'inodeCache.created': CALL,
  'inodeCache.lookUp': CALL,
  'inodeCache.evictInodes': CALL,
  'inodeCache.released': NOTICE,
  'inodeCache.lastReference': NOTICE,
  'inodeCache.evicted': NOTICE,
  'inodeCache.setReclaimable': NOTICE,
  'inodeCache.pageCacheReclaimed': COUNT,
  'inodeCache.inodegcListChanged': NOTICE,
  'inodeCache.outOfMemory': NOTICE,
  'inodeCache.lockUmount': CALL,
  'inodeCache.readUmount': CALL,
  'inodeCache.unlockUmount': RELEASE,
  'inodeCache.freeze': CALL,
  'inodeCache.writerSeen': FREEZE_COUNT,
  'inodeCache.writerLeft': RELEASE,
  'inodeCache.awaitThaw': CALL,
  'inodeCache.thaw': RELEASE,
  'inodeCache.forceLog': CALL,
  'inodeCache.fsync': CALL,
  'inodeCache.inodeWritten': CALL,
  'inodeCache.quiesceLog': CALL,
  'inodeCache.findBuffer': CALL,
  'inodeCache.bufferRead': CALL,
  'inodeCache.failDisk': STRIKE,
  'inodeCache.healDisk': STRIKE,
  'inodeCache.forceShutdown': NOTICE,
  'inodeCache.runCallbacks': CALL,
  'memory.allocate': CALL,
  'memory.free': RELEASE,
  'memory.freeLogItems': RELEASE,
  'memory.countFilePages': CALL,
  'memory.shrinkLruvec': CALL,
  'memory.slabReclaimed': COUNT,
  'memory.readBalance': CALL,
  'memory.throttleDirectReclaim': CALL,
  'memory.abandonThrottle': NOTICE,
  'memory.wakePfmemalloc': WAKE_UP,
  'memory.passBegun': NOTICE,
  'memory.passEnded': NOTICE,
  'memory.kswapdFailed': NOTICE,
  'memory.kswapdWaits': NOTICE,
  'memory.inodesInactivated': COUNT,
  'memory.outOfMemory': CALL,
  'memory.takePages': STRIKE,
  'memory.givePagesBack': STRIKE,
  'memory.failPageAlloc': STRIKE,
  'memory.failPageAllocNoMore': STRIKE,
  'memory.failNth': STRIKE,
  'cpu.wake': RUN,
  'cpu.sleep': SWITCH,
  'cpu.stall': STRIKE,
  'cpu.resume': STRIKE,
  'cpu.raiseSoftirq': SWITCH,
  'cpu.callbacksRun': SWITCH,
  'cpu.unplug': CALL,
  'cpu.idle': BALANCE,
  'cpu.busy': BALANCE,
  'cpu.selectIdle': BALANCE,
  'cpu.overloaded': BALANCE,
  'cpu.pull': BALANCE,
  'cpu.notPulled': BALANCE,
  'cpu.enqueue': BALANCE,
  'kswapd.wake': WAKE_UP,
  'nfsCache.evicted': NOTICE,
  'task.bufferLocked': HAND_OVER,
  'task.bufferContended': ANSWER,
  'task.bufferTried': ANSWER,
  'task.bufferFailed': ANSWER,
  'task.inodesQueued': ANSWER,
  'task.workFlushed': COMPLETION,
  'task.shrinkSlabBegun': ANSWER,
  'task.shrinkerChosen': ANSWER,
  'task.shrinkerPreallocated': HAND_OVER,
  'task.shrinkerRegistered': HAND_OVER,
  'task.shrinkerUnregistered': HAND_OVER,
  'task.objectsCounted': ANSWER,
  'task.objectsScanned': ANSWER,
  'task.inodesReclaimed': ANSWER,
  'task.bufferFound': ANSWER,
  'task.inodesCreated': ANSWER,
  'task.inodeLookedUp': ANSWER,
  'task.inodesEvicted': ANSWER,
  'task.createFailed': ANSWER,
  'task.umountLocked': HAND_OVER,
  'task.levelFrozen': COMPLETION,
  'task.freezing': FREEZE_COUNT,
  'task.thawed': FREEZE_COUNT,
  'task.mayWrite': COMPLETION,
  'task.logForced': COMPLETION,
  'task.inodeUnpinned': COMPLETION,
  'task.fsyncFailed': COMPLETION,
  'task.logQuiesced': COMPLETION,
  'task.pagesAllocated': ANSWER,
  'task.filePagesCounted': ANSWER,
  'task.directReclaimAllowed': COMPLETION,
  'task.pfmemallocWaits': ANSWER,
  'task.outOfMemoryHandled': ANSWER,
  'task.oomKilled': SIGNAL,
  'task.killed': SIGNAL,
  'task.lruShrunk': ANSWER,
  'task.balanceRead': ANSWER,
  'task.cpuDrawn': WITHIN,
  'task.dispatched': SWITCH,
  'task.preempted': SWITCH,
  'task.cpuStalled': SWITCH,
  'task.cpuResumed': SWITCH,
  'task.rcuFreed': SWITCH,
  'task.cpuOffline': SWITCH,
  'task.cpuUnplugged': ANSWER,
  'task.inodegcListTaken': ANSWER,
  'task.migrated': WITHIN,
  'task.diskFailed': STRIKE,
  'task.diskHealed': STRIKE,
  'task.fsShutDown': FLAG,
  'task.repairNow': STRIKE,
  'task.show': LOOK,
  'watchdog.taskShown': LOOK,
};
