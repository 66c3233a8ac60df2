/**
 * The part of a statechart that allocates pages: fast path, slow path, direct reclaim, retry or OOM killer. Linux 6.1
 * mm/page_alloc.c __alloc_pages, __alloc_pages_slowpath, __alloc_pages_direct_reclaim, should_reclaim_retry,
 * __alloc_pages_may_oom. A request is for many pages, each of which the kernel allocates by itself: what an attempt
 * gives is taken, and the rest starts anew. Leaves out orders, compaction, highatomic reserves and cpusets.
 */
import { chartKit, delay } from '@dragon/statechart';
import { type OomVerdict, type Received, type TaskMessage, toMemory } from '../messages.ts';
import { cpuTime, nap, wakeUp } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import {
  type AllocContext,
  allocationEnded,
  gfpOf,
  missingPages,
  oomProgressed,
  pagesPaid,
  pagesTaken,
  stallBegun,
  zoneRead,
} from './allocation.ts';
import { acting, directReclaimDelays, directReclaimStates } from './direct-reclaim-chart.ts';
import { reclaimHandlers } from './shrink-slab-chart.ts';
import type { AllocationPath } from './watermarks.ts';

/** The delays of the chart and of direct reclaim in it, for `setup`. */
export const allocDelays = {
  ...directReclaimDelays,
  allocPages: ({ context }: { readonly context: AllocContext }) => cpuTime('allocPage', context.alloc.unpaid),
  oomKill: () => cpuTime('oomKill'),
  aJiffy: () => delay('jiffy'),
};

const { send, trace, change, on, guard, guardOn } = chartKit<AllocContext, Received<TaskMessage>>();

const asking = (path: AllocationPath, pages: (context: AllocContext) => number = missingPages) =>
  send((context) =>
    toMemory(context.node, {
      type: 'memory.allocate',
      pages: pages(context),
      use: context.alloc.use,
      gfp: gfpOf(context),
      path,
    }),
  );

const stallBegins = trace((context) => (context.alloc.stalled ? [] : hit('alloc_stall_begin', acting(context))));
const stallEnds = trace((context) => (context.alloc.stalled ? hit('alloc_stall_end', acting(context)) : []));

const traceRetryZone = trace((context) => {
  const { node, alloc } = context;
  const { available, noProgressLoops, wmarkCheck, zone } = alloc.verdict;
  const { reclaimable, minWmark } = zone;
  return wmarkCheck === null
    ? []
    : hit('reclaim_retry_zone', {
        node,
        reclaimable,
        available,
        minWmark,
        noProgressLoops,
        wmarkCheck,
        ...acting(context),
      });
});

const verdictIs = (...verdicts: readonly OomVerdict[]) =>
  guardOn('task.outOfMemoryHandled', (_context, { verdict }) => verdicts.includes(verdict));
const isVictim = guard(({ victim }) => victim);
const mayNotFail = guard(({ alloc }) => alloc.retry === 'no-fail');

const take = on('task.pagesAllocated', (context, { granted }) => pagesTaken(context, granted));
const readZone = on('task.pagesAllocated', zoneRead);
/** should_fail_alloc_page: the page after those that were granted is not even tried. */
const injected = {
  guard: guardOn('task.pagesAllocated', (_context, event) => event.injected === true),
  target: 'failingByInjection',
  actions: take,
} as const;
const granted = {
  guard: guardOn('task.pagesAllocated', (_context, event) => event.granted > 0),
  target: 'takingPages',
  actions: take,
} as const;
const sleepAJiffy = <Next extends string>(next: Next) =>
  ({ tags: ['sleeping'], entry: nap, after: { aJiffy: next }, exit: wakeUp }) as const;

/**
 * Handlers for the root of a machine with these states: what the OOM killer says at any time, and an answer to a wait
 * given up.
 */
export const allocHandlers = {
  ...reclaimHandlers,
  'task.oomKilled': { actions: change(() => ({ victim: true })) },
  'task.killed': { actions: change(() => ({ victim: true })) },
  'task.directReclaimAllowed': {},
  'task.workFlushed': {},
} as const;

/**
 * The states of a compound state that starts at `fastPath` and asks for what `requestPages` put into the context; its
 * `onDone` fires when `context.alloc.outcome` is `granted`, `failed` or `injected`. A request that failed keeps the
 * pages in `context.alloc.granted`.
 */
export const allocStates = {
  fastPath: {
    entry: asking('fast'),
    on: {
      'task.pagesAllocated': [
        injected,
        {
          guard: guardOn('task.pagesAllocated', (context, event) => event.granted === missingPages(context)),
          target: 'takingPages',
          actions: take,
        },
        { target: 'slowPath', actions: take },
      ],
    },
  },
  /**
   * Wakes kswapd, and takes what is above MIN, or what a helper of reclaim and a victim of the OOM killer may use of
   * the reserves.
   */
  slowPath: {
    entry: [stallBegins, change(stallBegun), asking('slow')],
    on: {
      'task.pagesAllocated': [
        injected,
        granted,
        { guard: guard((context) => context.memalloc), target: 'noPage' },
        { target: 'reclaiming' },
      ],
    },
  },
  reclaiming: {
    initial: 'enteringReclaim',
    states: directReclaimStates,
    onDone: [
      { guard: guard((context) => context.alloc.nrReclaimed > 0), target: 'tryingFreelist' },
      { target: 'readingZone' },
    ],
  },
  tryingFreelist: {
    entry: asking('slow'),
    on: {
      'task.pagesAllocated': [injected, granted, { target: 'decidingRetry', actions: readZone }],
    },
  },
  /** Without progress the freelist is not tried. */
  readingZone: {
    entry: asking('slow', () => 0),
    on: { 'task.pagesAllocated': { target: 'decidingRetry', actions: readZone } },
  },
  decidingRetry: {
    entry: traceRetryZone,
    always: [
      // should_reclaim_retry returns before the sleep when there were too many rounds in vain.
      {
        guard: guard(({ wqWorker, alloc }) => wqWorker && alloc.verdict.wmarkCheck !== null),
        target: 'lettingWorkersRun',
      },
      { target: 'retryDecided' },
    ],
  },
  lettingWorkersRun: sleepAJiffy('retryDecided'),
  retryDecided: {
    always: [{ guard: guard((context) => context.alloc.verdict.retry), target: 'slowPath' }, { target: 'lastTry' }],
  },
  lastTry: {
    entry: asking('last-try'),
    on: {
      'task.pagesAllocated': [
        injected,
        granted,
        { guard: guard((context) => context.alloc.retry === 'may-fail'), target: 'noPage' },
        { target: 'callingOomKiller' },
      ],
    },
  },
  callingOomKiller: {
    entry: send((context) => toMemory(context.node, { type: 'memory.outOfMemory', gfp: gfpOf(context), order: 0 })),
    on: {
      'task.outOfMemoryHandled': [
        { guard: verdictIs('lock-busy', 'inactivation-progresses'), target: 'lettingOthersRun' },
        { guard: verdictIs('killed'), target: 'killing' },
        { guard: verdictIs('no-victim'), target: 'noPage' },
        { target: 'oomKillerLeft' },
      ],
    },
  },
  /** Prints what there is to print, with oom_lock held. */
  killing: { after: { oomKill: 'oomKillerLeft' } },
  /** out_of_memory() returned true, as it does for a GFP_NOFS caller although it kills nobody. */
  oomKillerLeft: {
    always: [{ guard: mayNotFail, target: 'usingReserves' }, { target: 'oomHandled' }],
  },
  /** __alloc_pages_cpuset_fallback with ALLOC_NO_WATERMARKS: a page, if there is one at all. */
  usingReserves: {
    entry: asking('no-watermarks', () => 1),
    on: { 'task.pagesAllocated': [granted, { target: 'slowPath', actions: change(oomProgressed) }] },
  },
  lettingOthersRun: sleepAJiffy('oomHandled'),
  oomHandled: {
    always: [
      // A victim that finds nothing in its reserves fails rather than loop.
      { guard: isVictim, target: 'noPage' },
      { target: 'slowPath', actions: change(oomProgressed) },
    ],
  },
  takingPages: {
    entry: stallEnds,
    after: {
      allocPages: [
        // A task that is being killed makes do with the page at hand.
        {
          guard: guard((context) => context.victim && context.alloc.retry !== 'no-fail' && missingPages(context) > 0),
          target: 'failed',
          actions: change(pagesPaid),
        },
        { guard: guard((context) => missingPages(context) > 0), target: 'fastPath', actions: change(pagesPaid) },
        { target: 'granted', actions: change(pagesPaid) },
      ],
    },
  },
  failingByInjection: {
    entry: stallEnds,
    after: { allocPages: { target: 'injected', actions: change(pagesPaid) } },
  },
  noPage: {
    always: [{ guard: mayNotFail, target: 'slowPath', actions: change(oomProgressed) }, { target: 'failed' }],
  },
  granted: { type: 'final', entry: change((context) => allocationEnded(context, 'granted')) },
  injected: { type: 'final', entry: change((context) => allocationEnded(context, 'injected')) },
  failed: {
    type: 'final',
    entry: [stallEnds, change((context) => allocationEnded(context, 'failed'))],
  },
} as const;
