/**
 * What a simulated run has of what a boot is compared by: where inodes are at the first OOM kill, as a module counts
 * them that sees the kernel's tracepoints, which CPUs kswapd queues its inodes on, and when tasks have their memory.
 */
import { type AgentId, kindOf, type VirtualTime } from '@dragon/engine';
import { actingTask, type InodeCensus, type KernelHit } from '@dragon/kernel';

export interface KillCounts {
  readonly at: VirtualTime;
  /** Queued and not yet inactivating; reclaimable and not yet reclaiming. */
  readonly queued: number;
  readonly reclaimable: number;
  readonly pinned: number;
  readonly inAil: number;
}

export interface BootMeasures {
  readonly kill: KillCounts | null;
  readonly kswapdCpuChanges: number;
  readonly kswapdQueued: number;
  /** When each task had all the memory that it wanted. */
  readonly touched: { readonly [task: AgentId]: VirtualTime };
}

export class BootMeter {
  #queued = 0;
  #reclaimable = 0;
  #kill: Omit<KillCounts, 'pinned' | 'inAil'> | undefined;
  #census: InodeCensus | undefined;
  #kswapdCpu: number | undefined;
  #changes = 0;
  #kswapdQueued = 0;
  readonly #touched: Record<AgentId, VirtualTime> = {};

  hit(hit: KernelHit): void {
    const { at, event, fields } = hit;
    switch (event) {
      // An agent hits the second alone where the inode's work is queued with it.
      case 'xfs_inode_set_need_inactive':
      case 'xfs_inodegc_queue':
        this.#queued += fields.count;
        if (kindOf(actingTask(hit)) === 'kswapd') this.#kswapdQueues(fields.cpu, fields.count);
        break;
      case 'xfs_inode_inactivating':
        this.#queued -= fields.count ?? 1;
        break;
      case 'xfs_inode_set_reclaimable':
        this.#reclaimable += fields.count;
        break;
      case 'xfs_inode_reclaiming':
        this.#reclaimable -= fields.count;
        break;
      case 'mark_victim':
        this.#kill ??= { at, queued: this.#queued, reclaimable: this.#reclaimable };
        break;
      case 'inode_census':
        this.#census ??= fields;
        break;
      case 'memory_touched':
        this.#touched[fields.task] = at;
        break;
      default:
    }
  }

  finish(): BootMeasures {
    const { pinned = 0, dirty: inAil = 0 } = this.#census ?? {};
    return {
      kill: this.#kill === undefined ? null : { ...this.#kill, pinned, inAil },
      kswapdCpuChanges: this.#changes,
      kswapdQueued: this.#kswapdQueued,
      touched: this.#touched,
    };
  }

  #kswapdQueues(cpu: number, count: number): void {
    this.#kswapdQueued += count;
    if (this.#kswapdCpu !== undefined && this.#kswapdCpu !== cpu) this.#changes += 1;
    this.#kswapdCpu = cpu;
  }
}
