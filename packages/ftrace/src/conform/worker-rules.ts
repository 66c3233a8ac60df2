/**
 * Rules of the inodegc worker: how many inodes a run takes, in which order, and what it resets. Linux 6.1
 * fs/xfs/xfs_icache.c xfs_inodegc_worker.
 */
import type { Batch, Bounds, GcState, QueuedInode } from '../gc-state.ts';
import type { InodegcTrace } from '../inodegc-trace.ts';
import { type KernelEvent, numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import { MID_RUN, type RuleSet, SCANS_UNRECORDED, scansUnrecorded, whyUnsure } from './rule.ts';
import { Tally } from './tally.ts';

const RUNS = [
  'xfs:xfs_inode_set_need_inactive',
  'xfs:xfs_inodegc_queue',
  'xfs:xfs_inodegc_worker',
  'xfs:xfs_inode_inactivating',
  'workqueue:workqueue_execute_start',
  'workqueue:workqueue_execute_end',
];

export class WorkerRules implements RuleSet {
  readonly #size = new Tally('batch-size', 'a run takes what was queued on its CPU since the last run', RUNS);
  readonly #order = new Tally('lifo-order', 'within a run, the newest inode comes first', RUNS);
  readonly #hits = new Tally(
    'shrinker-hits',
    'a run finds the kicks of the shrinker since the last run, and clears them',
    ['xfs:xfs_inodegc_worker', 'xfs:xfs_inodegc_shrinker_scan', 'workqueue:workqueue_queue_work'],
  );
  readonly tallies = [this.#size, this.#order, this.#hits];
  readonly #wrong: { readonly line: number; readonly text: string }[] = [];
  readonly #idle: { readonly line: number; readonly text: string }[] = [];
  #inactivations = 0;

  started(event: RecordedEvent<'xfs_inodegc_worker'>, gc: GcState, hits: Bounds): void {
    const printed = numberOf(event, 'shrinkerHits');
    if (printed < hits.low || printed > hits.high)
      this.#wrong.push({
        line: event.line,
        text: `shrinker_hits ${printed} on CPU ${gc.cpu}; ${show(hits)} kicks since the last run`,
      });
    else if (printed === hits.low || hits.low === hits.high) this.#hits.agree();
    else this.#hits.explain(event, whyUnsure(gc.certain, hits));
  }

  inactivating(
    event: RecordedEvent<'xfs_inode_inactivating'>,
    gc: GcState,
    expected: QueuedInode | undefined,
    found: QueuedInode | undefined,
  ): void {
    const { batch } = gc;
    this.#inactivations += 1;
    // Without a run, or without the names of the queued inodes, there is no order to check.
    if (batch === undefined || (expected !== undefined && expected.ino === undefined)) return;
    if (expected !== undefined && found === expected) this.#order.agree();
    else if (found === undefined && !batch.certain) this.#order.explain(event, MID_RUN);
    else if (expected === undefined && found === undefined)
      this.#order.disagree(event, `inode ${hex(event.fields.ino)} is inactivated after the last of the run's list`);
    else if (expected !== undefined)
      this.#order.disagree(event, `inode ${hex(event.fields.ino)} comes next, but ${hex(expected.ino)} is newer`);
  }

  finished(_: KernelEvent, gc: GcState, batch: Batch, missed: number): void {
    const { event, ran, strangers, certain } = batch;
    if (missed === 0 && strangers === 0) this.#size.agree();
    else if (missed === 0 && !certain) this.#size.explain(event, MID_RUN);
    else {
      const queued = ran - strangers + missed;
      const text = `the run on CPU ${gc.cpu} of ${textOf(event, 'dev')} took ${ran} inodes; ${queued} were queued`;
      if (ran === 0) this.#idle.push({ line: event.line, text });
      else this.#size.disagree(event, text);
    }
  }

  finish(queues: InodegcTrace): void {
    const unrecorded = scansUnrecorded(queues);
    for (const { line, text } of this.#wrong) {
      if (unrecorded) this.#hits.explain({ line }, SCANS_UNRECORDED);
      else this.#hits.disagree({ line }, text);
    }
    for (const { line, text } of this.#idle) {
      if (this.#inactivations === 0) this.#size.explain({ line }, 'xfs_inode_inactivating was not recorded');
      else this.#size.disagree({ line }, text);
    }
  }
}

export function show({ low, high }: Bounds): string {
  return low === high ? String(low) : `${low} to ${high}`;
}

function hex(ino: number | string | undefined): string {
  return typeof ino === 'number' ? `0x${ino.toString(16)}` : String(ino);
}
