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

/** Calls `onSilence` once when nothing was heard for `limit` milliseconds. */
export class SilenceTimer {
  limit: number;
  readonly stop: Stop;
  #silent = 0;

  constructor(limit: number, onSilence: () => void) {
    this.limit = limit;
    this.stop = countListening(Math.max(1, Math.min(100, limit / 10)), (ms) => {
      this.#silent += ms;
      if (this.#silent < this.limit) return;
      this.stop();
      onSilence();
    });
  }

  heard(): void {
    this.#silent = 0;
  }
}
