/**
 * The stream: a task that writes a file and reads it back, which fills the page cache, and reads from disk again what
 * reclaim took meanwhile. Linux 6.1 mm/filemap.c __filemap_get_folio, filemap_read, page_cache_ra_unbounded as far as
 * they allocate: XFS's page cache is GFP_NOFS. Leaves out writeback (pages are clean at once), read-ahead beyond the
 * chunk, and a second reference to a page, which would move it to the active list.
 */
import type { AgentId } from '@dragon/engine';
import {
  allocatorContext,
  type AllocContext,
  allocDelays,
  allocHandlers,
  allocStates,
  type Policy,
  type Received,
  requestPages,
  type TaskMessage,
  threadHandlers,
  toMemory,
  cpuTime,
} from '@dragon/kernel';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';

/**
 * Counts are pages. `keepCache`: leave the file's pages as clean cache at the end; otherwise the file is removed.
 * `readBack` is true unless said otherwise. `pause` names the latency of the sleep after each chunk.
 */
export type StreamingTaskParams = {
  readonly policy: Policy;
  readonly node: number;
  readonly cpus: readonly number[];
  readonly pages: number;
  readonly chunk: number;
  readonly readBack?: boolean;
  readonly keepCache?: boolean;
  readonly pause?: string;
};

type StreamingTaskContext = AllocContext & {
  readonly pages: number;
  readonly chunk: number;
  readonly readBack: boolean;
  readonly keepCache: boolean;
  readonly pause: string;
  readonly program: 'write' | 'read';
  /** Pages written or read back so far, and pages of the chunk at hand. */
  readonly position: number;
  readonly size: number;
  /** Pages allocated a second time, because they were no longer in the cache when they were to be read. */
  readonly missed: number;
};

type StreamingTaskEvent = Received<TaskMessage>;

const chunkAt = ({ pages, chunk, position }: StreamingTaskContext): number => Math.min(chunk, pages - position);

/**
 * Returns how many pages of the next chunk are not in the cache, `cached` of the file's pages being there. Pages are
 * reclaimed in the order in which they came: what was written first went first, and what was read back after that is
 * there still.
 */
function missing(context: StreamingTaskContext, cached: number): number {
  const { pages, position, missed } = context;
  const size = chunkAt(context);
  const firstCached = pages - Math.max(0, cached - missed);
  return Math.min(size, Math.max(0, firstCached - position));
}

export const streamingTaskMachine = setup({
  types: typesOf<{
    context: StreamingTaskContext;
    events: StreamingTaskEvent;
    input: StreamingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...allocDelays,
    start: ({ context }) => delay(`start ${context.self}`),
    copyPages: ({ context }) => cpuTime('copyPage', context.size),
    readDisk: () => delay('readDisk'),
    pause: ({ context }) => delay(context.pause),
  },
  guards: {
    reads: ({ context }) => context.program === 'read',
    readFromDisk: ({ context }) => context.program === 'read' && context.alloc.granted > 0,
    isGranted: ({ context }) => context.alloc.outcome === 'granted',
    atEnd: ({ context }) => context.position >= context.pages,
    readsBack: ({ context }) => context.program === 'write' && context.readBack,
  },
}).createMachine({
  id: 'streamingTask',
  context: ({ input }) => ({
    ...allocatorContext({
      self: input.self,
      policy: input.policy,
      cpus: input.cpus,
      node: input.node,
      gfpFs: false,
      calledFrom: ['folio_alloc', '__filemap_get_folio', 'vfs_write'],
    }),
    pages: input.pages,
    chunk: input.chunk,
    readBack: input.readBack ?? true,
    keepCache: input.keepCache ?? false,
    pause: input.pause ?? 'streamPause',
    program: 'write',
    position: 0,
    size: 0,
    missed: 0,
  }),
  on: {
    ...threadHandlers<StreamingTaskContext, StreamingTaskEvent>(),
    ...allocHandlers<StreamingTaskContext, StreamingTaskEvent>(),
    'task.workFlushed': {},
  },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'nextChunk' } },
    nextChunk: {
      entry: assign({ size: ({ context }) => chunkAt(context) }),
      always: [
        { guard: ({ context }) => context.size > 0 && context.program === 'read', target: 'lookingUpCache' },
        {
          guard: ({ context }) => context.size > 0,
          target: 'allocating',
          actions: assign(({ context }) => requestPages({ pages: context.size, use: 'file' })),
        },
        { guard: 'readsBack', target: 'nextChunk', reenter: true, actions: assign({ program: 'read', position: 0 }) },
        { target: 'exiting' },
      ],
    },
    lookingUpCache: {
      entry: { type: 'send', params: ({ context }) => toMemory(context.node, { type: 'memory.countFilePages' }) },
      on: {
        'task.filePagesCounted': [
          { guard: ({ context, event }) => missing(context, event.pages) === 0, target: 'copyingPages' },
          {
            target: 'allocating',
            actions: assign(({ context, event }) =>
              requestPages({ pages: missing(context, event.pages), use: 'file' }),
            ),
          },
        ],
      },
    },
    allocating: {
      initial: 'fastPath',
      states: allocStates<StreamingTaskContext, StreamingTaskEvent>(),
      onDone: {
        target: 'allocated',
        actions: assign({
          missed: ({ context }) => context.missed + (context.program === 'read' ? context.alloc.granted : 0),
        }),
      },
    },
    allocated: {
      always: [
        // Nobody takes a NOFS allocation's last resort away, so it does not fail; if it does, write(2) or read(2) does.
        { guard: ({ context }) => context.alloc.outcome === 'failed', target: 'allocationFailed' },
        { guard: 'reads', target: 'readingDisk' },
        { target: 'copyingPages' },
      ],
    },
    readingDisk: { tags: ['sleeping'], after: { readDisk: 'copyingPages' } },
    copyingPages: {
      after: {
        copyPages: {
          target: 'pausing',
          actions: assign({ position: ({ context }) => context.position + context.size }),
        },
      },
    },
    pausing: { tags: ['sleeping'], after: { pause: 'nextChunk' } },
    allocationFailed: {
      // What was written of the chunk counts as written: it is given back with the rest.
      entry: assign({
        position: ({ context }) => context.position + (context.program === 'write' ? context.alloc.granted : 0),
      }),
      always: 'exiting',
    },
    exiting: {
      entry: {
        type: 'send',
        params: ({ context }) =>
          context.keepCache
            ? []
            : [toMemory(context.node, { type: 'memory.free', pages: filePages(context), use: 'file' })],
      },
      always: 'exited',
    },
    exited: { tags: ['sleeping'] },
  },
});

/** All pages it was ever granted: those that were reclaimed count as given back. */
function filePages({ program, pages, position, missed }: StreamingTaskContext): number {
  return (program === 'read' ? pages : position) + missed;
}
