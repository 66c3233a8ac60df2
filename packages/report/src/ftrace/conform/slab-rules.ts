/** Rules of do_shrink_slab: its arithmetic at the start and the end of each call, and what calls leave each other. Linux 6.1 mm/vmscan.c do_shrink_slab. */
import { afterBatch, beginScan, deferredAfter, nextBatch, type ShrinkerInfo, type SlabScan } from '@dragon/kernel';
import { type KernelEvent, numberOf, textOf } from '../kernel-event.ts';
import { DeferredCount, type Fit } from './deferred-count.ts';
import { MID_RUN, type RuleSet } from './rule.ts';
import { InferredShrinker, type KnownShrinker } from './shrinker-table.ts';
import { Tally } from './tally.ts';

type Call = { readonly event: KernelEvent; readonly info: KnownShrinker; readonly scan: SlabScan };

export class SlabRules implements RuleSet {
  readonly #start = new Tally('shrink-slab-start', 'delta and total_scan are those of do_shrink_slab');
  readonly #taken = new Tally('shrink-slab-taken', 'a call takes the deferred count that the calls before it left');
  readonly #loop = new Tally('shrink-slab-loop', 'a call scans whole batches until less than a batch is left');
  readonly #end = new Tally('shrink-slab-end', 'a call leaves what it did not scan in the deferred count');
  readonly tallies = [this.#start, this.#taken, this.#loop, this.#end];
  /** Calls under way, by task; one in another is reclaim inside a shrinker. */
  readonly #calls = new Map<number, Call[]>();
  readonly #counts = new Map<string, DeferredCount>();
  readonly #shrinkers = new Map<string, InferredShrinker>();
  readonly #underWay = new Map<string, number>();
  /** What depends on whether there are memory cgroups. */
  readonly #open: {
    readonly tally: Tally;
    readonly line: number;
    readonly count: DeferredCount;
    readonly reason: string;
    readonly text: string;
  }[] = [];

  event(event: KernelEvent): void {
    if (event.event === 'mm_shrink_slab_start') this.#begins(event);
    else if (event.event === 'mm_shrink_slab_end') this.#ends(event);
  }

  gap(): void {
    this.#calls.clear();
    this.#underWay.clear();
    for (const count of this.#counts.values()) count.forget();
  }

  finish(): void {
    const found = new Map<string, number>();
    for (const { info, inferred } of this.#shrinkers.values()) {
      if (inferred === undefined) continue;
      const note = `${info.id} with ${inferred}`;
      found.set(note, (found.get(note) ?? 0) + 1);
    }
    for (const { tally, line, count, reason, text } of this.#open) {
      if (count.groupsSeen >= GROUPS) tally.explain({ line }, reason);
      else tally.disagree({ line }, text);
    }
    for (const [note, count] of found) this.#start.notes.add(`inferred: ${count} ${note}`);
  }

  #begins(event: KernelEvent): void {
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
    if (ours.delta === delta && ours.total === total) this.#start.agree();
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
    const key = keyOf(event, info);
    const count = this.#countOf(key, info);
    this.#judge(this.#taken, event, count, count.taken(nr, event.pid), () => `${name}: takes ${nr} that no call left`);
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
  }

  #ends(event: KernelEvent): void {
    const call = this.#callEnding(event);
    if (call === undefined) {
      this.#loop.explain(event, MID_RUN);
      const { info } = this.#shrinkerOf(event);
      this.#countOf(keyOf(event, info), info).seen(numberOf(event, 'newScan'), event.pid);
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
    const broken = loopProblem(call, left) ?? (unused === scan.nrDeferred ? undefined : `unused scan count ${unused}`);
    if (broken === undefined) this.#loop.agree();
    else if (broken.startsWith(STOPPED)) this.#loop.explain(event, broken);
    else this.#loop.disagree(event, `${name}: ${broken}`);
    const key = keyOf(event, info);
    const others = (this.#underWay.get(key) ?? 1) - 1;
    this.#underWay.set(key, Math.max(0, others));
    const added = deferredAfter(done);
    const count = this.#countOf(key, info);
    this.#judge(this.#end, event, count, count.left(added, now, event.pid, others), () => {
      return `${name}: new scan count ${now} after ${done.scanned} of ${scan.total} scanned; ours adds ${added}`;
    });
  }

  #callEnding(event: KernelEvent): Call | undefined {
    const calls = this.#calls.get(event.pid) ?? [];
    const index = calls.findLastIndex((call) => textOf(call.event, 'shr') === textOf(event, 'shr'));
    if (index < 0) return undefined;
    const [call] = calls.splice(index);
    if (calls.length === 0) this.#calls.delete(event.pid);
    return call;
  }

  #judge(tally: Tally, event: KernelEvent, count: DeferredCount, fit: Fit, text: () => string): void {
    if (fit === undefined) tally.disagree(event, text());
    else if (fit.ifGroups) this.#open.push({ tally, line: event.line, count, reason: fit.reason ?? '', text: text() });
    else if (fit.reason === undefined) tally.agree();
    else tally.explain(event, fit.reason);
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
  #shrinkerOf(event: KernelEvent): InferredShrinker {
    const key = `${textOf(event, 'shrink')} ${textOf(event, 'shr')}`;
    let found = this.#shrinkers.get(key);
    if (found === undefined) {
      found = new InferredShrinker(textOf(event, 'shrink'));
      this.#shrinkers.set(key, found);
    }
    return found;
  }
}

/** So often must a call take what another cgroup's call left before there are cgroups. */
const GROUPS = 3;

const STOPPED = 'SHRINK_STOP';

/** A shrinker without NUMA awareness has one count, whichever node it is called for. */
function keyOf(event: KernelEvent, info: KnownShrinker): string {
  return info.perNode ? `${textOf(event, 'shr')} ${numberOf(event, 'nid')}` : textOf(event, 'shr');
}

/** Returns why the loop cannot have ended with `left` objects to scan, or the reason that begins with SHRINK_STOP; undefined if it ends there. */
function loopProblem({ event, info, scan }: Call, left: number): string | undefined {
  let now = scan;
  for (let n = nextBatch(info, now); now.total > left && n > 0; n = nextBatch(info, now)) now = afterBatch(now, n, 0);
  if (now.total !== left)
    return `${scan.total - left} of ${scan.total} scanned in batches of ${info.batch} (${scan.freeable} objects), ${left} left`;
  if (nextBatch(info, now) === 0) return undefined;
  switch (info.stops) {
    case 'after-a-kick':
      return undefined;
    case 'nofs-or-umount':
      return isNofs(textOf(event, 'gfpFlags'))
        ? undefined
        : `${STOPPED}: s_umount is held for write (no event shows it)`;
    case 'perhaps':
      return `${STOPPED}: the shrinker may stop before it is done (no event shows it)`;
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
