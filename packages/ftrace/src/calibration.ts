/** Fits the latency model to a trace: from what steps cost there to the delays of the model. */
import { type Latency, MICROSECOND, SECOND, type VirtualTime } from '@dragon/engine';
import { type CostName, CostSamples } from './cost-samples.ts';
import { HostThreadFinder } from './host-thread.ts';
import { JiffyClock } from './jiffies.ts';
import type { KernelEvent, TraceGap, TraceSink } from './kernel-event.ts';
import type { QuantileSketch } from './quantile-sketch.ts';

/** A measured cost, as it is in the trace. */
export type FittedCost = {
  readonly name: string;
  readonly samples: number;
  readonly p50: VirtualTime;
  readonly p90: VirtualTime;
  readonly p99: VirtualTime;
  readonly unit: 'ns';
};

export type CalibrationResult = {
  /** A jiffy, null if the trace does not tell. */
  readonly jiffyNs: VirtualTime | null;
  /** Delays by their names in the latency model; what the trace does not show is not in it. */
  readonly delays: { readonly [name: string]: Latency };
  /** The CPUs share a thread of their host, and only what no other one came into was measured. */
  readonly oneHostThread: boolean;
  readonly fitted: readonly FittedCost[];
};

/** Fewer samples say nothing. */
const ENOUGH = 20;

/** What takes so many times the median was interrupted by something that no event shows. */
const OUTLIER = 4;

/** The model locks a buffer by a message there and one back. */
const LOCK = 4 * MICROSECOND;

/** From queue to start the model has two messages of 1 us to the CPU and back, and one of 2 us before. */
const START_MESSAGES = 4 * MICROSECOND;

/** How the model shares out xfs_inactive where the trace does not: transAlloc, truncate, ifree. Estimated. */
const SHARE = { transAlloc: 4, truncate: 17, ifree: 18 };

const LEAST = 100;

const POINTS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1] as const;

const SHOWN: readonly (readonly [cost: CostName, name: string])[] = [
  ['unlinkedAlone', 'inactivate an unlinked file'],
  ['unlinkedWithNeighbour', 'inactivate an unlinked file next to one other on the unlinked list'],
  ['unlinkedWithNeighbours', 'inactivate an unlinked file between two others on the unlinked list'],
  ['unlinkedEmpty', 'inactivate an unlinked inode without data'],
  ['postEof', 'inactivate a linked file: trim post-EOF blocks'],
  ['queueToStart', 'queue the work to its start'],
  ['expiryToStart', 'expiry of the timer to the start of the work'],
  ['betweenUnlinks', 'from one unlinked inode to the next of a task'],
  ['betweenEvictions', 'evict an inode in reclaim'],
  ['isolateInode', 'isolate an inode in reclaim'],
  ['emptyShrinkerCall', 'call a shrinker that scans nothing'],
  ['reclaimPerPage', 'a batch of the LRU in direct reclaim, by page scanned'],
  ['reclaimLag', 'reclaimable to reclaiming'],
];

export class Calibration implements TraceSink {
  readonly #hostThread = new HostThreadFinder();
  readonly #apart = new CostSamples({ oneHostThread: false });
  readonly #inTurn = new CostSamples({ oneHostThread: true });
  readonly #clock = new JiffyClock();

  event(event: KernelEvent): void {
    this.#clock.event(event);
    this.#hostThread.event(event);
    this.#apart.event(event);
    this.#inTurn.event(event);
  }

  gap(gap: TraceGap): void {
    if (gap.kind === 'restart') this.#clock.restart();
    for (const sink of [this.#hostThread, this.#apart, this.#inTurn]) sink.gap();
  }

  get #costs(): CostSamples {
    return this.#hostThread.result() === true ? this.#inTurn : this.#apart;
  }

  result(): CalibrationResult {
    const { hz } = this.#clock;
    const delays: { [name: string]: Latency } = { ...this.#inactivation(), ...this.#workload(), ...this.#reclaim() };
    const start = this.#sampled('queueToStart');
    // What takes longer waits for the CPU, which the model's scheduler decides.
    if (start !== undefined) delays['startWork'] = quantiles(start, (ns) => ns - START_MESSAGES, 2);
    const wake = this.#sampled('expiryToStart');
    if (wake !== undefined) delays['wakeWorker'] = quantiles(wake, (ns) => ns);
    if (hz !== undefined) Object.assign(delays, ticksOf(hz));
    const oneHostThread = this.#hostThread.result() === true;
    return {
      jiffyNs: hz === undefined ? null : Math.round(SECOND / hz),
      delays,
      oneHostThread,
      fitted: this.#fitted(),
    };
  }

  /**
   * The sum of a kind's steps has the distribution of the trace: all but one step are fixed. Where inodes without data
   * were seen, they tell transAlloc + ifree; else the parts are estimated.
   */
  #inactivation(): { [name: string]: Latency } {
    const delays: { [name: string]: Latency } = {};
    const alone = this.#sampled('unlinkedAlone') ?? this.#tagged().high;
    let transAlloc = SHARE.transAlloc * MICROSECOND;
    if (alone !== undefined) {
      const total = alone.quantile(0.5) - 2 * LOCK;
      const unit = total / (2 * SHARE.transAlloc + SHARE.truncate + SHARE.ifree);
      const pair = this.#emptyPair(total) ?? unit * (SHARE.transAlloc + SHARE.ifree);
      transAlloc = atLeast((pair * SHARE.transAlloc) / (SHARE.transAlloc + SHARE.ifree));
      const ifree = atLeast(pair - transAlloc);
      delays['transAlloc'] = fixed(transAlloc);
      delays['ifree'] = fixed(ifree);
      delays['truncate'] = quantiles(alone, (ns) => ns - 2 * LOCK - 2 * transAlloc - ifree);
      for (const [cost, name] of [
        ['unlinkedWithNeighbour', 'ifreeWithNeighbour'],
        ['unlinkedWithNeighbours', 'ifreeWithNeighbours'],
      ] as const) {
        const more = this.#sampled(cost);
        if (more !== undefined) delays[name] = fixed(atLeast(ifree + more.quantile(0.5) - alone.quantile(0.5)));
      }
    }
    const postEof = this.#sampled('postEof');
    if (postEof !== undefined) delays['trimPostEof'] = quantiles(postEof, (ns) => ns - LOCK - transAlloc);
    return delays;
  }

  /** transAlloc + ifree, as an inode without data takes them; undefined if there were too few, or it cannot be. */
  #emptyPair(total: number): number | undefined {
    const empty = this.#costs.of('unlinkedEmpty');
    const seen = split(empty, ENOUGH / 2).low ?? empty;
    // An inode with delayed allocations only has no extents to free either.
    const sketch = seen.n >= ENOUGH / 4 ? seen : this.#tagged().low;
    const pair = (sketch?.quantile(0.5) ?? 0) - LOCK;
    return pair > 0 && pair < total * 0.8 ? pair : undefined;
  }

  /**
   * Tagged for post-EOF blocks, an unlinked inode has data on disk (the longer times), or delayed allocations only (the
   * shorter).
   */
  #tagged(): Kinds {
    return split(this.#costs.of('unlinkedTagged'), ENOUGH);
  }

  #workload(): { [name: string]: Latency } {
    const delays: { [name: string]: Latency } = {};
    const evict = this.#sampled('betweenEvictions');
    if (evict !== undefined) delays['evictInode'] = quantiles(evict, (ns) => ns);
    const cycle = this.#sampled('betweenUnlinks');
    if (cycle === undefined) return delays;
    // A lock round trip for the AGI and one for the queue are messages; a fifth of the rest, by estimate, is not
    // unlink(2).
    const rest = cycle.quantile(0.5) - 2 * LOCK - (evict?.quantile(0.5) ?? LOCK);
    if (rest <= 0) return delays;
    const betweenFiles = atLeast(rest / 5);
    delays['betweenFiles'] = fixed(betweenFiles);
    delays['unlink'] = quantiles(cycle, (ns) => ns - (cycle.quantile(0.5) - rest) - betweenFiles);
    return delays;
  }

  #reclaim(): { [name: string]: Latency } {
    const delays: { [name: string]: Latency } = {};
    const isolate = this.#sampled('isolateInode');
    if (isolate !== undefined) delays['isolateInode'] = quantiles(isolate, (ns) => ns);
    const call = this.#sampled('emptyShrinkerCall')?.distribution();
    // Shorter than the clock's resolution: only the mean tells.
    if (call !== undefined) delays['callShrinker'] = fixed(atLeast(call.mean));
    const page = this.#sampled('reclaimPerPage');
    if (page !== undefined) delays['scanLruPage'] = quantiles(page, (ns) => ns);
    return delays;
  }

  #fitted(): FittedCost[] {
    const { low, high } = this.#tagged();
    return [
      ...SHOWN.map(([cost, name]) => fittedOf(name, this.#costs.of(cost))),
      fittedOf('inactivate an unlinked file with post-EOF blocks', high),
      fittedOf('inactivate an unlinked file with delayed allocations only', low),
    ].flatMap((each) => each ?? []);
  }

  #sampled(cost: CostName): QuantileSketch | undefined {
    const sketch = this.#costs.of(cost);
    return sketch.n < ENOUGH ? undefined : sketch;
  }
}

/** Numbers of two kinds, told apart by a gap between them; without a gap all are of the longer kind. */
type Kinds = { readonly low: QuantileSketch | undefined; readonly high: QuantileSketch | undefined };

const GAP = 1.4;

function split(sketch: QuantileSketch, enough: number): Kinds {
  if (sketch.n < enough) return { low: undefined, high: undefined };
  let [widest, at] = [GAP, Number.NaN];
  let before = sketch.quantile(0.02);
  for (let percent = 3; percent <= 98; percent += 1) {
    const value = sketch.quantile(percent / 100);
    if (value / before > widest) [widest, at] = [value / before, before];
    before = value;
  }
  if (Number.isNaN(at)) return { low: undefined, high: sketch };
  return { low: sketch.where((value) => value <= at), high: sketch.where((value) => value > at) };
}

const fixed = (ns: VirtualTime): Latency => ({ kind: 'fixed', ns });

const atLeast = (ns: number) => Math.max(LEAST, Math.round(ns));

/**
 * Returns the distribution of `change(sample)` for samples up to `outlier` times the median; rising, as a `Latency`
 * must.
 */
function quantiles(sketch: QuantileSketch, change: (ns: number) => number, outlier = OUTLIER): Latency {
  const share = sketch.shareUpTo(outlier * sketch.quantile(0.5));
  let last = 0;
  const points = POINTS.map((p): readonly [number, number] => {
    const index = p === 1 ? share - 1 / sketch.n : p * share;
    last = Math.max(last, atLeast(change(sketch.quantile(Math.max(0, index)))));
    return [p, last];
  });
  return { kind: 'quantiles', points };
}

/** A jiffy, the tick, and what kswapd sleeps first (HZ / 10). */
function ticksOf(hz: number): { [name: string]: Latency } {
  const period = Math.round(SECOND / hz);
  const ticks = (count: number): Latency => ({ kind: 'ticks', period, count });
  return { jiffy: ticks(1), tick: ticks(0), kswapdShortSleep: ticks(Math.floor(hz / 10)) };
}

function fittedOf(name: string, sketch: QuantileSketch | undefined): FittedCost | undefined {
  if (sketch === undefined || sketch.n === 0) return undefined;
  const [p50, p90, p99] = [sketch.quantile(0.5), sketch.quantile(0.9), sketch.quantile(0.99)];
  return { name, samples: sketch.n, p50, p90, p99, unit: 'ns' };
}
