/**
 * Loops of do_shrink_slab that end a batch or more early, of a superblock whose s_umount is held for writing: then all
 * its scans return SHRINK_STOP until it is released. One alone is no such thing. Linux 6.1 fs/super.c super_cache_scan.
 */
import { SECOND, type VirtualTime } from '@dragon/engine';
import type { KernelEvent } from '../kernel-event.ts';
import { CONSISTENT } from './rule.ts';
import type { Tally } from './tally.ts';

const HELD = 'SHRINK_STOP, time after time: s_umount is held for writing (umount, remount or freeze)';

/** XFS stops its inodegc within so long of taking s_umount, or nearly so. */
const NEAR = 1 * SECOND;

/** Loops that ended early, of one shrinker, which scanned nothing in between. */
type Streak = { readonly line: number; readonly at: VirtualTime; readonly text: string }[];

export class EarlyStops {
  readonly #tally: Tally;
  readonly #current = new Map<string, Streak>();
  readonly #over: Streak[] = [];
  /** When a file system was frozen or unmounted: XFS stopped its inodegc. */
  readonly #down: VirtualTime[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  event({ event, at }: KernelEvent): void {
    if (event === 'xfs_inodegc_stop') this.#down.push(at);
  }

  /** A loop ended early, after some batches or at once. */
  stopped(shrinker: string, { line, at }: KernelEvent, { text, batches }: { text: string; batches: boolean }): void {
    if (batches) this.scanned(shrinker);
    const streak = this.#current.get(shrinker);
    if (streak === undefined) this.#current.set(shrinker, [{ line, at, text }]);
    else streak.push({ line, at, text });
  }

  /** The shrinker scans: nobody holds s_umount. */
  scanned(shrinker: string): void {
    const streak = this.#current.get(shrinker);
    if (streak === undefined) return;
    this.#current.delete(shrinker);
    this.#over.push(streak);
  }

  finish(): void {
    for (const streak of [...this.#over, ...this.#current.values()]) {
      for (const { line, at, text } of streak) {
        const held = streak.length >= CONSISTENT || this.#down.some((down) => Math.abs(down - at) < NEAR);
        if (held) this.#tally.explain({ line }, HELD);
        else this.#tally.disagree({ line }, `${text}, and nothing tells of an umount`);
      }
    }
  }
}
