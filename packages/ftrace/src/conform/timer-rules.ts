/**
 * Rules of the queue's timer: it is armed for the next jiffy, every enqueue arms it anew, and the wheel rounds up.
 * Linux 6.1 kernel/time/timer.c calc_index.
 */
import type { Bounds, GcState } from '../gc-state.ts';
import { inInterrupt, type KernelEvent, numberOf, type RecordedEvent, textOf, type TraceGap } from '../kernel-event.ts';
import { type RuleSet } from './rule.ts';
import { Tally } from './tally.ts';

/** Jiffies between two buckets of the wheel's second level. */
const COARSE = 8;

const WRAP = 2 ** 31;

const ARMS = ['xfs:xfs_inodegc_queue', 'timer:timer_start'];

type Armed = { readonly expires: number; readonly cpu: number };

export class TimerRules implements RuleSet {
  readonly #arm = new Tally('timer-arm', 'the timer is armed for jiffies + 1, and jiffies never go back', ARMS);
  readonly #expiry = new Tally('timer-expiry', 'the timer fires a tick after the jiffy it was last armed for', [
    ...ARMS,
    'timer:timer_expire_entry',
  ]);
  readonly tallies = [this.#arm, this.#expiry];
  /** Tasks that have just queued an inode. */
  readonly #queuers = new Map<number, GcState>();
  readonly #armed = new Map<string, Armed>();
  readonly #cpus = new Set<number>();
  /** The jiffies of each CPU's last timer. */
  readonly #jiffies = new Map<number, number>();

  queued(event: KernelEvent, gc: GcState, _items: Bounds, _hits: Bounds): void {
    this.#queuers.set(event.pid, gc);
  }

  event(event: KernelEvent): void {
    this.#cpus.add(event.cpu);
    if (event.event === 'timer_expire_entry') return this.#expires(event);
    const before = event.event === 'timer_start' ? this.#counted(event) : undefined;
    const gc = this.#queuers.get(event.pid);
    if (gc === undefined || event.event === 'sched_switch' || inInterrupt(event)) return;
    this.#queuers.delete(event.pid);
    if (event.event === 'timer_start' && textOf(event, 'function') === 'delayed_work_timer_fn')
      this.#arms(event, gc, before);
  }

  gap({ cpu }: TraceGap): void {
    this.#queuers.clear();
    if (cpu === undefined) this.#jiffies.clear();
    else this.#jiffies.delete(cpu);
    for (const [timer, armed] of this.#armed) if (cpu === undefined || armed.cpu === cpu) this.#armed.delete(timer);
  }

  /** Returns the jiffies of the CPU's timer before this one, if they are more: they wrap around every 2^32 at most. */
  #counted(event: RecordedEvent<'timer_start'>): number | undefined {
    const now = numberOf(event, 'expires') - numberOf(event, 'timeout');
    const before = this.#jiffies.get(event.cpu) ?? now;
    this.#jiffies.set(event.cpu, now);
    return now < before && before - now < WRAP ? before : undefined;
  }

  #arms(event: RecordedEvent<'timer_start'>, gc: GcState, before: number | undefined): void {
    const [timer, expires, timeout] = [textOf(event, 'timer'), numberOf(event, 'expires'), numberOf(event, 'timeout')];
    gc.timer = timer;
    // Jiffies that are not exact: nothing is known of the timer.
    if (Number.isNaN(expires - timeout)) return void this.#armed.delete(timer);
    this.#armed.set(timer, { expires, cpu: event.cpu });
    if (before !== undefined)
      this.#arm.disagree(
        event,
        `expires ${expires} - timeout ${timeout} is before ${before}, the jiffies of the timer before it`,
      );
    else if (timeout === 1) this.#arm.agree();
    else if (timeout === 0 && this.#cpus.size > 1) this.#arm.explain(event, 'another CPU counted a tick in between');
    else this.#arm.disagree(event, `the timer of CPU ${gc.cpu} is armed for jiffies + ${timeout}`);
  }

  #expires(event: RecordedEvent<'timer_expire_entry'>): void {
    const armed = this.#armed.get(textOf(event, 'timer'));
    if (armed === undefined) return;
    this.#armed.delete(textOf(event, 'timer'));
    const now = numberOf(event, 'now');
    // The wheel's own clock says which bucket it was in, however late the CPU comes to it.
    const bucket = 'baseclk' in event.fields ? numberOf(event, 'baseclk') : now;
    const late = bucket - armed.expires;
    if (Number.isNaN(late)) return;
    if (late === 1) this.#expiry.agree();
    else if (late > 1 && late <= COARSE + 1 && bucket % COARSE === 0)
      this.#expiry.explain(event, "the wheel's clock had stood still: the timer went to a coarser level, of 8 jiffies");
    else if (late > 1 && !('baseclk' in event.fields))
      this.#expiry.explain(
        event,
        'the CPU came late to its timers (this kernel does not say which tick they were for)',
      );
    else
      this.#expiry.disagree(
        event,
        `armed for jiffy ${armed.expires}, fires in that of ${bucket}: ${late} later, not 1`,
      );
  }
}
