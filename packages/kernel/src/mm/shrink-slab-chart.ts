/**
 * The part of a statechart that walks the shrinkers: shrink_slab, do_shrink_slab, super_cache_scan, prune_icache_sb,
 * xfs_inodegc_queue and its throttle, as kswapd, a direct reclaimer and drop_caches run them. Linux 6.1 mm/vmscan.c,
 * fs/super.c, fs/inode.c, fs/xfs/xfs_icache.c. What the caches do with their objects is theirs; here are the order, the
 * CPU time it takes, and the sleeps. Leaves out memory cgroups and other file systems.
 */
import { cpuTime } from '../sched/task.ts';
import type { EventObject, MachineContext } from 'xstate';
import { disposeStates } from '../xfs/dispose-chart.ts';
import { delay, type Send, type Tracepoint, update } from '@dragon/statechart';
import { inactivateDelays } from '../xfs/inactivate-chart.ts';
import { countInodes } from '../xfs/inode.ts';
import { type InodeCacheMessage, type Received, type TaskMessage, toInodeCache, toShrinkers } from '../messages.ts';
import {
  batchDone,
  chosen,
  counted,
  deferred,
  entered,
  isInSuperblock,
  left,
  objectsLookedAt,
  objectsToScan,
  type ReclaimContext,
  reclaimedInodes,
  scanEnd,
  scanned,
  scanStart,
} from './slab-walk.ts';
import { throttleStates } from '../xfs/throttle-chart.ts';

type Args = { readonly context: ReclaimContext };
type Reply<T extends TaskMessage['type']> = Received<Extract<TaskMessage, { type: T }>>;

/** The delays of the chart, for `setup`. */
export const shrinkSlabDelays = {
  ...inactivateDelays,
  callShrinker: () => cpuTime('callShrinker'),
  isolateInodes: ({ context }: Args) => cpuTime('isolateInode', objectsLookedAt(context)),
  pruneDentries: ({ context }: Args) => cpuTime('pruneDentry', context.walk.answer.dentries),
  freeBuffers: ({ context }: Args) => cpuTime('freeBuffer', context.walk.answer.freed),
  evictInodes: ({ context }: Args) => cpuTime('evictInode', countInodes(context.walk.evicted)),
  reclaimInodes: ({ context }: Args) => cpuTime('reclaimInode', context.walk.looked),
  throttleTimeout: () => delay('throttleTimeout'),
};

const send = (params: (args: Args) => Send) => ({ type: 'send', params }) as const;
const trace = (params: (context: ReclaimContext) => Tracepoint | readonly Tracepoint[]) =>
  ({ type: 'trace', params: ({ context }: Args) => params(context) }) as const;

/**
 * Returns the states of a compound state that starts at `lockingShrinkers`; its `onDone` fires when the walk is over,
 * or when the list could not be locked (then the walk freed nothing). `C` and `E` are the context and the events of the
 * machine it is built into.
 */
export function shrinkSlabStates<C extends ReclaimContext & MachineContext, E extends EventObject>() {
  const on = <T extends TaskMessage['type']>(
    change: (context: ReclaimContext, event: Reply<T>) => Partial<ReclaimContext>,
  ) => update<ReclaimContext, C, E>((context, event) => change(context, event as unknown as Reply<T>));
  const change = (next: (context: ReclaimContext) => Partial<ReclaimContext>) => update<ReclaimContext, C, E>(next);
  const takeChosen = on<'task.shrinkerChosen'>((context, event) =>
    chosen(context, event.shrinker, event.nrDeferred, event.lock),
  );
  const takeScanned = on<'task.objectsScanned'>((context, event) => scanned(context, event));
  const ask = (message: (context: ReclaimContext) => InodeCacheMessage) =>
    send(({ context }) => ({ kind: 'send', to: context.walk.shrinker?.owner ?? '', message: message(context) }));
  return {
    lockingShrinkers: {
      entry: send(() => toShrinkers({ type: 'shrinkers.beginShrinkSlab' })),
      on: {
        'task.shrinkSlabBegun': [
          {
            guard: ({ event }: { event: EventObject }) => (event as Reply<'task.shrinkSlabBegun'>).entered,
            target: 'choosingShrinker',
            actions: on<'task.shrinkSlabBegun'>((context, event) => entered(context, event.lock)),
          },
          { target: 'walked', actions: change((context) => entered(context, null)) },
        ],
      },
    },
    choosingShrinker: {
      entry: send(({ context }) =>
        toShrinkers({
          type: 'shrinkers.nextShrinker',
          after: context.walk.shrinker?.id ?? null,
          deferred: deferred(context),
        }),
      ),
      on: {
        'task.shrinkerChosen': [
          {
            guard: ({ event }: { event: EventObject }) => (event as Reply<'task.shrinkerChosen'>).shrinker === null,
            target: 'leaving',
            actions: takeChosen,
          },
          { target: 'callingShrinker', actions: takeChosen },
        ],
      },
    },
    callingShrinker: {
      after: {
        callShrinker: [
          { guard: ({ context }: Args) => context.walk.shrinker?.owner === null, target: 'choosingShrinker' },
          { target: 'countingObjects' },
        ],
      },
    },
    countingObjects: {
      entry: ask((context) => ({ type: 'inodeCache.countObjects', shrinker: context.walk.shrinker?.id ?? '' })),
      on: {
        'task.objectsCounted': {
          target: 'decidingBatch',
          actions: [on<'task.objectsCounted'>((context, event) => counted(context, event.count)), trace(scanStart)],
        },
      },
    },
    decidingBatch: {
      always: [
        { guard: ({ context }: Args) => objectsToScan(context) > 0, target: 'scanningObjects' },
        { target: 'choosingShrinker', actions: trace(scanEnd) },
      ],
    },
    scanningObjects: {
      entry: ask((context) => ({
        type: 'inodeCache.scanObjects',
        shrinker: context.walk.shrinker?.id ?? '',
        nrToScan: objectsToScan(context),
        gfpFs: context.gfpFs,
      })),
      on: {
        'task.objectsScanned': [
          {
            guard: ({ event }: { event: EventObject }) => (event as Reply<'task.objectsScanned'>).umountHeld,
            target: 'lookingAtObjects',
            actions: takeScanned,
          },
          {
            guard: ({ event, context }: { event: EventObject } & Args) =>
              context.walk.shrinker?.seeks !== 0 && (event as Reply<'task.objectsScanned'>).freed > 0,
            target: 'freeingBuffers',
            actions: takeScanned,
          },
          {
            target: 'finishingBatch',
            actions: takeScanned,
          },
        ],
      },
    },
    freeingBuffers: { after: { freeBuffers: 'finishingBatch' } },
    lookingAtObjects: {
      after: {
        isolateInodes: [
          { guard: ({ context }: Args) => context.walk.answer.dentries > 0, target: 'pruningDentries' },
          { target: 'pruningInodes' },
        ],
      },
    },
    pruningDentries: { after: { pruneDentries: 'pruningInodes' } },
    pruningInodes: {
      entry: trace(() => ({ kind: 'trace' as const, event: 'prune_icache_begin', fields: {} })),
      always: 'disposing',
    },
    ...disposeStates<C, E>(),
    inodesPruned: {
      entry: trace(({ walk }) => ({
        kind: 'trace' as const,
        event: 'prune_icache_end',
        fields: { freed: walk.answer.freed - walk.answer.dentries },
      })),
      always: [
        { guard: ({ context }: Args) => context.walk.answer.fsShare === 0, target: 'finishingBatch' },
        { target: 'askingForReclaim' },
      ],
    },
    askingForReclaim: {
      entry: [
        trace(({ walk }) => ({
          kind: 'trace' as const,
          event: 'reclaim_nr_begin',
          fields: { nr: walk.answer.fsShare },
        })),
        ask((context) => ({ type: 'inodeCache.reclaimInodes', nrToScan: context.walk.answer.fsShare })),
      ],
      on: {
        'task.inodesReclaimed': {
          target: 'reclaimingInodes',
          actions: on<'task.inodesReclaimed'>((context, event) => reclaimedInodes(context, event.looked, event.credit)),
        },
      },
    },
    reclaimingInodes: {
      after: {
        reclaimInodes: {
          target: 'finishingBatch',
          actions: trace(() => ({ kind: 'trace' as const, event: 'reclaim_nr_end', fields: { ret: 0 } })),
        },
      },
    },
    finishingBatch: {
      entry: [sendScanFinished(), change(batchDone)],
      always: 'decidingBatch',
    },
    leaving: {
      entry: [send(() => toShrinkers({ type: 'shrinkers.endShrinkSlab' })), change(left)],
      always: [
        { guard: ({ context }: Args) => context.walk.debts.length > 0, target: 'throttledOutside' },
        { target: 'walked' },
      ],
    },
    ...throttleStates<C, E>(),
    walked: { type: 'final' },
  } as const;
}

/** up_read(s_umount), if the scan had taken it. */
function sendScanFinished() {
  return {
    type: 'send',
    params: ({ context }: Args) => (isInSuperblock(context) ? [toInodeCache({ type: 'inodeCache.scanFinished' })] : []),
  } as const;
}
