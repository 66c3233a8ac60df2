/**
 * Measures of a run, by which policies are compared: gathered from the tracepoints that its agents hit, and from its
 * end.
 */
import { type AgentId, kindOf, type RunResult, type VirtualTime, type TraceHit } from '@dragon/engine';
import { actingTask, type InodeCensus, kernelHit, type TracepointFields } from '@dragon/kernel';
import type { WaitForGraph } from '@dragon/report';
import { BootMeter, type BootMeasures } from './boots/boot-meter.ts';
import { type Inactivated, InactivationMeter } from './inactivation-meter.ts';
import { OtherWaits, type WaitsByWaiter } from './other-waits.ts';
import { StallMeter, type Stalls } from './stall-meter.ts';

export interface OomMeasures {
  readonly kills: number;
  readonly firstAt: VirtualTime;
  /**
   * Freeable inodes that no shrinker's count saw when the killer first struck: `freeing` (being evicted, queued for
   * inactivation, or in a worker's batch) and `rcu` of the census; null if none was taken.
   */
  readonly unaccounted: number | null;
  /** All populations at that moment, as the tracepoint `inode_census` has them. */
  readonly census: { readonly [population: string]: number } | null;
}

/** From when free memory first fell below the low watermark. */
interface PressureMeasures {
  readonly from: VirtualTime;
  /** Until it was above low for good (to the end of the run); null if it never was. */
  readonly recoveredNs: number | null;
}

/** All plain JSON: a run's measures travel between processes and wait in a file. */
export interface RunMeasures {
  readonly deadlockAt: VirtualTime | null;
  readonly oom: OomMeasures | null;
  /** Of every kswapd: its calls of prune_icache_sb, and its waits for an inodegc worker outside of these. */
  readonly kswapdStalls: Stalls;
  /** Of every task: from where its allocation took the slow path until it had its pages or failed. */
  readonly allocStalls: Stalls;
  /** Of those who wait beside reclaim. */
  readonly waits: WaitsByWaiter;
  readonly pressure: PressureMeasures | null;
  readonly inactivated: Inactivated | null;
  /** What a boot of a real kernel is compared by, too. */
  readonly boot: BootMeasures;
  readonly endedAt: VirtualTime;
  readonly events: number;
  readonly digest: string;
}

/** Where a stall of kswapd begins and ends. */
type KswapdStall = 'prune_icache_begin' | 'prune_icache_end' | 'flush_begin' | 'flush_end';

/** Takes every hit of a run in the order of the trace; `finish` gives what they come to. */
export class RunMeter {
  readonly #kswapd = new StallMeter();
  readonly #alloc = new StallMeter();
  readonly #others = new OtherWaits();
  readonly #pruning = new Set<AgentId>();
  readonly #inactivation = new InactivationMeter();
  readonly #boot = new BootMeter();
  /** Nodes with fewer free pages than the low watermark. */
  readonly #low = new Set<number>();
  #lowFrom: VirtualTime | undefined;
  #lowUntil: VirtualTime = 0;
  #kills = 0;
  #firstKill: VirtualTime = 0;
  #census: InodeCensus | undefined;

  /** To be given to a run as its `onTrace`. */
  readonly hit = (seen: TraceHit): void => {
    const hit = kernelHit(seen);
    this.#boot.hit(hit);
    const { at, event, fields } = hit;
    const task = actingTask(hit);
    switch (event) {
      case 'prune_icache_begin':
      case 'prune_icache_end':
      case 'flush_begin':
      case 'flush_end':
        if (kindOf(task) === 'kswapd') this.#kswapdStall(event, task, at);
        else this.#others.hit(hit);
        break;
      case 'syscall_begin':
      case 'syscall_end':
        this.#others.hit(hit);
        break;
      case 'alloc_stall_begin':
        this.#alloc.begin(task, at);
        break;
      case 'alloc_stall_end':
        this.#alloc.end(task, at);
        break;
      case 'node_watermark':
        this.#watermark(fields, at);
        break;
      case 'mark_victim':
        if (this.#kills === 0) this.#firstKill = at;
        this.#kills += 1;
        break;
      case 'inode_census':
        this.#census ??= fields;
        break;
      default:
        this.#inactivation.hit(hit);
    }
  };

  finish(
    { endedAt, events, digest }: Pick<RunResult, 'endedAt' | 'events' | 'digest'>,
    { deadlock }: Pick<WaitForGraph, 'deadlock'>,
  ): RunMeasures {
    const low = this.#lowFrom;
    return {
      deadlockAt: deadlock?.at ?? null,
      oom: this.#kills === 0 ? null : this.#oom(),
      kswapdStalls: this.#kswapd.finish(endedAt),
      allocStalls: this.#alloc.finish(endedAt),
      waits: this.#others.finish(endedAt),
      pressure: low === undefined ? null : { from: low, recoveredNs: this.#low.size > 0 ? null : this.#lowUntil - low },
      inactivated: this.#inactivation.finish(),
      boot: this.#boot.finish(),
      endedAt,
      events,
      digest,
    };
  }

  #kswapdStall(event: KswapdStall, task: AgentId, at: VirtualTime): void {
    if (event === 'prune_icache_begin') {
      this.#pruning.add(task);
      this.#kswapd.begin(task, at);
    } else if (event === 'prune_icache_end') {
      this.#pruning.delete(task);
      this.#kswapd.end(task, at);
    } else if (!this.#pruning.has(task)) {
      if (event === 'flush_begin') this.#kswapd.begin(task, at);
      else this.#kswapd.end(task, at);
    }
  }

  #watermark({ nid, level }: TracepointFields['node_watermark'], at: VirtualTime): void {
    if (level === 'min' || level === 'low') {
      this.#low.add(nid);
      this.#lowFrom ??= at;
    } else if (this.#low.delete(nid) && this.#low.size === 0) this.#lowUntil = at;
  }

  #oom(): OomMeasures {
    const census = this.#census;
    return {
      kills: this.#kills,
      firstAt: this.#firstKill,
      unaccounted: census === undefined ? null : census.freeing + census.rcu,
      census: census ?? null,
    };
  }
}
