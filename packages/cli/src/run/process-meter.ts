/** Meter of this process: CPU time, garbage collection and memory, from when it is made. */
import { PerformanceObserver } from 'node:perf_hooks';

/** What this process spent. */
export interface ProcessStats {
  /** User and system, of all threads. */
  readonly cpuSeconds: number;
  /** How long it stood still for the garbage collector. */
  readonly garbageSeconds: number;
  /** The most memory that it has had since it was started. */
  readonly peakMegabytes: number;
}

export class ProcessMeter {
  readonly #cpuBefore = process.cpuUsage();
  #garbageMs = 0;
  readonly #collections = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  finish(): ProcessStats {
    this.#add(this.#collections.takeRecords());
    this.#collections.disconnect();
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    return {
      cpuSeconds: (user + system) / 1_000_000,
      garbageSeconds: this.#garbageMs / 1_000,
      peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    };
  }

  #add(collections: readonly { readonly duration: number }[]): void {
    for (const { duration } of collections) this.#garbageMs += duration;
  }
}
