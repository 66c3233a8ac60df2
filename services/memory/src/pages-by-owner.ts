/**
 * Pages of memory by their owner, in the order of the owners' names: a change costs no more for there being many of
 * them. Who has none is not listed.
 */
import type { AgentId, Chunks } from '@dragon/engine';
import { allOf, sortedBy } from '@dragon/kernel';

export type PagesByOwner = Chunks<OwnedPages>;

type OwnedPages = { readonly owner: AgentId; readonly pages: number };

export const NO_PAGES: PagesByOwner = [];

const byOwner = sortedBy(({ owner }: OwnedPages) => owner);

/** Returns the pages of one owner. */
export function pagesOf(pages: PagesByOwner, owner: AgentId): number {
  return byOwner.find(pages, owner)?.pages ?? 0;
}

/** Returns all with `change` added to those of `owner`. */
export function pagesChanged(pages: PagesByOwner, owner: AgentId, change: number): PagesByOwner {
  if (change === 0) return pages;
  const after = pagesOf(pages, owner) + change;
  return after === 0 ? byOwner.removed(pages, owner) : byOwner.placed(pages, { owner, pages: after });
}

/** Returns how many pages they have together. */
export function sumOf(pages: PagesByOwner): number {
  return allOf(pages).reduce((sum, each) => sum + each.pages, 0);
}
