/**
 * The per-CPU inodegc queues as a trace tells of them: what is on each list, what the worker took, how often the
 * shrinker kicked it, and how sure all that is. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_queue, xfs_inodegc_worker,
 * xfs_inodegc_shrinker_scan.
 */
import { MICROSECOND, type VirtualTime } from '@dragon/engine';
import {
  type Batch,
  type Bounds,
  type GcState,
  queuedBefore,
  type QueuedInode,
  settleWindow,
  UNKNOWN,
  ZERO,
} from './gc-state.ts';
import {
  inInterrupt,
  type KernelEvent,
  numberOf,
  type RecordedEvent,
  textOf,
  type TraceGap,
  type TraceSink,
} from './kernel-event.ts';

type Mark = RecordedEvent<'xfs_inode_set_need_inactive'>;
type Queue = RecordedEvent<'xfs_inodegc_queue'>;
type Inactivating = RecordedEvent<'xfs_inode_inactivating'>;
type ScanEvent = RecordedEvent<'xfs_inodegc_shrinker_scan'>;

/** Who is told what the trace tells. Counts are as they were before the event. */
export interface InodegcWatcher {
  /** xfs_inodegc_queue: `items` is what it compares. */
  queued?(event: Queue, gc: GcState, items: Bounds, hits: Bounds): void;
  /** xfs_inodegc_worker. */
  started?(event: RecordedEvent<'xfs_inodegc_worker'>, gc: GcState, hits: Bounds): void;
  /**
   * xfs_inode_inactivating by the worker: `expected` should be next, `found` is what is known of the inode, if
   * anything.
   */
  inactivating?(
    event: Inactivating,
    gc: GcState,
    expected: QueuedInode | undefined,
    found: QueuedInode | undefined,
  ): void;
  /** The run is over: `missed` inodes of its list were not inactivated in it. */
  finished?(event: KernelEvent, gc: GcState, batch: Batch, missed: number): void;
  /** The shrinker looked at all lists of its device, `lists`: `kicked` are the CPUs whose work it queued. */
  scanned?(event: ScanEvent, lists: readonly GcState[], kicked: readonly number[]): void;
}

/**
 * A scan under way. `doubtful` are the queues whose worker reset the counter meanwhile: the kick may have come before
 * or after.
 */
type Scan = {
  readonly event: ScanEvent;
  readonly dev: string;
  readonly kicked: number[];
  readonly doubtful: Set<GcState>;
};

const WORKER = 'xfs_inodegc_worker';

/** So many kicks of a queue are kept between two runs; what is older is taken to have come before. */
const MOST_KICKS = 64;

/**
 * Without events of the work queue: the worker takes its list at most so long before it says so, if it is not
 * preempted.
 */
const TAKING = 20 * MICROSECOND;

export class InodegcTrace implements TraceSink {
  readonly #watchers: readonly InodegcWatcher[];
  readonly #states = new Map<string, GcState>();
  /** xfs_inode_set_need_inactive without its xfs_inodegc_queue yet, by task. */
  readonly #marked = new Map<number, Mark>();
  readonly #scans = new Map<number, Scan>();
  #worksSeen = false;
  /** Whether the trace has scans of the shrinker, and how many runs found kicks: both, or scans were not recorded. */
  scans = 0;
  runsWithHits = 0;

  constructor(watchers: readonly InodegcWatcher[]) {
    this.#watchers = watchers;
  }

  state(dev: string, cpu: number): GcState {
    const key = `${dev}/${cpu}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      const nothing = {
        list: [],
        certain: false,
        items: UNKNOWN,
        hits: UNKNOWN,
        batch: undefined,
        kicks: [],
        cleared: 0,
      };
      state = { dev, cpu, ...nothing, listAtStart: -1, executing: -1, timer: undefined };
      this.#states.set(key, state);
    }
    return state;
  }

  event(event: KernelEvent): void {
    const interrupt = inInterrupt(event);
    const scan = interrupt ? undefined : this.#scans.get(event.pid);
    if (event.event === 'workqueue_queue_work') this.#worksSeen ||= textOf(event, 'function') === WORKER;
    if (scan !== undefined) {
      if (event.event === 'workqueue_queue_work' && textOf(event, 'function') === WORKER) {
        this.#kick(scan, event);
        return;
      }
      if (event.event !== 'sched_switch') this.#endScan(event.pid, scan);
    }
    switch (event.event) {
      case 'xfs_inode_set_need_inactive':
        this.#mark(event);
        break;
      case 'xfs_inodegc_queue':
        this.#queue(event);
        break;
      case 'workqueue_execute_start':
        if (textOf(event, 'function') === WORKER) this.#execute(event);
        break;
      case 'xfs_inodegc_worker':
        this.#start(event);
        break;
      case 'xfs_inode_inactivating':
        this.#inactivate(event);
        break;
      case 'workqueue_execute_end':
        this.#end(event);
        break;
      case 'xfs_inodegc_shrinker_scan':
        this.scans += 1;
        this.#scans.set(event.pid, { event, dev: textOf(event, 'dev'), kicked: [], doubtful: new Set() });
        break;
      default:
    }
  }

  /** What a CPU did meanwhile is not known; kicks come from any CPU. */
  gap({ cpu }: TraceGap): void {
    for (const gc of this.#states.values()) {
      gc.hits = { ...gc.hits, high: Number.POSITIVE_INFINITY };
      if (cpu !== undefined && gc.cpu !== cpu) continue;
      gc.list = [];
      gc.certain = false;
      gc.items = UNKNOWN;
      gc.hits = UNKNOWN;
      gc.batch = undefined;
      gc.listAtStart = -1;
      gc.executing = -1;
      gc.kicks = [];
    }
    for (const [pid, event] of this.#marked) if (cpu === undefined || event.cpu === cpu) this.#marked.delete(pid);
    this.#scans.clear();
  }

  #mark(event: Mark): void {
    const before = this.#marked.get(event.pid);
    // Queued without an event: inactivation is disabled (frozen, read-only), or the kernel is older than 5.19 and wants
    // no work yet.
    if (before !== undefined) this.#add(before, this.state(textOf(before, 'dev'), before.cpu), before);
    this.#marked.set(event.pid, event);
  }

  #queue(event: Queue): void {
    const gc = this.state(textOf(event, 'dev'), event.cpu);
    const marked = this.#marked.get(event.pid);
    this.#marked.delete(event.pid);
    const { items } = gc;
    this.#add(event, gc, marked);
    for (const watcher of this.#watchers)
      watcher.queued?.(event, gc, items, this.#hitsSeen(gc, marked?.at ?? event.at));
  }

  #add(event: Mark | Queue, gc: GcState, marked: Mark | undefined): void {
    gc.list.push({ ino: (marked ?? event).fields.ino, at: event.at, comm: event.comm });
    gc.items = { low: gc.items.low + 1, high: gc.items.high + 1 };
  }

  #execute(event: KernelEvent): void {
    for (const gc of this.#states.values()) {
      if (gc.cpu !== event.cpu) continue;
      gc.listAtStart = gc.list.length;
      gc.executing = event.at;
    }
  }

  #start(event: RecordedEvent<'xfs_inodegc_worker'>): void {
    const gc = this.state(textOf(event, 'dev'), event.cpu);
    if (numberOf(event, 'shrinkerHits') > 0) this.runsWithHits += 1;
    const since = gc.executing < 0 ? event.at - TAKING : gc.executing;
    for (const watcher of this.#watchers) watcher.started?.(event, gc, this.#hitsSeen(gc, since));
    this.#take(event, gc);
  }

  /** The worker took the list. */
  #take(event: Batch['event'], gc: GcState): void {
    if (gc.batch !== undefined) this.#finish(event, gc, gc.batch);
    const { list, certain } = gc;
    const window = list.length - (gc.listAtStart < 0 ? queuedBefore(list, event.at - TAKING) : gc.listAtStart);
    gc.batch = {
      pid: event.pid,
      at: event.at,
      event,
      waiting: list,
      window,
      certain,
      ran: 0,
      strangers: 0,
    };
    gc.list = [];
    gc.certain = true;
    gc.items = { low: 0, high: window };
    gc.cleared = Math.max(gc.hits.high, (event.event === 'xfs_inodegc_worker' && numberOf(event, 'shrinkerHits')) || 0);
    gc.hits = ZERO;
    gc.kicks = [];
    for (const scan of this.#scans.values()) if (mayKick(scan, gc)) scan.doubtful.add(gc);
    gc.listAtStart = -1;
    gc.executing = -1;
  }

  #inactivate(event: Inactivating): void {
    const gc = this.state(textOf(event, 'dev'), event.cpu);
    const ino = event.fields.ino;
    // Where xfs_inodegc_worker is not recorded, the first inode of a run says that there is one.
    if (gc.batch?.pid !== event.pid && gc.list.some((each) => each.ino === ino)) this.#take(event, gc);
    const { batch } = gc;
    if (batch === undefined || batch.pid !== event.pid) {
      for (const watcher of this.#watchers) watcher.inactivating?.(event, gc, undefined, undefined);
      return;
    }
    if (batch.window > 0) settleWindow(gc, batch, ino);
    batch.ran += 1;
    const expected = batch.waiting.at(-1);
    let found = expected;
    if (expected !== undefined && (expected.ino === ino || expected.ino === undefined)) batch.waiting.pop();
    else {
      const index = batch.waiting.findLastIndex((each) => each.ino === ino);
      found = batch.waiting[index] ?? this.#silent(event);
      if (index >= 0) batch.waiting.splice(index, 1);
      else if (found !== undefined) return;
      else batch.strangers += 1;
    }
    for (const watcher of this.#watchers) watcher.inactivating?.(event, gc, expected, found);
  }

  /** Marked, and queued without an event: it takes its place in the run when it turns up there. */
  #silent(event: Inactivating): QueuedInode | undefined {
    for (const [pid, mark] of this.#marked) {
      if (mark.fields.ino !== event.fields.ino || mark.fields.dev !== event.fields.dev) continue;
      this.#marked.delete(pid);
      return { ino: event.fields.ino, at: mark.at, comm: mark.comm };
    }
    return undefined;
  }

  #end(event: KernelEvent): void {
    for (const gc of this.#states.values()) {
      if (gc.batch?.pid === event.pid && gc.cpu === event.cpu) this.#finish(event, gc, gc.batch);
    }
  }

  #finish(event: KernelEvent, gc: GcState, batch: Batch): void {
    gc.batch = undefined;
    for (const watcher of this.#watchers) watcher.finished?.(event, gc, batch, batch.waiting.length);
  }

  #kick(scan: Scan, event: RecordedEvent<'workqueue_queue_work'>): void {
    const cpu = numberOf(event, 'cpu');
    scan.kicked.push(cpu);
    const gc = this.state(scan.dev, cpu);
    if (event.cpu !== cpu) {
      gc.kicks.push({ at: event.at, low: gc.hits.low });
      if (gc.kicks.length > MOST_KICKS) gc.kicks.shift();
    }
    // The worker says how often it was kicked before it clears that; its first inode tells that it has.
    const justReset = gc.batch?.ran === 0 && event.cpu !== cpu;
    // Two kicks at once may count as one: the counter is read and written without a lock.
    const sure = !justReset && !scan.doubtful.has(gc) && this.#pendingScans(gc) === 0;
    const again = sure ? 0 : gc.cleared;
    if (!sure) gc.cleared = 0;
    gc.hits = { low: gc.hits.low + (sure ? 1 : 0), high: gc.hits.high + 1 + again };
  }

  #endScan(pid: number, scan: Scan): void {
    this.#scans.delete(pid);
    if (!this.#worksSeen) {
      // No event says whom it kicked: those with something on their list.
      for (const gc of this.#states.values()) {
        if (gc.dev !== scan.dev) continue;
        const kicked = gc.list.length > 0 ? 1 : 0;
        gc.hits = { low: gc.hits.low + kicked, high: gc.hits.high + (gc.certain ? kicked : 1) };
      }
      return;
    }
    const lists = [...this.#states.values()].filter(({ dev }) => dev === scan.dev);
    for (const watcher of this.#watchers) watcher.scanned?.(scan.event, lists, scan.kicked);
  }

  /** How many scans are under way that may still kick this queue. */
  #pendingScans(gc: GcState): number {
    let pending = 0;
    for (const scan of this.#scans.values()) if (mayKick(scan, gc)) pending += 1;
    return pending;
  }

  /**
   * What a task reads after its own event at `since` and before the one it is asked for: a kick from another CPU
   * between the two may come before or after it.
   */
  #hitsSeen(gc: GcState, since: VirtualTime): Bounds {
    const doubtful = gc.kicks.find((kick) => kick.at >= since);
    const low = Math.min(gc.hits.low, doubtful?.low ?? gc.hits.low);
    const pending = this.#pendingScans(gc);
    const again = pending > 0 ? gc.cleared : 0;
    return { low, high: gc.hits.high + pending + again };
  }
}

const mayKick = (scan: Scan, gc: GcState) => scan.dev === gc.dev && !scan.kicked.includes(gc.cpu);
