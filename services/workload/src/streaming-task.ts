/**
 * The stream: a task that writes a file and reads it back, which fills the page cache, and reads from disk again what
 * reclaim took meanwhile. Linux 6.1 mm/filemap.c __filemap_get_folio, filemap_read, page_cache_ra_unbounded as far as
 * they allocate: XFS's page cache is GFP_NOFS. Only the first chunk that is not there waits for the disk: what comes
 * after it was read ahead (page_cache_async_ra) while the one before was copied. Leaves out disks that are slower than
 * their reader, writeback (pages are clean at once; what its worker takes of the CPU is in `copyPage`), that folios of
 * read-ahead are reclaimed as one, and a second reference to a page, which would move it to the active list. Where its
 * blocks are is not said: a disk that fails in one allocation group spares it, but in a file system that is shut down
 * read and write end with EIO (fs/xfs/xfs_file.c), and its file stays. Each chunk is a write(2) of its own, which a
 * frozen file system keeps out; leaves out the unlink at the end.
 */
import type { AgentId } from '@dragon/engine';
import {
  allocationForgotten,
  allocatorContext,
  type AllocContext,
  allocDelays,
  allocHandlers,
  allocProjection,
  allocStates,
  awaitingThaw,
  cpuTime,
  type Geometry,
  holding,
  isShutOut,
  type Policy,
  type Received,
  released,
  requestPages,
  SB_WRITERS,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toMemory,
  writerHandlers,
  writerLeft,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

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
  readonly geometry?: Partial<Geometry>;
};

type StreamingTaskContext = AllocContext & {
  readonly pages: number;
  readonly chunk: number;
  readonly readBack: boolean;
  readonly keepCache: boolean;
  readonly pause: string;
  readonly program: 'write' | 'read';
  /** Pages written or read back so far. */
  readonly position: number;
  /** Pages allocated a second time, because they were no longer in the cache when they were to be read. */
  readonly missed: number;
  readonly shutDown: boolean;
};

export const streamingTaskProjection: Projection<StreamingTaskContext> = {
  ...allocProjection,
  constants: [...allocProjection.constants, 'pages', 'chunk', 'readBack', 'keepCache', 'pause'],
};

type StreamingTaskEvent = Received<TaskMessage>;

const { answer, send, change, on, guard, guardOn } = chartKit<StreamingTaskContext, StreamingTaskEvent>();

/** Pages of the chunk at hand. */
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

/** Whether the pages that were just allocated are the first that had to be: nobody has read them ahead. */
const isFirstMiss = ({ program, missed, alloc }: StreamingTaskContext): boolean =>
  program === 'read' && missed === alloc.granted;

/** file_end_write, of a chunk that was to be written. */
const chunkEnded = answer(({ task, program, frozen }) =>
  program === 'write' ? [{ task: released(task, SB_WRITERS) }, writerLeft(frozen, 'write')] : [{}, []],
);

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
    copyPages: ({ context }) => cpuTime(context.program === 'read' ? 'readPage' : 'copyPage', chunkAt(context)),
    readDisk: () => delay('readDisk'),
    pause: ({ context }) => delay(context.pause),
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
      caller: 'write',
      geometry: input.geometry,
    }),
    pages: input.pages,
    chunk: input.chunk,
    readBack: input.readBack ?? true,
    keepCache: input.keepCache ?? false,
    pause: input.pause ?? 'streamPause',
    program: 'write',
    position: 0,
    missed: 0,
    shutDown: false,
  }),
  on: {
    ...threadHandlers,
    ...writerHandlers,
    ...allocHandlers,
    'task.fsShutDown': { actions: change(() => ({ shutDown: true })) },
  },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'nextChunk' }, on: { 'task.killed': 'exited' } },
    nextChunk: {
      always: [
        { guard: guard(({ shutDown }) => shutDown), target: 'exited' },
        {
          guard: guard((context) => chunkAt(context) > 0 && context.program === 'read'),
          target: 'lookingUpCache',
        },
        {
          guard: guard((context) => chunkAt(context) > 0 && isShutOut(context.frozen, 'write')),
          target: 'awaitingThaw',
        },
        {
          guard: guard((context) => chunkAt(context) > 0),
          target: 'allocating',
          actions: change((context) => ({
            task: holding(context.task, SB_WRITERS, 'R'),
            ...requestPages({ pages: chunkAt(context), use: 'file' }),
          })),
        },
        {
          guard: guard(({ program, readBack }) => program === 'write' && readBack),
          target: 'nextChunk',
          reenter: true,
          actions: change(() => ({ program: 'read', caller: 'read', position: 0 })),
        },
        { target: 'exiting' },
      ],
    },
    awaitingThaw: awaitingThaw<StreamingTaskContext, 'nextChunk'>(
      'write',
      () => STACKS.startingWrite.frames,
      'nextChunk',
    ),
    lookingUpCache: {
      entry: send(({ node }) => toMemory(node, { type: 'memory.countFilePages' })),
      on: {
        'task.filePagesCounted': [
          {
            guard: guardOn('task.filePagesCounted', (context, { pages }) => missing(context, pages) === 0),
            target: 'copyingPages',
          },
          {
            target: 'allocating',
            actions: on('task.filePagesCounted', (context, { pages }) =>
              requestPages({ pages: missing(context, pages), use: 'file' }),
            ),
          },
        ],
      },
    },
    allocating: {
      initial: 'fastPath',
      states: allocStates,
      onDone: {
        target: 'allocated',
        actions: change(({ missed, program, alloc }) => ({
          missed: missed + (program === 'read' ? alloc.granted : 0),
        })),
      },
    },
    allocated: {
      always: [
        // Nobody takes a NOFS allocation's last resort away, so it fails by fault injection alone, and with it write(2)
        // or read(2).
        { guard: guard(({ alloc }) => alloc.outcome !== 'granted'), target: 'allocationFailed' },
        // folio_wait_locked_killable does not wait.
        { guard: guard(({ program, victim }) => program === 'read' && victim), target: 'exited' },
        { guard: guard(isFirstMiss), target: 'readingDisk' },
        { target: 'copyingPages' },
      ],
    },
    /** folio_wait_locked_killable. */
    readingDisk: { tags: ['sleeping'], after: { readDisk: 'copyingPages' }, on: { 'task.killed': 'exited' } },
    copyingPages: {
      entry: change(allocationForgotten),
      after: {
        copyPages: [
          { guard: guard(({ victim }) => victim), target: 'exited', actions: chunkEnded },
          {
            target: 'pausing',
            actions: [change((context) => ({ position: context.position + chunkAt(context) })), chunkEnded],
          },
        ],
      },
    },
    pausing: { tags: ['sleeping'], after: { pause: 'nextChunk' }, on: { 'task.killed': 'exited' } },
    allocationFailed: {
      // What was written of the chunk counts as written: it is given back with the rest.
      entry: [
        change(({ position, program, alloc }) => ({
          position: position + (program === 'write' ? alloc.granted : 0),
          ...allocationForgotten(),
        })),
        chunkEnded,
      ],
      always: 'exiting',
    },
    exiting: {
      entry: send((context) =>
        context.keepCache || context.victim
          ? []
          : toMemory(context.node, { type: 'memory.free', pages: filePages(context), use: 'file' }),
      ),
      always: 'exited',
    },
    exited: { tags: ['sleeping'] },
  },
});

/** All pages it was ever granted: those that were reclaimed count as given back. */
function filePages({ program, pages, position, missed }: StreamingTaskContext): number {
  return (program === 'read' ? pages : position) + missed;
}
