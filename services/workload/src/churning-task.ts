/**
 * A task that makes small files and removes them some time later: each is created, written and, `window` files later,
 * unlinked. Linux 6.1 fs/xfs/xfs_inode.c xfs_create, xfs_init_new_inode; fs/iomap/buffered-io.c
 * iomap_file_buffered_write; mm/page_alloc.c: inodes are allocated inside a transaction (memalloc_nofs), and XFS's page
 * cache is GFP_NOFS, so it never evicts in reclaim. Its files count as in use until they are unlinked; leaves out their
 * writeback, so their blocks are still reserved only (delayed allocation) when they go. A file system that is shut down
 * ends it: nothing is created or unlinked any more.
 */
import type { AgentId } from '@dragon/engine';
import {
  allocationForgotten,
  type AllocContext,
  allocatorContext,
  allocDelays,
  allocHandlers,
  allocProjection,
  allocStates,
  awaitingThaw,
  cpuTime,
  endUnlink,
  type EvictContext,
  evictDelays,
  evictProjection,
  evictStates,
  type FileGroups,
  type Geometry,
  groupOfFile,
  holding,
  type InodeFate,
  inodeNumber,
  leaving,
  type Policy,
  type Received,
  requestPages,
  SB_WRITERS,
  shutOut,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toMemory,
  unlinkFailed,
  unlinkStates,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/**
 * Makes `files` files of `pages` pages, in bursts of `burst` with a sleep of the latency `pause` between; keeps the
 * last `window`.
 */
export type ChurningTaskParams = {
  readonly policy: Policy;
  readonly node: number;
  readonly cpu: number;
  readonly ag: FileGroups;
  readonly firstAgino: number;
  readonly files: number;
  readonly window: number;
  readonly burst: number;
  readonly pages: number;
  readonly pause: string;
  readonly fate: InodeFate;
  readonly geometry?: Partial<Geometry>;
};

type ChurningTaskContext = AllocContext &
  EvictContext & {
    readonly params: ChurningTaskParams;
    readonly created: number;
    readonly removed: number;
  };

export const churningTaskProjection: Projection<ChurningTaskContext> = {
  constants: [...allocProjection.constants, ...evictProjection.constants, 'params'],
  bookkeeping: allocProjection.bookkeeping,
};

type ChurningTaskEvent = Received<TaskMessage>;

const { send, change, on, guardOn } = chartKit<ChurningTaskContext, ChurningTaskEvent>();

const inodeAt = ({ params }: ChurningTaskContext, index: number) => ({
  ino: inodeNumber(groupOfFile(params.ag, index), params.firstAgino + index),
  fate: params.fate,
});

const startWrite = change(({ task }) => ({ task: holding(task, SB_WRITERS, 'R') }));
const endWrite = leaving('write');

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
  },
}).createMachine({
  id: 'churningTask',
  context: ({ input: { self, ...params } }) => {
    const allocator = allocatorContext({
      self,
      policy: params.policy,
      cpus: [params.cpu],
      node: params.node,
      gfpFs: false,
      caller: 'write',
      geometry: params.geometry,
    });
    return {
      ...allocator,
      params,
      nearQuota: false,
      created: 0,
      removed: 0,
    };
  },
  on: { ...threadHandlers, ...writerHandlers, ...allocHandlers },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'nextFile' } },
    nextFile: {
      always: [
        { guard: 'windowIsFull', target: 'unlinking' },
        { guard: 'allCreated', target: 'exited' },
        { target: 'wantingCreate' },
      ],
    },
    /** mnt_want_write of open(2), and file_start_write of write(2). */
    wantingCreate: {
      always: [
        { guard: shutOut('write'), target: 'awaitingThawToCreate' },
        { target: 'creating', actions: startWrite },
      ],
    },
    awaitingThawToCreate: awaitingThaw<ChurningTaskContext, 'wantingCreate'>(
      'write',
      () => STACKS.startingCreate.frames,
      'wantingCreate',
    ),
    creating: { after: { createFile: 'initialisingInode' } },
    initialisingInode: {
      entry: send((context) =>
        toInodeCache({ type: 'inodeCache.created', inodes: [{ ...inodeAt(context, context.created), count: 1 }] }),
      ),
      on: {
        'task.inodesCreated': [
          {
            guard: guardOn('task.inodesCreated', (_context, { slabPages }) => slabPages > 0),
            target: 'growingSlab',
            actions: on('task.inodesCreated', (_context, { slabPages }) =>
              requestPages({ pages: slabPages, use: 'slab', retry: 'no-fail' }),
            ),
          },
          { target: 'wantingWrite', actions: endWrite },
        ],
        'task.createFailed': { target: 'exited', actions: endWrite },
      },
    },
    growingSlab: {
      entry: change(() => ({ caller: 'createFile' })),
      initial: 'fastPath',
      states: allocStates,
      onDone: { target: 'wantingWrite', actions: endWrite },
    },
    wantingWrite: {
      always: [
        { guard: shutOut('write'), target: 'awaitingThawToWrite' },
        { target: 'writing', actions: startWrite },
      ],
    },
    awaitingThawToWrite: awaitingThaw<ChurningTaskContext, 'wantingWrite'>(
      'write',
      () => STACKS.startingWrite.frames,
      'wantingWrite',
    ),
    writing: {
      entry: change(({ params }) => ({
        caller: 'write',
        ...requestPages({ pages: params.pages, use: 'file', retry: 'no-fail' }),
      })),
      initial: 'fastPath',
      states: allocStates,
      onDone: {
        target: 'fileDone',
        actions: [change(({ created }) => ({ created: created + 1, ...allocationForgotten() })), ...endWrite],
      },
    },
    unlinking: {
      entry: change((context) => ({ inode: inodeAt(context, context.removed), caller: 'unlink' })),
      initial: 'wantingWrite',
      states: unlinkStates,
      onDone: [{ guard: ({ context }) => unlinkFailed(context), target: 'exited' }, { target: 'evicting' }],
    },
    /** truncate_inode_pages_final comes first: what is left of the file's page cache goes with it. */
    evicting: {
      entry: send(({ node, params }) => toMemory(node, { type: 'memory.free', pages: params.pages, use: 'file' })),
      initial: 'evicting',
      states: evictStates,
      onDone: {
        target: 'nextFile',
        actions: [change(({ removed }) => ({ removed: removed + 1 })), ...endUnlink],
      },
    },
    fileDone: { after: { betweenFiles: [{ guard: 'burstDone', target: 'pausing' }, { target: 'nextFile' }] } },
    pausing: { tags: ['sleeping'], after: { pause: 'nextFile' } },
    exited: { tags: ['sleeping'] },
  },
});
