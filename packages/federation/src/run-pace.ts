/**
 * The pace of a run: how far it may go at a moment of the wall clock. Nothing in a run depends on it but when things
 * happen to be computed.
 */
import { SECOND, type VirtualTime } from '@dragon/engine';

export class RunPace {
  #paused: boolean;
  /** Virtual seconds per second of the wall clock; Infinity: as fast as the machine can. */
  #speed: number;
  /** Where the run stands still by itself. */
  #stopBefore: VirtualTime = Number.POSITIVE_INFINITY;
  /** Virtual time and wall clock when it was last let go, or changed its speed. */
  #from: { readonly at: VirtualTime; readonly wallMs: number };

  constructor({ paused, speed }: { readonly paused: boolean; readonly speed: number }, wallMs: number) {
    this.#paused = paused;
    this.#speed = speed;
    this.#from = { at: 0, wallMs };
  }

  get paused(): boolean {
    return this.#paused;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Returns the instant that no event may reach yet: 0 or more while it runs, what it was while it is paused. */
  before(wallMs: number): VirtualTime {
    if (this.#paused) return this.#from.at;
    if (this.#speed === Number.POSITIVE_INFINITY) return this.#stopBefore;
    const passed = Math.max(0, wallMs - this.#from.wallMs) * (SECOND / 1_000) * this.#speed;
    return Math.min(this.#stopBefore, Math.floor(this.#from.at + passed));
  }

  /** Stands still; the run is at `at`. */
  pause(at: VirtualTime): void {
    this.#paused = true;
    this.#stopBefore = Number.POSITIVE_INFINITY;
    this.#from = { at, wallMs: this.#from.wallMs };
  }

  /** Lets the run go on from `at`, to stand still again before `stopBefore`. */
  resume(at: VirtualTime, wallMs: number, stopBefore: VirtualTime = Number.POSITIVE_INFINITY): void {
    this.#paused = false;
    this.#stopBefore = stopBefore;
    this.#from = { at, wallMs };
  }

  /** The wall clock of the run begins. */
  begin(wallMs: number): void {
    this.#from = { at: this.#from.at, wallMs };
  }

  setSpeed(speed: number, at: VirtualTime, wallMs: number): void {
    this.#speed = speed;
    this.#from = { at, wallMs };
  }

  /** Stands still if the run has come to where it should. Returns whether it does. */
  arrived(at: VirtualTime): boolean {
    if (this.#paused || at < this.#stopBefore) return false;
    this.pause(at);
    return true;
  }
}
