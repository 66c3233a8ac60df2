/**
 * The hog: a task that takes anonymous memory in chunks, holds it and gives it back when it exits; the OOM killer may
 * end it before, and so may SIGKILL. Linux 6.1 mm/memory.c do_anonymous_page as far as it allocates and clears pages,
 * mm/mmap.c exit_mmap; the allocation itself is the kernel's `allocStates`. Killed, it drops out at once, unless it
 * sleeps uninterruptibly or is inside an allocation: then after that, for which it may use half of MIN. A page fault
 * whose page fault injection makes fail is taken again (mm/oom_kill.c pagefault_out_of_memory).
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
  cpuTime,
  type Geometry,
  hit,
  type Policy,
  type Received,
  requestPages,
  type TaskMessage,
  threadHandlers,
  toMemory,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/**
 * Counts are pages. `beyond`: it wants so much more than there is free, in whole MiB, when it begins, whatever `pages`
 * says. `gfpFs`: GFP_KERNEL, otherwise GFP_NOFS. `mayFail`: with __GFP_RETRY_MAYFAIL, that is, it fails
 * where another would call the OOM killer. `pause` and `hold` name the latencies of the sleep after each chunk and
 * after the last.
 */
export type AllocatingTaskParams = {
  readonly policy: Policy;
  readonly node: number;
  readonly cpus: readonly number[];
  readonly pages: number;
  readonly beyond?: number;
  readonly chunk: number;
  readonly gfpFs: boolean;
  readonly mayFail?: boolean;
  readonly pause?: string;
  readonly hold?: string;
  readonly geometry?: Partial<Geometry>;
};

type AllocatingTaskContext = AllocContext & {
  /** What it wants; null until it has looked. */
  readonly pages: number | null;
  readonly beyond: number;
  readonly chunk: number;
  readonly mayFail: boolean;
  readonly pause: string;
  readonly hold: string;
  /** Anonymous pages that it has. */
  readonly allocated: number;
};

export const allocatingTaskProjection: Projection<AllocatingTaskContext> = {
  ...allocProjection,
  constants: [...allocProjection.constants, 'beyond', 'chunk', 'mayFail', 'pause', 'hold'],
};

type AllocatingTaskEvent = Received<TaskMessage>;

const { send, change, on, trace } = chartKit<AllocatingTaskContext, AllocatingTaskEvent>();

/** A sleep that a signal ends. */
const killed = { target: 'dying', actions: change(() => ({ victim: true })) } as const;

const NO_PAGE = { fs: true, memalloc: false, victim: false } as const;

/** exit_mmap gives so many pages back at a time. */
const RELEASE_BATCH = 4096;

const PAGES_PER_MIB = 256;

const nextChunk = ({ pages, chunk, allocated }: AllocatingTaskContext): number =>
  Math.min(chunk, (pages ?? 0) - allocated);
const nextRelease = ({ allocated }: AllocatingTaskContext): number => Math.min(RELEASE_BATCH, allocated);

export const allocatingTaskMachine = setup({
  types: typesOf<{
    context: AllocatingTaskContext;
    events: AllocatingTaskEvent;
    input: AllocatingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...allocDelays,
    start: ({ context }) => delay(`start ${context.self}`),
    touchPages: ({ context }) => cpuTime('touchPage', context.alloc.granted),
    pause: ({ context }) => delay(context.pause),
    hold: ({ context }) => delay(context.hold),
    freePages: ({ context }) => cpuTime('freePage', nextRelease(context)),
  },
  guards: {
    hasAll: ({ context }) => context.allocated >= (context.pages ?? 0),
    looksFirst: ({ context }) => context.pages === null,
    hasNone: ({ context }) => context.allocated === 0,
    isKilled: ({ context }) => context.victim,
    isGranted: ({ context }) => context.alloc.outcome === 'granted',
    faultsAgain: ({ context }) => context.alloc.outcome === 'injected' && !context.mayFail,
  },
}).createMachine({
  id: 'allocatingTask',
  context: ({ input }) => {
    const { self, policy, cpus, node, gfpFs, geometry, pages, beyond = 0, chunk } = input;
    return Object.assign(allocatorContext({ self, policy, cpus, node, gfpFs, caller: 'pageFault', geometry }), {
      pages: beyond > 0 ? null : pages,
      beyond,
      chunk,
      mayFail: input.mayFail ?? false,
      pause: input.pause ?? 'useMemory',
      hold: input.hold ?? 'holdMemory',
      allocated: 0,
    });
  },
  on: { ...threadHandlers, ...writerHandlers, ...allocHandlers },
  initial: 'starting',
  states: {
    starting: {
      tags: ['sleeping'],
      after: { start: [{ guard: 'looksFirst', target: 'readingMeminfo' }, { target: 'allocating' }] },
      on: { 'task.killed': 'exited' },
    },
    /** MemFree of /proc/meminfo: an allocation of nothing is told it. */
    readingMeminfo: {
      entry: send(({ node }) =>
        toMemory(node, { type: 'memory.allocate', pages: 0, use: 'anon', gfp: NO_PAGE, path: 'fast' }),
      ),
      on: {
        'task.pagesAllocated': {
          target: 'allocating',
          actions: on('task.pagesAllocated', ({ beyond }, { free }) => ({
            pages: Math.floor(free / PAGES_PER_MIB) * PAGES_PER_MIB + beyond,
          })),
        },
      },
    },
    allocating: {
      entry: change((context) =>
        requestPages({ pages: nextChunk(context), use: 'anon', retry: context.mayFail ? 'may-fail' : 'default' }),
      ),
      initial: 'fastPath',
      states: allocStates,
      onDone: {
        target: 'allocated',
        actions: change(({ allocated, alloc }) => ({ allocated: allocated + alloc.granted })),
      },
    },
    allocated: {
      always: [
        { guard: 'isKilled', target: 'dying' },
        { guard: 'isGranted', target: 'touchingPages' },
        { guard: 'faultsAgain', target: 'faultingAgain' },
        { target: 'allocationFailed' },
      ],
    },
    /** The page faults: each page is cleared. */
    touchingPages: {
      exit: change(allocationForgotten),
      after: {
        touchPages: [
          { guard: 'isKilled', target: 'dying' },
          { guard: 'hasAll', target: 'holdingMemory' },
          { target: 'pausing' },
        ],
      },
    },
    /** VM_FAULT_OOM: what there is is cleared, and back in user mode the task takes the fault again. */
    faultingAgain: {
      exit: change(allocationForgotten),
      after: { touchPages: [{ guard: 'isKilled', target: 'dying' }, { target: 'allocating' }] },
    },
    pausing: {
      tags: ['sleeping'],
      after: { pause: 'allocating' },
      on: { 'task.oomKilled': killed, 'task.killed': killed },
    },
    holdingMemory: {
      tags: ['sleeping'],
      entry: trace(({ self, allocated }) => hit('memory_touched', { task: self, pages: allocated })),
      after: { hold: 'exiting' },
      on: { 'task.oomKilled': killed, 'task.killed': killed },
    },
    /** ENOMEM: the caller gives up, and with it what it has. */
    allocationFailed: { always: 'exiting' },
    dying: { always: 'exiting' },
    exiting: {
      entry: change(allocationForgotten),
      always: [{ guard: 'hasNone', target: 'exited' }, { target: 'releasing' }],
    },
    releasing: {
      after: {
        freePages: {
          target: 'exiting',
          actions: [
            send((context) =>
              toMemory(context.node, { type: 'memory.free', pages: nextRelease(context), use: 'anon' }),
            ),
            change((context) => ({ allocated: context.allocated - nextRelease(context) })),
          ],
        },
      },
    },
    exited: { tags: ['sleeping'] },
  },
});
