/** Statistics of inodes on their way from the queue to memory: waiting, service, batches, backlog. */
import type { VirtualTime } from '@dragon/engine';
import { GapMemory } from './gap-memory.ts';
import { type KernelEvent, type RecordedEvent, textOf, type TraceGap } from './kernel-event.ts';
import { type Distribution, QuantileSketch } from './quantile-sketch.ts';
import { remember } from './remember.ts';

/** Times are nanoseconds; of what never happened there is no distribution. */
type InodeGroup = {
  /** The last mark before the inode was queued; empty before the first. */
  readonly phase: string;
  readonly comm: string;
  readonly queued: number;
  readonly interArrival: Distribution | undefined;
  /** From xfs_inode_set_need_inactive to xfs_inode_inactivating. */
  readonly latency: Distribution | undefined;
  /** From xfs_inode_inactivating to xfs_inode_set_reclaimable. */
  readonly service: Distribution | undefined;
};

/** Inodes a run took. `top`: the most frequent sizes, with how often. */
type BatchSizes = {
  readonly phase: string;
  readonly sizes: Distribution;
  readonly top: readonly (readonly [size: number, runs: number])[];
};

export type InodeStatistics = {
  readonly queued: number;
  readonly latency: Distribution | undefined;
  readonly service: Distribution | undefined;
  /** From xfs_inode_set_reclaimable to xfs_inode_reclaiming, ns. */
  readonly reclaimLag: Distribution | undefined;
  readonly groups: readonly InodeGroup[];
  /** Of all runs, if there were any. */
  readonly batches: BatchSizes | undefined;
  readonly batchesByPhase: readonly BatchSizes[];
  /** The longest list of each CPU. */
  readonly maxBacklog: readonly { readonly cpu: number; readonly items: number }[];
  /** Of what was seen to end, how much could not be measured, as events are missing in between or before. */
  readonly leftOut: {
    readonly latency: number;
    readonly service: number;
    readonly reclaimLag: number;
    readonly batches: number;
  };
};

/** Where something began. */
type Since = { readonly at: VirtualTime; readonly line: number; readonly cpu: number };

class Group {
  readonly phase: string;
  readonly comm: string;
  queued = 0;
  last: VirtualTime | undefined;
  readonly interArrival = new QuantileSketch();
  readonly latency = new QuantileSketch();
  readonly service = new QuantileSketch();

  constructor(phase: string, comm: string) {
    this.phase = phase;
    this.comm = comm;
  }
}

/** Marks beyond this many start no phase of their own. */
const MOST_PHASES = 500;
const TOP = 8;

type Queueing = RecordedEvent<'xfs_inode_set_need_inactive' | 'xfs_inodegc_queue'>;
type Inactivating = RecordedEvent<'xfs_inode_inactivating'>;
type Done = RecordedEvent<'xfs_inode_set_reclaimable'>;
type Reclaiming = RecordedEvent<'xfs_inode_reclaiming'>;

export class InodeAccumulator {
  readonly #groups = new Map<string, Group>();
  readonly #phases = new Map<string, QuantileSketch>();
  readonly #batches = new QuantileSketch();
  readonly #latency = new QuantileSketch();
  readonly #service = new QuantileSketch();
  readonly #lag = new QuantileSketch();
  readonly #gaps = new GapMemory();
  readonly #queued = new Map<string, Since & { readonly group: Group }>();
  readonly #serving = new Map<string, Since & { readonly group: Group | undefined }>();
  readonly #reclaimable = new Map<string, Since>();
  readonly #items = new Map<string, number>();
  /** Lists of which events are missing: their length is not known until the worker takes them. */
  readonly #doubtful = new Set<string>();
  readonly #leftOut = { latency: 0, service: 0, reclaimLag: 0, batches: 0 };
  readonly #maxBacklog = new Map<number, number>();
  /** Runs under way: a run belongs to the phase in which it ends. */
  readonly #runs = new Map<string, { readonly pid: number; readonly cpu: number; readonly size: number }>();
  #phase = '';
  #all = 0;

  /** The phase that goes on. */
  get phase(): string {
    return this.#phase;
  }

  /** How many are on the CPU's list, as far as the trace tells. */
  backlog(dev: string, cpu: number): number {
    return this.#items.get(`${dev}/${cpu}`) ?? 0;
  }

  event(event: KernelEvent): void {
    switch (event.event) {
      case 'tracing_mark_write':
        if (this.#phases.size < MOST_PHASES) this.#phase = textOf(event, 'text');
        break;
      case 'xfs_inode_set_need_inactive':
        this.#queue(event);
        break;
      case 'xfs_inodegc_queue': {
        // The simulator's event names the inode itself.
        if ('ino' in event.fields) this.#queue(event);
        const items = this.backlog(textOf(event, 'dev'), event.cpu) + 1;
        this.#items.set(`${textOf(event, 'dev')}/${event.cpu}`, items);
        this.#maxBacklog.set(event.cpu, Math.max(this.#maxBacklog.get(event.cpu) ?? 0, items));
        break;
      }
      case 'xfs_inodegc_worker':
        this.#run(event);
        break;
      case 'workqueue_execute_end':
        for (const [key, { pid, cpu }] of this.#runs) if (pid === event.pid && cpu === event.cpu) this.#endRun(key);
        break;
      case 'xfs_inode_inactivating':
        this.#inactivate(event);
        break;
      case 'xfs_inode_set_reclaimable':
        this.#done(event);
        break;
      case 'xfs_inode_reclaiming':
        this.#reclaim(event);
        break;
      default:
    }
  }

  /** An event of the gap's task or CPU may be missing: what was queued there, or taken from the list. */
  gap(gap: TraceGap): void {
    this.#gaps.note(gap);
    const { cpu, kind } = gap;
    if (kind === 'restart') {
      this.#items.clear();
      this.#doubtful.clear();
    }
    const touched = (key: string) => cpu === undefined || key.endsWith(`/${cpu}`);
    for (const key of this.#items.keys()) if (touched(key)) this.#doubtful.add(key);
    for (const [key, run] of this.#runs) {
      if (!touched(key)) continue;
      this.#runs.delete(key);
      if (run.size > 0) this.#leftOut.batches += 1;
    }
    for (const group of this.#groups.values()) group.last = undefined;
  }

  result(): InodeStatistics {
    for (const key of this.#runs.keys()) this.#endRun(key);
    const groups = [...this.#groups.values()].sort((a, b) => b.queued - a.queued);
    return {
      queued: this.#all,
      latency: this.#latency.distribution(),
      service: this.#service.distribution(),
      reclaimLag: this.#lag.distribution(),
      groups: groups.map(({ phase, comm, queued, interArrival, latency, service }) => ({
        phase,
        comm,
        queued,
        interArrival: interArrival.distribution(),
        latency: latency.distribution(),
        service: service.distribution(),
      })),
      batches: sizesOf('', this.#batches),
      batchesByPhase: [...this.#phases].flatMap(([phase, sketch]) => sizesOf(phase, sketch) ?? []),
      maxBacklog: [...this.#maxBacklog].sort(([a], [b]) => a - b).map(([cpu, items]) => ({ cpu, items })),
      leftOut: { ...this.#leftOut },
    };
  }

  #queue(event: Queueing): void {
    this.#all += 1;
    const key = `${this.#phase}\n${event.comm}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new Group(this.#phase, event.comm);
      this.#groups.set(key, group);
    }
    group.queued += 1;
    if (group.last !== undefined) group.interArrival.add(event.at - group.last);
    group.last = event.at;
    remember(this.#queued, inodeOf(event), { at: event.at, line: event.line, cpu: event.cpu, group });
  }

  #run(event: RecordedEvent<'xfs_inodegc_worker'>): void {
    const key = `${textOf(event, 'dev')}/${event.cpu}`;
    this.#endRun(key);
    const doubtful = this.#doubtful.delete(key);
    if (doubtful) this.#leftOut.batches += 1;
    this.#runs.set(key, { pid: event.pid, cpu: event.cpu, size: doubtful ? 0 : (this.#items.get(key) ?? 0) });
    this.#items.set(key, 0);
  }

  #endRun(key: string): void {
    const size = this.#runs.get(key)?.size ?? 0;
    this.#runs.delete(key);
    // A run of inodes that were queued before the trace began, or while events were missing, has no size that we know.
    if (size === 0) return;
    this.#batches.add(size);
    let phase = this.#phases.get(this.#phase);
    if (phase === undefined) {
      phase = new QuantileSketch();
      this.#phases.set(this.#phase, phase);
    }
    phase.add(size);
  }

  #inactivate(event: Inactivating): void {
    const inode = inodeOf(event);
    const queued = this.#queued.get(inode);
    this.#queued.delete(inode);
    if (queued !== undefined) {
      if (this.#measured(queued, event)) {
        queued.group.latency.add(event.at - queued.at);
        this.#latency.add(event.at - queued.at);
      } else this.#leftOut.latency += 1;
    }
    remember(this.#serving, inode, { at: event.at, line: event.line, cpu: event.cpu, group: queued?.group });
  }

  #done(event: Done): void {
    const inode = inodeOf(event);
    const served = this.#serving.get(inode);
    this.#serving.delete(inode);
    remember(this.#reclaimable, inode, { at: event.at, line: event.line, cpu: event.cpu });
    if (served === undefined) return;
    if (this.#measured(served, event)) {
      this.#service.add(event.at - served.at);
      served.group?.service.add(event.at - served.at);
    } else this.#leftOut.service += 1;
  }

  #reclaim(event: Reclaiming): void {
    const inode = inodeOf(event);
    const since = this.#reclaimable.get(inode);
    this.#reclaimable.delete(inode);
    if (since === undefined) return;
    if (this.#measured(since, event)) this.#lag.add(event.at - since.at);
    else this.#leftOut.reclaimLag += 1;
  }

  /** One torn line hides no inode's end and new beginning: that takes a gap of a CPU. */
  #measured({ line, cpu }: Since, event: KernelEvent): boolean {
    return !this.#gaps.hides(line, undefined, cpu, event.cpu);
  }
}

function inodeOf(event: Queueing | Inactivating | Done | Reclaiming): string {
  return `${textOf(event, 'dev')} ${textOf(event, 'ino')}`;
}

function sizesOf(phase: string, sketch: QuantileSketch): BatchSizes | undefined {
  const sizes = sketch.distribution();
  return sizes && { phase, sizes, top: sketch.top(TOP) };
}
