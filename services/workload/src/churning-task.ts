/**
 * A task that makes small files and removes them some time later: each is created, written and, `window` files later,
 * unlinked. Linux 6.1 fs/xfs/xfs_inode.c xfs_create, xfs_init_new_inode; fs/iomap/buffered-io.c
 * iomap_file_buffered_write; mm/page_alloc.c. Its files count as in use until they are unlinked; leaves out their
 * writeback, so their blocks are still reserved only (delayed allocation) when they go.
 */
import type { AgentId } from '@dragon/engine';
import {
  allocatorContext,
  type AllocContext,
  allocDelays,
  allocHandlers,
  allocStates,
  type EvictContext,
  EVICT_STACK,
  evictDelays,
  evictStates,
  type InodeFate,
  inodeNumber,
  type Policy,
  type Received,
  requestPages,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toMemory,
  UNLINK_STACK,
  unlinkStates,
  cpuTime,
} from '@dragon/kernel';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';

/**
 * Makes `files` files of `pages` pages, in bursts of `burst` with a sleep of the latency `pause` between; keeps the
 * last `window`.
 */
export type ChurningTaskParams = {
  readonly policy: Policy;
  readonly node: number;
  readonly cpu: number;
  readonly ag: number;
  readonly firstAgino: number;
  readonly files: number;
  readonly window: number;
  readonly burst: number;
  readonly pages: number;
  readonly pause: string;
  readonly fate: InodeFate;
};

type ChurningTaskContext = AllocContext &
  EvictContext & {
    readonly params: ChurningTaskParams;
    readonly reclaimCaller: readonly string[];
    readonly created: number;
    readonly removed: number;
  };

type ChurningTaskEvent = Received<TaskMessage>;

const inodeAt = ({ params }: ChurningTaskContext, index: number) => ({
  ino: inodeNumber(params.ag, params.firstAgino + index),
  fate: params.fate,
});

const WRITE_STACK = ['folio_alloc', '__filemap_get_folio', 'vfs_write'];

/** The stack of whatever the task does to its oldest file. */
const REMOVE_STACK = [...EVICT_STACK, ...UNLINK_STACK];

export const churningTaskMachine = setup({
  types: typesOf<{
    context: ChurningTaskContext;
    events: ChurningTaskEvent;
    input: ChurningTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...allocDelays,
    ...evictDelays,
    start: ({ context }) => delay(`start ${context.self}`),
    createFile: () => cpuTime('createFile'),
    betweenFiles: () => cpuTime('betweenFiles'),
    pause: ({ context }) => delay(context.params.pause),
  },
  guards: {
    allCreated: ({ context }) => context.created === context.params.files,
    allRemoved: ({ context }) => context.removed === context.created,
    windowIsFull: ({ context }) =>
      context.created - context.removed > (context.created === context.params.files ? 0 : context.params.window),
    burstDone: ({ context }) => context.created % context.params.burst === 0,
    failed: ({ context }) => context.alloc.outcome === 'failed',
  },
}).createMachine({
  id: 'churningTask',
  context: ({ input: { self, ...params } }) => {
    const allocator = allocatorContext({
      self,
      policy: params.policy,
      cpus: [params.cpu],
      node: params.node,
      gfpFs: true,
      calledFrom: WRITE_STACK,
    });
    return {
      ...allocator,
      reclaimCaller: allocator.caller,
      params,
      queuedOn: params.cpu,
      nearQuota: false,
      created: 0,
      removed: 0,
    };
  },
  on: {
    'task.workFlushed': {},
    ...threadHandlers<ChurningTaskContext, ChurningTaskEvent>(),
    ...allocHandlers<ChurningTaskContext, ChurningTaskEvent>(),
  },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'nextFile' } },
    nextFile: {
      always: [
        { guard: 'windowIsFull', target: 'unlinking' },
        { guard: 'allCreated', target: 'exited' },
        { target: 'creating' },
      ],
    },
    creating: { after: { createFile: 'initialisingInode' } },
    initialisingInode: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          toInodeCache({ type: 'inodeCache.created', inodes: [{ ...inodeAt(context, context.created), count: 1 }] }),
      },
      on: {
        'task.inodesCreated': [
          {
            guard: ({ event }) => event.slabPages > 0,
            target: 'growingSlab',
            actions: assign(({ event }) => requestPages({ pages: event.slabPages, use: 'slab', retry: 'no-fail' })),
          },
          { target: 'writing' },
        ],
      },
    },
    growingSlab: {
      entry: assign(({ context }) => ({ caller: context.reclaimCaller })),
      initial: 'fastPath',
      states: allocStates<ChurningTaskContext, ChurningTaskEvent>(),
      onDone: 'writing',
    },
    writing: {
      entry: assign(({ context }) => ({
        caller: context.reclaimCaller,
        ...requestPages({ pages: context.params.pages, use: 'file', retry: 'no-fail' }),
      })),
      initial: 'fastPath',
      states: allocStates<ChurningTaskContext, ChurningTaskEvent>(),
      onDone: { target: 'fileDone', actions: assign({ created: ({ context }) => context.created + 1 }) },
    },
    unlinking: {
      entry: assign({
        inode: ({ context }) => inodeAt(context, context.removed),
        caller: REMOVE_STACK,
      }),
      initial: 'lockingAgi',
      states: unlinkStates<ChurningTaskContext, ChurningTaskEvent>(),
      onDone: 'evicting',
    },
    /** truncate_inode_pages_final comes first: what is left of the file's page cache goes with it. */
    evicting: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          toMemory(context.node, { type: 'memory.free', pages: context.params.pages, use: 'file' }),
      },
      initial: 'evicting',
      states: evictStates<ChurningTaskContext, ChurningTaskEvent>(),
      onDone: { target: 'nextFile', actions: assign({ removed: ({ context }) => context.removed + 1 }) },
    },
    fileDone: { after: { betweenFiles: [{ guard: 'burstDone', target: 'pausing' }, { target: 'nextFile' }] } },
    pausing: { tags: ['sleeping'], after: { pause: 'nextFile' } },
    exited: { tags: ['sleeping'] },
  },
});
