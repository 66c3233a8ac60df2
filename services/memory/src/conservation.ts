/** The invariant of a node: no page is lost or made. */
import type { LogItemSlabs } from './log-item-slabs.ts';
import type { FileLru, LruList } from './lru.ts';
import { type PagesByOwner, sumOf } from './pages-by-owner.ts';

/** Where the pages of a node are. */
export interface NodePages {
  readonly node: number;
  readonly managed: number;
  readonly freePages: number;
  /** Slab that shrinkers can free, and that of log items. */
  readonly slab: number;
  readonly logItems: LogItemSlabs;
  readonly anon: PagesByOwner;
  readonly anonPages: number;
  readonly lru: FileLru;
  /** In use for good: kernel text, page tables, what is not modelled; and what a fault took. */
  readonly other: number;
}

/** Throws if the node's pages are not what they were: each is free, on a list, anonymous, slab, or in use for good. */
export function assertConserved(state: NodePages): void {
  const { managed, freePages, slab, logItems, anonPages, lru, other } = state;
  const [active, inactive] = [lru.active.pages, lru.inactive.pages];
  const total = freePages + slab + logItems.pages + anonPages + active + inactive + other;
  if (total !== managed)
    throw new Error(`node ${state.node} has ${managed} pages, but ${total} are accounted for: ${inWords(state)}`);
  if (
    ![freePages, slab, logItems.pages, anonPages, active, inactive, other].every(
      (pages) => pages >= 0 && Number.isInteger(pages),
    )
  )
    throw new Error(`node ${state.node} has a count of pages that cannot be: ${inWords(state)}`);
}

const inWords = ({ freePages, slab, logItems, anonPages, lru, other }: NodePages): string =>
  `free ${freePages}, slab ${slab}, log items ${logItems.pages}, anon ${anonPages}, file ${lru.active.pages + lru.inactive.pages}, other ${other}`;

/** Throws if the lists and the owners do not hold what the totals say: for tests, as it looks at every run. */
export function assertListed(state: NodePages): void {
  const listed = (list: LruList): number => list.runs.reduce((sum, run) => sum + run.pages, 0);
  const { active, inactive } = state.lru;
  if (listed(active) !== active.pages || listed(inactive) !== inactive.pages)
    throw new Error('the LRU lists do not hold what their counts say');
  if (sumOf(state.anon) !== state.anonPages) throw new Error('the tasks do not hold the anonymous pages counted');
}
