/**
 * Table of real shrinkers by their scan function: seeks and batch. Linux 6.1: fs/super.c, fs/xfs/xfs_icache.c,
 * fs/xfs/xfs_buf.c, fs/xfs/xfs_qm.c, kernel/rcu/tree.c, mm/workingset.c, mm/huge_memory.c.
 */
import type { ShrinkerInfo } from '@dragon/kernel';

/**
 * `perGroup`: it keeps a deferred count for each memory cgroup. `perNode`: for each NUMA node. `stops`: when
 * scan_objects returns SHRINK_STOP. `after-a-kick`: when it found an inode; else it returns LONG_MAX. `nofs-or-umount`:
 * at once without __GFP_FS, else if s_umount is held for writing. `nothing-freed`: after a scan that freed nothing.
 */
export type KnownShrinker = ShrinkerInfo & {
  readonly perGroup: boolean;
  readonly perNode: boolean;
  readonly stops: 'never' | 'after-a-kick' | 'nofs-or-umount' | 'nothing-freed' | 'perhaps';
};

const SHRINK_BATCH = 128;
const DEFAULT_SEEKS = 2;

const shrinker = (id: string, seeks: number, batch: number, rest: Partial<KnownShrinker> = {}): KnownShrinker => ({
  id,
  owner: null,
  seeks,
  batch,
  perGroup: false,
  perNode: false,
  stops: 'perhaps',
  ...rest,
});

/**
 * Its seeks are the default, but 0 for kernfs, proc and the like (s_shrink.seeks = 0: their inodes cost nothing to make
 * again).
 */
const SUPERBLOCK = 'super_cache_scan';

/** Its seeks are 0 since 4.20, the default before. */
const SHADOW_NODES = 'scan_shadow_nodes';

const SHARED = { perGroup: true, perNode: true };

const KNOWN: ReadonlyMap<string, KnownShrinker> = new Map(
  [
    shrinker(SUPERBLOCK, DEFAULT_SEEKS, 1024, { ...SHARED, stops: 'nofs-or-umount' }),
    shrinker('xfs_inodegc_shrinker_scan', 0, 2049, { stops: 'after-a-kick' }),
    shrinker('xfs_buftarg_shrink_scan', DEFAULT_SEEKS, SHRINK_BATCH, { perNode: true, stops: 'never' }),
    shrinker('xfs_qm_shrink_scan', DEFAULT_SEEKS, SHRINK_BATCH, { perNode: true, stops: 'never' }),
    shrinker('kfree_rcu_shrink_scan', DEFAULT_SEEKS, SHRINK_BATCH, { stops: 'nothing-freed' }),
    shrinker(SHADOW_NODES, 0, SHRINK_BATCH, { ...SHARED, stops: 'never' }),
    shrinker('deferred_split_scan', DEFAULT_SEEKS, SHRINK_BATCH, SHARED),
  ].map((each) => [each.id, each]),
);

/** Returns the shrinker with that scan function, if it is known. */
export function knownShrinker(scanFunction: string): KnownShrinker | undefined {
  return KNOWN.get(scanFunction);
}

/** Any small number: the default and 0 first, as what is given once may fit several. */
const SEEKS = [DEFAULT_SEEKS, ...Array.from({ length: 257 }, (_, seeks) => seeks)];

/** Returns the seeks that the shrinker may have. */
export function seeksOf(scanFunction: string): readonly number[] {
  const known = KNOWN.get(scanFunction);
  if (known === undefined) return SEEKS;
  if (scanFunction === SUPERBLOCK) return [DEFAULT_SEEKS, 0];
  return scanFunction === SHADOW_NODES ? [0, DEFAULT_SEEKS] : [known.seeks];
}

/**
 * A shrinker whose seeks are those that fit every call so far. One that is not in the table is taken to have the
 * default batch.
 */
export class InferredShrinker {
  readonly info: KnownShrinker;
  #candidates: readonly number[];

  constructor(id: string) {
    const known = KNOWN.get(id);
    this.info = known ?? shrinker(id, DEFAULT_SEEKS, SHRINK_BATCH, SHARED);
    this.#candidates = seeksOf(id);
  }

  /** Returns the shrinker as it must be for `fits` to hold, or as it was if nothing fits. */
  narrow(fits: (candidate: ShrinkerInfo) => boolean): KnownShrinker {
    const left = this.#candidates.filter((seeks) => fits({ ...this.info, seeks }));
    if (left.length > 0) this.#candidates = left;
    return { ...this.info, seeks: this.#candidates[0] ?? DEFAULT_SEEKS };
  }

  /** What was inferred; undefined if the table says it all. */
  get inferred(): string | undefined {
    const { id } = this.info;
    if (KNOWN.has(id) && this.#candidates.includes(DEFAULT_SEEKS)) return undefined;
    if (KNOWN.get(id)?.seeks === this.#candidates[0]) return undefined;
    return `seeks ${[...new Set(this.#candidates)].slice(0, 4).join(' or ')}${this.#candidates.length > 5 ? ' or another' : ''}`;
  }
}
