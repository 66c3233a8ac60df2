/**
 * The page allocator of a NUMA node: free pages, watermarks, clean page cache. Linux 6.1 mm/page_alloc.c get_page_from_freelist, wakeup_kswapd,
 * should_reclaim_retry; mm/vmscan.c shrink_lruvec, pgdat_balanced. Leaves out zones, orders, anonymous memory, writeback and the OOM killer.
 */
import {
  effectActions,
  type MemoryMessage,
  type Received,
  toKswapd,
  toTask,
  type Watermarks,
  watermarks,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

/** All counts are pages of 4 KiB. */
export type MemoryParams = {
  readonly node: number;
  readonly managed: number;
  readonly free: number;
  readonly lruFile: number;
  readonly kswapdFailures: number;
};

interface MemoryContext extends MemoryParams {
  readonly marks: Watermarks;
  /** What the last message did: pages scanned and reclaimed, or an allocation granted. */
  readonly scanned: number;
  readonly reclaimed: number;
  readonly granted: boolean;
}

type MemoryEvent = Received<MemoryMessage>;

/** After so many passes that reclaimed nothing kswapd gives the node up and direct reclaim takes over. mm/internal.h */
const MAX_RECLAIM_RETRIES = 16;

const isHopeless = (context: MemoryContext): boolean => context.kswapdFailures >= MAX_RECLAIM_RETRIES;

/** pgdat_balanced: zone_watermark_ok wants more than the mark. */
const isBalanced = (context: MemoryContext): boolean => context.free > context.marks.high;

/** The fast path needs LOW, the slow path MIN; each page is taken while more than the mark is free. */
function allocated(context: MemoryContext, pages: number): Partial<MemoryContext> {
  const granted = context.free - pages >= context.marks.min;
  return { granted, free: granted ? context.free - pages : context.free };
}

/** shrink_lruvec of a list of clean pages: all that is scanned is reclaimed, and that resets the failures. */
function lruShrunk(context: MemoryContext, priority: number): Partial<MemoryContext> {
  const pages = context.lruFile >> priority;
  return {
    scanned: pages,
    reclaimed: pages,
    free: context.free + pages,
    lruFile: context.lruFile - pages,
    kswapdFailures: pages > 0 ? 0 : context.kswapdFailures,
  };
}

export const memoryMachine = setup({
  types: typesOf<{ context: MemoryContext; events: MemoryEvent; input: MemoryParams }>(),
  actions: effectActions,
  guards: {
    belowMin: ({ context }) => context.free < context.marks.min,
    belowLow: ({ context }) => context.free < context.marks.low,
  },
}).createMachine({
  id: 'memory',
  context: ({ input }) => ({
    node: input.node,
    managed: input.managed,
    free: input.free,
    lruFile: input.lruFile,
    kswapdFailures: input.kswapdFailures,
    marks: watermarks(input.managed),
    scanned: 0,
    reclaimed: 0,
    granted: false,
  }),
  on: {
    'memory.allocate': {
      actions: [
        assign(({ context, event }) => allocated(context, event.pages)),
        {
          type: 'send',
          params: ({ context, event }) => [
            toTask(event.from, {
              type: 'task.pagesAllocated',
              granted: context.granted,
              retry: context.lruFile + context.free > context.marks.min,
            }),
            ...((!context.granted || context.free < context.marks.low) && !isHopeless(context) && !isBalanced(context)
              ? [toKswapd(context.node, { type: 'kswapd.wake' })]
              : []),
          ],
        },
      ],
    },
    'memory.free': { actions: assign({ free: ({ context, event }) => context.free + event.pages }) },
    'memory.shrinkLruvec': {
      actions: [
        assign(({ context, event }) => lruShrunk(context, event.priority)),
        {
          type: 'send',
          params: ({ context, event }) =>
            toTask(event.from, { type: 'task.lruShrunk', scanned: context.scanned, reclaimed: context.reclaimed }),
        },
      ],
    },
    'memory.readBalance': {
      actions: {
        type: 'send',
        params: ({ context, event }) =>
          toTask(event.from, {
            type: 'task.balanceRead',
            balanced: isHopeless(context) || isBalanced(context),
            highWmark: context.marks.high,
          }),
      },
    },
    'memory.kswapdFailed': { actions: assign({ kswapdFailures: ({ context }) => context.kswapdFailures + 1 }) },
  },
  initial: 'aboveLow',
  states: {
    aboveLow: {
      always: [
        { guard: 'belowMin', target: 'belowMin' },
        { guard: 'belowLow', target: 'belowLow' },
      ],
    },
    belowLow: {
      always: [
        { guard: 'belowMin', target: 'belowMin' },
        { guard: ({ context }) => context.free >= context.marks.low, target: 'aboveLow' },
      ],
    },
    belowMin: { always: { guard: ({ context }) => context.free >= context.marks.min, target: 'belowLow' } },
  },
});
