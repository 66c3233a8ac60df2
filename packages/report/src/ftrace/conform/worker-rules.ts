/** Rules of the inodegc worker: how many inodes a run takes, in which order, and what it resets. Linux 6.1 fs/xfs/xfs_icache.c xfs_inodegc_worker. */
import type { Batch, Bounds, GcState, QueuedInode } from '../inodegc-trace.ts';
import { type KernelEvent, numberOf, textOf } from '../kernel-event.ts';
import { MID_RUN, type RuleSet, whyUnsure } from './rule.ts';
import { Tally } from './tally.ts';

export class WorkerRules implements RuleSet {
  readonly #size = new Tally('batch-size', 'a run takes what was queued on its CPU since the last run');
  readonly #order = new Tally('lifo-order', 'within a run, the newest inode comes first');
  readonly #hits = new Tally('shrinker-hits', 'a run finds the kicks of the shrinker since the last run, and clears them');
  readonly tallies = [this.#size, this.#order, this.#hits];

  started(event: KernelEvent, gc: GcState, hits: Bounds): void {
    const printed = numberOf(event, 'shrinkerHits');
    if (printed < hits.low || printed > hits.high)
      this.#hits.disagree(event, `shrinker_hits ${printed} on CPU ${gc.cpu}; ${show(hits)} kicks since the last run`);
    else if (printed === hits.low || hits.low === hits.high) this.#hits.agree();
    else this.#hits.explain(event, whyUnsure(hits));
  }

  inactivating(event: KernelEvent, gc: GcState, expected: QueuedInode | undefined, found: QueuedInode | undefined): void {
    const { batch } = gc;
    // Without a run, or without the names of the queued inodes, there is no order to check.
    if (batch === undefined || (expected !== undefined && expected.ino === undefined)) return;
    if (expected !== undefined && found === expected) this.#order.agree();
    else if (found === undefined && !batch.certain) this.#order.explain(event, MID_RUN);
    else if (expected !== undefined)
      this.#order.disagree(event, `inode ${hex(event.fields['ino'])} comes next, but ${hex(expected.ino)} is newer`);
  }

  finished(_: KernelEvent, gc: GcState, batch: Batch, missed: number): void {
    const { event, ran, strangers, certain } = batch;
    if (missed === 0 && strangers === 0) this.#size.agree();
    else if (missed === 0 && !certain) this.#size.explain(event, MID_RUN);
    else {
      const queued = ran - strangers + missed;
      this.#size.disagree(event, `the run on CPU ${gc.cpu} of ${textOf(event, 'dev')} took ${ran} inodes; ${queued} were queued`);
    }
  }
}

export function show({ low, high }: Bounds): string {
  return low === high ? String(low) : `${low} to ${high}`;
}

function hex(ino: number | string | undefined): string {
  return typeof ino === 'number' ? `0x${ino.toString(16)}` : String(ino);
}
