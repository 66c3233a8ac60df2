/**
 * The kernel's tick as a trace tells of it: every timer event says how many jiffies it is. Linux 6.1
 * kernel/time/timer.c, include/trace/events/timer.h.
 */
import { SECOND, type VirtualTime } from '@dragon/engine';
import { type KernelEvent, numberOf } from './kernel-event.ts';

/** The values that CONFIG_HZ can take on the usual machines. */
const CONFIG_HZ = [100, 250, 300, 1000] as const;

export class JiffyClock {
  #first: { at: VirtualTime; jiffies: number } | undefined;
  #last: { at: VirtualTime; jiffies: number } | undefined;

  event(event: KernelEvent): void {
    const jiffies = jiffiesOf(event);
    if (!Number.isFinite(jiffies)) return;
    const seen = { at: event.at, jiffies };
    if (this.#first === undefined || jiffies < this.#first.jiffies) this.#first = seen;
    if (this.#last === undefined || jiffies > this.#last.jiffies) this.#last = seen;
  }

  /** Forgets what it saw: another trace begins. */
  restart(): void {
    this.#first = undefined;
    this.#last = undefined;
  }

  /**
   * Ticks a second (CONFIG_HZ), or undefined if the trace does not tell: it needs timer events at least 20 jiffies
   * apart.
   */
  get hz(): number | undefined {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined || last.jiffies - first.jiffies < 20) return undefined;
    const measured = ((last.jiffies - first.jiffies) * SECOND) / (last.at - first.at);
    return CONFIG_HZ.find((hz) => Math.abs(measured - hz) < hz / 10);
  }
}

/** Returns the jiffies at the event, NaN if it does not say. */
function jiffiesOf(event: KernelEvent): number {
  if (event.event === 'timer_expire_entry') return numberOf(event, 'now');
  if (event.event === 'timer_start') return numberOf(event, 'expires') - numberOf(event, 'timeout');
  return Number.NaN;
}
