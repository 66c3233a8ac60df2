/**
 * A task that allocates memory and reclaims directly when it must. Linux 6.1 mm/page_alloc.c __alloc_pages_slowpath, mm/vmscan.c try_to_free_pages,
 * do_try_to_free_pages. It allocates with __GFP_RETRY_MAYFAIL, so it fails where another would call the OOM killer. Leaves out compaction, the
 * throttle of direct reclaim by pfmemalloc_wait, and the freeing of pages before exit.
 */
import type { AgentId } from '@dragon/engine';
import {
  delay,
  effectActions,
  INLINE_CALLER,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  RUNNING,
  showTask,
  shrinkSlabDelays,
  shrinkSlabStates,
  type TaskMessage,
  toMemory,
  toWatchdog,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

/** Counts are pages. `gfpFs`: GFP_KERNEL, otherwise GFP_NOFS. */
export type AllocatingTaskParams = {
  readonly policy: Policy;
  readonly node: number;
  readonly cpus: readonly number[];
  readonly pages: number;
  readonly chunk: number;
  readonly gfpFs: boolean;
};

interface AllocatingTaskContext extends ReclaimContext {
  readonly node: number;
  readonly pages: number;
  readonly chunk: number;
  readonly allocated: number;
  readonly reclaimed: number;
  /** A round of direct reclaim has been made for the chunk at hand. */
  readonly hasReclaimed: boolean;
  readonly noProgressLoops: number;
}

type AllocatingTaskEvent = Received<TaskMessage>;

const DEF_PRIORITY = 12;
const SWAP_CLUSTER_MAX = 32;
const MAX_RECLAIM_RETRIES = 16;

export const allocatingTaskMachine = setup({
  types: typesOf<{
    context: AllocatingTaskContext;
    events: AllocatingTaskEvent;
    input: AllocatingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...shrinkSlabDelays,
    start: ({ context }) => delay(`start ${context.self}`),
    useMemory: () => delay('useMemory'),
    holdMemory: () => delay('holdMemory'),
  },
  guards: {
    hasAll: ({ context }) => context.allocated >= context.pages,
    hasEnoughReclaimed: ({ context }) => context.reclaimed >= SWAP_CLUSTER_MAX,
    wasLastPriority: ({ context }) => context.priority <= 0,
    /** should_reclaim_retry: LRU and free pages could meet the watermark, whatever progress there was, and not too many rounds in vain. */
    shouldRetry: ({ context, event }) =>
      event.type === 'task.pagesAllocated' && event.retry && context.noProgressLoops <= MAX_RECLAIM_RETRIES,
  },
}).createMachine({
  id: 'allocatingTask',
  context: ({ input }) => ({
    self: input.self,
    policy: input.policy,
    cpus: input.cpus,
    cpu: input.cpus[0] ?? 0,
    gfpFs: input.gfpFs,
    kswapd: false,
    reclaimState: true,
    priority: DEF_PRIORITY,
    walk: NEW_WALK,
    inode: null,
    caller: [
      ...INLINE_CALLER,
      'shrink_node',
      'do_try_to_free_pages',
      'try_to_free_pages',
      '__alloc_pages_slowpath',
      '__alloc_pages',
    ],
    token: 0,
    task: RUNNING,
    node: input.node,
    pages: input.pages,
    chunk: input.chunk,
    allocated: 0,
    reclaimed: 0,
    hasReclaimed: false,
    noProgressLoops: 0,
  }),
  on: {
    'task.workFlushed': {},
    'task.show': {
      actions: { type: 'send', params: ({ context, event }) => toWatchdog(event.from, showTask(context.task)) },
    },
  },
  initial: 'starting',
  states: {
    starting: { after: { start: 'allocating' } },
    allocating: {
      entry: {
        type: 'send',
        params: ({ context }) => toMemory(context.node, { type: 'memory.allocate', pages: context.chunk }),
      },
      on: {
        'task.pagesAllocated': [
          {
            guard: ({ event }) => event.granted,
            target: 'usingMemory',
            actions: assign({
              allocated: ({ context }) => context.allocated + context.chunk,
              noProgressLoops: 0,
              hasReclaimed: false,
            }),
          },
          { guard: ({ context }) => !context.hasReclaimed, target: 'reclaiming' },
          { guard: 'shouldRetry', target: 'reclaiming' },
          { target: 'allocationFailed' },
        ],
      },
    },
    usingMemory: { after: { useMemory: [{ guard: 'hasAll', target: 'holdingMemory' }, { target: 'allocating' }] } },
    reclaiming: {
      entry: assign({ priority: DEF_PRIORITY, reclaimed: 0 }),
      initial: 'shrinkingLru',
      states: {
        shrinkingLru: {
          entry: {
            type: 'send',
            params: ({ context }) =>
              toMemory(context.node, { type: 'memory.shrinkLruvec', priority: context.priority }),
          },
          on: {
            'task.lruShrunk': {
              target: 'shrinkingSlab',
              actions: assign({ reclaimed: ({ context, event }) => context.reclaimed + event.reclaimed }),
            },
          },
        },
        shrinkingSlab: {
          initial: 'lockingShrinkers',
          states: shrinkSlabStates<AllocatingTaskContext, AllocatingTaskEvent>(),
          onDone: [
            { guard: 'hasEnoughReclaimed', target: 'reclaimed' },
            { guard: 'wasLastPriority', target: 'reclaimed' },
            { target: 'shrinkingLru', actions: assign({ priority: ({ context }) => context.priority - 1 }) },
          ],
        },
        reclaimed: { type: 'final' },
      },
      onDone: {
        target: 'allocating',
        actions: assign({
          hasReclaimed: true,
          noProgressLoops: ({ context }) => (context.reclaimed > 0 ? 0 : context.noProgressLoops + 1),
        }),
      },
    },
    holdingMemory: { after: { holdMemory: 'exited' } },
    /** ENOMEM: the caller gives up, and with it what it has. */
    allocationFailed: { always: 'exited' },
    exited: {
      entry: {
        type: 'send',
        params: ({ context }) => toMemory(context.node, { type: 'memory.free', pages: context.allocated }),
      },
    },
  },
});
