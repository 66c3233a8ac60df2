/**
 * How long those wait who have nothing to do with reclaim: whoever removes or closes files behind an inodegc worker,
 * and system calls of which the whole length is known.
 */
import { kindOf, type VirtualTime } from '@dragon/engine';
import { actingTask, type KernelHit } from '@dragon/kernel';
import { StallMeter, type Stalls } from './stall-meter.ts';

/** In the order in which they are shown. `unlink` and `close`: their waits for a worker; the others: the whole call. */
export const WAITERS = ['unlink', 'close', 'stat', 'statfs', 'mount', 'umount'] as const;
export type Waiter = (typeof WAITERS)[number];

/** Only those who are in the run. */
export type WaitsByWaiter = { readonly [Who in Waiter]?: Stalls };

const REMOVERS: { readonly [kind: string]: Waiter | undefined } = {
  unlinker: 'unlink',
  churner: 'unlink',
  closer: 'close',
};

export class OtherWaits {
  readonly #meters = new Map<Waiter, StallMeter>();

  hit(hit: KernelHit): void {
    const task = actingTask(hit);
    switch (hit.event) {
      case 'flush_begin':
      case 'flush_end': {
        const who = REMOVERS[kindOf(task)];
        if (who !== undefined) this.#mark(who, hit.event === 'flush_begin', task, hit.at);
        break;
      }
      case 'syscall_begin':
      case 'syscall_end':
        this.#mark(hit.fields.call, hit.event === 'syscall_begin', task, hit.at);
        break;
      default:
    }
  }

  finish(endedAt: VirtualTime): WaitsByWaiter {
    return Object.fromEntries(
      WAITERS.flatMap((who) => {
        const meter = this.#meters.get(who);
        return meter === undefined ? [] : [[who, meter.finish(endedAt)] as const];
      }),
    );
  }

  #mark(who: Waiter, begins: boolean, task: string, at: VirtualTime): void {
    let meter = this.#meters.get(who);
    if (meter === undefined) this.#meters.set(who, (meter = new StallMeter()));
    if (begins) meter.begin(task, at);
    else meter.end(task, at);
  }
}
