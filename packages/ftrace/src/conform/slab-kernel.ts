/**
 * Arithmetic of do_shrink_slab in all kernels since 3.2: how much a call is to scan, and what it leaves for the next
 * one. Linux mm/vmscan.c of 3.2, 4.13, 4.19, 5.10; 5.13 and later (mm/shrinker.c since 6.7) is the model's own.
 */
import { beginScan, deferredAfter, type ShrinkerInfo, type SlabScan } from '@dragon/kernel';

/** Major and minor number. */
export type Release = readonly [major: number, minor: number];

/** What a call starts from, in objects; what the form of a kernel's events does not tell is NaN. */
export type SlabCall = {
  readonly freeable: number;
  readonly nrDeferred: number;
  /** Since 4.16. */
  readonly priority: number;
  /** Before 4.16: LRU pages that this reclaim scanned, and how many there are. */
  readonly pgsScanned: number;
  readonly lruPgs: number;
};

/** One way of doing it, and the kernels that do it so. */
export type SlabKernel = {
  readonly releases: string;
  readonly from: Release;
  /** The first release that does it otherwise. */
  readonly until: Release | undefined;
  /** What its start event says of the pressure. */
  readonly form: 'priority' | 'lru';
  /** Whether each memory cgroup has a deferred count of its own; before, all share that of the node. */
  readonly perGroup: boolean;
  /** Why its numbers are not those of the model. */
  readonly differs: { readonly start: string; readonly end: string } | undefined;
  begin(shrinker: ShrinkerInfo, call: SlabCall): SlabScan;
  /** What the call adds to the deferred count when it ends. */
  deferred(scan: SlabScan): number;
};

const scanOf = ({ freeable, nrDeferred }: SlabCall, delta: number): SlabScan => ({
  freeable,
  nrDeferred,
  delta,
  total: totalBefore513(nrDeferred, delta, freeable),
  scanned: 0,
  freed: 0,
  stopped: false,
});

/** All deferred work counts, but little new work keeps the total below half the cache. */
function totalBefore513(nrDeferred: number, delta: number, freeable: number): number {
  const total = nrDeferred + delta;
  return Math.min(delta < Math.floor(freeable / 4) ? Math.min(total, Math.floor(freeable / 2)) : total, freeable * 2);
}

/** The share of LRU pages that was scanned is the share of objects to scan. */
function deltaOfLru({ seeks }: ShrinkerInfo, { freeable, pgsScanned, lruPgs }: SlabCall): number {
  return Math.floor((Math.floor((4 * pgsScanned) / Math.max(1, seeks)) * freeable) / (lruPgs + 1));
}

const deltaOfPriority = (shrinker: ShrinkerInfo, { freeable, priority }: SlabCall) =>
  beginScan(shrinker, freeable, 0, priority).delta;

/** All that was deferred or new and was not scanned; without the cap of 5.13. */
const allNotScanned = ({ nrDeferred, delta, scanned }: SlabScan) => Math.max(0, nrDeferred + delta - scanned);

const IN_FULL = {
  start: 'a kernel before 5.13: deferred work counts in full',
  end: 'a kernel before 5.13: what was not scanned is deferred without a cap',
};
const BY_LRU = 'a kernel before 4.16: an older formula, from LRU pages scanned';

/** The arithmetic of the model, and of all kernels since 5.13. */
export const NEWEST: SlabKernel = {
  releases: 'Linux 5.13 or later',
  from: [5, 13],
  until: undefined,
  form: 'priority',
  perGroup: true,
  differs: undefined,
  begin: (shrinker, { freeable, nrDeferred, priority }) => beginScan(shrinker, freeable, nrDeferred, priority),
  deferred: deferredAfter,
};

/** From the newest on: where numbers fit several, the first is meant. */
export const SLAB_KERNELS: readonly SlabKernel[] = [
  NEWEST,
  {
    releases: 'Linux 4.16 to 5.12',
    from: [4, 16],
    until: [5, 13],
    form: 'priority',
    perGroup: false,
    differs: IN_FULL,
    begin: (shrinker, call) => scanOf(call, deltaOfPriority(shrinker, call)),
    deferred: allNotScanned,
  },
  {
    releases: 'Linux 4.18 to 5.0',
    from: [4, 18],
    until: [5, 1],
    form: 'priority',
    perGroup: false,
    differs: { ...IN_FULL, start: 'a kernel of about 4.19: at least a batch of a cache, and deferred work in full' },
    begin: (shrinker, call) =>
      scanOf(call, Math.max(deltaOfPriority(shrinker, call), Math.min(call.freeable, shrinker.batch))),
    deferred: allNotScanned,
  },
  {
    releases: 'Linux 4.15 or before',
    from: [3, 2],
    until: [4, 16],
    form: 'lru',
    perGroup: false,
    differs: { ...IN_FULL, start: BY_LRU },
    begin: (shrinker, call) => scanOf(call, deltaOfLru(shrinker, call)),
    deferred: allNotScanned,
  },
  {
    releases: 'an older Linux 4 or 3',
    from: [3, 2],
    until: [4, 12],
    form: 'lru',
    perGroup: false,
    differs: { start: BY_LRU, end: 'an old kernel: it defers what is left of the total, which it may have cut' },
    begin: (shrinker, call) => scanOf(call, deltaOfLru(shrinker, call)),
    deferred: ({ total }) => Math.max(0, total),
  },
];

/** Returns the release that `5.10.0-23-amd64` or `v6.1` names; undefined if it is none of 3.2 or later. */
export function releaseOf(text: string): Release | undefined {
  const [major, minor] = text
    .replace('v', '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  if (major === undefined || minor === undefined || !Number.isFinite(minor)) return undefined;
  const release = [major, minor] as const;
  return slabKernelsOf(release).length > 0 ? release : undefined;
}

/** Returns the kernels that a release may be, from the likeliest on. */
export function slabKernelsOf(release: Release): readonly SlabKernel[] {
  return SLAB_KERNELS.filter(
    ({ from, until }) => compare(release, from) >= 0 && (until === undefined || compare(release, until) < 0),
  );
}

function compare(a: Release, b: Release): number {
  return a[0] === b[0] ? a[1] - b[1] : a[0] - b[0];
}
