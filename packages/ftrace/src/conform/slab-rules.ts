/**
 * Rules of do_shrink_slab: its arithmetic at the start and the end of each call, and what calls leave each other. Linux
 * 6.1 mm/vmscan.c do_shrink_slab.
 */
import { afterBatch, beginScan, deferredAfter, nextBatch, type ShrinkerInfo, type SlabScan } from '@dragon/kernel';
import { type KernelEvent, numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import { DeferredCount, GROUPS } from './deferred-count.ts';
import { MID_RUN, type RuleSet } from './rule.ts';
import { InferredShrinker, type KnownShrinker, knownShrinker } from './shrinker-table.ts';
import { Tally } from './tally.ts';

type Started = RecordedEvent<'mm_shrink_slab_start'>;
type Ended = RecordedEvent<'mm_shrink_slab_end'>;
type Call = { readonly event: Started; readonly info: KnownShrinker; readonly scan: SlabScan };

export class SlabRules implements RuleSet {
  readonly #start = new Tally('shrink-slab-start', 'delta and total_scan are those of do_shrink_slab');
  readonly #taken = new Tally('shrink-slab-taken', 'a call takes the deferred count that the calls before it left');
  readonly #loop = new Tally('shrink-slab-loop', 'a call scans whole batches until less than a batch is left');
  readonly #end = new Tally('shrink-slab-end', 'a call leaves what it did not scan in the deferred count');
  readonly tallies = [this.#start, this.#taken, this.#loop, this.#end];
  /** Calls under way, by task; one in another is reclaim inside a shrinker. */
  readonly #calls = new Map<number, Call[]>();
  #now = 0;
  readonly #counts = new Map<string, DeferredCount>();
  readonly #shrinkers = new Map<string, InferredShrinker>();
  /** What depends on whether there turn out to be memory cgroups. */
  readonly #open: {
    readonly tally: Tally;
    readonly line: number;
    readonly count: DeferredCount;
    readonly text: string;
  }[] = [];

  event(event: KernelEvent): void {
    this.#now = event.at;
    if (event.event === 'mm_shrink_slab_start') this.#begins(event);
    else if (event.event === 'mm_shrink_slab_end') this.#ends(event);
  }

  gap(): void {
    this.#calls.clear();
    for (const count of this.#counts.values()) count.end(this.#now);
  }

  finish(): void {
    const found = new Map<string, number>();
    for (const { info, inferred } of this.#shrinkers.values()) {
      if (inferred === undefined) continue;
      const note = `${info.id} with ${inferred}`;
      found.set(note, (found.get(note) ?? 0) + 1);
    }
    for (const count of this.#counts.values()) count.end(this.#now);
    for (const { tally, line, count, text } of this.#open) {
      if (count.hasGroups) tally.explain({ line }, GROUPS);
      else tally.disagree({ line }, text);
    }
    for (const [note, count] of found) this.#start.notes.add(`inferred: ${count} ${note}`);
  }

  #begins(event: Started): void {
    const freeable = numberOf(event, 'cacheItems');
    const nr = numberOf(event, 'nrObjectsToShrink');
    const [delta, total, priority] = [
      numberOf(event, 'delta'),
      numberOf(event, 'totalScan'),
      numberOf(event, 'priority'),
    ];
    const scanOf = (candidate: ShrinkerInfo) => beginScan(candidate, freeable, nr, priority);
    const name = textOf(event, 'shrink');
    const info = this.#shrinkerOf(event).narrow((each) => scanOf(each).delta === delta);
    const ours = scanOf(info);
    if (Number.isNaN(priority))
      this.#start.explain(event, 'a kernel before 4.16: an older formula, from LRU pages scanned');
    else if (ours.delta === delta && ours.total === total) this.#start.agree();
    else if (ours.delta === delta && total === totalBefore513(ours))
      this.#start.explain(event, 'a kernel before 5.13: deferred work counts in full');
    else
      this.#start.disagree(
        event,
        `${name}: delta ${delta} total_scan ${total} of ${freeable} objects, ${nr} deferred, priority ${priority}; ours: delta ${ours.delta} total_scan ${ours.total}`,
      );
    const calls = this.#calls.get(event.pid) ?? [];
    // What follows starts from the kernel's numbers: a disagreement here is one, not two.
    calls.push({ event, info, scan: { ...ours, delta, total } });
    this.#calls.set(event.pid, calls);
    const count = this.#countOf(keyOf(event, info), info);
    this.#step(this.#taken, event, count, [nr, 0], () => `${name}: takes ${nr} that no call left`);
  }

  #ends(event: Ended): void {
    const call = this.#callEnding(event);
    if (call === undefined) {
      this.#loop.explain(event, MID_RUN);
      const { info } = this.#shrinkerOf(event);
      this.#countOf(keyOf(event, info), info).seen(numberOf(event, 'newScan'));
      return;
    }
    const { info, scan } = call;
    const name = textOf(event, 'shrink');
    const [left, now, unused] = [
      numberOf(event, 'totalScan'),
      numberOf(event, 'newScan'),
      numberOf(event, 'unusedScan'),
    ];
    const done = { ...scan, total: left, scanned: scan.total - left };
    const end = loopEnd(call, left);
    const wrong =
      end.kind === 'broken' ? end.why : unused === scan.nrDeferred ? undefined : `unused scan count ${unused}`;
    if (end.kind === 'stopped') this.#loop.explain(event, end.why);
    else if (wrong === undefined) this.#loop.agree();
    else if (knownShrinker(name) === undefined)
      this.#loop.explain(event, `${name}: its batch, and whether it says what it scanned, are not known`);
    else this.#loop.disagree(event, `${name}: ${wrong}`);
    const added = deferredAfter(done);
    const count = this.#countOf(keyOf(event, info), info);
    this.#step(this.#end, event, count, [now - added, now], () => {
      return `${name}: new scan count ${now} after ${done.scanned} of ${scan.total} scanned; ours adds ${added}`;
    });
  }

  #callEnding(event: Ended): Call | undefined {
    const calls = this.#calls.get(event.pid) ?? [];
    const index = calls.findLastIndex((call) => textOf(call.event, 'shr') === textOf(event, 'shr'));
    if (index < 0) return undefined;
    const [call] = calls.splice(index);
    if (calls.length === 0) this.#calls.delete(event.pid);
    return call;
  }

  /** The call found the first and left the second. */
  #step(
    tally: Tally,
    { at, line }: KernelEvent,
    count: DeferredCount,
    [before, after]: readonly [number, number],
    text: () => string,
  ): void {
    count.add({
      before,
      after,
      at,
      judge: (verdict) => {
        if (verdict.kind === 'agreed') tally.agree();
        else if (verdict.kind === 'explained') tally.explain({ line }, verdict.reason);
        else if (verdict.kind === 'wrong') tally.disagree({ line }, text());
        else this.#open.push({ tally, line, count, text: text() });
      },
    });
  }

  #countOf(key: string, info: KnownShrinker): DeferredCount {
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = new DeferredCount(info.perGroup);
      this.#counts.set(key, count);
    }
    return count;
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

/** How the loop of a call ended: as ours does; by SHRINK_STOP, which no event shows; or as it cannot have. */
type LoopEnd = { readonly kind: 'done' } | { readonly kind: 'stopped' | 'broken'; readonly why: string };

/** A shrinker without NUMA awareness has one count, whichever node it is called for. */
function keyOf(event: Started | Ended, info: KnownShrinker): string {
  return info.perNode ? `${textOf(event, 'shr')} ${numberOf(event, 'nid')}` : textOf(event, 'shr');
}

/** Returns how the loop came to end with `left` objects to scan. */
function loopEnd({ event, info, scan }: Call, left: number): LoopEnd {
  let now = scan;
  for (let n = nextBatch(info, now); now.total > left && n > 0; n = nextBatch(info, now)) now = afterBatch(now, n, 0);
  if (now.total !== left)
    return {
      kind: 'broken',
      why: `${scan.total - left} of ${scan.total} scanned in batches of ${info.batch} (${scan.freeable} objects), ${left} left`,
    };
  if (nextBatch(info, now) === 0) return { kind: 'done' };
  switch (info.stops) {
    case 'after-a-kick':
      return { kind: 'done' };
    case 'nofs-or-umount':
      return isNofs(textOf(event, 'gfpFlags'))
        ? { kind: 'done' }
        : { kind: 'stopped', why: 'SHRINK_STOP: s_umount is held for write (no event shows it)' };
    case 'perhaps':
      return { kind: 'stopped', why: 'SHRINK_STOP: the shrinker may stop before it is done (no event shows it)' };
  }
}

/** Names that contain __GFP_FS; anything else is NOFS, NOIO or atomic. */
function isNofs(gfpFlags: string): boolean {
  return !/GFP_(?:KERNEL|USER|HIGHUSER|TRANSHUGE)|__GFP_FS/.test(gfpFlags);
}

/** mm/vmscan.c before 5.13: all deferred work counts, but little new work keeps the total below half the cache. */
function totalBefore513({ nrDeferred, delta, freeable }: SlabScan): number {
  const total = nrDeferred + delta;
  return Math.min(delta < freeable / 4 ? Math.min(total, Math.floor(freeable / 2)) : total, freeable * 2);
}
