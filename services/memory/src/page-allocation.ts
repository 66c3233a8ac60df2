/**
 * Allocation and freeing of pages as functions of the node's state. Linux 6.1 mm/page_alloc.c get_page_from_freelist,
 * free_unref_page.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  allocationMark,
  type MemoryMessage,
  type PageUse,
  type Received,
  toTask,
  zoneReclaimablePages,
} from '@dragon/kernel';
import { attrReset, attrSet, failNthSet, type Injected, pagesInjected } from './fault-injection.ts';
import { gapPages, itemsAllocated, itemsFreed } from './log-item-slabs.ts';
import { CACHED_FILES, ownedPages, pagesAdded, withoutOwned } from './lru.ts';
import { wakeupKswapd } from './node-reclaim.ts';
import { fileLruPages, type MemoryContext, nodeChanged, type Outcome, withBoosting } from './node-state.ts';
import { pagesChanged, pagesOf } from './pages-by-owner.ts';
import { pagesAllocated, freeAtMost, freedToBlocks } from './watermark-boost.ts';

type Event<T extends MemoryMessage['type']> = Received<Extract<MemoryMessage, { type: T }>>;

/**
 * Takes what is free above the mark of the path, up to what is asked for. The slow path wakes kswapd, and so does a
 * boost of the watermarks. The page that fault injection makes fail is not given, nor is what comes after it.
 */
export function allocate(before: MemoryContext, event: Event<'memory.allocate'>): Outcome {
  const { from, pages, use, gfp, path } = event;
  const state = before.oomLock === from ? nodeChanged(before, { oomLock: null }) : before;
  const gaps = use === 'log-items' ? gapPages(state.logItems) : 0;
  const above = Math.max(0, state.freePages - allocationMark(state.marks, path, gfp));
  const available = Math.min(pages, gaps + above);
  const { passed: granted, fails, injection, log } = allocationsInjected(state, event, available);
  const fresh = Math.max(0, granted - gaps);
  const boosting = pagesAllocated(state.boosting, use, fresh, state);
  const taken = withBoosting(nodeChanged(state, { freePages: state.freePages - fresh, injection }), boosting);
  const after = inUse(taken, from, use, granted);
  const reclaimable = zoneReclaimablePages(fileLruPages(after), after.freePages) + after.freeablePages;
  const { freePages, marks } = after;
  const answered = { granted, free: freePages, reclaimable, minWmark: marks.min };
  const injected = fails ? ({ injected: true } as const) : {};
  const reply = toTask(from, { type: 'task.pagesAllocated', ...answered, ...injected });
  const said: readonly Effect[] = [...log.map((text): Effect => ({ kind: 'log', text })), reply];
  const wakes = (path === 'slow' && pages > 0) || boosting.boost > state.boosting.boost;
  if (!wakes) return [after, said];
  const [woken, effects] = wakeupKswapd(after, from);
  return [woken, [...said, ...effects]];
}

/**
 * Each page is an allocation of its own, and is looked at where it begins: one that the fast path does not give is
 * looked at there, and not again when the slow path gives it.
 */
function allocationsInjected(
  { injection }: MemoryContext,
  { from, pages, path }: Event<'memory.allocate'>,
  available: number,
): Injected {
  if (path === 'fast') {
    const seen = pagesInjected(injection, from, Math.min(pages, available + 1));
    return { ...seen, passed: Math.min(seen.passed, available) };
  }
  const first = Math.min(1, available);
  const seen = pagesInjected(injection, from, available - first);
  return { ...seen, passed: first + seen.passed };
}

function inUse(state: MemoryContext, task: AgentId, use: PageUse, pages: number): MemoryContext {
  switch (use) {
    case 'anon':
      return nodeChanged(state, { anon: pagesChanged(state.anon, task, pages), anonPages: state.anonPages + pages });
    case 'slab':
    case 'buffers':
      return nodeChanged(state, { slab: state.slab + pages });
    case 'log-items':
      return nodeChanged(state, { logItems: itemsAllocated(state.logItems, pages) });
    case 'file':
    case 'cached-file':
      return nodeChanged(state, {
        lru: { ...state.lru, inactive: pagesAdded(state.lru.inactive, ownerOf(task, use), pages) },
      });
  }
}

const ownerOf = (task: AgentId, use: 'file' | 'cached-file'): AgentId => (use === 'file' ? task : CACHED_FILES);

/**
 * Gives pages back. Those that were reclaimed or reaped before count as given back already. Throws if the owner never
 * had them.
 */
export function free(before: MemoryContext, event: Event<'memory.free'>): Outcome {
  return [pagesFreed(before.oomLock === event.from ? nodeChanged(before, { oomLock: null }) : before, event), []];
}

function pagesFreed(state: MemoryContext, { from, pages, use }: Event<'memory.free'>): MemoryContext {
  switch (use) {
    case 'slab':
    case 'buffers':
      return nodeChanged(state, {
        slab: state.slab - pages,
        freePages: state.freePages + pages,
        boosting: freedToBlocks(state.boosting, use, pages),
      });
    case 'anon': {
      const freed = Math.min(pages, pagesOf(state.anon, from));
      const anon = pagesChanged(state.anon, from, -freed);
      return givenBack(
        nodeChanged(state, {
          anon,
          anonPages: state.anonPages - freed,
          freePages: state.freePages + freed,
          victim: state.victim === from && pagesOf(anon, from) === 0 ? null : state.victim,
        }),
        `${from} ${use}`,
        pages - freed,
      );
    }
    case 'file': {
      // A task's files are written, reclaimed and removed in the same order.
      const gone = Math.min(pages, pagesOf(state.takenBack, `${from} file`));
      const [lru, freed] = withoutOwned(state.lru, from, pages - gone);
      return givenBack(nodeChanged(state, { lru, freePages: state.freePages + freed }), `${from} file`, pages - freed);
    }
    case 'cached-file': {
      const [lru, freed] = withoutOwned(state.lru, CACHED_FILES, pages);
      return givenBack(
        nodeChanged(state, { lru, freePages: state.freePages + freed }),
        `${CACHED_FILES} file`,
        pages - freed,
      );
    }
  }
}

function givenBack(state: MemoryContext, what: string, pages: number): MemoryContext {
  const known = pagesOf(state.takenBack, what);
  if (pages > known) throw new Error(`${pages - known} pages of ${what} are freed twice`);
  return pages === 0 ? state : nodeChanged(state, { takenBack: pagesChanged(state.takenBack, what, -pages) });
}

/** Log items are freed, and pages with them unless others stand on the same ones. */
export function freeLogItems(state: MemoryContext, { bytes, scattered }: Event<'memory.freeLogItems'>): Outcome {
  const logItems = itemsFreed(state.logItems, bytes, scattered);
  const pages = state.logItems.pages - logItems.pages;
  return [
    nodeChanged(state, {
      logItems,
      freePages: state.freePages + pages,
      boosting: pages === 0 ? state.boosting : freedToBlocks(state.boosting, 'log-items', pages),
    }),
    [],
  ];
}

export function countFilePages(state: MemoryContext, { from }: Event<'memory.countFilePages'>): Outcome {
  return [state, [toTask(from, { type: 'task.filePagesCounted', pages: ownedPages(state.lru, from) })]];
}

/** Somebody writes what fault injection is to do. */
export function failPageAlloc(state: MemoryContext, event: Event<'memory.failPageAlloc'>): Outcome {
  return [nodeChanged(state, { injection: attrSet(state.injection, event) }), []];
}

export function failPageAllocNoMore(state: MemoryContext, event: Event<'memory.failPageAllocNoMore'>): Outcome {
  return [nodeChanged(state, { injection: attrReset(state.injection, event) }), []];
}

export function failNth(state: MemoryContext, event: Event<'memory.failNth'>): Outcome {
  return [nodeChanged(state, { injection: failNthSet(state.injection, event) }), []];
}

/** As __alloc_pages with GFP_NOWAIT: down to MIN, and kswapd is woken where the fast path does not give all. */
export function takePages(state: MemoryContext, { from, pages, fault }: Event<'memory.takePages'>): Outcome {
  const { marks, freePages } = state;
  const granted = Math.max(0, Math.min(pages, freePages - marks.min));
  const after = nodeChanged(state, {
    freePages: freePages - granted,
    other: state.other + granted,
    boosting: freeAtMost(state.boosting, freePages - granted),
    takenOut: pagesChanged(state.takenOut, fault, granted),
  });
  return freePages - pages < marks.low ? wakeupKswapd(after, from) : [after, []];
}

/** As many as were taken. */
export function givePagesBack(state: MemoryContext, { fault }: Event<'memory.givePagesBack'>): Outcome {
  const pages = pagesOf(state.takenOut, fault);
  const takenOut = pagesChanged(state.takenOut, fault, -pages);
  return [nodeChanged(state, { freePages: state.freePages + pages, other: state.other - pages, takenOut }), []];
}
