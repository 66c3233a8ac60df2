/** The shrinkers of a mounted XFS file system, in the order of their registration. Linux 6.1 fs/super.c, fs/xfs. */
import type { ShrinkerInfo } from '../mm/do-shrink-slab.ts';

/** The superblock's at sget, then what mounting XFS adds. */
const KINDS = {
  'sb-xfs': { seeks: 2, batch: 1024 },
  'xfs-buf': { seeks: 2, batch: 128 },
  'xfs-inodegc': { seeks: 0, batch: 2049 },
} as const;

export type MountShrinker = keyof typeof KINDS;

export const mountShrinkerId = (kind: MountShrinker, device: string): string => `${kind}:${device}`;

/** Returns one of them; `owner` is the agent that has its objects, null for an empty file system. */
export const mountShrinker = (kind: MountShrinker, device: string, owner: string | null): ShrinkerInfo => ({
  id: mountShrinkerId(kind, device),
  owner,
  ...KINDS[kind],
});

export const mountShrinkers = (device: string, owner: string | null): ShrinkerInfo[] =>
  (Object.keys(KINDS) as MountShrinker[]).map((kind) => mountShrinker(kind, device, owner));
