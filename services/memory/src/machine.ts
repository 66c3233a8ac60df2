/**
 * The page allocator of a NUMA node: free pages, watermarks and reserves, page cache, the throttle of direct reclaim,
 * the OOM killer. Linux 6.1 mm/page_alloc.c get_page_from_freelist, should_reclaim_retry's numbers,
 * __alloc_pages_may_oom; mm/vmscan.c shrink_lruvec, wakeup_kswapd, pgdat_balanced, throttle_direct_reclaim,
 * allow_direct_reclaim; mm/oom_kill.c. Leaves out zones, orders, per-CPU page lists, swap, writeback and memory
 * cgroups. The chart is a view: its regions follow the context, but for the OOM reaper's delay.
 */
import type { Json } from '@dragon/engine';
import { allOf, CONTEXT_COPIERS, type MemoryMessage, type Received } from '@dragon/kernel';
import { backgroundDelay, chartKit, effectActions, type MachineOptions, typesOf, unanswered } from '@dragon/statechart';
import { setup } from 'xstate';
import {
  initialState,
  isHopeless,
  memoryCensus,
  type MemoryContext,
  type MemoryParams,
  type Outcome,
  outcomeSettled,
} from './node-state.ts';
import { outOfMemory, reap } from './oom-killer.ts';
import {
  abandonThrottle,
  beginPass,
  endPass,
  noteInactivated,
  noteKswapdFailed,
  noteKswapdWaits,
  noteSlabReclaimed,
  readBalance,
  shrink,
  throttle,
  wakePfmemalloc,
} from './node-reclaim.ts';
import {
  allocate,
  countFilePages,
  failNth,
  failPageAlloc,
  failPageAllocNoMore,
  free,
  freeLogItems,
  givePagesBack,
  takePages,
} from './page-allocation.ts';

type MemoryEvent = Received<MemoryMessage>;

const { answer, guard } = chartKit<MemoryContext, MemoryEvent>();

/** Returns the node after a message, and all that leads to. */
export function messageAnswered(state: MemoryContext, event: MemoryEvent): Outcome {
  return outcomeSettled(state, messageHandled(state, event));
}

function messageHandled(state: MemoryContext, event: MemoryEvent): Outcome {
  switch (event.type) {
    case 'memory.allocate':
      return allocate(state, event);
    case 'memory.free':
      return free(state, event);
    case 'memory.freeLogItems':
      return freeLogItems(state, event);
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
    case 'memory.passBegun':
      return beginPass(state);
    case 'memory.passEnded':
      return endPass(state);
    case 'memory.kswapdFailed':
      return noteKswapdFailed(state);
    case 'memory.kswapdWaits':
      return noteKswapdWaits(state, event);
    case 'memory.inodesInactivated':
      return noteInactivated(state, event);
    case 'memory.outOfMemory':
      return outOfMemory(state, event);
    case 'memory.takePages':
      return takePages(state, event);
    case 'memory.givePagesBack':
      return givePagesBack(state, event);
    case 'memory.failPageAlloc':
      return failPageAlloc(state, event);
    case 'memory.failPageAllocNoMore':
      return failPageAllocNoMore(state, event);
    case 'memory.failNth':
      return failNth(state, event);
    default:
      return unanswered(event);
  }
}

export const memoryMachine = setup({
  types: typesOf<{ context: MemoryContext; events: MemoryEvent; input: MemoryParams }>(),
  actions: effectActions,
  delays: { oomReaperDelay: () => backgroundDelay('oomReaperDelay') },
  guards: {
    belowMin: guard(({ freePages, marks }) => freePages < marks.min),
    notBelowMin: guard(({ freePages, marks }) => freePages >= marks.min),
    belowLow: guard(({ freePages, marks }) => freePages < marks.low),
    notBelowLow: guard(({ freePages, marks }) => freePages >= marks.low),
    hopeless: guard(isHopeless),
    notHopeless: guard((context) => !isHopeless(context)),
    kswapdWaits: guard(({ kswapdWaits }) => kswapdWaits),
    kswapdIsUp: guard(({ kswapdWaits }) => !kswapdWaits),
    victimDies: guard(({ victim }) => victim !== null),
    victimGone: guard(({ victim }) => victim === null),
  },
}).createMachine({
  id: 'memory',
  context: ({ input }) => initialState(input),
  on: { 'memory.*': { actions: answer(messageAnswered) } },
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
            { guard: 'notBelowLow', target: 'aboveLow' },
          ],
        },
        belowMin: { always: { guard: 'notBelowMin', target: 'belowLow' } },
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
        hopeless: { always: { guard: 'notHopeless', target: 'asleep' } },
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
              actions: answer((context) => outcomeSettled(context, reap(context))),
            },
          },
        },
      },
    },
  },
});

/** Where a long list is cut into chunks makes no difference. */
function listsWhole(behaviour: object): Json {
  const { anon, takenBack, takenOut, throttled, freeable } = behaviour as MemoryContext;
  const lists = { anon, takenBack, takenOut, throttled, freeable };
  const whole = Object.entries(lists).map(([name, list]) => [name, allOf<object>(list)]);
  return { ...behaviour, ...Object.fromEntries(whole) } as Json;
}

/** What of a node is behaviour. It is no thread: its messages are calls. */
export const memoryOptions: MachineOptions<typeof memoryMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: {
    constants: ['node', 'managed', 'baseMarks', 'inodeCache', 'tasks', 'geometry', 'other'],
    bookkeeping: ['memAvailable', 'resources', 'freeablePages'],
    normal: listsWhole,
  },
  census: memoryCensus,
  receiver: 'call',
};
