/**
 * CPU time of tasks as far as the events of a trace show it: what lies between two events of one task on one CPU, with
 * nobody else's in between, is its own.
 */
import type { VirtualTime } from '@dragon/engine';
import { inInterrupt, type KernelEvent } from '../kernel-event.ts';
import { remember } from '../remember.ts';

/** A task that is silent for longer sleeps. */
const LONGEST = 2_000_000;

/** After these its task sleeps. */
const LAST_EVENTS: ReadonlySet<string> = new Set(['workqueue_execute_end', 'mm_vmscan_kswapd_sleep', 'flush_begin']);

export class CpuTime {
  readonly #last = new Map<number, { readonly pid: number; readonly at: VirtualTime; readonly sleeps: boolean }>();
  readonly #ofCpu = new Map<number, VirtualTime>();
  readonly #ofTask = new Map<number, VirtualTime>();

  event(event: KernelEvent): void {
    if (inInterrupt(event)) return;
    const { cpu, pid, at } = event;
    const last = this.#last.get(cpu);
    this.#last.set(cpu, { pid, at, sleeps: LAST_EVENTS.has(event.event) });
    if (last === undefined || last.pid !== pid || pid === 0 || last.sleeps) return;
    const time = at - last.at;
    if (!(time > 0 && time <= LONGEST)) return;
    this.#ofCpu.set(cpu, (this.#ofCpu.get(cpu) ?? 0) + time);
    remember(this.#ofTask, pid, (this.#ofTask.get(pid) ?? 0) + time);
  }

  /** Returns how long others than the task have had the CPU so far, plus what the task itself had elsewhere. */
  others(cpu: number, pid: number): VirtualTime {
    return (this.#ofCpu.get(cpu) ?? 0) - (this.#ofTask.get(pid) ?? 0);
  }
}
