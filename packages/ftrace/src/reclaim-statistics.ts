/**
 * Statistics of memory reclaim: what kswapd scans at which priority, how long the superblock scan and direct reclaim
 * take, whom the OOM killer took.
 */
import type { VirtualTime } from '@dragon/engine';
import { isKswapd, type KernelEvent, numberOf, type RecordedEvent, textOf } from './kernel-event.ts';
import { type Distribution, QuantileSketch } from './quantile-sketch.ts';

/** Calls of one shrinker by kswapd at one priority. `scanned` and `freed` are objects. */
type KswapdScan = {
  readonly shrinker: string;
  readonly priority: number;
  readonly calls: number;
  readonly scanned: number;
  readonly freed: number;
};

export type OomKill = { readonly at: VirtualTime; readonly pid: number; readonly comm: string };

export type ReclaimStatistics = {
  readonly kswapdWakes: number;
  /** Objects that kswapd scanned by priority, of every shrinker, from the lowest pressure (12) to the highest. */
  readonly kswapdScans: readonly KswapdScan[];
  /** prune_icache_sb in kswapd, ns. */
  readonly kswapdPrune: Distribution | undefined;
  /** Pages that kswapd reclaimed from the LRU, and that all others did. */
  readonly kswapdPages: number;
  readonly directPages: number;
  readonly directReclaim: Distribution | undefined;
  readonly oomKills: readonly OomKill[];
};

type Call = { readonly shr: string; readonly shrinker: string; readonly priority: number; readonly total: number };

export class ReclaimAccumulator {
  readonly #calls = new Map<number, Call[]>();
  readonly #scans = new Map<
    string,
    { shrinker: string; priority: number; calls: number; scanned: number; freed: number }
  >();
  readonly #direct = new Map<number, VirtualTime>();
  readonly #directReclaim = new QuantileSketch();
  readonly #pruning = new Map<number, VirtualTime>();
  readonly #prune = new QuantileSketch();
  readonly #kills: OomKill[] = [];
  #wakes = 0;
  #kswapdPages = 0;
  #directPages = 0;

  event(event: KernelEvent): void {
    switch (event.event) {
      case 'mm_shrink_slab_start':
        if (isKswapd(event.comm)) this.#begin(event);
        break;
      case 'mm_shrink_slab_end':
        if (isKswapd(event.comm)) this.#end(event);
        break;
      case 'mm_vmscan_kswapd_wake':
        this.#wakes += 1;
        break;
      case 'mm_vmscan_lru_shrink_inactive':
        if (isKswapd(event.comm)) this.#kswapdPages += numberOf(event, 'nrReclaimed');
        else this.#directPages += numberOf(event, 'nrReclaimed');
        break;
      case 'mm_vmscan_direct_reclaim_begin':
        this.#direct.set(event.pid, event.at);
        break;
      case 'mm_vmscan_direct_reclaim_end':
        addTime(event, this.#direct, this.#directReclaim);
        break;
      case 'prune_icache_begin':
        if (isKswapd(event.comm)) this.#pruning.set(event.pid, event.at);
        break;
      case 'prune_icache_end':
        addTime(event, this.#pruning, this.#prune);
        break;
      case 'mark_victim':
        this.#kills.push({ at: event.at, pid: numberOf(event, 'pid'), comm: textOf(event, 'comm') });
        break;
      default:
    }
  }

  gap(): void {
    this.#calls.clear();
    this.#direct.clear();
    this.#pruning.clear();
  }

  result(): ReclaimStatistics {
    const scans = [...this.#scans.values()].sort((a, b) =>
      a.shrinker < b.shrinker ? -1 : a.shrinker > b.shrinker ? 1 : b.priority - a.priority,
    );
    return {
      kswapdWakes: this.#wakes,
      kswapdScans: scans,
      kswapdPrune: this.#prune.distribution(),
      kswapdPages: this.#kswapdPages,
      directPages: this.#directPages,
      directReclaim: this.#directReclaim.distribution(),
      oomKills: this.#kills,
    };
  }

  #begin(event: RecordedEvent<'mm_shrink_slab_start'>): void {
    const calls = this.#calls.get(event.pid) ?? [];
    calls.push({
      shr: textOf(event, 'shr'),
      shrinker: textOf(event, 'shrink'),
      priority: numberOf(event, 'priority'),
      total: numberOf(event, 'totalScan'),
    });
    this.#calls.set(event.pid, calls);
  }

  #end(event: RecordedEvent<'mm_shrink_slab_end'>): void {
    const calls = this.#calls.get(event.pid) ?? [];
    const index = calls.findLastIndex(({ shr }) => shr === textOf(event, 'shr'));
    const [call] = index < 0 ? [] : calls.splice(index);
    if (call === undefined) return;
    const key = `${call.shrinker} ${call.priority}`;
    const scan = this.#scans.get(key) ?? { ...call, calls: 0, scanned: 0, freed: 0 };
    this.#scans.set(key, {
      shrinker: call.shrinker,
      priority: call.priority,
      calls: scan.calls + 1,
      scanned: scan.scanned + call.total - numberOf(event, 'totalScan'),
      // SHRINK_STOP at once is no objects; the inodegc shrinker's LONG_MAX is printed as -1.
      freed: scan.freed + Math.max(0, numberOf(event, 'retval')),
    });
  }
}

function addTime(event: KernelEvent, begun: Map<number, VirtualTime>, times: QuantileSketch): void {
  const at = begun.get(event.pid);
  begun.delete(event.pid);
  if (at !== undefined) times.add(event.at - at);
}
