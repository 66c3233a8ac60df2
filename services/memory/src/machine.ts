/**
 * The page allocator of a NUMA node: free pages, watermarks and reserves, page cache, the throttle of direct reclaim,
 * the OOM killer. Linux 6.1 mm/page_alloc.c get_page_from_freelist, should_reclaim_retry's numbers,
 * __alloc_pages_may_oom; mm/vmscan.c shrink_lruvec, wakeup_kswapd, pgdat_balanced, throttle_direct_reclaim,
 * allow_direct_reclaim; mm/oom_kill.c. Leaves out zones, orders, per-CPU page lists, swap, writeback and memory
 * cgroups.
 */
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { type MemoryMessage, type Received } from '@dragon/kernel';
import { assign, setup } from 'xstate';
import { initialState, isHopeless, type MemoryContext, type MemoryParams, NO_OUTPUTS, settled } from './node-state.ts';
import { outOfMemory, reap } from './oom-killer.ts';
import {
  abandonThrottle,
  noteInactivated,
  noteKswapdWaits,
  noteSlabReclaimed,
  readBalance,
  shrink,
  throttle,
  wakePfmemalloc,
} from './node-reclaim.ts';
import { allocate, countFilePages, free } from './page-allocation.ts';

type MemoryEvent = Received<MemoryMessage>;

/** Returns the state after a message, with all that it leads to. */
export function received(state: MemoryContext, event: MemoryEvent): MemoryContext {
  return settled(state, handled(state, event));
}

function handled(state: MemoryContext, event: MemoryEvent): MemoryContext {
  switch (event.type) {
    case 'memory.allocate':
      return allocate(state, event);
    case 'memory.free':
      return free(state, event);
    case 'memory.countFilePages':
      return countFilePages(state, event);
    case 'memory.shrinkLruvec':
      return shrink(state, event);
    case 'memory.slabReclaimed':
      return noteSlabReclaimed(state, event);
    case 'memory.readBalance':
      return readBalance(state, event);
    case 'memory.throttleDirectReclaim':
      return throttle(state, event);
    case 'memory.abandonThrottle':
      return abandonThrottle(state, event);
    case 'memory.wakePfmemalloc':
      return wakePfmemalloc(state);
    case 'memory.kswapdFailed':
      return { ...state, kswapdFailures: state.kswapdFailures + 1, outputs: NO_OUTPUTS };
    case 'memory.kswapdWaits':
      return noteKswapdWaits(state, event);
    case 'memory.inodesInactivated':
      return noteInactivated(state, event);
    case 'memory.outOfMemory':
      return outOfMemory(state, event);
  }
}

type Args = { readonly context: MemoryContext };

/** What an event led to, in the order in which the kernel would show it. */
const outputs = [
  { type: 'trace', params: ({ context }: Args) => context.outputs.traces },
  { type: 'log', params: ({ context }: Args) => ({ lines: context.outputs.log }) },
  { type: 'send', params: ({ context }: Args) => context.outputs.sends },
] as const;

const machineSetup = setup({
  types: typesOf<{ context: MemoryContext; events: MemoryEvent; input: MemoryParams }>(),
  actions: effectActions,
  delays: { oomReaperDelay: () => delay('oomReaperDelay') },
  guards: {
    belowMin: ({ context }) => context.freePages < context.marks.min,
    belowLow: ({ context }) => context.freePages < context.marks.low,
    hopeless: ({ context }) => isHopeless(context),
    kswapdWaits: ({ context }) => context.kswapdWaits,
    kswapdIsUp: ({ context }) => !context.kswapdWaits,
    victimDies: ({ context }) => context.victim !== null,
    victimGone: ({ context }) => context.victim === null,
  },
});

const answer = [
  assign<MemoryContext, MemoryEvent, undefined, MemoryEvent, never>(({ context, event }) => received(context, event)),
  ...outputs,
];

export const memoryMachine = machineSetup.createMachine({
  id: 'memory',
  context: ({ input }) => initialState(input),
  on: {
    'memory.allocate': { actions: answer },
    'memory.free': { actions: answer },
    'memory.countFilePages': { actions: answer },
    'memory.shrinkLruvec': { actions: answer },
    'memory.slabReclaimed': { actions: answer },
    'memory.readBalance': { actions: answer },
    'memory.throttleDirectReclaim': { actions: answer },
    'memory.abandonThrottle': { actions: answer },
    'memory.wakePfmemalloc': { actions: answer },
    'memory.kswapdFailed': { actions: answer },
    'memory.kswapdWaits': { actions: answer },
    'memory.inodesInactivated': { actions: answer },
    'memory.outOfMemory': { actions: answer },
  },
  type: 'parallel',
  states: {
    watermark: {
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
            { guard: ({ context }) => context.freePages >= context.marks.low, target: 'aboveLow' },
          ],
        },
        belowMin: { always: { guard: ({ context }) => context.freePages >= context.marks.min, target: 'belowLow' } },
      },
    },
    kswapd: {
      initial: 'asleep',
      states: {
        asleep: {
          always: [
            { guard: 'hopeless', target: 'hopeless' },
            { guard: 'kswapdIsUp', target: 'awake' },
          ],
        },
        awake: {
          always: [
            { guard: 'hopeless', target: 'hopeless' },
            { guard: 'kswapdWaits', target: 'asleep' },
          ],
        },
        hopeless: { always: { guard: ({ context }) => !isHopeless(context), target: 'asleep' } },
      },
    },
    oomKiller: {
      initial: 'idle',
      states: {
        idle: { always: { guard: 'victimDies', target: 'victimDying' } },
        victimDying: {
          always: { guard: 'victimGone', target: 'idle' },
          after: {
            oomReaperDelay: {
              target: 'idle',
              actions: [
                assign<MemoryContext, MemoryEvent, undefined, MemoryEvent, never>(({ context }) =>
                  settled(context, reap(context)),
                ),
                ...outputs,
              ],
            },
          },
        },
      },
    },
  },
});
