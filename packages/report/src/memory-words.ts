/**
 * Words for where the inodes and pages of a machine are, and who of the kernel sees them: "nobody" is what an OOM kill
 * beside freeable memory is about.
 */
import {
  type InodeCensus,
  type InodegcCensus,
  type InodePopulations,
  inodePopulations,
  type MemoryCensus,
} from '@dragon/kernel';
import { thousands } from './thousands.ts';

/** A mount and its node at an instant. */
export interface MemoryState {
  readonly inodes: InodePopulations;
  /** Of the queued, those that the superblock shrinker counts, as the policy `accounting` has it. */
  readonly freeingCounted: InodeCensus['freeingCounted'];
  readonly pages: MemoryCensus;
}

/** Returns the state that the censuses of a cache, its workers and its node come to. */
export function memoryState(cache: InodeCensus, workers: Iterable<InodegcCensus>, pages: MemoryCensus): MemoryState {
  return { inodes: inodePopulations(cache, workers), freeingCounted: cache.freeingCounted, pages };
}

/** Whoever counts inodes, and those which nobody does. */
export interface Seer {
  readonly who: 'VFS shrinker' | 'XFS shrinker' | 'OOM check' | 'Nobody';
  /** The kernel's function that counts; absent for nobody. */
  readonly symbol?: string | undefined;
  /** Inodes. */
  readonly count: number;
  readonly text: string;
}

/** Returns who sees which inodes, in the order of the table; the last row is what is in no count. */
export function whoSeesWhich(state: MemoryState): Seer[] {
  const { inodes, freeingCounted, pages } = state;
  const { dentries, lru, pinned, dirty, clean } = inodes;
  const reclaimable = pinned + dirty + clean;
  return [
    {
      who: 'VFS shrinker',
      symbol: 'super_cache_count',
      count: dentries + lru,
      text: dentries === 0 ? 'the LRU' : `the LRU ${thousands(lru)} · behind dentries ${thousands(dentries)}`,
    },
    {
      who: 'XFS shrinker',
      symbol: 'xfs_reclaim_inodes_count',
      count: reclaimable + freeingCounted,
      text: [reclaimableText(inodes), ...(freeingCounted > 0 ? [`queued ${thousands(freeingCounted)}`] : [])].join(
        ' · ',
      ),
    },
    {
      who: 'OOM check',
      symbol: 'should_reclaim_retry',
      // It looks at pages alone: zone_reclaimable_pages and NR_FREE_PAGES.
      count: 0,
      text: `pages alone: page cache ${thousands(pages.pageCache)} + free ${thousands(pages.free)}, min ${thousands(pages.min)}`,
    },
    { who: 'Nobody', count: uncounted(state), text: uncountedText(state) },
  ];
}

/** Returns the inodes on their way to be free that no count has. */
export function uncounted({ inodes: { queued, batch, evicting, rcu }, freeingCounted }: MemoryState): number {
  return queued + batch + evicting + rcu - freeingCounted;
}

/** Only what is clean can go: what is pinned waits for the log, what is dirty for its own write. */
function reclaimableText({ pinned, dirty, clean }: InodePopulations): string {
  if (pinned + dirty + clean === 0) return 'none reclaimable';
  return `pinned ${thousands(pinned)} · dirty ${thousands(dirty)} · clean ${thousands(clean)}`;
}

function uncountedText({ inodes: { queued, batch, evicting, rcu }, freeingCounted }: MemoryState): string {
  const parts: [string, number][] =
    freeingCounted > 0
      ? [['RCU', rcu]]
      : [
          ['queued', queued],
          ['in a batch', batch],
          ...(evicting > 0 ? ([['being evicted', evicting]] as [string, number][]) : []),
          ['RCU', rcu],
        ];
  return parts.map(([name, count]) => `${name} ${thousands(count)}`).join(' · ');
}

/** What a count is, for whoever reads of inodes in none. */
export const COUNT_TEXT =
  "Before it frees anything, reclaim asks each shrinker's count_objects how much there is. What none of them reports is in no count: reclaim does not know of it.";

/** What is drawn alike: who counts the inodes of a band. */
export type BandKind = 'uncounted' | 'xfs' | 'vfs' | 'use';

/** A band of the inodes over time; from the bottom up in the order in which they are stacked. */
export interface InodeBand {
  readonly kind: BandKind;
  readonly name: string;
  /** Who counts them. */
  readonly counts: string;
  readonly of: (state: MemoryState) => number;
}

export const INODE_BANDS: readonly InodeBand[] = [
  { kind: 'uncounted', name: 'evicted, not yet free', counts: 'no shrinker counts them', of: uncounted },
  {
    kind: 'xfs',
    name: 'XFS reclaimable',
    counts: 'the XFS shrinker counts them',
    of: ({ inodes: { pinned, dirty, clean }, freeingCounted }) => pinned + dirty + clean + freeingCounted,
  },
  {
    kind: 'vfs',
    name: 'on the VFS LRU',
    counts: 'the VFS shrinker counts them',
    of: ({ inodes: { dentries, lru } }) => dentries + lru,
  },
  {
    kind: 'use',
    name: 'in use',
    counts: 'nobody may free them',
    of: ({ inodes: { live, pageCached } }) => live + pageCached,
  },
];

/** The texts of the strip that stays in sight. */
export interface MemoryStrip {
  /** `2,080 inodes in the slabs` */
  readonly inodes: string;
  /** `1,029 in no count` */
  readonly uncounted: string;
  /** `on the LRU 1,028 · XFS 9 · in use 14 · in no count 1,029` */
  readonly populations: string;
  /** `min 1,024 · low 1,286 · high 1,548` */
  readonly marks: string;
}

export function memoryStrip(state: MemoryState): MemoryStrip {
  const [hidden = 0, xfs = 0, vfs = 0, use = 0] = INODE_BANDS.map(({ of }) => of(state));
  const { min, low, high } = state.pages;
  const none = `${thousands(hidden)} in no count`;
  return {
    inodes: `${thousands(hidden + xfs + vfs + use)} inodes in the slabs`,
    uncounted: none,
    populations: `on the LRU ${thousands(vfs)} · XFS ${thousands(xfs)} · in use ${thousands(use)} · in no count ${thousands(hidden)}`,
    marks: `min ${thousands(min)} · low ${thousands(low)} · high ${thousands(high)}`,
  };
}

/** kswapd's priority: how hard it tries. */
export const PRIORITY_TEXT = '12 to 0, all of the LRU at 0';

/** Rows of pages, in the order of the table. */
export const PAGE_ROWS: readonly { readonly name: string; readonly key: keyof MemoryCensus }[] = [
  { name: 'free', key: 'free' },
  { name: 'slab', key: 'slab' },
  { name: 'log items', key: 'slabUnreclaimable' },
  { name: 'anonymous', key: 'anonymous' },
  { name: 'page cache', key: 'pageCache' },
  { name: 'MemAvailable', key: 'available' },
];

/** What stands beside the one large number of a Memory finding: what it counts, and what everybody else saw. */
export interface KillFigure {
  readonly count: number;
  readonly noun: string;
  readonly texts: readonly string[];
}

const MEGABYTE_PAGES = 256;

/**
 * Of those in no count, of the pinned, or of those that shrinkers counted: whichever are most, as in the story of the
 * kill. `backlogs`: the inodes that each worker has before it.
 */
export function killFigure(state: MemoryState, victim: string, backlogs: readonly number[]): KillFigure {
  const { pages, inodes, freeingCounted } = state;
  const unseen = uncounted(state);
  const counted = inodes.dentries + inodes.lru + inodes.clean + freeingCounted;
  const count = Math.max(unseen, inodes.pinned, counted);
  const were = count === 1 ? 'was' : 'were';
  const [which, theirs] =
    count === counted
      ? ['shrinkers counted', 'Nobody had freed them.']
      : count === unseen
        ? ['no shrinker counted', `One worker had ${thousands(Math.max(0, ...backlogs))} of them to do.`]
        : [`${were} pinned`, 'The log on disk did not have them yet, so reclaim passed them over.'];
  return {
    count,
    noun: `freeable ${count === 1 ? 'inode' : 'inodes'} that ${which}`,
    texts: [
      `while the OOM killer looked at ${thousands(pages.pageCache)} pages of page cache and ${thousands(pages.free)} free pages, and killed ${victim}.`,
      `MemAvailable said ${thousands(Math.floor(pages.available / MEGABYTE_PAGES))} MB. ${theirs}`,
    ],
  };
}

/** What is said where a run was recorded without a census. */
export const NO_CENSUS = 'This run was recorded without a census, so where its inodes and pages were is not known.';
