/**
 * The part of a shrinker walk that evicts what a superblock scan isolated: dispose_list, evict, xfs_fs_destroy_inode,
 * xfs_inode_mark_reclaimable. Linux 6.1 fs/inode.c, fs/xfs/xfs_icache.c. Inodes go in batches with one look at the
 * clock each; the waits it may lead to are in the throttle chart.
 */
import type { EventObject, MachineContext } from 'xstate';
import { type Send, update } from '@dragon/statechart';
import { inactivateStates } from './inactivate-chart.ts';
import { type Received, type TaskMessage, toInodeCache, toInodegc } from '../messages.ts';
import {
  debtNoted,
  inodeForInline,
  queueCaller,
  queuedSome,
  type ReclaimContext,
  takeForEviction,
} from '../mm/slab-walk.ts';

type Args = { readonly context: ReclaimContext };
type InodesQueued = Received<Extract<TaskMessage, { type: 'task.inodesQueued' }>>;

const needsInactivation = ({ context }: Args): boolean => context.walk.evicted[0]?.fate !== 'clean';
const throttleIs =
  (kind: string) =>
  ({ context }: Args): boolean =>
    context.policy.throttle.kind === kind;

const send = (params: (args: Args) => Send) => ({ type: 'send', params }) as const;

/**
 * Returns the states from `disposing` on, which lead to `inodesPruned`, or to a state of the throttle chart and from
 * there back to `queueingDone`.
 */
export function disposeStates<C extends ReclaimContext & MachineContext, E extends EventObject>() {
  const change = (next: (context: ReclaimContext) => Partial<ReclaimContext>) => update<ReclaimContext, C, E>(next);
  const noteQueued = update<ReclaimContext, C, E>((context, event) =>
    queuedSome(context, (event as unknown as InodesQueued).count),
  );
  return {
    disposing: {
      always: [
        { guard: ({ context }: Args) => context.walk.dispose.length === 0, target: 'inodesPruned' },
        { target: 'evicting', actions: change(takeForEviction) },
      ],
    },
    evicting: {
      after: {
        evictInodes: [
          {
            guard: (args: Args) => !needsInactivation(args),
            target: 'disposing',
            actions: [evictedClean(), change(({ walk }) => ({ walk: { ...walk, evicted: [] } }))],
          },
          { guard: throttleIs('inline'), target: 'inactivatingInline' },
          { target: 'queueingInodes' },
        ],
      },
    },
    inactivatingInline: {
      initial: 'choosingInode',
      states: {
        choosingInode: {
          always: [
            { guard: ({ context }: Args) => context.walk.evicted.length === 0, target: 'evictedInactivated' },
            { target: 'inactivating', actions: change(inodeForInline) },
          ],
        },
        inactivating: {
          initial: 'reserving',
          states: inactivateStates<C, E>(),
          onDone: {
            target: 'choosingInode',
            actions: send(({ context: { inode } }) =>
              toInodeCache({
                type: 'inodeCache.setReclaimable',
                inodes: inode === null ? [] : [{ ...inode, count: 1 }],
              }),
            ),
          },
        },
        evictedInactivated: { type: 'final' },
      },
      onDone: 'disposing',
    },
    queueingInodes: {
      entry: send(({ context }) =>
        toInodegc(context.cpu, {
          type: 'inodegc.queueInodes',
          inodes: context.walk.evicted,
          caller: queueCaller(context),
        }),
      ),
      on: {
        'task.inodesQueued': [
          {
            guard: ({ event }: { event: EventObject }) => !(event as InodesQueued).throttle,
            target: 'queueingDone',
            actions: noteQueued,
          },
          {
            guard: throttleIs('outside-rwsem'),
            target: 'queueingDone',
            actions: [noteQueued, change(debtNoted)],
          },
          {
            guard: throttleIs('timed'),
            target: 'throttledForAWhile',
            actions: noteQueued,
          },
          {
            target: 'throttled',
            actions: noteQueued,
          },
        ],
      },
    },
    queueingDone: {
      always: [
        { guard: ({ context }: Args) => context.walk.evicted.length > 0, target: 'queueingInodes' },
        { target: 'disposing' },
      ],
    },
  } as const;
}

/** Inodes that need no inactivation go straight to the reclaimable ones. */
function evictedClean() {
  return send(({ context }) => toInodeCache({ type: 'inodeCache.evicted', inodes: context.walk.evicted }));
}
