/**
 * Timeline of a trace, in lines for a person: marks, worker runs, throttles, kswapd, direct reclaim, OOM kills;
 * what comes in bursts is one line a burst.
 */
import { formatDuration, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';
import { GapMemory } from './gap-memory.ts';
import { isKswapd, type KernelEvent, numberOf, textOf, type TraceGap, type TraceSink } from './kernel-event.ts';
import { type ShrinkerCall, ShrinkerCalls } from './shrinker-calls.ts';
import { TaskIntervals } from './task-intervals.ts';
import { ThrottleWaits, type ThrottleWait } from './throttle-waits.ts';

export type TimelineEntry = {
  readonly at: VirtualTime;
  readonly kind: 'mark' | 'runs' | 'throttles' | 'kswapd' | 'reclaim' | 'oom' | 'gap';
  readonly text: string;
};

/** What is further apart belongs to another burst. */
const BURST = 100 * MILLISECOND;
/** kswapd's calls of a shrinker that take so long have a line of their own. */
const LONG_CALL = SECOND;
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
  /** Of `time`, how long it was inside each shrinker. */
  readonly inside: Map<string, VirtualTime>;
  /** Waits that were so long at most. */
  bounds: number;
};

const NOTHING_INSIDE: ReadonlyMap<string, VirtualTime> = new Map();

export class Timeline implements TraceSink {
  readonly #entries: TimelineEntry[] = [];
  readonly #bursts = new Map<string, Burst>();
  readonly #gaps = new GapMemory();
  readonly #running = new Map<number, { readonly event: KernelEvent; readonly who: string; inodes: number }>();
  readonly #waits = new ThrottleWaits(
    this.#gaps,
    (wait) => this.#waited(wait),
    () => undefined,
  );
  readonly #reclaiming = new TaskIntervals(this.#gaps);
  readonly #calls = new ShrinkerCalls(this.#gaps);
  /** By task in direct reclaim: how long it was inside each shrinker. */
  readonly #inside = new Map<number, Map<string, VirtualTime>>();
  #last: VirtualTime | undefined;
  /** What was lost before the first event. */
  readonly #early: string[] = [];
  #omitted = 0;

  event(event: KernelEvent): void {
    const { at, pid, comm } = event;
    if (this.#last === undefined) for (const text of this.#early) this.#add({ at, kind: 'gap', text });
    this.#last = at;
    this.#waits.event(event);
    switch (event.event) {
      case 'tracing_mark_write':
        this.#add({ at, kind: 'mark', text: `mark: ${textOf(event, 'text')}` });
        break;
      case 'xfs_inodegc_worker':
        this.#endRun(event);
        this.#running.set(pid, { event, who: `CPU ${event.cpu}`, inodes: 0 });
        break;
      case 'xfs_inode_inactivating': {
        const run = this.#running.get(pid);
        if (run !== undefined) run.inodes += 1;
        break;
      }
      case 'workqueue_execute_end':
        this.#endRun(event);
        break;
      case 'mm_vmscan_direct_reclaim_begin':
        this.#reclaiming.begin(event);
        this.#inside.delete(pid);
        break;
      case 'mm_vmscan_direct_reclaim_end':
        this.#reclaimed(event, numberOf(event, 'nrReclaimed'));
        break;
      case 'mm_shrink_slab_start':
        this.#calls.begin(event);
        break;
      case 'mm_shrink_slab_end': {
        const call = this.#calls.end(event);
        if (call !== undefined) this.#called(event, call);
        break;
      }
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
    }
  }

  gap(gap: TraceGap): void {
    this.#gaps.note(gap);
    const { kind, cpu, text } = gap;
    if (kind !== 'lost') return;
    const told = `CPU ${cpu}: ${text.slice(Math.max(0, text.indexOf('[')))}`;
    if (this.#last !== undefined) this.#add({ at: this.#last, kind: 'gap', text: told });
    else if (this.#early.length < MOST_ENTRIES) this.#early.push(told);
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
    if (run === undefined || this.#gaps.hides(run.event.line, event.pid, run.event.cpu, event.cpu)) return;
    this.#burst('runs', run.who, run.event.at, event.at, run.inodes);
  }

  #waited({ comm, from, to, until }: ThrottleWait): void {
    this.#burst('throttles', comm, from, to, 0, NOTHING_INSIDE, until === 'next' ? 1 : 0);
  }

  #reclaimed(event: KernelEvent, pages: number): void {
    const time = this.#reclaiming.end(event);
    const inside = this.#inside.get(event.pid);
    this.#inside.delete(event.pid);
    if (time !== undefined) this.#burst('reclaim', event.comm, event.at - time, event.at, pages, inside);
  }

  #called({ at, pid, comm }: KernelEvent, { shrinker, time, inner }: ShrinkerCall): void {
    if (inner) return;
    if (this.#reclaiming.has(pid)) {
      const inside = this.#inside.get(pid) ?? new Map<string, VirtualTime>();
      inside.set(shrinker, (inside.get(shrinker) ?? 0) + time);
      this.#inside.set(pid, inside);
    } else if (isKswapd(comm) && time >= LONG_CALL)
      this.#add({ at: at - time, kind: 'kswapd', text: `${comm} is in ${shrinker} for ${formatDuration(time)}` });
  }

  #burst(
    kind: Burst['kind'],
    who: string,
    from: VirtualTime,
    to: VirtualTime,
    sum: number,
    inside = NOTHING_INSIDE,
    bounds = 0,
  ): void {
    // All direct reclaim is one story; runs and waits are told by CPU and by task.
    const key = kind === 'reclaim' ? kind : `${kind} ${who}`;
    let burst = this.#bursts.get(key);
    if (burst !== undefined && from - burst.to > BURST) {
      this.#add(entryOf(burst));
      burst = undefined;
    }
    if (burst === undefined) {
      const empty = { count: 0, sum: 0, time: 0, longest: 0, bounds: 0 };
      burst = { kind, who: new Map(), from, to, ...empty, inside: new Map() };
      this.#bursts.set(key, burst);
    }
    burst.who.set(who, (burst.who.get(who) ?? 0) + 1);
    burst.to = Math.max(burst.to, to);
    burst.count += 1;
    burst.sum += sum;
    burst.time += to - from;
    burst.longest = Math.max(burst.longest, to - from);
    burst.bounds += bounds;
    for (const [shrinker, time] of inside) burst.inside.set(shrinker, (burst.inside.get(shrinker) ?? 0) + time);
  }

  #add(entry: TimelineEntry): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push(entry);
    else this.#omitted += 1;
  }
}

function entryOf({ kind, who, from, to, count, sum, time, longest, inside, bounds }: Burst): TimelineEntry {
  const [name = ''] = who.keys();
  const within = count === 1 ? '' : ` within ${formatDuration(to - from)}`;
  const longestOf = count === 1 ? formatDuration(longest) : `longest ${formatDuration(longest)}`;
  const inAll = count === 1 ? '' : ` ${formatDuration(time)} in all,`;
  const plural = (one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  switch (kind) {
    case 'runs':
      return { at: from, kind, text: `inodegc on ${name}: ${plural('run')} of ${sum} inodes${within}, ${longestOf}` };
    case 'throttles':
      return {
        at: from,
        kind,
        text: `${name} is throttled: ${plural('wait')}${within},${inAll} ${longestOf}${upperBound(bounds, count)}`,
      };
    case 'reclaim':
      return {
        at: from,
        kind,
        text: `${plural('direct reclaim')} of ${sum} pages by ${namesOf(who)}${within},${inAll} ${longestOf}${insideOf(inside, time)}`,
      };
  }
}

/** Said where only the next event of the task tells that its wait is over. */
function upperBound(bounds: number, count: number): string {
  if (bounds === 0) return '';
  return bounds === count ? ' (upper bound)' : ` (${bounds} of them upper bounds)`;
}

/** A tenth of the time, and a millisecond, is worth a word. */
function insideOf(inside: ReadonlyMap<string, VirtualTime>, all: VirtualTime): string {
  const [most] = [...inside].sort(([, a], [, b]) => b - a);
  if (most === undefined || most[1] < all / 10 || most[1] < MILLISECOND) return '';
  return `, of which ${formatDuration(most[1])} in ${most[0]}`;
}

const NAMES = 4;

/** `stream (1296), hog (83) and 2 more`. */
function namesOf(who: ReadonlyMap<string, number>): string {
  const names = [...who].sort(([, a], [, b]) => b - a);
  if (names.length === 1) return names[0]?.[0] ?? '';
  const shown = names.slice(0, NAMES).map(([name, count]) => `${name} (${count})`);
  return names.length > NAMES ? `${shown.join(', ')} and ${names.length - NAMES} more` : shown.join(', ');
}
