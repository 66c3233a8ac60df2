/** Costs of single steps in a trace, free of what came in between: samples for the latency model. */
import type { VirtualTime } from '@dragon/engine';
import {
  inInterrupt,
  type KernelEvent,
  nameOf,
  numberOf,
  type RecordedEvent,
  textOf,
  type TraceSink,
} from './kernel-event.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { remember } from './remember.ts';

/** Each is a time in nanoseconds. */
export type CostName =
  /**
   * xfs_inactive of an unlinked inode that stands alone on its list of unlinked inodes, next to one other, between two.
   */
  | 'unlinkedAlone'
  | 'unlinkedWithNeighbour'
  | 'unlinkedWithNeighbours'
  /** The same of an unlinked inode tagged for post-EOF blocks: its data are on disk, or only delayed allocations. */
  | 'unlinkedTagged'
  /** Of an inode without blocks, as a directory is. */
  | 'unlinkedEmpty'
  /** Of a linked inode that reclaim evicts: it trims blocks past the end of file. */
  | 'postEof'
  /** From workqueue_queue_work to workqueue_execute_start. */
  | 'queueToStart'
  /** From timer_expire_entry to workqueue_execute_start. */
  | 'expiryToStart'
  /** Between two inodes that one task unlinks one after the other. */
  | 'betweenUnlinks'
  /** Between two inodes that reclaim evicts in one call. */
  | 'betweenEvictions'
  /** Isolating one inode. */
  | 'isolateInode'
  /** A call of do_shrink_slab that scans nothing. */
  | 'emptyShrinkerCall'
  /** A batch of the LRU in direct reclaim, by page scanned. */
  | 'reclaimPerPage'
  /** From xfs_inode_set_reclaimable to xfs_inode_reclaiming. */
  | 'reclaimLag';

type Started = { readonly at: VirtualTime; readonly cpu: number; readonly disturbed: number };
type DirectReclaim = {
  readonly cpu: number;
  /** When it came out of what it did before it turned to the LRU. */
  since: VirtualTime;
  /** Another thread ran since. */
  spoilt: boolean;
};
type Queued = { readonly inReclaim: boolean; readonly iflags: number; readonly bucket: string };

/** What a smaller batch takes tells what it is to begin one, not what a page costs. */
const LEAST_BATCH = 16;

/** It scans, and yet looks at nothing. */
const INODEGC_SCAN = 'xfs_inodegc_shrinker_scan';
const WORKER = 'xfs_inodegc_worker';
/**
 * i_flags: XFS_IDIRTY_RELEASE is set by a write, XFS_IEOFBLOCKS when blocks past the end are preallocated. Linux 6.1
 * fs/xfs/xfs_inode.h.
 */
const XFS_IDIRTY_RELEASE = 0x40;
const XFS_IEOFBLOCKS = 0x200;
/** xfs_agi.h XFS_AGI_UNLINKED_BUCKETS. */
const UNLINKED_BUCKETS = 64;
/**
 * Inodes of other allocation groups are at least so far apart (2 GiB of 512-byte inodes); closer groups only blur the
 * number of neighbours.
 */
const AG_SPAN = 2 ** 22;

type Marked = RecordedEvent<'xfs_inode_set_need_inactive'>;
type Served = RecordedEvent<'xfs_inode_set_reclaimable'>;

export class CostSamples implements TraceSink {
  /** The CPUs share a thread of their host: what another one does spoils a measurement, too. */
  readonly #oneHostThread: boolean;
  #lastCpu = 0;
  readonly #samples = new Map<CostName, QuantileSketch>();
  /** By CPU: counts what spoils a measurement: another thread, an interrupt, reclaim. */
  readonly #disturbed = new Map<number, number>();
  readonly #lastPid = new Map<number, number>();
  readonly #queued = new Map<string, Queued>();
  readonly #serving = new Map<string, Started>();
  readonly #reclaimable = new Map<string, VirtualTime>();
  readonly #unlinked = new Map<string, string[]>();
  readonly #lastQueued = new Map<number, Started>();
  readonly #pruning = new Map<number, { readonly started: Started; first: VirtualTime | undefined; evicted: number }>();
  readonly #works = new Map<string, { readonly started: Started; readonly expired: boolean }>();
  readonly #expired = new Map<number, Started>();
  readonly #calls = new Map<number, Started & { readonly total: number }>();
  readonly #direct = new Map<number, DirectReclaim>();

  constructor({ oneHostThread }: { readonly oneHostThread: boolean }) {
    this.#oneHostThread = oneHostThread;
  }

  /** Returns the samples of a cost; empty if there are none. */
  of(name: CostName): QuantileSketch {
    let sketch = this.#samples.get(name);
    if (sketch === undefined) {
      sketch = new QuantileSketch();
      this.#samples.set(name, sketch);
    }
    return sketch;
  }

  event(event: KernelEvent): void {
    const { cpu, pid } = event;
    const other = this.#lastPid.get(cpu) !== pid;
    this.#lastPid.set(cpu, pid);
    if (this.#oneHostThread && cpu !== this.#lastCpu) this.#spoil(this.#lastCpu);
    this.#lastCpu = cpu;
    if (other) this.#spoil(cpu);
    else if (inInterrupt(event) || nameOf(event).startsWith('mm_')) this.#disturb(cpu);
    switch (event.event) {
      case 'xfs_inode_set_need_inactive':
        this.#queue(event);
        break;
      case 'xfs_inode_inactivating':
        remember(this.#serving, inodeOf(event), this.#start(event));
        break;
      case 'xfs_inode_set_reclaimable':
        this.#served(event);
        break;
      case 'xfs_inode_reclaiming': {
        const at = this.#reclaimable.get(inodeOf(event));
        this.#reclaimable.delete(inodeOf(event));
        if (at !== undefined) this.of('reclaimLag').add(event.at - at);
        break;
      }
      case 'prune_icache_begin':
        this.#pruning.set(pid, { started: this.#start(event), first: undefined, evicted: 0 });
        break;
      case 'prune_icache_end':
        this.#pruned(event);
        break;
      case 'timer_expire_entry':
        this.#expired.set(cpu, this.#start(event));
        break;
      case 'workqueue_queue_work':
        this.#queueWork(event);
        break;
      case 'workqueue_execute_start':
        this.#execute(event);
        break;
      default:
        this.#reclaim(event);
    }
  }

  gap(): void {
    for (const map of [this.#queued, this.#serving, this.#reclaimable, this.#unlinked, this.#works]) map.clear();
    for (const map of [this.#lastQueued, this.#pruning, this.#expired, this.#calls, this.#direct]) map.clear();
  }

  /** Something else ran. */
  #spoil(cpu: number): void {
    for (const direct of this.#direct.values()) direct.spoilt ||= direct.cpu === cpu;
    this.#disturb(cpu);
  }

  #disturb(cpu: number): void {
    this.#disturbed.set(cpu, (this.#disturbed.get(cpu) ?? 0) + 1);
  }

  #start({ at, cpu }: KernelEvent): Started {
    return { at, cpu, disturbed: this.#disturbed.get(cpu) ?? 0 };
  }

  /** Returns the time since, or undefined if something came in between. */
  #since({ at, cpu, disturbed }: Started, event: KernelEvent): VirtualTime | undefined {
    return event.cpu === cpu && this.#disturbed.get(cpu) === disturbed ? event.at - at : undefined;
  }

  #queue(event: Marked): void {
    const inode = inodeOf(event);
    const prune = this.#pruning.get(event.pid);
    const ino = numberOf(event, 'ino');
    // Of a number that is not exact, neither group nor bucket is known: it has one to itself.
    const bucket = Number.isNaN(ino)
      ? inode
      : `${textOf(event, 'dev')} ${Math.floor(ino / AG_SPAN)} ${ino % UNLINKED_BUCKETS}`;
    remember(this.#queued, inode, { inReclaim: prune !== undefined, iflags: numberOf(event, 'iflags'), bucket });
    const last = this.#lastQueued.get(event.pid);
    const took = last && this.#since(last, event);
    this.#lastQueued.set(event.pid, this.#start(event));
    if (prune === undefined) {
      const list = this.#unlinked.get(bucket);
      if (list === undefined) this.#unlinked.set(bucket, [inode]);
      else list.push(inode);
      if (took !== undefined) this.of('betweenUnlinks').add(took);
      return;
    }
    if (prune.first === undefined && this.#since(prune.started, event) !== undefined) prune.first = event.at;
    if (prune.evicted > 0 && took !== undefined) this.of('betweenEvictions').add(took);
    prune.evicted += 1;
  }

  #served(event: Served): void {
    const inode = inodeOf(event);
    const [started, queued] = [this.#serving.get(inode), this.#queued.get(inode)];
    this.#serving.delete(inode);
    this.#queued.delete(inode);
    remember(this.#reclaimable, inode, event.at);
    if (queued === undefined) return;
    const neighbours = queued.inReclaim ? 0 : this.#unlink(queued.bucket, inode);
    const took = started && this.#since(started, event);
    if (took !== undefined) this.of(kindOf(queued, neighbours)).add(took);
  }

  /** Takes the inode off its list of unlinked inodes and returns how many stood next to it. */
  #unlink(bucket: string, inode: string): number {
    const list = this.#unlinked.get(bucket) ?? [];
    const index = list.indexOf(inode);
    if (index < 0) return 0;
    const neighbours = (index > 0 ? 1 : 0) + (index < list.length - 1 ? 1 : 0);
    if (list.length === 1) this.#unlinked.delete(bucket);
    else list.splice(index, 1);
    return neighbours;
  }

  #pruned(event: RecordedEvent<'prune_icache_end'>): void {
    const prune = this.#pruning.get(event.pid);
    this.#pruning.delete(event.pid);
    const freed = numberOf(event, 'freed');
    // The first eviction comes when all have been isolated.
    if (prune?.first !== undefined && freed >= 16)
      this.of('isolateInode').add(Math.round((prune.first - prune.started.at) / freed));
  }

  #queueWork(event: RecordedEvent<'workqueue_queue_work'>): void {
    if (textOf(event, 'function') !== WORKER) return;
    const expired = this.#expired.get(event.cpu);
    const byTimer = inInterrupt(event) && expired !== undefined;
    this.#works.set(textOf(event, 'work'), { started: byTimer ? expired : this.#start(event), expired: byTimer });
  }

  #execute(event: RecordedEvent<'workqueue_execute_start'>): void {
    const work = this.#works.get(textOf(event, 'work'));
    this.#works.delete(textOf(event, 'work'));
    // From one thread to the next: the change itself is not a disturbance.
    if (work === undefined || work.started.cpu !== event.cpu) return;
    const between = (this.#disturbed.get(event.cpu) ?? 0) - work.started.disturbed;
    if (between <= (work.expired ? 2 : 1))
      this.of(work.expired ? 'expiryToStart' : 'queueToStart').add(event.at - work.started.at);
  }

  #reclaim(event: KernelEvent): void {
    const direct = this.#direct.get(event.pid);
    switch (event.event) {
      case 'mm_vmscan_direct_reclaim_begin':
        this.#direct.set(event.pid, { since: event.at, spoilt: false, cpu: event.cpu });
        break;
      case 'mm_vmscan_lru_shrink_inactive': {
        const scanned = numberOf(event, 'nrScanned');
        if (direct !== undefined && !direct.spoilt && scanned >= LEAST_BATCH)
          this.of('reclaimPerPage').add(Math.round((event.at - direct.since) / scanned));
        comesBack(direct, event);
        break;
      }
      case 'mm_shrink_slab_start':
        this.#calls.set(event.pid, { ...this.#start(event), total: numberOf(event, 'totalScan') });
        break;
      case 'mm_shrink_slab_end': {
        const call = this.#calls.get(event.pid);
        this.#calls.delete(event.pid);
        const scanned = call === undefined ? Number.NaN : call.total - numberOf(event, 'totalScan');
        // The end is an event of reclaim itself: one more than at the start.
        const alone = call !== undefined && (this.#disturbed.get(call.cpu) ?? 0) === call.disturbed + 1;
        if (call !== undefined && alone && scanned === 0 && textOf(event, 'shrink') !== INODEGC_SCAN)
          this.of('emptyShrinkerCall').add(event.at - call.at);
        comesBack(direct, event);
        break;
      }
      case 'mm_vmscan_direct_reclaim_end':
        this.#direct.delete(event.pid);
        break;
      default:
    }
  }
}

/** The task has done with what comes before its next batch. */
function comesBack(direct: DirectReclaim | undefined, { at, cpu }: KernelEvent): void {
  if (direct === undefined) return;
  direct.since = at;
  direct.spoilt = direct.cpu !== cpu;
}

function inodeOf(event: Marked | Served | RecordedEvent<'xfs_inode_inactivating' | 'xfs_inode_reclaiming'>): string {
  return `${textOf(event, 'dev')} ${textOf(event, 'ino')}`;
}

function kindOf({ inReclaim, iflags }: Queued, neighbours: number): CostName {
  if (inReclaim) return 'postEof';
  if ((iflags & XFS_IEOFBLOCKS) !== 0) return 'unlinkedTagged';
  if ((iflags & XFS_IDIRTY_RELEASE) === 0) return 'unlinkedEmpty';
  return neighbours === 0 ? 'unlinkedAlone' : neighbours === 1 ? 'unlinkedWithNeighbour' : 'unlinkedWithNeighbours';
}
