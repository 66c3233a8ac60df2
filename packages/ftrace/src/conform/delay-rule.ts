/**
 * Rule of the delay: a jiffy up to the 33rd inode, none from the 34th. The threshold is a matter of geometry, and
 * inferred. Linux 6.1 xfs_inodegc_want_queue_work.
 */
import { INODES_PER_CLUSTER } from '@dragon/kernel';
import type { Bounds, GcState } from '../gc-state.ts';
import type { KernelEvent } from '../kernel-event.ts';
import { whyUnsure } from './rule.ts';
import { Tally } from './tally.ts';

/** inodes_per_cluster of other geometries: blocks or clusters of another size. */
const CLUSTERS = [INODES_PER_CLUSTER, 8, 16, 64, 128] as const;
const DEEPEST = 256;

/** The deepest list with which any geometry waits a jiffy. */
const MOST_DELAYED = 128;

/** So many enqueues in a row start the work at once on a short list when space or quota is low. */
const LOW_SPACE_RUN = 8;

/** Lines kept of each depth: enough to show, whichever threshold turns out to be the right one. */
const KEPT = 1000;

/** An enqueue: what it found, and whether the list was known. */
type Enqueue = {
  readonly event: KernelEvent;
  readonly gc: GcState;
  readonly items: Bounds;
  readonly certain: boolean;
};

/** What was seen at one depth. */
class Depth {
  delayed = 0;
  immediate = 0;
  readonly delayedLines: number[] = [];
  readonly immediateLines: number[] = [];
}

export class DelayRule {
  readonly tally = new Tally(
    'delay',
    'the work is queued a jiffy later up to the 33rd inode (items 32), at once from the 34th',
    ['xfs:xfs_inodegc_queue', 'xfs:xfs_inodegc_worker', 'timer:timer_start', 'workqueue:workqueue_queue_work'],
  );
  readonly #depths = Array.from({ length: DEEPEST + 1 }, () => new Depth());
  /** By mount, what started at once although the list was short, since the last time it did not. */
  readonly #runs = new Map<string, { readonly items: number; readonly line: number }[]>();

  /** The enqueue queued the work at once, or armed its timer. */
  seen({ event, gc, items, certain }: Enqueue, immediate: boolean): void {
    if (!immediate && gc.items.high === Number.POSITIVE_INFINITY)
      gc.items = { ...gc.items, high: Math.max(gc.items.low, MOST_DELAYED + 1) };
    if (immediate && items.low <= INODES_PER_CLUSTER && items.high > INODES_PER_CLUSTER) {
      this.tally.explain(event, whyUnsure(certain, items));
      return;
    }
    const depth = Math.min(items.low, DEEPEST);
    if (!immediate) {
      this.#endRun(gc.dev);
      this.#count(depth, event.line, false);
    } else if (depth <= INODES_PER_CLUSTER) {
      const run = this.#runs.get(gc.dev);
      if (run === undefined) this.#runs.set(gc.dev, [{ items: depth, line: event.line }]);
      else run.push({ items: depth, line: event.line });
    } else this.#count(depth, event.line, true);
  }

  finish(): void {
    for (const dev of this.#runs.keys()) this.#endRun(dev);
    const cluster = this.#inferred();
    if (cluster !== INODES_PER_CLUSTER) this.tally.notes.add(`inodes_per_cluster is ${cluster}`);
    this.#depths.forEach((depth, items) => {
      const due = items > cluster;
      const agreed = due ? depth.immediate : depth.delayed;
      for (let i = 0; i < agreed; i += 1) this.tally.agree();
      const lines = due ? depth.delayedLines : depth.immediateLines;
      const text = `items ${items}${items === DEEPEST ? ' or more' : ''}: the work is queued ${due ? 'a jiffy later' : 'at once'}`;
      for (const line of lines) this.tally.disagree({ line }, text);
    });
  }

  #count(items: number, line: number, immediate: boolean): void {
    const depth = this.#depths[items] ?? new Depth();
    const lines = immediate ? depth.immediateLines : depth.delayedLines;
    if (immediate) depth.immediate += 1;
    else depth.delayed += 1;
    if (lines.length < KEPT) lines.push(line);
  }

  #endRun(dev: string): void {
    const run = this.#runs.get(dev) ?? [];
    this.#runs.delete(dev);
    const low = run.length >= LOW_SPACE_RUN;
    for (const { items, line } of run) {
      if (low) this.tally.explain({ line }, 'free space or a quota is low: the work starts at once at any depth');
      else this.#count(items, line, true);
    }
  }

  /** The usual threshold, unless another one fits far better. */
  #inferred(): number {
    const wrong = (cluster: number) =>
      this.#depths.reduce((sum, depth, items) => sum + (items > cluster ? depth.delayed : depth.immediate), 0);
    const usual = wrong(INODES_PER_CLUSTER);
    const best = CLUSTERS.reduce<number>((a, b) => (wrong(b) < wrong(a) ? b : a), INODES_PER_CLUSTER);
    return usual >= 20 && wrong(best) * 20 < usual ? best : INODES_PER_CLUSTER;
  }
}
