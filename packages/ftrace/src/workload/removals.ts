/**
 * Removals of a trace: which tasks queue inodes for inactivation of their own accord, how many, how far apart, of which
 * kind. What reclaim evicts is not theirs.
 */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedRemoval } from '@dragon/kernel';
import { type KernelEvent, numberOf, textOf } from '../kernel-event.ts';
import { QuantileSketch } from '../quantile-sketch.ts';
import { remember } from '../remember.ts';
import { CpuTime } from './cpu-time.ts';

/** XFS_IDIRTY_RELEASE and XFS_IEOFBLOCKS of i_flags: Linux 6.1 fs/xfs/xfs_inode.h. */
const XFS_IDIRTY_RELEASE = 0x40;
const XFS_IEOFBLOCKS = 0x200;

/** Allocation groups are at least so many inode numbers apart (2 GiB of 512-byte inodes). */
const GROUP = 2 ** 22;

const POINTS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const;
/** Pauses of a phase are not longer than this, unless all of its are. */
const LONG_PAUSE = 200_000_000;
const LONG_PAUSES = 10;
const LONGEST_PAUSE = 60_000_000_000;
/** So many times what is usual is far apart. */
const FAR = 4;
const FEW = 10;
const MOST_REMOVALS = 10_000;
/** Changes of the group that are kept of a phase. */
const MOST_GROUPS = 1_000;

class Phase {
  readonly comm: string;
  readonly pid: number;
  readonly dev: string;
  readonly cpu: number;
  readonly from: VirtualTime;
  readonly apart = new QuantileSketch();
  readonly #between = new QuantileSketch();
  readonly #order = new Map<number, number>();
  to: VirtualTime;
  files = 0;
  #empty = 0;
  #tagged = 0;
  #again = 0;
  readonly #groups: { readonly group: number; files: number }[] = [];

  constructor({ comm, pid, cpu, at }: KernelEvent, dev: string) {
    this.comm = comm;
    this.pid = pid;
    this.cpu = cpu;
    this.from = at;
    this.to = at;
    this.dev = dev;
  }

  add(at: VirtualTime, ino: number, iflags: number): void {
    this.to = at;
    this.files += 1;
    if ((iflags & XFS_IEOFBLOCKS) !== 0) this.#tagged += 1;
    else if (!Number.isNaN(iflags) && (iflags & XFS_IDIRTY_RELEASE) === 0) this.#empty += 1;
    if (Number.isNaN(ino)) return;
    this.#inGroup(Math.floor(ino / GROUP));
    const before = this.#order.get(ino);
    if (before !== undefined) {
      this.#again += 1;
      this.#between.add(this.files - before);
    }
    remember(this.#order, ino, this.files);
  }

  #inGroup(group: number): void {
    const last = this.#groups.at(-1);
    if (last?.group === group) last.files += 1;
    else if (this.#groups.length < MOST_GROUPS) this.#groups.push({ group, files: 1 });
  }

  result(): RecordedRemoval {
    const { comm, pid, dev, cpu, from, to, files, apart } = this;
    const usual = apart.quantile(0.5);
    const far = apart.where((ns) => ns > FAR * usual);
    return {
      comm,
      pid,
      dev,
      cpu,
      from,
      to,
      files,
      empty: this.#empty,
      tagged: this.#tagged,
      again: this.#again,
      // The shortest that is no accident: a number may lie free for any time before it is used again.
      between: this.#again < FEW ? undefined : this.#between.quantile(0.05),
      groups: this.#groups,
      apart: apart.n === 0 ? [] : POINTS.map((p) => [p, apart.quantile(p)] as const),
      burst: far.n === 0 ? files : Math.max(1, Math.round(apart.n / far.n)),
      far: far.n === 0 ? 0 : far.quantile(0.5),
    };
  }
}

/** Where a task was at its last removal. */
type Last = {
  readonly phase: Phase;
  readonly at: VirtualTime;
  readonly cpu: number;
  readonly others: VirtualTime;
  /** It had to wait since. */
  waited: boolean;
};

export class Removals {
  readonly #cpuTime = new CpuTime();
  readonly #phases: Phase[] = [];
  readonly #last = new Map<number, Last>();
  #named = false;
  #omitted = 0;

  /** Takes every event; `removes`: the task of this one is no thread of the kernel and not in reclaim. */
  event(event: KernelEvent, removes: boolean): void {
    this.#cpuTime.event(event);
    switch (event.event) {
      case 'xfs_inodegc_throttle':
      case 'mm_vmscan_direct_reclaim_begin': {
        const last = this.#last.get(event.pid);
        if (last !== undefined) last.waited = true;
        break;
      }
      case 'xfs_inode_set_need_inactive':
        this.#named = true;
        if (removes) this.#removed(event, textOf(event, 'dev'), numberOf(event, 'ino'), numberOf(event, 'iflags'));
        break;
      case 'xfs_inodegc_queue':
        // It says the same, a moment later, and of the inode nothing.
        if (removes && !this.#named) this.#removed(event, textOf(event, 'dev'), Number.NaN, Number.NaN);
        break;
      default:
    }
  }

  /** Something may be missing: no time is measured across it. */
  gap(): void {
    for (const last of this.#last.values()) last.waited = true;
  }

  /** Returns what each task removed, by its beginning, and how many are left out. */
  result(): { readonly removals: readonly RecordedRemoval[]; readonly omitted: number } {
    return {
      removals: this.#phases.map((phase) => phase.result()).sort((a, b) => a.from - b.from),
      omitted: this.#omitted,
    };
  }

  #removed(event: KernelEvent, dev: string, ino: number, iflags: number): void {
    const { at, cpu, pid } = event;
    const others = this.#cpuTime.others(cpu, pid);
    const last = this.#last.get(pid);
    const apart =
      last === undefined || last.waited || last.cpu !== cpu
        ? undefined
        : Math.max(0, at - last.at - (others - last.others));
    let phase = last?.phase;
    if (phase === undefined || phase.dev !== dev || phase.comm !== event.comm || isPause(phase, apart)) {
      if (this.#phases.length >= MOST_REMOVALS) {
        this.#omitted += 1;
        return;
      }
      phase = new Phase(event, dev);
      this.#phases.push(phase);
    } else if (apart !== undefined) phase.apart.add(apart);
    phase.add(at, ino, iflags);
    remember(this.#last, pid, { phase, at, cpu, others, waited: false });
  }
}

/** Whether a task that was silent for so long begins something new. */
function isPause({ apart: before }: Phase, apart: VirtualTime | undefined): boolean {
  if (apart === undefined || apart < LONG_PAUSE) return false;
  return apart > LONGEST_PAUSE || apart > LONG_PAUSES * before.quantile(0.5);
}
