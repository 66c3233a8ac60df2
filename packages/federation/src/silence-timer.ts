/** Time spent listening, by a clock that a busy or a sleeping machine cannot fool. */
import type { Stop } from './link.ts';

/**
 * Calls `onTick` about every `tickMs` milliseconds with the time that passed. No tick counts for more than twice its
 * length: a process that was stopped, or could not run, has not listened in the meantime either.
 */
export function countListening(tickMs: number, onTick: (ms: number) => void): Stop {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const ms = Math.min(now - last, 2 * tickMs);
    last = now;
    onTick(ms);
  }, tickMs);
  return () => clearInterval(timer);
}

/** Calls `onSilence` once when nothing was heard for `limit` milliseconds, a tenth more or less. */
export class SilenceTimer {
  readonly #onSilence: () => void;
  #limit = 0;
  #silent = 0;
  #stopTicks: Stop = () => undefined;

  constructor(limit: number, onSilence: () => void) {
    this.#onSilence = onSilence;
    this.limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Ticks are no more frequent than they must be: hundreds of processes that wait would keep a CPU busy with them. */
  set limit(limit: number) {
    this.stop();
    this.#limit = limit;
    this.#stopTicks = countListening(Math.max(1, limit / 10), (ms) => {
      this.#silent += ms;
      if (this.#silent < limit) return;
      this.stop();
      this.#onSilence();
    });
  }

  stop(): void {
    this.#stopTicks();
  }

  heard(): void {
    this.#silent = 0;
  }
}
