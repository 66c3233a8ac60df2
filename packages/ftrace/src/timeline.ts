/**
 * Timeline of a trace, in lines for a person: marks, worker runs, throttles, kswapd, direct reclaim, OOM kills;
 * what comes in bursts is one line a burst.
 */
import { formatDuration, MILLISECOND, type VirtualTime } from '@dragon/engine';
import { type KernelEvent, nameOf, numberOf, textOf, type TraceGap, type TraceSink } from './kernel-event.ts';

export type TimelineEntry = {
  readonly at: VirtualTime;
  readonly kind: 'mark' | 'runs' | 'throttles' | 'kswapd' | 'reclaim' | 'oom' | 'gap';
  readonly text: string;
};

/** What is further apart belongs to another burst. */
const BURST = 100 * MILLISECOND;
const MOST_ENTRIES = 20_000;

type Burst = {
  readonly kind: 'runs' | 'throttles' | 'reclaim';
  /** How often each did it. */
  readonly who: Map<string, number>;
  readonly from: VirtualTime;
  to: VirtualTime;
  count: number;
  /** Inodes of runs, pages of direct reclaim. */
  sum: number;
  time: VirtualTime;
  longest: VirtualTime;
};

export class Timeline implements TraceSink {
  readonly #entries: TimelineEntry[] = [];
  readonly #bursts = new Map<string, Burst>();
  readonly #running = new Map<number, { readonly at: VirtualTime; readonly who: string; inodes: number }>();
  readonly #waiting = new Map<number, VirtualTime>();
  readonly #reclaiming = new Map<number, VirtualTime>();
  #omitted = 0;

  event(event: KernelEvent): void {
    const { at, pid, comm } = event;
    switch (event.event) {
      case 'tracing_mark_write':
        this.#add({ at, kind: 'mark', text: `mark: ${textOf(event, 'text')}` });
        break;
      case 'xfs_inodegc_worker':
        this.#endRun(event);
        this.#running.set(pid, { at, who: `CPU ${event.cpu}`, inodes: 0 });
        break;
      case 'xfs_inode_inactivating': {
        const run = this.#running.get(pid);
        if (run !== undefined) run.inodes += 1;
        break;
      }
      case 'workqueue_execute_end':
        this.#endRun(event);
        break;
      case 'xfs_inodegc_throttle':
        this.#waiting.set(pid, at);
        break;
      case 'flush_end':
        this.#endWait(event, this.#waiting, 'throttles', comm, 0);
        break;
      case 'mm_vmscan_direct_reclaim_begin':
        this.#reclaiming.set(pid, at);
        break;
      case 'mm_vmscan_direct_reclaim_end':
        this.#endWait(event, this.#reclaiming, 'reclaim', comm, numberOf(event, 'nrReclaimed'));
        break;
      case 'mm_vmscan_kswapd_wake':
        this.#add({ at, kind: 'kswapd', text: `${comm} wakes, order ${numberOf(event, 'order')}` });
        break;
      case 'mm_vmscan_kswapd_sleep':
        this.#add({ at, kind: 'kswapd', text: `${comm} sleeps` });
        break;
      case 'mark_victim':
        this.#add({
          at,
          kind: 'oom',
          text: `OOM kill: ${textOf(event, 'comm')}-${numberOf(event, 'pid')}, for ${comm}-${pid}`,
        });
        break;
      default:
        // Without the probes on flush_delayed_work, whatever the task does next ends its wait.
        if (this.#waiting.size > 0 && nameOf(event).startsWith('xfs_inode_set'))
          this.#endWait(event, this.#waiting, 'throttles', comm, 0);
    }
  }

  gap({ kind, cpu, text }: TraceGap): void {
    if (kind === 'lost')
      this.#add({ at: this.#lastAt(), kind: 'gap', text: `CPU ${cpu}: ${text.replace(/^\S+ /, '')}` });
    this.#running.clear();
    this.#waiting.clear();
    this.#reclaiming.clear();
  }

  /** Returns the entries by time, and how many more there were. */
  result(): { readonly entries: readonly TimelineEntry[]; readonly omitted: number } {
    for (const burst of this.#bursts.values()) this.#add(entryOf(burst));
    this.#bursts.clear();
    return { entries: [...this.#entries].sort((a, b) => a.at - b.at), omitted: this.#omitted };
  }

  #endRun(event: KernelEvent): void {
    const run = this.#running.get(event.pid);
    this.#running.delete(event.pid);
    if (run !== undefined) this.#burst('runs', run.who, run.at, event.at, run.inodes);
  }

  #endWait(event: KernelEvent, begun: Map<number, VirtualTime>, kind: Burst['kind'], who: string, sum: number): void {
    const at = begun.get(event.pid);
    begun.delete(event.pid);
    if (at !== undefined) this.#burst(kind, who, at, event.at, sum);
  }

  #burst(kind: Burst['kind'], who: string, from: VirtualTime, to: VirtualTime, sum: number): void {
    // All direct reclaim is one story; runs and waits are told by CPU and by task.
    const key = kind === 'reclaim' ? kind : `${kind} ${who}`;
    let burst = this.#bursts.get(key);
    if (burst !== undefined && from - burst.to > BURST) {
      this.#add(entryOf(burst));
      burst = undefined;
    }
    if (burst === undefined) {
      burst = { kind, who: new Map(), from, to, count: 0, sum: 0, time: 0, longest: 0 };
      this.#bursts.set(key, burst);
    }
    burst.who.set(who, (burst.who.get(who) ?? 0) + 1);
    burst.to = Math.max(burst.to, to);
    burst.count += 1;
    burst.sum += sum;
    burst.time += to - from;
    burst.longest = Math.max(burst.longest, to - from);
  }

  #add(entry: TimelineEntry): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push(entry);
    else this.#omitted += 1;
  }

  #lastAt(): VirtualTime {
    return this.#entries.at(-1)?.at ?? 0;
  }
}

function entryOf({ kind, who, from, to, count, sum, time, longest }: Burst): TimelineEntry {
  const [name = ''] = who.keys();
  const within = count === 1 ? '' : ` within ${formatDuration(to - from)}`;
  const longestOf = count === 1 ? formatDuration(longest) : `longest ${formatDuration(longest)}`;
  const inAll = count === 1 ? '' : ` ${formatDuration(time)} in all,`;
  const plural = (one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  switch (kind) {
    case 'runs':
      return { at: from, kind, text: `inodegc on ${name}: ${plural('run')} of ${sum} inodes${within}, ${longestOf}` };
    case 'throttles':
      return { at: from, kind, text: `${name} is throttled: ${plural('wait')}${within},${inAll} ${longestOf}` };
    case 'reclaim':
      return {
        at: from,
        kind,
        text: `${plural('direct reclaim')} of ${sum} pages by ${namesOf(who)}${within},${inAll} ${longestOf}`,
      };
  }
}

const NAMES = 4;

/** `stream (1296), hog (83) and 2 more`. */
function namesOf(who: ReadonlyMap<string, number>): string {
  const names = [...who].sort(([, a], [, b]) => b - a);
  if (names.length === 1) return names[0]?.[0] ?? '';
  const shown = names.slice(0, NAMES).map(([name, count]) => `${name} (${count})`);
  return names.length > NAMES ? `${shown.join(', ')} and ${names.length - NAMES} more` : shown.join(', ');
}
