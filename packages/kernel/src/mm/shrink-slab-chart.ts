/**
 * The part of a statechart that walks the shrinkers: shrink_slab, do_shrink_slab, super_cache_scan, prune_icache_sb,
 * xfs_inodegc_queue and its throttle, as kswapd, a direct reclaimer and drop_caches run them. Linux 6.1 mm/vmscan.c,
 * fs/super.c, fs/inode.c, fs/xfs/xfs_icache.c. Its states are nested as those functions call each other. What the
 * caches do with their objects is theirs; here are the order, the CPU time it takes, and the sleeps. Leaves out
 * memory cgroups, and other file systems but an NFS mount.
 */
import { chartKit, delay } from '@dragon/statechart';
import { type InodeCacheMessage, type Received, type TaskMessage, toInodeCache, toShrinkers } from '../messages.ts';
import { cpuTime } from '../sched/task.ts';
import { hit } from '../tracepoints.ts';
import { disposeStates } from '../xfs/dispose-chart.ts';
import { inactivateDelays } from '../xfs/inactivate-chart.ts';
import { countInodes } from '../xfs/inode.ts';
import { flushing } from '../xfs/throttle-chart.ts';
import { evictRemoteDelays, evictRemoteStates } from './evict-remote-chart.ts';
import {
  debtPaid,
  debtTaken,
  deferredCount,
  inodesReclaimed,
  isInSuperblock,
  objectsCounted,
  objectsLookedAt,
  objectsScanned,
  objectsToScan,
  rcuCredited,
  type ReclaimContext,
  scanDone,
  scanEndHits,
  scanStartHits,
  shrinkerChosen,
  walkEntered,
  walkLeft,
} from './slab-walk.ts';
import { STACKS } from '../stacks/stacks.ts';

type Args = { readonly context: ReclaimContext };

/** The delays of the chart, for `setup`. */
export const shrinkSlabDelays = {
  ...inactivateDelays,
  ...evictRemoteDelays,
  callShrinker: () => cpuTime('callShrinker'),
  isolateInodes: ({ context }: Args) => cpuTime('isolateInode', objectsLookedAt(context)),
  pruneDentries: ({ context }: Args) => cpuTime('pruneDentry', context.walk.answer.dentries),
  freeBuffers: ({ context }: Args) => cpuTime('freeBuffer', context.walk.answer.freed),
  evictInodes: ({ context }: Args) => cpuTime('evictInode', countInodes(context.walk.evicted)),
  lookAtInodes: ({ context }: Args) => cpuTime('lookAtInode', context.walk.looked),
  reclaimInodes: ({ context }: Args) => cpuTime('reclaimInode', context.walk.reclaimed),
  throttleTimeout: () => delay('throttleTimeout'),
};

const { send, trace, change, on, guard, guardOn } = chartKit<ReclaimContext, Received<TaskMessage>>();

const ask = (message: (context: ReclaimContext) => InodeCacheMessage) =>
  send((context) => ({ kind: 'send', to: context.walk.shrinker?.owner ?? '', message: message(context) }));

/** prune_icache_sb, whose walk of the LRU is over already. */
const pruningInodes = {
  entry: trace(() => hit('prune_icache_begin', {})),
  initial: 'disposing',
  states: {
    disposing: { initial: 'choosingInodes', states: disposeStates, onDone: 'inodesPruned' },
    inodesPruned: {
      type: 'final',
      entry: trace(({ walk }) => hit('prune_icache_end', { freed: walk.answer.freed - walk.answer.dentries })),
    },
  },
  onDone: [
    { guard: guard(({ walk }) => walk.answer.fsShare === 0), target: 'superblockScanned' },
    { target: 'askingForReclaim' },
  ],
} as const;

const reclaimEnds = trace(() => hit('reclaim_nr_end', { ret: 0 }));

/** super_cache_scan, once it has s_umount; what is asked of the cache is what it does to its own lists. */
const scanningSuperblock = {
  initial: 'lookingAtObjects',
  states: {
    lookingAtObjects: {
      after: {
        isolateInodes: [
          { guard: guard(({ walk }) => walk.answer.dentries > 0), target: 'pruningDentries' },
          { target: 'pruningInodes' },
        ],
      },
    },
    pruningDentries: { after: { pruneDentries: 'pruningInodes' } },
    pruningInodes,
    askingForReclaim: {
      entry: [
        trace(({ walk }) => hit('reclaim_nr_begin', { nr: walk.answer.fsShare })),
        ask(({ walk, cpu }) => ({ type: 'inodeCache.reclaimInodes', nrToScan: walk.answer.fsShare, cpu })),
      ],
      on: {
        'task.inodesReclaimed': {
          target: 'lookingAtInodes',
          actions: on('task.inodesReclaimed', inodesReclaimed),
        },
      },
    },
    /** What is pinned or dirty is passed by. */
    lookingAtInodes: {
      after: {
        lookAtInodes: [
          { guard: guard(({ walk }) => walk.reclaimed > 0), target: 'reclaimingInodes' },
          { target: 'superblockScanned', actions: reclaimEnds },
        ],
      },
    },
    reclaimingInodes: { after: { reclaimInodes: { target: 'superblockScanned', actions: reclaimEnds } } },
    superblockScanned: { type: 'final' },
  },
  onDone: 'finishingBatch',
} as const;

const noteScanned = on('task.objectsScanned', objectsScanned);

/** do_shrink_slab: one shrinker. */
const runningShrinker = {
  initial: 'callingShrinker',
  states: {
    callingShrinker: {
      after: {
        callShrinker: [
          { guard: guard(({ walk }) => walk.shrinker?.owner === null), target: 'shrinkerDone' },
          { target: 'countingObjects' },
        ],
      },
    },
    countingObjects: {
      entry: ask(({ walk }) => ({ type: 'inodeCache.countObjects', shrinker: walk.shrinker?.id ?? '' })),
      on: {
        'task.objectsCounted': {
          target: 'decidingBatch',
          actions: [
            on('task.objectsCounted', (context, { count }) => objectsCounted(context, count)),
            trace(scanStartHits),
          ],
        },
      },
    },
    decidingBatch: {
      always: [
        { guard: guard((context) => objectsToScan(context) > 0), target: 'scanningObjects' },
        { target: 'shrinkerDone', actions: trace(scanEndHits) },
      ],
    },
    scanningObjects: {
      entry: ask((context) => ({
        type: 'inodeCache.scanObjects',
        shrinker: context.walk.shrinker?.id ?? '',
        nrToScan: objectsToScan(context),
        gfpFs: context.gfpFs,
        cpu: context.cpu,
      })),
      on: {
        'task.objectsScanned': [
          {
            guard: guardOn('task.objectsScanned', (_context, { umountHeld }) => umountHeld),
            target: 'scanningSuperblock',
            actions: noteScanned,
          },
          {
            guard: guardOn('task.objectsScanned', (_context, { remote }) => remote !== undefined),
            target: 'evictingRemotes',
            actions: noteScanned,
          },
          {
            guard: guardOn('task.objectsScanned', ({ walk }, { freed }) => walk.shrinker?.seeks !== 0 && freed > 0),
            target: 'freeingBuffers',
            actions: noteScanned,
          },
          { target: 'finishingBatch', actions: noteScanned },
        ],
      },
    },
    evictingRemotes: { initial: 'choosingRemote', states: evictRemoteStates, onDone: 'finishingBatch' },
    freeingBuffers: { after: { freeBuffers: 'finishingBatch' } },
    scanningSuperblock,
    finishingBatch: {
      entry: [
        // up_read(s_umount), if the scan had taken it.
        send((context) => (isInSuperblock(context) ? toInodeCache({ type: 'inodeCache.scanFinished' }) : [])),
        change(scanDone),
      ],
      always: 'decidingBatch',
    },
    shrinkerDone: { type: 'final' },
  },
  onDone: 'choosingShrinker',
} as const;

/** Under throttle=outside-rwsem and allocators the thread waits here, for one CPU's worker after the other. */
const payingDebts = {
  initial: 'choosingDebt',
  states: {
    choosingDebt: {
      always: [
        { guard: guard(({ walk }) => walk.debts.length === 0), target: 'debtsPaid' },
        { target: 'throttledOutside', actions: change(debtTaken) },
      ],
    },
    throttledOutside: flushing('debtPaid', 'uninterruptible', () => STACKS.throttledOutside),
    debtPaid: { entry: change(debtPaid), always: 'choosingDebt' },
    debtsPaid: { type: 'final' },
  },
  onDone: 'walked',
} as const;

const noteChosen = on('task.shrinkerChosen', (context, { shrinker, nrDeferred, lock }) =>
  shrinkerChosen(context, shrinker, nrDeferred, lock),
);

/** Handlers for the root of the machine of a thread that has a reclaim_state while it reclaims. */
export const reclaimHandlers = { 'task.rcuFreed': { actions: on('task.rcuFreed', rcuCredited) } } as const;

/**
 * The states of a compound state that starts at `lockingShrinkers`; its `onDone` fires when the walk is over, or when
 * the list could not be locked (then the walk freed nothing). What it freed is in `context.walk`, and to be cleared by
 * whoever has read it.
 */
export const shrinkSlabStates = {
  lockingShrinkers: {
    entry: send(() => toShrinkers({ type: 'shrinkers.beginShrinkSlab' })),
    on: {
      'task.shrinkSlabBegun': [
        {
          guard: guardOn('task.shrinkSlabBegun', (_context, { entered }) => entered),
          target: 'choosingShrinker',
          actions: on('task.shrinkSlabBegun', (context, { lock }) => walkEntered(context, lock)),
        },
        { target: 'walked', actions: change((context) => walkEntered(context, null)) },
      ],
    },
  },
  choosingShrinker: {
    entry: send((context) =>
      toShrinkers({
        type: 'shrinkers.nextShrinker',
        after: context.walk.shrinker?.id ?? null,
        deferred: deferredCount(context),
      }),
    ),
    on: {
      'task.shrinkerChosen': [
        {
          guard: guardOn('task.shrinkerChosen', (_context, { shrinker }) => shrinker === null),
          target: 'leaving',
          actions: noteChosen,
        },
        { target: 'runningShrinker', actions: noteChosen },
      ],
    },
  },
  runningShrinker,
  leaving: {
    entry: [send(() => toShrinkers({ type: 'shrinkers.endShrinkSlab' })), change(walkLeft)],
    always: 'payingDebts',
  },
  payingDebts,
  walked: { type: 'final' },
} as const;
