/**
 * The file LRU of a node: an active and an inactive list of runs of pages, and its scan. Linux 6.1 mm/vmscan.c
 * get_scan_count, shrink_lruvec, shrink_inactive_list, inactive_is_low. All pages are clean and nobody refers to them
 * again, so what is scanned of the inactive list is reclaimed. Leaves out the anonymous lists (there is no swap),
 * refaults and activation, writeback, and more than `MAX_RUNS` changes of owner along a list.
 */
import type { AgentId } from '@dragon/engine';
import { type Geometry, KERNEL_GEOMETRY } from '@dragon/kernel';

/** Neighbours on a list that belong to one file. */
export type LruRun = { readonly owner: AgentId; readonly pages: number };

/** The oldest pages first. */
export type LruList = { readonly runs: readonly LruRun[]; readonly pages: number };

export type FileLru = { readonly active: LruList; readonly inactive: LruList };

/** The owner of page cache of closed files. */
export const CACHED_FILES: AgentId = 'cached-files';

export const EMPTY_LIST: LruList = { runs: [], pages: 0 };

/** From so many runs on new pages join the newest run of their owner, out of order. */
const MAX_RUNS = 256;

const PAGES_PER_GIB_SHIFT = 18;

/** Returns the list with `pages` new pages at its end. */
export function pagesAdded(list: LruList, owner: AgentId, pages: number): LruList {
  if (pages === 0) return list;
  const { runs } = list;
  const at = runs.length < MAX_RUNS ? runs.length - 1 : runs.findLastIndex((run) => run.owner === owner);
  const run = runs[at];
  const grown = run?.owner === owner ? runs.with(at, { owner, pages: run.pages + pages }) : [...runs, { owner, pages }];
  return { runs: grown, pages: list.pages + pages };
}

/** Splits the oldest `pages` pages off. */
export function oldestTaken(list: LruList, pages: number): readonly [oldest: readonly LruRun[], rest: LruList] {
  const oldest: LruRun[] = [];
  let wanted = Math.min(pages, list.pages);
  const rest = { pages: list.pages - wanted };
  let next = 0;
  for (; wanted > 0; next += 1) {
    const run = list.runs[next] as LruRun;
    const part = Math.min(run.pages, wanted);
    oldest.push({ ...run, pages: part });
    wanted -= part;
    if (part < run.pages) {
      const runs = [{ ...run, pages: run.pages - part }, ...list.runs.slice(next + 1)];
      return [oldest, { ...rest, runs }];
    }
  }
  return [oldest, { ...rest, runs: list.runs.slice(next) }];
}

/** Returns how many pages of `owner` are on the lists. */
export function ownedPages({ active, inactive }: FileLru, owner: AgentId): number {
  return [...active.runs, ...inactive.runs].reduce((sum, run) => (run.owner === owner ? sum + run.pages : sum), 0);
}

/** Returns the lists without up to `pages` pages of `owner`, its oldest, and how many those were. */
export function withoutOwned(lru: FileLru, owner: AgentId, pages: number): readonly [lru: FileLru, removed: number] {
  let wanted = pages;
  const removeFrom = (list: LruList): LruList => {
    const before = wanted;
    const runs: LruRun[] = [];
    for (const run of list.runs) {
      const part = run.owner === owner ? Math.min(run.pages, wanted) : 0;
      wanted -= part;
      if (part === run.pages) continue;
      const last = runs.at(-1);
      if (last?.owner === run.owner) runs[runs.length - 1] = { ...run, pages: last.pages + run.pages - part };
      else runs.push(part === 0 ? run : { ...run, pages: run.pages - part });
    }
    return before === wanted ? list : { runs, pages: list.pages - (before - wanted) };
  };
  const inactive = removeFrom(lru.inactive);
  const active = removeFrom(lru.active);
  return [{ active, inactive }, pages - wanted];
}

/** What a scan did: all that it scanned of the inactive list is reclaimed; `reclaimed` says of whom. */
export type LruScan = { readonly lru: FileLru; readonly scanned: number; readonly reclaimed: readonly LruRun[] };

/**
 * Returns what shrink_lruvec does at a priority: each list is scanned by its size >> priority in chunks of 32 pages,
 * until `nrToReclaim` pages are reclaimed; a direct reclaimer at the first priority scans to the end all the same. The
 * active list is scanned only while the inactive one is low.
 */
export function shrinkLruvec(
  lru: FileLru,
  priority: number,
  nrToReclaim: number,
  kswapd: boolean,
  { defPriority, swapClusterMax }: Geometry = KERNEL_GEOMETRY,
): LruScan {
  const nrInactive = lru.inactive.pages >> priority;
  const nrActive = inactiveIsLow(lru) ? lru.active.pages >> priority : 0;
  const proportional = !kswapd && priority === defPriority;
  const target = proportional ? nrInactive : Math.ceil(nrToReclaim / swapClusterMax) * swapClusterMax;
  const scanned = Math.min(nrInactive, target);
  const deactivated = !proportional && scanned >= nrToReclaim ? Math.min(nrActive, target) : nrActive;
  const [reclaimed, inactive] = oldestTaken(lru.inactive, scanned);
  const [moved, active] = oldestTaken(lru.active, deactivated);
  const refilled = moved.reduce((list, run) => pagesAdded(list, run.owner, run.pages), inactive);
  return { lru: { active, inactive: refilled }, scanned, reclaimed };
}

/**
 * The inactive list may be smaller than the active one by a factor that grows with the size of both: 1 below 1 GiB,
 * then the root of 10 a GiB.
 */
function inactiveIsLow({ active, inactive }: FileLru): boolean {
  const gib = (active.pages + inactive.pages) >> PAGES_PER_GIB_SHIFT;
  const ratio = gib === 0 ? 1 : Math.floor(Math.sqrt(10 * gib));
  return inactive.pages * ratio < active.pages;
}
