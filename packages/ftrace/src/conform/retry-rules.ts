/**
 * Rules of the last question before the OOM killer: the watermark check and the count of rounds without progress. Linux
 * 6.1 mm/page_alloc.c should_reclaim_retry.
 */
import { MAX_RECLAIM_RETRIES, noProgressLoopsAfter, reclaimCouldSuffice } from '@dragon/kernel';
import { type KernelEvent, numberOf, type RecordedEvent, textOf, type TraceGap } from '../kernel-event.ts';
import { MID_RUN, type RuleSet } from './rule.ts';
import { Tally } from './tally.ts';

/** From the lowest to the highest: an allocation may use the zones below its own. */
const ZONES = ['DMA', 'DMA32', 'Normal', 'HighMem', 'Movable'];

/** What zone checks say of the zone's lowmem_reserve: at least `low`, less than `high`. */
type Reserve = { low: number; high: number };

type Question = RecordedEvent<'reclaim_retry_zone'>;

/** Rounds of one allocation. `progress` is that of the reclaim since the last question. */
type Rounds = { loops: number | undefined; progress: boolean | undefined; asked: Question | undefined };

export class RetryRules implements RuleSet {
  readonly #check = new Tally(
    'reclaim-retry',
    'another round is worth it if free and LRU pages are more than the min watermark',
    ['oom:reclaim_retry_zone'],
  );
  readonly #loops = new Tally('no-progress-loops', 'rounds without progress are counted, any progress starts again', [
    'oom:reclaim_retry_zone',
    'vmscan:mm_vmscan_direct_reclaim_end',
  ]);
  readonly tallies = [this.#check, this.#loops];
  readonly #reserves = new Map<string, Reserve>();
  readonly #highest = new Map<number, number>();
  /** Of zones that may not be the highest: decided when all have been seen. */
  readonly #open: Question[] = [];
  readonly #rounds = new Map<number, Rounds>();

  event(event: KernelEvent): void {
    if (event.event === 'mm_vmscan_direct_reclaim_end') {
      const rounds = this.#roundsOf(event.pid);
      rounds.progress = numberOf(event, 'nrReclaimed') > 0;
      // A reclaim that was not asked about again belongs to an allocation that got its page: the next one counts from
      // 0.
      if (rounds.asked === undefined) rounds.loops = 0;
      rounds.asked = undefined;
    } else if (event.event === 'reclaim_retry_zone') this.#asks(event);
  }

  gap({ cpu }: TraceGap): void {
    void cpu;
    this.#rounds.clear();
  }

  finish(): void {
    for (const event of this.#open) this.#judge(event);
  }

  #asks(event: Question): void {
    const [node, zone] = [numberOf(event, 'node'), ZONES.indexOf(textOf(event, 'zone'))];
    this.#highest.set(node, Math.max(this.#highest.get(node) ?? -1, zone));
    const agrees =
      numberOf(event, 'wmarkCheck') ===
      Number(reclaimCouldSuffice(numberOf(event, 'available'), numberOf(event, 'minWmark')));
    const [reclaimable, available] = [numberOf(event, 'reclaimable'), numberOf(event, 'available')];
    if (reclaimable > available)
      this.#check.disagree(
        event,
        `reclaimable ${reclaimable} is more than available ${available}, of which it is part`,
      );
    else if (agrees) this.#check.agree();
    else this.#open.push(event);
    this.#count(event);
  }

  #judge(event: Question): void {
    const [available, min, order] = [
      numberOf(event, 'available'),
      numberOf(event, 'minWmark'),
      numberOf(event, 'order'),
    ];
    const passed = numberOf(event, 'wmarkCheck') === 1;
    const node = numberOf(event, 'node');
    const lower = ZONES.indexOf(textOf(event, 'zone')) < (this.#highest.get(node) ?? -1);
    if (passed && available > min / 4)
      this.#check.explain(event, 'the caller may use reserves (__GFP_HIGH, atomic, an OOM victim): its mark is lower');
    else if (!passed && order > 0)
      this.#check.explain(event, 'no free block of this order, however many pages are free');
    else if (!passed && lower && this.#fitsReserve(event))
      this.#check.explain(event, 'lowmem_reserve: a lower zone keeps pages from those who can use a higher one');
    else
      this.#check.disagree(
        event,
        `wmark_check ${Number(passed)} with ${textOf(event, 'available')} pages available, min ${textOf(event, 'minWmark')}, order ${textOf(event, 'order')}, zone ${textOf(event, 'zone')}`,
      );
  }

  /** One reserve must explain all checks of a zone. */
  #fitsReserve(event: Question): boolean {
    const key = `${numberOf(event, 'node')} ${textOf(event, 'zone')}`;
    const margin = numberOf(event, 'available') - numberOf(event, 'minWmark');
    const reserve = this.#reserves.get(key) ?? { low: 0, high: Number.POSITIVE_INFINITY };
    this.#reserves.set(key, { ...reserve, low: Math.max(reserve.low, margin) });
    return margin < reserve.high;
  }

  #count(event: Question): void {
    const printed = numberOf(event, 'noProgressLoops');
    const rounds = this.#roundsOf(event.pid);
    const { loops, progress, asked } = rounds;
    // One question asks zone after zone, from the highest down, until one could do.
    const sameRound = progress === undefined && asked !== undefined && followsInRound(asked, event);
    rounds.asked = event;
    rounds.progress = undefined;
    rounds.loops = printed;
    const ours = noProgressLoopsAfter(loops ?? 0, progress ?? false, numberOf(event, 'order'));
    if (printed > MAX_RECLAIM_RETRIES)
      this.#loops.disagree(event, `no_progress_loops ${printed}: it gives up after ${MAX_RECLAIM_RETRIES}`);
    else if (sameRound) {
      if (printed !== loops)
        this.#loops.disagree(event, `no_progress_loops ${printed} in a round that began with ${loops}`);
    } else if (progress === undefined) this.#loops.explain(event, MID_RUN);
    // Progress, and nothing else, makes it 0.
    else if ((printed === 0) !== (ours === 0))
      this.#loops.disagree(event, `no_progress_loops ${printed}, ${progress ? 'with' : 'without'} progress`);
    else if (printed === ours && loops !== undefined) this.#loops.agree();
    else if (printed === 0) this.#loops.agree();
    else if (loops === undefined) this.#loops.explain(event, MID_RUN);
    else if (printed === 1)
      this.#loops.explain(event, 'the first round of another allocation, or after one of the OOM killer');
    else
      this.#loops.disagree(
        event,
        `no_progress_loops ${printed} after ${loops}, ${progress ? 'with' : 'without'} progress`,
      );
  }

  #roundsOf(pid: number): Rounds {
    let rounds = this.#rounds.get(pid);
    if (rounds === undefined) {
      rounds = { loops: undefined, progress: undefined, asked: undefined };
      this.#rounds.set(pid, rounds);
    }
    return rounds;
  }
}

/** Whether a question is about another zone in the round of the one before: a lower one, as that could not do. */
function followsInRound(before: Question, event: Question): boolean {
  const [node, last] = [numberOf(before, 'node'), ZONES.indexOf(textOf(before, 'zone'))];
  if (numberOf(before, 'wmarkCheck') === 1) return false;
  return numberOf(event, 'node') !== node || ZONES.indexOf(textOf(event, 'zone')) < last;
}
