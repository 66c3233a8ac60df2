/** The pace of a coordinator's rounds: how far they may go now, and the wait until they may go further. */
import type { VirtualTime } from '@dragon/engine';
import type { Body } from './frame.ts';
import { RunPace } from './run-pace.ts';

/** How long rounds that are ahead of their pace wait before they look again. */
const AHEAD_MS = 8;

export interface PaceOptions {
  /** Whether the run stands still until a watcher lets it go; default: no. */
  readonly paused?: boolean | undefined;
  /** Virtual seconds per second of the wall clock; default: as many as there can be. */
  readonly speed?: number | undefined;
}

export class RoundPace {
  readonly #pace: RunPace;
  /** Lets rounds that stand still look again. */
  #wake: (() => void) | undefined;

  constructor({ paused = false, speed = Number.POSITIVE_INFINITY }: PaceOptions) {
    this.#pace = new RunPace({ paused, speed }, performance.now());
  }

  /** The first round is about to begin. */
  begin(): void {
    this.#pace.begin(performance.now());
  }

  /** Takes what a watcher asks for; everything before `gvt` has happened. */
  set({ paused, speed, stopBefore }: Body<'pace'>, gvt: VirtualTime): void {
    const wallMs = performance.now();
    const at = this.clock(gvt);
    if (speed !== null) this.#pace.setSpeed(speed === 'unlimited' ? Number.POSITIVE_INFINITY : speed, at, wallMs);
    if (paused === true) this.#pace.pause(at);
    else if (paused === false) this.#pace.resume(at, wallMs, stopBefore ?? Number.POSITIVE_INFINITY);
    this.#wake?.();
  }

  /** Returns the instant that no event may reach yet. */
  before(): VirtualTime {
    return this.#pace.before(performance.now());
  }

  /** Returns the run's clock: everything before `gvt` has happened, but a run at a pace is not there yet. */
  clock(gvt: VirtualTime): VirtualTime {
    const isPaced = this.#pace.paused || this.#pace.speed !== Number.POSITIVE_INFINITY;
    return isPaced ? Math.min(gvt, this.before()) : gvt;
  }

  /** What watchers are told. */
  get told(): Pick<Body<'progress'>, 'paused' | 'speed'> {
    const { paused, speed } = this.#pace;
    return { paused, speed: speed === Number.POSITIVE_INFINITY ? 'unlimited' : speed };
  }

  /** Waits until the rounds may go on, or the signal is aborted; nobody needs more than a pulse meanwhile. */
  async standStill(before: VirtualTime, signal: AbortSignal): Promise<void> {
    const isHeld = this.#pace.paused || this.#pace.arrived(before);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = isHeld ? undefined : setTimeout(wake, AHEAD_MS);
      this.#wake = wake;
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
    signal.throwIfAborted();
  }
}
