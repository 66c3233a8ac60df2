/**
 * Rules of xfs_inodegc_queue: who is throttled, and whether the work starts at once or a jiffy later. Linux 6.1
 * fs/xfs/xfs_icache.c.
 */
import { EMPTY_QUEUE, profileNamed, type QueueCaller, queueInodes } from '@dragon/kernel';
import type { Bounds, GcState } from '../gc-state.ts';
import type { InodegcTrace } from '../inodegc-trace.ts';
import { inInterrupt, isKswapd, type KernelEvent, textOf, type TraceGap } from '../kernel-event.ts';
import { DelayRule } from './delay-rule.ts';
import { CONSISTENT, type RuleSet, SCANS_UNRECORDED, scansUnrecorded, whyUnsure } from './rule.ts';
import { Tally } from './tally.ts';
import { show } from './worker-rules.ts';

/** An enqueue of which not everything has been seen yet. */
type Decision = {
  readonly event: KernelEvent;
  readonly gc: GcState;
  readonly items: Bounds;
  readonly hits: Bounds;
  /** Whether the list was known when it was added to. */
  readonly certain: boolean;
  delaySeen: boolean;
};

/** What was seen of a task that is due to be throttled. */
type Due = {
  throttled: number;
  readonly comm: string;
  readonly missed: { readonly line: number; readonly text: string }[];
};

const POLICY = profileNamed('v6.1').policy;
const ONE = [{ ino: 1, count: 1, fate: 'postEof' }] as const;

/** Returns what our queue does with one more inode. */
function ours(items: number, shrinkerHits: number, { comm }: KernelEvent) {
  const kswapd = isKswapd(comm);
  const caller: QueueCaller = {
    journalInfo: false,
    nofs: false,
    kswapd,
    reclaimState: kswapd,
    disarmed: false,
    nearQuota: false,
  };
  return queueInodes({ ...EMPTY_QUEUE, items, shrinkerHits }, ONE, caller, POLICY);
}

export class QueueRules implements RuleSet {
  readonly #throttle = new Tally(
    'throttle',
    'a caller waits for the worker if items > 256 before its inode, or after a kick of the shrinker; else not',
    [
      'xfs:xfs_inode_set_need_inactive',
      'xfs:xfs_inodegc_queue',
      'xfs:xfs_inodegc_throttle',
      'xfs:xfs_inodegc_worker',
      'xfs:xfs_inodegc_shrinker_scan',
    ],
  );
  readonly #delay = new DelayRule();
  readonly tallies = [this.#throttle, this.#delay.tally];
  readonly #open = new Map<number, Decision>();
  readonly #due = new Map<number, Due>();
  /** Throttled, and no reason for it is in the trace. */
  readonly #needless: { readonly line: number; readonly text: string }[] = [];

  queued(event: KernelEvent, gc: GcState, items: Bounds, hits: Bounds): void {
    this.#open.set(event.pid, { event, gc, items, hits, certain: gc.certain, delaySeen: false });
  }

  event(event: KernelEvent): void {
    const decision = this.#open.get(event.pid);
    // Preempted or interrupted, the task has not come to its decision yet.
    if (decision === undefined || event.event === 'sched_switch' || inInterrupt(event)) return;
    const armed = event.event === 'timer_start' && textOf(event, 'function') === 'delayed_work_timer_fn';
    const queued = event.event === 'workqueue_queue_work' && textOf(event, 'function') === 'xfs_inodegc_worker';
    if (!decision.delaySeen && (armed || queued)) {
      decision.delaySeen = true;
      this.#delay.seen(decision, queued);
      return;
    }
    this.#open.delete(event.pid);
    this.#decided(decision, event.event === 'xfs_inodegc_throttle');
  }

  gap({ cpu }: TraceGap): void {
    for (const [pid, { event }] of this.#open) if (cpu === undefined || event.cpu === cpu) this.#open.delete(pid);
  }

  finish(queues: InodegcTrace): void {
    this.#delay.finish();
    const unrecorded = scansUnrecorded(queues);
    for (const { line, text } of this.#needless) {
      if (unrecorded) this.#throttle.explain({ line }, SCANS_UNRECORDED);
      else this.#throttle.disagree({ line }, text);
    }
    const kswapds = [...this.#due.values()].filter(({ comm }) => isKswapd(comm));
    const kswapdWaits = kswapds.some(({ throttled }) => throttled > 0);
    const nobodyWaits = this.#due.size > 1 && [...this.#due.values()].every(({ throttled }) => throttled === 0);
    for (const { comm, throttled, missed } of this.#due.values()) {
      const exempt = throttled === 0 && missed.length >= CONSISTENT;
      for (const { line, text } of missed) {
        if (!exempt) this.#throttle.disagree({ line }, text);
        else if (nobodyWaits)
          this.#throttle.explain({ line }, 'nobody is ever throttled: xfs_inodegc_throttle was not recorded');
        else if (isKswapd(comm) && !kswapdWaits)
          this.#throttle.explain({ line }, 'in this kernel kswapd never waits, as with the patch of December 2022');
        else
          this.#throttle.explain(
            { line },
            'this task never waits: it is in a transaction (5.15 to 6.8) or NOFS (6.9 and later)',
          );
      }
    }
  }

  #decided({ event, gc, items, hits, certain }: Decision, throttled: boolean): void {
    const least = ours(items.low, hits.low, event).throttle;
    const most = ours(items.high, hits.high, event).throttle;
    const state = `with items ${show(items)} and ${show(hits)} kicks on CPU ${gc.cpu}`;
    if (throttled) {
      if (most) {
        this.#dueOf(event).throttled += 1;
        if (least) this.#throttle.agree();
        else this.#throttle.explain(event, whyUnsure(certain, hits));
      } else this.#needless.push({ line: event.line, text: `${event.comm}-${event.pid} is throttled ${state}` });
      return;
    }
    if (least) {
      const text = `${event.comm}-${event.pid} is not throttled ${state}`;
      this.#dueOf(event).missed.push({ line: event.line, text });
    } else if (most) this.#throttle.explain(event, whyUnsure(certain, hits));
    else this.#throttle.agree();
  }

  #dueOf({ pid, comm }: KernelEvent): Due {
    let due = this.#due.get(pid);
    if (due === undefined) {
      due = { throttled: 0, comm, missed: [] };
      this.#due.set(pid, due);
    }
    return due;
  }
}
