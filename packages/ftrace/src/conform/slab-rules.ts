/**
 * Rules of do_shrink_slab: its arithmetic at the start and the end of each call, and what calls leave each other. Linux
 * mm/vmscan.c do_shrink_slab, of the kernel that wrote the trace.
 */
import type { SlabScan } from '@dragon/kernel';
import { isKswapd, type KernelEvent, numberOf, type RecordedEvent, textOf, type TraceGap } from '../kernel-event.ts';
import { DeferredCount, GROUPS } from './deferred-count.ts';
import { type FoundKernel, KernelFinder } from './kernel-finder.ts';
import { EarlyStops } from './early-stops.ts';
import { MID_RUN, type RuleSet } from './rule.ts';
import { InferredShrinker, type KnownShrinker, knownShrinker } from './shrinker-table.ts';
import { callOf, countKeyOf } from './slab-call.ts';
import { NEWEST, type Release, type SlabCall } from './slab-kernel.ts';
import { loopEnd, mayUseFilesystem } from './slab-loop.ts';
import { Tally } from './tally.ts';

type Started = RecordedEvent<'mm_shrink_slab_start'>;
type Ended = RecordedEvent<'mm_shrink_slab_end'>;

/** A call under way. `alone`: no other call shared its count since it took it. */
type Call = { readonly event: Started; readonly info: KnownShrinker; readonly scan: SlabScan; alone: boolean };

/** A count, and the calls that are between taking it and adding to it. */
type Counted = { readonly count: DeferredCount; readonly calls: Set<Call> };

/** Something that only the whole trace can decide. */
type Doubt = { readonly tally: Tally; readonly line: number; readonly text: string };

/** So many events are kept until enough of them tell which kernel it is. */
const KEPT = 2000;

const EVENTS = ['vmscan:mm_shrink_slab_start', 'vmscan:mm_shrink_slab_end'];

export class SlabRules implements RuleSet {
  readonly #start = new Tally('shrink-slab-start', 'delta and total_scan are those of do_shrink_slab', EVENTS);
  readonly #taken = new Tally(
    'shrink-slab-taken',
    'a call takes the deferred count that the calls before it left',
    EVENTS,
  );
  readonly #loop = new Tally('shrink-slab-loop', 'a call scans whole batches until less than a batch is left', EVENTS);
  readonly #end = new Tally('shrink-slab-end', 'a call leaves what it did not scan in the deferred count', EVENTS);
  readonly tallies = [this.#start, this.#taken, this.#loop, this.#end];
  readonly #finder: KernelFinder;
  /** What is kept until the kernel is known; undefined from then on. */
  #kept: (KernelEvent | TraceGap)[] | undefined = [];
  #found: FoundKernel | undefined;
  /** By task; one in another is reclaim inside a shrinker. */
  readonly #calls = new Map<number, Call[]>();
  #now = 0;
  readonly #counts = new Map<string, Counted>();
  readonly #shrinkers = new Map<string, InferredShrinker>();
  /** Wrong, unless there turn out to be several counts. */
  readonly #otherCounts: (Doubt & { readonly count: DeferredCount })[] = [];
  /** Wrong, unless the lines of other callers were left out. */
  readonly #missing: Doubt[] = [];
  readonly #callers = new Map<number, string>();
  readonly #stops = new EarlyStops(this.#loop);

  /** `release`: the kernel that wrote the trace, if the user says so. */
  constructor(release?: Release) {
    this.#finder = new KernelFinder(release);
  }

  /** The kernel whose arithmetic the calls are held to. */
  get kernel(): FoundKernel {
    return this.#found ?? this.#finder.found;
  }

  event(event: KernelEvent): void {
    this.#finder.event(event);
    this.#stops.event(event);
    if (event.event !== 'mm_shrink_slab_start' && event.event !== 'mm_shrink_slab_end') {
      this.#now = event.at;
      return;
    }
    if (this.#kept === undefined) return this.#judge(event);
    this.#kept.push(event);
    if (this.#kept.length >= KEPT) this.#settle();
  }

  /** The head of the trace says which kernel it is of. */
  header(release: string): void {
    this.#finder.header(release);
  }

  gap(gap: TraceGap): void {
    if (this.#kept === undefined) this.#forget();
    else this.#kept.push(gap);
  }

  finish(): void {
    this.#settle();
    this.#forget();
    const noted = new Map<string, number>();
    for (const { info, inferred } of this.#shrinkers.values()) {
      if (inferred === undefined) continue;
      const note = `${info.id} with ${inferred}`;
      noted.set(note, (noted.get(note) ?? 0) + 1);
    }
    for (const [note, count] of noted) this.#start.notes.add(`${count} ${note}`);
    for (const { count, ...doubt } of this.#otherCounts) {
      if (count.isSeveral) doubt.tally.explain(doubt, GROUPS);
      else this.#missing.push(doubt);
    }
    const leftOut = this.#leftOut();
    for (const { tally, line, text } of this.#missing) {
      if (leftOut === undefined) tally.disagree({ line }, text);
      else tally.explain({ line }, leftOut);
    }
    this.#stops.finish();
  }

  /** Returns why numbers of other callers may be missing: their lines are. */
  #leftOut(): string | undefined {
    const [[pid, comm] = [0, '']] = this.#callers;
    const doubt = 'other callers, whose lines may be left out, take it and add to it, too';
    if (this.#callers.size === 1) return `all calls here are by ${comm}-${pid}: ${doubt}`;
    return [...this.#callers.values()].every(isKswapd) ? `all calls here are by kswapd: ${doubt}` : undefined;
  }

  #settle(): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    this.#kept = undefined;
    this.#found = this.#finder.found;
    const now = this.#now;
    for (const each of kept) {
      if ('kind' in each) this.#forget();
      else this.#judge(each);
    }
    this.#now = Math.max(now, this.#now);
  }

  #forget(): void {
    this.#calls.clear();
    for (const { count, calls } of this.#counts.values()) {
      count.end(this.#now);
      calls.clear();
    }
  }

  #judge(event: KernelEvent): void {
    this.#now = event.at;
    this.#callers.set(event.pid, event.comm);
    if (event.event === 'mm_shrink_slab_start') this.#begins(event);
    else if (event.event === 'mm_shrink_slab_end') this.#ends(event);
  }

  #begins(event: Started): void {
    const { kernel } = this.kernel;
    const [slabCall, delta, total] = [callOf(event), numberOf(event, 'delta'), numberOf(event, 'totalScan')];
    const { freeable, nrDeferred } = slabCall;
    const name = textOf(event, 'shrink');
    const info = this.#shrinkerOf(event).narrow((each) => kernel.begin(each, slabCall).delta === delta);
    const ours = kernel.begin(info, slabCall);
    if (ours.delta !== delta || ours.total !== total)
      this.#start.disagree(
        event,
        `${name}: delta ${delta} total_scan ${total} of ${freeable} objects, ${nrDeferred} deferred, ${pressureOf(slabCall)}; ours: delta ${ours.delta} total_scan ${ours.total}`,
      );
    else {
      const model = NEWEST.begin(info, slabCall);
      this.#agree(this.#start, event, model.delta === delta && model.total === total ? undefined : 'start');
    }
    const calls = this.#calls.get(event.pid) ?? [];
    const counted = this.#countOf(event, info);
    for (const other of counted.calls) other.alone = false;
    // What follows starts from the kernel's numbers: a disagreement here is one, not two.
    const call = { event, info, scan: { ...ours, delta, total }, alone: counted.calls.size === 0 };
    calls.push(call);
    counted.calls.add(call);
    this.#calls.set(event.pid, calls);
    this.#step('start', event, { counted, call, before: nrDeferred, after: 0 }, () => {
      return `${name}: takes ${nrDeferred} that no call left`;
    });
  }

  #ends(event: Ended): void {
    const call = this.#callEnding(event);
    if (call === undefined) {
      this.#loop.explain(event, MID_RUN);
      const { info } = this.#shrinkerOf(event);
      this.#countOf(event, info).count.seen(numberOf(event, 'newScan'));
      return;
    }
    const { kernel } = this.kernel;
    const { info, scan } = call;
    const name = textOf(event, 'shrink');
    const [left, now] = [numberOf(event, 'totalScan'), numberOf(event, 'newScan')];
    this.#judgeLoop(event, call, left);
    const done = { ...scan, total: left, scanned: scan.total - left };
    const added = kernel.deferred(done);
    const text = `${name}: new scan count ${now} after ${done.scanned} of ${scan.total} scanned; ours adds ${added}`;
    const counted = this.#countOf(event, info);
    counted.calls.delete(call);
    if (now < added) this.#end.disagree(event, text);
    else {
      const differs = NEWEST.deferred(done) !== added;
      this.#step('end', event, { counted, call, before: now - added, after: now, differs }, () => text);
    }
  }

  #judgeLoop(event: Ended, { event: start, info, scan }: Call, left: number): void {
    const name = textOf(event, 'shrink');
    const key = `${name} ${textOf(event, 'shr')}`;
    const [unused, retval] = [numberOf(event, 'unusedScan'), numberOf(event, 'retval')];
    const filesystem = mayUseFilesystem(textOf(start, 'gfpFlags'));
    const end = loopEnd(info, scan, { left, retval, filesystem });
    if (unused !== scan.nrDeferred)
      this.#loop.disagree(event, `${name}: unused scan count ${unused}; it took ${scan.nrDeferred}`);
    else if (end.kind === 'stopped') {
      this.#stops.stopped(key, event, { text: `${name}: ${end.why}`, batches: scan.total > left });
      return;
    } else if (end.kind === 'done') this.#loop.agree();
    else if (end.kind === 'unknown') this.#loop.explain(event, end.why);
    else if (knownShrinker(name) === undefined)
      this.#loop.explain(event, `${name}: its batch, and whether it says what it scanned, are not known`);
    else this.#loop.disagree(event, `${name}: ${end.why}`);
    if (scan.total > left) this.#stops.scanned(key);
  }

  #callEnding(event: Ended): Call | undefined {
    const calls = this.#calls.get(event.pid) ?? [];
    const index = calls.findLastIndex((call) => textOf(call.event, 'shr') === textOf(event, 'shr'));
    if (index < 0) return undefined;
    const [call] = calls.splice(index);
    if (calls.length === 0) this.#calls.delete(event.pid);
    return call;
  }

  /** The call found `before` and left `after`. */
  #step(
    kind: 'start' | 'end',
    { at, line }: KernelEvent,
    {
      counted: { count },
      call,
      before,
      after,
      differs = false,
    }: {
      readonly counted: Counted;
      readonly call: Call;
      readonly before: number;
      readonly after: number;
      readonly differs?: boolean;
    },
    text: () => string,
  ): void {
    const tally = kind === 'start' ? this.#taken : this.#end;
    count.add({
      kind,
      before,
      after,
      at,
      call,
      alone: call.alone,
      judge: (verdict) => {
        if (verdict.kind === 'agreed') this.#agree(tally, { line }, differs ? kind : undefined);
        else if (verdict.kind === 'explained') tally.explain({ line }, verdict.reason);
        else if (verdict.kind === 'wrong') this.#missing.push({ tally, line, text: text() });
        else this.#otherCounts.push({ tally, line, text: text(), count });
      },
    });
  }

  /** The numbers are the kernel's; `differs`: they are not those of the model, which is a newer kernel. */
  #agree(tally: Tally, { line }: Pick<KernelEvent, 'line'>, differs: 'start' | 'end' | undefined): void {
    const { kernel, by } = this.kernel;
    if (differs === undefined || kernel.differs === undefined || by === 'option') tally.agree();
    else tally.explain({ line }, kernel.differs[differs]);
  }

  #countOf(event: Started | Ended, info: KnownShrinker): Counted {
    const { kernel } = this.kernel;
    const key = countKeyOf(event, info, kernel.perGroup);
    let counted = this.#counts.get(key);
    if (counted === undefined) {
      const told = !Number.isNaN(numberOf(event, 'memcgId'));
      counted = { count: new DeferredCount(kernel.perGroup && info.perGroup && !told), calls: new Set() };
      this.#counts.set(key, counted);
    }
    return counted;
  }

  /** By address: of one scan function, each superblock has its own. */
  #shrinkerOf(event: Started | Ended): InferredShrinker {
    const key = `${textOf(event, 'shrink')} ${textOf(event, 'shr')}`;
    let found = this.#shrinkers.get(key);
    if (found === undefined) {
      found = new InferredShrinker(textOf(event, 'shrink'));
      this.#shrinkers.set(key, found);
    }
    return found;
  }
}

function pressureOf({ priority, pgsScanned, lruPgs }: SlabCall): string {
  if (Number.isNaN(pgsScanned)) return 'a number that no kernel has';
  return Number.isNaN(priority) ? `${pgsScanned} of ${lruPgs} LRU pages scanned` : `priority ${priority}`;
}
