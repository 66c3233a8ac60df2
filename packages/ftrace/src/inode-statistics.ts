/** Statistics of inodes on their way from the queue to memory: waiting, service, batches, backlog. */
import type { VirtualTime } from '@dragon/engine';
import { type KernelEvent, type RecordedEvent, textOf } from './kernel-event.ts';
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
};

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
  readonly #queued = new Map<string, { readonly at: VirtualTime; readonly group: Group }>();
  readonly #serving = new Map<string, { readonly at: VirtualTime; readonly group: Group | undefined }>();
  readonly #reclaimable = new Map<string, VirtualTime>();
  readonly #items = new Map<string, number>();
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

  /** What was under way may have ended unseen. */
  gap(): void {
    this.#queued.clear();
    this.#serving.clear();
    this.#reclaimable.clear();
    this.#items.clear();
    this.#runs.clear();
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
    remember(this.#queued, inodeOf(event), { at: event.at, group });
  }

  #run(event: RecordedEvent<'xfs_inodegc_worker'>): void {
    const key = `${textOf(event, 'dev')}/${event.cpu}`;
    this.#endRun(key);
    this.#runs.set(key, { pid: event.pid, cpu: event.cpu, size: this.#items.get(key) ?? 0 });
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
      queued.group.latency.add(event.at - queued.at);
      this.#latency.add(event.at - queued.at);
    }
    remember(this.#serving, inode, { at: event.at, group: queued?.group });
  }

  #done(event: Done): void {
    const inode = inodeOf(event);
    const served = this.#serving.get(inode);
    this.#serving.delete(inode);
    remember(this.#reclaimable, inode, event.at);
    if (served === undefined) return;
    this.#service.add(event.at - served.at);
    served.group?.service.add(event.at - served.at);
  }

  #reclaim(event: Reclaiming): void {
    const inode = inodeOf(event);
    const at = this.#reclaimable.get(inode);
    this.#reclaimable.delete(inode);
    if (at !== undefined) this.#lag.add(event.at - at);
  }
}

function inodeOf(event: Queueing | Inactivating | Done | Reclaiming): string {
  return `${textOf(event, 'dev')} ${textOf(event, 'ino')}`;
}

function sizesOf(phase: string, sketch: QuantileSketch): BatchSizes | undefined {
  const sizes = sketch.distribution();
  return sizes && { phase, sizes, top: sketch.top(TOP) };
}
