/**
 * Rules of the inodegc shrinker: when it is asked to scan, for how many objects, and whom it kicks. Linux 6.1
 * fs/xfs/xfs_icache.c xfs_inodegc_shrinker_scan.
 */
import { beginScan, nextBatch, type ShrinkerInfo } from '@dragon/kernel';
import type { GcState } from '../gc-state.ts';
import type { InodegcTrace } from '../inodegc-trace.ts';
import { type KernelEvent, numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import { CONSISTENT, MID_RUN, type RuleSet } from './rule.ts';
import { knownShrinker } from './shrinker-table.ts';
import { Tally } from './tally.ts';

type Call = { readonly event: RecordedEvent<'mm_shrink_slab_start'>; readonly due: Due; scans: number };

/** For how many objects a call asks at a time, and how often at most. */
type Due = { readonly objects: number; readonly scans: number };

const NAME = 'xfs_inodegc_shrinker_scan';

export class InodegcShrinkerRules implements RuleSet {
  readonly #scan = new Tally(
    'inodegc-scan',
    'the inodegc shrinker is asked for 2049 objects, and only when as many are due',
    ['vmscan:mm_shrink_slab_start', 'vmscan:mm_shrink_slab_end', 'xfs:xfs_inodegc_shrinker_scan'],
  );
  readonly #kicks = new Tally('inodegc-kicks', 'a scan queues the work of every CPU with something on its list', [
    'xfs:xfs_inodegc_queue',
    'xfs:xfs_inodegc_worker',
    'xfs:xfs_inodegc_shrinker_scan',
    'workqueue:workqueue_queue_work',
  ]);
  readonly tallies = [this.#scan, this.#kicks];
  readonly #calls = new Map<number, Call>();
  readonly #missing: { readonly line: number; readonly text: string }[] = [];

  event(event: KernelEvent): void {
    if (event.event === 'mm_shrink_slab_start') {
      if (textOf(event, 'shrink') === NAME) this.#calls.set(event.pid, { event, due: dueIn(event), scans: 0 });
    } else if (event.event === 'mm_shrink_slab_end') {
      if (textOf(event, 'shrink') === NAME) this.#ends(event);
    } else if (event.event === NAME) this.#scans(event);
  }

  finish(queues: InodegcTrace): void {
    const unrecorded = queues.scans === 0 && this.#missing.length >= CONSISTENT;
    for (const { line, text } of this.#missing) {
      if (unrecorded) this.#scan.explain({ line }, `${NAME} was not recorded`);
      else this.#scan.disagree({ line }, text);
    }
  }

  gap(): void {
    this.#calls.clear();
  }

  scanned(event: RecordedEvent<typeof NAME>, lists: readonly GcState[], kicked: readonly number[]): void {
    const missed = lists.filter((gc) => gc.certain && gc.list.length > 0 && !kicked.includes(gc.cpu));
    const needless = lists.filter((gc) => gc.certain && gc.list.length === 0 && kicked.includes(gc.cpu));
    // Lists change while the scan goes from CPU to CPU: only what was on them before it is certain.
    const surelyMissed = missed.filter((gc) => gc.listAtStart < 0 && (gc.list[0]?.at ?? event.at) < event.at);
    const twice = kicked.find((cpu, i) => kicked.indexOf(cpu) < i);
    if (twice !== undefined) this.#kicks.disagree(event, `CPU ${twice} is kicked twice by one scan`);
    else if (missed.length === 0 && needless.length === 0)
      if (lists.every((gc) => gc.certain)) this.#kicks.agree();
      else this.#kicks.explain(event, MID_RUN);
    else if (surelyMissed.length === 0)
      this.#kicks.explain(event, 'the lists changed while the scan went from CPU to CPU');
    else
      this.#kicks.disagree(
        event,
        `CPU ${surelyMissed.map((gc) => gc.cpu).join(', ')} has inodes on its list and is not kicked`,
      );
  }

  #scans(event: RecordedEvent<typeof NAME>): void {
    const call = this.#calls.get(event.pid);
    const asked = numberOf(event, 'nrToScan');
    const batch = knownShrinker(NAME)?.batch ?? 0;
    if (call !== undefined) call.scans += 1;
    const ours = call?.due.objects ?? batch;
    if (call === undefined && asked === batch) this.#scan.explain(event, MID_RUN);
    else if (asked !== ours) this.#scan.disagree(event, `nr_to_scan ${asked}; ours: ${ours}`);
    else if (call !== undefined && call.scans > call.due.scans)
      this.#scan.disagree(event, `scan ${call.scans} of a call in which ${call.due.scans} are due`);
    else this.#scan.agree();
  }

  #ends(event: RecordedEvent<'mm_shrink_slab_end'>): void {
    const call = this.#calls.get(event.pid);
    this.#calls.delete(event.pid);
    if (call === undefined || call.scans > 0) return;
    const { objects } = call.due;
    if (objects === 0) this.#scan.agree();
    else this.#missing.push({ line: event.line, text: `a scan of ${objects} objects was due and did not happen` });
  }
}

function dueIn(event: RecordedEvent<'mm_shrink_slab_start'>): Due {
  const info: ShrinkerInfo | undefined = knownShrinker(NAME);
  if (info === undefined) return { objects: 0, scans: 0 };
  const scan = beginScan(
    info,
    numberOf(event, 'cacheItems'),
    numberOf(event, 'nrObjectsToShrink'),
    numberOf(event, 'priority'),
  );
  const objects = nextBatch(info, scan);
  return { objects, scans: objects === 0 ? 0 : Math.floor(scan.total / objects) };
}
