/**
 * Statistics of memory reclaim: what kswapd scans at which priority, how long shrinkers and direct reclaim take, whom
 * the OOM killer took.
 */
import type { VirtualTime } from '@dragon/engine';
import { GapMemory } from './gap-memory.ts';
import { isKswapd, type KernelEvent, numberOf, type RecordedEvent, textOf, type TraceGap } from './kernel-event.ts';
import { type Distribution, QuantileSketch } from './quantile-sketch.ts';
import { ShrinkerCalls } from './shrinker-calls.ts';
import { LockSigns, type ShrinkerLock, type ShrinkerTime, ShrinkerTimes } from './shrinker-times.ts';
import { TaskIntervals } from './task-intervals.ts';

/**
 * Calls of one shrinker by kswapd at one priority, which is undefined where the kernel does not print it. `scanned` and
 * `freed` are objects.
 */
type KswapdScan = {
  readonly shrinker: string;
  readonly priority: number | undefined;
  readonly calls: number;
  readonly scanned: number;
  readonly freed: number;
};

export type OomKill = { readonly at: VirtualTime; readonly pid: number; readonly comm: string };

/** How long tasks of one name were at something in all, ns. */
type TaskTime = { readonly task: string; readonly time: VirtualTime };

export type ReclaimStatistics = {
  readonly kswapdWakes: number;
  /** From waking to sleeping, and to the end of the trace of those that do not sleep again. */
  readonly kswapdAwake: readonly TaskTime[];
  /** Objects that kswapd scanned by priority, of every shrinker, from the lowest pressure (12) to the highest. */
  readonly kswapdScans: readonly KswapdScan[];
  /** prune_icache_sb in kswapd, ns. */
  readonly kswapdPrune: Distribution | undefined;
  /** Pages that kswapd reclaimed from the LRU, and that all others did. */
  readonly kswapdPages: number;
  readonly directPages: number;
  readonly directReclaim: Distribution | undefined;
  readonly directReclaimBy: readonly TaskTime[];
  readonly shrinkers: readonly ShrinkerTime[];
  readonly shrinkerLock: ShrinkerLock;
  /** Tasks that are inside a shrinker when the trace ends, and for how long. */
  readonly insideAtEnd: readonly { readonly task: string; readonly shrinker: string; readonly time: VirtualTime }[];
  readonly oomKills: readonly OomKill[];
  /** Of what has a beginning or an end and could not be measured, how many. */
  readonly leftOut: {
    readonly kswapdPrune: number;
    readonly directReclaim: number;
    readonly shrinkers: number;
  };
};

export class ReclaimAccumulator {
  readonly #gaps = new GapMemory();
  readonly #calls = new ShrinkerCalls(this.#gaps);
  readonly #times = new ShrinkerTimes();
  readonly #signs = new LockSigns();
  readonly #scans = new Map<
    string,
    { shrinker: string; priority: number | undefined; calls: number; scanned: number; freed: number }
  >();
  readonly #direct = new TaskIntervals(this.#gaps);
  readonly #directReclaim = new QuantileSketch();
  readonly #directBy = new Map<string, number>();
  readonly #awake = new TaskIntervals(this.#gaps);
  readonly #awakeBy = new Map<string, number>();
  readonly #pruning = new TaskIntervals(this.#gaps);
  readonly #prune = new QuantileSketch();
  readonly #kills: OomKill[] = [];
  #last: VirtualTime = 0;
  #wakes = 0;
  #kswapdPages = 0;
  #directPages = 0;

  event(event: KernelEvent): void {
    this.#last = event.at;
    switch (event.event) {
      case 'mm_shrink_slab_start':
        this.#signs.begin(event);
        this.#calls.begin(event);
        break;
      case 'mm_shrink_slab_end':
        this.#end(event);
        break;
      case 'mm_vmscan_kswapd_wake':
        this.#wakes += 1;
        // It may be woken for a higher order while it is awake.
        if (!this.#awake.has(event.pid)) this.#awake.begin(event);
        break;
      case 'mm_vmscan_kswapd_sleep':
        addTo(this.#awakeBy, event.comm, this.#awake.end(event));
        break;
      case 'mm_vmscan_lru_shrink_inactive':
        if (isKswapd(event.comm)) this.#kswapdPages += pagesOf(event);
        else this.#directPages += pagesOf(event);
        break;
      case 'mm_vmscan_direct_reclaim_begin':
        this.#direct.begin(event);
        break;
      case 'mm_vmscan_direct_reclaim_end': {
        const time = this.#direct.end(event);
        if (time !== undefined) this.#directReclaim.add(time);
        addTo(this.#directBy, event.comm, time);
        break;
      }
      case 'prune_icache_begin':
        if (isKswapd(event.comm)) this.#pruning.begin(event);
        break;
      case 'prune_icache_end': {
        if (!isKswapd(event.comm)) break;
        const time = this.#pruning.end(event);
        if (time !== undefined) this.#prune.add(time);
        break;
      }
      case 'mark_victim':
        this.#kills.push({ at: event.at, pid: numberOf(event, 'pid'), comm: textOf(event, 'comm') });
        break;
      default:
    }
  }

  gap(gap: TraceGap): void {
    this.#gaps.note(gap);
  }

  writtenBy(release: string): void {
    this.#signs.writtenBy(release);
  }

  result(): ReclaimStatistics {
    const scans = [...this.#scans.values()].sort((a, b) =>
      a.shrinker < b.shrinker ? -1 : a.shrinker > b.shrinker ? 1 : (b.priority ?? 99) - (a.priority ?? 99),
    );
    const awake = new Map(this.#awakeBy);
    for (const { comm, at } of this.#awake.open()) addTo(awake, comm, Math.max(0, this.#last - at));
    const inside = [...this.#calls.open()].map(({ call: { comm, shrinker, at } }) => ({
      task: comm,
      shrinker,
      time: Math.max(0, this.#last - at),
    }));
    return {
      kswapdWakes: this.#wakes,
      kswapdAwake: taskTimes(awake),
      kswapdScans: scans,
      kswapdPrune: this.#prune.distribution(),
      kswapdPages: this.#kswapdPages,
      directPages: this.#directPages,
      directReclaim: this.#directReclaim.distribution(),
      directReclaimBy: taskTimes(this.#directBy),
      shrinkers: this.#times.result(),
      shrinkerLock: this.#signs.lock,
      insideAtEnd: inside.sort((a, b) => b.time - a.time),
      oomKills: this.#kills,
      leftOut: {
        kswapdPrune: this.#pruning.leftOut,
        directReclaim: this.#direct.leftOut,
        shrinkers: this.#calls.leftOut,
      },
    };
  }

  #end(event: RecordedEvent<'mm_shrink_slab_end'>): void {
    const call = this.#calls.end(event);
    if (call === undefined) return;
    this.#times.add(event.comm, call);
    if (!isKswapd(event.comm)) return;
    const { shrinker } = call;
    const priority = Number.isNaN(call.priority) ? undefined : call.priority;
    const key = `${shrinker} ${priority}`;
    const scan = this.#scans.get(key) ?? { shrinker, priority, calls: 0, scanned: 0, freed: 0 };
    scan.calls += 1;
    scan.scanned += call.scanned;
    scan.freed += call.freed;
    this.#scans.set(key, scan);
  }
}

function addTo(times: Map<string, number>, task: string, time: VirtualTime | undefined): void {
  if (time !== undefined) times.set(task, (times.get(task) ?? 0) + time);
}

function taskTimes(times: ReadonlyMap<string, number>): TaskTime[] {
  return [...times].map(([task, time]) => ({ task, time })).sort((a, b) => b.time - a.time);
}

/** Returns how many pages the event says; none where it says a number that no machine has. */
function pagesOf(event: RecordedEvent<'mm_vmscan_lru_shrink_inactive'>): number {
  const pages = numberOf(event, 'nrReclaimed');
  return Number.isNaN(pages) ? 0 : pages;
}
