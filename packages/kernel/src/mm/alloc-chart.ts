/**
 * The part of a statechart that allocates pages: fast path, slow path, direct reclaim, retry or OOM killer. Linux 6.1
 * mm/page_alloc.c __alloc_pages, __alloc_pages_slowpath, __alloc_pages_direct_reclaim, should_reclaim_retry,
 * __alloc_pages_may_oom. A request is for many pages, each of which the kernel allocates by itself: what an attempt
 * gives is taken, and the rest starts anew. Leaves out orders, compaction, highatomic reserves and cpusets.
 */
import { cpuTime } from '../sched/task.ts';
import type { EventObject, MachineContext } from 'xstate';
import {
  type AllocContext,
  concluded,
  gfpOf,
  missingPages,
  oomProgressed,
  pagesPaid,
  pagesTaken,
  stallBegun,
  zoneRead,
} from './allocation.ts';
import { acting, directReclaimDelays, directReclaimStates } from './direct-reclaim-chart.ts';
import { delay, type Send, type Tracepoint, update } from '@dragon/statechart';
import { type OomVerdict, type Received, type TaskMessage, toMemory } from '../messages.ts';
import { shrinkSlabDelays } from './shrink-slab-chart.ts';
import type { AllocationPath } from './watermarks.ts';

type Args = { readonly context: AllocContext };
type EventArgs = Args & { readonly event: EventObject };
type Reply<T extends TaskMessage['type']> = Received<Extract<TaskMessage, { type: T }>>;

/** The delays of the chart and of the slab walk in it, for `setup`. */
export const allocDelays = {
  ...shrinkSlabDelays,
  ...directReclaimDelays,
  allocPages: ({ context }: Args) => cpuTime('allocPage', context.alloc.unpaid),
  oomKill: () => cpuTime('oomKill'),
  aJiffy: () => delay('jiffy'),
};

const send = (params: (args: Args) => Send | readonly Send[]) => ({ type: 'send', params }) as const;
const trace = (params: (args: Args) => Tracepoint | readonly Tracepoint[]) => ({ type: 'trace', params }) as const;

const asking = (path: AllocationPath, pages: (context: AllocContext) => number = missingPages) =>
  send(({ context }) =>
    toMemory(context.node, {
      type: 'memory.allocate',
      pages: pages(context),
      use: context.alloc.use,
      gfp: gfpOf(context),
      path,
    }),
  );

const stallProbe = (event: 'alloc_stall_begin' | 'alloc_stall_end') =>
  trace(({ context }) =>
    context.alloc.stalled === (event === 'alloc_stall_end')
      ? [{ kind: 'trace' as const, event, fields: acting(context) }]
      : [],
  );

const gotAll = ({ context, event }: EventArgs): boolean =>
  (event as Reply<'task.pagesAllocated'>).granted === missingPages(context);
const gotSome = ({ event }: EventArgs): boolean => (event as Reply<'task.pagesAllocated'>).granted > 0;
const verdictIs =
  (...verdicts: readonly OomVerdict[]) =>
  ({ event }: EventArgs): boolean =>
    verdicts.includes((event as Reply<'task.outOfMemoryHandled'>).verdict);

const isCutShort = ({ context }: Args): boolean =>
  context.victim && context.alloc.retry !== 'no-fail' && missingPages(context) > 0;

/**
 * Returns handlers for the root of a machine with these states: what the OOM killer says at any time, and an answer to
 * a wait given up.
 */
export function allocHandlers<C extends AllocContext & MachineContext, E extends EventObject>() {
  return {
    'task.oomKilled': { actions: update<AllocContext, C, E>(() => ({ victim: true })) },
    'task.directReclaimAllowed': {},
  } as const;
}

/**
 * Returns the states of a compound state that starts at `fastPath` and asks for what `requestPages` put into the
 * context; its `onDone` fires when `context.alloc.outcome` is `granted` or `failed`. A failed request keeps the pages
 * in `context.alloc.granted`. `C` and `E` are the context and the events of the machine it is built into.
 */
export function allocStates<C extends AllocContext & MachineContext, E extends EventObject>() {
  const change = (next: (context: AllocContext) => Partial<AllocContext>) => update<AllocContext, C, E>(next);
  const take = update<AllocContext, C, E>((context, event) =>
    pagesTaken(context, (event as unknown as Reply<'task.pagesAllocated'>).granted),
  );
  const readZone = update<AllocContext, C, E>((context, event) =>
    zoneRead(context, event as unknown as Reply<'task.pagesAllocated'>),
  );
  const granted = { guard: gotSome, target: 'takingPages', actions: take } as const;
  const sleepAJiffy = (next: string) => ({ tags: ['sleeping'], after: { aJiffy: next } }) as const;
  return {
    fastPath: {
      entry: asking('fast'),
      on: {
        'task.pagesAllocated': [
          { guard: gotAll, target: 'takingPages', actions: take },
          { target: 'slowPath', actions: take },
        ],
      },
    },
    /**
     * Wakes kswapd, and takes what is above MIN, or what a helper of reclaim and a victim of the OOM killer may use of
     * the reserves.
     */
    slowPath: {
      entry: [stallProbe('alloc_stall_begin'), change(stallBegun), asking('slow')],
      on: {
        'task.pagesAllocated': [
          granted,
          { guard: ({ context }: Args) => context.memalloc, target: 'noPage' },
          { target: 'reclaiming' },
        ],
      },
    },
    reclaiming: {
      initial: 'enteringReclaim',
      states: directReclaimStates<C, E>(),
      onDone: [
        { guard: ({ context }: Args) => context.alloc.nrReclaimed > 0, target: 'tryingFreelist' },
        { guard: ({ context }: Args) => context.alloc.retry === 'no-retry', target: 'noPage' },
        { target: 'readingZone' },
      ],
    },
    tryingFreelist: {
      entry: asking('slow'),
      on: {
        'task.pagesAllocated': [
          granted,
          { guard: ({ context }: Args) => context.alloc.retry === 'no-retry', target: 'noPage' },
          { target: 'decidingRetry', actions: readZone },
        ],
      },
    },
    /** Without progress the freelist is not tried. */
    readingZone: {
      entry: asking('slow', () => 0),
      on: { 'task.pagesAllocated': { target: 'decidingRetry', actions: readZone } },
    },
    decidingRetry: {
      entry: trace(({ context }) => retryZoneHit(context)),
      always: [
        // should_reclaim_retry returns before the sleep when there were too many rounds in vain.
        {
          guard: ({ context: { wqWorker, alloc } }: Args) => wqWorker && alloc.verdict.wmarkCheck !== null,
          target: 'lettingWorkersRun',
        },
        { target: 'retryDecided' },
      ],
    },
    lettingWorkersRun: sleepAJiffy('retryDecided'),
    retryDecided: {
      always: [
        { guard: ({ context }: Args) => context.alloc.verdict.retry, target: 'slowPath' },
        { target: 'lastTry' },
      ],
    },
    lastTry: {
      entry: asking('last-try'),
      on: {
        'task.pagesAllocated': [
          granted,
          { guard: ({ context }: Args) => context.alloc.retry === 'may-fail', target: 'noPage' },
          { target: 'callingOomKiller' },
        ],
      },
    },
    callingOomKiller: {
      entry: send(({ context }) =>
        toMemory(context.node, { type: 'memory.outOfMemory', gfp: gfpOf(context), order: 0 }),
      ),
      on: {
        'task.outOfMemoryHandled': [
          { guard: verdictIs('lock-busy', 'inactivation-progresses'), target: 'lettingOthersRun' },
          { guard: verdictIs('killed'), target: 'killing' },
          // A victim that finds nothing in its reserves fails rather than loop.
          { guard: ({ context }: Args) => context.victim, target: 'noPage' },
          { guard: verdictIs('no-victim'), target: 'noPage' },
          { target: 'slowPath', actions: change(oomProgressed) },
        ],
      },
    },
    /** Prints what there is to print, with oom_lock held. */
    killing: { after: { oomKill: 'oomHandled' } },
    lettingOthersRun: sleepAJiffy('oomHandled'),
    oomHandled: {
      always: [
        { guard: ({ context }: Args) => context.victim, target: 'noPage' },
        { target: 'slowPath', actions: change(oomProgressed) },
      ],
    },
    takingPages: {
      entry: stallProbe('alloc_stall_end'),
      after: {
        allocPages: [
          // A task that is being killed makes do with the page at hand.
          { guard: isCutShort, target: 'failed', actions: change(pagesPaid) },
          { guard: ({ context }: Args) => missingPages(context) > 0, target: 'fastPath', actions: change(pagesPaid) },
          { target: 'granted', actions: change(pagesPaid) },
        ],
      },
    },
    noPage: {
      always: [
        {
          guard: ({ context }: Args) => context.alloc.retry === 'no-fail',
          target: 'slowPath',
          actions: change(oomProgressed),
        },
        { target: 'failed' },
      ],
    },
    granted: { type: 'final', entry: change((context) => concluded(context, 'granted')) },
    failed: {
      type: 'final',
      entry: [stallProbe('alloc_stall_end'), change((context) => concluded(context, 'failed'))],
    },
  } as const;
}

function retryZoneHit(context: AllocContext): readonly Tracepoint[] {
  const { node, alloc } = context;
  const { available, noProgressLoops, wmarkCheck, zone } = alloc.verdict;
  if (wmarkCheck === null) return [];
  const fields = {
    node,
    reclaimable: zone.reclaimable,
    available,
    minWmark: zone.minWmark,
    noProgressLoops,
    wmarkCheck,
  };
  return [{ kind: 'trace' as const, event: 'reclaim_retry_zone', fields: { ...fields, ...acting(context) } }];
}
