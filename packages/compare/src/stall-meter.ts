/** Stalls of tasks by their beginnings and ends. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { type HistogramData, MeasureHistogram } from './measure-histogram.ts';

/**
 * Durations in nanoseconds. A wait that the end of the run cut off counts with its age, and is one of the `unfinished`.
 */
export interface Stalls {
  readonly samples: HistogramData;
  readonly unfinished: number;
}

/** One stall at a time of each task; an end without a beginning is not one. */
export class StallMeter {
  readonly #since = new Map<AgentId, VirtualTime>();
  readonly #samples = new MeasureHistogram();

  begin(task: AgentId, at: VirtualTime): void {
    this.#since.set(task, at);
  }

  end(task: AgentId, at: VirtualTime): void {
    const since = this.#since.get(task);
    if (since === undefined) return;
    this.#since.delete(task);
    this.#samples.add(at - since);
  }

  finish(endedAt: VirtualTime): Stalls {
    for (const since of this.#since.values()) this.#samples.add(Math.max(0, endedAt - since));
    return { samples: this.#samples.data(), unfinished: this.#since.size };
  }
}
