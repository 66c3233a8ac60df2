/**
 * Loops of do_shrink_slab that end a batch or more early, of a superblock whose s_umount is held for writing: then all
 * its scans return SHRINK_STOP until it is released. One alone is no such thing. Linux 6.1 fs/super.c super_cache_scan.
 */
import type { KernelEvent } from '../kernel-event.ts';
import { CONSISTENT } from './rule.ts';
import type { Tally } from './tally.ts';

const HELD = 'SHRINK_STOP, time after time: s_umount is held for writing (umount, remount or freeze)';

export class EarlyStops {
  readonly #tally: Tally;
  /** By shrinker: loops that ended early, since it last scanned anything. */
  readonly #stops = new Map<string, { readonly line: number; readonly text: string }[]>();
  /** A file system is being frozen or unmounted: XFS stops its inodegc. */
  #goingDown = false;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  event({ event }: KernelEvent): void {
    if (event === 'xfs_inodegc_stop') this.#goingDown = true;
  }

  stopped(shrinker: string, line: number, text: string): void {
    const stops = this.#stops.get(shrinker);
    if (stops === undefined) this.#stops.set(shrinker, [{ line, text }]);
    else stops.push({ line, text });
  }

  /** The shrinker scans again: whoever held s_umount has let go, if anybody did. */
  scanned(shrinker: string): void {
    const stops = this.#stops.get(shrinker);
    if (stops === undefined) return;
    this.#stops.delete(shrinker);
    for (const { line, text } of stops) {
      if (this.#goingDown || stops.length >= CONSISTENT) this.#tally.explain({ line }, HELD);
      else this.#tally.disagree({ line }, `${text}, and nothing tells of an umount`);
    }
  }

  finish(): void {
    for (const shrinker of this.#stops.keys()) this.scanned(shrinker);
  }
}
