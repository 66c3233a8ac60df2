/**
 * The loop of do_shrink_slab, judged by its end: whole batches until less than one is left, unless the shrinker said
 * SHRINK_STOP. No event shows SHRINK_STOP, but each shrinker has its reason for it, and that shows in other numbers.
 * Linux 6.1 mm/vmscan.c do_shrink_slab; the shrinkers' own files.
 */
import { afterBatch, nextBatch, type SlabScan } from '@dragon/kernel';
import type { KnownShrinker } from './shrinker-table.ts';

/**
 * How a loop ended: as ours does; `stopped` while s_umount was held for writing, if it was; `unknown`, as nothing tells
 * whether the shrinker had a reason to stop; or `broken`, as it cannot have.
 */
export type LoopEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' | 'unknown' | 'broken'; readonly why: string };

/** What a call said at its end. `filesystem`: its gfp flags contain __GFP_FS. */
export type LoopResult = { readonly left: number; readonly retval: number; readonly filesystem: boolean };

/** Returns how a call that was to scan `scan` came to end so. */
export function loopEnd(info: KnownShrinker, scan: SlabScan, { left, retval, filesystem }: LoopResult): LoopEnd {
  const scanned = scan.total - left;
  // All whole batches but the last at once: a damaged total_scan may have billions of them.
  const sure = info.batch > 0 ? Math.floor((scan.total - Math.max(left, info.batch)) / info.batch) - 1 : 0;
  let batches = scan.stopped ? 0 : Math.max(0, sure);
  let now = afterBatch(scan, batches * info.batch, 0);
  for (let n = nextBatch(info, now); now.total > left && n > 0; n = nextBatch(info, now)) {
    now = afterBatch(now, n, 0);
    batches += 1;
  }
  const what = `${scanned} of ${scan.total} scanned in batches of ${info.batch} (${scan.freeable} objects), ${left} left`;
  if (now.total !== left) return { kind: 'broken', why: what };
  if (scanned === 0 && retval !== 0)
    return { kind: 'broken', why: `nothing is scanned (${left} left), but ${retval} freed` };
  const over = nextBatch(info, now) === 0;
  switch (info.stops) {
    case 'after-a-kick':
      // LONG_MAX for each scan that found no inode, as an int.
      return retval === (batches === 0 ? 0 : -batches)
        ? { kind: 'done' }
        : { kind: 'broken', why: `${what}, but it returned ${retval}: ours -${batches}` };
    case 'nofs-or-umount':
      if (!filesystem && scanned > 0)
        return { kind: 'broken', why: `${what}, but without __GFP_FS it stops before it scans` };
      if (over || !filesystem) return { kind: 'done' };
      return { kind: 'stopped', why: `${what}: a batch is due` };
    case 'nothing-freed':
      // Every scan but the last freed something.
      return retval >= batches || over ? { kind: 'done' } : { kind: 'broken', why: `${what}, ${retval} freed` };
    case 'never':
      return over ? { kind: 'done' } : { kind: 'broken', why: `${what}: a batch is due` };
    case 'perhaps':
      if (over) return { kind: 'done' };
      return { kind: 'unknown', why: 'SHRINK_STOP: the shrinker may stop before it is done (no event shows it)' };
  }
}

/** Names that contain __GFP_FS; anything else is NOFS, NOIO or atomic. */
export function mayUseFilesystem(gfpFlags: string): boolean {
  return /GFP_(?:KERNEL|USER|HIGHUSER|TRANSHUGE)|__GFP_FS/.test(gfpFlags);
}
